"""Rules of security groups in AWS's shape and in ours."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils import security_rules
from ansible_collections.streamflix.content_api.plugins.module_utils.security_rules import Rule

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


def test_a_group_of_this_account_needs_no_owner() -> None:
    permission = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "sg-2", "UserId": "123456789012"}]}
    rule = next(iter(security_rules.from_aws([permission], "123456789012")))
    assert rule.owner == ""
    assert security_rules.to_aws(rule, None)["UserIdGroupPairs"] == [{"GroupId": "sg-2"}]
