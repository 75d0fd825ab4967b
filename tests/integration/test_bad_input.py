"""What cannot work stops the run first: one clear error, and nothing is created."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest

from tests.support import playbook

OVERLAP = ["10.0.1.0/24", "10.0.3.0/24"]
BAD = {
    # of the roles that come last
    "wrong types": (
        {"apigw_throttling_burst_limit": "many", "ecs_service_healthy_threshold": "few"},
        ["'apigw_throttling_burst_limit' is of type str", "'ecs_service_healthy_threshold' is of type str"],
    ),
    "overlapping CIDRs": (
        {"network_private_subnet_cidrs": OVERLAP},
        ["network_public_subnet_cidrs '10.0.1.0/24' overlaps network_private_subnet_cidrs", "block of its own"],
    ),
    "too small CIDR": (
        {"network_vpc_cidr": "10.0.0.0/29"},
        ["network_vpc_cidr '10.0.0.0/29' is too small", "/16 to /28"],
    ),
    "no room to move tasks": (
        {"ecs_service_availability_zone_rebalancing": True, "ecs_service_maximum_percent": 100},
        [
            "ecs_service_availability_zone_rebalancing needs room for another task, but ecs_service_maximum_percent",
            "or set ecs_service_availability_zone_rebalancing to false",
        ],
    ),
    "long password": (
        {"aurora_password_length": 42},
        ["aurora_password_length 42 is out of range", "set 8 to 41"],
    ),
    "minimum above maximum": (
        {"aurora_min_capacity": 4},
        ["aurora_min_capacity 4 is above aurora_max_capacity 2", "lower it"],
    ),
    "several zones with one node": (
        {"redis_num_cache_clusters": 1},
        ["redis_num_cache_clusters is 1", "set it to 2 or more"],
    ),
    "no Fargate size": (
        {"ecs_service_memory": 4096},
        ["ecs_service_memory 4096 does not go with ecs_service_cpu 256", "set 512, 1024, 2048"],
    ),
    "long load balancer name": (
        {"ecs_service_load_balancer_name": "b" * 33},
        ["ecs_service_load_balancer_name", "has 33 characters, AWS takes at most 32", "shorten it"],
    ),
    "long target group name": (
        {"ecs_service_target_group_name": "t" * 33},
        ["ecs_service_target_group_name", "has 33 characters, AWS takes at most 32", "shorten it"],
    ),
    "long application name": (
        {"app_name": "the-streaming-service-of-our-company"},
        ["ecs_service_load_balancer_name", "redis_replication_group_id", "shorten it"],
    ),
    "unknown region": (
        {"aws_region": "eu-wset-1"},
        ["aws_region 'eu-wset-1' is not an AWS region", "did you mean eu-west-1?"],
    ),
    "unknown zone": (
        {"network_availability_zones": ["eu-west-1a", "eu-west-1x"]},
        ["network_availability_zones has 'eu-west-1x'", "choose from eu-west-1a, eu-west-1b, eu-west-1c"],
    ),
    "engine version that AWS does not offer": (
        # of a cluster that is not there yet: one that is may run an old version
        {"aurora_engine_version": "15.5", "aurora_cluster_identifier": "streamflix-aurora-new"},
        ["aurora_engine_version '15.5' is not offered with Serverless v2 here", "choose one of"],
    ),
    "wrong account": (
        {"aws_account_id": "210987654321"},
        ["aws_account_id is '210987654321'", "belong to account '123456789012'", "correct aws_account_id"],
    ),
    # the load balancer is there, and answers to the internet
    "public load balancer made private": (
        {"ecs_service_load_balancer_scheme": "internal", "apigw_connection_type": "VPC_LINK"},
        ["is internet-facing, and AWS never changes that"],
    ),
}


def one_line(output: str) -> str:
    """Return what a run printed without line breaks, which Ansible puts into long messages."""
    return " ".join(output.split())


@pytest.mark.parametrize("name", BAD)
def test_bad_input_stops_the_run_before_anything_is_touched(name: str, aws: Any, play: Any, written: Any) -> None:
    variables, parts = BAD[name]
    stopped = play("site.yml", **variables)
    assert stopped.code != 0
    for part in parts:
        assert part in one_line(stopped.output), stopped.output
    assert "Traceback" not in stopped.output
    assert stopped.changed == 0
    assert written(stopped) == []


def test_the_preview_stops_with_the_same_message(endpoint: str) -> None:
    variables, parts = BAD["minimum above maximum"]
    stopped = playbook.run("site.yml", "--check", endpoint=endpoint, **variables)
    assert stopped.code != 0
    assert parts[0] in one_line(stopped.output)


def test_no_credentials(endpoint: str) -> None:
    stopped = playbook.run("site.yml", endpoint=endpoint, without=("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"))
    assert stopped.code != 0
    assert "Unable to locate credentials" in one_line(stopped.output)
    assert "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" in one_line(stopped.output)


def test_a_profile_that_does_not_exist(endpoint: str, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "config"
    file.write_text("[profile streamflix-dev]\nregion = eu-west-1\n", encoding="utf-8")
    keys = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    settings = {"AWS_PROFILE": "streamflix-dve", "AWS_CONFIG_FILE": str(file)}
    stopped = playbook.run("site.yml", endpoint=endpoint, without=keys, settings=settings)
    assert stopped.code != 0
    assert "The AWS profile 'streamflix-dve', which AWS_PROFILE or aws_connection names" in one_line(stopped.output)
    assert "set one of streamflix-dev, or make it with aws configure sso" in one_line(stopped.output)


def test_unreachable_endpoint(unused_endpoint: str) -> None:
    stopped = playbook.run("site.yml", endpoint=unused_endpoint)
    assert stopped.code != 0
    assert f'Could not connect to the endpoint URL: "{unused_endpoint}/"' in one_line(stopped.output)
    assert "Check the network, the region, and AWS_ENDPOINT_URL" in one_line(stopped.output)


def test_a_protected_stack_is_not_removed_by_mistake(endpoint: str) -> None:
    stopped = playbook.run("playbooks/destroy.yml", endpoint=endpoint, inventory="inventories/prod", confirm="prod")
    assert stopped.code != 0
    assert "prod is protected against removal" in one_line(stopped.output)
    assert "-e aurora_remove_deletion_protection=true" in one_line(stopped.output)
