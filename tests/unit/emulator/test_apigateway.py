"""API Gateway in the emulator: what AWS refuses and gives back, each tried with plain boto3."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.modes import Modes
from emulator.services.apigateway import durations
from tests.support.certificates import certificate_for

pytestmark = pytest.mark.usefixtures("managed_policies")

ARN = "arn:aws:apigateway:eu-west-1::/restapis/"
URI = "http://backend.example.com"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
LOGS = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"


@pytest.fixture
def client(aws: Any) -> Any:
    return aws("apigateway")


@pytest.fixture
def api(client: Any) -> dict[str, str]:
    """Make an API with a method and integration on its root."""
    made = client.create_rest_api(name="x", tags={"A": "1"})
    ids = {"restApiId": made["id"], "resourceId": made["rootResourceId"]}
    client.put_method(**ids, httpMethod="ANY", authorizationType="NONE")
    client.put_integration(**ids, httpMethod="ANY", type="HTTP_PROXY", integrationHttpMethod="ANY", uri=URI)
    return ids


@pytest.fixture
def stage(client: Any, api: dict[str, str]) -> dict[str, str]:
    deployment = client.create_deployment(restApiId=api["restApiId"])["id"]
    client.create_stage(restApiId=api["restApiId"], stageName="dev", deploymentId=deployment, tags={"B": "2"})
    return {"restApiId": api["restApiId"], "stageName": "dev"}


def refused(code: str, text: str, call: Any, **params: Any) -> None:
    with pytest.raises(ClientError) as caught:
        call(**params)
    assert caught.value.response["Error"]["Code"] == code
    assert text in caught.value.response["Error"]["Message"]


def test_a_deployment_in_use_cannot_be_removed(client: Any, stage: dict[str, str]) -> None:
    api = stage["restApiId"]
    old = client.get_stage(**stage)["deploymentId"]
    refused("BadRequestException", "Active stages", client.delete_deployment, restApiId=api, deploymentId=old)
    new = client.create_deployment(restApiId=api)["id"]
    client.update_stage(**stage, patchOperations=[{"op": "replace", "path": "/deploymentId", "value": new}])
    client.delete_deployment(restApiId=api, deploymentId=old)
    assert [item["id"] for item in client.get_deployments(restApiId=api)["items"]] == [new]
    refused("NotFoundException", "Deployment", client.get_deployment, restApiId=api, deploymentId=old)


def test_a_stage_needs_an_existing_deployment(client: Any, stage: dict[str, str]) -> None:
    patch = [{"op": "replace", "path": "/deploymentId", "value": "none"}]
    refused("NotFoundException", "Deployment", client.update_stage, **stage, patchOperations=patch)
    params = {"restApiId": stage["restApiId"], "stageName": "new", "deploymentId": "none"}
    refused("NotFoundException", "Deployment", client.create_stage, **params)


def test_each_method_needs_an_integration_before_a_deployment(client: Any, api: dict[str, str]) -> None:
    client.put_method(**api, httpMethod="GET", authorizationType="NONE")
    refused("BadRequestException", "No integration", client.create_deployment, restApiId=api["restApiId"])


def test_a_deployment_to_a_stage_keeps_its_settings(client: Any, stage: dict[str, str]) -> None:
    rate = [{"op": "replace", "path": "/*/*/throttling/rateLimit", "value": "10"}]
    client.update_stage(**stage, patchOperations=rate)
    new = client.create_deployment(**stage, description="by hand")["id"]
    found = client.get_stage(**stage)
    assert (found["deploymentId"], found["tags"]) == (new, {"B": "2"})
    assert found["methodSettings"]["*/*"]["throttlingRateLimit"] == 10


def test_methods_come_in_full_only_when_embedded(client: Any, api: dict[str, str]) -> None:
    plain = client.get_resources(restApiId=api["restApiId"])["items"][0]
    assert plain["resourceMethods"] == {"ANY": {}}
    full = client.get_resources(restApiId=api["restApiId"], embed=["methods"])["items"][0]["resourceMethods"]["ANY"]
    assert full["methodIntegration"]["uri"] == URI
    assert full["methodIntegration"]["timeoutInMillis"] == 29000
    assert full["methodIntegration"]["connectionType"] == "INTERNET"


def test_a_private_integration_comes_back_as_given(client: Any, api: dict[str, str]) -> None:
    params = {"type": "HTTP_PROXY", "integrationHttpMethod": "ANY", "uri": URI, "connectionType": "VPC_LINK"}
    refused("BadRequestException", "connectionId", client.put_integration, **api, httpMethod="ANY", **params)
    client.put_integration(**api, httpMethod="ANY", **params, connectionId="abc", integrationTarget="arn:aws:x")
    found = client.get_integration(**api, httpMethod="ANY")
    assert (found["connectionId"], found["integrationTarget"]) == ("abc", "arn:aws:x")


def test_integrations_are_validated(client: Any, api: dict[str, str]) -> None:
    params = {**api, "httpMethod": "ANY", "type": "HTTP_PROXY", "integrationHttpMethod": "ANY", "uri": URI}
    refused("BadRequestException", "29000", client.put_integration, **params, timeoutInMillis=30000)
    mapping = {"integration.request.path.proxy": "method.request.path.proxy"}
    refused("BadRequestException", "mapping", client.put_integration, **params, requestParameters=mapping)


def test_integrations_and_methods_can_be_patched(client: Any, api: dict[str, str]) -> None:
    refused("ConflictException", "exists", client.put_method, **api, httpMethod="ANY", authorizationType="NONE")
    method_patches = [
        {"op": "replace", "path": "/authorizationType", "value": "AWS_IAM"},
        {"op": "replace", "path": "/apiKeyRequired", "value": "true"},
        {"op": "add", "path": "/requestParameters/method.request.path.proxy", "value": "true"},
    ]
    client.update_method(**api, httpMethod="ANY", patchOperations=method_patches)
    patches = [
        {"op": "replace", "path": "/uri", "value": "http://other"},
        {"op": "replace", "path": "/timeoutInMillis", "value": "1000"},
    ]
    client.update_integration(**api, httpMethod="ANY", patchOperations=patches)
    found = client.get_method(**api, httpMethod="ANY")
    assert (found["authorizationType"], found["apiKeyRequired"]) == ("AWS_IAM", True)
    assert found["requestParameters"] == {"method.request.path.proxy": True}
    assert (found["methodIntegration"]["uri"], found["methodIntegration"]["timeoutInMillis"]) == ("http://other", 1000)
    gone = [{"op": "remove", "path": "/requestParameters/method.request.path.proxy"}]
    client.update_method(**api, httpMethod="ANY", patchOperations=gone)
    assert not client.get_method(**api, httpMethod="ANY").get("requestParameters")


def test_resources_are_unique_and_take_their_children_along(client: Any, api: dict[str, str]) -> None:
    parent = {"restApiId": api["restApiId"], "parentId": api["resourceId"]}
    made = client.create_resource(**parent, pathPart="a")["id"]
    client.create_resource(restApiId=api["restApiId"], parentId=made, pathPart="b")
    refused("ConflictException", "name: a", client.create_resource, **parent, pathPart="a")
    client.create_resource(**parent, pathPart="{proxy+}")
    refused("BadRequestException", "sibling", client.create_resource, **parent, pathPart="{id}")
    client.delete_resource(restApiId=api["restApiId"], resourceId=made)
    paths = {item["path"] for item in client.get_resources(restApiId=api["restApiId"])["items"]}
    assert paths == {"/", "/{proxy+}"}
    refused("BadRequestException", "Root", client.delete_resource, **api)
    refused("NotFoundException", "", client.delete_resource, restApiId=api["restApiId"], resourceId="none")


def test_apis_and_stages_carry_tags(client: Any, stage: dict[str, str]) -> None:
    for arn, had in ((ARN + stage["restApiId"], {"A": "1"}), (ARN + stage["restApiId"] + "/stages/dev", {"B": "2"})):
        assert client.get_tags(resourceArn=arn)["tags"] == had
        client.tag_resource(resourceArn=arn, tags={"C": "3", "D": "4"})
        client.untag_resource(resourceArn=arn, tagKeys=["D", *had])
        assert client.get_tags(resourceArn=arn)["tags"] == {"C": "3"}
    assert client.get_stage(**stage)["tags"] == {"C": "3"}
    assert client.get_rest_api(restApiId=stage["restApiId"])["tags"] == {"C": "3"}


def test_method_settings_start_at_the_accounts_limits_and_can_be_removed(client: Any, stage: dict[str, str]) -> None:
    patch = {"op": "replace", "path": "/*/*/metrics/enabled", "value": "true"}
    other = {"op": "replace", "path": "/a/GET/throttling/rateLimit", "value": "5"}
    found = client.update_stage(**stage, patchOperations=[patch, other])["methodSettings"]
    assert found["*/*"]["metricsEnabled"] is True
    assert (found["*/*"]["throttlingBurstLimit"], found["*/*"]["throttlingRateLimit"]) == (5000, 10000.0)
    assert found["*/*"]["loggingLevel"] == "OFF"
    found = client.update_stage(**stage, patchOperations=[{"op": "remove", "path": "/a/GET"}])["methodSettings"]
    assert set(found) == {"*/*"}
    assert client.get_stage(**stage)["tracingEnabled"] is False


def test_logging_needs_a_role_that_api_gateway_may_use(aws: Any, client: Any, stage: dict[str, str]) -> None:
    level = [{"op": "replace", "path": "/*/*/logging/loglevel", "value": "ERROR"}]
    log = [{"op": "replace", "path": "/accessLogSettings/destinationArn", "value": "arn:aws:logs:x:1:log-group:y"}]
    for patches in (level, log):
        refused("BadRequestException", "role ARN must be set", client.update_stage, **stage, patchOperations=patches)
    arn = aws("iam").create_role(RoleName="logs", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    patch = [{"op": "replace", "path": "/cloudwatchRoleArn", "value": arn}]
    refused("BadRequestException", "required permissions", client.update_account, patchOperations=patch)
    aws("iam").attach_role_policy(RoleName="logs", PolicyArn=LOGS)
    client.update_account(patchOperations=patch)
    assert client.get_account()["cloudwatchRoleArn"] == arn
    for patches in (level, log):
        client.update_stage(**stage, patchOperations=patches)


def test_an_api_that_is_gone_is_not_found(client: Any) -> None:
    made = client.create_rest_api(name="x", securityPolicy="TLS_1_2", endpointConfiguration={"types": ["REGIONAL"]})
    assert (made["securityPolicy"], made["apiStatus"]) == ("TLS_1_2", "AVAILABLE")
    client.delete_rest_api(restApiId=made["id"])
    refused("NotFoundException", "Rest API", client.delete_rest_api, restApiId=made["id"])


def test_a_resource_policy_comes_back_as_aws_gives_it(aws: Any) -> None:
    client = aws("apigateway")
    statement = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
    given = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    made = client.create_rest_api(name="policy", policy=given)
    arn = f"arn:aws:execute-api:eu-west-1:123456789012:{made['id']}/*"
    wanted = given.replace("execute-api:/*", arn).replace('"', '\\"')
    assert client.get_rest_api(restApiId=made["id"])["policy"] == wanted
    for wrong in ("{}", json.dumps({"Statement": [{"Effect": "Allow"}]}), "nothing"):
        with pytest.raises(ClientError, match="Invalid policy document"):
            client.create_rest_api(name="other", policy=wrong)
        patch = {"op": "replace", "path": "/policy", "value": wrong}
        with pytest.raises(ClientError, match="Invalid policy document"):
            client.update_rest_api(restApiId=made["id"], patchOperations=[patch])
    client.update_rest_api(restApiId=made["id"], patchOperations=[{"op": "replace", "path": "/policy", "value": ""}])
    assert "policy" not in client.get_rest_api(restApiId=made["id"])


def test_an_api_that_a_domain_name_leads_to_stays(client: Any) -> None:
    api_id = client.create_rest_api(name="led to")["id"]
    client.create_domain_name(domainName="api.example.com")
    client.create_base_path_mapping(domainName="api.example.com", restApiId=api_id, basePath="v1")
    refused("BadRequestException", "base path mappings", client.delete_rest_api, restApiId=api_id)
    client.delete_base_path_mapping(domainName="api.example.com", basePath="v1")
    client.delete_rest_api(restApiId=api_id)


def test_a_security_policy_goes_with_type_and_access_mode(aws: Any) -> None:
    client = aws("apigateway")
    regional = {"name": "api", "endpointConfiguration": {"types": ["REGIONAL"]}}
    policy = "SecurityPolicy_TLS13_1_3_2025_09"
    for more, said in (
        ({"securityPolicy": policy}, "EndpointAccessMode must be specified"),
        ({"endpointAccessMode": "STRICT"}, "only supported for enhanced"),
        ({"securityPolicy": "SecurityPolicy_TLS13_2025_EDGE", "endpointAccessMode": "STRICT"}, "not supported for"),
    ):
        with pytest.raises(ClientError, match=said):
            client.create_rest_api(**regional, **more)
    made = client.create_rest_api(**regional, securityPolicy=policy, endpointAccessMode="STRICT")
    assert (made["securityPolicy"], made["endpointAccessMode"]) == (policy, "STRICT")
    assert client.create_rest_api(**regional)["securityPolicy"] == "TLS_1_0"


def test_another_security_policy_takes_a_quarter_of_an_hour(start: Any) -> None:
    emulator = start(Modes(timescale=1.0))
    client = emulator.client("apigateway")
    api = client.create_rest_api(name="api", endpointConfiguration={"types": ["REGIONAL"]})["id"]

    def change(value: str) -> str:
        patches = [{"op": "replace", "path": "/securityPolicy", "value": value}]
        return str(client.update_rest_api(restApiId=api, patchOperations=patches)["apiStatus"])

    assert change("TLS_1_2") == "UPDATING"
    with pytest.raises(ClientError, match="in progress"):
        change("TLS_1_0")
    emulator.pass_time(durations.SECURITY_POLICY_CHANGE.seconds)
    assert client.get_rest_api(restApiId=api)["apiStatus"] == "AVAILABLE"


def test_a_domain_name_needs_a_certificate_for_it(aws: Any, client: Any) -> None:
    regional = {"domainName": "api.example.com", "endpointConfiguration": {"types": ["REGIONAL"]}}
    other = certificate_for(aws("acm"), "api.example.org")
    for arn, said in (("absent", "Invalid certificate ARN"), (other, "does not match the certificate")):
        with pytest.raises(ClientError, match=said):
            client.create_domain_name(**regional, regionalCertificateArn=arn)
    fitting = certificate_for(aws("acm"), "*.example.com")
    made = client.create_domain_name(**regional, regionalCertificateArn=fitting, tags={"A": "1"})
    assert (made["securityPolicy"], made["tags"]) == ("TLS_1_2", {"A": "1"})
    with pytest.raises(ClientError, match="already exists"):
        client.create_domain_name(**regional, regionalCertificateArn=fitting)


def test_a_domain_name_is_changed_and_its_mappings_go_with_it(aws: Any, client: Any, stage: dict[str, str]) -> None:
    name = {"domainName": "api.example.com"}
    arn = certificate_for(aws("acm"), "api.example.com")
    client.create_domain_name(**name, endpointConfiguration={"types": ["REGIONAL"]}, regionalCertificateArn=arn)

    def change(**values: str) -> Any:
        patches = [{"op": "replace", "path": f"/{path.replace('__', '/')}", "value": to} for path, to in values.items()]
        return client.update_domain_name(**name, patchOperations=patches)

    trusting = change(mutualTlsAuthentication__truststoreUri="s3://trusted/key")
    assert trusting["mutualTlsAuthentication"] == {"truststoreUri": "s3://trusted/key"}
    assert "mutualTlsAuthentication" not in change(mutualTlsAuthentication__truststoreUri="")
    with pytest.raises(ClientError, match="EndpointAccessMode must be specified"):
        change(securityPolicy="SecurityPolicy_TLS13_1_3_2025_09")
    with pytest.raises(ClientError, match="Invalid certificate ARN"):
        change(regionalCertificateArn="absent")
    with pytest.raises(ClientError, match="Invalid patch path"):
        change(colour="blue")
    client.create_base_path_mapping(**name, **stage_of(stage))
    client.delete_domain_name(**name)
    client.create_domain_name(**name, endpointConfiguration={"types": ["REGIONAL"]}, regionalCertificateArn=arn)
    assert client.get_base_path_mappings(**name)["items"] == []


def stage_of(stage: dict[str, str]) -> dict[str, str]:
    """Return an API and its stage as a mapping takes them."""
    return {"restApiId": stage["restApiId"], "stage": stage["stageName"]}
