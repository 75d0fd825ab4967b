"""The module of a web ACL's logs, read back with plain boto3."""

from __future__ import annotations

from typing import Any

import pytest

MODULE = "wafv2_logging_configuration"
SEEN = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "one"}
GROUP = "aws-waf-logs-streamflix-dev"
PLACE = "arn:aws:logs:eu-west-1:123456789012:log-group:"
BLOCKED = {
    "DefaultBehavior": "DROP",
    "Filters": [
        {"Behavior": "KEEP", "Requirement": "MEETS_ANY", "Conditions": [{"ActionCondition": {"Action": "BLOCK"}}]}
    ],
}


@pytest.fixture
def options(aws: Any) -> dict[str, Any]:
    """Return the options of logs of a web ACL that there is."""
    for name in (GROUP, f"{GROUP}-2"):
        aws("logs").create_log_group(logGroupName=name)
    base = {"Name": "one", "Scope": "REGIONAL", "DefaultAction": {"Allow": {}}, "VisibilityConfig": SEEN}
    arn = aws("wafv2").create_web_acl(**base)["Summary"]["ARN"]
    return {
        "name": "one",
        "web_acl_arn": arn,
        "log_destination": PLACE + GROUP,
        "redacted_headers": ["Cookie", "authorization"],
        "redacted_fields": ["query_string"],
        "logging_filter": BLOCKED,
    }


@pytest.fixture
def read_back(aws: Any, options: Any) -> Any:
    def read() -> dict[str, Any] | None:
        waf = aws("wafv2")
        try:
            found = waf.get_logging_configuration(ResourceArn=options["web_acl_arn"])["LoggingConfiguration"]
        except waf.exceptions.WAFNonexistentItemException:
            return None
        return {key: found.get(key) for key in ("LogDestinationConfigs", "RedactedFields", "LoggingFilter")}

    return read


def test_lives_a_whole_life(run_module: Any, options: Any, read_back: Any) -> None:
    foretold = run_module(MODULE, check=True, **options)
    assert (foretold["changed"], read_back()) == (True, None)
    done = run_module(MODULE, **options)
    assert done["changes"] == foretold["changes"]
    assert read_back() == {
        "LogDestinationConfigs": [PLACE + GROUP],
        "RedactedFields": [
            {"SingleHeader": {"Name": "authorization"}},
            {"SingleHeader": {"Name": "cookie"}},
            {"QueryString": {}},
        ],
        "LoggingFilter": BLOCKED,
    }
    for check in (True, False):
        assert not run_module(MODULE, check=check, **options)["changed"]
    gone = {"name": "one", "web_acl_arn": options["web_acl_arn"], "state": "absent"}
    assert run_module(MODULE, check=True, **gone)["changed"]
    assert read_back()
    assert run_module(MODULE, **gone)["changed"]
    assert read_back() is None
    assert not run_module(MODULE, **gone)["changed"]


@pytest.mark.parametrize(
    ("option", "value", "member", "shown"),
    [
        ("log_destination", f"{PLACE}{GROUP}-2", "LogDestinationConfigs", [f"{PLACE}{GROUP}-2"]),
        ("redacted_headers", [], "RedactedFields", [{"QueryString": {}}]),
        (
            "redacted_fields",
            [],
            "RedactedFields",
            [{"SingleHeader": {"Name": "authorization"}}, {"SingleHeader": {"Name": "cookie"}}],
        ),
        ("logging_filter", {}, "LoggingFilter", None),
    ],
)
def test_changes_one_option_alone(
    run_module: Any, options: Any, read_back: Any, option: str, value: Any, member: str, shown: Any
) -> None:
    run_module(MODULE, **options)
    before = read_back()
    done = run_module(MODULE, **{**options, option: value})
    assert {field["field"].partition(".")[0] for field in done["changes"][0]["fields"]} == {option}
    assert read_back() == {**before, member: shown}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("log_destination", f"{PLACE}other"),
        ("log_destination", f"{PLACE}{GROUP}:*"),
        ("redacted_fields", ["body"]),
    ],
)
def test_refuses_what_aws_refuses_first(run_module: Any, options: Any, read_back: Any, option: str, value: Any) -> None:
    refused = run_module(MODULE, **{**options, option: value})
    assert refused["failed"]
    assert option in refused["msg"]
    assert read_back() is None


def test_is_sent_again_while_aws_does_not_know_the_web_acl_everywhere(
    run_module: Any, options: Any, read_back: Any, troubled: Any
) -> None:
    troubled("PutLoggingConfiguration", "WAFUnavailableEntityException", "WAFLogDestinationPermissionIssueException")
    assert run_module(MODULE, **options)["changed"]
    assert read_back()
