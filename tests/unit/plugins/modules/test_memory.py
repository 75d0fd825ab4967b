"""What AWS took without an effect is remembered in a tag: each module that manages one resource knows how."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils import memory, runner
from botocore.client import BaseClient
from botocore.validate import ParamValidator

from tests.support import playbook

PLUGINS = "ansible_collections.streamflix.content_api.plugins.modules"
NAMES = sorted(file.stem for file in playbook.ROOT.joinpath("plugins", "modules").glob("*.py"))
# several resources each, the settings of an account, what only removes, and what has no tags
WITHOUT = {
    "apigateway_account",
    "apigatewayv2_vpc_link",
    "cloudwatch_metric_data",
    "ec2_guardduty_endpoint",
    "ec2_nat_gateways",
    "ec2_route_tables",
    "ec2_security_groups",
    "ec2_subnets",
    "ec2_vpc_endpoints",
    "ecs_rollout",
    "elbv2_listener_rules",
    "rds_cluster_swap",
    "resource_tags",
    "resourcegroupstaggingapi_release",
    "wafv2_logging_configuration",
    "wafv2_web_acl_association",
}
ARN = "arn:aws:iam::123456789012:role/name"


def resource_of(name: str) -> type[runner.Resource] | None:
    """Return the resource that a module manages; None for a module that only reads."""
    module = importlib.import_module(f"{PLUGINS}.{name}")
    found = [item for item in vars(module).values() if isinstance(item, type) and item.__module__ == module.__name__]
    return next((item for item in found if issubclass(item, runner.Resource)), None)


FOUND = {name: resource_of(name) for name in NAMES}
RESOURCES = {name: resource for name, resource in FOUND.items() if resource is not None}


def test_what_has_tags_of_its_own_can_remember() -> None:
    assert {name for name, resource in RESOURCES.items() if resource.tagging is None} == WITHOUT


@pytest.mark.parametrize("name", sorted(RESOURCES.keys() - WITHOUT))
def test_aws_takes_the_request_that_sets_the_tag(aws: Any, name: str) -> None:
    place: Any = SimpleNamespace(region="eu-west-1", partition="aws")
    resource = RESOURCES[name](place, {"name": "x", "state": "present"})
    client, tagging = aws(resource.service), resource.tagging
    assert tagging
    operation = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[tagging.tag])
    asked: dict[str, Any] = dict(resource.to_be_tagged({"arn": ARN, "id": "vpc-0123456789abcdef0", "name": "x"}))
    asked[tagging.tags] = tagging.shape({memory.TAG: memory.value_of({"size": (1, 2)})})
    assert ParamValidator().validate(asked, operation.input_shape).generate_report() == ""


def shows(monkeypatch: pytest.MonkeyPatch, operation: str, key: str, wrong: Mapping[str, Any]) -> list[str]:
    """Let AWS show other values than settings have; returns the list of all operations that are sent from then on."""
    send, sent = BaseClient._make_api_call, []

    def answer(client: BaseClient, name: str, params: dict[str, Any]) -> Any:
        reply = send(client, name, params)
        sent.append(name)
        for item in reply[key] if name == operation else ():
            item.update(wrong)
        return reply

    monkeypatch.setattr(BaseClient, "_make_api_call", answer)
    monkeypatch.setattr(runner, "APPEAR_SECONDS", 0.3)
    return sent


def test_a_modification_without_an_effect_is_sent_by_one_run(
    aws: Any, run_module: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {"name": "/ecs/api", "retention_in_days": 7, "tags": {"Environment": "dev"}}
    run_module("logs_log_group", **options)
    sent = shows(monkeypatch, "DescribeLogGroups", "logGroups", {"retentionInDays": 3})
    assert "retention_in_days: wanted 7, seen 3" in run_module("logs_log_group", **options)["msg"]
    assert sent.count("PutRetentionPolicy") == sent.count("TagResource") == 1
    del sent[:]
    for changes in ({"check": True}, {}, {"wait": False}):
        failed = run_module("logs_log_group", **options, **changes)
        assert "An earlier run asked AWS for retention_in_days: wanted 7, seen 3." in failed["msg"]
    assert set(sent) == {"DescribeLogGroups", "ListTagsForResource"}
    # AWS's value is what is wanted by now
    del sent[:]
    assert run_module("logs_log_group", **{**options, "retention_in_days": 3})["actions"] == ["untag_resource /ecs/api"]
    assert not run_module("logs_log_group", **{**options, "retention_in_days": 3})["changed"]


def test_of_several_resources_a_request_without_an_effect_is_sent_by_each_run(
    aws: Any, run_module: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    vpc_id = aws("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = {"name": "a", "cidr": "10.0.0.0/24", "availability_zone": "eu-west-1a", "map_public_ip_on_launch": True}
    options = {"vpc_id": vpc_id, "subnets": [subnet]}
    run_module("ec2_subnets", **options)
    before = aws("ec2").describe_subnets()["Subnets"]
    sent = shows(monkeypatch, "DescribeSubnets", "Subnets", {"MapPublicIpOnLaunch": False})
    for _unused in range(2):
        failed = run_module("ec2_subnets", **options)
        assert "wanted True, seen False" in failed["msg"]
    # it is the same each time, and makes nothing
    assert sent.count("ModifySubnetAttribute") == 2
    assert not {name for name in sent if name.startswith(("Create", "Delete"))}
    assert len(aws("ec2").describe_subnets()["Subnets"]) == len(before)
