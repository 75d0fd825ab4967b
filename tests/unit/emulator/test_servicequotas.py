"""Service Quotas: what is in force is what the emulator enforces, and a higher quota is granted at once."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.modes import Modes
from tests.unit.emulator.conftest import Start
from tests.unit.emulator.strict import Network, refused

VPCS = {"ServiceCode": "vpc", "QuotaCode": "L-F678F1CE"}
ADDRESSES = {"ServiceCode": "ec2", "QuotaCode": "L-0263D0A3"}
RULES = {"ServiceCode": "vpc", "QuotaCode": "L-0EA8095F"}
REGIONAL_APIS = {"ServiceCode": "apigateway", "QuotaCode": "L-AA0FF27B"}
TIMEOUT = {"ServiceCode": "apigateway", "QuotaCode": "L-E5AE38E3"}
URI = "http://backend.example.com/"


@pytest.fixture
def network(start: Start) -> Network:
    """Return a network in an emulator with rules."""
    return Network(start(Modes(rules=True)))


def value(quotas: Any, of: dict[str, str]) -> float:
    """Return what is in force."""
    return quotas.get_service_quota(**of)["Quota"]["Value"]


def test_a_raised_quota_is_in_force(network: Network) -> None:
    quotas = network.aws.client("service-quotas")
    assert value(quotas, ADDRESSES) == 5
    for _unused in range(5):
        network.address()
    refused("AddressLimitExceeded", network.ec2.allocate_address, Domain="vpc")
    asked = quotas.request_service_quota_increase(**ADDRESSES, DesiredValue=6)["RequestedQuota"]
    assert (asked["Status"], asked["DesiredValue"]) == ("APPROVED", 6)
    network.address()
    refused("AddressLimitExceeded", network.ec2.allocate_address, Domain="vpc")
    assert value(quotas, ADDRESSES) == 6
    assert quotas.get_aws_default_service_quota(**ADDRESSES)["Quota"]["Value"] == 5


def test_what_is_refused_and_what_is_listed(network: Network) -> None:
    quotas = network.aws.client("service-quotas")
    unknown = {"ServiceCode": "ec2", "QuotaCode": "L-00000000"}
    refused("NoSuchResourceException", quotas.get_service_quota, **unknown)
    refused("NoSuchResourceException", quotas.get_aws_default_service_quota, **unknown)
    refused("IllegalArgumentException", quotas.request_service_quota_increase, **VPCS, DesiredValue=5)
    refused("IllegalArgumentException", quotas.request_service_quota_increase, **REGIONAL_APIS, DesiredValue=601)
    listed = {item["QuotaCode"]: item["Value"] for item in quotas.list_service_quotas(ServiceCode="vpc")["Quotas"]}
    assert listed["L-F678F1CE"] == value(quotas, VPCS) == 5


def test_sixty_rules_of_a_direction_until_the_quota_is_raised(network: Network) -> None:
    rules = [{"IpProtocol": "tcp", "FromPort": port, "ToPort": port} for port in range(1, 62)]
    given = [{**rule, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]} for rule in rules]
    authorize = network.ec2.authorize_security_group_ingress
    authorize(GroupId=network.group_id, IpPermissions=given[:60])
    refused("RulesPerSecurityGroupLimitExceeded", authorize, GroupId=network.group_id, IpPermissions=given[60:])
    network.aws.client("service-quotas").request_service_quota_increase(**RULES, DesiredValue=100)
    authorize(GroupId=network.group_id, IpPermissions=given[60:])


@pytest.mark.parametrize(("kind", "raised"), [("REGIONAL", True), ("PRIVATE", True), ("EDGE", False)])
def test_the_timeout_quota_counts_for_regional_and_private_apis(start: Start, kind: str, raised: bool) -> None:
    aws = start(Modes())
    gateway = aws.client("apigateway")
    api = gateway.create_rest_api(name="api", endpointConfiguration={"types": [kind]})["id"]
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    method = {"restApiId": api, "resourceId": root, "httpMethod": "ANY"}
    gateway.put_method(**method, authorizationType="NONE")
    params = {**method, "type": "HTTP_PROXY", "integrationHttpMethod": "ANY", "uri": URI}
    refused("BadRequestException", gateway.put_integration, **params, timeoutInMillis=60000)
    aws.client("service-quotas").request_service_quota_increase(**TIMEOUT, DesiredValue=60000)
    if raised:
        gateway.put_integration(**params, timeoutInMillis=60000)
        assert gateway.get_integration(**method)["timeoutInMillis"] == 60000
    else:
        refused("BadRequestException", gateway.put_integration, **params, timeoutInMillis=60000)


def test_a_hundred_and_twenty_edge_apis(start: Start) -> None:
    """Amazon API Gateway Developer Guide, "Quotas for configuring and running a REST API"."""
    aws = start(Modes(rules=True))
    gateway = aws.client("apigateway")
    for number in range(120):
        # the account's pace
        aws.pass_time(60)
        gateway.create_rest_api(name=f"api-{number}")
    aws.pass_time(60)
    refused("LimitExceededException", gateway.create_rest_api, name="one more")
    gateway.create_rest_api(name="one more", endpointConfiguration={"types": ["REGIONAL"]})
