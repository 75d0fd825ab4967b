"""A colleague gives the API a resource policy and deploys it: repaired and named as exposure, or left in effect."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

NAME = "StreamFlix Content API dev"
TIER = ("--tags", "apigw")
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "execute-api:Invoke",
            "Resource": "execute-api:/*",
            "Condition": {"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
        }
    ],
}


def an_api(client: Any) -> dict[str, Any]:
    """Return the API."""
    return next(item for item in client.get_rest_apis()["items"] if item["name"] == NAME)


def served(client: Any) -> str:
    """Return the id of the deployment that the stage serves."""
    return client.get_stage(restApiId=an_api(client)["id"], stageName="dev")["deploymentId"]


def close_the_api(client: Any) -> str:
    """Set a policy and deploy it, as a colleague does by hand; return the deployment's id."""
    api_id = an_api(client)["id"]
    patch = {"op": "replace", "path": "/policy", "value": json.dumps(POLICY)}
    client.update_rest_api(restApiId=api_id, patchOperations=[patch])
    return client.create_deployment(restApiId=api_id, stageName="dev", description="incident")["id"]


@pytest.fixture
def gateway(aws: Any) -> Any:
    """Give a client of API Gateway."""
    return aws("apigateway")


@pytest.fixture
def brought_back(gateway: Any, play: Any) -> Iterator[None]:
    """Bring the API back in the end."""
    yield
    assert play("site.yml", *TIER).code == 0
    assert not an_api(gateway).get("policy")


def test_a_policy_by_hand_is_named_as_exposure_and_repaired(gateway: Any, play: Any, written: Any) -> None:
    ours = served(gateway)
    by_hand = close_the_api(gateway)
    drift = play("playbooks/drift.yml", "--check", *TIER)
    assert drift.code != 0
    assert written(drift) == []
    told = {change["type"]: [item["field"] for item in change["fields"]] for change in drift.changes}
    assert told == {
        "AWS::ApiGateway::RestApi": ["resource_policy.Statement", "resource_policy.Version"],
        "AWS::ApiGateway::Deployment": ["authorization_in_effect", "content_hash", "id"],
    }
    exposure = drift.output.partition("IAM and network exposure")[2]
    assert f"deployment {by_hand} of somebody else" in exposure
    assert "resource_policy" in exposure

    assert play("site.yml", *TIER).code == 0
    assert not an_api(gateway).get("policy")
    assert served(gateway) == ours


@pytest.mark.usefixtures("brought_back")
def test_a_policy_that_is_left_to_others_stays_in_effect(gateway: Any, play: Any) -> None:
    ours = served(gateway)
    by_hand = close_the_api(gateway)
    given = an_api(gateway)["policy"]
    run = play("site.yml", *TIER, apigw_manage_resource_policy=False)
    assert run.code == 0, run.output
    assert an_api(gateway)["policy"] == given
    # made anew with the policy in it
    assert served(gateway) not in (ours, by_hand)
    again = play("site.yml", *TIER, apigw_manage_resource_policy=False)
    assert (again.code, again.changed) == (0, 0), again.output
