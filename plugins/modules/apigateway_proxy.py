#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: apigateway_proxy
short_description: Manage a REST API of API Gateway that passes everything to one HTTP backend
version_added: 0.1.0
description:
  - Creates, changes, deploys and removes a REST API whose V(/) and V(/{proxy+}) answer to any HTTP method and pass the
    request on to one HTTP backend, such as a load balancer.
  - Each run compares everything that it manages and repairs what differs. That is the API's description and endpoint
    type, both methods and their integrations, the stage with its settings, and the tags of API and stage.
  - A deployment freezes what the API contains. Each one made here says in its description which content it holds,
    as C([content 0123456789abcdef]). A new one is made only when no deployment holds the wanted content, and the stage
    is pointed to it.
  - Names of REST APIs are not unique in AWS. The API is found by its name together with those of the tags
    C(Application), C(Environment) and C(ManagedBy) that O(tags) has. An API of that name with other values in these
    tags is somebody else's and left alone. One that lacks O(owner_tags) is left alone too, but no second API is made
    beside it.
author: StreamFlix platform team (@streamflix)
options:
  name:
    description: Name of the REST API.
    type: str
    required: true
  description:
    description: What the API is for.
    type: str
  endpoint_type:
    description: V(REGIONAL) serves from the region, V(EDGE) through AWS's own CloudFront distribution.
    type: str
    choices: [REGIONAL, EDGE]
    default: REGIONAL
  security_policy:
    description:
      - Which versions and ciphers of TLS clients can use, by AWS's name. V(TLS_1_0) and V(TLS_1_2) are for any endpoint
        type, those that end with C(_EDGE) for O(endpoint_type=EDGE), and the others for O(endpoint_type=REGIONAL).
      - AWS takes about 15 minutes to put another policy into effect, and serves requests meanwhile. The module does not
        wait for that. A new deployment is part of it.
      - Without this option it is left as it is; a new API has V(TLS_1_0).
    type: str
    choices:
      - TLS_1_0
      - TLS_1_2
      - SecurityPolicy_TLS13_1_3_2025_09
      - SecurityPolicy_TLS13_1_3_FIPS_2025_09
      - SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09
      - SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09
      - SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09
      - SecurityPolicy_TLS13_1_2_Ext2_PQ_2025_09
      - SecurityPolicy_TLS13_1_2_Ext2_FIPS_PQ_2025_09
      - SecurityPolicy_TLS13_1_2_PQ_2025_09
      - SecurityPolicy_TLS13_1_2_2021_06
      - SecurityPolicy_TLS13_2025_EDGE
      - SecurityPolicy_TLS12_PFS_2025_EDGE
      - SecurityPolicy_TLS12_2018_EDGE
  endpoint_access_mode:
    description:
      - V(STRICT) refuses requests that come through another type of endpoint than the API's own, or whose host is not
        the one of the TLS handshake. V(BASIC) takes them.
      - Required with an O(security_policy) that begins with C(SecurityPolicy_), refused with others.
      - A change from V(STRICT) to V(BASIC) makes the API unavailable for about 15 minutes. On the way to V(STRICT), AWS
        advises to look at the access log with V(BASIC) first.
    type: str
    choices: [BASIC, STRICT]
  disable_execute_api_endpoint:
    description:
      - Whether the API's own address (C(execute-api)) is off, so that clients need a custom domain name.
      - Without this option it is left as it is.
    type: bool
  backend_url:
    description:
      - Where requests go, such as V(http://streamflix-alb.eu-west-1.elb.amazonaws.com), without a path parameter.
      - Required with O(state=present).
    type: str
  timeout_in_millis:
    description:
      - Milliseconds that the backend has for its answer, 50 to 29000.
      - With O(endpoint_type=REGIONAL) up to 300000, as far as the account's quota for it (Service Quotas, apigateway,
        L-E5AE38E3) has been raised.
    type: int
    default: 29000
  connection_type:
    description: V(INTERNET) reaches a public backend, V(VPC_LINK) a private one.
    type: str
    choices: [INTERNET, VPC_LINK]
    default: INTERNET
  connection_id:
    description: Id of the VPC link. Required with O(connection_type=VPC_LINK), refused without it.
    type: str
  integration_target:
    description: ARN of the private load balancer behind a VPC link of version 2. Refused without a VPC link.
    type: str
  secret_headers:
    description:
      - Headers with secret values that API Gateway adds to all requests to the backend, so that the backend knows that
        they come from here.
      - The values are secrets of Secrets Manager. The module reads them itself. They are in no option, result,
        difference or error. AWS shows them to whoever may call C(apigateway:GET) on the API, and notes them in
        CloudTrail.
      - Refused with O(data_trace_enabled), which would log them, and with an O(backend_url) that is not C(https).
      - Without this option, headers that have a static value already are left as they are.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the header, up to 40 letters, digits and hyphens.
        type: str
        required: true
      secret_id:
        description: Name or ARN of the secret.
        type: str
        required: true
      secret_field:
        description: The field of the secret, which holds JSON, with the value.
        type: str
        default: password
      usage:
        description:
          - Further fields of the secret that say where its value is taken, as
            O(streamflix.content_api.secretsmanager_generated_secret#module:usage) writes them.
          - While the secret does not have them, the module fails before it changes anything.
        type: dict
  authorization:
    description: Who may call it, V(NONE) for everybody, V(AWS_IAM) for requests signed with AWS credentials.
    type: str
    choices: [NONE, AWS_IAM]
    default: NONE
  stage_name:
    description:
      - Name of the stage, letters, digits, hyphens and underscores. Part of the address.
      - Required with O(state=present).
    type: str
  stage_description:
    description: What the stage is for.
    type: str
  stage_variables:
    description: All variables of the stage, others are removed. Without this option they are left as they are.
    type: dict
  throttling_burst_limit:
    description: Requests at the same moment, for all methods together. V(0) refuses every request.
    type: int
  throttling_rate_limit:
    description: Requests a second, for all methods together. V(0) refuses every request.
    type: float
  logging_level:
    description: What API Gateway logs of its own work.
    type: str
    choices: ["OFF", ERROR, INFO]
  data_trace_enabled:
    description: Whether it logs requests and responses in full. They may contain personal data.
    type: bool
  metrics_enabled:
    description: Whether CloudWatch gets metrics for each method, which cost extra.
    type: bool
  xray_tracing_enabled:
    description: Whether X-Ray traces requests.
    type: bool
  access_log:
    description: One line for each request. Without this option it is left as it is.
    type: dict
    suboptions:
      destination_arn:
        description: ARN of the log group or Firehose stream. Empty switches the access log off.
        type: str
        required: true
      format:
        description: The line, with C($context) variables. Required unless O(access_log.destination_arn) is empty.
        type: str
  resource_policy:
    description:
      - Who may call the API and from where, a policy document of API Gateway. In V(Resource), V(execute-api:/) stands
        for the ARN of the API. V({}) takes a policy away.
      - Documents are compared by what they say, so the order of keys, or one value in place of a list, is no change.
      - Without this option the policy is left as it is, and stays in effect, since a deployment always holds it.
    type: dict
  purge:
    description:
      - Whether resources and methods of the API besides its own, and throttling or logging settings for single
        methods of the stage, are removed.
      - If V(false) they stay, and changes to them are deployed with the next run, since a deployment always holds all.
      - Gateway responses, and settings of the API that no option is for, such as its binary media types, stay and
        are deployed in any case.
    type: bool
    default: false
  keep_deployments:
    description:
      - How many deployments made by this module are kept, 1 to 1000, so that a stage can be pointed back to one.
        Older ones are removed.
      - One that any stage uses always stays, as do those made by others.
    type: int
    default: 5
notes:
  - A change of O(resource_policy) needs the permission C(apigateway:UpdateRestApiPolicy) besides C(apigateway:PATCH).
  - Stages other than O(stage_name) are left alone.
  - Logging, also O(access_log), needs the region's logging role, see M(streamflix.content_api.apigateway_account).
  - AWS removes at most one REST API every 30 seconds in an account. The module waits for that, up to O(wait_timeout).
  - A stage that belongs to a usage plan has to be taken out of it before the API can be removed.
seealso:
  - module: streamflix.content_api.apigateway_proxy_info
  - module: streamflix.content_api.apigateway_account
extends_documentation_fragment:
  - streamflix.content_api.resource
  - streamflix.content_api.first_run
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Pass everything to a public load balancer
  streamflix.content_api.apigateway_proxy:
    name: StreamFlix Content API dev
    description: API for StreamFlix content metadata
    backend_url: http://streamflix-alb-dev-1234567890.eu-west-1.elb.amazonaws.com
    stage_name: dev
    throttling_burst_limit: 5000
    throttling_rate_limit: 2000
    data_trace_enabled: false
    resource_policy:
      Version: "2012-10-17"
      Statement:
        - Effect: Allow
          Principal: "*"
          Action: execute-api:Invoke
          Resource: execute-api:/*
          Condition:
            IpAddress: {"aws:SourceIp": 192.0.2.0/24}
    tags:
      Application: streamflix
      Environment: dev

- name: Pass everything to a private load balancer
  streamflix.content_api.apigateway_proxy:
    name: StreamFlix Content API prod
    backend_url: http://internal-streamflix-alb-prod-1234567890.eu-west-1.elb.amazonaws.com
    connection_type: VPC_LINK
    connection_id: abc123
    integration_target: arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/streamflix/0123456789abcdef
    stage_name: prod

- name: Tell the load balancer by a secret header that requests come through the API
  streamflix.content_api.apigateway_proxy:
    name: StreamFlix Content API dev
    backend_url: https://origin.example.com
    secret_headers:
      - name: X-Origin-Verify
        secret_id: streamflix-origin-dev-one
    stage_name: dev

- name: Remove it
  streamflix.content_api.apigateway_proxy:
    name: StreamFlix Content API dev
    tags:
      Application: streamflix
      Environment: dev
    state: absent
"""

RETURN = r"""
ready:
  description: Whether there is nothing left to wait for, so that a further run with O(wait=true) is not needed.
  returned: always
  type: bool
  sample: true
actions:
  description: The AWS requests that change something, in order; in check mode those that the real run would send.
  returned: always
  type: list
  elements: str
  sample: [create_rest_api StreamFlix Content API dev]
changes:
  description:
    - "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type),
      C(name), and C(fields) with the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: update
      type: AWS::ApiGateway::RestApi
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
api:
  description: The API as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    id:
      description: Its id.
      type: str
      sample: a1b2c3d4e5
    name:
      description: Its name.
      type: str
      sample: StreamFlix Content API dev
    description:
      description: What it is for.
      type: str
      sample: API for StreamFlix content metadata
    status:
      description: AWS's word for its state.
      type: str
      sample: AVAILABLE
    endpoint_type:
      description: From where it is served.
      type: str
      sample: REGIONAL
    security_policy:
      description: Which versions and ciphers of TLS clients can use.
      type: str
      sample: TLS_1_0
    endpoint_access_mode:
      description: C(STRICT) or C(BASIC); empty with a policy that has none.
      type: str
      sample: ""
    disable_execute_api_endpoint:
      description: Whether its own address is off.
      type: bool
      sample: false
    url:
      description: Where the stage answers; empty when the API has none, or several and none is named.
      type: str
      sample: https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/dev/
    root_resource_id:
      description: Id of the resource V(/).
      type: str
      sample: f6g7h8i9j0
    proxy_resource_id:
      description: Id of the resource V(/{proxy+}).
      type: str
      sample: k1l2m3
    root:
      description: The ANY method of V(/) with its integration.
      type: dict
      sample:
        authorization: NONE
        api_key_required: false
        request_parameters: {}
        integration:
          type: HTTP_PROXY
          http_method: ANY
          uri: http://streamflix-alb-dev-1234567890.eu-west-1.elb.amazonaws.com
          timeout_in_millis: 29000
          connection_type: INTERNET
          connection_id: null
          integration_target: null
          request_parameters: {}
    proxy:
      description: The ANY method of V(/{proxy+}) with its integration, in the same form.
      type: dict
      sample:
        authorization: NONE
        api_key_required: false
        request_parameters: {method.request.path.proxy: true}
        integration:
          type: HTTP_PROXY
          http_method: ANY
          uri: http://streamflix-alb-dev-1234567890.eu-west-1.elb.amazonaws.com/{proxy}
          timeout_in_millis: 29000
          connection_type: INTERNET
          connection_id: null
          integration_target: null
          request_parameters: {integration.request.path.proxy: method.request.path.proxy}
    extra:
      description: What else the API has, by path; C(methods) has the form of RV(api.root) by HTTP method.
      type: list
      elements: dict
      sample:
        - path: /health
          resource_id: q7r8s9
          methods: {}
    resource_policy:
      description: Who may call it and from where; empty when it has no policy.
      type: dict
      sample: {}
    api_settings:
      description: Settings that a deployment holds and that no option is for.
      type: dict
      sample: {api_key_source: HEADER, binary_media_types: [], minimum_compression_size: null}
    supplements:
      description:
        - What else a deployment holds, as AWS returns it. These are C(gateway_responses), and C(authorizers),
          C(request_validators) and C(models) to which methods of others refer.
        - Read only where the stage serves another content than that without any of it, else empty.
      type: dict
      sample: {}
    content_hash:
      description: Stands for everything that a deployment of the API would hold.
      type: str
      sample: 0123456789abcdef
    deployment_id:
      description: Id of the deployment that the stage serves.
      type: str
      sample: n4o5p6
    deployments:
      description: All deployments, newest first, each with the content it holds and the stages that serve it.
      type: list
      elements: dict
      sample:
        - id: n4o5p6
          content_hash: 0123456789abcdef
          stages: [dev]
    stage:
      description: The stage, null when there is none. Settings that are not set are null.
      type: dict
      sample:
        name: dev
        description: ''
        variables: {}
        xray_tracing_enabled: false
        throttling_burst_limit: 5000
        throttling_rate_limit: 2000.0
        logging_level: 'OFF'
        data_trace_enabled: false
        metrics_enabled: false
        access_log: {destination_arn: '', format: ''}
        overrides: []
        web_acl_arn: ''
        tags: {Application: streamflix, Environment: dev}
    tags:
      description: The tags of the API.
      type: dict
      sample: {Application: streamflix, Environment: dev}
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields, header_secrets, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.apigateway import proxy as gateway
from ansible_collections.streamflix.content_api.plugins.module_utils.apigateway.rules import (
    ENHANCED,
    connection,
    secrecy,
    security,
    timeout,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part, settings
from ansible_collections.streamflix.content_api.plugins.module_utils.header_secrets import Source
from ansible_collections.streamflix.content_api.plugins.module_utils.hidden import Hidden
from ansible_collections.streamflix.content_api.plugins.module_utils.iam.policies import same, text_of
from ansible_collections.streamflix.content_api.plugins.module_utils.ownership import owner_of
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    Later,
    Plan,
    Reader,
    differences,
    path,
    unknown,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import (
    READY,
    Kind,
    Progress,
    Resource,
    manage,
)

# DeleteRestApi and CreateResource have low rates; two changes of one API at the same moment exclude each other
PASSING = frozenset({"TooManyRequestsException", "ConflictException: try again later"})
GONE = frozenset({"NotFoundException"})
API = "AWS::ApiGateway::RestApi"
RESOURCE = "AWS::ApiGateway::Resource"
METHOD = "AWS::ApiGateway::Method"
DEPLOYMENT = "AWS::ApiGateway::Deployment"
STAGE = "AWS::ApiGateway::Stage"


# where the options have the values of the secrets that they name
HEADER_SECRETS = "_header_secrets"
# what a plan says of the deployments that it removes
OLD_DEPLOYMENTS = "old_deployments"
# what it says of a stage that serves something else than the API holds, where that ends
UNKNOWN_AUTHORIZATION = "authorization_in_effect"
BY_OTHERS = "deployment {id} of somebody else: who may call it, and what it does, is not known"
BY_US = "deployment {id} with other content than the API has now"
AS_SHOWN = "as the API's methods and resource policy say"


@dataclass(frozen=True)
class Place:
    """Where the API is, for its ARN and address."""

    region: str
    partition: str


@dataclass(frozen=True)
class Handles:
    """The ids that requests need, each known or bound by an earlier step."""

    api: str | Later
    root: str | Later
    proxy: str | Later


def call(operation: str, subject: str, done_if: frozenset[str] = frozenset(), **params: Any) -> Call:
    """Return a request without its parameters that are None."""
    sent = {key: value for key, value in params.items() if value is not None}
    return Call(operation, sent, subject, done_if=done_if, retry_if=PASSING)


def binding(step: Call, **binds: Reader) -> Call:
    """Return the request with names for parts of its reply."""
    return replace(step, binds=binds)


def blank(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an API is right after CreateRestApi."""
    asked = {key: options[key] for key in ("name", "description", "endpoint_type", *gateway.FROZEN)}
    return {**fields.created(gateway.FIELDS, asked), "tags": dict(options["tags"] or {})}


def create_api(options: Mapping[str, Any]) -> Call:
    """Return the request that creates the API, tagged."""
    # an empty policy is none
    asked = {**options, "resource_policy": options["resource_policy"] or None}
    names = ["name", "description", "endpoint_type", "resource_policy", *gateway.FROZEN]
    params = fields.params(gateway.FIELDS, asked, names)
    step = call("create_rest_api", options["name"], **params, tags=options["tags"] or None)
    return replace(binding(step, api=path("id"), root=path("rootResourceId")), once=True)


def policy_to_be(current: Mapping[str, Any], options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the resource policy as it will be: the present one where it says what is wanted, or nothing is."""
    wanted, found = options["resource_policy"], current["resource_policy"]
    if wanted is None:
        return found
    wanted = gateway.short_arns(wanted, current["id"])
    return found if found and wanted and same(found, wanted) else wanted


def frozen_to_be(current: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return how TLS is spoken, and whether the API's own address is off, as it will be."""
    asked = {key: current[key] if options[key] is None else options[key] for key in gateway.FROZEN}
    # a policy that knows no access mode ends it
    has_mode = asked["security_policy"].startswith(ENHANCED)
    return {**asked, "endpoint_access_mode": asked["endpoint_access_mode"] if has_mode else ""}


def api_steps(current: Mapping[str, Any], options: Mapping[str, Any], arn: str) -> list[Call]:
    """Return the requests that bring an existing API's own fields and tags to what is wanted."""
    name, steps = options["name"], []
    changed = differences(current, {key: options[key] for key in ("description", "endpoint_type")})
    frozen = differences(current, frozen_to_be(current, options))
    patches = []
    policy = policy_to_be(current, options)
    if policy != current["resource_policy"]:
        patches.append(gateway.replace("/policy", text_of(policy) if policy else ""))
    if "description" in changed:
        patches.append(gateway.replace("/description", changed["description"]))
    if "endpoint_type" in changed:
        old = current["endpoint_type"]
        patches.append(gateway.replace(f"/endpointConfiguration/types/{old}", changed["endpoint_type"]))
    patches += [gateway.replace(f"/{gateway.FIELDS[key].aws}", value) for key, value in frozen.items()]
    if patches:
        steps.append(call("update_rest_api", name, restApiId=current["id"], patchOperations=patches))
    return steps + tag_steps(current["tags"], options, arn, name)


def tag_steps(current: Mapping[str, str], options: Mapping[str, Any], arn: str, subject: str) -> list[Call]:
    """Return the requests that bring the tags of an API or a stage to what is wanted."""
    return tags.steps(tags.APIGATEWAY, {"resourceArn": arn}, current, options, subject, PASSING)


def method_steps(
    api: str | Later, resource: str | Later, where: str, current: Mapping[str, Any] | None, wanted: Mapping[str, Any]
) -> list[Call]:
    """Return the requests that bring the ANY method of a resource to what is wanted."""
    target: dict[str, Any] = {"restApiId": api, "resourceId": resource, "httpMethod": gateway.ANY}
    steps = []
    if current is not None and gateway.to_be_made_anew(current, wanted):
        steps.append(call("delete_method", where, GONE, **target))
        current = None
    if current is None:
        parameters = wanted["request_parameters"] or None
        authorization = wanted["authorization"]
        step = call("put_method", where, **target, authorizationType=authorization, requestParameters=parameters)
        steps.append(step)
    else:
        patches = gateway.method_patches(current, wanted)
        if patches:
            steps.append(call("update_method", where, **target, patchOperations=patches))
    if current is None or current["integration"] != wanted["integration"]:
        steps.append(call("put_integration", where, **target, **gateway.integration_to_aws(wanted["integration"])))
    return steps


def content_steps(
    current: Mapping[str, Any], wanted: Mapping[str, Any], handles: Handles, options: Mapping[str, Any]
) -> list[Call]:
    """Return the requests that bring resources, methods and integrations to what is wanted."""
    name = options["name"]
    # first, as AWS takes only one variable part such as {id} or {proxy+} below the same resource
    steps = purge_steps(current, name) if options["purge"] else []
    steps += method_steps(handles.api, handles.root, f"{name} ANY /", current["root"], wanted["root"])
    where = f"{name} {gateway.PATHS['proxy']}"
    if current["proxy_resource_id"] is None:
        step = call("create_resource", where, restApiId=handles.api, parentId=handles.root, pathPart="{proxy+}")
        steps.append(binding(step, proxy=path("id")))
    where = f"{name} ANY {gateway.PATHS['proxy']}"
    return steps + method_steps(handles.api, handles.proxy, where, current["proxy"], wanted["proxy"])


def purge_steps(current: Mapping[str, Any], name: str) -> list[Call]:
    """Return the requests that remove what the API has besides its own."""
    steps: list[Call] = []
    removed: list[str] = []
    for item in current["extra"]:
        where = item["path"]
        if where in gateway.PATHS.values():
            target = {"restApiId": current["id"], "resourceId": item["resource_id"]}
            steps += [
                call("delete_method", f"{name} {method} {where}", GONE, **target, httpMethod=method)
                for method in item["methods"]
            ]
        elif not any(where.startswith(f"{parent}/") for parent in removed):
            # a resource takes all below it with it
            removed.append(where)
            target = {"restApiId": current["id"], "resourceId": item["resource_id"]}
            steps.append(call("delete_resource", f"{name} {where}", GONE, **target))
    return steps


def choose_deployment(current: Mapping[str, Any], content_hash: str) -> str | None:
    """Return the deployment that holds the wanted content, the stage's own first; None when there is none."""
    holding = [item["id"] for item in current["deployments"] if item["content_hash"] == content_hash]
    if current["deployment_id"] in holding:
        return current["deployment_id"]
    return holding[0] if holding else None


def stage_steps(
    current: Mapping[str, Any],
    wanted: Mapping[str, Any],
    deployment: str | Later,
    api: str | Later,
    options: Mapping[str, Any],
    arn: str,
) -> list[Call]:
    """Return the requests that bring the stage to what is wanted, and point it to the deployment."""
    name = options["stage_name"]
    where = f"{options['name']} stage {name}"
    steps: list[Call] = []
    stage = current["stage"]
    patches: list[dict[str, Any]] = []
    if stage is None:
        step = call(
            "create_stage",
            where,
            restApiId=api,
            stageName=name,
            deploymentId=deployment,
            description=wanted["description"] or None,
            variables=wanted["variables"] or None,
            tracingEnabled=options["xray_tracing_enabled"],
            tags=options["tags"] or None,
        )
        steps.append(step)
        made = {key: wanted[key] for key in ("description", "variables", "xray_tracing_enabled")}
        stage = {**gateway.blank_stage(name), **made}
    else:
        if current["deployment_id"] != deployment:
            patches.append({"op": "replace", "path": "/deploymentId", "value": deployment})
        steps += tag_steps(stage["tags"], options, arn, where)
    patches += gateway.stage_patches(stage, wanted)
    if patches:
        steps.append(call("update_stage", where, restApiId=api, stageName=name, patchOperations=patches))
    return steps


def deployments_after(current: Mapping[str, Any], options: Mapping[str, Any], chosen: str, content_hash: str) -> Any:
    """Return the deployments as they will be with the stage on the chosen one, before old ones are removed."""
    stage = options["stage_name"]
    found = [{**item, "stages": [name for name in item["stages"] if name != stage]} for item in current["deployments"]]
    if chosen not in [item["id"] for item in found]:
        found.insert(0, {"id": chosen, "content_hash": content_hash, "stages": []})
    return [{**item, "stages": sorted([*item["stages"], stage])} if item["id"] == chosen else item for item in found]


def surplus(deployments: list[dict[str, Any]], keep: int) -> list[str]:
    """Return the ids of the deployments to remove: ours, beyond the newest, used by no stage."""
    ours = [item for item in deployments if item["content_hash"]]
    return [item["id"] for item in ours[keep:] if not item["stages"]]


def api_arn(api_id: str, place: Place) -> str:
    """Return the ARN of an API, as its tags are set by."""
    return f"arn:{place.partition}:apigateway:{place.region}::/restapis/{api_id}"


def plan_present(current: Mapping[str, Any] | None, options: Mapping[str, Any], place: Place) -> Plan:
    """Return the plan that creates or completes the API, or brings it to what is wanted."""
    name = options["name"]
    known = current or blank(options)
    arn = api_arn(known["id"], place)
    wanted = content_to_be(known, options)
    content_hash = gateway.fingerprint(wanted)
    handles = Handles(
        api=known["id"] if current else Later("api"),
        root=known["root_resource_id"] if current else Later("root"),
        proxy=known["proxy_resource_id"] or Later("proxy"),
    )
    steps = api_steps(known, options, arn) if current else [create_api(options)]
    steps += content_steps(known, wanted, handles, options)

    deployment = choose_deployment(known, content_hash)
    if deployment is None:
        description = gateway.marked(options["description"] or name, content_hash)
        step = call("create_deployment", name, restApiId=handles.api, description=description)
        steps.append(replace(binding(step, deployment=path("id")), once=True))
    stage = gateway.stage_to_be(known["stage"], options)
    stage_arn = f"{arn}/stages/{options['stage_name']}"
    steps += stage_steps(known, stage, deployment or Later("deployment"), handles.api, options, stage_arn)
    stage["tags"] = tags.after(stage["tags"], options["tags"], options["purge_tags"])

    chosen = deployment or unknown()
    deployments = deployments_after(known, options, chosen, content_hash)
    old = surplus(deployments, options["keep_deployments"])
    for item in old:
        steps.append(call("delete_deployment", f"{name} {item}", GONE, restApiId=handles.api, deploymentId=item))
    after = {
        **known,
        **{key: options[key] for key in ("description", "endpoint_type") if options[key] is not None},
        "url": gateway.url_of(known["id"], place.region, options["stage_name"]),
        "proxy_resource_id": known["proxy_resource_id"] or unknown(),
        **wanted,
        "content_hash": content_hash,
        "deployment_id": chosen,
        "deployments": [item for item in deployments if item["id"] not in old],
        "stage": stage,
        "tags": tags.after(known["tags"], options["tags"], options["purge_tags"]),
    }
    unseen: dict[str, tuple[Any, Any]] = {OLD_DEPLOYMENTS: (old, [])} if old else {}
    return Plan(steps, current, after, {**unseen, **authorization_told(known, chosen)})


def headers_to_be(method: Mapping[str, Any] | None, options: Mapping[str, Any]) -> dict[str, Hidden]:
    """Return the request parameters with the headers that an integration sends: those asked for, else those it has."""
    if options["secret_headers"] is None:
        return gateway.static_headers(method)
    return gateway.header_parameters(options["secret_headers"], options[HEADER_SECRETS])


def content_to_be(known: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the API will hold of what a deployment freezes."""
    return {
        **{kind: gateway.wanted_method(kind, options, headers_to_be(known[kind], options)) for kind in gateway.PATHS},
        "extra": [] if options["purge"] else known["extra"],
        "resource_policy": policy_to_be(known, options),
        **frozen_to_be(known, options),
        "api_settings": known["api_settings"],
        "supplements": known["supplements"],
    }


def authorization_told(known: Mapping[str, Any], chosen: str) -> dict[str, tuple[str, str]]:
    """Return words for what leaves a stage that served something else than the API holds: no method shows that.

    :param chosen: the deployment that the stage will serve.
    """
    served, content = known["deployment_id"], gateway.content_served(known)
    if served in (None, chosen) or content == known["content_hash"]:
        return {}
    return {UNKNOWN_AUTHORIZATION: ((BY_US if content else BY_OTHERS).format(id=served), AS_SHOWN)}


def plan_remove(current: Mapping[str, Any]) -> Plan:
    """Return the plan that removes an API with its stages and deployments."""
    return Plan([call("delete_rest_api", current["name"], GONE, restApiId=current["id"])], current, None)


def content_parts(api: Mapping[str, Any], name: str) -> list[Part]:
    """Return the resources and methods of an API as AWS resources.

    :param name: the API's.
    """
    methods = {path: {gateway.ANY: api[kind]} if api[kind] else {} for kind, path in gateway.PATHS.items()}
    paths = [gateway.PATHS["proxy"]] if api["proxy_resource_id"] else []
    for item in api["extra"]:
        if item["path"] not in methods:
            paths.append(item["path"])
        methods[item["path"]] = {**methods.get(item["path"], {}), **item["methods"]}
    listed = [(path, verb, method) for path, verbs in methods.items() for verb, method in verbs.items()]
    return [
        *(Part(RESOURCE, f"{name} {path}", {"path": path}) for path in paths),
        *(Part(METHOD, f"{name} {verb} {path}", method) for path, verb, method in listed),
    ]


def stage_parts(api: Mapping[str, Any], name: str, stage_name: str) -> list[Part]:
    """Return the stages of an API, and the deployment that ours serves, as AWS resources.

    :param name: the API's.
    :param stage_name: our stage's.
    """
    where = f"{name} {stage_name}".rstrip()
    used = {stage for item in api["deployments"] for stage in item["stages"]}
    others = sorted(stage for stage in used if stage != stage_name and not stage.endswith(gateway.CANARY))
    parts = [Part(STAGE, f"{name} {stage}", {}) for stage in others]
    if api["stage"]:
        parts.append(Part(STAGE, where, settings(api["stage"], "name")))
    if api["deployments"]:
        held = {item["id"]: item["content_hash"] for item in api["deployments"]}
        served = {"id": api["deployment_id"], "content_hash": held.get(api["deployment_id"])}
        told = {key: api[key] for key in (OLD_DEPLOYMENTS, UNKNOWN_AUTHORIZATION) if key in api}
        parts.append(Part(DEPLOYMENT, where, {**served, **told}))
    return parts


class Proxy(Resource):
    """A REST API that passes everything to one HTTP backend."""

    service = "apigateway"
    kind = "REST API"
    aws_type = API
    arn_kind = "apigateway:restapis"
    also = (Kind("AWS::ApiGateway::Stage", "apigateway:stages"), Kind("AWS::ApiGateway::Method"))
    result_key = "api"
    tagging = tags.APIGATEWAY
    fields = gateway.FIELDS
    required_if = (("state", "present", ("backend_url", "stage_name")),)

    def __init__(self, api: Api, options: Mapping[str, Any]) -> None:
        super().__init__(api, options)
        self._secrets: dict[str, str | None] = {}

    def problems(self) -> list[str]:
        options = self.options
        if self.absent:
            # what it passes requests to, and how, does not matter any more
            return fields.refusals(fields.only(gateway.FIELDS, "name"), options)
        found = super().problems() + timeout(options["endpoint_type"], options["timeout_in_millis"])
        found += security(options["endpoint_type"], options)
        return found + connection(options) + secrecy(options)

    @property
    def _asked(self) -> dict[str, Any]:
        """The options, with the values of the secrets that they name, as far as they are known."""
        return {**self.options, HEADER_SECRETS: self._secrets}

    def _read_secrets(self) -> None:
        headers = () if self.absent else self.options["secret_headers"] or ()
        sources = [
            Source(one["secret_id"], one["secret_field"], tuple((one["usage"] or {}).items())) for one in headers
        ]
        self._secrets = header_secrets.read(self.api, sources)

    def describe(self) -> dict[str, Any] | None:
        self._read_secrets()
        options, owner = self.options, owner_of(self.options)
        # with an owner, the runner sees to it that nobody else's is removed
        strict = self.absent and not owner
        found = gateway.read(self.api, self.name, options["stage_name"], options["tags"], strict, owner)
        if self.absent:
            return found
        if found is None and owner and not options["first_run"]:
            gateway.refuse_renamed(
                self.api.pages("get_rest_apis", "items", limit=gateway.PAGE), self.name, options["tags"]
            )
        return None if found is None else self._supplemented(found)

    def _supplemented(self, found: dict[str, Any]) -> dict[str, Any]:
        """Return an API with what only further requests tell, unless the stage serves what is wanted without it."""
        if gateway.content_served(found) == gateway.fingerprint(content_to_be(found, self._asked)):
            return found
        whole = {**found, "supplements": gateway.read_supplements(self.api, found)}
        return {**whole, "content_hash": gateway.fingerprint(whole)}

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        stage = found["stage"]["name"] if found["stage"] else self.options["stage_name"] or ""
        own = {key: found[key] for key in ("description", "endpoint_type", "resource_policy", *gateway.FROZEN, "tags")}
        return [Part(API, self.name, own), *content_parts(found, self.name), *stage_parts(found, self.name, stage)]

    def plan_create(self) -> Plan:
        return plan_present(None, self._asked, self._place)

    def plan_update(self, current: dict[str, Any]) -> Plan:
        return plan_present(current, self._asked, self._place)

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        return plan_remove(current)

    @property
    def _place(self) -> Place:
        return Place(self.api.region, self.api.partition)

    def to_be_tagged(self, found: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"resourceArn": api_arn(found["id"], self._place)}

    def busy(self, current: dict[str, Any]) -> str:
        return current["status"] if current["status"] in ("PENDING", "UPDATING") else ""

    def progress(self, current: dict[str, Any]) -> Progress:
        status = current["status"]
        # while AWS puts another security policy into effect, the API serves requests
        if status in ("AVAILABLE", "UPDATING"):
            return READY
        failure = "look at apiStatusMessage of the REST API." if status == "FAILED" else ""
        return Progress(ready=False, state=status, failure=failure)


def main() -> None:
    """Entry point of the module."""
    manage(Proxy)


if __name__ == "__main__":
    main()
