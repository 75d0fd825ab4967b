"""The IP set module: the life of one, read back with plain boto3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.life import Life, Setting
from tests.unit.plugins.modules.conftest import LOST

NAME = "streamflix-blocked-dev"
LIFE = Life(
    "wafv2_ip_set",
    {"name": NAME},
    (
        Setting("description", "Description", "One text", "Another text"),
        Setting("ip_address_version", "IPAddressVersion", "IPV4", "IPV6", required=True, fixed=True),
        Setting("addresses", "Addresses", ["192.0.2.0/24"], ["192.0.2.0/25", "198.51.100.7/32"]),
    ),
)


@pytest.fixture
def read_back(aws: Any) -> Callable[[], dict[str, Any] | None]:
    def read() -> dict[str, Any] | None:
        waf = aws("wafv2")
        listed = waf.list_ip_sets(Scope="REGIONAL")["IPSets"]
        if not listed:
            return None
        (one,) = listed
        found = waf.get_ip_set(Name=one["Name"], Id=one["Id"], Scope="REGIONAL")["IPSet"]
        tags = waf.list_tags_for_resource(ResourceARN=one["ARN"])["TagInfoForResource"]["TagList"]
        return {**found, "tags": {tag["Key"]: tag["Value"] for tag in tags}}

    return read


def test_lives_a_whole_life(run_module: Any, read_back: Any) -> None:
    LIFE.live(run_module, read_back)


@pytest.mark.parametrize("option", LIFE.changeable)
def test_changes_one_option_alone(run_module: Any, read_back: Any, option: str) -> None:
    LIFE.change(run_module, read_back, option)


@pytest.mark.parametrize("option", LIFE.fixed)
def test_refuses_what_aws_cannot_change(run_module: Any, read_back: Any, option: str) -> None:
    LIFE.refuse(run_module, read_back, option)


def test_leaves_alone_what_is_somebody_elses(run_module: Any, read_back: Any) -> None:
    LIFE.respect(run_module, read_back)


def test_a_lost_reply_makes_one_set(run_module: Any, read_back: Any, troubled: Any) -> None:
    troubled("CreateIPSet", LOST)
    assert run_module("wafv2_ip_set", **LIFE.options)["changed"]
    assert read_back()["Addresses"] == ["192.0.2.0/24"]


def test_an_older_lock_token_is_read_again(run_module: Any, read_back: Any, troubled: Any) -> None:
    run_module("wafv2_ip_set", **LIFE.options)
    troubled("UpdateIPSet", "WAFOptimisticLockException")
    options = {**LIFE.options, "addresses": []}
    assert run_module("wafv2_ip_set", **options)["changed"]
    assert read_back()["Addresses"] == []


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("0.0.0.0/0", "all addresses"),
        ("192.0.2.1/24", "host bits"),
        ("192.0.2.1", "no prefix length"),
        ("2001:db8::/32", "IPv6"),
        ("example", "no CIDR range"),
    ],
)
def test_refuses_what_is_no_range(run_module: Any, read_back: Any, wrong: str, why: str) -> None:
    refused = run_module("wafv2_ip_set", **{**LIFE.options, "addresses": [wrong]})
    assert refused["failed"]
    assert wrong in refused["msg"]
    assert why in refused["msg"]
    assert read_back() is None


def test_a_set_that_a_rule_names_is_removed_when_it_is_free(run_module: Any, sent_until_removed: Any) -> None:
    run_module("wafv2_ip_set", **LIFE.options)
    assert sent_until_removed("wafv2_ip_set", "DeleteIPSet", "WAFAssociatedItemException", name=NAME) == 2
