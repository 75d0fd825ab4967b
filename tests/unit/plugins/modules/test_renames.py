"""Changed names of resources that cannot be renamed: refused before anything is written, or named in a warning."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils import renames
from ansible_collections.streamflix.content_api.plugins.module_utils.arns import TYPES, parse

ACCOUNT = "123456789012"
TAGS = {"Application": "streamflix", "Environment": "dev", "ManagedBy": "streamflix.content_api"}
CLUSTER = "AWS::ECS::Cluster"
GROUP = "AWS::Logs::LogGroup"


@pytest.fixture
def check(aws: Any, run_module: Any) -> Any:
    """Return a call of the preflight for a stack that is to have these resources."""

    def run(resources: dict[str, list[str]], its_tags: dict[str, str] | None = None) -> Any:
        variables = {"platform_tags": its_tags or TAGS}
        return run_module("stack_preflight", account_id=ACCOUNT, variables=variables, resources=resources)

    return run


@pytest.fixture
def cluster(aws: Any) -> str:
    """Make a cluster of the stack; return its ARN."""
    pairs = [{"key": key, "value": value} for key, value in TAGS.items()]
    return aws("ecs").create_cluster(clusterName="streamflix-cluster-dev", tags=pairs)["cluster"]["clusterArn"]


def test_another_name_is_refused_with_both_names_and_the_way_out(cluster: str, check: Any) -> None:
    failed = check({CLUSTER: ["streamflix-tasks-dev"]})
    assert failed["failed"]
    for words in ("AWS::ECS::Cluster streamflix-cluster-dev", "but streamflix-tasks-dev", f'["{cluster}"]'):
        assert words in failed["msg"]


def test_another_target_group_takes_over(aws: Any, check: Any) -> None:
    pairs = [{"Key": key, "Value": value} for key, value in TAGS.items()]
    aws("elbv2").create_target_group(Name="streamflix-tg-dev", TargetType="lambda", Tags=pairs)
    done = check({"AWS::ElasticLoadBalancingV2::TargetGroup": ["streamflix-tg-dev-2"]})
    assert "failed" not in done
    assert not done.get("warnings")


def test_what_is_named_is_no_finding(cluster: str, check: Any) -> None:
    done = check({CLUSTER: ["streamflix-cluster-dev"]})
    assert "failed" not in done
    assert not done.get("warnings")


def test_what_was_left_when_the_new_one_was_made_is_told(aws: Any, cluster: str, check: Any) -> None:
    pairs = [{"key": key, "value": value} for key, value in TAGS.items()]
    aws("ecs").create_cluster(clusterName="streamflix-tasks-dev", tags=pairs)
    done = check({CLUSTER: ["streamflix-tasks-dev"]})
    assert "failed" not in done
    assert any(cluster in warning for warning in done["warnings"])


def test_another_log_group_is_made_and_the_old_one_told(aws: Any, check: Any) -> None:
    aws("logs").create_log_group(logGroupName="/ecs/streamflix-api-dev", tags=TAGS)
    done = check({GROUP: ["/ecs/streamflix-tasks-dev"]})
    assert "failed" not in done
    assert any("/ecs/streamflix-api-dev is this stack's" in warning for warning in done["warnings"])


def test_a_name_in_which_aws_gives_a_part_is_known(aws: Any, check: Any) -> None:
    of_stage = "API-Gateway-Execution-Logs_(known after apply)/dev"
    aws("logs").create_log_group(logGroupName="API-Gateway-Execution-Logs_abc123/dev", tags=TAGS)
    assert not check({GROUP: [of_stage]}).get("warnings")
    # another stage has another log group
    aws("logs").create_log_group(logGroupName="API-Gateway-Execution-Logs_abc123/old", tags=TAGS)
    (warning,) = check({GROUP: [of_stage]})["warnings"]
    assert "API-Gateway-Execution-Logs_abc123/old is this stack's" in warning


def test_other_stacks_are_not_looked_at(cluster: str, check: Any) -> None:
    done = check({CLUSTER: ["streamflix-tasks-dev"]}, {**TAGS, "Environment": "staging"})
    assert "failed" not in done
    assert not done.get("warnings")


def test_a_kind_of_a_role_that_does_not_run_is_not_looked_at(cluster: str, check: Any) -> None:
    assert "failed" not in check({GROUP: ["/ecs/streamflix-api-dev"]})


def test_what_is_gone_but_still_listed_is_no_finding(cluster: str, check: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renames.existence, "look_up", lambda _api, target: "INACTIVE" if target.arn == cluster else "")
    assert "failed" not in check({CLUSTER: ["streamflix-tasks-dev"]})


@pytest.mark.parametrize(
    ("resource", "name"),
    [
        ("ec2:eu-west-1:123456789012:vpc/vpc-1", "by tag"),
        ("ecs:eu-west-1:123456789012:service/a-cluster/a-service", "a-service"),
        ("ecs:eu-west-1:123456789012:task-definition/a-family:7", "a-family"),
        ("elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/a-balancer/0123", "a-balancer"),
        ("elasticloadbalancing:eu-west-1:123456789012:targetgroup/a-group/0123", "a-group"),
        ("logs:eu-west-1:123456789012:log-group:/ecs/a-group:*", "/ecs/a-group"),
        ("rds:eu-west-1:123456789012:subgrp:a-group", "a-group"),
        ("secretsmanager:eu-west-1:123456789012:secret:a-secret-AbCdEf", "a-secret"),
        ("apigateway:eu-west-1::/restapis/abc/stages/a-stage", "a-stage"),
    ],
)
def test_names_are_read_from_arns_and_tags(resource: str, name: str) -> None:
    assert renames.name_of(parse(f"arn:aws:{resource}"), {"Name": "by tag"}) == name


def test_names_that_aws_keeps_in_lower_case_are_the_same() -> None:
    found = renames.found_in([{"ResourceARN": "arn:aws:rds:eu-west-1:123456789012:cluster:streamflix", "Tags": []}])
    assert not list(renames.surplus(found, {"AWS::RDS::DBCluster": ["StreamFlix"]}))


def test_each_kind_is_one_that_arns_tell() -> None:
    assert set(renames.KINDS) <= set(TYPES.values())


def test_roles_that_are_taken_away_are_told() -> None:
    first, second = (f"arn:aws:iam::123456789012:role/path/{name}" for name in ("one", "two"))
    (told,) = renames.roles_given_up([first, second, None], [second])
    assert told.startswith("AWS::IAM::Role one was used until now")
    assert first in told
    assert renames.roles_given_up([None, second], [second, first]) == []
