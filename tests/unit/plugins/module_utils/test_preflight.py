"""The variables of a stack: what is found, and that it names variable, value and remedy."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils.backup import choices as backup
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import UNKNOWN
from ansible_collections.streamflix.content_api.plugins.module_utils.preflight import (
    check_account_id,
    check_alarms,
    check_api_request,
    check_dns_records,
    check_domain,
    check_https,
    check_listener,
    check_log_metrics,
    check_origin,
    check_parameters,
    check_private_way,
    check_protocol_version,
    check_published,
    check_reader_scaling,
    check_service_scaling,
    check_task_policies,
    check_variables,
    check_vpc_endpoints,
)

GOOD: dict[str, Any] = {
    "network_vpc_cidr": "10.0.0.0/16",
    "network_public_subnet_cidrs": ["10.0.0.0/24", "10.0.1.0/24"],
    "network_private_subnet_cidrs": ["10.0.2.0/24", "10.0.3.0/24"],
    "network_availability_zones": ["eu-west-1a", "eu-west-1b"],
}


def test_good_variables_have_no_findings() -> None:
    assert check_variables(GOOD) == []
    assert check_variables({}) == []


@pytest.mark.parametrize(
    ("variable", "value", "parts"),
    [
        ("platform_lock", "brake", ["platform_lock 'brake'", "true (wait for another run), break, and false"]),
        ("platform_lock_timeout", "soon", ["platform_lock_timeout 'soon'", "set 0 to 86400"]),
        ("platform_lock_timeout", -1, ["platform_lock_timeout -1", "set 0 to 86400"]),
        ("platform_lock_expires_after", 5, ["platform_lock_expires_after 5", "20"]),
        ("platform_lock_expires_after", 100000, ["platform_lock_expires_after 100000", "86400"]),
        ("network_vpc_cidr", "10.0.0.0/29", ["network_vpc_cidr '10.0.0.0/29'", "too small", "/16 to /28"]),
        (
            "network_private_subnet_cidrs",
            ["10.0.1.0/24", "10.0.3.0/24"],
            ["network_public_subnet_cidrs '10.0.1.0/24'", "overlaps network_private_subnet_cidrs", "of its own"],
        ),
        ("network_availability_zones", ["eu-west-1a"], ["network_availability_zones ['eu-west-1a']", "needs 2"]),
        ("network_public_subnet_cidrs", ["10.0.0.0/24"], ["has 1 blocks", "2 zones", "give each zone one block"]),
    ],
)
def test_a_finding_names_variable_value_and_remedy(variable: str, value: Any, parts: list[str]) -> None:
    findings = check_variables({**GOOD, variable: value})
    assert any(all(part in finding for part in parts) for finding in findings), findings


def test_all_findings_come_at_once() -> None:
    findings = check_variables({**GOOD, "network_vpc_cidr": "10.0.0.0/29", "drift_ignore": [{}]})
    assert len(findings) >= 3


@pytest.mark.parametrize("value", [123456789012, 12345678901, "12345678901", "123456789 12", None])
def test_an_account_id_is_a_text_of_12_digits(value: Any) -> None:
    assert [repr(value) in finding and "12 digits, in quotes" in finding for finding in check_account_id(value)] == [
        True
    ]
    assert check_account_id("012345678901") == []


def test_differences_may_be_ignored_for_a_reason() -> None:
    entry = {"type": "AWS::ECS::Service", "name": "api-*", "field": "desired_count", "reason": "load tests"}
    assert check_variables({"drift_ignore": [entry, {"field": "tags.*", "reason": "the billing team's"}]}) == []
    assert check_variables({"drift_ignore": []}) == []


IGNORED = {"key": "auto:*", "reason": "the cost tagger's"}


@pytest.mark.parametrize(
    ("entries", "part"),
    [
        ("auto:*", "platform_ignored_tags 'auto:*' is not a list: give entries with key (a pattern) and reason."),
        ([{"key": "auto:*"}], "has no reason"),
        ([{"key": "auto:*", "reason": "x", "value": "y"}], "has the unknown key value: give entries with key"),
        ([{"reason": "x"}], "has no key: give entries with key"),
        (
            [{**IGNORED, "key": "*"}],
            "stands for Application, Environment, ManagedBy of platform_tags too, which is the stack's own: name other",
        ),
        ([{**IGNORED, "key": "Managed?y"}], "stands for ManagedBy of platform_tags"),
    ],
)
def test_the_stacks_own_tags_cannot_be_ignored(entries: Any, part: str) -> None:
    own = {"ManagedBy": "streamflix.content_api", "Environment": "dev", "Application": "streamflix"}
    assert check_variables({"platform_ignored_tags": [IGNORED], "platform_tags": own}) == []
    (finding,) = check_variables({"platform_ignored_tags": entries, "platform_tags": own})
    assert part in finding


@pytest.mark.parametrize(
    ("tags", "part"),
    [
        ({}, "platform_tags {} has no Application, Environment, ManagedBy: what carries Application, Environment, "),
        (None, "has no Application, Environment, ManagedBy"),
        ({"Application": "a", "Environment": " ", "ManagedBy": None, "Team": "t"}, " has no Environment, ManagedBy:"),
        ("Application=a", "platform_tags 'Application=a' is not a dict"),
    ],
)
def test_a_stacks_tags_tell_it_from_all_others(tags: Any, part: str) -> None:
    (finding,) = check_variables({"platform_tags": tags})
    assert part in finding
    assert check_variables({"platform_tags": {"Application": "a", "Environment": 7, "ManagedBy": "m"}}) == []


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("all", "drift_ignore 'all' is not a list: give entries with type, name, field"),
        (["all"], "drift_ignore[0] 'all' is not a dict of texts: give entries"),
        ([{"field": "cpu", "reason": 5}], "drift_ignore[0] {'field': 'cpu', 'reason': 5} is not a dict of texts"),
        (
            [{"feild": "cpu", "name": "x", "reason": "y"}],
            "has the unknown key feild: give entries with type, name, field",
        ),
        ([{"field": "cpu"}], "drift_ignore[0] {'field': 'cpu'} has no reason: say why it is no drift."),
        ([{"field": "cpu", "reason": " "}], "has no reason"),
        ([{"reason": "quiet"}], "would ignore everything: give it a type, a name or a field."),
    ],
)
def test_an_entry_that_ignores_too_much_or_for_no_reason_is_named(value: Any, part: str) -> None:
    (finding,) = check_variables({"drift_ignore": value})
    assert part in finding


@pytest.mark.parametrize(
    ("rule", "lets_in"),
    [
        ({"from_port": 8080, "cidr": "0.0.0.0/0"}, True),
        ({"from_port": "8000", "to_port": "8999", "cidr": "0.0.0.0/0"}, True),
        ({"protocol": "-1", "cidr": "0.0.0.0/0"}, True),
        ({"from_port": "{{ no number }}"}, True),
        ({"from_port": 80, "cidr": "0.0.0.0/0"}, False),
        ({"protocol": "udp", "from_port": 8080, "cidr": "0.0.0.0/0"}, False),
    ],
)
def test_a_listeners_port_has_to_be_let_in(rule: dict[str, Any], lets_in: bool) -> None:
    variables = {"ecs_service_listener_port": 8080, "network_alb_ingress": [rule]}
    findings = check_listener(variables)
    assert findings == [] if lets_in else "ecs_service_listener_port 8080" in findings[0]
    # what the user's own groups let in is not known
    assert check_listener({**variables, "ecs_service_load_balancer_security_group_ids": ["sg-1"]}) == []
    assert check_listener({"ecs_service_listener_port": 8080}) == []


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({}, True),
        ({"apigw_connection_type": "VPC_LINK"}, False),
        ({"ecs_service_load_balancer_scheme": "internet-facing"}, False),
        # where that is, is the user's affair
        ({"apigw_backend_url": "http://backend.example.com"}, False),
    ],
)
def test_a_private_load_balancer_is_not_reached_over_the_internet(changed: dict[str, Any], refused: bool) -> None:
    variables = {
        "ecs_service_load_balancer_scheme": "internal",
        "apigw_connection_type": "INTERNET",
        "apigw_backend_url": "http://(known after apply)",
        **changed,
    }
    found = check_private_way(variables)
    assert ["set VPC_LINK" in finding for finding in found] == [True] * refused
    assert check_private_way({}) == []


CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ""),
        ({"apigw_domain_name": "", "apigw_certificate_arn": ""}, ""),
        ({"apigw_domain_name": "api_1.example.com"}, "apigw_domain_name 'api_1.example.com' is not possible"),
        ({"apigw_certificate_arn": ""}, "apigw_domain_name 'api.example.com' needs a certificate"),
        ({"apigw_certificate_arn": "", "certificate_domain_name": "api.example.com"}, ""),
        (
            {"apigw_certificate_arn": UNKNOWN, "certificate_domain_name": "prod.example.com"},
            "apigw_domain_name 'api.example.com' is none of the certificate's names (prod.example.com)",
        ),
        ({"apigw_certificate_arn": "certificate"}, "apigw_certificate_arn 'certificate' is not possible"),
        ({"apigw_domain_zone": "example.org"}, "apigw_domain_zone has 'api.example.com', which is outside"),
        ({"apigw_security_policy": "SecurityPolicy_TLS13_1_3_2025_09"}, "apigw_domain_security_policy"),
        ({"apigw_domain_security_policy": "TLS_1_3"}, "apigw_domain_security_policy 'TLS_1_3' is none of"),
        ({"apigw_domain_endpoint_access_mode": "STRICT"}, "apigw_domain_endpoint_access_mode 'STRICT' goes with"),
        ({"apigw_domain_mutual_tls": {"truststore_uri": "x"}}, "apigw_domain_mutual_tls.truststore_uri 'x'"),
    ],
)
def test_a_domain_name_needs_a_certificate_and_a_place(changed: dict[str, Any], said: str) -> None:
    good = {"apigw_domain_name": "api.example.com", "apigw_domain_zone": "example.com"}
    found = check_domain({**good, "apigw_certificate_arn": CERTIFICATE, **changed})
    assert [finding.startswith(said) for finding in found] == [True] * bool(said), found


NAMED = {"ecs_service_dns_records": [{"zone": "example.com", "name": "origin.example.com"}]}
OF_ROLE = {"certificate_domain_name": "example.com", "certificate_subject_alternative_names": ["*.example.com"]}
SECURE = {"ecs_service_certificate_arn": UNKNOWN, "apigw_backend_url": UNKNOWN, **NAMED, **OF_ROLE}


def test_https_is_reached_by_a_name_of_the_certificate() -> None:
    assert check_https(SECURE) == check_https({}) == check_https({**NAMED, **OF_ROLE}) == []
    # what somebody else's certificate is for is not known
    assert check_https({**SECURE, "certificate_domain_name": None}) == []
    behind = {"ecs_service_dns_records": [], "apigw_backend_server_name": "origin.example.com"}
    assert check_https({**SECURE, **behind, "apigw_backend_url": "https://origin.example.com"}) == []


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"ecs_service_dns_records": []}, "nothing gives the load balancer a name"),
        ({"ecs_service_dns_records": [{"name": "x", "state": "absent"}]}, "nothing gives the load balancer a name"),
        (
            {"ecs_service_dns_records": [{"name": "a.b.example.com"}]},
            "ecs_service_dns_records begins with 'a.b.example",
        ),
        ({"apigw_backend_server_name": "a.b.example.com"}, "apigw_backend_server_name is 'a.b.example.com', which the"),
        ({"apigw_backend_url": "http://x"}, "apigw_backend_url 'http://x' asks by HTTP"),
        ({"ecs_service_certificate_arn": "", "ecs_service_hsts": "max-age=1"}, "is for HTTPS only"),
        ({"ecs_service_certificate_arn": "arn"}, "ecs_service_certificate_arn 'arn' is no ARN of a certificate"),
        ({"certificate_arn": "arn"}, "certificate_arn 'arn' is no ARN"),
        ({"ecs_service_hsts": "max-age=1, preload"}, "write max-age="),
        ({"ecs_service_listener_port": 80}, "is for HTTPS, and that of HTTP too"),
        ({"ecs_service_http_redirect_port": 8443, "ecs_service_listener_port": 8443}, "is for HTTPS, and that of HTTP"),
        ({"ecs_service_http_redirect_port": 65536}, "set 0 to 65535"),
    ],
)
def test_https_that_could_not_be(changed: dict[str, Any], text: str) -> None:
    (finding,) = check_https({**SECURE, **changed})
    assert text in finding


ORIGIN = {"ecs_service_origin_secret": "one", "ecs_service_certificate_arn": "arn:aws:acm:eu-west-1:123456789012:x"}


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"ecs_service_certificate_arn": ""}, "in plain text"),
        ({"ecs_service_load_balancer_scheme": "internal"}, "is for a public load balancer"),
        ({"ecs_service_deployment_strategy": "CANARY"}, "'CANARY'"),
        ({"ecs_service_origin_header": "Host"}, "keeps for itself"),
        ({"ecs_service_origin_rule_priority": 50000}, "1 to 49999"),
        ({"ecs_service_origin_grace": -1}, "0 to 3600"),
    ],
)
def test_a_secret_header_has_to_protect_something(changed: dict[str, Any], text: str) -> None:
    (finding,) = check_origin({**ORIGIN, **changed})
    assert text in finding


def test_a_secret_header_that_protects_has_no_findings() -> None:
    assert check_origin(ORIGIN) == check_origin({}) == check_origin({"ecs_service_origin_secret": "none"}) == []


def test_the_port_that_redirects_has_to_be_let_in() -> None:
    rules = {"network_alb_ingress": [{"from_port": 443, "cidr": "0.0.0.0/0"}], "ecs_service_listener_port": 443}
    secure = {**rules, **SECURE, "ecs_service_http_redirect_port": 80}
    assert "ecs_service_http_redirect_port 80 is let in by no rule" in check_listener(secure)[0]
    assert check_listener({**secure, "ecs_service_http_redirect_port": 0}) == []
    assert check_listener({**secure, "ecs_service_certificate_arn": ""}) == []


def test_alarms_are_there_once_and_tell_arns() -> None:
    topic = "arn:aws:sns:eu-west-1:123456789012:alarms"
    good = {"redis_alarms": [{"name": "memory"}, {"name": "evictions"}], "redis_alarm_actions": [topic]}
    assert check_alarms(good) == []
    assert check_alarms({"redis_alarms": None, "redis_alarm_actions": []}) == []
    assert check_alarms({**good, "redis_alarms": [{"name": "memory"}, {"name": "memory", "threshold": 9}]}) == [
        "redis_alarms has memory 2 times: remove all but one."
    ]
    assert check_alarms({**good, "redis_alarms": [{"name": "memory", "period": 45}]}) == [
        "redis_alarms memory period 45 is not possible: set 10, 20, 30 or a multiple of 60 seconds."
    ]
    assert check_alarms({**good, "redis_alarm_actions": ["alarms"]}) == [
        "redis_alarm_actions 'alarms' is not possible: give an ARN, such as that of an SNS topic."
    ]
    (many,) = check_alarms({**good, "redis_alarm_actions": [topic] * 6})
    assert many == "redis_alarm_actions has 6 entries, CloudWatch takes 5: remove some."


def test_metrics_of_the_log_are_told_apart_by_their_names() -> None:
    errors, slow = {"name": "errors", "pattern": "ERROR"}, {"name": "slow", "pattern": ""}
    assert check_log_metrics({}) == check_log_metrics({"ecs_service_log_metrics": None}) == []
    assert check_log_metrics({"ecs_service_log_metrics": [errors, slow]}) == []
    for other in ("errors", "errors-5xx"):
        (finding,) = check_log_metrics({"ecs_service_log_metrics": [errors, {**slow, "name": other}]})
        assert f"has 'errors' and '{other}'" in finding
        (finding,) = check_log_metrics({"ecs_service_log_metrics": [{**slow, "name": other}, errors]})
        assert f"has 'errors' and '{other}'" in finding
    (finding,) = check_log_metrics({"ecs_service_log_metrics": [{**slow, "dimensions": {"Path": "$.path"}}]})
    assert finding.startswith("ecs_service_log_metrics slow dimensions 'Path' has capital letters")


def reading(*objects: str) -> dict[str, Any]:
    """Return a policy that lets read some objects."""
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": list(objects)}
    return {"Version": "2012-10-17", "Statement": [statement]}


def test_policies_of_the_task_role_are_such_as_iam_takes() -> None:
    option, role = "ecs_service_task_policies", {"ecs_service_task_role_name": "task"}
    assert check_task_policies({}) == check_task_policies({option: None}) == check_task_policies({option: {}}) == []
    longest = 6144 - len(json.dumps(reading(""), separators=(",", ":")))
    allowed = {f"read-{number}": reading("*") for number in range(8)}
    allowed |= {"x" * 123: json.dumps(reading("*"), indent=9), "long": reading("x" * longest)}
    assert check_task_policies({**role, option: allowed}) == []
    (many,) = check_task_policies({**role, option: {**allowed, "one-more": reading("*")}})
    assert many == f"{option} has 11 policies, a role takes at most 10: put several into one."
    (long,) = check_task_policies({**role, option: {"long": reading("x" * (longest + 1))}})
    assert long.startswith(f"{option}.long has 6145 characters without white space, AWS takes at most 6144:")
    (name,) = check_task_policies({**role, option: {"x" * 124: reading("*")}})
    assert "has 129 characters, AWS takes at most 128" in name
    (blank,) = check_task_policies({**role, option: {"read media": reading("*")}})
    assert blank.startswith(f"{option} name 'read media' may hold only letters")
    (twice,) = check_task_policies({**role, option: {"Read": reading("*"), "read": reading("*")}})
    assert "has 'read' more than once" in twice
    (empty,) = check_task_policies({**role, option: {"read": {"Version": "2012-10-17"}}})
    assert empty == f"{option}.read has no Statement, AWS needs one: add it."


def test_parameters_are_there_once_and_in_one_group() -> None:
    one = {"parameter_name": "work_mem", "parameter_value": "64", "apply_method": "immediate"}
    assert check_parameters({"aurora_parameters": [one], "aurora_parameter_group_name": None}) == []
    assert check_parameters({"aurora_parameter_group_name": "own"}) == []
    assert check_parameters({"aurora_parameters": [one, one]}) == [
        "aurora_parameters has work_mem 2 times: remove all but one."
    ]
    assert check_parameters({"redis_parameters": {"timeout": 60}, "redis_parameter_group_name": ""}) == []
    assert check_parameters({"redis_parameters": {}, "redis_parameter_group_name": "own"}) == [
        "redis_parameter_group_name 'own' has parameters of its own: remove it, or redis_parameters."
    ]
    assert check_parameters({"aurora_parameters": [], "aurora_parameter_group_name": "own"}) == [
        "aurora_parameter_group_name 'own' has parameters of its own: remove it, or aurora_parameters."
    ]


def test_outputs_are_published_below_a_path() -> None:
    assert check_published({"redis_published_path": "/streamflix/dev/redis", "redis_published_outputs": []}) == []
    for value in ("redis", "/redis/", "/aws/redis", "/a b"):
        assert check_published({"redis_published_path": value}) == [
            f"redis_published_path {value!r} is not possible: give a path such as /streamflix/dev/redis."
        ]


@pytest.mark.parametrize(
    ("zone", "name", "says"),
    [
        ("example.com", "api.example.com", ""),
        ("example.com.", "*.API.example.com.", ""),
        ("example.com", "example.com", ""),
        ("Z0123456789ABC", "anything.example.org", ""),
        (
            "example.com",
            "api.example.org",
            "outside of the zone 'example.com': give a name that ends with .example.com",
        ),
        ("example.com", "apiexample.com", "outside of the zone"),
        ("example.com", "api example.com", "'api example.com', which is no DNS name"),
        ("example.com", "api.*.example.com", "no DNS name"),
        ("example.com", f"{'a' * 64}.example.com", "no DNS name"),
        ("example.com", ".".join(["a" * 60] * 5) + ".example.com", "no DNS name"),
        ("my zone", "api.example.com", "'my zone', which is no DNS name"),
    ],
)
def test_dns_names_of_the_load_balancer(zone: str, name: str, says: str) -> None:
    found = check_dns_records({"ecs_service_dns_records": [{"zone": zone, "name": name}]})
    assert len(found) == bool(says)
    assert says in "".join(found)


def test_dns_names_are_there_once() -> None:
    twice = [{"zone": "example.com", "name": name} for name in ("api.example.com", "API.example.com.")]
    assert check_dns_records({"ecs_service_dns_records": twice}) == [
        "ecs_service_dns_records has api.example.com 2 times: remove all but one."
    ]
    assert check_dns_records({}) == []


BOUNDS = {"min_capacity": 2, "max_capacity": 10}


@pytest.mark.parametrize(
    ("scaling", "others", "part"),
    [
        ({"max_capacity": 10, "cpu": 60}, {}, "has no min_capacity"),
        ({"cpu": 60}, {}, "has no min_capacity and no max_capacity"),
        (BOUNDS, {}, "scales by nothing: set one of cpu, memory, requests_per_target, metrics, scheduled_actions"),
        (
            {**BOUNDS, "cpu": 60},
            {"ecs_service_desired_count": 11},
            "ecs_service_desired_count 11 is not between 0 and max_capacity 10",
        ),
        # two blocks of 11 addresses, without two members and three nodes
        ({**BOUNDS, "max_capacity": 18, "cpu": 60}, {}, "have 17 left: lower it"),
        ({**BOUNDS, "max_capacity": 17, "cpu": 60}, {"aurora_reader_scaling": {"max_capacity": 4}}, "have 14 left"),
    ],
)
def test_scaling_of_the_service_has_to_fit(scaling: dict[str, Any], others: dict[str, Any], part: str) -> None:
    variables = {
        "ecs_service_scaling": scaling,
        "network_private_subnet_cidrs": ["10.0.2.0/28", "10.0.3.0/28"],
        "ecs_service_subnet_ids": ["(known after apply)"],
        "aurora_members": [{}, {}],
        "redis_num_cache_clusters": 3,
        **others,
    }
    (finding,) = check_service_scaling(variables)
    assert finding.startswith(("ecs_service_scaling", "ecs_service_desired_count"))
    assert part in finding


def test_scaling_that_fits_has_no_findings() -> None:
    fits = {**BOUNDS, "scheduled_actions": [{"min_capacity": 1}]}
    few = {"network_private_subnet_cidrs": ["10.0.2.0/28"]}
    assert check_service_scaling({"ecs_service_scaling": fits, "network_private_subnet_cidrs": ["10.0.2.0/24"]}) == []
    own = {**few, "ecs_service_subnet_ids": ["subnet-1"]}
    assert check_service_scaling({"ecs_service_scaling": {**fits, "max_capacity": 99}, **own}) == []
    assert check_service_scaling({"ecs_service_scaling": {}}) == check_service_scaling({}) == []
    assert check_reader_scaling({"aurora_reader_scaling": {}}) == check_reader_scaling({}) == []
    # as the specification of the variable makes it of {}
    ended = dict.fromkeys(("min_capacity", "max_capacity", "cpu", "scheduled_actions"))
    assert check_service_scaling({"ecs_service_scaling": ended}) == []
    assert check_reader_scaling({"aurora_reader_scaling": ended}) == []


def test_the_scaler_never_removes_listed_readers() -> None:
    members = [{"identifier": name} for name in ("writer", "reader", "reader-2")]
    scaling = {"min_capacity": 0, "max_capacity": 1, "cpu": 60}
    (finding,) = check_reader_scaling({"aurora_members": members, "aurora_reader_scaling": scaling})
    assert "max_capacity 1 is below the 2 readers of aurora_members" in finding
    (finding,) = check_reader_scaling({"aurora_reader_scaling": {"min_capacity": 0, "max_capacity": 1}})
    assert "scales by nothing" in finding


def test_endpoints_that_there_cannot_be() -> None:
    wrong = [{"service": "s3"}, {"service": "s3"}, {"service": "logs", "type": "gateway"}]
    twice, without = check_vpc_endpoints({"network_vpc_endpoints": wrong})
    assert "network_vpc_endpoints has 's3' 2 times" in twice
    assert "'logs' with the type gateway" in without
    right = [{"service": "s3", "type": "gateway"}, {"service": "com.amazonaws.eu-west-1.dynamodb", "type": None}]
    assert check_vpc_endpoints({"network_vpc_endpoints": right}) == []
    assert check_vpc_endpoints({}) == []


def test_the_api_is_asked_with_what_makes_a_request() -> None:
    good = {
        "apigw_check_path": "/health",
        "apigw_check_status": "200-299",
        "apigw_check_at": "",
        "apigw_check_retries": 4,
    }
    assert check_api_request(good) == check_api_request({}) == []
    bad = {"apigw_check_path": "health check", "apigw_check_status": "5xx", "apigw_check_at": "vpce-1"}
    found = check_api_request(bad)
    assert [finding.split()[0] for finding in found] == ["apigw_check_at", "apigw_check_path", "apigw_check_status"]


def test_other_versions_of_http_need_tls() -> None:
    option, certificate = (
        "ecs_service_protocol_version",
        {"ecs_service_certificate_arn": "arn:aws:acm:eu-west-1:1:certificate/1"},
    )
    assert check_protocol_version({option: "HTTP1"}) == check_protocol_version({}) == []
    assert check_protocol_version({option: "GRPC", **certificate}) == []
    (finding,) = check_protocol_version({option: "HTTP2"})
    assert "ecs_service_protocol_version 'HTTP2' needs a listener of HTTPS" in finding
    (finding,) = check_protocol_version({"ecs_service_health_check_grpc_code": "OK"})
    assert "'OK' is not made of codes" in finding


@pytest.mark.parametrize(
    ("lock", "rule", "text"),
    [
        ({"min_retention_days": 7}, {"lifecycle": {"delete_after_days": 7}}, ""),
        ({"min_retention_days": 7}, {}, ""),
        ({"max_retention_days": 35}, {"lifecycle": {"delete_after_days": 35}}, ""),
        ({"min_retention_days": 7}, {"lifecycle": {"delete_after_days": 6}}, "6 is less than"),
        ({"max_retention_days": 35}, {"lifecycle": {"delete_after_days": 36}}, "36 is more than"),
        ({"max_retention_days": 35}, {}, "is not set, which is for ever, and is more than"),
        ({"max_retention_days": 35}, {"target_backup_vault_name": "own"}, "is more than"),
        ({"max_retention_days": 35}, {"target_backup_vault_name": "other"}, ""),
        ({}, {"lifecycle": {"delete_after_days": 6}}, ""),
    ],
)
def test_a_rule_keeps_backups_as_the_lock_wants(lock: dict[str, int], rule: dict[str, Any], text: str) -> None:
    """AWS Backup Developer Guide, PutBackupVaultLockConfiguration: a job with another time fails."""
    rules = [{"name": "daily", **rule}]
    found = backup.check({"backup_lock": lock, "backup_rules": rules, "backup_vault_name": "own"})
    assert len(found) == bool(text)
    assert all(text in finding and "'daily'" in finding for finding in found)
