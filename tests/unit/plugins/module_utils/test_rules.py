"""AWS's limits: what each rule finds, and that it says which option, which value, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs.reading import SERVICE
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs.rules import (
    container_health_checks,
    container_image,
    ecs_name,
    execute_command_logging,
    fargate_size,
    service_deployment,
    strategy_outside_providers,
    task_containers,
    task_execution_role,
    task_logging,
    task_revision,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.elasticache.rules import (
    node_type,
    replication_group_availability,
    replication_group_encryption,
    replication_group_id,
    snapshot_identifier,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2.rules import (
    deregistration_delay,
    elbv2_name,
    load_balancer_name,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.iam.rules import (
    iam_name,
    inline_policies,
    policy_arns,
    policy_document,
    role_path,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.logs.rules import log_group_name
from ansible_collections.streamflix.content_api.plugins.module_utils.rds.rules import (
    aurora_capacity,
    aurora_insights,
    log_exports,
    master_password_length,
    postgresql_name,
    rds_identifier,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import (
    kms_key,
    out_of_range,
    subnet_group_name,
    too_few,
    too_long,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.windows import backup_and_maintenance
from ansible_collections.streamflix.content_api.plugins.modules.apigateway_proxy import Proxy

from tests.support.rows import problems, refused

LOG_GROUP_ARN = "arn:aws:logs:eu-west-1:123456789012:log-group:api"
PROXY = {"name": "api", "backend_url": "http://alb.example.com", "stage_name": "dev"}


def proxy(**options: Any) -> list[str]:
    return problems(Proxy, **{**PROXY, **options})


def windows(backup: str | None, maintenance: str | None) -> list[str]:
    return backup_and_maintenance("snapshot_window", backup, maintenance, 60)


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
        lambda: too_long("name", "x" * 32, 32),
        lambda: elbv2_name("name", "streamflix-tg-dev"),
        lambda: load_balancer_name("name", "streamflix-alb-dev"),
        lambda: out_of_range("port", None, 1, 65535),
        lambda: out_of_range("port", 1, 1, 65535),
        lambda: out_of_range("port", 65535, 1, 65535),
        lambda: too_few("subnet_ids", ["subnet-1", "subnet-2"], 2, "in two zones"),
        lambda: too_few("subnet_ids", ["subnet-(known after apply)"] * 2, 2, "in two zones"),
        lambda: replication_group_id("replication_group_id", "streamflix-redis-dev"),
        lambda: replication_group_id("replication_group_id", "x" * 40),
        lambda: replication_group_availability(True, True, 2),
        lambda: replication_group_availability(None, None, 1),
        lambda: replication_group_availability(False, False, 1),
        lambda: replication_group_availability(True, True, None),
        lambda: replication_group_encryption(True, "preferred", False),
        lambda: replication_group_encryption(True, "required", True),
        lambda: replication_group_encryption(None, None, True),
        lambda: ecs_name("name", "streamflix_cluster-dev"),
        lambda: execute_command_logging({"logging": "OVERRIDE", "log_group_name": "/ecs/exec"}),
        lambda: execute_command_logging({"logging": "DEFAULT"}),
        lambda: strategy_outside_providers(None, None),
        lambda: strategy_outside_providers([{"capacity_provider": "FARGATE", "base": 1, "weight": 1}], ["FARGATE"]),
        proxy,
        lambda: proxy(timeout_in_millis=300000),
        lambda: proxy(connection_type="VPC_LINK", connection_id="abc"),
        lambda: proxy(stage_variables={"a_1": "x-1"}),
        lambda: rds_identifier("cluster_identifier", "streamflix-aurora-dev"),
        lambda: aurora_capacity(0.5, 2, None),
        lambda: aurora_capacity(0, 2, 300),
        lambda: aurora_capacity(None, None, None),
        lambda: master_password_length("aurora_password_length", 8),
        lambda: master_password_length("aurora_password_length", 41),
        lambda: aurora_insights("advanced", True, 465),
        lambda: aurora_insights("standard", None, 7),
        lambda: fargate_size(256, 512),
        lambda: fargate_size(1024, 8192),
        lambda: task_containers([container()], 256),
        lambda: task_execution_role([container()], None),
        lambda: task_execution_role([container(secrets={"a": "b"})], "arn:role"),
        lambda: task_logging([container(log_configuration=awslogs(*ALL_LOG_OPTIONS))]),
        lambda: container_health_checks([container(), container(health_check={"command": ["NONE"]})]),
        lambda: container_health_checks([container(health_check={"command": ["CMD", "true"], "retries": 10})]),
        lambda: service_deployment(100, 200),
        lambda: service_deployment(None, None),
        lambda: task_revision("task_definition", "streamflix-api:3"),
        lambda: task_revision("task_definition", "arn:aws:ecs:eu-west-1:123456789012:task-definition/api:3"),
        lambda: log_group_name("log_group_name", "/ecs/streamflix-api-dev"),
        lambda: subnet_group_name("name", "streamflix-redis-subnet-dev"),
        lambda: iam_name("name", "streamflix+ecs=a,b.c@d-e_f"),
        lambda: role_path("path", None),
        lambda: role_path("path", "/"),
        lambda: role_path("path", "/service/ecs/"),
        lambda: policy_arns("managed_policies", ["arn:aws-cn:iam::aws:policy/service-role/X", "(known after apply)"]),
        lambda: policy_document("policy", '{"Statement": [{"Effect": "Deny"}]}'),
        lambda: policy_document("policy", {"Statement": {"Effect": "Allow", "Condition": {"Bool": {"a": True}}}}),
        lambda: inline_policies("inline_policies", {"logs": {"Statement": [{"Effect": "Deny"}]}}),
    ],
)
def test_what_aws_takes_is_no_finding(found: Callable[[], list[str]]) -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("found", "parts"),
    [
        (lambda: too_long("name", "x" * 33, 32), ["name 'xxx", "33 characters", "at most 32", "shorten"]),
        (lambda: elbv2_name("name", "a_b"), ["name 'a_b'", "rename"]),
        (lambda: elbv2_name("name", "-a"), ["name '-a'", "rename"]),
        (lambda: load_balancer_name("name", "internal-x"), ["internal-", "rename"]),
        (lambda: out_of_range("port", 0, 1, 65535), ["port 0", "set 1 to 65535"]),
        (lambda: too_few("subnet_ids", ["a", "a"], 2, "in two zones"), ["subnet_ids", "1 different", "in two zones"]),
        (lambda: subnet_group_name("name", "Subnets"), ["name 'Subnets'", "lower-case", "rename"]),
        (lambda: subnet_group_name("name", "default"), ["name 'default'", "rename"]),
        (lambda: subnet_group_name("name", "x" * 256), ["256 characters", "at most 255"]),
        (lambda: iam_name("name", "x" * 65), ["65 characters", "at most 64"]),
        (lambda: iam_name("name", "a/b"), ["name 'a/b'", "rename"]),
        (lambda: role_path("path", "service"), ["path 'service'", "begin and end it with a slash"]),
        (lambda: role_path("path", "/" + "x" * 511 + "/"), ["513 characters", "at most 512"]),
        (
            lambda: policy_arns("managed_policies", ["ReadOnlyAccess"]),
            ["managed_policies 'ReadOnlyAccess'", "write arn:aws"],
        ),
        (lambda: policy_document("policy", "["), ["policy is not a policy document", "give a dict"]),
        (lambda: policy_document("policy", "[]"), ["it is no JSON object", "give a dict"]),
        (lambda: policy_document("policy", {"Version": "2012-10-17"}), ["policy has no Statement", "add it"]),
        (lambda: policy_document("policy", {"Statement": ["Allow"]}), ["'Allow'", "give dicts"]),
        (
            lambda: policy_document("policy", {"Statement": {"Condition": {"Bool": "true"}}}),
            ["Condition is a dict of dicts"],
        ),
        (
            lambda: inline_policies("inline_policies", {"a b": {"Statement": [{}]}}),
            ["inline_policies name 'a b'", "rename"],
        ),
        (lambda: inline_policies("inline_policies", {"x": {}}), ["inline_policies.x has no Statement"]),
        (
            lambda: inline_policies("inline_policies", {"x": {"Statement": [{"Sid": "x" * 10240}]}}),
            ["characters together", "at most 10240", "managed policy"],
        ),
        (lambda: replication_group_id("id", "1a"), ["id '1a'", "begin with a letter"]),
        (lambda: replication_group_id("id", "a--b"), ["id 'a--b'", "single"]),
        (lambda: replication_group_id("id", "a-"), ["id 'a-'", "not end with a hyphen"]),
        (lambda: replication_group_id("id", "a_b"), ["id 'a_b'", "letters, digits"]),
        (lambda: replication_group_id("id", ""), ["id ''", "begin with a letter"]),
        (lambda: replication_group_id("id", "x" * 41), ["41 characters", "at most 40"]),
        (
            lambda: replication_group_availability(True, None, 1),
            ["automatic_failover", "num_cache_clusters is 1", "set"],
        ),
        (lambda: replication_group_availability(False, True, 2), ["multi_az is true", "automatic_failover is false"]),
        (lambda: replication_group_availability(None, True, 1), ["multi_az", "num_cache_clusters is 1"]),
        (
            lambda: replication_group_encryption(False, "required", False),
            ["transit_encryption_mode is 'required'", "set"],
        ),
        (lambda: replication_group_encryption(True, "preferred", True), ["user_group_ids", "required"]),
        (lambda: replication_group_encryption(False, None, True), ["user_group_ids", "true"]),
        (lambda: ecs_name("name", "a b"), ["name 'a b'", "rename"]),
        (lambda: execute_command_logging({"logging": "OVERRIDE"}), ["OVERRIDE needs a target", "set log_group_name"]),
        (
            lambda: execute_command_logging({"logging": "NONE", "bucket_name": "x"}),
            ["bucket_name has no effect", "set"],
        ),
        (
            lambda: strategy_outside_providers([{"capacity_provider": "SPOT", "base": 0, "weight": 1}], ["FARGATE"]),
            ["SPOT", "add it"],
        ),
        (
            lambda: strategy_outside_providers([{"capacity_provider": "FARGATE", "base": 0, "weight": 0}], None),
            ["weights of 0", "set a weight"],
        ),
        (
            lambda: strategy_outside_providers(
                [{"capacity_provider": name, "base": 1, "weight": 1} for name in ("A", "B")], None
            ),
            ["several bases", "set base: 0"],
        ),
        (lambda: proxy(backend_url="alb"), ["backend_url 'alb'", "http://"]),
        (lambda: proxy(stage_name="a b"), ["stage_name 'a b'", "use"]),
        (lambda: proxy(throttling_rate_limit=-1), ["throttling_rate_limit -1", "set 0"]),
        (lambda: proxy(timeout_in_millis=300001), ["timeout_in_millis 300001", "300000"]),
        (
            lambda: proxy(endpoint_type="EDGE", timeout_in_millis=29001),
            ["timeout_in_millis 29001", "29000"],
        ),
        (lambda: proxy(keep_deployments=0), ["keep_deployments 0", "set 1 to 1000"]),
        (
            lambda: proxy(resource_policy={"Id": "x"}),
            ["resource_policy has no Statement", "add it"],
        ),
        (
            lambda: proxy(resource_policy={"Statement": [{"Sid": "x" * 8192}]}),
            ["resource_policy is 26 bytes longer", "8192", "shorten"],
        ),
        (lambda: proxy(stage_variables={"a": "b c"}), ["'a'", "'b c'", "use letters"]),
        (lambda: proxy(connection_type="VPC_LINK"), ["connection_id", "give"]),
        (lambda: proxy(connection_id="abc"), ["connection_id 'abc'", "VPC_LINK"]),
        (lambda: proxy(stage_variables={"a-b": "x"}), ["stage_variables 'a-b'", "use"]),
        (
            lambda: proxy(access_log={"destination_arn": LOG_GROUP_ARN, "format": None}),
            ["access_log.format", "write"],
        ),
        (lambda: rds_identifier("cluster_identifier", "Upper"), ["cluster_identifier 'Upper'", "lower-case"]),
        (lambda: rds_identifier("cluster_identifier", "1a"), ["start with a letter"]),
        (lambda: master_password_length("aurora_password_length", 42), ["aurora_password_length 42", "8 to 41"]),
        (lambda: aurora_capacity(0.3, 2, None), ["min_capacity 0.3", "steps of 0.5"]),
        (lambda: aurora_capacity(0.5, 0.5, None), ["max_capacity 0.5", "set 1 to 256"]),
        (lambda: aurora_capacity(4, 2, None), ["min_capacity 4", "max_capacity 2", "lower"]),
        (lambda: aurora_capacity(0, 2, 60), ["seconds_until_auto_pause 60", "300"]),
        (lambda: aurora_capacity(0.5, 2, 300), ["seconds_until_auto_pause 300", "min_capacity 0"]),
        (lambda: aurora_insights("standard", True, 30), ["performance_insights_retention_period 30", "set 7"]),
        (lambda: aurora_insights("advanced", True, 7), ["too short", "465"]),
        (lambda: aurora_insights("advanced", False, None), ["database_insights_mode 'advanced'", "remove"]),
        (lambda: fargate_size(300, 512), ["cpu 300", "256"]),
        (lambda: fargate_size(256, 4096), ["memory 4096", "cpu 256", "512"]),
        (lambda: fargate_size(4096, 512), ["memory 512", "8192 to 30720", "1024"]),
        (
            lambda: container_image("image", ""),
            ["'' is no name of an image", "write it like repository/image:tag"],
        ),
        (lambda: container_image("image", "api:1@sha256:12"), ["'api:1@sha256:12' has no digest", "64 hexadecimal"]),
        (lambda: task_containers([container(), container()], 256), ["'api' more than once"]),
        (lambda: task_containers([container(essential=False)], 256), ["no essential container", "set essential"]),
        (lambda: task_containers([container(cpu=512)], 256), ["cpu 512", "256"]),
        (
            lambda: task_containers([container(environment={"A": "1"}, secrets={"A": "arn"})], 256),
            ["both set A", "keep one"],
        ),
        (lambda: task_execution_role([container(secrets={"A": "arn"})], None), ["'api'", "set execution_role_arn"]),
        *(
            (lambda needs=needs: task_execution_role([container(**needs)], None), [words, "set execution_role_arn"])
            for needs, words in (
                (
                    {"log_configuration": {"log_driver": "splunk", "secret_options": {"token": "arn"}}},
                    "'api' has secrets,",
                ),
                ({"log_configuration": {"log_driver": "awslogs"}}, "an awslogs log"),
                ({"environment_files": ["arn"]}, "environment_files"),
                ({"repository_credentials": "arn"}, "repository_credentials"),
                ({"image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/api:1"}, "an image in ECR"),
            )
        ),
        (lambda: task_logging([container(log_configuration=awslogs("awslogs-group"))]), ["awslogs-region", "set"]),
        (lambda: container_health_checks([container(health_check={"command": ["curl"]})]), ["['curl']", "CMD-SHELL"]),
        (lambda: container_health_checks([container(health_check={"command": ["CMD"]})]), ["['CMD']", "what to run"]),
        (
            lambda: container_health_checks([container(health_check={"command": ["CMD", "true"], "interval": 301})]),
            ["interval 301", "set 5 to 300"],
        ),
        (lambda: service_deployment(100, 100), ["both 100", "raise"]),
        (lambda: service_deployment(101, None), ["minimum_healthy_percent 101", "0 to 100"]),
        (lambda: task_revision("task_definition", "streamflix-api"), ["task_definition 'streamflix-api'", "revision"]),
        (lambda: refused(SERVICE, desired_count=-1), ["desired_count -1", "0 to 5000"]),
        (
            lambda: refused(SERVICE, health_check_grace_period_seconds=-1),
            ["health_check_grace_period_seconds -1", "set 0"],
        ),
        (lambda: refused(SERVICE, subnets=[]), ["subnets []", "1 to 16"]),
        (
            lambda: refused(SERVICE, subnets=["subnet-1"], security_groups=list("123456")),
            ["security_groups ['1',", "0 to 5"],
        ),
        (lambda: refused(SERVICE, platform_version="newest"), ["platform_version 'newest'", "LATEST"]),
        (lambda: node_type("cache_node_type", "t4g.micro"), ["cache_node_type 't4g.micro'", "cache.t4g.micro"]),
        (
            lambda: snapshot_identifier("final_snapshot_identifier", "last-"),
            ["final_snapshot_identifier 'last-'", "hyphen"],
        ),
        (lambda: kms_key("kms_key_id", "a key"), ["kms_key_id 'a key'", "alias/NAME"]),
        (
            lambda: deregistration_delay("attributes", {"deregistration_delay.timeout_seconds": 3601}),
            ["timeout_seconds 3601", "0 to 3600"],
        ),
        (
            lambda: deregistration_delay("attributes", {"deregistration_delay.timeout_seconds": "-1"}),
            ["timeout_seconds '-1'", "0 to 3600"],
        ),
        (lambda: postgresql_name("database_name", "1st"), ["database_name '1st'", "begin with a letter"]),
        (lambda: postgresql_name("master_username", "a-b"), ["master_username 'a-b'", "underscores"]),
        (
            lambda: proxy(access_log={"destination_arn": "logs", "format": "x"}),
            ["access_log.destination_arn 'logs'", "ARN of a log group"],
        ),
        (lambda: log_exports("aurora-postgresql", ["audit"]), ["'audit' is no log of aurora-postgresql", "postgresql"]),
        (lambda: windows("2-3", None), ["snapshot_window '2-3'", "02:00-03:00"]),
        (lambda: windows("02:00-02:59", None), ["snapshot_window '02:00-02:59' has 59 minutes", "60"]),
        (lambda: windows(None, "sunday:03:30-04:30"), ["preferred_maintenance_window 'sunday", "sun:03:30-sun:04:30"]),
        (lambda: windows(None, "Sun:23:30-mon:00:29"), ["has 59 minutes, AWS needs 60"]),
        (lambda: windows("23:30-00:30", "mon:00:29-mon:02:00"), ["overlaps", "move one"]),
        (lambda: windows("00:00-01:00", "sun:23:00-mon:00:01"), ["overlaps", "move one"]),
        (lambda: log_group_name("log_group_name", "a b"), ["log_group_name 'a b'", "rename"]),
    ],
)
def test_what_aws_refuses_is_one_sentence_with_the_remedy(found: Callable[[], list[str]], parts: list[str]) -> None:
    (sentence,) = found()
    for expected in parts:
        assert expected in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("backup", "maintenance"),
    [
        (None, None),
        ("02:00-03:00", None),
        ("02:00-03:00", "sun:03:00-sun:04:00"),
        ("23:30-00:30", "mon:00:30-mon:02:00"),
        ("01:00-02:00", "SUN:23:00-MON:01:00"),
    ],
)
def test_windows_that_aws_takes(backup: str | None, maintenance: str | None) -> None:
    assert windows(backup, maintenance) == []


@pytest.mark.parametrize(
    "key",
    [
        None,
        "alias/aws/rds",
        "1234abcd-12ab-34cd-56ef-1234567890ab",
        "mrk-1234abcd12ab34cd56ef1234567890ab",
        "arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "key-(known after apply)",
    ],
)
def test_keys_that_aws_takes(key: str | None) -> None:
    assert kms_key("kms_key_id", key) == []
