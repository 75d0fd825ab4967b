"""What AWS WAF refuses about web ACLs, their rules, associations and logs, whatever else the account has.

AWS WAF API Reference, CreateWebACL, AssociateWebACL, PutLoggingConfiguration, Rule, RateBasedStatement; AWS WAF
Developer Guide, "AWS WAF quotas".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from emulator.backends import backend_of
from emulator.kept import RefusedError
from emulator.services.wafv2 import capacity, managed

Values = Mapping[str, Any]

WINDOWS = (60, 120, 300, 600)
DEFAULT_WINDOW = 300
GROUPS = ("ManagedRuleGroupStatement", "RuleGroupReferenceStatement")
LOG_NAME = "aws-waf-logs-"
REDACTED = {"UriPath", "QueryString", "SingleHeader", "Method"}
# what of a request's body a web ACL may inspect is a setting for these
BODY_RESOURCES = {
    "CLOUDFRONT",
    "API_GATEWAY",
    "COGNITO_USER_POOL",
    "APP_RUNNER_SERVICE",
    "VERIFIED_ACCESS_INSTANCE",
}


def invalid(field: str, parameter: str) -> RefusedError:
    """Return the error for a parameter that WAF does not take."""
    text = f"Error reason: Your request contains fields that aren\u2019t valid., field: {field}, parameter: {parameter}"
    return RefusedError("WAFInvalidParameterException", text)


def invalid_if(wrong: object, field: str, parameter: str) -> None:
    """Refuse a parameter if something is wrong with it."""
    if wrong:
        raise invalid(field, parameter)


def missing(_what: str = "") -> RefusedError:
    """Return the error for what does not exist."""
    text = "AWS WAF couldn\u2019t perform the operation because your resource doesn\u2019t exist."
    return RefusedError("WAFNonexistentItemException", text)


def duplicate() -> RefusedError:
    """Return the error for a name that there is already."""
    text = "AWS WAF couldn\u2019t perform the operation because some resource in your request is a duplicate of an "
    return RefusedError("WAFDuplicateItemException", f"{text}existing one.")


def statements(statement: Values) -> Iterator[tuple[str, Any]]:
    """Yield a statement and those inside of it, each with its kind."""
    for kind, inner in statement.items():
        if inner is not None:
            yield kind, inner
            for one in capacity.nested_in(inner):
                yield from statements(one)


def check_scope(scope: str, region: str) -> None:
    """Refuse the scope of CloudFront elsewhere than in us-east-1."""
    invalid_if(scope == "CLOUDFRONT" and region != "us-east-1", "SCOPE_VALUE", scope)


def check_web_acl(backend: Any, values: Values) -> None:
    """Refuse a web ACL as AWS does.

    :param values: the parameters of CreateWebACL or UpdateWebACL.
    """
    check_rules(backend, values.get("Rules") or ())
    bodies = values.get("CustomResponseBodies") or {}
    actions = [values["DefaultAction"], *(rule.get("Action") or {} for rule in values.get("Rules") or ())]
    for action in actions:
        key = ((action.get("Block") or {}).get("CustomResponse") or {}).get("CustomResponseBodyKey")
        invalid_if(key is not None and key not in bodies, "CUSTOM_RESPONSE_BODY_KEY", str(key))
    sizes = (values.get("AssociationConfig") or {}).get("RequestBody") or {}
    for kind in sizes:
        invalid_if(kind not in BODY_RESOURCES, "ASSOCIATED_RESOURCE_TYPE", kind)


def check_rules(backend: Any, rules: Iterable[Values]) -> None:
    """Refuse rules as CheckCapacity, CreateWebACL and UpdateWebACL do, and too many of them."""
    given = list(rules)
    for member in ("Name", "Priority"):
        values = [rule[member] for rule in given]
        invalid_if(len(set(values)) < len(values), "RULE", f"duplicate {member}")
    for rule in given:
        _check_rule(backend, rule)
    if capacity.of_rules(given) > capacity.MOST:
        text = f"AWS WAF couldn\u2019t perform the operation because you exceeded your resource limit: {capacity.MOST}."
        raise RefusedError("WAFLimitsExceededException", text)


def _check_rule(backend: Any, rule: Values) -> None:
    (kind,) = [key for key, inner in rule["Statement"].items() if inner is not None] or [""]
    invalid_if(not kind, "STATEMENT", rule["Name"])
    group = kind in GROUPS
    invalid_if(bool(rule.get("OverrideAction")) != group, "OVERRIDE_ACTION", rule["Name"])
    invalid_if(bool(rule.get("Action")) == group, "RULE_ACTION", rule["Name"])
    for inner_kind, inner in statements(rule["Statement"]):
        _check_statement(backend, inner_kind, inner)


def _check_statement(backend: Any, kind: str, inner: Values) -> None:
    if kind == "ManagedRuleGroupStatement":
        group = managed.find(inner["VendorName"], inner["Name"])
        if group is None:
            raise invalid("MANAGED_RULE_SET", f"{inner['VendorName']}/{inner['Name']}")
        version = inner.get("Version")
        if version and not (group.versioned and version in managed.VERSIONS):
            raise missing(version)
    if kind == "RateBasedStatement":
        invalid_if(inner.get("EvaluationWindowSec", DEFAULT_WINDOW) not in WINDOWS, "EVALUATION_WINDOW_SEC", "window")
        forwarded = inner["AggregateKeyType"] == "FORWARDED_IP"
        invalid_if(forwarded != bool(inner.get("ForwardedIPConfig")), "FORWARDED_IP_CONFIG", "header")
        invalid_if((inner["AggregateKeyType"] == "CUSTOM_KEYS") != bool(inner.get("CustomKeys")), "CUSTOM_KEYS", "keys")
    if kind == "IPSetReferenceStatement" and inner["ARN"] not in backend.ip_sets:
        raise missing(inner["ARN"])


def check_logging(backend: Any, values: Values) -> None:
    """Refuse logs as PutLoggingConfiguration does.

    :param values: its LoggingConfiguration.
    """
    if values["ResourceArn"] not in backend.wacls:
        raise missing(values["ResourceArn"])
    invalid_if(len(values["LogDestinationConfigs"]) != 1, "LOG_DESTINATION", "only one is taken")
    (arn,) = values["LogDestinationConfigs"]
    service, name = arn.split(":")[2], arn.split(":", 5)[-1].rpartition("/")[2]
    name = name.removeprefix("log-group:")
    invalid_if(not name.startswith(LOG_NAME) or name.endswith(":*"), "LOG_DESTINATION", arn)
    if service == "logs" and name not in backend_of("logs", backend.region_name).groups:
        text = "The operation failed because you don\u2019t have the permissions that your logging needs."
        raise RefusedError("WAFLogDestinationPermissionIssueException", text)
    for field in values.get("RedactedFields") or ():
        invalid_if(not set(field) <= REDACTED, "LOG_REDACTED_FIELDS", ", ".join(field))
