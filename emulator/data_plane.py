"""Requests to the APIs themselves: API Gateway, the load balancer and the targets answer by what the account holds.

A request arrives here when its host is that of an API, C(ID.execute-api.REGION.amazonaws.com), a custom domain
name that is mapped to a stage, or, with a port, the DNS name of a public load balancer, as somebody asks who passes
by API Gateway. It goes the way that it goes in AWS, as far as the emulator has it: stage, method
and integration of API Gateway; listener, target group and healthy targets of Elastic Load Balancing; then the
service, which answers 200. Each one answers with the words and the headers by which AWS's can be told: API Gateway
User Guide, "Gateway response types", and the headers that it renames; Application Load Balancers User Guide,
"Troubleshoot". What is not deployed yet counts as deployed.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from http import HTTPStatus
from typing import Any

from emulator.backends import backend_of
from emulator.clock import clock

# every partition has a domain of its own
HOST = re.compile(r"(?P<api>[a-z0-9]+)\.execute-api\.(?P<region>[a-z0-9-]+)\.[a-z0-9.]+(:\d+)?")
# Signature Version 4
SIGNATURE = re.compile(
    r"AWS4-HMAC-SHA256 Credential=\w+/\d{8}/(?P<region>[\w-]+)/(?P<service>[\w-]+)/aws4_request, "
    r"SignedHeaders=(?P<headers>[\w;-]+), Signature=[0-9a-f]{64}"
)
ANY, GREEDY = "ANY", "{proxy+}"
DEFAULT_PORTS = {"http": 80, "https": 443}
BALANCER = "awselb/2.0"
# whatever its protocol, a request to a load balancer itself tells by the port which listener is meant
BALANCER_HOST = re.compile(r"(?P<name>[a-z0-9-]+\.(?P<region>[a-z0-9-]+)\.elb\.[a-z0-9.]+):(?P<port>\d+)")


@dataclass(frozen=True)
class Answer:
    """What somebody on the way answers.

    :ivar server: who it was, as the header C(Server) has it; empty for API Gateway itself.
    :ivar error_type: API Gateway's word for its own error.
    """

    status: int
    body: str = ""
    server: str = ""
    error_type: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def all_headers(self) -> list[tuple[str, str]]:
        """The headers as a client sees them: API Gateway renames those that it sends itself."""
        own = {"x-amzn-RequestId": str(uuid.uuid4()), "x-amz-apigw-id": uuid.uuid4().hex[:15] + "="}
        if self.error_type:
            own["x-amzn-ErrorType"] = self.error_type
        if self.server:
            own["x-amzn-Remapped-Server"] = self.server
        return [*own.items(), *self.headers.items(), ("Content-Type", "application/json")]


def refusal(status: int, error_type: str, message: str) -> Answer:
    """Return an error of API Gateway's own."""
    return Answer(status, json.dumps({"message": message}), error_type=error_type)


FORBIDDEN = refusal(403, "ForbiddenException", "Forbidden")
NO_METHOD = refusal(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
TOO_MANY = refusal(429, "TooManyRequestsException", "Too Many Requests")
WRONG_SCOPE = refusal(
    403, "InvalidSignatureException", "Credential should be scoped to correct service: 'execute-api'."
)
UNKNOWN_BACKEND = refusal(500, "InternalServerErrorException", "Internal server error")
TIMED_OUT = refusal(504, "InternalServerErrorException", "Endpoint request timed out")


def of_balancer(status: int, **headers: str) -> Answer:
    """Return an answer that the load balancer itself gives."""
    phrase = HTTPStatus(status).phrase
    return Answer(status, f"<html><title>{status} {phrase}</title></html>", BALANCER, headers=headers)


def answer(environ: dict[str, Any]) -> Answer | None:
    """Answer a request; None when it is not for an API."""
    path = environ.get("PATH_INFO", "/").removeprefix("/")
    named = environ.get("HTTP_HOST", "")
    balancer = BALANCER_HOST.fullmatch(named.lower())
    if balancer:
        return past_the_api(balancer["name"], balancer["region"], int(balancer["port"]), f"/{path}", environ)
    host = HOST.fullmatch(named)
    mapped = None if host else mapping_of(named.partition(":")[0])
    if host:
        region, api_id = host["region"], host["api"]
        stage_name, _slash, path = path.partition("/")
    elif mapped:
        region, api_id, stage_name = mapped
    else:
        return None
    api = backend_of("apigateway", region).apis.get(api_id)
    stage = api.stages.get(stage_name) if api is not None else None
    if api is None or stage is None or (host and api.disableExecuteApiEndpoint):
        return FORBIDDEN
    throttled = stage.method_settings.get("*/*", {})
    if 0 in (throttled.get("throttlingRateLimit"), throttled.get("throttlingBurstLimit")):
        return TOO_MANY
    method = find_method(api, path, environ.get("REQUEST_METHOD", "GET"))
    if method is None or method.method_integration is None:
        return NO_METHOD
    if method.authorization_type == "AWS_IAM":
        refused = unsigned(environ.get("HTTP_AUTHORIZATION", ""), region)
        if refused is not None:
            return refused
    return of_integration(method.method_integration, f"/{path}", region)


def unsigned(header: str, region: str) -> Answer | None:
    """Refuse a request without a signature for the service in the region; which keys there are, nobody here knows."""
    found = SIGNATURE.fullmatch(header)
    if found is None or "host" not in found["headers"].split(";"):
        return NO_METHOD
    return None if (found["region"], found["service"]) == (region, "execute-api") else WRONG_SCOPE


def past_the_api(name: str, region: str, port: int, path: str, environ: dict[str, Any]) -> Answer:
    """Answer a request from the Internet to a load balancer itself; 504 stands for no answer at all."""
    elbv2 = backend_of("elbv2", region)
    found = [one for one in elbv2.load_balancers.values() if one.dns_name.lower() == name and one.scheme != "internal"]
    sent = {
        key.removeprefix("HTTP_").replace("_", "-").lower(): value
        for key, value in environ.items()
        if key.startswith("HTTP_")
    }
    answered = of_balancer_at(elbv2, found[0], port, path, sent, region) if found else None
    return answered or Answer(HTTPStatus.GATEWAY_TIMEOUT)


def of_balancer_at(
    elbv2: Any, balancer: Any, port: int, path: str, headers: dict[str, str], region: str, scheme: str = ""
) -> Answer | None:
    """Answer by the listener of a load balancer at a port; None where nobody answers.

    :param headers: of the request, by their names in lower case.
    :param scheme: C(http) or C(https), where it has to be the listener's.
    """
    listeners = [one for one in balancer.listeners.values() if int(one.port) == port]
    is_active = clock.now() >= getattr(balancer, "emulator_active_at", 0.0)
    if not is_active or not listeners or not lets_in(balancer, port, region):
        return None
    if scheme and listeners[0].protocol != scheme.upper():
        return UNKNOWN_BACKEND
    for action in actions_for(listeners[0], path, headers):
        reply = of_action(elbv2, action.data)
        if reply is not None:
            return reply
    return of_balancer(503)


def leads_to(name: str) -> str:
    """Return where an alias record of Route 53 leads from a name; the name itself without one."""
    for zone in backend_of("route53", "global").zones.values():
        for record in zone.rrsets:
            if record.alias_target and record.name.rstrip(".") == name:
                return str(record.alias_target["DNSName"]).rstrip(".").lower()
    return name


def mapping_of(domain_name: str) -> tuple[str, str, str] | None:
    """Return region, API and stage to which the root of a custom domain name is mapped; None for any other name."""
    from moto.apigateway.models import apigateway_backends

    for regions in apigateway_backends.values():
        for region, backend in regions.items():
            mapping = backend.base_path_mappings.get(domain_name, {}).get("(none)")
            if mapping is not None:
                return region, mapping.rest_api_id, mapping.stage or ""
    return None


def find_method(api: Any, path: str, verb: str) -> Any:
    """Return the method that serves a path: that of the path itself, or of C({proxy+}) in front of all below."""
    wanted = f"/{path}".rstrip("/") or "/"
    for resource in sorted(api.resources.values(), key=lambda one: GREEDY in one.get_path()):
        own = resource.get_path()
        form = re.escape(own).replace(re.escape(GREEDY), ".+")
        if re.fullmatch(form, wanted):
            found = resource.resource_methods
            method = found.get(verb) or found.get(ANY)
            if method is not None:
                return method
    return None


def of_integration(integration: Any, path: str, region: str) -> Answer:
    """Answer by an integration."""
    url = re.match(r"(?P<scheme>https?)://(?P<host>[^/:]+)(:(?P<port>\d+))?", integration.uri or "")
    if integration.integration_type == "MOCK" or url is None:
        return Answer(200, "{}")
    elbv2 = backend_of("elbv2", region)
    target = getattr(integration, "integrationTarget", None)
    by_link = integration.connection_type == "VPC_LINK"
    found = [
        balancer
        for balancer in elbv2.load_balancers.values()
        if (by_link and balancer.arn == target) or leads_to(url["host"].lower()) == balancer.dns_name.lower()
    ]
    if not found:
        return UNKNOWN_BACKEND
    balancer, port = found[0], int(url["port"] or DEFAULT_PORTS[url["scheme"]])
    if balancer.scheme == "internal" and not by_link:
        return TIMED_OUT
    prefix = "integration.request.header."
    given = integration.request_parameters or {}
    sent = {
        name.removeprefix(prefix).lower(): text.strip("'") for name, text in given.items() if name.startswith(prefix)
    }
    return of_balancer_at(elbv2, balancer, port, path, sent, region, url["scheme"]) or TIMED_OUT


def actions_for(listener: Any, path: str, headers: dict[str, str]) -> list[Any]:
    """Return the actions of the first rule of a listener that a request fits, or the default ones.

    :param headers: those that the integration adds, by their names in lower case.
    """
    for rule in sorted(listener._non_default_rules.values(), key=lambda one: int(one.priority)):
        if all(fits(condition, path, headers) for condition in rule.conditions):
            return list(rule.actions)
    return list(listener.default_actions)


def fits(condition: dict[str, Any], path: str, headers: dict[str, str]) -> bool:
    """Tell whether a request fits a condition of a rule: one on its path, or on a header that the integration adds."""
    if condition.get("Field") == "path-pattern":
        patterns = condition.get("Values") or condition.get("PathPatternConfig", {}).get("Values", [])
        return any(fnmatchcase(path, pattern) for pattern in patterns)
    if condition.get("Field") == "http-header":
        wanted = condition["HttpHeaderConfig"]
        own = headers.get(wanted["HttpHeaderName"].lower(), "")
        return any(fnmatchcase(own, pattern) for pattern in wanted["Values"])
    return False


def lets_in(balancer: Any, port: int, region: str) -> bool:
    """Tell whether a security group of a load balancer lets requests to a port in."""
    ec2 = backend_of("ec2", region)
    groups = [ec2.get_security_group_from_id(group) for group in balancer.security_groups or ()]
    return any(
        rule.ip_protocol in ("-1", "tcp")
        and (rule.from_port is None or int(rule.from_port) <= port <= int(rule.to_port))
        for group in groups
        if group is not None
        for rule in group.ingress_rules
    )


def of_action(elbv2: Any, action: dict[str, Any]) -> Answer | None:
    """Answer by an action of a listener; None for one that only comes before another."""
    kind = action.get("Type")
    if kind == "fixed-response":
        fixed = action.get("FixedResponseConfig", {})
        return Answer(int(fixed.get("StatusCode", 200)), fixed.get("MessageBody", ""), BALANCER)
    if kind == "redirect":
        return of_balancer(int(action["RedirectConfig"]["StatusCode"].removeprefix("HTTP_")), Location="/")
    if kind == "forward":
        return of_targets([health for arn in forwarded(action) for health in health_of(elbv2, arn)])
    return None


def forwarded(action: dict[str, Any]) -> Iterator[str]:
    """Yield the target groups that get requests."""
    groups = (action.get("ForwardConfig") or {}).get("TargetGroups") or []
    for group in groups or [{"TargetGroupArn": action.get("TargetGroupArn"), "Weight": 1}]:
        if int(group.get("Weight", 1)) > 0:
            yield group["TargetGroupArn"]


def health_of(elbv2: Any, arn: str) -> list[str]:
    """Return the states of the targets of a target group."""
    if arn not in elbv2.target_groups:
        return []
    return [health.status for health in elbv2.describe_target_health(arn, [])]


def of_targets(states: list[str]) -> Answer:
    """Answer by the targets: without any the load balancer says so; without a healthy one it tries all the same."""
    if "healthy" in states:
        return Answer(200, "Welcome", "nginx")
    registered = [state for state in states if state not in ("unused", "draining")]
    return of_balancer(502 if registered else 503)
