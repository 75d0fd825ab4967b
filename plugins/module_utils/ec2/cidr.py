# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Address ranges: whether AWS takes them and whether they fit together.

Follows the limits of CreateVpc and CreateSubnet: IPv4 blocks of /16 to /28, the network address without host bits.
Each rule returns its findings as sentences, as those of L(rules.common) do.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from itertools import combinations

LARGEST_PREFIX = 28
# Amazon VPC User Guide, "Subnet CIDR blocks": the first four addresses of each, and the last one
KEPT_BY_AWS = 5
SMALLEST_PREFIX = 16


def parse(variable: str, text: str) -> tuple[ipaddress.IPv4Network | None, list[str]]:
    """Read a CIDR block.

    :param variable: its name, for the finding.
    :returns: the block, or None with the finding.
    """
    try:
        block = ipaddress.IPv4Network(text)
    except ValueError as error:
        return None, [f"{variable} {text!r} is not an IPv4 CIDR block ({error}): write it like 10.0.0.0/16."]
    if not SMALLEST_PREFIX <= block.prefixlen <= LARGEST_PREFIX:
        size = "small" if block.prefixlen > LARGEST_PREFIX else "large"
        return None, [
            f"{variable} {text!r} is too {size}: AWS takes blocks from /{SMALLEST_PREFIX} to /{LARGEST_PREFIX}."
        ]
    return block, []


def usable_addresses(text: str) -> int:
    """Return how many addresses of a subnet network interfaces can have; 0 for what is no block."""
    try:
        return max(ipaddress.ip_network(text).num_addresses - KEPT_BY_AWS, 0)
    except ValueError:
        return 0


def normal_cidr(text: str) -> str:
    """Return a CIDR block as AWS lists it, without host bits; what is no block comes back as it is."""
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        return text


def block_problems(where: str, text: str) -> list[str]:
    """Find what is no IPv4 or IPv6 block once it is L(normal_cidr).

    :param where: the option that it is in, for the finding.
    """
    try:
        ipaddress.ip_network(normal_cidr(text))
    except ValueError:
        return [f"{where} {text!r} is not a CIDR block: write it like 10.0.0.0/16."]
    return []


def check_subnets(vpc_variable: str, vpc_cidr: str, subnets: Mapping[str, Sequence[str]]) -> list[str]:
    """Check that subnets are blocks inside the VPC's block and do not overlap.

    :param subnets: lists of CIDR blocks by the name of the variable that holds them.
    """
    vpc, findings = parse(vpc_variable, vpc_cidr)
    blocks: list[tuple[str, ipaddress.IPv4Network]] = []
    for variable, texts in subnets.items():
        for text in texts:
            block, found = parse(variable, text)
            findings += found
            if block is not None:
                blocks.append((variable, block))
    if vpc is not None:
        findings += [
            f"{variable} {str(block)!r} is outside {vpc_variable} {vpc_cidr!r}: choose a block inside it."
            for variable, block in blocks
            if not block.subnet_of(vpc)
        ]
    findings += [
        f"{first} {str(one)!r} overlaps {second} {str(other)!r}: give each subnet a block of its own."
        for (first, one), (second, other) in combinations(blocks, 2)
        if one.overlaps(other)
    ]
    return findings
