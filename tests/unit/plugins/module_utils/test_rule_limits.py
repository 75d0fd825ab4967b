"""AWS's limits, to the digit: the last value that a rule lets pass, and the first that it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils.apigateway.rules import (
    LONGEST_POLICY,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.cloudwatch.rules import (
    alarm_actions,
    alarm_periods,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs.reading import SERVICE
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs.rules import (
    container_image,
    ecs_name,
    execute_command_logging,
    fargate_size,
    service_deployment,
    task_containers,
    task_execution_role,
    task_logging,
    task_revision,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs.task_rules import (
    environment_files,
    restarts,
    sizes,
    timeouts,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.elasticache.rules import (
    node_type,
    replication_group_availability,
    replication_group_encryption,
    replication_group_engine,
    replication_group_id,
    snapshot_identifier,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2.rules import (
    deregistration_delay,
    elbv2_name,
    health_check_times,
    load_balancer_name,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2.target_group import HEALTH_CHECK
from ansible_collections.streamflix.content_api.plugins.module_utils.iam.rules import (
    iam_name,
    inline_policies,
    policy_arns,
    policy_document,
    role_path,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.logs.rules import log_group_name, log_metric
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
    tag_texts,
    too_few,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.windows import (
    backup_and_maintenance,
)
from ansible_collections.streamflix.content_api.plugins.modules.apigateway_proxy import Proxy

from tests.support.rows import problems, refused

TOPIC = "arn:aws:sns:eu-west-1:123456789012:alarms"
STATEMENT = {"Effect": "Allow"}
SHORTEST = len(json.dumps({"Statement": [{"Sid": ""}]}, separators=(",", ":")))
PROXY = {"name": "api", "backend_url": "http://alb.example.com", "stage_name": "dev"}
LOG_GROUP = "arn:aws:logs:eu-west-1:123456789012:log-group:api"
CONTAINER: dict[str, Any] = {
    "name": "api",
    "essential": True,
    "cpu": None,
    "memory": None,
    "environment": None,
    "secrets": None,
    "log_configuration": None,
}


def proxy(option: str) -> Callable[[Any], list[str]]:
    return lambda value: problems(Proxy, **{**PROXY, option: value})


def alarm(option: str, **others: int) -> Callable[[Any], list[str]]:
    return lambda value: alarm_periods("cpu", {**others, option: value})


def metric(**options: Any) -> list[str]:
    return log_metric("errors", {"name": "errors", "pattern": "", "metric_name": "errors", **options})


def container(**options: Any) -> dict[str, Any]:
    return {**CONTAINER, **options}


def health_check(option: str) -> Callable[[Any], list[str]]:
    return lambda value: refused(HEALTH_CHECK, **{option: value})


def deregistration(value: Any) -> list[str]:
    return deregistration_delay("attributes", {"deregistration_delay.timeout_seconds": value})


def sized(length: int) -> dict[str, Any]:
    """Return a policy document of so many characters."""
    return {"Statement": [{"Sid": "x" * (length - SHORTEST)}]}


@pytest.mark.parametrize(
    ("rule", "takes", "refuses"),
    [
        (alarm("period"), 10, 5),
        (alarm("period"), 30, 40),
        (alarm("period"), 120, 90),
        (alarm("evaluation_periods"), 1, 0),
        (alarm("evaluation_periods"), 1440, 1441),
        (alarm("evaluation_periods", period=10), 8640, 8641),
        (alarm("evaluation_periods", period=3600), 168, 169),
        (alarm("datapoints_to_alarm", evaluation_periods=3), 3, 4),
        (alarm("datapoints_to_alarm", evaluation_periods=3), 1, 0),
        (alarm("datapoints_to_alarm"), None, 1),
        (lambda value: alarm_actions("actions", [TOPIC] * value), 5, 6),
        (lambda value: alarm_actions("actions", [value]), TOPIC, "alarms"),
        (lambda value: ecs_name("name", value), "x" * 255, "x" * 256),
        (lambda value: ecs_name("name", value), "aZ_-09", "a.b"),
        (lambda value: elbv2_name("name", value), "x" * 32, "x" * 33),
        (lambda value: elbv2_name("name", value), "A", "a-"),
        (lambda value: load_balancer_name("name", value), "Internal-x", "internal-x"),
        (lambda value: subnet_group_name("name", value), "x" * 255, "x" * 256),
        (lambda value: subnet_group_name("name", value), "a-1", "1-a"),
        (lambda value: subnet_group_name("name", value), "default-1", "default"),
        (lambda value: log_group_name("name", value), "x" * 512, "x" * 513),
        (lambda value: log_group_name("name", value), "/aZ_0.#-", "a:b"),
        (lambda value: metric(name=value), "x" * 256, "x" * 257),
        (lambda value: metric(name=value, metric_name=None), "errors", "errors $"),
        (lambda value: metric(name=value), "errors $", "a*b"),
        (lambda value: metric(pattern=value), "x" * 1024, "x" * 1025),
        (lambda value: metric(metric_name=value), "x" * 255, "x" * 256),
        (lambda value: metric(metric_namespace=value), "a/b", "a$"),
        (lambda value: metric(metric_value=value), "x" * 100, "x" * 101),
        (lambda value: metric(default_value=value, dimensions={"path": "$.path"}), None, 0.0),
        (lambda value: metric(dimensions=dict.fromkeys(value, "$.a")), "abc", "abcd"),
        (lambda value: metric(dimensions={value: "$.a"}), "status-code_1", "statusCode"),
        (lambda value: rds_identifier("name", value), "x" * 63, "x" * 64),
        (lambda value: rds_identifier("name", value), "a-1", "a--1"),
        (lambda value: rds_identifier("name", value), "a1", "a1-"),
        (lambda value: rds_identifier("name", value), "ab", "aB"),
        (lambda value: rds_identifier("name", value), "ab", "\xe4b"),
        (lambda value: iam_name("name", value), "x" * 64, "x" * 65),
        (lambda value: replication_group_id("id", value), "x" * 40, "x" * 41),
        (lambda value: snapshot_identifier("name", value), "a-Z", "a-"),
        (lambda value: snapshot_identifier("name", value), None, ""),
        (lambda value: node_type("type", value), "cache.r7g.large", "cache.r7g"),
        (lambda value: role_path("path", value), "/" + "x" * 510 + "/", "/" + "x" * 511 + "/"),
        (lambda value: role_path("path", value), "/!/", "/ /"),
        (lambda value: policy_arns("arns", [value]), "arn:aws:iam::123456789012:policy/x", "arn:aws:iam::1:policy/x"),
        (lambda value: policy_arns("arns", [value]), "arn:aws-us-gov:iam::aws:policy/x", "arn:aws:iam::aws:role/x"),
        (lambda value: inline_policies("policies", {value: {"Statement": STATEMENT}}), "x" * 128, "x" * 129),
        (lambda value: inline_policies("policies", {"a": sized(5120), "b": sized(value)}), 5120, 5121),
        (lambda value: policy_document("policy", {"Statement": value}), STATEMENT, []),
        (lambda value: policy_document("policy", {"Statement": [{"Condition": value}]}), {"Bool": {}}, []),
        (
            lambda value: kms_key("key", value),
            "1234abcd-12ab-34cd-56ef-1234567890ab",
            "1234abcd-12ab-34cd-56ef-1234567890abc",
        ),
        (lambda value: kms_key("key", value), "0" * 32, "0" * 31),
        (lambda value: out_of_range("port", value, 1, 2), 1, 0),
        (lambda value: out_of_range("port", value, 1, 2), 2, 3),
        (lambda value: too_few("ids", value, 2, "more"), ["a", "b"], ["a", "a"]),
        (lambda count: tag_texts("tags", {f"k{n}": "" for n in range(count)}), 50, 51),
        (lambda length: tag_texts("tags", {"k" * length: ""}), 128, 129),
        (lambda length: tag_texts("tags", {"k": "v" * length}), 256, 257),
        (lambda value: tag_texts("tags", {"k": value}), "\xe4 \u0663 \u7533_.:/=+-@", "a#"),
        (lambda name: tag_texts("tags", {name: "v"}), "aw:s", "aws:s"),
        (lambda name: tag_texts("tags", {name: "v"}), "xaws:s", "Aws:s"),
        (lambda any_sign: tag_texts("tags", {"k": "a#b"}, any_sign), True, False),
        (deregistration, 0, -1),
        (
            lambda value: deregistration_delay("attributes", {"deregistration_delay.timeout_seconds": value}),
            "3600",
            "3601",
        ),
        (
            lambda value: deregistration_delay("attributes", {"deregistration_delay.timeout_seconds": value}),
            None,
            "1 s",
        ),
        (health_check("interval"), 5, 4),
        (health_check("interval"), 300, 301),
        (health_check("timeout"), 2, 1),
        (health_check("timeout"), 120, 121),
        (health_check("healthy_threshold"), 2, 1),
        (health_check("healthy_threshold"), 10, 11),
        (health_check("unhealthy_threshold"), 2, 1),
        (health_check("unhealthy_threshold"), 10, 11),
        (health_check("port"), "1", "0"),
        (health_check("port"), "65535", "65536"),
        (health_check("port"), "traffic-port", "traffic"),
        (health_check("matcher"), "200-299,302", "200-"),
        (health_check("matcher"), "499", "500"),
        (health_check("path"), "/", "x"),
        (lambda timeout: health_check_times("health_check", {"interval": 10, "timeout": timeout}), 9, 10),
        (lambda value: aurora_capacity(value, None, None), 0, -0.5),
        (lambda value: aurora_capacity(value, None, None), 256, 256.5),
        (lambda value: aurora_capacity(None, value, None), 1, 0.5),
        (lambda value: aurora_capacity(None, value, None), 255.5, 255.25),
        (lambda value: aurora_capacity(value, 2, None), 2, 2.5),
        (lambda value: aurora_capacity(None, None, value), 300, 299),
        (lambda value: aurora_capacity(None, None, value), 86400, 86401),
        (lambda value: aurora_capacity(value, None, 300), 0, 0.5),
        (lambda value: aurora_insights(None, None, value), 7, 8),
        (lambda value: aurora_insights(None, None, value), 31, 30),
        (lambda value: aurora_insights(None, None, value), 713, 714),
        (lambda value: aurora_insights(None, None, value), 731, 744),
        (lambda value: aurora_insights("advanced", True, value), 465, 434),
        (lambda enabled: aurora_insights("advanced", enabled, None), None, False),
        (lambda mode: aurora_insights(mode, False, None), "standard", "advanced"),
        (lambda value: master_password_length("length", value), 8, 7),
        (lambda value: master_password_length("length", value), 41, 42),
        (lambda value: postgresql_name("name", value), "a" * 63, "a" * 64),
        (lambda value: postgresql_name("name", value), "a_1", "_1"),
        (lambda value: log_exports("aurora-postgresql", [value]), "postgresql", "slowquery"),
        (lambda value: log_exports("aurora-mysql", [value]), "slowquery", "postgresql"),
        (lambda value: refused(SERVICE, desired_count=value), 0, -1),
        (lambda value: refused(SERVICE, desired_count=value), 5000, 5001),
        (lambda value: refused(SERVICE, health_check_grace_period_seconds=value), 0, -1),
        (lambda value: refused(SERVICE, health_check_grace_period_seconds=value), 2**31 - 1, 2**31),
        (lambda count: refused(SERVICE, subnets=["s"] * count), 1, 0),
        (lambda count: refused(SERVICE, subnets=["s"] * count), 16, 17),
        (lambda count: refused(SERVICE, security_groups=["g"] * count), 0, 6),
        (lambda count: refused(SERVICE, security_groups=["g"] * count), 5, 6),
        (lambda value: refused(SERVICE, platform_version=value), "LATEST", "1.4"),
        (lambda value: task_revision("task", value), "arn:aws:ecs:x:1:task-definition/api:3", "arn:aws:ecs:x:1:a/api"),
        (lambda value: task_revision("task", value), "api:3", "api:3:4"),
        (lambda value: service_deployment(value, None), 0, -1),
        (lambda value: service_deployment(value, 200), 100, 101),
        (lambda value: service_deployment(0, value), 100, 99),
        (lambda value: service_deployment(0, value), 200, 201),
        (lambda value: service_deployment(value, 100), 99, 100),
        # of 2 tasks, 100 % are 2 at least, and 150 % 3 at most; of one they are 1 and 1
        (lambda count: service_deployment(100, 150, count), 2, 1),
        (lambda count: service_deployment(None, 150, count), 2, 1),
        (lambda least: service_deployment(least, 100, 4), 75, 76),
        (lambda least: service_deployment(least, 100, 1), 0, 1),
        (lambda size: container_image("image", "i" * size), 255, 256),
        (lambda size: container_image("image", "i" * 255 + "@sha256:" + "f" * size), 64, 63),
        (lambda name: container_image("image", name), "registry.example.com:5000/Team/api:1", "team/api 1"),
        (lambda count: service_deployment(100, 150, count), -1, 1),
        (lambda cpu: fargate_size(cpu, 2048), 256, 257),
        (lambda memory: fargate_size(512, memory), 1024, 1025),
        (lambda key: execute_command_logging({"logging": "OVERRIDE", key: "x"}), "bucket_name", "other"),
        (lambda how: execute_command_logging({"logging": how, "log_group_name": "x"}), "OVERRIDE", "DEFAULT"),
        (lambda cpu: task_containers([container(cpu=cpu), container(name="b", cpu=128)], 256), 128, 129),
        (lambda size: sizes([container(memory=size), container(name="b", memory=6)], 512), 506, 507),
        (lambda size: sizes([container(memory=512, memory_reservation=size)], 512), 511, 512),
        (lambda size: sizes([container(memory=size)], 512), 6, 5),
        (lambda size: sizes([container(memory_reservation=size)], 512), 512, 513),
        (lambda seconds: timeouts(container(stop_timeout=seconds)), 2, 1),
        (lambda seconds: timeouts(container(start_timeout=seconds)), 120, 121),
        (lambda seconds: restarts(container(restart_policy={"restart_attempt_period": seconds})), 60, 59),
        (lambda seconds: restarts(container(restart_policy={"restart_attempt_period": seconds})), 1800, 1801),
        (lambda code: restarts(container(restart_policy={"ignored_exit_codes": [code]})), 0, -1),
        (lambda code: restarts(container(restart_policy={"ignored_exit_codes": [code]})), 255, 256),
        (lambda codes: restarts(container(restart_policy={"ignored_exit_codes": codes})), [1] * 50, [1] * 51),
        (
            lambda files: environment_files(container(environment_files=files)),
            ["arn:aws:s3:::b/a.env"] * 10,
            ["arn:aws:s3:::b/a.env"] * 11,
        ),
        (lambda port: task_containers([container(port_mappings=[{"container_port": port}])], 256), 1, 0),
        (lambda port: task_containers([container(port_mappings=[{"container_port": port}])], 256), 65535, 65536),
        (lambda name: task_containers([container(), container(name=name)], 256), "b", "api"),
        (lambda name: task_containers([container(name=name)], 256), "a_b", "a b"),
        (lambda main: task_containers([container(essential=main)], 256), True, False),
        (lambda role: task_execution_role([container(secrets={"A": "arn"})], role), "arn:role", None),
        (
            lambda driver: task_execution_role([container(log_configuration={"log_driver": driver})], None),
            "splunk",
            "awslogs",
        ),
        (
            lambda driver: task_logging([container(log_configuration={"log_driver": driver, "options": None})]),
            "splunk",
            "awslogs",
        ),
        (lambda count: replication_group_availability(True, None, count), 2, 1),
        (lambda count: replication_group_availability(None, True, count), 2, 1),
        (lambda failover: replication_group_availability(failover, True, 2), True, False),
        (lambda version: replication_group_engine("valkey", version, None), "7.2", "7.1"),
        (lambda version: replication_group_engine("valkey", version, None), "7", "6.x"),
        (lambda version: replication_group_engine("redis", version, "required"), "7.0.5", "7.0.4"),
        (lambda version: replication_group_engine(None, version, "required"), None, "6.2"),
        (lambda mode: replication_group_engine("redis", "7.0.4", mode), None, "preferred"),
        (lambda enabled: replication_group_encryption(enabled, "required", False), None, False),
        (lambda mode: replication_group_encryption(None, mode, True), None, "preferred"),
        (lambda enabled: replication_group_encryption(enabled, None, True), None, False),
        (proxy("timeout_in_millis"), 50, 49),
        (proxy("timeout_in_millis"), 300000, 300001),
        (lambda value: problems(Proxy, **PROXY, endpoint_type="EDGE", timeout_in_millis=value), 29000, 29001),
        (proxy("keep_deployments"), 1, 0),
        (proxy("keep_deployments"), 1000, 1001),
        (proxy("stage_name"), "x" * 128, "x" * 129),
        (proxy("stage_name"), "aZ_-09", ""),
        (proxy("throttling_burst_limit"), 0, -1),
        (proxy("throttling_rate_limit"), 0, -0.5),
        (proxy("throttling_rate_limit"), None, -1),
        (proxy("backend_url"), "https://x", "https:///x"),
        (proxy("backend_url"), "http://x/y", "http://x/{proxy}"),
        (proxy("resource_policy"), sized(LONGEST_POLICY), sized(LONGEST_POLICY + 1)),
        (proxy("stage_variables"), {"a_1": "aZ0._~:/?#&=,-"}, {"a_1": "a b"}),
        (proxy("stage_variables"), {"A": 1}, {"\xe4": "x"}),
        (proxy("access_log"), {"destination_arn": LOG_GROUP, "format": "x"}, {"destination_arn": "x", "format": "x"}),
        (proxy("access_log"), {"destination_arn": None, "format": None}, {"destination_arn": LOG_GROUP, "format": ""}),
        (proxy("connection_type"), "INTERNET", "VPC_LINK"),
        (proxy("integration_target"), None, "arn:x"),
        (lambda value: backup_and_maintenance("window", value, None, 30), "23:45-00:15", "23:45-00:14"),
        (lambda value: backup_and_maintenance("window", value, None, 30), "00:00-23:59", "00:00-24:00"),
        (lambda value: backup_and_maintenance("window", None, value, 60), "Sun:23:30-mon:00:30", "sun:23:30-mon:00:29"),
        (
            lambda value: backup_and_maintenance("window", value, "tue:04:00-tue:05:00", 60),
            "03:00-04:00",
            "03:01-04:01",
        ),
        (
            lambda value: backup_and_maintenance("window", value, "tue:04:00-tue:05:00", 60),
            "05:00-06:00",
            "04:59-06:00",
        ),
        (
            lambda value: backup_and_maintenance("window", "23:30-00:30", value, 60),
            "mon:00:30-mon:01:30",
            "mon:00:29-mon:01:30",
        ),
    ],
)
def test_the_limit_is_where_aws_has_it(rule: Callable[[Any], list[str]], takes: Any, refuses: Any) -> None:
    assert rule(takes) == []
    (sentence,) = rule(refuses)
    assert sentence.endswith(".")
    assert "None" not in sentence
