"""Address ranges: what AWS takes and what fits together."""

from __future__ import annotations

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2.cidr import check_subnets, parse


@pytest.mark.parametrize("text", ["10.0.0.0/16", "10.0.0.0/28", "192.168.4.0/22"])
def test_takes_what_aws_takes(text: str) -> None:
    block, findings = parse("vpc", text)
    assert str(block) == text
    assert findings == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("10.0.0.0/8", "too large"),
        ("10.0.0.0/29", "too small"),
        ("10.0.0.1/24", "has host bits set"),
        ("10.0.0/24", "not an IPv4 CIDR block"),
        ("fd00::/48", "not an IPv4 CIDR block"),
    ],
)
def test_names_variable_and_value_of_what_aws_refuses(text: str, reason: str) -> None:
    block, findings = parse("network_vpc_cidr", text)
    assert block is None
    assert len(findings) == 1
    assert findings[0].startswith(f"network_vpc_cidr {text!r}")
    assert reason in findings[0]


def test_subnets_side_by_side_are_fine() -> None:
    subnets = {"public": ["10.0.0.0/24", "10.0.1.0/24"], "private": ["10.0.2.0/24", "10.0.3.0/24"]}
    assert check_subnets("vpc", "10.0.0.0/16", subnets) == []


def test_overlap_names_both() -> None:
    findings = check_subnets("vpc", "10.0.0.0/16", {"public": ["10.0.0.0/23"], "private": ["10.0.1.0/24"]})
    assert findings == ["public '10.0.0.0/23' overlaps private '10.0.1.0/24': give each subnet a block of its own."]


def test_a_subnet_outside_the_vpc_is_found() -> None:
    findings = check_subnets("vpc", "10.0.0.0/16", {"public": ["10.1.0.0/24"]})
    assert findings == ["public '10.1.0.0/24' is outside vpc '10.0.0.0/16': choose a block inside it."]


def test_a_bad_vpc_block_hides_no_finding_about_subnets() -> None:
    findings = check_subnets("vpc", "10.0.0.0/8", {"public": ["10.0.0.0/24", "10.0.0.0/24"]})
    assert len(findings) == 2
