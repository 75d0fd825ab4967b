"""The API Gateway tier of a deployed stack, read with plain boto3: every property that the platform asks for."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any

import pytest

Client = Callable[[str], Any]

PUSH_TO_LOGS = "policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"


@pytest.fixture(scope="module")
def api(aws: Client, environment: str) -> dict[str, Any]:
    """Give the environment's REST API, which must be the only one of its name."""
    pages = aws("apigateway").get_paginator("get_rest_apis").paginate()
    named = [item for item in pages.build_full_result()["items"] if item["name"].endswith(f" {environment}")]
    assert len(named) == 1
    return named[0]


@pytest.fixture(scope="module")
def resources(aws: Client, api: dict[str, Any]) -> dict[str, Any]:
    """Give the API's resources by path, with their methods."""
    found = aws("apigateway").get_resources(restApiId=api["id"], embed=["methods"], limit=500)["items"]
    return {item["path"]: item for item in found}


@pytest.fixture(scope="module")
def stage(aws: Client, api: dict[str, Any], environment: str) -> dict[str, Any]:
    return aws("apigateway").get_stage(restApiId=api["id"], stageName=environment)


@pytest.fixture(scope="module")
def backend(aws: Client, environment: str) -> str:
    """Give the address of the service's load balancer, which a scenario of this tier alone makes up."""
    if "DEPLOYED_LOAD_BALANCER" in os.environ:
        return f"http://{os.environ['DEPLOYED_LOAD_BALANCER']}"
    found = aws("elbv2").describe_load_balancers(Names=[f"streamflix-alb-{environment}"])["LoadBalancers"]
    return f"http://{found[0]['DNSName']}"


@pytest.fixture(scope="module")
def tags(environment: str) -> dict[str, str]:
    return {"Application": "streamflix", "Environment": environment, "ManagedBy": "streamflix.content_api"}


def test_rest_api(api: dict[str, Any], environment: str, tags: dict[str, str]) -> None:
    assert api["name"] == f"StreamFlix Content API {environment}"
    assert api["description"] == "API for StreamFlix content metadata"
    assert api["endpointConfiguration"]["types"] == ["REGIONAL"]
    assert api["tags"] == tags


def test_resources(resources: dict[str, Any]) -> None:
    assert set(resources) == {"/", "/{proxy+}"}
    proxy = resources["/{proxy+}"]
    assert proxy["pathPart"] == "{proxy+}"
    assert proxy["parentId"] == resources["/"]["id"]
    assert all(set(item["resourceMethods"]) == {"ANY"} for item in resources.values())


def test_root_method(resources: dict[str, Any], backend: str) -> None:
    method = resources["/"]["resourceMethods"]["ANY"]
    assert (method["httpMethod"], method["authorizationType"]) == ("ANY", "NONE")
    assert not method["apiKeyRequired"]
    assert not method.get("requestParameters")
    integration = method["methodIntegration"]
    assert (integration["type"], integration["httpMethod"]) == ("HTTP_PROXY", "ANY")
    assert integration["uri"] == backend
    assert not integration.get("requestParameters")


def test_proxy_method(resources: dict[str, Any], backend: str) -> None:
    method = resources["/{proxy+}"]["resourceMethods"]["ANY"]
    assert (method["httpMethod"], method["authorizationType"]) == ("ANY", "NONE")
    assert not method["apiKeyRequired"]
    assert method["requestParameters"] == {"method.request.path.proxy": True}
    integration = method["methodIntegration"]
    assert (integration["type"], integration["httpMethod"]) == ("HTTP_PROXY", "ANY")
    assert integration["uri"] == backend + "/{proxy}"
    assert integration["requestParameters"] == {"integration.request.path.proxy": "method.request.path.proxy"}


def test_both_integrations_use_the_internet_and_the_longest_timeout(resources: dict[str, Any]) -> None:
    for item in resources.values():
        integration = item["resourceMethods"]["ANY"]["methodIntegration"]
        assert integration.get("connectionType", "INTERNET") == "INTERNET"
        assert integration["timeoutInMillis"] == 29000


def test_deployment(aws: Client, api: dict[str, Any], stage: dict[str, Any]) -> None:
    deployment = aws("apigateway").get_deployment(restApiId=api["id"], deploymentId=stage["deploymentId"])
    # improved: it also says which content it froze
    assert re.fullmatch(
        re.escape("API for StreamFlix content metadata") + r" \[content [0-9a-f]{16}\]", deployment["description"]
    )


def test_stage(stage: dict[str, Any], environment: str, tags: dict[str, str]) -> None:
    assert stage["stageName"] == environment
    assert set(stage["methodSettings"]) == {"*/*"}
    settings = stage["methodSettings"]["*/*"]
    assert settings["dataTraceEnabled"] is False
    assert settings["throttlingBurstLimit"] == 5000
    assert settings["throttlingRateLimit"] == 2000
    assert stage["tags"] == tags


def test_what_the_platform_does_not_ask_for_is_off(stage: dict[str, Any]) -> None:
    settings = stage["methodSettings"]["*/*"]
    assert settings.get("loggingLevel", "OFF") == "OFF"
    assert settings["metricsEnabled"] is False
    assert settings["cachingEnabled"] is False
    assert stage["tracingEnabled"] is False
    assert not stage.get("cacheClusterEnabled")
    assert not stage.get("variables")
    assert not stage.get("accessLogSettings")


def test_only_the_environments_stage(aws: Client, api: dict[str, Any], environment: str) -> None:
    stages = aws("apigateway").get_stages(restApiId=api["id"])["item"]
    assert [item["stageName"] for item in stages] == [environment]


def test_the_account_has_a_logging_role(aws: Client) -> None:
    arn = aws("apigateway").get_account()["cloudwatchRoleArn"]
    name = arn.rpartition("/")[2]
    role = aws("iam").get_role(RoleName=name)["Role"]
    assert role["Arn"] == arn
    assert "api-gateway" in name

    document = role["AssumeRolePolicyDocument"]
    assert document["Version"] == "2012-10-17"
    (statement,) = document["Statement"]
    assert statement["Effect"] == "Allow"
    assert statement["Action"] in ("sts:AssumeRole", ["sts:AssumeRole"])
    assert statement["Principal"] == {"Service": "apigateway.amazonaws.com"}
    attached = aws("iam").list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    partition = arn.split(":")[1]
    assert [item["PolicyArn"] for item in attached] == [f"arn:{partition}:iam::aws:{PUSH_TO_LOGS}"]
    assert aws("iam").list_role_policies(RoleName=name)["PolicyNames"] == []


def test_the_logging_role_belongs_to_no_environment(aws: Client, tags: dict[str, str]) -> None:
    name = aws("apigateway").get_account()["cloudwatchRoleArn"].rpartition("/")[2]
    held = {item["Key"] for item in aws("iam").list_role_tags(RoleName=name)["Tags"]}
    assert held & set(tags) == {"ManagedBy"}
