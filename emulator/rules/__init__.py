"""What AWS refuses because of other resources and moto lets pass: one function a rule, and the layer that asks them.

The rules are those of each service: C(rules.py) in its folder of L(emulator.services). What moto or the folder's other
modules refuse already is not repeated there. Refusals that need no other resource, such as a name with wrong
characters, belong to L(emulator.validation).
"""
