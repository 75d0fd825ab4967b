"""The API Gateway proxy module: create, deploy, repair, prune, remove, each read back with plain boto3."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

NAME = "StreamFlix Content API dev"
BACKEND = "http://streamflix-alb-dev-1.eu-west-1.elb.amazonaws.com"
TAGS = {"Application": "streamflix", "Environment": "dev", "ManagedBy": "streamflix.content_api"}
LOGS = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:*", "Resource": "*"}]}'
ALB = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/x/0123456789abcdef"


@pytest.fixture
def options() -> dict[str, Any]:
    return {
        "name": NAME,
        "description": "API for StreamFlix content metadata",
        "backend_url": BACKEND,
        "stage_name": "dev",
        "throttling_burst_limit": 5000,
        "throttling_rate_limit": 2000,
        "data_trace_enabled": False,
        "tags": dict(TAGS),
    }


@pytest.fixture
def client(aws: Any) -> Any:
    return aws("apigateway")


def without_ids(api: dict[str, Any]) -> dict[str, Any]:
    """Leave out what AWS assigns, and the settings that come with its defaults."""
    assigned = ("id", "url", "root_resource_id", "proxy_resource_id", "deployment_id", "deployments")
    kept = {key: value for key, value in api.items() if key not in assigned}
    kept["stage"] = {
        key: value for key, value in api["stage"].items() if key not in ("logging_level", "metrics_enabled")
    }
    return kept


def only_api(client: Any) -> dict[str, Any]:
    (found,) = client.get_rest_apis()["items"]
    return found


def methods(client: Any) -> dict[str, Any]:
    resources = client.get_resources(restApiId=only_api(client)["id"], embed=["methods"])["items"]
    return {item["path"]: item for item in resources}


def stage(client: Any) -> dict[str, Any]:
    return client.get_stage(restApiId=only_api(client)["id"], stageName="dev")


def deployments(client: Any) -> list[str]:
    return [item["id"] for item in client.get_deployments(restApiId=only_api(client)["id"])["items"]]


def drift_integration(client: Any, path: str, patch_path: str, value: str) -> None:
    target = {"restApiId": only_api(client)["id"], "resourceId": methods(client)[path]["id"], "httpMethod": "ANY"}
    client.update_integration(**target, patchOperations=[{"op": "replace", "path": patch_path, "value": value}])


def test_creates_what_the_preview_shows(client: Any, run_module: Any, options: dict[str, Any]) -> None:
    preview = run_module("apigateway_proxy", check=True, **options)
    assert preview["changed"]
    assert client.get_rest_apis()["items"] == []
    assert preview["api"]["url"] == "https://(known after apply).execute-api.eu-west-1.amazonaws.com/dev/"

    done = run_module("apigateway_proxy", **options)
    assert done["changed"]
    assert done["actions"] == preview["actions"]
    assert without_ids(done["api"]) == without_ids(preview["api"])

    api = only_api(client)
    assert (api["name"], api["description"]) == (NAME, "API for StreamFlix content metadata")
    assert api["endpointConfiguration"]["types"] == ["REGIONAL"]
    assert api["tags"] == TAGS
    assert done["api"]["url"] == f"https://{api['id']}.execute-api.eu-west-1.amazonaws.com/dev/"

    found = methods(client)
    assert set(found) == {"/", "/{proxy+}"}
    root, proxy = (found[path]["resourceMethods"]["ANY"] for path in ("/", "/{proxy+}"))
    assert root["authorizationType"] == proxy["authorizationType"] == "NONE"
    assert proxy["requestParameters"] == {"method.request.path.proxy": True}
    assert root["methodIntegration"]["uri"] == BACKEND
    integration = proxy["methodIntegration"]
    assert (integration["type"], integration["httpMethod"]) == ("HTTP_PROXY", "ANY")
    assert integration["uri"] == BACKEND + "/{proxy}"
    assert integration["requestParameters"] == {"integration.request.path.proxy": "method.request.path.proxy"}

    found_stage = stage(client)
    settings = found_stage["methodSettings"]["*/*"]
    assert (settings["throttlingBurstLimit"], settings["throttlingRateLimit"]) == (5000, 2000.0)
    assert settings["dataTraceEnabled"] is False
    assert found_stage["tags"] == TAGS
    assert deployments(client) == [found_stage["deploymentId"]]


def test_second_run_changes_nothing(client: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("apigateway_proxy", **options)
    for check in (True, False):
        again = run_module("apigateway_proxy", check=check, **options)
        assert not again["changed"]
        assert again["actions"] == []
        assert again["diff"]["before"] == again["diff"]["after"]
    assert len(deployments(client)) == 1


def test_a_second_run_reads_four_times(client: Any, run_module: Any, options: dict[str, Any], monkeypatch: Any) -> None:
    from botocore.client import BaseClient

    run_module("apigateway_proxy", **options)
    sent: list[str] = []
    original = BaseClient._make_api_call

    def count(self: Any, operation: str, params: Any) -> Any:
        sent.append(operation)
        return original(self, operation, params)

    monkeypatch.setattr(BaseClient, "_make_api_call", count)
    run_module("apigateway_proxy", **options)
    assert sent == ["GetRestApis", "GetResources", "GetStages", "GetDeployments"]


@pytest.mark.parametrize(("path", "value"), [("/uri", "http://elsewhere"), ("/timeoutInMillis", "1000")])
def test_a_changed_integration_is_repaired_without_a_new_deployment(
    client: Any, run_module: Any, options: dict[str, Any], path: str, value: str
) -> None:
    run_module("apigateway_proxy", **options)
    before = stage(client)["deploymentId"]
    for resource in ("/", "/{proxy+}"):
        drift_integration(client, resource, path, value)
    preview = run_module("apigateway_proxy", check=True, **options)
    done = run_module("apigateway_proxy", **options)
    assert done["actions"] == preview["actions"]
    assert [action.split()[0] for action in done["actions"]] == ["put_integration", "put_integration"]
    assert done["api"] == preview["api"]
    # the stage's deployment holds the wanted content all along
    assert stage(client)["deploymentId"] == before
    assert not run_module("apigateway_proxy", **options)["changed"]


def test_a_changed_method_is_repaired(client: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("apigateway_proxy", **options)
    target = {"restApiId": only_api(client)["id"], "resourceId": methods(client)["/"]["id"], "httpMethod": "ANY"}
    patches = [
        {"op": "replace", "path": "/authorizationType", "value": "AWS_IAM"},
        {"op": "replace", "path": "/apiKeyRequired", "value": "true"},
        {"op": "add", "path": "/requestParameters/method.request.header.x", "value": "true"},
    ]
    client.update_method(**target, patchOperations=patches)
    done = run_module("apigateway_proxy", **options)
    assert done["actions"] == [f"update_method {NAME} ANY /"]
    method = client.get_method(**target)
    assert (method["authorizationType"], method["apiKeyRequired"]) == ("NONE", False)
    assert not method.get("requestParameters")


def test_new_content_is_deployed_and_the_stage_repointed(client: Any, run_module: Any, options: dict[str, Any]) -> None:
    first = run_module("apigateway_proxy", **options)["api"]
    options |= {"backend_url": "http://new", "authorization": "AWS_IAM", "timeout_in_millis": 5000}
    preview = run_module("apigateway_proxy", check=True, **options)
    assert stage(client)["deploymentId"] == first["deployment_id"]
    done = run_module("apigateway_proxy", **options)
    assert done["actions"] == preview["actions"]
    assert without_ids(done["api"]) == without_ids(preview["api"])
    assert stage(client)["deploymentId"] == done["api"]["deployment_id"] != first["deployment_id"]
    integration = methods(client)["/{proxy+}"]["resourceMethods"]["ANY"]["methodIntegration"]
    assert (integration["uri"], integration["timeoutInMillis"]) == ("http://new/{proxy}", 5000)
    described = client.get_deployment(restApiId=done["api"]["id"], deploymentId=done["api"]["deployment_id"])
    assert described["description"].endswith(f"[content {done['api']['content_hash']}]")


def test_content_that_was_deployed_before_is_used_again(client: Any, run_module: Any, options: dict[str, Any]) -> None:
    first = run_module("apigateway_proxy", **options)["api"]["deployment_id"]
    run_module("apigateway_proxy", **{**options, "backend_url": "http://new"})
    done = run_module("apigateway_proxy", **options)
    assert done["api"]["deployment_id"] == first
    assert len(deployments(client)) == 2


def test_somebody_elses_deployment_is_replaced_by_ours(client: Any, run_module: Any, options: dict[str, Any]) -> None:
    ours = run_module("apigateway_proxy", **options)["api"]
    other = client.create_deployment(restApiId=ours["id"], description="by hand")["id"]
    patch = {"op": "replace", "path": "/deploymentId", "value": other}
    client.update_stage(restApiId=ours["id"], stageName="dev", patchOperations=[patch])
    done = run_module("apigateway_proxy", **options)
    assert done["actions"] == [f"update_stage {NAME} stage dev"]
    assert stage(client)["deploymentId"] == ours["deployment_id"]
    assert other in deployments(client)


def test_old_deployments_go_but_none_in_use(client: Any, run_module: Any, options: dict[str, Any]) -> None:
    first = run_module("apigateway_proxy", **options)["api"]
    client.create_stage(restApiId=first["id"], stageName="pinned", deploymentId=first["deployment_id"])
    seen = [first["deployment_id"]]
    for number in range(4):
        changed = {**options, "backend_url": f"http://host{number}", "keep_deployments": 2}
        preview = run_module("apigateway_proxy", check=True, **changed)
        done = run_module("apigateway_proxy", **changed)
        assert done["actions"] == preview["actions"]
        seen.append(done["api"]["deployment_id"])
    assert set(deployments(client)) == {seen[0], *seen[-2:]}
    assert not run_module("apigateway_proxy", **changed)["changed"]


def test_stage_settings_are_repaired(client: Any, run_module: Any, options: dict[str, Any]) -> None:
    options |= {
        "stage_description": "Development",
        "stage_variables": {"colour": "blue"},
        "xray_tracing_enabled": True,
        "metrics_enabled": True,
    }
    run_module("apigateway_proxy", **options)
    changes = {
        "/description": "x",
        "/variables/colour": "red",
        "/variables/more": "1",
        "/tracingEnabled": "false",
        "/*/*/throttling/rateLimit": "1",
        "/*/*/throttling/burstLimit": "0",
        "/*/*/logging/dataTrace": "true",
        "/*/*/metrics/enabled": "false",
    }
    patches = [{"op": "replace", "path": path, "value": value} for path, value in changes.items()]
    client.update_stage(restApiId=only_api(client)["id"], stageName="dev", patchOperations=patches)
    preview = run_module("apigateway_proxy", check=True, **options)
    done = run_module("apigateway_proxy", **options)
    assert done["actions"] == preview["actions"] == [f"update_stage {NAME} stage dev"]
    assert done["api"] == preview["api"]
    found = stage(client)
    assert (found["description"], found["variables"], found["tracingEnabled"]) == (
        "Development",
        {"colour": "blue"},
        True,
    )
    settings = found["methodSettings"]["*/*"]
    assert (settings["throttlingRateLimit"], settings["throttlingBurstLimit"]) == (2000.0, 5000)
    assert (settings["dataTraceEnabled"], settings["metricsEnabled"]) == (False, True)


def test_options_that_are_not_set_change_nothing(client: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("apigateway_proxy", **options, stage_variables={"colour": "blue"}, stage_description="Development")
    few = {key: options[key] for key in ("name", "backend_url", "stage_name")}
    assert not run_module("apigateway_proxy", **few)["changed"]


def test_logs(aws: Any, client: Any, run_module: Any, options: dict[str, Any]) -> None:
    options["logging_level"] = "ERROR"
    failed = run_module("apigateway_proxy", **options)
    assert "role ARN must be set" in failed["msg"]
    trust = '{"Statement": [{"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}}]}'
    role = aws("iam").create_role(RoleName="logs", AssumeRolePolicyDocument=trust)["Role"]
    aws("iam").put_role_policy(RoleName="logs", PolicyName="logs", PolicyDocument=LOGS)
    patch = {"op": "replace", "path": "/cloudwatchRoleArn", "value": role["Arn"]}
    client.update_account(patchOperations=[patch])

    group = "arn:aws:logs:eu-west-1:123456789012:log-group:access"
    options["access_log"] = {"destination_arn": f"{group}:*", "format": "$context.requestId"}
    run_module("apigateway_proxy", **options)
    found = stage(client)
    assert found["methodSettings"]["*/*"]["loggingLevel"] == "ERROR"
    assert found["accessLogSettings"] == {"destinationArn": group, "format": "$context.requestId"}
    assert not run_module("apigateway_proxy", **options)["changed"]

    run_module("apigateway_proxy", **{**options, "access_log": {"destination_arn": ""}})
    assert "accessLogSettings" not in stage(client)


def test_description_type_and_tags_are_changed_in_place(client: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("apigateway_proxy", **options)
    options |= {"description": "New", "endpoint_type": "EDGE", "tags": {**TAGS, "Owner": "api"}}
    preview = run_module("apigateway_proxy", check=True, **options)
    done = run_module("apigateway_proxy", **options)
    assert done["api"] == preview["api"]
    api = only_api(client)
    assert (api["description"], api["endpointConfiguration"]["types"]) == ("New", ["EDGE"])
    assert api["tags"] == stage(client)["tags"] == {**TAGS, "Owner": "api"}
    assert len(deployments(client)) == 1
    run_module("apigateway_proxy", **{**options, "tags": TAGS, "purge_tags": False})
    assert "Owner" in only_api(client)["tags"]
    run_module("apigateway_proxy", **{**options, "tags": TAGS})
    assert only_api(client)["tags"] == stage(client)["tags"] == TAGS


@pytest.mark.parametrize("steps", range(1, 9))
def test_a_run_that_was_killed_is_completed(
    client: Any, run_module: Any, options: dict[str, Any], monkeypatch: Any, steps: int
) -> None:
    from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Runner, WaitError

    original = Runner._send
    count = itertools.count()

    def killed(self: Any, step: Any, bindings: Any) -> None:
        if next(count) == steps:
            raise WaitError("killed")
        original(self, step, bindings)

    monkeypatch.setattr(Runner, "_send", killed)
    assert run_module("apigateway_proxy", **options)["msg"] == "killed"
    monkeypatch.setattr(Runner, "_send", original)
    assert only_api(client)["tags"] == TAGS
    preview = run_module("apigateway_proxy", check=True, **options)
    done = run_module("apigateway_proxy", **options)
    assert done["actions"] == preview["actions"]
    assert len(done["actions"]) == 9 - steps
    assert len(deployments(client)) == 1
    assert not run_module("apigateway_proxy", **options)["changed"]


def add_extras(client: Any) -> None:
    """Do what somebody else might: own resources, a method of ours, a setting for one method."""
    api, root = only_api(client)["id"], methods(client)["/"]["id"]
    child = client.create_resource(restApiId=api, parentId=root, pathPart="admin")["id"]
    grandchild = client.create_resource(restApiId=api, parentId=child, pathPart="users")["id"]
    for resource in (root, grandchild):
        target = {"restApiId": api, "resourceId": resource, "httpMethod": "GET"}
        client.put_method(**target, authorizationType="NONE")
        client.put_integration(**target, type="MOCK")
    patch = {"op": "replace", "path": "/admin/GET/throttling/rateLimit", "value": "1"}
    client.update_stage(restApiId=api, stageName="dev", patchOperations=[patch])


def test_what_others_added_stays_and_is_deployed(client: Any, run_module: Any, options: dict[str, Any]) -> None:
    first = run_module("apigateway_proxy", **options)["api"]["deployment_id"]
    add_extras(client)
    done = run_module("apigateway_proxy", **options)
    assert [action.split()[0] for action in done["actions"]] == ["create_deployment", "update_stage"]
    assert done["api"]["deployment_id"] != first
    assert [item["path"] for item in done["api"]["extra"]] == ["/", "/admin", "/admin/users"]
    assert set(methods(client)) == {"/", "/{proxy+}", "/admin", "/admin/users"}
    assert not run_module("apigateway_proxy", **options)["changed"]


def test_what_others_added_goes_when_purged(client: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("apigateway_proxy", **options)
    add_extras(client)
    run_module("apigateway_proxy", **options)
    preview = run_module("apigateway_proxy", check=True, **options, purge=True)
    done = run_module("apigateway_proxy", **options, purge=True)
    assert done["actions"] == preview["actions"]
    assert done["api"] == preview["api"]
    assert set(methods(client)) == {"/", "/{proxy+}"}
    assert set(methods(client)["/"]["resourceMethods"]) == {"ANY"}
    assert set(stage(client)["methodSettings"]) == {"*/*"}


def test_a_private_backend(client: Any, run_module: Any, options: dict[str, Any]) -> None:
    options |= {"connection_type": "VPC_LINK", "connection_id": "abc123", "integration_target": ALB}
    run_module("apigateway_proxy", **options)
    # without a path, API Gateway would pass on its own, with the name of the stage
    for path, uri in {"/": f"{BACKEND}/", "/{proxy+}": f"{BACKEND}/{{proxy}}"}.items():
        integration = methods(client)[path]["resourceMethods"]["ANY"]["methodIntegration"]
        assert (integration["connectionType"], integration["connectionId"]) == ("VPC_LINK", "abc123")
        assert (integration["integrationTarget"], integration["uri"]) == (ALB, uri)
    assert not run_module("apigateway_proxy", **options)["changed"]


TLS13 = {"security_policy": "SecurityPolicy_TLS13_1_3_2025_09", "endpoint_access_mode": "BASIC"}


def frozen(client: Any) -> tuple[Any, Any, Any]:
    """Return what AWS shows of TLS and of the API's own address."""
    api = only_api(client)
    return api["securityPolicy"], api.get("endpointAccessMode"), api["disableExecuteApiEndpoint"]


def test_tls_and_the_own_address_are_deployed_once(
    client: Any, run_module: Any, changes_of: Any, options: dict[str, Any]
) -> None:
    run_module("apigateway_proxy", **options)
    assert frozen(client) == ("TLS_1_0", None, False)
    before = deployments(client)
    wanted = {**options, **TLS13, "disable_execute_api_endpoint": True}
    changes = changes_of("apigateway_proxy", **wanted)
    (api,) = [change[3] for change in changes if change[1] == "AWS::ApiGateway::RestApi"]
    assert api == {
        "security_policy": ("TLS_1_0", TLS13["security_policy"]),
        "endpoint_access_mode": ("", "BASIC"),
        "disable_execute_api_endpoint": (False, True),
    }
    assert frozen(client) == (TLS13["security_policy"], "BASIC", True)
    (new,) = set(deployments(client)) - set(before)
    assert stage(client)["deploymentId"] == new
    assert not run_module("apigateway_proxy", **wanted)["changed"]
    # what is left out stays, and is in effect
    assert not run_module("apigateway_proxy", **options)["changed"]

    back = run_module("apigateway_proxy", **{**options, "security_policy": "TLS_1_0"})
    assert back["changed"]
    assert frozen(client) == ("TLS_1_0", None, True)


def test_a_new_api_has_them_from_the_beginning(client: Any, run_module: Any, options: dict[str, Any]) -> None:
    wanted = {**options, **TLS13, "endpoint_access_mode": "STRICT", "disable_execute_api_endpoint": True}
    done = run_module("apigateway_proxy", **wanted)
    assert frozen(client) == (TLS13["security_policy"], "STRICT", True)
    assert "update_rest_api" not in " ".join(done["actions"])
    assert not run_module("apigateway_proxy", **wanted)["changed"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"security_policy": TLS13["security_policy"]}, "needs endpoint_access_mode: set STRICT or BASIC"),
        ({"endpoint_access_mode": "STRICT"}, "goes with a security_policy that begins with SecurityPolicy_"),
        (
            {"security_policy": "TLS_1_2", "endpoint_access_mode": "STRICT"},
            "does not go with security_policy",
        ),
        ({**TLS13, "endpoint_type": "EDGE"}, "is not for endpoint type EDGE"),
        ({**TLS13, "security_policy": "SecurityPolicy_TLS13_2025_EDGE"}, "is not for endpoint type REGIONAL"),
    ],
)
def test_a_security_policy_that_aws_refuses_is_refused_first(
    client: Any, run_module: Any, options: dict[str, Any], changed: dict[str, Any], said: str
) -> None:
    assert said in run_module("apigateway_proxy", **{**options, **changed})["msg"]
    assert client.get_rest_apis()["items"] == []


def test_a_backend_that_is_not_known_yet(client: Any, run_module: Any, options: dict[str, Any]) -> None:
    later = {**options, "backend_url": "http://(known after apply)"}
    for _unused in range(2):  # on an empty account, then on a deployed one
        preview = run_module("apigateway_proxy", check=True, **later)
        assert preview["api"]["content_hash"] == "(known after apply)"
        assert f"create_deployment {NAME}" in preview["actions"]
        run_module("apigateway_proxy", **options)


def test_an_api_of_somebody_else_is_left_alone(client: Any, run_module: Any, options: dict[str, Any]) -> None:
    other = client.create_rest_api(name=NAME, tags={**TAGS, "Environment": "other"})["id"]
    assert not run_module("apigateway_proxy", name=NAME, tags=TAGS, state="absent")["changed"]
    done = run_module("apigateway_proxy", **options)
    assert done["api"]["id"] != other
    assert not run_module("apigateway_proxy", **options)["changed"]
    assert len(client.get_rest_apis()["items"]) == 2


def test_lost_tags_are_put_back(client: Any, run_module: Any, options: dict[str, Any]) -> None:
    api = run_module("apigateway_proxy", **options)["api"]["id"]
    arn = f"arn:aws:apigateway:eu-west-1::/restapis/{api}"
    client.untag_resource(resourceArn=arn, tagKeys=list(TAGS))
    failed = run_module("apigateway_proxy", name=NAME, tags=TAGS, state="absent")
    assert "lacks the tags" in failed["msg"]
    run_module("apigateway_proxy", **options)
    assert only_api(client)["tags"] == TAGS


def test_two_apis_that_could_be_meant_are_an_error(client: Any, run_module: Any, options: dict[str, Any]) -> None:
    ids = [client.create_rest_api(name=NAME, tags=TAGS)["id"] for _unused in range(2)]
    failed = run_module("apigateway_proxy", **options)
    assert failed["failed"]
    assert all(item in failed["msg"] for item in ids)


def test_removes_and_removes_again(client: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("apigateway_proxy", **options)
    preview = run_module("apigateway_proxy", check=True, name=NAME, tags=TAGS, state="absent")
    assert preview["changed"]
    assert only_api(client)
    done = run_module("apigateway_proxy", name=NAME, tags=TAGS, state="absent")
    assert done["actions"] == [f"delete_rest_api {NAME}"]
    assert done["diff"]["before"]["stage"]["name"] == "dev"
    assert client.get_rest_apis()["items"] == []
    assert not run_module("apigateway_proxy", name=NAME, tags=TAGS, state="absent")["changed"]


def test_options_that_aws_refuses(client: Any, run_module: Any, options: dict[str, Any]) -> None:
    bad = {
        "backend_url": "alb.example.com",
        "timeout_in_millis": 300001,
        "stage_name": "a b",
        "throttling_rate_limit": -1,
        "connection_id": "abc",
        "stage_variables": {"a-b": "c"},
        "access_log": {"destination_arn": "arn:aws:logs:x"},
        "keep_deployments": 0,
    }
    failed = run_module("apigateway_proxy", **{**options, **bad})
    assert all(key in failed["msg"] for key in bad)
    failed = run_module("apigateway_proxy", **{**options, "connection_type": "VPC_LINK"})
    assert "needs connection_id" in failed["msg"]


def test_the_info_module_gives_the_same(client: Any, run_module: Any, sample_of: Any, options: dict[str, Any]) -> None:
    assert run_module("apigateway_proxy_info", name=NAME, tags=TAGS)["api"] == {}
    done = run_module("apigateway_proxy", **options)
    for stage_name in ("dev", None):
        found = run_module("apigateway_proxy_info", name=NAME, tags=TAGS, stage_name=stage_name)
        assert not found["changed"]
        assert found["api"] == done["api"]
        assert found["api"].keys() == sample_of("apigateway_proxy_info", "api").keys()


def test_tells_what_becomes_of_each_resource(client: Any, changes_of: Any, options: dict[str, Any]) -> None:
    def tell(**changes: Any) -> list[Any]:
        found = changes_of("apigateway_proxy", **{**options, **changes})
        return [(action, kind.removeprefix("AWS::ApiGateway::"), name, fields) for action, kind, name, fields in found]

    below = f"{NAME} /{{proxy+}}"
    own = {
        "description": (None, options["description"]),
        "endpoint_type": (None, "REGIONAL"),
        "resource_policy": (None, {}),
        "security_policy": (None, "TLS_1_0"),
        "endpoint_access_mode": (None, ""),
        "disable_execute_api_endpoint": (None, False),
        "tags": (None, TAGS),
    }
    deployment, _root, _proxy, resource, api, stage_told = tell()
    assert [change[:3] for change in (deployment, _root, _proxy, stage_told)] == [
        ("create", "Deployment", f"{NAME} dev"),
        ("create", "Method", f"{NAME} ANY /"),
        ("create", "Method", f"{NAME} ANY /{{proxy+}}"),
        ("create", "Stage", f"{NAME} dev"),
    ]
    assert resource == ("create", "Resource", below, {"path": (None, "/{proxy+}")})
    assert api == ("create", "RestApi", NAME, own)
    assert stage_told[3]["throttling_burst_limit"] == (None, 5000)
    assert tell() == []
    settings = {"throttling_burst_limit": (5000, 9)}
    assert tell(throttling_burst_limit=9) == [("update", "Stage", f"{NAME} dev", settings)]

    options["throttling_burst_limit"] = 9
    first = stage(client)["deploymentId"]
    deployment, *methods_told = tell(timeout_in_millis=5000)
    assert deployment[:3] == ("update", "Deployment", f"{NAME} dev")
    assert deployment[3]["id"] == (first, "(known after apply)")
    assert deployment[3]["content_hash"][0] != deployment[3]["content_hash"][1]
    changed = {"integration.timeout_in_millis": (29000, 5000)}
    assert methods_told == [
        ("update", "Method", f"{NAME} ANY /", changed),
        ("update", "Method", f"{NAME} ANY /{{proxy+}}", changed),
    ]
    # the deployments that go are told too, even when nothing else changes
    pruned = [("update", "Deployment", f"{NAME} dev", {"old_deployments": ([first], [])})]
    assert tell(timeout_in_millis=5000, keep_deployments=1) == pruned
    gone = changes_of("apigateway_proxy", name=NAME, state="absent")
    assert {change[0] for change in gone} == {"remove"}
    assert [change[1].rpartition("::")[2] for change in gone] == [
        "Deployment",
        "Method",
        "Method",
        "Resource",
        "RestApi",
        "Stage",
    ]


def test_tells_what_others_added_and_what_goes_with_the_api(
    client: Any, changes_of: Any, options: dict[str, Any]
) -> None:
    changes_of("apigateway_proxy", **options)
    add_extras(client)
    client.create_stage(restApiId=only_api(client)["id"], stageName="other", deploymentId=stage(client)["deploymentId"])
    purged = changes_of("apigateway_proxy", **options, purge=True)
    assert {change[0] for change in purged if change[1].endswith(("Resource", "Method"))} == {"remove"}
    gone = changes_of("apigateway_proxy", name=NAME, state="absent", stage_name="dev")
    stages = [change[2] for change in gone if change[1].endswith("Stage")]
    assert stages == [f"{NAME} dev", f"{NAME} other"]


def test_foretells_what_aws_fills_in(client: Any, assert_foretold: Any) -> None:
    assigned = ("content_hash",)
    required = {"name": NAME, "backend_url": BACKEND, "stage_name": "dev"}
    assert_foretold("apigateway_proxy", "api", assigned, **required)


def policy(source: str = "192.0.2.0/24", resource: str = "execute-api:/*") -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "execute-api:Invoke",
        "Resource": resource,
        "Condition": {"IpAddress": {"aws:SourceIp": source}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def policy_in_effect(client: Any) -> Any:
    """Return the API's policy as AWS gives it, with escaped quotes."""
    text = only_api(client).get("policy")
    return text and json.loads(text.replace("\\", ""))


def set_by_hand(client: Any, path: str, value: str) -> str:
    """Change the API, deploy it by hand and return the deployment's id."""
    api_id = only_api(client)["id"]
    client.update_rest_api(restApiId=api_id, patchOperations=[{"op": "replace", "path": path, "value": value}])
    return client.create_deployment(restApiId=api_id, stageName="dev", description="by hand")["id"]


def test_a_resource_policy_comes_changes_and_goes(client: Any, run_module: Any, options: dict[str, Any]) -> None:
    first = run_module("apigateway_proxy", **options, resource_policy=policy())["api"]
    arn = f"arn:aws:execute-api:eu-west-1:123456789012:{first['id']}/*"
    assert policy_in_effect(client) == policy(resource=arn)
    # the same in other words
    for same in (policy(resource=arn), {**policy(), "Statement": [{**policy()["Statement"][0], "Resource": [arn]}]}):
        assert not run_module("apigateway_proxy", **options, resource_policy=same)["changed"]
    changed = run_module("apigateway_proxy", **options, resource_policy=policy("198.51.100.0/24"))
    assert policy_in_effect(client) == policy("198.51.100.0/24", arn)
    assert stage(client)["deploymentId"] == changed["api"]["deployment_id"] != first["deployment_id"]
    gone = run_module("apigateway_proxy", **options, resource_policy={})
    assert not policy_in_effect(client)
    assert gone["api"]["resource_policy"] == {}
    assert not run_module("apigateway_proxy", **options, resource_policy={})["changed"]


def test_a_policy_by_hand_is_repaired_and_told(client: Any, run_module: Any, options: dict[str, Any]) -> None:
    from ansible_collections.streamflix.content_api.plugins.plugin_utils.exposure import exposing

    ours = run_module("apigateway_proxy", **options, resource_policy={})["api"]["deployment_id"]
    by_hand = set_by_hand(client, "/policy", json.dumps(policy()))
    done = run_module("apigateway_proxy", **options, resource_policy={})
    told = {change["type"]: [item["field"] for item in change["fields"]] for change in exposing(done["changes"])}
    assert told["AWS::ApiGateway::Deployment"] == ["authorization_in_effect"]
    assert all(field.startswith("resource_policy") for field in told["AWS::ApiGateway::RestApi"])
    assert by_hand in str(done["changes"])
    assert not policy_in_effect(client)
    assert stage(client)["deploymentId"] == ours


@pytest.mark.parametrize(
    ("path", "value"),
    [("/policy", json.dumps(policy())), ("/apiKeySource", "AUTHORIZER"), ("/disableExecuteApiEndpoint", "true")],
)
def test_what_is_not_managed_stays_in_effect(
    client: Any, run_module: Any, options: dict[str, Any], path: str, value: str
) -> None:
    ours = run_module("apigateway_proxy", **options)["api"]
    by_hand = set_by_hand(client, path, value)
    set_so = only_api(client)
    done = run_module("apigateway_proxy", **options)["api"]
    assert only_api(client) == set_so
    # a deployment of ours that was made with it, not the one from before
    assert stage(client)["deploymentId"] not in (ours["deployment_id"], by_hand)
    assert done["content_hash"] != ours["content_hash"]
    assert not run_module("apigateway_proxy", **options)["changed"]


def test_gateway_responses_by_hand_stay_in_effect(client: Any, run_module: Any, options: dict[str, Any]) -> None:
    ours = run_module("apigateway_proxy", **options)["api"]
    client.put_gateway_response(restApiId=ours["id"], responseType="UNAUTHORIZED", statusCode="404")
    by_hand = client.create_deployment(restApiId=ours["id"], stageName="dev")["id"]
    done = run_module("apigateway_proxy", **options)["api"]
    assert stage(client)["deploymentId"] not in (ours["deployment_id"], by_hand)
    (held,) = done["supplements"]["gateway_responses"]
    assert held["statusCode"] == "404"
    assert not run_module("apigateway_proxy", **options)["changed"]


def test_an_authorizer_of_others_stays_in_effect(client: Any, run_module: Any, options: dict[str, Any]) -> None:
    ours = run_module("apigateway_proxy", **options)["api"]
    add_extras(client)
    extra = next(item for path, item in methods(client).items() if path not in ("/", "/{proxy+}"))
    made = client.create_authorizer(
        restApiId=ours["id"],
        name="keys",
        type="TOKEN",
        authorizerUri="arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/one/invocations",
        identitySource="method.request.header.Authorization",
    )
    method = {"restApiId": ours["id"], "resourceId": extra["id"], "httpMethod": "HEAD"}
    client.put_method(**method, authorizationType="CUSTOM", authorizerId=made["id"])
    client.put_integration(**method, type="HTTP_PROXY", integrationHttpMethod="GET", uri="http://other")
    first = run_module("apigateway_proxy", **options)["api"]
    assert not run_module("apigateway_proxy", **options)["changed"]
    other = [{"op": "replace", "path": "/identitySource", "value": "method.request.header.Other"}]
    client.update_authorizer(restApiId=ours["id"], authorizerId=made["id"], patchOperations=other)
    client.create_deployment(restApiId=ours["id"], stageName="dev")
    second = run_module("apigateway_proxy", **options)["api"]
    assert len({first["content_hash"], second["content_hash"], ours["content_hash"]}) == 3


def test_every_property_of_a_method_is_repaired(client: Any, run_module: Any, options: dict[str, Any]) -> None:
    first = run_module("apigateway_proxy", **options)["api"]
    target = {"restApiId": first["id"], "resourceId": methods(client)["/"]["id"], "httpMethod": "ANY"}
    before = client.get_method(**target)
    client.put_method_response(**target, statusCode="200", responseParameters={"method.response.header.x": True})
    client.put_integration_response(**target, statusCode="200", selectionPattern="")
    done = run_module("apigateway_proxy", **options)
    where = f"{NAME} ANY /"
    assert done["actions"] == [f"delete_method {where}", f"put_method {where}", f"put_integration {where}"]
    assert (
        client.get_method(**target).items() >= {key: before[key] for key in before if key != "ResponseMetadata"}.items()
    )
    assert not client.get_method(**target).get("methodResponses")

    drift_integration(client, "/", "/passthroughBehavior", "NEVER")
    drift_integration(client, "/", "/credentials", "arn:aws:iam::123456789012:role/other")
    assert run_module("apigateway_proxy", **options)["actions"] == [f"put_integration {where}"]
    integration = client.get_method(**target)["methodIntegration"]
    assert integration["passthroughBehavior"] == "WHEN_NO_MATCH"
    assert not integration.get("credentials")
    assert stage(client)["deploymentId"] == first["deployment_id"]


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"Statement": "everybody"}, "resource_policy.Statement has 'everybody'"),
        ({"Version": "2012-10-17"}, "resource_policy has no Statement"),
        (policy("1" * 8192), "bytes longer than AWS takes (8192)"),
    ],
)
def test_no_resource_policy(client: Any, run_module: Any, options: dict[str, Any], wrong: Any, text: str) -> None:
    failed = run_module("apigateway_proxy", **options, resource_policy=wrong)
    assert failed["failed"]
    assert text in failed["msg"]
    assert client.get_rest_apis()["items"] == []


@pytest.mark.parametrize("check", [True, False])
def test_another_name_for_the_stacks_api_is_refused(
    client: Any, run_module: Any, options: dict[str, Any], check: bool
) -> None:
    owned = {**options, "owner_tags": {"ManagedBy": TAGS["ManagedBy"]}}
    api_id = run_module("apigateway_proxy", **owned)["api"]["id"]
    refused = run_module("apigateway_proxy", check=check, **{**owned, "name": "Content API"})
    assert f"There is no REST API 'Content API', but this stack has '{NAME}'" in refused["msg"]
    assert f"aws apigateway update-rest-api --rest-api-id {api_id}" in refused["msg"]
    assert only_api(client)["id"] == api_id

    # as the message says
    change = [{"op": "replace", "path": "/name", "value": "Content API"}]
    client.update_rest_api(restApiId=api_id, patchOperations=change)
    assert not run_module("apigateway_proxy", check=check, **{**owned, "name": "Content API"})["changed"]
    # another stack's
    other = {**owned, "name": "Other API", "tags": {**TAGS, "Environment": "test"}}
    assert run_module("apigateway_proxy", check=True, **other)["changed"]
    assert not run_module("apigateway_proxy", check=True, **{**owned, "name": "Old API", "state": "absent"})["changed"]


SECRET, OTHER_SECRET = "kI3hVq8sDn2xYp5cTz7wLm4r", "bN6fGa9uJe1oRs0iKd8vXt3y"
SENT = "integration.request.header.X-Origin-Verify"


@pytest.fixture
def secretive(aws: Any, options: dict[str, Any]) -> dict[str, Any]:
    """Give the options of an API that sends a secret header."""
    for name, value in {"origin-one": SECRET, "origin-two": OTHER_SECRET}.items():
        aws("secretsmanager").create_secret(Name=name, SecretString=json.dumps({"password": value, "listener": "a"}))
    header = {"name": "X-Origin-Verify", "secret_id": "origin-one", "usage": {"listener": "a"}}
    return {**options, "backend_url": "https://origin.example.com", "secret_headers": [header]}


def sent(client: Any) -> list[dict[str, str]]:
    """Return the request parameters of both integrations."""
    found = methods(client)
    ways = [found[path]["resourceMethods"]["ANY"]["methodIntegration"] for path in ("/", "/{proxy+}")]
    return [way.get("requestParameters") or {} for way in ways]


def test_a_secret_header_goes_to_the_backend_and_is_seen_nowhere(
    client: Any, run_module: Any, secretive: dict[str, Any]
) -> None:
    results = [run_module("apigateway_proxy", check=check, **secretive) for check in (True, False)]
    assert results[0]["actions"] == results[1]["actions"]
    path = {"integration.request.path.proxy": "method.request.path.proxy"}
    assert sent(client) == [{SENT: f"'{SECRET}'"}, {SENT: f"'{SECRET}'", **path}]
    assert run_module("apigateway_proxy", **secretive)["actions"] == []
    first = stage(client)["deploymentId"]

    # the other secret is another content, which the stage has to serve
    secretive["secret_headers"][0]["secret_id"] = "origin-two"
    results += [run_module("apigateway_proxy", check=check, **secretive) for check in (True, False)]
    assert [way[SENT] for way in sent(client)] == [f"'{OTHER_SECRET}'"] * 2
    assert stage(client)["deploymentId"] != first
    assert run_module("apigateway_proxy", **secretive)["actions"] == []

    # without the option nobody is cut off, and an empty one takes it away
    assert run_module("apigateway_proxy", **{**secretive, "secret_headers": None})["actions"] == []
    results += [run_module("apigateway_proxy", **{**secretive, "secret_headers": []})]
    assert sent(client) == [{}, path]
    results += [run_module("apigateway_proxy_info", name=NAME, tags=TAGS)]
    shown = json.dumps(results)
    assert not [secret for secret in (SECRET, OTHER_SECRET) if secret in shown]


def test_another_value_of_the_secret_is_deployed(
    aws: Any, client: Any, run_module: Any, secretive: dict[str, Any]
) -> None:
    run_module("apigateway_proxy", **secretive)
    before = deployments(client)
    secretive["secret_headers"][0]["secret_field"] = "header"
    held = json.dumps({"password": SECRET, "header": OTHER_SECRET, "listener": "a"})
    aws("secretsmanager").put_secret_value(SecretId="origin-one", SecretString=held)
    done = run_module("apigateway_proxy", **secretive)
    assert [way[SENT] for way in sent(client)] == [f"'{OTHER_SECRET}'"] * 2
    assert len(deployments(client)) == len(before) + 1
    shown = {field["field"]: field for change in done["changes"] for field in change["fields"]}
    changed = shown[f"integration.request_parameters.{SENT}"]
    assert (changed["before"], changed["after"]) == ("(not shown)", "(secret origin-one)")


@pytest.mark.parametrize(
    ("secret", "problem"),
    [
        ("origin-three", "There is no secret 'origin-three'"),
        ("origin-two", "does not say {'listener': 'b'}"),
    ],
)
def test_a_secret_that_nobody_takes_yet_is_not_sent(
    client: Any, run_module: Any, secretive: dict[str, Any], secret: str, problem: str
) -> None:
    run_module("apigateway_proxy", **secretive)
    secretive["secret_headers"][0] |= {"secret_id": secret, "usage": {"listener": "b"}}
    assert run_module("apigateway_proxy", check=True, **secretive)["changed"]
    assert problem in run_module("apigateway_proxy", **secretive)["msg"]
    assert [way[SENT] for way in sent(client)] == [f"'{SECRET}'"] * 2


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"backend_url": BACKEND}, "in plain text"),
        ({"data_trace_enabled": True}, "into the log"),
        ({"secret_headers": [{"name": "Host", "secret_id": "x"}]}, "keeps for itself"),
        ({"secret_headers": [{"name": "X Y", "secret_id": "x"}]}, "letters, digits and hyphens"),
        ({"secret_headers": [{"name": name, "secret_id": "x"} for name in ("X-A", "x-a")]}, "more than once"),
    ],
)
def test_what_would_give_the_secret_away_is_refused(
    run_module: Any, secretive: dict[str, Any], changed: dict[str, Any], problem: str
) -> None:
    failed = run_module("apigateway_proxy", check=True, **{**secretive, **changed})
    assert problem in failed["msg"]
