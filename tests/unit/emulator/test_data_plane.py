"""Requests to an API itself: each hop of the emulator answers by what the account holds."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from emulator.modes import Modes
from tests.unit.emulator.conftest import Emulator, Start

Answered = tuple[int, str, str]
# status, API Gateway's own error, and who answered behind it
SERVED: Answered = (200, "", "nginx")
BY_BALANCER = "awselb/2.0"


class Account:
    """An account with an API in front of a load balancer with one healthy target."""

    def __init__(self, emulator: Emulator) -> None:
        """Make all of it."""
        self._emulator = emulator
        ec2, self.elbv2 = emulator.client("ec2"), emulator.client("elbv2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"eu-west-1{zone}")
            for number, zone in enumerate("ab")
        ]
        self.group = ec2.create_security_group(GroupName="alb", Description="alb", VpcId=vpc)["GroupId"]
        self.open = {"GroupId": self.group, "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "0.0.0.0/0"}
        ec2.authorize_security_group_ingress(**self.open)
        balancer = self.elbv2.create_load_balancer(
            Name="alb", Subnets=[one["Subnet"]["SubnetId"] for one in subnets], SecurityGroups=[self.group]
        )["LoadBalancers"][0]
        made = self.elbv2.create_target_group(Name="tg", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip")
        self.targets = made["TargetGroups"][0]["TargetGroupArn"]
        self.elbv2.register_targets(TargetGroupArn=self.targets, Targets=[{"Id": "10.0.0.9"}])
        self.listener = self.elbv2.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"],
            Protocol="HTTP",
            Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": self.targets}],
        )["Listeners"][0]["ListenerArn"]
        self._make_api(balancer["DNSName"])

    def _make_api(self, backend: str) -> None:
        self.gateway = self._emulator.client("apigateway")
        self.api = self.gateway.create_rest_api(name="api")["id"]
        which = {"restApiId": self.api}
        (root,) = self.gateway.get_resources(**which)["items"]
        proxy = self.gateway.create_resource(**which, parentId=root["id"], pathPart="{proxy+}")["id"]
        self.method = {**which, "resourceId": proxy, "httpMethod": "ANY"}
        self.gateway.put_method(**self.method, authorizationType="NONE")
        self.gateway.put_integration(
            **self.method, type="HTTP_PROXY", integrationHttpMethod="ANY", uri=f"http://{backend}/{{proxy}}"
        )
        self.gateway.create_deployment(**which, stageName="dev")

    def client(self, service: str) -> Any:
        """Return a boto3 client."""
        return self._emulator.client(service)

    def pass_by(self, host: str, **headers: str) -> int:
        """Ask the load balancer itself, and return the code of the answer."""
        request = urllib.request.Request(f"{self._emulator.endpoint}/health", headers={"Host": host, **headers})
        try:
            with urllib.request.urlopen(request, timeout=20) as reply:
                return int(reply.status)
        except urllib.error.HTTPError as error:
            return error.code

    def ask(self, path: str = "/dev/health", api: str = "", **headers: str) -> Answered:
        """Ask the API."""
        host = f"{api or self.api}.execute-api.eu-west-1.amazonaws.com"
        request = urllib.request.Request(self._emulator.endpoint + path, headers={"Host": host, **headers})
        try:
            with urllib.request.urlopen(request, timeout=20) as reply:
                got, status = reply.headers, reply.status
        except urllib.error.HTTPError as error:
            got, status = error.headers, error.code
        assert got["x-amz-apigw-id"], "API Gateway marks all answers"
        return status, got.get("x-amzn-ErrorType", ""), got.get("x-amzn-Remapped-Server", "")


@pytest.fixture
def account(start: Start) -> Account:
    return Account(start(Modes()))


def test_a_request_goes_through_to_a_healthy_target(account: Account) -> None:
    assert account.ask() == SERVED


def refused_by_gateway(account: Account) -> None:
    throttled = [{"op": "replace", "path": "/*/*/throttling/rateLimit", "value": "0"}]
    account.gateway.update_stage(restApiId=account.api, stageName="dev", patchOperations=throttled)


def lose_the_listener(account: Account) -> None:
    account.elbv2.delete_listener(ListenerArn=account.listener)


def close_the_port(account: Account) -> None:
    account.client("ec2").revoke_security_group_ingress(**account.open)


def lose_the_load_balancer(account: Account) -> None:
    uri = [{"op": "replace", "path": "/uri", "value": "http://gone-1.eu-west-1.elb.amazonaws.com/{proxy}"}]
    account.gateway.update_integration(**account.method, patchOperations=uri)


def lose_the_target(account: Account) -> None:
    account.elbv2.deregister_targets(TargetGroupArn=account.targets, Targets=[{"Id": "10.0.0.9"}])


def answer_in_its_place(account: Account) -> None:
    fixed = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "403", "ContentType": "text/plain"}}
    account.elbv2.modify_listener(ListenerArn=account.listener, DefaultActions=[fixed])


@pytest.mark.parametrize(
    ("change", "answered"),
    [
        (refused_by_gateway, (429, "TooManyRequestsException", "")),
        (lose_the_listener, (504, "InternalServerErrorException", "")),
        (close_the_port, (504, "InternalServerErrorException", "")),
        (lose_the_load_balancer, (500, "InternalServerErrorException", "")),
        (lose_the_target, (503, "", BY_BALANCER)),
        (answer_in_its_place, (403, "", BY_BALANCER)),
    ],
)
def test_what_is_broken_answers_itself(account: Account, change: Callable[[Account], None], answered: Answered) -> None:
    change(account)
    assert account.ask() == answered


def test_what_api_gateway_does_not_have_it_forbids(account: Account) -> None:
    assert account.ask("/prod/health") == (403, "ForbiddenException", "")
    assert account.ask(api="a1b2c3d4e5") == (403, "ForbiddenException", "")
    assert account.ask("/dev") == (403, "MissingAuthenticationTokenException", "")


def test_a_rule_takes_what_bears_its_header(account: Account) -> None:
    answer_in_its_place(account)
    secret = {"HttpHeaderName": "X-Origin", "Values": ["secret"]}
    account.elbv2.create_rule(
        ListenerArn=account.listener,
        Priority=1,
        Conditions=[{"Field": "http-header", "HttpHeaderConfig": secret}],
        Actions=[{"Type": "forward", "TargetGroupArn": account.targets}],
    )
    assert account.ask()[0] == 403
    header = [{"op": "add", "path": "/requestParameters/integration.request.header.X-Origin", "value": "'secret'"}]
    account.gateway.update_integration(**account.method, patchOperations=header)
    assert account.ask() == SERVED


def test_a_rule_takes_what_bears_its_header_from_whoever_passes_by_the_api(account: Account) -> None:
    answer_in_its_place(account)
    secret = {"HttpHeaderName": "X-Origin", "Values": ["secret"]}
    account.elbv2.create_rule(
        ListenerArn=account.listener,
        Priority=1,
        Conditions=[{"Field": "http-header", "HttpHeaderConfig": secret}],
        Actions=[{"Type": "forward", "TargetGroupArn": account.targets}],
    )
    (balancer,) = account.elbv2.describe_load_balancers()["LoadBalancers"]
    host = balancer["DNSName"]
    assert account.pass_by(f"{host}:80") == 403
    assert account.pass_by(f"{host}:80", **{"X-Origin": "secret"}) == 200
    assert account.pass_by(f"{host}:443") == 504
    account.elbv2.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])
    assert account.pass_by(f"{host}:80") == 504


def test_a_method_for_iam_wants_a_signature(account: Account) -> None:
    iam = [{"op": "replace", "path": "/authorizationType", "value": "AWS_IAM"}]
    account.gateway.update_method(**account.method, patchOperations=iam)
    assert account.ask() == (403, "MissingAuthenticationTokenException", "")
    signature = "AWS4-HMAC-SHA256 Credential=testing/20260101/eu-west-1/{}/aws4_request, SignedHeaders={}, Signature={}"
    assert account.ask(Authorization=signature.format("execute-api", "host;x-amz-date", 64 * "a")) == SERVED
    assert account.ask(Authorization=signature.format("execute-api", "x-amz-date", 64 * "a"))[0] == 403
    refused = account.ask(Authorization=signature.format("sts", "host;x-amz-date", 64 * "a"))
    assert refused == (403, "InvalidSignatureException", "")


def test_an_alias_leads_to_the_load_balancer(account: Account) -> None:
    zones = account.client("route53")
    zone = zones.create_hosted_zone(Name="example.com", CallerReference="alias")["HostedZone"]["Id"]
    (balancer,) = account.elbv2.describe_load_balancers()["LoadBalancers"]
    target = {"DNSName": balancer["DNSName"], "HostedZoneId": "Z32O12XQLNTSW2", "EvaluateTargetHealth": False}
    record = {"Name": "origin.example.com", "Type": "A", "AliasTarget": target}
    backend = [{"op": "replace", "path": "/uri", "value": "http://origin.example.com/{proxy}"}]
    account.gateway.update_integration(**account.method, patchOperations=backend)
    assert account.ask()[0] == 500
    changes = [{"Action": "CREATE", "ResourceRecordSet": record}]
    zones.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
    assert account.ask() == SERVED


def test_other_requests_are_for_aws_itself(account: Account) -> None:
    described = account.client("elbv2").describe_load_balancers()["LoadBalancers"]
    assert [one["LoadBalancerName"] for one in described] == ["alb"]
    assert json.dumps(account.gateway.get_rest_apis()["items"][0]["name"]) == '"api"'
