"""Every drift that is known."""

from __future__ import annotations

import collections

from tests.drift.mutation import Mutation
from tests.drift.mutations import apigateway, ec2, ecs, elasticache, elbv2, iam, logs, rds, secretsmanager

SERVICES = (ec2, secretsmanager, rds, elasticache, logs, iam, elbv2, ecs, apigateway)
ALL: tuple[Mutation, ...] = tuple(mutation for service in SERVICES for mutation in service.MUTATIONS)

_twice = [name for name, count in collections.Counter(mutation.name for mutation in ALL).items() if count > 1]
assert not _twice, f"drifts of the same name: {_twice}"
