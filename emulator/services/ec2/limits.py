"""Limits of EC2's parameters that AWS's documents name and its service model lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.validation.checks import text
from emulator.validation.limit import Combined, Limit
from emulator.validation.shapes import Kind, Problem

DESCRIPTION = text(
    r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]*",
    "may contain only a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*",
    255,
    least=0,
)
EC2_ERRORS = "Amazon EC2 API Reference"
RULE_WRITES = (
    "AuthorizeSecurityGroupIngress",
    "AuthorizeSecurityGroupEgress",
    "UpdateSecurityGroupRuleDescriptionsIngress",
    "UpdateSecurityGroupRuleDescriptionsEgress",
)
RULE_SOURCES = ("IpRanges", "Ipv6Ranges", "UserIdGroupPairs", "PrefixListIds")

LIMITS: tuple[Limit, ...] = (
    Limit(("CreateSecurityGroup",), "Description", DESCRIPTION, f"{EC2_ERRORS}, CreateSecurityGroup"),
    Limit(
        ("CreateSecurityGroup",),
        "GroupName",
        text(r"(?!sg-)[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]+", "may not start with sg-", 255),
        f"{EC2_ERRORS}, CreateSecurityGroup",
    ),
    *(
        Limit(RULE_WRITES, f"IpPermissions[].{source}[].Description", DESCRIPTION, f"{EC2_ERRORS}, IpRange")
        for source in RULE_SOURCES
    ),
)


def _nat_gateway(parameters: Mapping[str, Any]) -> Iterator[Problem]:
    """Want a subnet and an address, or for a regional one the VPC: Amazon EC2 API Reference, CreateNatGateway."""
    if parameters.get("AvailabilityMode") == "regional":
        if not parameters.get("VpcId"):
            yield Problem(Kind.MISSING, "VpcId", "")
        return
    if not parameters.get("SubnetId"):
        yield Problem(Kind.MISSING, "SubnetId", "")
    if parameters.get("ConnectivityType", "public") == "public" and not parameters.get("AllocationId"):
        yield Problem(Kind.MISSING, "AllocationId", "")


COMBINED: dict[str, Combined] = {"CreateNatGateway": _nat_gateway}
