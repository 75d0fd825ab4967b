"""Rules of security groups in AWS's shape and in ours."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2 import security_rules
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2.security_rules import Rule

NOTHING = dict.fromkeys(("from_port", "to_port", "cidr", "group", "group_id", "prefix_list_id", "description"))


@pytest.mark.parametrize(
    ("option", "rule"),
    [
        ({"protocol": "TCP", "from_port": 80, "cidr": "10.1.2.3/16"}, Rule("tcp", 80, 80, "cidr", "10.1.0.0/16")),
        ({"protocol": "17", "from_port": 1, "to_port": 2, "group": "x"}, Rule("udp", 1, 2, "group", "x")),
        ({"protocol": "all", "from_port": 80, "group_id": "sg-1"}, Rule("-1", None, None, "group_id", "sg-1")),
        ({"protocol": "50", "from_port": 80, "group_id": "sg-1"}, Rule("50", None, None, "group_id", "sg-1")),
        ({"protocol": "icmpv6", "prefix_list_id": "pl-1"}, Rule("icmpv6", -1, -1, "prefix_list_id", "pl-1")),
    ],
)
def test_options_become_what_aws_lists(option: dict[str, Any], rule: Rule) -> None:
    assert security_rules.from_option({**NOTHING, **option}) == (rule, None)


def test_what_aws_lists_can_be_sent_back() -> None:
    permissions = [
        {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "a"}]},
        {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]},
        {"IpProtocol": "-1", "PrefixListIds": [{"PrefixListId": "pl-1", "Description": "b"}]},
        {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "sg-2", "UserId": "210987654321"}]},
    ]
    rules = security_rules.from_aws(permissions, "123456789012")
    assert [security_rules.to_aws(rule, text) for rule, text in rules.items()] == permissions


OURS, THEIRS = "123456789012", "210987654321"
PEERING = {"VpcId": "vpc-2", "VpcPeeringConnectionId": "pcx-1", "PeeringStatus": "active"}


@pytest.mark.parametrize(
    "pair",
    [
        {"GroupId": "sg-2", "UserId": THEIRS, **PEERING},
        {"GroupId": "sg-2", "UserId": OURS},
        # AWS returns no account for a group that is gone
        {"GroupId": "sg-2", "VpcPeeringConnectionId": "pcx-1", "PeeringStatus": "deleted"},
    ],
)
@pytest.mark.parametrize("group_id", ["sg-2", f"{THEIRS}/sg-2"])
def test_a_group_is_the_same_whoever_aws_says_it_belongs_to(pair: dict[str, str], group_id: str) -> None:
    listed = security_rules.from_aws([{"IpProtocol": "-1", "UserIdGroupPairs": [pair]}], OURS)
    wanted = security_rules.from_options([{**NOTHING, "protocol": "-1", "group_id": group_id}])
    assert listed.keys() == wanted.keys()
    shown = security_rules.to_result(security_rules.as_listed(wanted, listed))
    assert shown == security_rules.to_result(listed)


def test_a_group_of_another_account_is_sent_with_it() -> None:
    rule, text = security_rules.from_option({**NOTHING, "protocol": "-1", "group_id": f"{THEIRS}/sg-2"})
    assert security_rules.to_aws(rule, text)["UserIdGroupPairs"] == [{"GroupId": "sg-2", "UserId": THEIRS}]


def test_an_account_has_twelve_digits() -> None:
    option = {**NOTHING, "protocol": "-1", "group_id": "1234/sg-2"}
    assert security_rules.problems("ingress[]", [option], []) == [
        "ingress[], group_id 1234/sg-2 is not ACCOUNT/sg-...: an account has 12 digits."
    ]


def test_a_group_of_this_account_needs_no_owner() -> None:
    permission = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "sg-2", "UserId": "123456789012"}]}
    rule = next(iter(security_rules.from_aws([permission], "123456789012")))
    assert rule.owner == ""
    assert security_rules.to_aws(rule, None)["UserIdGroupPairs"] == [{"GroupId": "sg-2"}]
