"""The variables of a stack: what is found, and that it names variable, value and remedy."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import InvalidOptionError
from ansible_collections.streamflix.content_api.plugins.module_utils.preflight import check_variables

GOOD: dict[str, Any] = {
    "network_vpc_cidr": "10.0.0.0/16",
    "network_public_subnet_cidrs": ["10.0.0.0/24", "10.0.1.0/24"],
    "network_private_subnet_cidrs": ["10.0.2.0/24", "10.0.3.0/24"],
    "network_availability_zones": ["eu-west-1a", "eu-west-1b"],
    "aurora_cluster_identifier": "streamflix-aurora-dev",
    "aurora_password_length": 32,
    "aurora_min_capacity": 0.5,
    "aurora_max_capacity": 2,
    "redis_replication_group_id": "streamflix-redis-dev",
    "redis_automatic_failover": True,
    "redis_multi_az": True,
    "redis_num_cache_clusters": 2,
    "ecs_service_cpu": 256,
    "ecs_service_memory": 512,
    "ecs_service_load_balancer_name": "streamflix-alb-dev",
}


def test_good_variables_have_no_findings() -> None:
    assert check_variables(GOOD) == []
    assert check_variables({}) == []


@pytest.mark.parametrize(
    ("variable", "value", "parts"),
    [
        ("network_vpc_cidr", "10.0.0.0/29", ["network_vpc_cidr '10.0.0.0/29'", "too small", "/16 to /28"]),
        (
            "network_private_subnet_cidrs",
            ["10.0.1.0/24", "10.0.3.0/24"],
            ["network_public_subnet_cidrs '10.0.1.0/24'", "overlaps network_private_subnet_cidrs", "of its own"],
        ),
        ("network_availability_zones", ["eu-west-1a"], ["network_availability_zones ['eu-west-1a']", "needs 2"]),
        ("network_public_subnet_cidrs", ["10.0.0.0/24"], ["has 1 blocks", "2 zones", "give each zone one block"]),
        ("aurora_password_length", 42, ["aurora_password_length 42", "8 to 41"]),
        ("aurora_min_capacity", 4, ["aurora_min_capacity 4 is above aurora_max_capacity 2", "lower it"]),
        ("aurora_max_capacity", 2.3, ["aurora_max_capacity 2.3", "steps of 0.5"]),
        ("redis_num_cache_clusters", 1, ["redis_num_cache_clusters is 1", "set it to 2 or more"]),
        ("redis_automatic_failover", False, ["redis_multi_az is true but redis_automatic_failover is false"]),
        ("ecs_service_memory", 4096, ["ecs_service_memory 4096", "ecs_service_cpu 256", "512, 1024, 2048"]),
        ("ecs_service_cpu", 300, ["ecs_service_cpu 300 is no size of Fargate"]),
        ("ecs_service_load_balancer_name", "x" * 33, ["ecs_service_load_balancer_name", "33 characters", "32"]),
        ("redis_replication_group_id", "r" * 41, ["redis_replication_group_id", "41 characters", "40"]),
        ("redis_subnet_group_name", "Redis", ["redis_subnet_group_name 'Redis'", "lower-case"]),
        ("ecs_service_task_role_name", "x" * 65, ["ecs_service_task_role_name", "65 characters", "64"]),
        ("aurora_cluster_identifier", "Aurora", ["aurora_cluster_identifier 'Aurora'", "lower-case"]),
    ],
)
def test_a_finding_names_variable_value_and_remedy(variable: str, value: Any, parts: list[str]) -> None:
    findings = check_variables({**GOOD, variable: value})
    assert any(all(part in finding for part in parts) for finding in findings), findings


def test_all_findings_come_at_once() -> None:
    findings = check_variables({**GOOD, "aurora_min_capacity": 4, "redis_num_cache_clusters": 1, "ecs_service_cpu": 1})
    assert len(findings) >= 3


@pytest.mark.parametrize(
    ("variable", "value", "wanted"),
    [
        ("aurora_min_capacity", "small", "a number"),
        ("redis_num_cache_clusters", "two", "a whole number"),
        ("redis_multi_az", "maybe", "a boolean"),
    ],
)
def test_a_wrong_type_is_named(variable: str, value: str, wanted: str) -> None:
    with pytest.raises(InvalidOptionError, match=f"{variable} '{value}' is not {wanted}"):
        check_variables({**GOOD, variable: value})


def test_numbers_and_switches_from_the_command_line_are_texts() -> None:
    assert (
        check_variables({**GOOD, "aurora_max_capacity": "2", "redis_multi_az": "true", "ecs_service_cpu": "256"}) == []
    )


def test_differences_may_be_ignored_for_a_reason() -> None:
    entry = {"type": "AWS::ECS::Service", "name": "api-*", "field": "desired_count", "reason": "load tests"}
    assert check_variables({"drift_ignore": [entry, {"field": "tags.*", "reason": "the billing team's"}]}) == []
    assert check_variables({"drift_ignore": []}) == []


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("all", "drift_ignore 'all' is not a list: give entries with type, name, field"),
        (["all"], "drift_ignore[0] 'all' is not a dict of texts: give entries"),
        ([{"field": "cpu", "reason": 5}], "drift_ignore[0] {'field': 'cpu', 'reason': 5} is not a dict of texts"),
        (
            [{"feild": "cpu", "name": "x", "reason": "y"}],
            "has the unknown key feild: give entries with type, name, field",
        ),
        ([{"field": "cpu"}], "drift_ignore[0] {'field': 'cpu'} has no reason: say why it is no drift."),
        ([{"field": "cpu", "reason": " "}], "has no reason"),
        ([{"reason": "quiet"}], "would ignore everything: give it a type, a name or a field."),
    ],
)
def test_an_entry_that_ignores_too_much_or_for_no_reason_is_named(value: Any, part: str) -> None:
    (finding,) = check_variables({"drift_ignore": value})
    assert part in finding
