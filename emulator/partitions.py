"""Gives ARNs the partition of their region, where moto always writes C(arn:aws)."""

from __future__ import annotations

import re
from typing import Any

from moto.utilities.utils import get_partition

from emulator.patching import wrap


def install() -> None:
    """Put the additions into moto's EC2 and ElastiCache."""
    from moto.ec2.models.security_groups import SecurityGroup
    from moto.ec2.models.subnets import Subnet
    from moto.elasticache.models import CacheSubnetGroup, ElastiCacheBackend, ReplicationGroup

    for kind in (SecurityGroup, CacheSubnetGroup, ReplicationGroup):
        _made_with_arn(kind)
    owner: Any = Subnet
    owner.arn = property(_subnet_arn)

    @wrap(ElastiCacheBackend, "__init__")
    def init(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
        """Take the ARNs of any partition for tags."""
        original(self, *args, **kwargs)
        self.arn_regex = re.compile(self.arn_regex.pattern.replace("^arn:aws:", r"^arn:aws[a-z-]*:"))


def right_partition(arn: str) -> str:
    """Return an ARN with the partition of the region that it names."""
    return ":".join(["arn", get_partition(arn.split(":")[3]), *arn.split(":")[2:]])


def _made_with_arn(kind: Any) -> None:
    @wrap(kind, "__init__")
    def init(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        self.arn = right_partition(self.arn)


def _subnet_arn(subnet: Any) -> str:
    backend = subnet.ec2_backend
    return f"arn:{backend.partition}:ec2:{backend.region_name}:{subnet.owner_id}:subnet/{subnet.id}"
