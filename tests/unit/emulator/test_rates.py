"""Request rates: each service's bucket and code, as its document has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.modes import Modes
from tests.unit.emulator.conftest import Emulator, Start

FILTER = {"Filters": [{"Name": "vpc-id", "Values": ["vpc-1"]}]}
DUMMY_TASK = {"family": "x", "containerDefinitions": [{"name": "x", "image": "x"}]}
# client, request, parameters, how many may come at once, how many more a second later, the code
RATES: list[tuple[str, str, dict[str, Any], int, float, str]] = [
    # Request throttling for the Amazon EC2 API
    ("ec2", "describe_vpcs", {}, 100, 20, "RequestLimitExceeded"),
    ("ec2", "describe_security_groups", {}, 50, 10, "RequestLimitExceeded"),
    ("ec2", "describe_security_groups", FILTER, 100, 20, "RequestLimitExceeded"),
    ("ec2", "create_vpc", {"CidrBlock": "10.0.0.0/16"}, 50, 5, "RequestLimitExceeded"),
    ("ec2", "delete_nat_gateway", {"NatGatewayId": "nat-1"}, 10, 1, "RequestLimitExceeded"),
    # Request throttling for the Amazon ECS API
    ("ecs", "create_cluster", {"clusterName": "x"}, 20, 1, "ThrottlingException"),
    ("ecs", "register_task_definition", DUMMY_TASK, 20, 1, "ThrottlingException"),
    ("ecs", "list_clusters", {}, 50, 20, "ThrottlingException"),
    # Request throttling for the Elastic Load Balancing API
    ("elbv2", "describe_load_balancers", {}, 40, 10, "ThrottlingException"),
    ("elbv2", "create_target_group", {"Name": "x", "TargetType": "ip"}, 20, 3, "ThrottlingException"),
    ("elbv2", "create_load_balancer", {"Name": "x", "Subnets": ["subnet-1"]}, 10, 0.2, "ThrottlingException"),
    # Amazon API Gateway quotas
    ("apigateway", "get_resources", {"restApiId": "x"}, 5, 2.5, "TooManyRequestsException"),
    ("apigateway", "get_rest_apis", {}, 40, 10, "TooManyRequestsException"),
]


@pytest.fixture
def aws(start: Start) -> Emulator:
    """Give an emulator with AWS's request rates."""
    return start(Modes(rates=True))


def accepted(send: Callable[[], Any], most: int, code: str) -> int:
    """Send a request until it is throttled, at most so often; returns how often it was not."""
    for sent in range(most):
        try:
            send()
        except ClientError as error:
            # any other refusal is none for the rate
            if error.response["Error"]["Code"] == code:
                return sent
    return most


@pytest.mark.parametrize(("service", "operation", "parameters", "capacity", "refill", "code"), RATES)
def test_so_many_at_once_and_so_many_a_second(
    aws: Emulator, service: str, operation: str, parameters: dict[str, Any], capacity: int, refill: float, code: str
) -> None:
    client = aws.client(service)

    def send() -> Any:
        return getattr(client, operation)(**parameters)

    assert accepted(send, capacity + 1, code) == capacity
    aws.pass_time(10)
    refilled = min(int(10 * refill), capacity)
    assert accepted(send, refilled + 1, code) == refilled


def test_actions_of_a_category_share_a_bucket(aws: Emulator) -> None:
    ecs = aws.client("ecs")
    assert accepted(ecs.list_clusters, 50, "ThrottlingException") == 50
    assert accepted(ecs.describe_clusters, 1, "ThrottlingException") == 0
    assert accepted(ecs.list_task_definitions, 1, "ThrottlingException") == 1


def test_each_action_of_ec2_has_its_own(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    assert accepted(ec2.describe_vpcs, 100, "RequestLimitExceeded") == 100
    assert accepted(ec2.describe_subnets, 1, "RequestLimitExceeded") == 1


def test_what_has_no_documented_rate_is_not_throttled(aws: Emulator) -> None:
    assert accepted(aws.client("iam").list_roles, 150, "Throttling") == 150
