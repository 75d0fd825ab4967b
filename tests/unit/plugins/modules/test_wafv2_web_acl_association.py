"""The module of a web ACL's association, read back with plain boto3."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.life import OURS

MODULE = "wafv2_web_acl_association"
SEEN = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "one"}


@pytest.fixture
def stage(aws: Any) -> str:
    """Return the ARN of the stage of a REST API."""
    client = aws("apigateway")
    api = client.create_rest_api(name="one")["id"]
    root = client.get_resources(restApiId=api)["items"][0]["id"]
    client.put_method(restApiId=api, resourceId=root, httpMethod="GET", authorizationType="NONE")
    client.put_integration(restApiId=api, resourceId=root, httpMethod="GET", type="MOCK")
    client.create_deployment(restApiId=api, stageName="dev")
    return f"arn:aws:apigateway:eu-west-1::/restapis/{api}/stages/dev"


@pytest.fixture
def acl(aws: Any) -> Any:
    """Return a function that makes a web ACL and returns its ARN."""

    def make(name: str, **tags: str) -> str:
        more = {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]} if tags else {}
        base = {"Name": name, "Scope": "REGIONAL", "DefaultAction": {"Allow": {}}, "VisibilityConfig": SEEN}
        return aws("wafv2").create_web_acl(**base, **more)["Summary"]["ARN"]

    return make


@pytest.fixture
def guard(aws: Any, stage: str) -> Any:
    """Return a function that returns the ARN of what guards the stage."""
    return lambda: aws("wafv2").get_web_acl_for_resource(ResourceArn=stage).get("WebACL", {}).get("ARN")


def test_guards_and_guards_no_more(run_module: Any, stage: str, acl: Any, guard: Any) -> None:
    options = {"name": "one", "resource_arn": stage, "web_acl_arn": acl("one", **OURS), "owner_tags": OURS}
    foretold = run_module(MODULE, check=True, **options)
    assert (foretold["changed"], guard()) == (True, None)
    done = run_module(MODULE, **options)
    assert (done["changes"], guard()) == (foretold["changes"], options["web_acl_arn"])
    for check in (True, False):
        assert not run_module(MODULE, check=check, **options)["changed"]
    gone = {"name": "one", "resource_arn": stage, "state": "absent", "owner_tags": OURS}
    assert run_module(MODULE, check=True, **gone)["changed"]
    assert guard()
    assert run_module(MODULE, **gone)["changed"]
    assert guard() is None
    assert not run_module(MODULE, **gone)["changed"]


def test_does_not_replace_somebody_elses(aws: Any, run_module: Any, stage: str, acl: Any, guard: Any) -> None:
    theirs, ours = acl("theirs", Team="security"), acl("ours", **OURS)
    aws("wafv2").associate_web_acl(WebACLArn=theirs, ResourceArn=stage)
    options = {"name": "one", "resource_arn": stage, "web_acl_arn": ours, "owner_tags": OURS}
    for check in (True, False):
        refused = run_module(MODULE, check=check, **options)
        assert refused["failed"]
        assert theirs in refused["msg"]
        assert "Team=security" in refused["msg"]
    left = run_module(MODULE, name="one", resource_arn=stage, state="absent", owner_tags=OURS)
    assert not left["changed"]
    assert guard() == theirs
    assert run_module(MODULE, **options, adopt=True)["changed"]
    assert guard() == ours


def test_replaces_another_one_of_ours(aws: Any, run_module: Any, stage: str, acl: Any, guard: Any) -> None:
    old, new = acl("old", **OURS), acl("new", **OURS)
    aws("wafv2").associate_web_acl(WebACLArn=old, ResourceArn=stage)
    done = run_module(MODULE, name="one", resource_arn=stage, web_acl_arn=new, owner_tags=OURS)
    assert [field["field"] for field in done["changes"][0]["fields"]] == ["web_acl_arn"]
    assert guard() == new


def test_is_sent_again_while_a_new_web_acl_is_not_known_everywhere(
    run_module: Any, stage: str, acl: Any, guard: Any, troubled: Any
) -> None:
    arn = acl("one", **OURS)
    sent = troubled("AssociateWebACL", "WAFUnavailableEntityException", "WAFUnavailableEntityException")
    assert run_module(MODULE, name="one", resource_arn=stage, web_acl_arn=arn)["changed"]
    assert sent.count("AssociateWebACL") == 3
    assert guard() == arn


def test_what_is_not_there_is_guarded_by_nothing(run_module: Any, stage: str) -> None:
    other = stage.replace("/stages/dev", "/stages/other")
    assert not run_module(MODULE, name="one", resource_arn=other, state="absent")["changed"]
    unknown = {"name": "one", "resource_arn": "(known after apply)", "web_acl_arn": "(known after apply)"}
    assert run_module(MODULE, check=True, **unknown)["changed"]
