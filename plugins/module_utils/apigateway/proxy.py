# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A REST API of API Gateway that passes every request to one HTTP backend: how it is read, and as it is to be."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

from ansible_collections.streamflix.content_api.plugins.module_utils import fields
from ansible_collections.streamflix.content_api.plugins.module_utils.apigateway.rules import (
    ACCESS_MODES,
    EDGE_POLICIES,
    LEGACY_POLICIES,
    LONGEST_NAME,
    REGIONAL_POLICIES,
    backend_address,
    headers_to_send,
    log_destination,
    name_of_stage,
    not_negative,
    policy,
    variables,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Field, Rows, sorted_texts
from ansible_collections.streamflix.content_api.plugins.module_utils.hidden import Hidden, digested, revealed
from ansible_collections.streamflix.content_api.plugins.module_utils.iam.policies import document_of, form, text_of
from ansible_collections.streamflix.content_api.plugins.module_utils.ownership import (
    IDENTITY,
    refuse_estranged,
    without_stack,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.partitions import dns_suffix
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import UNKNOWN, InvalidOptionError, is_unknown
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import too_long

if TYPE_CHECKING:
    from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api, Reply

Item = TypeVar("Item", bound=Mapping[str, Any])
ANY = "ANY"
HEADER = "integration.request.header."
PATHS = {"root": "/", "proxy": "/{proxy+}"}
ALL_METHODS = "*/*"
CANARY = " (canary)"  # marks a deployment that a stage serves beside its own
PAGE = 500  # the most that AWS gives in one reply

# AWS's defaults, which some of its replies leave out
DEFAULT_TIMEOUT = 29000
DEFAULT_CONNECTION = "INTERNET"
DEFAULT_PASSTHROUGH = "WHEN_NO_MATCH"
DEFAULT_TRANSFER = "BUFFERED"
DEFAULT_KEY_SOURCE = "HEADER"
DEFAULT_POLICY = "TLS_1_0"
# settings of an API that its deployments freeze, which options set
FROZEN = ("security_policy", "endpoint_access_mode", "disable_execute_api_endpoint")

# each API has these from the beginning
MODELS_OF_AWS = frozenset({"Empty", "Error"})
# what else a deployment freezes, by the request that lists it
SUPPLEMENTS = {
    "gateway_responses": "get_gateway_responses",
    "authorizers": "get_authorizers",
    "request_validators": "get_request_validators",
    "models": "get_models",
}

CONTENT_MARK = re.compile(r"\[content ([0-9a-f]{16})\]$")


def set_in(item: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what says something in a description: AWS gives some members without a value, or leaves them out."""
    return {key: value for key, value in (item or {}).items() if value}


def responses(member: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Return a reader of the responses of a method or an integration by status code, without what is not set."""

    def read_them(item: Mapping[str, Any]) -> dict[str, Any]:
        found = sorted((item.get(member) or {}).items())
        return {
            code: {key: value for key, value in response.items() if value not in (None, {}, "")}
            for code, response in found
        }

    return read_them


def parameters_from_aws(integration: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request parameters of an integration; static values, which may be secrets, are hidden."""
    found = integration.get("requestParameters") or {}
    return {name: Hidden(value) if value.startswith("'") else value for name, value in found.items()}


def header_parameters(headers: Iterable[Mapping[str, Any]], secrets: Mapping[str, str | None]) -> dict[str, Hidden]:
    """Return the request parameters of an integration that sends headers with secret values.

    :param headers: C(name) and C(secret_id) of each.
    :param secrets: the values by the secrets' names; not all are known in check mode.
    """
    found = {}
    for one in headers:
        value = secrets.get(one["secret_id"])
        text = UNKNOWN if value is None else f"'{value}'"
        found[HEADER + one["name"]] = Hidden(text, f"(secret {one['secret_id']})")
    return found


def static_headers(method: Mapping[str, Any] | None) -> dict[str, Hidden]:
    """Return the request parameters by which an integration sends headers with values of their own."""
    integration = (method or {}).get("integration") or {}
    found = integration.get("request_parameters", {})
    return {name: value for name, value in found.items() if name.startswith(HEADER) and isinstance(value, Hidden)}


def parameters_to_aws(parameters: Mapping[str, Any]) -> dict[str, str]:
    """Return the request parameters of an integration as PutIntegration takes them."""
    return {name: revealed(value) for name, value in parameters.items()}


def integration_from_aws(method: Mapping[str, Any]) -> dict[str, Any] | None:
    """Read the Integration of a method; None when it has none yet."""
    found = set_in(method.get("methodIntegration"))
    return fields.described(INTEGRATION, found) if found else None


def method_from_aws(method: Mapping[str, Any]) -> dict[str, Any]:
    """Return a Method of AWS, with its integration, in our shape."""
    return fields.described(METHOD, set_in(method))


# Fixed are settings that we never set: AWS has no request that removes all of them again.
INTEGRATION: Rows = {
    "type": Field(aws="type"),
    "http_method": Field(aws="integrationHttpMethod", read="httpMethod"),
    "uri": Field(aws="uri"),
    "timeout_in_millis": Field("int", "timeoutInMillis", unset=DEFAULT_TIMEOUT),
    "connection_type": Field(aws="connectionType", unset=DEFAULT_CONNECTION),
    "connection_id": Field(aws="connectionId"),
    "integration_target": Field(aws="integrationTarget"),
    "request_parameters": Field("dict", "requestParameters", read=parameters_from_aws, write=parameters_to_aws),
    "credentials": Field(read="credentials"),
    "request_templates": Field("dict", read="requestTemplates", unset={}, new={}),
    "passthrough_behavior": Field(read="passthroughBehavior", unset=DEFAULT_PASSTHROUGH, new=DEFAULT_PASSTHROUGH),
    "content_handling": Field(read="contentHandling"),
    "cache_key_parameters": Field("list", read=sorted_texts("cacheKeyParameters"), new=[]),
    "tls_config": Field("dict", read=lambda integration: set_in(integration.get("tlsConfig")), new={}),
    "response_transfer_mode": Field(read="responseTransferMode", unset=DEFAULT_TRANSFER, new=DEFAULT_TRANSFER),
    "responses": Field("dict", read=responses("integrationResponses"), new={}, fixed=True),
}
METHOD: Rows = {
    "authorization": Field(aws="/authorizationType", read="authorizationType"),
    "api_key_required": Field("bool", "/apiKeyRequired", read="apiKeyRequired", unset=False, new=False),
    "request_parameters": Field("dict", read="requestParameters", unset={}),
    "authorizer_id": Field(read="authorizerId", fixed=True),
    "authorization_scopes": Field("list", read=sorted_texts("authorizationScopes"), new=[], fixed=True),
    "request_validator_id": Field(read="requestValidatorId", fixed=True),
    "operation_name": Field(read="operationName", fixed=True),
    "request_models": Field("dict", read="requestModels", unset={}, new={}, fixed=True),
    "responses": Field("dict", read=responses("methodResponses"), new={}, fixed=True),
    "integration": Field("dict", read=integration_from_aws),
}


def wanted_method(kind: str, options: Mapping[str, Any], headers: Mapping[str, Hidden]) -> dict[str, Any]:
    """Return the ANY method as the options want it.

    :param kind: C(root), or C(proxy) for everything below it.
    :param headers: the request parameters with the headers that the integration sends.
    """
    passes_path, private = kind == "proxy", options["connection_type"] == "VPC_LINK"
    # without a path in the URI, a private integration passes on the one that API Gateway was asked for, stage included
    path = "/{proxy}" if passes_path else "/" if private else ""
    integration = {
        **{
            key: options[key] for key in ("timeout_in_millis", "connection_type", "connection_id", "integration_target")
        },
        "type": "HTTP_PROXY",
        "http_method": ANY,
        "uri": options["backend_url"].rstrip("/") + path,
        "request_parameters": {
            **({"integration.request.path.proxy": "method.request.path.proxy"} if passes_path else {}),
            **headers,
        },
    }
    method = {
        "authorization": options["authorization"],
        "request_parameters": {"method.request.path.proxy": True} if passes_path else {},
        "integration": fields.created(INTEGRATION, integration),
    }
    return fields.created(METHOD, method)


def integration_to_aws(integration: Mapping[str, Any]) -> dict[str, Any]:
    """Return the integration part of PutIntegration; what is None or empty is left out."""
    return fields.all_params(INTEGRATION, set_in(integration))


def to_be_made_anew(current: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Tell whether a method has something that AWS only removes with the whole method, such as an authorizer.

    A stage serves a deployment, so removing the method interrupts nothing.
    """
    integration = current["integration"]
    return any(current[key] != wanted[key] for key in fields.fixed(METHOD)) or (
        bool(integration) and any(integration[key] != wanted["integration"][key] for key in fields.fixed(INTEGRATION))
    )


def patches(rows: Rows, current: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the patch operations that set what differs; C(aws) of the rows is the path of the operation."""
    return [replace(row.aws, wanted[key]) for key, row in rows.items() if row.sent and current[key] != wanted[key]]


def method_patches(current: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the patch operations of UpdateMethod that lead from one method to the other, integration aside."""
    found = patches(METHOD, current, wanted)
    have, want = current["request_parameters"], wanted["request_parameters"]
    found += [remove(f"/requestParameters/{name}") for name in sorted(have) if name not in want]
    for name, required in sorted(want.items()):
        if name not in have:
            found.append({"op": "add", "path": f"/requestParameters/{name}", "value": text(required)})
        elif have[name] != required:
            found.append(replace(f"/requestParameters/{name}", required))
    return found


def text(value: Any) -> str:
    """Return a value as patch operations take it: C(true), C(5000), C(2000.5)."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def replace(path: str, value: Any) -> dict[str, Any]:
    """Return the patch operation that sets a value."""
    return {"op": "replace", "path": path, "value": text(value)}


def remove(path: str) -> dict[str, str]:
    """Return the patch operation that removes a value."""
    return {"op": "remove", "path": path}


def fingerprint(api: Mapping[str, Any]) -> str:
    """Return 16 hex digits that stand for everything that a deployment freezes; unknown while any of it is.

    :param api: the API in our shape: both methods, what it has besides, its resource policy and further settings.
    """
    extra = [[item["path"], item["methods"]] for item in api["extra"]]
    policy = form(api["resource_policy"]) if api["resource_policy"] else {}
    content = digested([api["root"], api["proxy"], extra, policy, frozen_settings(api), api["supplements"]])
    if is_unknown(content):
        return UNKNOWN
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def marked(description: str, content_hash: str) -> str:
    """Return a deployment's description, which says what it contains."""
    return f"{description} [content {content_hash}]".strip()


def deployments_from_aws(
    deployments: Iterable[Mapping[str, Any]], stages: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return the deployments, newest first, each with the content it was made for and the stages that serve it."""
    used: dict[str, list[str]] = {}
    for stage in stages:
        used.setdefault(stage["deploymentId"], []).append(stage["stageName"])
        canary = stage.get("canarySettings", {}).get("deploymentId")
        if canary:
            used.setdefault(canary, []).append(stage["stageName"] + CANARY)
    newest_last = sorted(deployments, key=lambda item: item["createdDate"])
    found = []
    for item in reversed(newest_last):
        mark = CONTENT_MARK.search(item.get("description") or "")
        content_hash = mark.group(1) if mark else ""
        found.append({"id": item["id"], "content_hash": content_hash, "stages": sorted(used.get(item["id"], []))})
    return found


def policy_from_aws(policy: str | None, api_id: str) -> dict[str, Any]:
    """Return an API's resource policy as data; empty when it has none.

    AWS gives its text with escaped quotes, and the ARN of the API in place of C(execute-api:/). That is put back, so
    that a policy is the same before the API has an id and after.
    """
    if not policy:
        return {}
    try:
        document = document_of(policy)
    except ValueError:
        document = document_of(json.loads(f'"{policy}"'))
    return short_arns(document, api_id)


def short_arns(document: Mapping[str, Any], api_id: str) -> dict[str, Any]:
    """Return a resource policy in which C(execute-api:/) stands for the ARN of the API itself."""
    arn = re.compile(rf"arn:aws[a-z-]*:execute-api:[a-z0-9-]+:\d{{12}}:{re.escape(api_id)}/")
    return dict(json.loads(arn.sub("execute-api:/", json.dumps(document))))


def api_settings(rest_api: Mapping[str, Any]) -> dict[str, Any]:
    """Return those settings of an API that a deployment freezes and that no option sets."""
    return {
        "api_key_source": rest_api.get("apiKeySource") or DEFAULT_KEY_SOURCE,
        "binary_media_types": sorted(rest_api.get("binaryMediaTypes") or []),
        "minimum_compression_size": rest_api.get("minimumCompressionSize"),
    }


def frozen_settings(api: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of an API, in our shape, that a deployment freezes; of TLS only what is not AWS's default."""
    chosen = {} if api["security_policy"] == DEFAULT_POLICY else {key: api[key] for key in FROZEN[:2]}
    return {
        **api["api_settings"],
        **chosen,
        "disable_execute_api_endpoint": api["disable_execute_api_endpoint"],
    }


def methods_of(api: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return all methods of an API besides the two ANY methods."""
    return [method for item in api["extra"] for method in item["methods"].values()]


def supplements_in_use(api: Mapping[str, Any]) -> list[str]:
    """Return the keys of L(SUPPLEMENTS) that can make a difference to what a deployment of the API does."""
    methods = methods_of(api)
    named = [method["request_models"] for method in methods]
    named += [item.get("responseModels", {}) for method in methods for item in method["responses"].values()]
    models = {model for models in named for model in models.values()}
    used = {
        "gateway_responses": True,
        "authorizers": any(method["authorizer_id"] for method in methods),
        "request_validators": any(method["request_validator_id"] for method in methods),
        "models": bool(models - MODELS_OF_AWS),
    }
    return [key for key in SUPPLEMENTS if used[key]]


def read_supplements(api: Api, found: Mapping[str, Any]) -> dict[str, Any]:
    """Read what a deployment freezes besides resources, methods and settings; one request for each kind in use.

    :param found: the API in our shape.
    :returns: by the keys of L(SUPPLEMENTS), without what is AWS's default; empty where there is nothing else.
    :raises AwsError: AWS refuses.
    """
    read: dict[str, Any] = {}
    for key in supplements_in_use(found):
        items = api.pages(SUPPLEMENTS[key], "items", restApiId=found["id"], limit=PAGE)
        own = [item for item in items if not item.get("defaultResponse") and item.get("name") not in MODELS_OF_AWS]
        if own:
            read[key] = sorted(own, key=lambda item: json.dumps(item, sort_keys=True))
    return read


def own_tags(item: Mapping[str, Any]) -> dict[str, str]:
    """Return the tags of an API or a stage without AWS's own."""
    return {key: value for key, value in (item.get("tags") or {}).items() if not key.startswith("aws:")}


def setting(kind: str, member: str, path: str, **more: Any) -> Field:
    """Return the row of a stage's setting for all methods.

    :param member: of AWS's MethodSetting.
    :param path: of its patch operation.
    """
    return Field(kind, f"/{ALL_METHODS}/{path}", read=f"methodSettings.{ALL_METHODS}.{member}", **more)


def stage_variables(options: Mapping[str, Any]) -> dict[str, str] | None:
    """Return the stage's variables as AWS keeps them, as text; None when the user did not set them."""
    if options["stage_variables"] is None:
        return None
    return {name: text(value) for name, value in options["stage_variables"].items()}


def access_log(log: Mapping[str, Any]) -> dict[str, str]:
    """Return where and how the stage logs requests, both empty for not at all."""
    # AWS gives a log group's ARN back without its last part
    arn = (log["destination_arn"] or "").removesuffix(":*")
    return {"destination_arn": arn, "format": (log["format"] or "") if arn else ""}


SETTINGS: Rows = {
    "throttling_burst_limit": setting("int", "throttlingBurstLimit", "throttling/burstLimit", rule=not_negative),
    "throttling_rate_limit": setting("float", "throttlingRateLimit", "throttling/rateLimit", rule=not_negative),
    "logging_level": setting("str", "loggingLevel", "logging/loglevel", choices=("OFF", "ERROR", "INFO")),
    "data_trace_enabled": setting("bool", "dataTraceEnabled", "logging/dataTrace"),
    "metrics_enabled": setting("bool", "metricsEnabled", "metrics/enabled"),
}
ACCESS_LOG: Rows = {
    "destination_arn": Field(aws="destinationArn", unset="", required=True),
    "format": Field(aws="format", unset=""),
}
STAGE: Rows = {
    "name": Field(read="stageName", always=True, made=itemgetter("stage_name")),
    "description": Field(
        aws="/description", read="description", made=itemgetter("stage_description"), unset="", new=""
    ),
    "variables": Field("dict", read="variables", made=stage_variables, unset={}, new={}),
    "xray_tracing_enabled": Field("bool", "/tracingEnabled", read="tracingEnabled", unset=False, new=False),
    **SETTINGS,
    "access_log": Field(
        "dict",
        read="accessLogSettings",
        normal=access_log,
        rule=log_destination,
        rows=ACCESS_LOG,
        unset={},
        new=dict.fromkeys(ACCESS_LOG, ""),
    ),
    # settings for single methods
    "overrides": Field(
        "list",
        read=lambda stage: sorted(key for key in stage.get("methodSettings") or {} if key != ALL_METHODS),
        made=lambda options: [] if options["purge"] else None,
        new=[],
    ),
    "web_acl_arn": Field(read="webAclArn", assigned=True, unset="", new=""),
}


def stage_from_aws(stage: Mapping[str, Any]) -> dict[str, Any]:
    """Return a Stage of AWS in our shape; settings that it does not have are None."""
    return {**fields.described(STAGE, stage), "tags": own_tags(stage)}


def blank_stage(name: str) -> dict[str, Any]:
    """Return what a stage is right after CreateStage without further members."""
    return {**fields.created(STAGE, {"name": name}), "tags": {}}


def stage_to_be(stage: Mapping[str, Any] | None, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stage as it will be: what is set in the options, else what it has."""
    known = stage or blank_stage(options["stage_name"])
    return {**known, **fields.given(fields.wanted(STAGE, options))}


def stage_patches(stage: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the patch operations of UpdateStage that lead from one stage to the other, both in our shape."""
    own = {key: row for key, row in STAGE.items() if key not in SETTINGS}
    found = patches(own, stage, wanted)
    for name, value in sorted(wanted["variables"].items()):
        if stage["variables"].get(name) != value:
            found.append(replace(f"/variables/{name}", value))
    found += [remove(f"/variables/{name}") for name in sorted(stage["variables"]) if name not in wanted["variables"]]
    found += [remove(f"/{key}") for key in stage["overrides"] if key not in wanted["overrides"]]
    found += patches(SETTINGS, stage, wanted)
    return found + access_log_patches(stage["access_log"], wanted["access_log"])


def access_log_patches(current: Mapping[str, str], wanted: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the patch operations that lead from one access log to the other."""
    if current == wanted:
        return []
    if not wanted["destination_arn"]:
        return [remove("/accessLogSettings")]
    return [
        replace("/accessLogSettings/destinationArn", wanted["destination_arn"]),
        replace("/accessLogSettings/format", wanted["format"]),
    ]


def extra_from_aws(resources: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what an API has besides its own two ANY methods, by path."""
    found = []
    for resource in sorted(resources, key=lambda item: item["path"]):
        ours = resource["path"] in PATHS.values()
        methods = {
            name: method_from_aws(method)
            for name, method in sorted((resource.get("resourceMethods") or {}).items())
            if not (ours and name == ANY)
        }
        if methods or not ours:
            found.append({"path": resource["path"], "resource_id": resource["id"], "methods": methods})
    return found


def url_of(api_id: str, region: str, stage_name: str) -> str:
    """Return the address at which a stage answers."""
    return f"https://{api_id}.execute-api.{region}.{dns_suffix(region)}/{stage_name}/"


SECRET_HEADER: Rows = {
    "name": Field(required=True),
    "secret_id": Field(required=True, no_log=False),
    "secret_field": Field(default="password", no_log=False),
    "usage": Field("dict"),
}
FIELDS: Rows = {
    "first_run": Field("bool", default=False),
    "id": Field(read="id", assigned=True, always=True, new=CHOSEN),
    "name": Field(aws="name", required=True, always=True, rule=partial(too_long, longest=LONGEST_NAME)),
    "description": Field(aws="description", unset="", new=""),
    "status": Field(read="apiStatus", assigned=True, unset="AVAILABLE", new="AVAILABLE"),
    "endpoint_type": Field(
        aws="endpointConfiguration",
        read=lambda api: (api.get("endpointConfiguration", {}).get("types") or [None])[0],
        write=lambda kind: {"types": [kind]},
        choices=("REGIONAL", "EDGE"),
        default="REGIONAL",
        exposes=True,
    ),
    "security_policy": Field(
        aws="securityPolicy",
        unset=DEFAULT_POLICY,
        new=DEFAULT_POLICY,
        choices=(*LEGACY_POLICIES, *REGIONAL_POLICIES, *EDGE_POLICIES),
        exposes=True,
    ),
    "endpoint_access_mode": Field(aws="endpointAccessMode", unset="", new="", choices=ACCESS_MODES, exposes=True),
    "disable_execute_api_endpoint": Field("bool", "disableExecuteApiEndpoint", unset=False, new=False, exposes=True),
    "url": Field(read="url", assigned=True),
    "root_resource_id": Field(read="root_resource_id", assigned=True, new=CHOSEN),
    "proxy_resource_id": Field(read="proxy_resource_id", assigned=True),
    "root": Field("dict", read="root", assigned=True),
    "proxy": Field("dict", read="proxy", assigned=True),
    "extra": Field("list", read="extra", assigned=True, new=[]),
    "resource_policy": Field(
        "dict", "policy", read="resource_policy", write=text_of, new={}, rule=policy, exposes=True
    ),
    "api_settings": Field("dict", read=api_settings, assigned=True, new=api_settings({})),
    "supplements": Field("dict", read="supplements", assigned=True, unset={}, new={}),
    "content_hash": Field(read="content_hash", assigned=True),
    "deployment_id": Field(read="deployment_id", assigned=True),
    "deployments": Field("list", read="deployments", assigned=True, new=[]),
    "stage": Field("dict", read="stage", assigned=True),
    "backend_url": Field(rule=backend_address),
    "timeout_in_millis": Field("int", default=DEFAULT_TIMEOUT),
    "connection_type": Field(choices=("INTERNET", "VPC_LINK"), default="INTERNET"),
    "connection_id": Field(),
    "integration_target": Field(),
    "secret_headers": Field("list", rows=SECRET_HEADER, rule=headers_to_send, no_log=False),
    "authorization": Field(choices=("NONE", "AWS_IAM"), default="NONE", exposes=True),
    "stage_name": Field(rule=name_of_stage),
    "stage_description": Field(),
    "stage_variables": Field("dict", rule=variables),
    **fields.options_of(STAGE),
    "purge": Field("bool", default=False),
    "keep_deployments": Field("int", default=5, limits=(1, 1000)),
}


def from_aws(
    rest_api: Reply,
    resources: Sequence[Mapping[str, Any]],
    stages: Sequence[Mapping[str, Any]],
    deployments: Sequence[Mapping[str, Any]],
    stage_name: str,
    url: str,
) -> dict[str, Any]:
    """Return an API as GetRestApis, GetResources, GetStages and GetDeployments give it, in our shape.

    :param stage_name: the stage that is looked at.
    :param url: where that stage answers.
    """
    by_path = {resource["path"]: resource for resource in resources}
    methods: dict[str, Any] = {}
    for kind, path in PATHS.items():
        method = (by_path.get(path, {}).get("resourceMethods") or {}).get(ANY)
        methods[kind] = method_from_aws(method) if method else None
    stage = next((item for item in stages if item["stageName"] == stage_name), None)
    whole = rest_api.also(
        url=url,
        root_resource_id=by_path["/"]["id"] if "/" in by_path else rest_api.get("rootResourceId"),
        proxy_resource_id=by_path[PATHS["proxy"]]["id"] if PATHS["proxy"] in by_path else None,
        **methods,
        extra=extra_from_aws(resources),
        resource_policy=policy_from_aws(rest_api.get("policy"), rest_api["id"]),
        deployments=deployments_from_aws(deployments, stages),
        deployment_id=stage["deploymentId"] if stage else None,
        stage=stage_from_aws(stage) if stage else None,
    )
    api = {**fields.described(FIELDS, whole), "tags": own_tags(rest_api)}
    return {**api, "content_hash": fingerprint(api)}


def content_served(api: Mapping[str, Any]) -> str:
    """Return the content that the stage serves, by its deployment's mark; empty when somebody else deployed it."""
    held = {item["id"]: item["content_hash"] for item in api["deployments"]}
    return held.get(api["deployment_id"]) or ""


def choose(
    rest_apis: Iterable[Item],
    name: str,
    tags: Mapping[str, str] | None,
    strict: bool = False,
    owner: Mapping[str, str] | None = None,
) -> Item | None:
    """Return the API of that name that is ours; None when there is none.

    It is ours when its identity tags are those of C(tags). If its identity tags are only missing, and it is the only
    one, it is taken as well, so that lost tags are restored and no second API is created.

    :param strict: refuse an API without our identity tags, as before a removal.
    :param owner: the owner's tags, if the caller checks them later: other values in these do not make it another API.
    :raises InvalidOptionError: it is not clear which API is meant; names their ids. Also, with C(owner), when the only
        one that is ours has other identity tags.
    """
    identity = {**{key: (tags or {})[key] for key in IDENTITY if key in (tags or {})}, **(owner or {})}
    owner = without_stack(owner or {})
    named = [item for item in rest_apis if item["name"] == name]
    held = [(item, {key: (item.get("tags") or {}).get(key) for key in identity}) for item in named]
    ours = [item for item, found in held if found == identity]
    bare = [item for item, found in held if all(found[key] in (None, identity[key]) for key in identity.keys() - owner)]
    candidates = ours or bare
    if len(candidates) > 1:
        ids = ", ".join(sorted(item["id"] for item in candidates))
        raise InvalidOptionError(
            f"{len(candidates)} REST APIs are called {name!r} and carry the same tags: {ids}. Remove or rename all "
            "but the one that is meant."
        )
    if strict and candidates and not ours:
        raise InvalidOptionError(
            f"REST API {candidates[0]['id']} is called {name!r} but lacks the tags {identity}, so that it may be "
            "somebody else's and is not removed. Tag it, or remove it by hand."
        )
    if owner and not candidates:
        refuse_estranged("REST API", name, {item["id"]: item.get("tags") or {} for item in named}, owner, identity)
    return candidates[0] if candidates else None


def refuse_renamed(rest_apis: Iterable[Mapping[str, Any]], name: str, tags: Mapping[str, str] | None) -> None:
    """Refuse a new name if the stack has an API under another one: a second API would have another address.

    :param rest_apis: all APIs of the region.
    :param tags: those of the stack; only all tags of C(IDENTITY) together say which API is its own.
    :raises InvalidOptionError: it has one of another name.
    """
    identity = {key: (tags or {}).get(key) for key in IDENTITY}
    for item in rest_apis:
        if None not in identity.values() and identity.items() <= (item.get("tags") or {}).items():
            raise InvalidOptionError(
                f"There is no REST API {name!r}, but this stack has {item['name']!r}. A second one would have another "
                "address, and the one there is would stay as it is. Set the name back, or give it the new name by "
                f"hand, which changes nothing else (aws apigateway update-rest-api --rest-api-id {item['id']} "
                f"--patch-operations op=replace,path=/name,value={json.dumps(name)}), and run again."
            )


def read(
    api: Api,
    name: str,
    stage_name: str | None,
    tags: Mapping[str, str] | None,
    strict: bool = False,
    owner: Mapping[str, str] | None = None,
) -> dict[str, Any] | None:
    """Read an API from AWS with four requests; None when it does not exist.

    :param stage_name: the stage to look at; None for the API's only stage.
    :param tags: distinguish it from others of the same name; see L(choose), also for C(strict) and C(owner).
    :raises AwsError: AWS refuses.
    :raises InvalidOptionError: as L(choose).
    """
    found = choose(api.pages("get_rest_apis", "items", limit=PAGE), name, tags, strict, owner)
    if found is None:
        return None
    api_id = found["id"]
    resources = api.agreed("get_resources", "", lambda: read_resources(api, api_id))
    stages, deployments = api.agreed("get_deployments", "", lambda: read_stages(api, api_id))
    if stage_name is None:
        stage_name = stages[0]["stageName"] if len(stages) == 1 else ""
    url = url_of(api_id, api.region, stage_name) if stage_name else ""
    return from_aws(found, resources, stages, deployments, stage_name, url)


def read_resources(api: Api, api_id: str) -> tuple[list[dict[str, Any]], str]:
    """Return the resources of an API, and in words a resource that AWS leaves out although another one is below it."""
    resources = api.pages("get_resources", "items", restApiId=api_id, embed=["methods"], limit=PAGE)
    ids = {item["id"] for item in resources}
    missing = [
        f"the resource above {item['path']}" for item in resources if item.get("parentId", item["id"]) not in ids
    ]
    if all(item["path"] != "/" for item in resources):
        missing.append("the root")
    return resources, missing[0] if missing else ""


def read_stages(api: Api, api_id: str) -> tuple[tuple[list[dict[str, Any]], list[dict[str, Any]]], str]:
    """Return the stages and the deployments of an API, and in words a deployment that AWS leaves out of the list."""
    stages = api.call("get_stages", restApiId=api_id)["item"]
    deployments = api.pages("get_deployments", "items", restApiId=api_id, limit=PAGE)
    ids = {item["id"] for item in deployments}
    missing = [
        f"{item['deploymentId']}, which {item['stageName']} serves"
        for item in stages
        if item["deploymentId"] not in ids
    ]
    return (stages, deployments), missing[0] if missing else ""
