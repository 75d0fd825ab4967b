"""Which changes are listed again because they decide who may do or reach what."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.plugin_utils.exposure import exposing


def one(action: str, kind: str, **fields: tuple[Any, Any]) -> dict[str, Any]:
    """Return a change; fields are given with their values before and after."""
    listed = [{"field": name, "before": old, "after": new} for name, (old, new) in fields.items()]
    return {"action": action, "type": kind, "name": "x", "fields": listed}


def listed(change: dict[str, Any]) -> list[str]:
    """Return the fields of a change that are listed again."""
    return [field["field"] for found in exposing([change]) for field in found["fields"]]


@pytest.mark.parametrize(
    ("kind", "field", "before", "after"),
    [
        ("AWS::IAM::Role", "managed_policies", [], ["arn:aws:iam::aws:policy/AdministratorAccess"]),
        ("AWS::IAM::Role", "assume_role_policy_document.Statement", [], [{"Principal": "*"}]),
        ("AWS::IAM::Role", "permissions_boundary", "arn", ""),
        ("AWS::KMS::Key", "key_policy", {}, {"Statement": []}),
        ("AWS::SecretsManager::ResourcePolicy", "resource_policy", "a", "b"),
        ("AWS::SecretsManager::Secret", "kms_key_id", "a", ""),
        ("AWS::EC2::SecurityGroup", "ingress", [], [{"cidr": "0.0.0.0/0"}]),
        ("AWS::EC2::SecurityGroup", "egress", [{"cidr": "0.0.0.0/0"}], []),
        ("AWS::EC2::Subnet", "map_public_ip_on_launch", False, True),
        ("AWS::EC2::RouteTable", "routes", [], [{"gateway_id": "igw-1"}]),
        ("AWS::RDS::DBInstance", "publicly_accessible", False, True),
        ("AWS::RDS::DBCluster", "vpc_security_group_ids", ["sg-1"], ["sg-2"]),
        ("AWS::ElastiCache::ReplicationGroup", "transit_encryption", True, False),
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", "scheme", "internal", "internet-facing"),
        ("AWS::ElasticLoadBalancingV2::Listener", "protocol", "HTTPS", "HTTP"),
        ("AWS::ECS::Service", "enable_execute_command", False, True),
        ("AWS::ECS::TaskDefinition", "task_role_arn", "a", "b"),
        ("AWS::ApiGateway::Method", "authorization", "AWS_IAM", "NONE"),
        ("AWS::ApiGateway::RestApi", "policy", "", "{}"),
    ],
)
def test_listed(kind: str, field: str, before: Any, after: Any) -> None:
    assert listed(one("update", kind, **{field: (before, after)})), f"{kind} {field}"


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("AWS::IAM::Role", "tags.Team"),
        ("AWS::EC2::SecurityGroup", "tags.Team"),
        ("AWS::EC2::Subnet", "tags.Team"),
        ("AWS::RDS::DBCluster", "max_capacity"),
        ("AWS::ECS::Service", "desired_count"),
        ("AWS::Logs::LogGroup", "policy"),
    ],
)
def test_not_listed(kind: str, field: str) -> None:
    assert exposing([one("update", kind, **{field: (1, 2)})]) == []


def test_only_the_deciding_fields_are_listed() -> None:
    assert listed(one("update", "AWS::EC2::Subnet", cidr=("a", "b"), map_public_ip_on_launch=(True, False))) == [
        "map_public_ip_on_launch"
    ]


def test_of_a_new_resource_what_opens_nothing_is_left_out() -> None:
    group = one(
        "create",
        "AWS::RDS::DBCluster",
        iam_database_authentication=(None, False),
        vpc_security_group_ids=(None, ["sg-(known after apply)"]),
    )
    assert exposing([group]) == []
    assert listed(one("create", "AWS::EC2::Subnet", map_public_ip_on_launch=(None, True)))


def test_a_new_resource_is_searched_inside() -> None:
    made = one("create", "AWS::ApiGateway::Method", method=(None, {"authorization": "NONE", "api_key_required": False}))
    assert listed(made) == ["method.authorization"]
    policy = {"Version": "2012-10-17", "Statement": [{"Action": "sts:AssumeRole"}]}
    role = one("create", "AWS::IAM::Role", assume_role_policy_document=(None, policy))
    assert listed(role) == ["assume_role_policy_document.Statement"]


def test_a_removed_resource_lists_what_it_opened() -> None:
    assert listed(one("remove", "AWS::EC2::SecurityGroup", ingress=([{"cidr": "0.0.0.0/0"}], None), egress=([], None)))


@pytest.mark.parametrize("action", ["create", "remove", "replace"])
def test_a_role_is_always_listed_when_it_comes_or_goes(action: str) -> None:
    assert [found["type"] for found in exposing([one(action, "AWS::IAM::Role")])] == ["AWS::IAM::Role"]


def test_a_statement_that_names_only_what_aws_assigns_is_listed_all_the_same() -> None:
    statement = {"Effect": "Allow", "Action": "*", "Resource": "(known after apply)"}
    assert listed(one("create", "AWS::IAM::Role", inline_policies=(None, {"p": {"Statement": [statement]}})))
