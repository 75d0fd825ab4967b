"""Capacity provider strategies of services, as AWS documents them or users report them."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.services.ecs.capacity import provider_of

SPOT = {"capacityProvider": "FARGATE_SPOT", "weight": 1}
PLACE = {"cluster": "c", "serviceName": "s"}


@pytest.fixture
def definition(aws: Any) -> dict[str, Any]:
    ecs, ec2 = aws("ecs"), aws("ec2")
    ecs.create_cluster(clusterName="c", capacityProviders=["FARGATE", "FARGATE_SPOT"])
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    made = ecs.register_task_definition(
        family="s",
        cpu="256",
        memory="512",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        containerDefinitions=[{"name": "a", "image": "b"}],
    )
    return {
        **PLACE,
        "taskDefinition": made["taskDefinition"]["taskDefinitionArn"],
        "desiredCount": 1,
        "networkConfiguration": {"awsvpcConfiguration": {"subnets": [subnet]}},
    }


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({"launchType": "FARGATE", "capacityProviderStrategy": [SPOT]}, "Specifying both a launch type and capacity"),
        ({"capacityProviderStrategy": [{"capacityProvider": "other", "weight": 1}]}, "other is not associated"),
        ({"capacityProviderStrategy": [{**SPOT, "weight": 0}]}, "a weight value greater than zero"),
        ({"capacityProviderStrategy": [{**SPOT, "weight": 1001}]}, "Invalid weight or base"),
        (
            {"capacityProviderStrategy": [{**SPOT, "base": 1}, {"capacityProvider": "FARGATE", "base": 1}]},
            "Only one capacity provider in a strategy can have a base",
        ),
        ({"capacityProviderStrategy": [SPOT] * 21}, "a maximum of 20"),
    ],
)
def test_a_service_that_aws_refuses(aws: Any, definition: dict[str, Any], params: dict[str, Any], text: str) -> None:
    with pytest.raises(ClientError, match="InvalidParameterException") as refused:
        aws("ecs").create_service(**definition, **params)
    assert text in str(refused.value)


def test_another_strategy_comes_with_a_deployment_only(aws: Any, definition: dict[str, Any]) -> None:
    ecs = aws("ecs")
    ecs.create_service(**definition, launchType="FARGATE")
    change = {"cluster": "c", "service": "s", "capacityProviderStrategy": [SPOT]}
    with pytest.raises(ClientError, match="you must force a new deployment"):
        ecs.update_service(**change)
    found = ecs.update_service(**change, forceNewDeployment=True)["service"]
    assert found["capacityProviderStrategy"] == [{**SPOT, "base": 0}]
    assert "launchType" not in found
    back = ecs.update_service(**{**change, "capacityProviderStrategy": []}, forceNewDeployment=True)["service"]
    assert back["launchType"] == "FARGATE"


def test_first_the_base_then_the_weights() -> None:
    strategy = [{"capacityProvider": "A", "weight": 1, "base": 2}, {"capacityProvider": "B", "weight": 3, "base": 0}]
    running: list[str | None] = []
    for _unused in range(10):
        running.append(provider_of(strategy, running))
    assert "".join(filter(None, running[:2])) == "AA"
    assert sorted(filter(None, running[2:])) == ["A"] * 2 + ["B"] * 6
    assert provider_of([], ["A"]) is None
