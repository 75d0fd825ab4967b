"""The platform in AWS's other partitions: all ARNs and names in the account are of the region's own partition."""

from __future__ import annotations

import json
import pathlib
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support import account, playbook, server

ARN = re.compile(r"arn:([a-z0-9-]+):")


@pytest.fixture(scope="module")
def emulator() -> Iterator[str]:
    """Give the URL of an AWS for this file alone; moto keeps its regions apart."""
    with server.running() as url:
        yield url


def everything(aws: account.Client) -> Iterator[tuple[str, Any]]:
    """Yield what an account holds, each thing in whole, with where it was read."""
    for kind in account.KINDS:
        for item in kind.listed(aws):
            yield f"{kind.service}.{kind.operation}", item
    ecs, iam = aws("ecs"), aws("iam")
    for arn in account.pages(ecs, "list_task_definitions", "taskDefinitionArns"):
        yield "ecs.describe_task_definition", ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]
    for cluster in account.pages(ecs, "list_clusters", "clusterArns"):
        services = account.pages(ecs, "list_services", "serviceArns", cluster=cluster)
        yield "ecs.describe_services", ecs.describe_services(cluster=cluster, services=services)["services"]
    for role in account.pages(iam, "list_roles", "Roles"):
        name = role["RoleName"]
        yield "iam.list_attached_role_policies", iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        for policy in account.pages(iam, "list_role_policies", "PolicyNames", RoleName=name):
            document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            yield "iam.get_role_policy", document
    yield "apigateway.get_account", aws("apigateway").get_account()


def partitions(aws: account.Client) -> dict[str, set[str]]:
    """Return the partitions of all ARNs in an account, by where they were read; without ARNs none."""
    found: dict[str, set[str]] = {}
    for where, item in everything(aws):
        named = set(ARN.findall(json.dumps(item, default=str)))
        if named:
            found[where] = found.get(where, set()) | named
    return found


def push(aws: account.Client, repository: str, tag: str) -> None:
    """Put an image into ECR, of which nothing is known but that it is there."""
    media = "application/vnd.docker.distribution.manifest.v2+json"
    aws("ecr").create_repository(repositoryName=repository)
    manifest = json.dumps({"schemaVersion": 2, "mediaType": media, "layers": []})
    aws("ecr").put_image(repositoryName=repository, imageManifest=manifest, imageTag=tag)


WITH_ARNS = {
    "ec2.describe_flow_logs",
    "secretsmanager.list_secrets",
    "rds.describe_db_clusters",
    "elasticache.describe_replication_groups",
    "elbv2.describe_load_balancers",
    "logs.describe_log_groups",
    "iam.list_roles",
    "iam.get_role_policy",
    "iam.list_attached_role_policies",
    "ecs.describe_task_definition",
    "ecs.describe_services",
    "apigateway.get_account",
}


@pytest.mark.parametrize(
    ("region", "partition", "domain"),
    [
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
        ("eusc-de-east-1", "aws-eusc", "amazonaws.eu"),
    ],
)
def test_deploys_in_each_partition(
    emulator: str, tmp_path: pathlib.Path, region: str, partition: str, domain: str
) -> None:
    variables = {
        "aws_region": region,
        "network_availability_zones": [f"{region}a", f"{region}b"],
        "ecs_service_image": f"123456789012.dkr.ecr.{region}.{domain}/team/api:1",
        "apigw_logging_level": "ERROR",
        "outputs_directory": str(tmp_path),
    }
    aws = server.clients(emulator, region)
    push(aws, "team/api", "1")
    deployed = playbook.run("playbooks/site.yml", endpoint=emulator, **variables)
    assert deployed.code == 0, deployed.output
    found = partitions(aws)
    assert found.keys() >= WITH_ARNS
    assert found == {where: {partition} for where in found}
    (outputs,) = tmp_path.iterdir()
    assert f".execute-api.{region}.{domain}/" in json.loads(outputs.read_text(encoding="utf-8"))["api_gateway_url"]
    again = playbook.run("playbooks/site.yml", endpoint=emulator, **variables)
    assert (again.code, again.changed) == (0, 0), again.output
