"""What AWS refuses and moto lets pass: one module a service, one function a rule, and the layer that asks them.

What moto or L(emulator.services) refuse already is not repeated here. Refusals that need no other resource, such as a
name with wrong characters, belong to L(emulator.validation).
"""
