"""The API Gateway account module: reads, sets where unset, waits for a new role."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("managed_policies")

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
POLICY = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"


def make_role(aws: Any, name: str, *, usable: bool = True) -> str:
    arn = aws("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    if usable:
        aws("iam").attach_role_policy(RoleName=name, PolicyArn=POLICY)
    return arn


def current(aws: Any) -> str:
    return aws("apigateway").get_account().get("cloudwatchRoleArn", "")


def test_reads(aws: Any, run_module: Any) -> None:
    found = run_module("apigateway_account")
    assert not found["changed"]
    assert found["account"]["cloudwatch_role_arn"] == ""
    assert found["account"]["throttle_burst_limit"] == 5000


def test_sets_the_role_where_none_is_set(aws: Any, run_module: Any) -> None:
    arn = make_role(aws, "one")
    preview = run_module("apigateway_account", check=True, cloudwatch_role_arn=arn)
    assert current(aws) == ""
    done = run_module("apigateway_account", cloudwatch_role_arn=arn)
    assert (done["actions"], done["account"]) == (preview["actions"], preview["account"])
    assert done["diff"]["before"]["cloudwatch_role_arn"] == ""
    assert current(aws) == arn
    assert not run_module("apigateway_account", cloudwatch_role_arn=arn)["changed"]


def test_replaces_a_role_only_when_told(aws: Any, run_module: Any) -> None:
    one, two = make_role(aws, "one"), make_role(aws, "two")
    run_module("apigateway_account", cloudwatch_role_arn=one)
    done = run_module("apigateway_account", cloudwatch_role_arn=two)
    assert not done["changed"]
    assert done["account"]["cloudwatch_role_arn"] == one
    assert run_module("apigateway_account", cloudwatch_role_arn=two, only_if_unset=False)["changed"]
    assert current(aws) == two


def test_waits_until_aws_accepts_a_new_role(aws: Any, run_module: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from ansible_collections.streamflix.content_api.plugins.module_utils import runner

    arn = make_role(aws, "new", usable=False)
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            aws("iam").attach_role_policy(RoleName="new", PolicyArn=POLICY)

    monkeypatch.setattr(runner.time, "sleep", sleep)
    assert run_module("apigateway_account", cloudwatch_role_arn=arn)["changed"]
    assert len(slept) == 3
    assert current(aws) == arn


def test_gives_up_in_time(aws: Any, run_module: Any) -> None:
    arn = make_role(aws, "poor", usable=False)
    failed = run_module("apigateway_account", cloudwatch_role_arn=arn, wait_timeout=0)
    assert "required permissions" in failed["msg"]


def test_a_role_that_is_only_known_later_can_be_previewed(aws: Any, run_module: Any) -> None:
    arn = "arn:aws:iam::123456789012:role/(known after apply)"
    assert run_module("apigateway_account", check=True, cloudwatch_role_arn=arn)["changed"]


def test_something_else_than_a_role_is_refused(aws: Any, run_module: Any) -> None:
    assert "not the ARN of a role" in run_module("apigateway_account", cloudwatch_role_arn="x")["msg"]


def test_tells_what_becomes_of_it(changes_of: Any, aws: Any) -> None:
    arn = make_role(aws, "one")
    changed = {"cloudwatch_role_arn": ("", arn)}
    expected = [("update", "AWS::ApiGateway::Account", "eu-west-1", changed)]
    assert changes_of("apigateway_account", cloudwatch_role_arn=arn) == expected
    assert changes_of("apigateway_account", cloudwatch_role_arn=arn) == []
