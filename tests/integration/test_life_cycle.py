"""The life of a stack, as a user lives it: preview, deploy, again, verify; C(test_destroy) has its end."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest

from tests.support import account, playbook

OUTPUTS = {
    "vpc_id",
    "database_endpoint",
    "database_secret_arn",
    "redis_endpoint",
    "redis_port",
    "load_balancer_dns",
    "api_gateway_url",
}


def test_preview_of_an_empty_account_ends_well_and_writes_nothing(
    preview: playbook.Run, empty: account.Snapshot, after_preview: account.Snapshot
) -> None:
    assert preview.code == 0, preview.output
    assert preview.changed > 0
    assert account.difference(empty, after_preview) == {}


def test_deployment_ends_well(deployment: playbook.Run) -> None:
    assert deployment.code == 0, deployment.output


def test_preview_counted_what_the_deployment_changed(preview: playbook.Run, deployment: playbook.Run) -> None:
    assert deployment.changed >= preview.changed > 20


@pytest.mark.parametrize("arguments", [(), ("--check", "--diff")], ids=["run", "preview"])
def test_nothing_changes_on_a_deployed_account(
    aws: account.Client, play: Any, written: Any, arguments: tuple[str, ...]
) -> None:
    again = play("site.yml", *arguments)
    assert again.code == 0, again.output
    assert (again.changes, again.changed) == ([], 0), again.output
    assert written(again) == []


@pytest.mark.parametrize(
    "arguments",
    [
        *(("--tags", tier) for tier in ("aurora", "redis", "ecs_service", "apigw", "outputs")),
        ("--skip-tags", "network,redis"),
    ],
    ids="=".join,
)
def test_a_part_of_the_tiers_finds_what_it_needs_of_the_others(
    aws: account.Client, play: Any, written: Any, arguments: tuple[str, str]
) -> None:
    alone = play("site.yml", *arguments)
    assert alone.code == 0, alone.output
    assert (alone.changes, alone.changed) == ([], 0), alone.output
    assert written(alone) == []


def test_outputs_are_written_and_point_to_what_is_there(
    aws: account.Client, outputs_directory: pathlib.Path, environment: str
) -> None:
    outputs = json.loads((outputs_directory / f"{environment}.json").read_text())
    assert set(outputs) == OUTPUTS
    assert aws("ec2").describe_vpcs(VpcIds=[outputs["vpc_id"]])["Vpcs"]
    cluster = aws("rds").describe_db_clusters()["DBClusters"][0]
    assert outputs["database_endpoint"] == cluster["Endpoint"]
    assert aws("secretsmanager").describe_secret(SecretId=outputs["database_secret_arn"])["ARN"]
    group = aws("elasticache").describe_replication_groups()["ReplicationGroups"][0]
    primary = group["NodeGroups"][0]["PrimaryEndpoint"]
    assert (outputs["redis_endpoint"], outputs["redis_port"]) == (primary["Address"], primary["Port"])
    balancer = aws("elbv2").describe_load_balancers()["LoadBalancers"][0]
    assert outputs["load_balancer_dns"] == balancer["DNSName"]
    api = aws("apigateway").get_rest_apis()["items"][0]
    assert outputs["api_gateway_url"] == f"https://{api['id']}.execute-api.eu-west-1.amazonaws.com/{environment}/"


def test_the_service_is_told_where_cache_and_database_are(aws: account.Client, environment: str) -> None:
    family = f"streamflix-api-{environment}"
    definition = aws("ecs").describe_task_definition(taskDefinition=family)["taskDefinition"]
    (container,) = definition["containerDefinitions"]
    group = aws("elasticache").describe_replication_groups()["ReplicationGroups"][0]
    variables = {item["name"]: item["value"] for item in container["environment"]}
    assert variables["REDIS_ENDPOINT"] == group["NodeGroups"][0]["PrimaryEndpoint"]["Address"]
    secret = aws("secretsmanager").list_secrets()["SecretList"][0]["ARN"]
    assert {item["valueFrom"].rsplit(":", 3)[0] for item in container["secrets"]} == {secret}


def test_no_secret_in_any_output(
    aws: account.Client, deployment: playbook.Run, outputs_directory: pathlib.Path, environment: str
) -> None:
    arn = aws("secretsmanager").list_secrets()["SecretList"][0]["ARN"]
    secret = json.loads(aws("secretsmanager").get_secret_value(SecretId=arn)["SecretString"])
    assert len(secret["password"]) == 32
    assert secret["password"] not in deployment.output
    assert secret["password"] not in (outputs_directory / f"{environment}.json").read_text()


def test_verify_passes(aws: account.Client, play: Any) -> None:
    verified = play("playbooks/verify.yml")
    assert verified.code == 0, verified.output
    assert verified.changed == 0


@pytest.mark.parametrize("variables", [{}, {"confirm": "prod"}], ids=["none", "another"])
def test_destroy_without_confirmation_stops(
    aws: account.Client, play: Any, written: Any, variables: dict[str, str]
) -> None:
    refused = play("playbooks/destroy.yml", **variables)
    assert refused.code != 0
    assert "-e confirm=dev" in refused.output
    assert written(refused) == []


def test_preview_of_destroy_writes_nothing(aws: account.Client, play: Any, written: Any) -> None:
    shown = play("playbooks/destroy.yml", "--check", "--diff")
    assert shown.code == 0, shown.output
    assert shown.changed > 10
    assert written(shown) == []


def test_a_new_address_range_builds_no_second_vpc(aws: account.Client, play: Any, written: Any) -> None:
    refused = play("site.yml", network_vpc_cidr="10.0.0.0/17")
    assert refused.code != 0
    message = " ".join(refused.output.split())
    assert "VPC streamflix-vpc-dev needs replacement" in message
    assert "cidr ('10.0.0.0/16' -> '10.0.0.0/17')" in message
    assert written(refused) == []
