"""What moto lacks or gets wrong, a module a service.

Each module has C(install()), which may be called twice. State is kept on moto's own backends, so that a reset
(C(POST /moto-api/reset)) clears it too.
"""
