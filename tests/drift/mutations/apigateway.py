"""Drifts of the API, its stage and the account's settings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.drift.mutation import (
    API,
    BY_HAND,
    CREATE,
    LOST_TAG,
    OTHER_TAGS,
    TAG_FIELDS,
    Change,
    Mutation,
    Named,
    find,
)
from tests.drift.mutations import logs
from tests.support.account import Client

NAME, STAGE = "StreamFlix Content API dev", "dev"
REST, METHOD, STAGES = (f"AWS::ApiGateway::{kind}" for kind in ("RestApi", "Method", "Stage"))
DEPLOYMENT, ACCOUNT = "AWS::ApiGateway::Deployment", "AWS::ApiGateway::Account"
STAGE_NAME = f"{NAME} {STAGE}"
PATHS = ("/", "/{proxy+}")
FORMAT = '{"requestId":"$context.requestId"}'


def api_id(aws: Client) -> str:
    """Return the API's id."""
    return find(aws("apigateway"), "get_rest_apis", "items", NAME, "name")["id"]


def resource(aws: Client, path: str) -> dict[str, str]:
    """Return which method is meant, as the requests on methods take it."""
    items = aws("apigateway").get_resources(restApiId=api_id(aws))["items"]
    found = next(item["id"] for item in items if item["path"] == path)
    return {"restApiId": api_id(aws), "resourceId": found, "httpMethod": "ANY"}


def replace(path: str, value: str) -> list[dict[str, str]]:
    """Return the patch that sets a value."""
    return [{"op": "replace", "path": path, "value": value}]


def set_stage(aws: Client, path: str, value: str) -> None:
    """Change the stage."""
    aws("apigateway").update_stage(restApiId=api_id(aws), stageName=STAGE, patchOperations=replace(path, value))


def log_requests(aws: Client) -> None:
    """Write an access log."""
    patches = replace("/accessLogSettings/destinationArn", logs.ARN) + replace("/accessLogSettings/format", FORMAT)
    aws("apigateway").update_stage(restApiId=api_id(aws), stageName=STAGE, patchOperations=patches)


def set_api(aws: Client, path: str, value: str) -> None:
    """Change the API."""
    aws("apigateway").update_rest_api(restApiId=api_id(aws), patchOperations=replace(path, value))


def set_integration(aws: Client, path: str, field: str, value: str) -> None:
    """Change where a path leads to, or how."""
    aws("apigateway").update_integration(**resource(aws, path), patchOperations=replace(field, value))


def protect(aws: Client, path: str) -> None:
    """Let only those call the method who may by IAM."""
    patches = replace("/authorizationType", "AWS_IAM")
    aws("apigateway").update_method(**resource(aws, path), patchOperations=patches)


def want_key(aws: Client, path: str) -> None:
    """Let only those call the method who have a key."""
    aws("apigateway").update_method(**resource(aws, path), patchOperations=replace("/apiKeyRequired", "true"))


def deploy(aws: Client) -> None:
    """Deploy the API as it is now, by hand."""
    aws("apigateway").create_deployment(restApiId=api_id(aws), stageName=STAGE, description=BY_HAND)


def clear_role(aws: Client) -> None:
    """Take the logging role away from API Gateway."""
    aws("apigateway").update_account(patchOperations=replace("/cloudwatchRoleArn", ""))


def retag(aws: Client, path: str) -> None:
    """Change a tag, add one, remove one."""
    arn = f"arn:aws:apigateway:eu-west-1::/restapis/{api_id(aws)}{path}"
    aws("apigateway").tag_resource(resourceArn=arn, tags=OTHER_TAGS)
    aws("apigateway").untag_resource(resourceArn=arn, tagKeys=[LOST_TAG])


def let_in_one_network(aws: Client) -> None:
    """Let only one network call the API, and deploy that."""
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "execute-api:Invoke",
        "Resource": "execute-api:/*",
        "Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
    }
    set_api(aws, "/policy", json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    deploy(aws)


def answer_otherwise(aws: Client, path: str) -> None:
    """Describe an answer of the method."""
    aws("apigateway").put_method_response(**resource(aws, path), statusCode="200")


def stages() -> Iterator[Mutation]:
    """Yield changes of the stage."""
    changes: dict[str, tuple[Change, str]] = {
        "burst": (partial(set_stage, path="/*/*/throttling/burstLimit", value="10"), "throttling_burst_limit"),
        "rate": (partial(set_stage, path="/*/*/throttling/rateLimit", value="10"), "throttling_rate_limit"),
        "logging level": (partial(set_stage, path="/*/*/logging/loglevel", value="INFO"), "logging_level"),
        "data trace": (partial(set_stage, path="/*/*/logging/dataTrace", value="true"), "data_trace_enabled"),
        "metrics": (partial(set_stage, path="/*/*/metrics/enabled", value="true"), "metrics_enabled"),
        "X-Ray": (partial(set_stage, path="/tracingEnabled", value="true"), "xray_tracing_enabled"),
        "description": (partial(set_stage, path="/description", value=BY_HAND), "description"),
        "variable": (partial(set_stage, path="/variables/colour", value="blue"), "variables"),
        "access log": (log_requests, "access_log"),
    }
    for name, (change, field) in changes.items():
        yield Mutation(
            f"stage: {name}",
            change,
            (Named(STAGES, STAGE_NAME, (field,)),),
            API,
            ("apigateway:UpdateStage",),
            about=(NAME,),
            sample=name == "burst",
        )
    yield Mutation(
        "stage: deployment",
        deploy,
        (Named(DEPLOYMENT, STAGE_NAME, ("id", "content_hash", "authorization_in_effect")),),
        API,
        ("apigateway:UpdateStage",),
        about=(NAME,),
    )
    yield Mutation(
        "API: resource policy, deployed",
        let_in_one_network,
        (
            Named(REST, NAME, ("resource_policy",)),
            Named(DEPLOYMENT, STAGE_NAME, ("id", "content_hash", "authorization_in_effect")),
        ),
        API,
        ("apigateway:UpdateRestApi", "apigateway:UpdateStage"),
        about=(NAME,),
    )


def methods() -> Iterator[Mutation]:
    """Yield changes of the methods."""
    for path in PATHS:
        where = f"{NAME} ANY {path}"
        for name, field, value in (
            ("URI", "/uri", "http://other.example.com/"),
            ("timeout", "/timeoutInMillis", "1000"),
            ("HTTP method", "/httpMethod", "GET"),
            ("credentials", "/credentials", "arn:aws:iam::123456789012:role/other"),
            ("passthrough", "/passthroughBehavior", "NEVER"),
        ):
            yield Mutation(
                f"{path}: integration {name}",
                partial(set_integration, path=path, field=field, value=value),
                (Named(METHOD, where, ("integration",)),),
                API,
                ("apigateway:PutIntegration",),
                about=(NAME,),
            )
        for name, change, changed in (
            ("authorization", protect, "authorization"),
            ("API key", want_key, "api_key_required"),
        ):
            yield Mutation(
                f"{path}: {name}",
                partial(change, path=path),
                (Named(METHOD, where, (changed,)),),
                API,
                ("apigateway:UpdateMethod",),
                about=(NAME,),
            )


def answers() -> Iterator[Mutation]:
    """Yield what AWS takes back only with the whole method."""
    for path in PATHS:
        yield Mutation(
            f"{path}: method response",
            partial(answer_otherwise, path=path),
            (Named(METHOD, f"{NAME} ANY {path}", ("responses",)),),
            API,
            ("apigateway:DeleteMethod", "apigateway:PutMethod", "apigateway:PutIntegration"),
            about=(NAME,),
        )


def lose_path(aws: Client) -> None:
    """Let every path lead to the same page."""
    name = "/requestParameters/integration.request.path.proxy"
    aws("apigateway").update_integration(**resource(aws, "/{proxy+}"), patchOperations=[{"op": "remove", "path": name}])


def delete_resource(aws: Client) -> None:
    """Remove all paths but the root."""
    target = resource(aws, "/{proxy+}")
    aws("apigateway").delete_resource(restApiId=target["restApiId"], resourceId=target["resourceId"])


def delete_stage(aws: Client) -> None:
    """Remove the stage."""
    aws("apigateway").delete_stage(restApiId=api_id(aws), stageName=STAGE)


def delete_method(aws: Client) -> None:
    """Remove the root's method."""
    aws("apigateway").delete_method(**resource(aws, "/"))


def rest() -> Iterator[Mutation]:
    """Yield changes of the API itself, and of tags."""
    settings: dict[str, tuple[str, Any, str]] = {
        "description": ("/description", BY_HAND, "description"),
        "endpoint type": ("/endpointConfiguration/types/REGIONAL", "EDGE", "endpoint_type"),
        "security policy": ("/securityPolicy", "SecurityPolicy_TLS13_1_2_2021_06", "security_policy"),
        "access mode": ("/endpointAccessMode", "STRICT", "endpoint_access_mode"),
        "own address": ("/disableExecuteApiEndpoint", "true", "disable_execute_api_endpoint"),
    }
    for name, (path, value, field) in settings.items():
        yield Mutation(
            f"API: {name}",
            partial(set_api, path=path, value=value),
            (Named(REST, NAME, (field,)),),
            API,
            ("apigateway:UpdateRestApi",),
        )
    for kind, name, path in ((REST, NAME, ""), (STAGES, STAGE_NAME, f"/stages/{STAGE}")):
        yield Mutation(
            f"{kind.rpartition(':')[2]} {name}: tags",
            partial(retag, path=path),
            (Named(kind, name, TAG_FIELDS),),
            API,
            ("apigateway:TagResource", "apigateway:UntagResource"),
            about=(NAME,),
        )
    proxy = f"{NAME} ANY /{{proxy+}}"
    yield Mutation(
        "/{proxy+}: path not passed on",
        lose_path,
        (Named(METHOD, proxy, ("integration",)),),
        API,
        ("apigateway:PutIntegration",),
        about=(NAME,),
    )
    yield Mutation(
        "/{proxy+}: resource removed",
        delete_resource,
        (
            Named("AWS::ApiGateway::Resource", f"{NAME} /{{proxy+}}", action=CREATE),
            Named(METHOD, proxy, action=CREATE),
        ),
        API,
        ("apigateway:CreateResource", "apigateway:PutMethod", "apigateway:PutIntegration"),
        about=(NAME,),
    )
    yield Mutation(
        "stage: removed",
        delete_stage,
        (Named(STAGES, STAGE_NAME, action=CREATE), Named(DEPLOYMENT, STAGE_NAME, ("id", "content_hash"))),
        API,
        ("apigateway:CreateStage", "apigateway:UpdateStage"),
        about=(NAME,),
    )
    yield Mutation(
        "/: method removed",
        delete_method,
        (Named(METHOD, f"{NAME} ANY /", action=CREATE),),
        API,
        ("apigateway:PutMethod", "apigateway:PutIntegration"),
        about=(NAME,),
    )
    yield Mutation(
        "API Gateway: logging role cleared",
        clear_role,
        (Named(ACCOUNT, "eu-west-1", ("cloudwatch_role_arn",)),),
        API,
        ("apigateway:UpdateAccount",),
        about=("cloudwatchRoleArn",),
    )


# what the inventory leaves to AWS, so that drifts of it are seen too
VARIABLES = {
    "apigw_logging_level": "ERROR",
    "apigw_security_policy": "SecurityPolicy_TLS13_1_3_2025_09",
    "apigw_endpoint_access_mode": "BASIC",
}
MUTATIONS = (*stages(), *methods(), *answers(), *rest())
