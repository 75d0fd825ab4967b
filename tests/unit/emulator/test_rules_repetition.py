"""Repeated requests: client tokens and API Gateway's pace."""

from __future__ import annotations

import math

import pytest
from botocore.exceptions import ClientError

from emulator.modes import Modes
from tests.unit.emulator.conftest import Start
from tests.unit.emulator.strict import Network, refused

RULES = Modes(rules=True)


def test_a_token_makes_one_nat_gateway(start: Start) -> None:
    """Amazon EC2 API Reference, "Ensuring idempotency in Amazon EC2 API requests"."""
    network = Network(start(RULES))
    address = network.address()
    first = network.nat_gateway(ClientToken="one", AllocationId=address)
    assert network.nat_gateway(ClientToken="one", AllocationId=address) == first
    create = network.ec2.create_nat_gateway
    other = {"AllocationId": address, "SubnetId": network.subnets[1]}
    refused("IdempotentParameterMismatch", create, ClientToken="one", **other)
    assert len(network.ec2.describe_nat_gateways()["NatGateways"]) == 1


def test_a_refused_request_leaves_its_token_free(start: Start) -> None:
    """As above: only what was made is remembered."""
    network = Network(start(RULES))
    create = network.ec2.create_nat_gateway
    refused("InvalidSubnetID.NotFound", create, ClientToken="one", SubnetId="subnet-1", ConnectivityType="private")
    create(ClientToken="one", SubnetId=network.subnets[0], ConnectivityType="private")


def test_a_token_makes_one_service(start: Start) -> None:
    """Amazon ECS API Reference, CreateService."""
    network = Network(start(RULES))
    network.service()
    ecs = network.aws.client("ecs")
    same = network.service_params({"subnets": network.subnets[:1], "securityGroups": [network.group_id]})
    assert ecs.create_service(**same)["service"]["serviceName"] == "api"
    other = network.service_params({"subnets": network.subnets, "securityGroups": [network.group_id]})
    assert "idempotent" in refused("InvalidParameterException", ecs.create_service, **other)
    assert len(ecs.list_services(cluster="cluster")["serviceArns"]) == 1


def test_a_token_makes_one_secret(start: Start) -> None:
    """AWS Secrets Manager API Reference, CreateSecret: ClientRequestToken."""
    secrets = start(RULES).client("secretsmanager")
    request = {"Name": "one", "ClientRequestToken": "0123456789abcdef0123456789abcdef"}
    first = secrets.create_secret(SecretString="two", **request)
    assert secrets.create_secret(SecretString="two", **request)["ARN"] == first["ARN"]
    refused("ResourceExistsException", secrets.create_secret, SecretString="three", **request)


def test_one_rest_api_goes_in_thirty_seconds(start: Start) -> None:
    """Amazon API Gateway Developer Guide, "Amazon API Gateway quotas"."""
    aws = start(Modes(rules=True, timescale=60.0))
    api = aws.client("apigateway")
    regional = {"endpointConfiguration": {"types": ["REGIONAL"]}}
    first = api.create_rest_api(name="one", **regional)["id"]
    refused("TooManyRequestsException", api.create_rest_api, name="two", **regional)
    aws.pass_time(3)
    second = api.create_rest_api(name="two", **regional)["id"]
    api.delete_rest_api(restApiId=first)
    aws.pass_time(10.5)
    with pytest.raises(ClientError) as error:
        api.delete_rest_api(restApiId=second)
    answer = error.value.response["ResponseMetadata"]
    assert (answer["HTTPStatusCode"], answer["HTTPHeaders"]["retry-after"]) == (429, str(math.ceil(19.5)))
    aws.pass_time(19.5)
    api.delete_rest_api(restApiId=second)


def test_an_api_for_the_edge_waits_longer(start: Start) -> None:
    """As above: CreateRestApi for edge-optimized APIs."""
    aws = start(Modes(rules=True, timescale=60.0))
    api = aws.client("apigateway")
    api.create_rest_api(name="one")
    aws.pass_time(3)
    refused("TooManyRequestsException", api.create_rest_api, name="two")


def test_without_a_timescale_there_is_no_pace(start: Start) -> None:
    """There, all is done at once."""
    api = start(RULES).client("apigateway")
    for name in ("one", "two"):
        api.delete_rest_api(restApiId=api.create_rest_api(name=name)["id"])
