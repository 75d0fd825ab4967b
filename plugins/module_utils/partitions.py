# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS's partitions, each with ARNs and a domain of its own, as the installed SDK knows them."""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Mapping
from typing import Any

# AnsibleAWSModule reports a missing botocore
with contextlib.suppress(ImportError):
    from botocore.loaders import create_loader


class UnknownRegionError(ValueError):
    """The installed SDK knows no partition for a region."""


@functools.cache
def known() -> list[Mapping[str, Any]]:
    """Return what the SDK knows of each partition: C(id), C(regionRegex), C(outputs), and C(regions) by name."""
    found: list[Mapping[str, Any]] = create_loader().load_data("partitions")["partitions"]
    return found


@functools.cache
def partition_of(region: str) -> Mapping[str, Any]:
    """Return what the SDK knows of the partition of a region.

    :raises UnknownRegionError: it knows none.
    """
    for partition in known():
        if region in partition["regions"] or re.fullmatch(partition["regionRegex"], region):
            return partition
    raise UnknownRegionError(
        f"region {region!r} is in no partition that the installed botocore knows: correct it, "
        "or install a newer botocore."
    )


def name_of(region: str) -> str:
    """Return the partition of a region as ARNs name it: C(aws), C(aws-cn), C(aws-us-gov), C(aws-eusc) and so on.

    :raises UnknownRegionError: the SDK knows none.
    """
    return str(partition_of(region)["id"])


def dns_suffix(region: str) -> str:
    """Return the domain of AWS's endpoints in a region: C(amazonaws.com), C(amazonaws.com.cn), C(amazonaws.eu).

    :raises UnknownRegionError: the SDK knows no partition for it.
    """
    return str(partition_of(region)["outputs"]["dnsSuffix"])
