"""AWS's limits: what each rule finds, and that it says which option, which value, and what to do."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils import rules

PROXY: dict[str, Any] = {
    "timeout_in_millis": 29000,
    "keep_deployments": 3,
    "backend_url": "http://alb.example.com",
    "stage_name": "dev",
    "throttling_burst_limit": 5000,
    "throttling_rate_limit": 2000,
    "connection_type": "INTERNET",
    "connection_id": None,
    "integration_target": None,
    "stage_variables": None,
    "access_log": None,
}


def container(**changes: Any) -> dict[str, Any]:
    return {
        "name": "api",
        "essential": True,
        "cpu": None,
        "memory": None,
        "environment": None,
        "secrets": None,
        "log_configuration": None,
        **changes,
    }


def awslogs(*names: str) -> dict[str, Any]:
    return {"log_driver": "awslogs", "options": dict.fromkeys(names, "x")}


ALL_LOG_OPTIONS = ("awslogs-group", "awslogs-region", "awslogs-stream-prefix")


@pytest.mark.parametrize(
    "found",
    [
        rules.too_long("name", "x" * 32, 32),
        rules.elbv2_name("name", "streamflix-tg-dev"),
        rules.load_balancer_name("name", "streamflix-alb-dev"),
        rules.out_of_range("port", None, 1, 65535),
        rules.out_of_range("port", 1, 1, 65535),
        rules.out_of_range("port", 65535, 1, 65535),
        rules.too_few("subnet_ids", ["subnet-1", "subnet-2"], 2, "in two zones"),
        rules.too_few("subnet_ids", ["subnet-(known after apply)"] * 2, 2, "in two zones"),
        rules.replication_group_id("replication_group_id", "streamflix-redis-dev"),
        rules.replication_group_id("replication_group_id", "x" * 40),
        rules.replication_group_availability(True, True, 2),
        rules.replication_group_availability(None, None, 1),
        rules.replication_group_availability(False, False, 1),
        rules.replication_group_availability(True, True, None),
        rules.replication_group_encryption(True, "preferred", False),
        rules.replication_group_encryption(True, "required", True),
        rules.replication_group_encryption(None, None, True),
        rules.ecs_name("name", "streamflix_cluster-dev"),
        rules.execute_command_logging({"logging": "OVERRIDE", "log_group_name": "/ecs/exec"}),
        rules.execute_command_logging({"logging": "DEFAULT"}),
        rules.strategy_outside_providers(None, None),
        rules.strategy_outside_providers([{"capacity_provider": "FARGATE", "base": 1, "weight": 1}], ["FARGATE"]),
        rules.apigateway_proxy(PROXY),
        rules.apigateway_proxy({**PROXY, "connection_type": "VPC_LINK", "connection_id": "abc"}),
        rules.apigateway_stage({"stage_variables": {"a_1": "x-1"}, "access_log": None}),
        rules.rds_identifier("cluster_identifier", "streamflix-aurora-dev"),
        rules.aurora_capacity(0.5, 2, None),
        rules.aurora_capacity(0, 2, 300),
        rules.aurora_capacity(None, None, None),
        rules.aurora_insights("advanced", True, 465),
        rules.aurora_insights("standard", None, 7),
        rules.fargate_size(256, 512),
        rules.fargate_size(1024, 8192),
        rules.task_containers([container()], 256, 512),
        rules.task_execution_role([container()], None),
        rules.task_execution_role([container(secrets={"a": "b"})], "arn:role"),
        rules.task_logging([container(log_configuration=awslogs(*ALL_LOG_OPTIONS))]),
        rules.service_deployment(100, 200),
        rules.service_deployment(None, None),
        rules.task_revision("task_definition", "streamflix-api:3"),
        rules.task_revision("task_definition", "arn:aws:ecs:eu-west-1:123456789012:task-definition/api:3"),
        rules.log_group_name("log_group_name", "/ecs/streamflix-api-dev"),
    ],
)
def test_what_aws_takes_is_no_finding(found: list[str]) -> None:
    assert found == []


@pytest.mark.parametrize(
    ("found", "parts"),
    [
        (rules.too_long("name", "x" * 33, 32), ["name 'xxx", "33 characters", "at most 32", "shorten"]),
        (rules.elbv2_name("name", "a_b"), ["name 'a_b'", "rename"]),
        (rules.elbv2_name("name", "-a"), ["name '-a'", "rename"]),
        (rules.load_balancer_name("name", "internal-x"), ["internal-", "rename"]),
        (rules.out_of_range("port", 0, 1, 65535), ["port 0", "set 1 to 65535"]),
        (rules.too_few("subnet_ids", ["a", "a"], 2, "in two zones"), ["subnet_ids", "1 different", "in two zones"]),
        (rules.replication_group_id("id", "1a"), ["id '1a'", "begin with a letter"]),
        (rules.replication_group_id("id", "a--b"), ["id 'a--b'", "single"]),
        (rules.replication_group_id("id", "a-"), ["id 'a-'", "not end with a hyphen"]),
        (rules.replication_group_id("id", "a_b"), ["id 'a_b'", "letters, digits"]),
        (rules.replication_group_id("id", ""), ["id ''", "begin with a letter"]),
        (rules.replication_group_id("id", "x" * 41), ["41 characters", "at most 40"]),
        (rules.replication_group_availability(True, None, 1), ["automatic_failover", "num_cache_clusters is 1", "set"]),
        (rules.replication_group_availability(False, True, 2), ["multi_az is true", "automatic_failover is false"]),
        (rules.replication_group_availability(None, True, 1), ["multi_az", "num_cache_clusters is 1"]),
        (
            rules.replication_group_encryption(False, "required", False),
            ["transit_encryption_mode is 'required'", "set"],
        ),
        (rules.replication_group_encryption(True, "preferred", True), ["user_group_ids", "required"]),
        (rules.replication_group_encryption(False, None, True), ["user_group_ids", "true"]),
        (rules.ecs_name("name", "a b"), ["name 'a b'", "rename"]),
        (rules.execute_command_logging({"logging": "OVERRIDE"}), ["OVERRIDE needs a target", "set log_group_name"]),
        (rules.execute_command_logging({"logging": "NONE", "bucket_name": "x"}), ["bucket_name has no effect", "set"]),
        (
            rules.strategy_outside_providers([{"capacity_provider": "SPOT", "base": 0, "weight": 1}], ["FARGATE"]),
            ["SPOT", "add it"],
        ),
        (
            rules.strategy_outside_providers([{"capacity_provider": "FARGATE", "base": 0, "weight": 0}], None),
            ["weights of 0", "set a weight"],
        ),
        (
            rules.strategy_outside_providers([{"capacity_provider": "A", "base": 1, "weight": 1}] * 2, None),
            ["several bases", "set base: 0"],
        ),
        (rules.apigateway_proxy({**PROXY, "backend_url": "alb"}), ["backend_url 'alb'", "http://"]),
        (rules.apigateway_proxy({**PROXY, "stage_name": "a b"}), ["stage_name 'a b'", "use"]),
        (rules.apigateway_proxy({**PROXY, "throttling_rate_limit": -1}), ["throttling_rate_limit -1", "set 0"]),
        (rules.apigateway_proxy({**PROXY, "timeout_in_millis": 30000}), ["timeout_in_millis 30000", "29000"]),
        (rules.apigateway_connection({**PROXY, "connection_type": "VPC_LINK"}), ["connection_id", "give"]),
        (rules.apigateway_connection({**PROXY, "connection_id": "abc"}), ["connection_id 'abc'", "VPC_LINK"]),
        (rules.apigateway_stage({**PROXY, "stage_variables": {"a-b": "x"}}), ["stage_variables 'a-b'", "use"]),
        (
            rules.apigateway_stage({**PROXY, "access_log": {"destination_arn": "arn", "format": None}}),
            ["access_log.format", "write"],
        ),
        (rules.rds_identifier("cluster_identifier", "Upper"), ["cluster_identifier 'Upper'", "lower-case"]),
        (rules.rds_identifier("cluster_identifier", "1a"), ["start with a letter"]),
        (rules.aurora_capacity(0.3, 2, None), ["min_capacity 0.3", "steps of 0.5"]),
        (rules.aurora_capacity(0.5, 0.5, None), ["max_capacity 0.5", "set 1 to 256"]),
        (rules.aurora_capacity(4, 2, None), ["min_capacity 4", "max_capacity 2", "lower"]),
        (rules.aurora_capacity(0, 2, 60), ["seconds_until_auto_pause 60", "300"]),
        (rules.aurora_capacity(0.5, 2, 300), ["seconds_until_auto_pause 300", "min_capacity 0"]),
        (rules.aurora_insights("standard", True, 30), ["performance_insights_retention_period 30", "set 7"]),
        (rules.aurora_insights("advanced", True, 7), ["too short", "465"]),
        (rules.aurora_insights("advanced", False, None), ["database_insights_mode 'advanced'", "remove"]),
        (rules.fargate_size(300, 512), ["cpu 300", "256"]),
        (rules.fargate_size(256, 4096), ["memory 4096", "cpu 256", "512"]),
        (rules.fargate_size(4096, 512), ["memory 512", "8192 to 30720", "1024"]),
        (rules.task_containers([container(), container()], 256, 512), ["'api' more than once"]),
        (rules.task_containers([container(essential=False)], 256, 512), ["no essential container", "set essential"]),
        (rules.task_containers([container(memory=1024)], 256, 512), ["memory 1024", "512"]),
        (
            rules.task_containers([container(environment={"A": "1"}, secrets={"A": "arn"})], 256, 512),
            ["both set A", "keep one"],
        ),
        (rules.task_execution_role([container(secrets={"A": "arn"})], None), ["'api'", "set execution_role_arn"]),
        (rules.task_logging([container(log_configuration=awslogs("awslogs-group"))]), ["awslogs-region", "set"]),
        (rules.service_deployment(100, 100), ["both 100", "raise"]),
        (rules.service_deployment(101, None), ["minimum_healthy_percent 101", "0 to 100"]),
        (rules.task_revision("task_definition", "streamflix-api"), ["task_definition 'streamflix-api'", "revision"]),
        (rules.log_group_name("log_group_name", "a b"), ["log_group_name 'a b'", "rename"]),
    ],
)
def test_what_aws_refuses_is_one_sentence_with_the_remedy(found: list[str], parts: list[str]) -> None:
    (sentence,) = found
    for expected in parts:
        assert expected in sentence
    assert sentence.endswith(".")
