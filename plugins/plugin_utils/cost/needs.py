# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a stack needs in a month that AWS charges for, by the resources that it has and its variables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ansible_collections.streamflix.content_api.plugins.filter.vpc_endpoints import GATEWAY, kind_of
from ansible_collections.streamflix.content_api.plugins.module_utils.wafv2 import choices
from ansible_collections.streamflix.content_api.plugins.plugin_utils.cost.prices import Key

# of a month, as AWS's calculator counts them
HOURS = Decimal(730)
# of one vCPU
CPU_UNITS = Decimal(1024)
MIB = Decimal(1024)
# of DataTransfer, for all of an account
FREE_EGRESS_GB = Decimal(100)
ENGINES = {"redis": "Redis", "valkey": "Valkey"}
SPOT = "FARGATE_SPOT"
# the variables that decide about costs, beside all of the role waf
DECIDING = (
    "aurora_database_insights_mode",
    "aurora_members",
    "aurora_min_capacity",
    "aurora_storage_type",
    "ecs_service_capacity_provider_strategy",
    "ecs_service_container_insights",
    "ecs_service_cpu",
    "ecs_service_cpu_architecture",
    "ecs_service_desired_count",
    "ecs_service_load_balancer_scheme",
    "ecs_service_memory",
    "ecs_service_scaling",
    "network_availability_zones",
    "network_flow_log_destination_type",
    "network_nat_gateways",
    "network_vpc_endpoints",
    "redis_engine",
    "redis_node_type",
    "redis_num_cache_clusters",
)


@dataclass(frozen=True)
class Need:
    """So many units of something in a month.

    :ivar tier: the role that has it.
    :ivar what: in words.
    :ivar count: how many there are of it.
    :ivar each: units a month for each of them.
    :ivar key: what AWS charges for.
    :ivar metered: whether it depends on use, and so on assumptions.
    """

    tier: str
    what: str
    count: Decimal
    each: Decimal
    key: Key
    metered: bool = False

    @property
    def quantity(self) -> Decimal:
        """The units a month of all of them."""
        return self.count * self.each


@dataclass(frozen=True)
class Stack:
    """What is known of a stack before anything of it exists.

    :ivar resources: how many resources it is to have, by CloudFormation's type.
    :ivar variables: the values of the roles' variables.
    :ivar assumptions: what its users do in a month, by the names of C(platform_cost_assumptions).
    """

    resources: Mapping[str, int]
    variables: Mapping[str, Any]
    assumptions: Mapping[str, Any] = field(default_factory=dict)

    def count(self, aws_type: str) -> Decimal:
        """Return how many resources of a type it has."""
        return Decimal(self.resources.get(aws_type, 0))

    def get(self, name: str, default: Any = None) -> Any:
        """Return a variable; the default where it is not set."""
        value = self.variables.get(name)
        return default if value is None else value

    def number(self, name: str, default: Any = 0) -> Decimal:
        """Return a variable that is a number."""
        return Decimal(str(self.get(name, default)))

    def assumed(self, name: str) -> Decimal:
        """Return an assumption; 0 where there is none."""
        return Decimal(str(self.assumptions.get(name) or 0))

    @property
    def zones(self) -> Decimal:
        """In how many availability zones it is."""
        return Decimal(len(self.get("network_availability_zones", [])))


Needs = Iterator[Need]
ONE = Decimal(1)


def addresses(tier: str, what: str, count: Decimal) -> Need:
    """Return the need of public IPv4 addresses."""
    return Need(tier, what, count, HOURS, Key("AmazonVPC", "PublicIPv4:InUseAddress"))


def network(stack: Stack) -> Needs:
    """Yield what the network needs."""
    # a regional one is charged in each zone in which it is, and has an address of AWS's there
    regional = stack.get("network_nat_gateways") == "regional"
    kind, places = ("Regional", stack.zones) if regional else ("", ONE)
    gateways = stack.count("AWS::EC2::NatGateway") * places
    held = gateways if regional else stack.count("AWS::EC2::EIP")
    yield Need("network", "NAT gateway", gateways, HOURS, Key("AmazonEC2", f"{kind}NatGateway-Hours"))
    yield addresses("network", "IPv4 address of a NAT gateway", held)
    data = stack.assumed("nat_gb") if gateways else Decimal(0)
    yield Need(
        "network", "GB through NAT gateways", ONE, data, Key("AmazonEC2", f"{kind}NatGateway-Bytes"), metered=True
    )
    kinds = [kind_of(entry) for entry in stack.get("network_vpc_endpoints", [])]
    private = Decimal(len([kind for kind in kinds if kind != GATEWAY]))
    yield Need(
        "network", "interface endpoint in a zone", private * stack.zones, HOURS, Key("AmazonVPC", "VpcEndpoint-Hours")
    )
    logged = stack.assumed("flow_log_gb") if stack.count("AWS::EC2::FlowLog") else Decimal(0)
    to_bucket = stack.get("network_flow_log_destination_type") == "s3"
    usage = "S3-Egress-Bytes" if to_bucket else "VendedLog-Bytes"
    yield Need("network", "GB of flow logs", ONE, logged, Key("AmazonCloudWatch", usage), metered=True)


def aurora(stack: Stack) -> Needs:
    """Yield what the database needs: baseline is its smallest capacity."""
    members = stack.get("aurora_members", [])
    served = [one for one in members if (one.get("instance_class") or "db.serverless") == "db.serverless"]
    optimized = stack.get("aurora_storage_type") == "aurora-iopt1"
    usage = "Aurora:ServerlessV2IOOptimizedUsage" if optimized else "Aurora:ServerlessV2Usage"
    capacity, least = Key("AmazonRDS", usage, "PostgreSQL"), stack.number("aurora_min_capacity")
    count = max(stack.count("AWS::RDS::DBInstance") - len(members) + len(served), Decimal(0))
    yield Need("aurora", f"instance at its least {least} ACU", count, least * HOURS, capacity)
    more = max(stack.assumed("aurora_capacity") - least, Decimal(0)) * HOURS
    yield Need("aurora", "instance above it", count, more, capacity, metered=True)
    for member in members if stack.count("AWS::RDS::DBInstance") else ():
        if member not in served:
            key = Key("AmazonRDS", f"InstanceUsage:{member['instance_class']}", "PostgreSQL")
            yield Need("aurora", f"instance {member['instance_class']}", ONE, HOURS, key)
    if stack.get("aurora_database_insights_mode") == "advanced" and count:
        yield Need("aurora", "Database Insights, advanced", count, HOURS, Key("AmazonCloudWatch", "DatabaseInsights"))
    storage = "Aurora:IOOptimizedStorageUsage" if optimized else "Aurora:StorageUsage"
    for what, name, its_usage in (
        ("GB of storage", "aurora_storage_gb", storage),
        ("I/O request", "aurora_io_requests", "Aurora:StorageIOUsage"),
        ("GB of backups beyond the free ones", "aurora_backup_gb", "Aurora:BackupUsage"),
    ):
        used = Decimal(0) if optimized and name == "aurora_io_requests" else stack.assumed(name)
        yield Need("aurora", what, ONE, used, Key("AmazonRDS", its_usage, "PostgreSQL"), metered=True)
    secrets = stack.count("AWS::SecretsManager::Secret")
    yield Need("aurora", "secret", secrets, ONE, Key("AWSSecretsManager", "AWSSecretsManager-Secrets"))


def redis(stack: Stack) -> Needs:
    """Yield what the cache needs."""
    node, engine = stack.get("redis_node_type", ""), stack.get("redis_engine", "redis")
    nodes = stack.count("AWS::ElastiCache::ReplicationGroup") * stack.number("redis_num_cache_clusters")
    key = Key("AmazonElastiCache", f"NodeUsage:{node}", ENGINES.get(engine, engine))
    yield Need("redis", f"node {node} ({engine})", nodes, HOURS, key)


def on_spot(tasks: Decimal, strategy: list[Mapping[str, Any]]) -> Decimal:
    """Return how many of so many tasks a capacity provider strategy places on Fargate Spot.

    Amazon ECS API Reference, CapacityProviderStrategyItem: first the base, then by weight.
    """
    base = {one["capacity_provider"]: Decimal(one.get("base") or 0) for one in strategy}
    weight = {one["capacity_provider"]: Decimal(1 if one.get("weight") is None else one["weight"]) for one in strategy}
    placed = min(base.get(SPOT, Decimal(0)), tasks)
    rest = max(tasks - sum(base.values()), Decimal(0))
    share = weight.get(SPOT, Decimal(0)) / sum(weight.values()) if sum(weight.values()) else Decimal(0)
    return placed + (rest * share).to_integral_value()


def tasks_needed(stack: Stack, what: str, tasks: Decimal, *, metered: bool) -> Needs:
    """Yield the processors and the memory of so many tasks."""
    arm = "ARM-" if stack.get("ecs_service_cpu_architecture") == "ARM64" else ""
    cpu = stack.number("ecs_service_cpu") / CPU_UNITS * HOURS
    memory = stack.number("ecs_service_memory") / MIB * HOURS
    spot = on_spot(tasks, stack.get("ecs_service_capacity_provider_strategy", []))
    for kind, count in (("", tasks - spot), ("Spot", spot)):
        provider = f"{what} on Fargate {kind}".rstrip()
        for words, each, usage in (("vCPU", cpu, "vCPU-Hours:perCPU"), ("memory", memory, "GB-Hours")):
            key = Key("AmazonECS", f"{'SpotUsage-' if kind else ''}Fargate-{arm}{usage}")
            yield Need("ecs_service", f"{provider}, {words}", count, each, key, metered)


def ecs_service(stack: Stack) -> Needs:
    """Yield what the service and its load balancer need: baseline are the fewest tasks."""
    scaling = stack.get("ecs_service_scaling", {}) or {}
    fewest = Decimal(scaling.get("min_capacity") or stack.get("ecs_service_desired_count", 0))
    fewest *= stack.count("AWS::ECS::Service")
    yield from tasks_needed(stack, "task", fewest, metered=False)
    more = max(stack.assumed("tasks") - fewest, Decimal(0))
    yield from tasks_needed(stack, "further task", more, metered=True)
    balancers = stack.count("AWS::ElasticLoadBalancingV2::LoadBalancer")
    yield Need("ecs_service", "load balancer", balancers, HOURS, Key("AWSELB", "LoadBalancerUsage"))
    units = balancers * stack.assumed("load_balancer_capacity_units")
    yield Need("ecs_service", "load balancer capacity unit", units, HOURS, Key("AWSELB", "LCUUsage"), metered=True)
    if stack.get("ecs_service_load_balancer_scheme") == "internet-facing":
        yield addresses("ecs_service", "IPv4 address of the load balancer", balancers * stack.zones)
    if stack.get("ecs_service_container_insights", "disabled") != "disabled":
        metrics = stack.assumed("container_insights_metrics")
        key = Key("AmazonCloudWatch", "CW:MetricMonitorUsage")
        yield Need("ecs_service", "metric of Container Insights", metrics, ONE, key, metered=True)
    for what, name, usage in (
        ("GB of logs written", "log_gb", "DataProcessing-Bytes"),
        ("GB of logs kept", "log_stored_gb", "TimedStorage-ByteHrs"),
    ):
        yield Need("ecs_service", what, ONE, stack.assumed(name), Key("AmazonCloudWatch", usage), metered=True)


def apigw(stack: Stack) -> Needs:
    """Yield what the API needs: nothing until somebody asks it."""
    requests, data = stack.assumed("api_requests"), stack.assumed("egress_gb")
    yield Need("apigw", "request", ONE, requests, Key("AmazonApiGateway", "ApiGatewayRequest"), metered=True)
    beyond = max(data - FREE_EGRESS_GB, Decimal(0))
    key = Key("AWSDataTransfer", "DataTransfer-Out-Bytes")
    yield Need("apigw", f"GB to the Internet beyond {FREE_EGRESS_GB}", ONE, beyond, key, metered=True)


def of_type(stack: Stack, tier: str, what: str, aws_type: str, key: Key) -> Need:
    """Return the need of all resources of a type, which cost the same each month."""
    return Need(tier, what, stack.count(aws_type), ONE, key)


def waf(stack: Stack) -> Needs:
    """Yield what AWS WAF needs: rules count in each web ACL."""
    guards = stack.count("AWS::WAFv2::WebACL")
    rules = Decimal(len(choices.of_choices(choices.choices_of(stack.variables)))) if guards else Decimal(0)
    yield of_type(stack, "waf", "web ACL", "AWS::WAFv2::WebACL", Key("awswaf", "WebACLV2"))
    yield Need("waf", "rule or managed group", guards * rules, ONE, Key("awswaf", "RuleV2"))
    asked = stack.assumed("api_requests")
    yield Need("waf", "request", guards, asked, Key("awswaf", "RequestV2-Tier1"), metered=True)


def optional(stack: Stack) -> Needs:
    """Yield what keys, images and alarms need."""
    yield of_type(stack, "kms", "key", "AWS::KMS::Key", Key("awskms", "KMS-Keys"))
    images = stack.assumed("image_gb") if stack.count("AWS::ECR::Repository") else Decimal(0)
    yield Need("ecr", "GB of images", ONE, images, Key("AmazonECR", "TimedStorage-ByteHrs"), metered=True)
    for what, kind, usage in (
        ("alarm", "Alarm", "CW:AlarmMonitorUsage"),
        ("composite alarm", "CompositeAlarm", "CW:CompositeAlarmMonitorUsage"),
    ):
        yield of_type(stack, "observability", what, f"AWS::CloudWatch::{kind}", Key("AmazonCloudWatch", usage))


RULES: tuple[Callable[[Stack], Needs], ...] = (network, aurora, redis, ecs_service, apigw, waf, optional)


def needs(stack: Stack) -> list[Need]:
    """Return all that a stack needs in a month, without what it needs none of."""
    return [need for rule in RULES for need in rule(stack) if need.quantity]
