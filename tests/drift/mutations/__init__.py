"""Every drift that is known, a module a service."""

from __future__ import annotations

from tests.drift.mutation import Mutation
from tests.drift.mutations import ec2

SERVICES = (ec2,)
ALL: tuple[Mutation, ...] = tuple(mutation for service in SERVICES for mutation in service.MUTATIONS)
