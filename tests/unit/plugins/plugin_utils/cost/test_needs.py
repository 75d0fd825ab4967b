"""What a stack needs in a month, by its resources and variables."""

from __future__ import annotations

import pathlib
from decimal import Decimal
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.plugin_utils import stack_variables
from ansible_collections.streamflix.content_api.plugins.plugin_utils.cost import needs as cost_needs
from ansible_collections.streamflix.content_api.plugins.plugin_utils.cost.estimate import Estimate, estimate, savings
from ansible_collections.streamflix.content_api.plugins.plugin_utils.cost.needs import Stack, needs, on_spot
from ansible_collections.streamflix.content_api.plugins.plugin_utils.cost.prices import Prices

TABLE = pathlib.Path(__file__).parents[5] / "roles" / "preflight" / "files" / "prices.tsv"
SPOT = [{"capacity_provider": "FARGATE", "base": 1, "weight": 1}, {"capacity_provider": "FARGATE_SPOT", "weight": 3}]
KINDS = ("AWS::EC2::NatGateway", "AWS::EC2::FlowLog", "AWS::ECR::Repository", "AWS::WAFv2::WebACL")
ONE_SERVICE = {"AWS::ECS::Service": 1}
ROLES = ("network", "aurora", "redis", "ecs_service")
SERVICE = {"ecs_service_cpu": 512, "ecs_service_memory": 1024, "ecs_service_desired_count": 2}


def of_members(count: int) -> dict[str, int]:
    """Return the resources of a database with so many instances."""
    return {"AWS::RDS::DBInstance": count}


def quantities(
    variables: dict[str, Any], resources: dict[str, int] | None = None, **assumed: float
) -> dict[str, Decimal]:
    """Return the units a month of each usage type."""
    return {need.key.usage: need.quantity for need in needs(Stack(resources or {}, variables, assumed))}


@pytest.mark.parametrize(("tasks", "spot"), [(0, 0), (1, 0), (2, 1), (5, 3), (9, 6)])
def test_tasks_beyond_the_base_go_by_weight(tasks: int, spot: int) -> None:
    assert on_spot(Decimal(tasks), SPOT) == spot
    assert on_spot(Decimal(tasks), []) == 0


def test_a_task_needs_processors_and_memory_for_each_hour() -> None:
    assert quantities(SERVICE, ONE_SERVICE) == {"Fargate-vCPU-Hours:perCPU": 730, "Fargate-GB-Hours": 1460}
    arm = quantities({**SERVICE, "ecs_service_cpu_architecture": "ARM64"}, ONE_SERVICE)
    assert set(arm) == {"Fargate-ARM-vCPU-Hours:perCPU", "Fargate-ARM-GB-Hours"}
    scaled = quantities({**SERVICE, "ecs_service_scaling": {"min_capacity": 4}}, ONE_SERVICE)
    assert scaled["Fargate-GB-Hours"] == 2920


def test_what_runs_beyond_the_fewest_is_usage() -> None:
    found = needs(Stack(ONE_SERVICE, SERVICE, {"tasks": 5}))
    assert [(need.count, need.metered) for need in found] == [(2, False), (2, False), (3, True), (3, True)]
    assert [need.metered for need in needs(Stack(ONE_SERVICE, SERVICE, {"tasks": 1}))] == [False, False]


def test_an_optimized_storage_has_prices_of_its_own_and_no_charge_for_requests() -> None:
    member = {"aurora_members": [{"identifier": "x"}], "aurora_min_capacity": 1}
    plain = quantities(member, of_members(1), aurora_storage_gb=10, aurora_io_requests=10)
    assert set(plain) == {"Aurora:ServerlessV2Usage", "Aurora:StorageUsage", "Aurora:StorageIOUsage"}
    optimized = quantities(
        {**member, "aurora_storage_type": "aurora-iopt1"}, of_members(1), aurora_storage_gb=10, aurora_io_requests=10
    )
    assert set(optimized) == {"Aurora:ServerlessV2IOOptimizedUsage", "Aurora:IOOptimizedStorageUsage"}


def test_an_instance_with_a_class_is_no_serverless_one() -> None:
    members = [{"identifier": "x"}, {"identifier": "y", "instance_class": "db.r7g.large"}]
    found = quantities({"aurora_members": members, "aurora_min_capacity": 2}, of_members(2))
    assert found == {"Aurora:ServerlessV2Usage": 1460, "InstanceUsage:db.r7g.large": 730}


def test_a_cluster_that_pauses_costs_nothing_while_it_does() -> None:
    paused = {"aurora_members": [{"identifier": "x"}], "aurora_min_capacity": 0}
    assert quantities(paused, of_members(1)) == {}
    assert quantities(paused, of_members(1), aurora_capacity=2) == {"Aurora:ServerlessV2Usage": 1460}


def test_gateway_endpoints_cost_nothing_and_flow_logs_by_where_they_go() -> None:
    variables = {"network_vpc_endpoints": [{"service": "s3"}, {"service": "ecr.api"}]}
    variables["network_availability_zones"] = ["a", "b"]
    assert quantities(variables) == {"VpcEndpoint-Hours": 1460}
    assert quantities({}, {"AWS::EC2::FlowLog": 1}, flow_log_gb=5) == {"VendedLog-Bytes": 5}
    bucket = {"network_flow_log_destination_type": "s3"}
    assert quantities(bucket, {"AWS::EC2::FlowLog": 1}, flow_log_gb=5) == {"S3-Egress-Bytes": 5}
    assert quantities(bucket, flow_log_gb=5) == {}


def test_a_regional_gateway_costs_in_each_zone() -> None:
    variables = {"network_nat_gateways": "regional", "network_availability_zones": ["a", "b", "c"]}
    found = quantities(variables, {"AWS::EC2::NatGateway": 1}, nat_gb=7)
    hours = {"RegionalNatGateway-Hours": 3 * 730, "PublicIPv4:InUseAddress": 3 * 730}
    assert found == {**hours, "RegionalNatGateway-Bytes": 7}


def test_the_first_gigabytes_to_the_internet_are_free() -> None:
    assert quantities({}, egress_gb=100) == {}
    assert quantities({}, egress_gb=150) == {"DataTransfer-Out-Bytes": 50}


def test_a_web_acl_counts_its_rules() -> None:
    variables = {"waf_managed_rule_groups": [{"name": "A"}, {"name": "B"}], "waf_rate_limit": 2000}
    found = quantities(variables, {"AWS::WAFv2::WebACL": 2}, api_requests=10)
    assert found["WebACLV2"] == 2
    assert found["RuleV2"] == 2 * 3
    assert found["RequestV2-Tier1"] == 20


def test_each_assumption_is_used_and_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    used: set[str] = set()
    real = Stack.assumed

    def noted(stack: Stack, name: str) -> Decimal:
        used.add(name)
        return real(stack, name)

    monkeypatch.setattr(cost_needs.Stack, "assumed", noted)
    needs(Stack(dict.fromkeys(KINDS, 1), {**SERVICE, "ecs_service_container_insights": "enabled"}))
    assert used == set(stack_variables.specs_of("preflight")["platform_cost_assumptions"]["options"])


def test_what_decides_about_costs_is_handed_to_the_recap(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[str] = set()
    real = Stack.get

    def noted(stack: Stack, name: str, default: Any = None) -> Any:
        asked.add(name)
        return real(stack, name, default)

    monkeypatch.setattr(cost_needs.Stack, "get", noted)
    needs(Stack(dict.fromkeys(KINDS, 1), SERVICE))
    savings(Stack({}, {}), Estimate("eu-west-1", ()), Prices([]))
    assert asked == set(cost_needs.DECIDING)
    assert asked <= {name for role in ROLES for name in stack_variables.specs_of(role)}


def test_a_saving_is_told_where_both_prices_are_known() -> None:
    cache = {"redis_node_type": "cache.t4g.small", "redis_engine": "redis", "redis_num_cache_clusters": 2}
    resources = {"AWS::ElastiCache::ReplicationGroup": 1, "AWS::EC2::NatGateway": 3, "AWS::EC2::EIP": 3}
    stack = Stack(resources, {**cache, "network_nat_gateways": "per_az", "aurora_storage_type": "aurora"})
    prices = Prices.load(TABLE)
    assert savings(stack, estimate(stack, "eu-west-1", prices), prices) == {
        "Valkey": 2 * 730 * (Decimal("0.034") - Decimal("0.0272")),
        "I/O-Optimized": Decimal(0),
        "one NAT gateway": 2 * 730 * (Decimal("0.048") + Decimal("0.005")),
    }
    larger = Stack(resources, {**cache, "redis_node_type": "cache.x1"})
    assert savings(larger, estimate(larger, "eu-west-1", prices), prices) == {"Valkey": None}
    (line,) = estimate(larger, "eu-west-1", prices).unpriced
    told = "redis, node cache.x1 (redis): AmazonElastiCache NodeUsage:cache.x1 (Redis) is not in the table"
    assert (line.usd, line.without_price()) == (None, told)
