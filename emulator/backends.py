"""What the emulated account holds, as moto keeps it."""

from __future__ import annotations

from typing import Any

from emulator import ACCOUNT_ID

# moto's services with one backend for all regions of a partition
PARTITION_WIDE = ("iam", "s3")


def backend_of(service: str, region: str) -> Any:
    """Return moto's backend of a service: the region's, or the partition's when the service has one for all.

    :param service: the boto3 client's name.
    """
    from moto import backends as registry
    from moto.utilities.utils import get_partition

    get_backend: Any = registry.get_backend  # typed for literal names only
    backends = get_backend(service)[ACCOUNT_ID]
    return backends[get_partition(region)] if service in PARTITION_WIDE else backends[region]


def network_of(backend: Any) -> Any:
    """Return moto's EC2 of another backend's account and region."""
    from moto.ec2 import ec2_backends

    return ec2_backends[backend.account_id][backend.region_name]
