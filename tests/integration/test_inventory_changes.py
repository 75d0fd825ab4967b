"""Changing an inventory: the preview says what happens to each resource and field, and the run does just that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from tests.support import account
from tests.support.playbook import Run

ZONES = {
    "network_availability_zones": ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
    "network_public_subnet_cidrs": ["10.0.0.0/24", "10.0.1.0/24", "10.0.4.0/24"],
    "network_private_subnet_cidrs": ["10.0.2.0/24", "10.0.3.0/24", "10.0.5.0/24"],
}
# before a zone is taken out, the others leave it
LEAVING = {
    **ZONES,
    "aurora_subnet_ids": "{{ network_outputs.private_subnet_ids[:2] }}",
    "redis_subnet_ids": "{{ network_outputs.private_subnet_ids[:2] }}",
    "ecs_service_subnet_ids": "{{ network_outputs.private_subnet_ids[:2] }}",
    "ecs_service_load_balancer_subnet_ids": "{{ network_outputs.public_subnet_ids[:2] }}",
}
NETWORK = {
    **ZONES,
    "network_alb_ingress": [
        {"from_port": 80, "cidr": "0.0.0.0/0", "description": "Allow HTTP traffic from anywhere"},
        {"from_port": 8080, "cidr": "10.0.0.0/8", "description": "Allow the office"},
    ],
}
STORES = {
    "aurora_max_capacity": 4,
    "aurora_members": [
        {"identifier": "streamflix-aurora-dev-writer", "promotion_tier": 0, "auto_minor_version_upgrade": True},
        {"identifier": "streamflix-aurora-dev-reader", "promotion_tier": 3, "auto_minor_version_upgrade": True},
        {"identifier": "streamflix-aurora-dev-third", "promotion_tier": 4, "availability_zone": "eu-west-1a"},
    ],
    "redis_node_type": "cache.t4g.small",
    "redis_tags": {
        "Application": "streamflix",
        "Environment": "dev",
        "ManagedBy": "streamflix.content_api",
        "CostCenter": "1234",
    },
}
SERVICE = {
    "ecs_service_image": "public.ecr.aws/nginx/nginx:1.29.3",
    "ecs_service_cpu": 512,
    "ecs_service_memory": 1024,
    "ecs_service_extra_environment": {"FEATURE": "on"},
    "ecs_service_desired_count": 3,
}
API = {"apigw_throttling_burst_limit": 4000, "apigw_metrics_enabled": True}
VARIABLES = {**NETWORK, **STORES, **SERVICE, **API}


OFFICE = {
    "protocol": "tcp",
    "from_port": 8080,
    "to_port": 8080,
    "cidr": "10.0.0.0/8",
    "description": "Allow the office",
}
HTTPS = {
    "protocol": "tcp",
    "from_port": 443,
    "to_port": 443,
    "cidr": "0.0.0.0/0",
    "description": "Allow HTTPS traffic from anywhere",
}
SUBNET, FAMILY = "subnet-", "streamflix-api-dev:"
# the names of what is created
NEW = {
    ("AWS::EC2::Subnet", "streamflix-private-3-dev"),
    ("AWS::EC2::Subnet", "streamflix-public-3-dev"),
    ("AWS::EC2::RouteTable", "streamflix-private-3-dev"),
    ("AWS::EC2::RouteTable", "streamflix-public-3-dev"),
    ("AWS::RDS::DBInstance", "streamflix-aurora-dev-third"),
}
REMOVED = {("AWS::RDS::DBInstance", "streamflix-aurora-dev-third")}
# type and name, then each field with its values before and after; of what AWS assigns the beginning
Fields = dict[str, tuple[Any, Any]]
CHANGED: dict[tuple[str, str], Fields] = {
    ("AWS::EC2::SecurityGroup", "streamflix-alb-dev"): {"ingress": ([HTTPS], [OFFICE])},
    ("AWS::RDS::DBSubnetGroup", "streamflix-aurora-subnet-dev"): {"subnet_ids": ([], [SUBNET])},
    ("AWS::RDS::DBCluster", "streamflix-aurora-dev"): {"max_capacity": (2.0, 4.0)},
    ("AWS::RDS::DBInstance", "streamflix-aurora-dev-reader"): {"promotion_tier": (1, 3)},
    ("AWS::ElastiCache::SubnetGroup", "streamflix-redis-subnet-dev"): {
        "subnet_ids": ([], [SUBNET]),
        "tags.CostCenter": (None, "1234"),
    },
    ("AWS::ElastiCache::ReplicationGroup", "streamflix-redis-dev"): {
        "cache_node_type": ("cache.t4g.micro", "cache.t4g.small"),
        "tags.CostCenter": (None, "1234"),
    },
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "streamflix-alb-dev"): {"subnets": ([], [SUBNET])},
    ("AWS::ApiGateway::Stage", "StreamFlix Content API dev dev"): {
        "metrics_enabled": (False, True),
        "throttling_burst_limit": (5000, 4000),
    },
    ("AWS::ECS::TaskDefinition", "streamflix-api-dev"): {
        "containers.ApiContainer.environment.FEATURE": (None, "on"),
        "containers.ApiContainer.image": (
            "public.ecr.aws/nginx/nginx:1.28.0",
            "public.ecr.aws/nginx/nginx:1.29.3",
        ),
        "cpu": (256, 512),
        "memory": (512, 1024),
    },
    ("AWS::ECS::Service", "streamflix-api-dev"): {
        "desired_count": (2, 3),
        "subnets": ([], [SUBNET]),
        "task_definition": (FAMILY, FAMILY),
    },
}


def shortened(value: Any) -> Any:
    """Return a value with only the beginning of what AWS assigns: ids of subnets, numbers of revisions."""
    if isinstance(value, list):
        return [shortened(item) for item in value]
    beginning = next((prefix for prefix in (SUBNET, FAMILY) if str(value).startswith(prefix)), None)
    return value if beginning is None else beginning


def named(changes: Iterable[Mapping[str, Any]], action: str) -> set[tuple[str, str]]:
    """Return type and name of each resource to which something is done."""
    return {(change["type"], change["name"]) for change in changes if change["action"] == action}


def updated(changes: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], Fields]:
    """Return what is updated, as C(CHANGED) has it.

    Which revisions of a task definition are too many by now depends on the tests before.
    """
    return {
        (change["type"], change["name"]): {
            entry["field"]: (shortened(entry["before"]), shortened(entry["after"]))
            for entry in change["fields"]
            if entry["field"] != "old_revisions"
        }
        for change in changes
        if change["action"] == "update"
    }


def counts(aws: Any) -> dict[str, Any]:
    """Return what the account has of each kind that is changed here, read with plain boto3."""
    ecs, elasticache = aws("ecs"), aws("elasticache")
    (service,) = ecs.describe_services(cluster="streamflix-cluster-dev", services=["streamflix-api-dev"])["services"]
    task = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    (container,) = task["containerDefinitions"]
    (cluster,) = aws("rds").describe_db_clusters()["DBClusters"]
    (group,) = elasticache.describe_replication_groups()["ReplicationGroups"]
    (api,) = aws("apigateway").get_rest_apis()["items"]
    (stage,) = aws("apigateway").get_stages(restApiId=api["id"])["item"]
    (alb,) = aws("ec2").describe_security_groups(Filters=[{"Name": "group-name", "Values": ["streamflix-alb-dev"]}])[
        "SecurityGroups"
    ]
    labels = elasticache.list_tags_for_resource(ResourceName=group["ARN"])["TagList"]
    return {
        "ports": sorted(rule["FromPort"] for rule in alb["IpPermissions"]),
        "capacity": cluster["ServerlessV2ScalingConfiguration"]["MaxCapacity"],
        "members": len(cluster["DBClusterMembers"]),
        "node": group["CacheNodeType"],
        "cost center": [label["Value"] for label in labels if label["Key"] == "CostCenter"],
        "task": (task["cpu"], task["memory"], container["image"]),
        "feature": [item["value"] for item in container["environment"] if item["name"] == "FEATURE"],
        "subnets": len(service["networkConfiguration"]["awsvpcConfiguration"]["subnets"]),
        "desired": service["desiredCount"],
        "stage": (
            stage["methodSettings"]["*/*"]["throttlingBurstLimit"],
            stage["methodSettings"]["*/*"]["metricsEnabled"],
        ),
    }


BEFORE = {
    "ports": [80, 443],
    "capacity": 2.0,
    "members": 2,
    "node": "cache.t4g.micro",
    "cost center": [],
    "task": ("256", "512", "public.ecr.aws/nginx/nginx:1.28.0"),
    "feature": [],
    "subnets": 2,
    "desired": 2,
    "stage": (5000, False),
}
AFTER = {
    "ports": [80, 8080],
    "capacity": 4.0,
    "members": 3,
    "node": "cache.t4g.small",
    "cost center": ["1234"],
    "task": ("512", "1024", "public.ecr.aws/nginx/nginx:1.29.3"),
    "feature": ["on"],
    "subnets": 3,
    "desired": 3,
    "stage": (4000, True),
}


def test_what_is_added_changed_and_removed_is_what_the_preview_says(aws: Any, play: Any) -> None:
    assert counts(aws) == BEFORE
    back = {key: {name: (new, old) for name, (old, new) in its.items()} for key, its in CHANGED.items()}
    for variables, new, removed, changed, found in (
        (VARIABLES, NEW, set(), CHANGED, AFTER),
        (LEAVING, set(), REMOVED, back, BEFORE),
        ({}, set(), NEW - REMOVED, {}, BEFORE),
    ):
        preview = play("site.yml", "--check", **variables)
        run = play("site.yml", **variables)
        again = play("site.yml", **variables)
        for one in (preview, run):
            assert one.code == 0, one.output
            assert named(one.changes, "create") == new
            assert named(one.changes, "remove") == removed
            assert updated(one.changes) == changed
            assert len(one.changes) == len(new) + len(removed) + len(changed)
        assert again.code == 0, again.output
        assert (again.changed, again.changes) == (0, [])
        assert counts(aws) == found


def message(run: Run) -> str:
    """Return what the only task that failed says."""
    assert run.code != 0
    (failure,) = run.failures
    return failure["message"]


@pytest.mark.parametrize(
    ("tier", "variables", "words"),
    [
        # found before AWS is asked for anything, and by the module that knows it
        ("always", {"ecs_service_memory": 4096}, "ecs_service_memory 4096 does not go with ecs_service_cpu 256"),
        ("aurora", {"aurora_backup_retention_period": 99}, "backup_retention_period 99"),
    ],
)
def test_what_is_impossible_fails_in_the_preview_as_in_the_run(
    aws: account.Client, play: Any, written: Any, tier: str, variables: dict[str, Any], words: str
) -> None:
    preview = play("site.yml", "--tags", tier, "--check", **variables)
    run = play("site.yml", "--tags", tier, **variables)
    assert words in message(preview)
    assert message(preview) == message(run)
    assert (preview.changes, run.changes) == ([], [])
    assert (written(preview), written(run)) == ([], [])


@pytest.mark.parametrize(
    ("tier", "variables", "kind", "name", "field"),
    [
        (
            "aurora",
            {"aurora_storage_encrypted": False},
            "AWS::RDS::DBCluster",
            "streamflix-aurora-dev",
            {"field": "storage_encrypted", "before": True, "after": False},
        ),
        (
            "aurora",
            {"aurora_database_name": "films"},
            "AWS::RDS::DBCluster",
            "streamflix-aurora-dev",
            {"field": "database_name", "before": "streamflix", "after": "films"},
        ),
        (
            "aurora",
            {"aurora_master_username": "films"},
            "AWS::RDS::DBCluster",
            "streamflix-aurora-dev",
            {"field": "master_username", "before": "postgres", "after": "films"},
        ),
        (
            "redis",
            {"redis_at_rest_encryption": False},
            "AWS::ElastiCache::ReplicationGroup",
            "streamflix-redis-dev",
            {"field": "at_rest_encryption", "before": True, "after": False},
        ),
    ],
    ids=["storage encryption", "database name", "user name", "encryption at rest"],
)
def test_what_holds_data_is_not_replaced_unasked(
    aws: account.Client,
    play: Any,
    written: Any,
    tier: str,
    variables: dict[str, Any],
    kind: str,
    name: str,
    field: dict[str, Any],
) -> None:
    for arguments in (("--check",), ()):
        stopped = play("site.yml", "--tags", tier, *arguments, **variables)
        assert "needs replacement, AWS cannot change in place" in message(stopped)
        (change,) = [change for change in stopped.changes if change["action"] == "replace"]
        assert (change["type"], change["name"], change["fields"]) == (kind, name, [field])
        assert change["reason"]
        assert written(stopped) == []


@pytest.mark.parametrize(
    ("tier", "variables", "kind", "name"),
    [
        (
            "aurora",
            {"aurora_storage_encrypted": False, "aurora_replace": True},
            "AWS::RDS::DBCluster",
            "streamflix-aurora-dev",
        ),
        (
            "redis",
            {"redis_at_rest_encryption": False, "redis_replace": True},
            "AWS::ElastiCache::ReplicationGroup",
            "streamflix-redis-dev",
        ),
    ],
    ids=["aurora", "redis"],
)
def test_a_replacement_that_was_asked_for_is_shown_first(
    aws: account.Client, play: Any, written: Any, tier: str, variables: dict[str, Any], kind: str, name: str
) -> None:
    preview = play("site.yml", "--tags", tier, "--check", **variables)
    assert preview.code == 0, preview.output
    assert named(preview.changes, "replace") == {(kind, name)}
    assert written(preview) == []
