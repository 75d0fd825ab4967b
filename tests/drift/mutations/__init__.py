"""Every drift that is known, a module a service."""
