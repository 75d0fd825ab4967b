"""What a run makes a month cost more or less."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.streamflix.content_api.plugins.plugin_utils import recap_text
from ansible_collections.streamflix.content_api.plugins.plugin_utils.cost import difference
from ansible_collections.streamflix.content_api.plugins.plugin_utils.cost.prices import TABLE

NAT, EIP, CACHE = "AWS::EC2::NatGateway", "AWS::EC2::EIP", "AWS::ElastiCache::ReplicationGroup"
VARIABLES = {"redis_node_type": "cache.t4g.small", "redis_engine": "redis", "redis_num_cache_clusters": 2}


def reported(changes: list[dict[str, Any]], *resources: str, **variables: Any) -> dict[str, Any]:
    """Return the report about a stack of some resources and a cache."""
    given = difference.basis([*resources, CACHE], {**VARIABLES, **variables}, {}, "eu-west-1", str(TABLE))
    # as Ansible hands it from the worker to the callback
    return difference.report(json.loads(json.dumps(given)), changes)


def changed(aws_type: str, action: str, **fields: tuple[Any, Any]) -> dict[str, Any]:
    """Return a change as a recap has it."""
    entries = [{"field": name, "before": old, "after": new} for name, (old, new) in fields.items()]
    return {"type": aws_type, "name": "x", "action": action, "fields": entries}


def test_a_second_gateway_costs_its_hours_and_its_address() -> None:
    found = reported([changed(NAT, "create"), changed(EIP, "create")], NAT, NAT, EIP, EIP)
    assert found["usd"] == "127.02"
    assert found["difference_usd"] == "+ 38.69"
    assert found["parts"] == [
        {"usd": "+ 35.04", "tier": "network", "what": "NAT gateway"},
        {"usd": "+ 3.65", "tier": "network", "what": "IPv4 address of a NAT gateway"},
    ]


def test_what_is_removed_costs_nothing_any_more() -> None:
    found = reported([changed(NAT, "remove")])
    assert (found["usd"], found["difference_usd"]) == ("49.64", "- 35.04")


def test_another_node_type_costs_what_it_costs_less_what_the_old_one_did() -> None:
    found = reported([changed(CACHE, "update", cache_node_type=("cache.t4g.micro", "cache.t4g.small"))])
    assert found["difference_usd"] == "+ 24.82"
    assert [part["usd"] for part in found["parts"]] == ["+ 49.64", "- 24.82"]


def test_what_has_no_price_is_named_and_adds_nothing() -> None:
    found = reported([changed(CACHE, "update", cache_node_type=("cache.x1.huge", "cache.t4g.small"))])
    assert found["not_priced"] == ["redis: node cache.x1.huge (redis)"]
    assert found["parts"] == [{"usd": "+ 49.64", "tier": "redis", "what": "node cache.t4g.small (redis)"}]


def test_a_value_that_is_not_known_stays_as_the_inventory_has_it() -> None:
    found = reported([changed(CACHE, "update", num_cache_clusters=(None, 2), description=("a", "b"))])
    assert (found["difference_usd"], found["parts"]) == ("+ 0.00", [])


def test_no_secret_goes_along() -> None:
    given = difference.basis([], {"aurora_master_password": "x", "waf_rate_limit": 5}, {}, "eu-west-1", str(TABLE))
    assert given["variables"] == {"waf_rate_limit": 5}


def test_the_recap_tells_it() -> None:
    texts = [line.text for line in recap_text.cost_lines(reported([changed(NAT, "create")], NAT))]
    assert texts == ["+ 35.04 network: NAT gateway", "84.68 in all, + 35.04 by this run"]
    unpriced = reported([], redis_node_type="cache.x1")
    assert [line.text for line in recap_text.cost_lines(unpriced)] == [
        "0.00 in all; not priced: redis: node cache.x1 (redis)"
    ]
    assert recap_text.cost_lines({}) == []
