"""Elastic Load Balancing of the emulator as plain boto3 sees it: names, defaults, protection, who uses what."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support import certificates

NAME = "streamflix-alb-dev"


class World:
    """A VPC with three subnets in three zones, and shortcuts."""

    def __init__(self, aws: Any) -> None:
        self.ec2, self.elbv2 = aws("ec2"), aws("elbv2")
        self.vpc_id = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.subnets = [self.subnet(index, zone) for index, zone in enumerate("abc")]
        group = self.ec2.create_security_group(VpcId=self.vpc_id, GroupName="alb", Description="alb")
        self.group_id = group["GroupId"]

    def subnet(self, index: int, zone: str) -> str:
        params = {"VpcId": self.vpc_id, "CidrBlock": f"10.0.{index}.0/24", "AvailabilityZone": f"eu-west-1{zone}"}
        return self.ec2.create_subnet(**params)["Subnet"]["SubnetId"]

    def balancer(self, **changes: Any) -> dict[str, Any]:
        params = {"Name": NAME, "Subnets": self.subnets[:2], "SecurityGroups": [self.group_id], **changes}
        return self.elbv2.create_load_balancer(**params)["LoadBalancers"][0]

    def target_group(self, name: str = "blue") -> str:
        made = self.elbv2.create_target_group(Name=name, Protocol="HTTP", Port=80, VpcId=self.vpc_id, TargetType="ip")
        return made["TargetGroups"][0]["TargetGroupArn"]

    def listener(self, balancer: str, group: str, **changes: Any) -> dict[str, Any]:
        actions = [{"Type": "forward", "TargetGroupArn": group}]
        params = {"LoadBalancerArn": balancer, "Port": 80, "Protocol": "HTTP", "DefaultActions": actions, **changes}
        return self.elbv2.create_listener(**params)["Listeners"][0]

    def users(self, group: str) -> list[str]:
        return self.elbv2.describe_target_groups(TargetGroupArns=[group])["TargetGroups"][0]["LoadBalancerArns"]


@pytest.fixture
def world(aws: Any) -> World:
    return World(aws)


def refused(code: str, call: Any, **params: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(**params)
    assert error.value.response["Error"]["Code"] == code
    return error.value.response["Error"]["Message"]


def as_dict(pairs: list[dict[str, str]]) -> dict[str, str]:
    return {pair["Key"]: pair["Value"] for pair in pairs}


def test_the_same_request_makes_one_load_balancer(world: World) -> None:
    assert world.balancer()["LoadBalancerArn"] == world.balancer()["LoadBalancerArn"]
    assert len(world.elbv2.describe_load_balancers()["LoadBalancers"]) == 1


@pytest.mark.parametrize("change", [{"Scheme": "internal"}, {"SecurityGroups": []}, {"IpAddressType": "dualstack"}])
def test_another_one_of_the_same_name_is_refused(world: World, change: dict[str, Any]) -> None:
    world.balancer()
    assert "different settings" in refused("DuplicateLoadBalancerName", world.balancer, **change)


def test_one_that_is_created_with_little_gets_the_defaults(world: World) -> None:
    balancer = world.balancer(SecurityGroups=[])
    assert (balancer["Scheme"], balancer["Type"]) == ("internet-facing", "application")
    (group,) = world.ec2.describe_security_groups(GroupIds=balancer["SecurityGroups"])["SecurityGroups"]
    assert (group["GroupName"], group["VpcId"]) == ("default", world.vpc_id)


def test_an_internal_one_has_an_internal_name(world: World) -> None:
    assert world.balancer(Scheme="internal")["DNSName"].startswith(f"internal-{NAME}-")


@pytest.mark.parametrize(
    ("name", "text"),
    [("x" * 33, "longer than '32'"), ("a_b", "hyphens"), ("a-", "begin or end"), ("internal-a", "'internal-'")],
)
def test_refuses_names(world: World, name: str, text: str) -> None:
    assert text in refused("ValidationError", world.balancer, Name=name)


def test_refuses_subnets(world: World) -> None:
    refused("ValidationError", world.balancer, Subnets=world.subnets[:1])
    refused("SubnetNotFound", world.balancer, Subnets=["subnet-1", "subnet-2"])
    refused("InvalidConfigurationRequest", world.balancer, Subnets=[*world.subnets, world.subnet(9, "a")])
    refused("InvalidSecurityGroup", world.balancer, SecurityGroups=["sg-0"])


def test_attributes_have_the_defaults_of_aws(world: World) -> None:
    arn = world.balancer()["LoadBalancerArn"]
    found = as_dict(world.elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"])
    assert found["idle_timeout.timeout_seconds"] == "60"
    assert found["load_balancing.cross_zone.enabled"] == "true"
    assert found["routing.http.desync_mitigation_mode"] == "defensive"
    assert found["access_logs.s3.enabled"] == "false"

    group = world.target_group()
    found = as_dict(world.elbv2.describe_target_group_attributes(TargetGroupArn=group)["Attributes"])
    assert found["stickiness.lb_cookie.duration_seconds"] == "86400"
    assert found["target_group_health.dns_failover.minimum_healthy_targets.count"] == "1"
    assert "waf.fail_open.enabled" not in found

    listener = world.listener(arn, group)["ListenerArn"]
    found = as_dict(world.elbv2.describe_listener_attributes(ListenerArn=listener)["Attributes"])
    assert found["routing.http.response.server.enabled"] == "true"
    assert "tcp.idle_timeout.seconds" not in found


def test_refuses_attributes_that_do_not_exist(world: World) -> None:
    arn, group = world.balancer()["LoadBalancerArn"], world.target_group()
    listener = world.listener(arn, group)["ListenerArn"]
    wrong = [{"Key": "no.such", "Value": "1"}]
    elbv2 = world.elbv2
    refused("InvalidConfigurationRequest", elbv2.modify_load_balancer_attributes, LoadBalancerArn=arn, Attributes=wrong)
    refused("ValidationError", elbv2.modify_target_group_attributes, TargetGroupArn=group, Attributes=wrong)
    refused("ValidationError", elbv2.modify_listener_attributes, ListenerArn=listener, Attributes=wrong)


def test_a_protected_one_stays(world: World) -> None:
    arn = world.balancer()["LoadBalancerArn"]
    protect = [{"Key": "deletion_protection.enabled", "Value": "true"}]
    world.elbv2.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=protect)
    text = refused("OperationNotPermitted", world.elbv2.delete_load_balancer, LoadBalancerArn=arn)
    assert "deletion protection" in text
    assert world.elbv2.describe_load_balancers(Names=[NAME])["LoadBalancers"]


def test_removing_what_is_gone_is_no_error(world: World) -> None:
    arn = world.balancer()["LoadBalancerArn"]
    world.elbv2.delete_load_balancer(LoadBalancerArn=arn)
    world.elbv2.delete_load_balancer(LoadBalancerArn=arn)
    refused("LoadBalancerNotFound", world.elbv2.describe_load_balancers, Names=[NAME])


def test_one_listener_per_port(world: World) -> None:
    arn, blue, green = world.balancer()["LoadBalancerArn"], world.target_group(), world.target_group("green")
    first = world.listener(arn, blue)
    assert world.listener(arn, blue)["ListenerArn"] == first["ListenerArn"]
    refused("DuplicateListener", world.listener, balancer=arn, group=green)
    refused("ValidationError", world.listener, balancer=arn, group=blue, Port=443, Protocol="HTTPS")


def test_shows_actions_as_aws_does(world: World) -> None:
    arn, group = world.balancer()["LoadBalancerArn"], world.target_group()
    listener = world.listener(arn, group)
    assert "SslPolicy" not in listener
    assert listener["DefaultActions"] == [
        {
            "Type": "forward",
            "TargetGroupArn": group,
            "Order": 1,
            "ForwardConfig": {
                "TargetGroups": [{"TargetGroupArn": group, "Weight": 1}],
                "TargetGroupStickinessConfig": {"Enabled": False},
            },
        }
    ]
    redirect = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
    actions = [{"Type": "redirect", "RedirectConfig": redirect}]
    world.elbv2.modify_listener(ListenerArn=listener["ListenerArn"], DefaultActions=actions)
    (found,) = world.elbv2.describe_listeners(LoadBalancerArn=arn)["Listeners"]
    assert found["DefaultActions"][0]["RedirectConfig"] == {
        **redirect,
        "Host": "#{host}",
        "Path": "/#{path}",
        "Query": "#{query}",
    }


def test_https_has_a_policy_and_http_has_none(aws: Any, world: World) -> None:
    certificate = certificates.issued(aws, "example.com")
    arn, group = world.balancer()["LoadBalancerArn"], world.target_group()
    listener = world.listener(arn, group)["ListenerArn"]
    secure = {"Protocol": "HTTPS", "Certificates": [{"CertificateArn": certificate}]}
    (found,) = world.elbv2.modify_listener(ListenerArn=listener, **secure)["Listeners"]
    assert found["SslPolicy"] == "ELBSecurityPolicy-2016-08"
    attributes = as_dict(world.elbv2.describe_listener_attributes(ListenerArn=listener)["Attributes"])
    assert attributes["routing.http.request.x_amzn_tls_version.header_name"] == "X-Amzn-Tls-Version"

    (found,) = world.elbv2.modify_listener(ListenerArn=listener, Protocol="HTTP")["Listeners"]
    assert "SslPolicy" not in found
    assert not found.get("Certificates")


def test_a_listener_refuses_what_it_cannot_use(aws: Any, world: World) -> None:
    arn, group = world.balancer()["LoadBalancerArn"], world.target_group()
    issued, pending = certificates.issued(aws, "example.com"), certificates.requested(aws, "example.net")
    secure = {"Port": 443, "Protocol": "HTTPS"}

    def shown(*arns: str) -> list[dict[str, str]]:
        return [{"CertificateArn": one} for one in arns]

    wrong = {
        "UnsupportedCertificate": {**secure, "Certificates": shown(pending)},
        "CertificateNotFound": {**secure, "Certificates": shown(issued[:-4] + "0000")},
        "SSLPolicyNotFound": {**secure, "Certificates": shown(issued), "SslPolicy": "ELBSecurityPolicy-TLS14"},
        "ValidationError": {"Certificates": shown(issued)},
    }
    for code, settings in wrong.items():
        refused(code, world.listener, balancer=arn, group=group, **settings)
    elsewhere = issued.replace("eu-west-1", "us-east-1")
    refused("ValidationError", world.listener, balancer=arn, group=group, **secure, Certificates=shown(elsewhere))

    listener = world.listener(arn, group, **secure, Certificates=shown(issued))
    assert (listener["MutualAuthentication"]["Mode"], listener["SslPolicy"]) == ("off", "ELBSecurityPolicy-2016-08")
    add = world.elbv2.add_listener_certificates
    refused("UnsupportedCertificate", add, ListenerArn=listener["ListenerArn"], Certificates=shown(pending))
    further = certificates.issued(aws, "example.org")
    add(ListenerArn=listener["ListenerArn"], Certificates=shown(further))
    (found,) = world.elbv2.describe_listeners(LoadBalancerArn=arn)["Listeners"]
    assert found["Certificates"] == shown(issued)
    listed = world.elbv2.describe_listener_certificates(ListenerArn=listener["ListenerArn"])["Certificates"]
    assert [one["CertificateArn"] for one in listed] == [issued, further]
    refused("ResourceInUseException", aws("acm").delete_certificate, CertificateArn=further)


def test_a_target_group_knows_who_uses_it_now(world: World) -> None:
    arn, blue, green = world.balancer()["LoadBalancerArn"], world.target_group(), world.target_group("green")
    listener = world.listener(arn, blue)["ListenerArn"]
    assert (world.users(blue), world.users(green)) == ([arn], [])
    refused("ResourceInUse", world.elbv2.delete_target_group, TargetGroupArn=blue)

    actions = [{"Type": "forward", "TargetGroupArn": green}]
    world.elbv2.modify_listener(ListenerArn=listener, DefaultActions=actions)
    assert (world.users(blue), world.users(green)) == ([], [arn])
    world.elbv2.delete_target_group(TargetGroupArn=blue)

    world.elbv2.delete_load_balancer(LoadBalancerArn=arn)
    assert world.users(green) == []
    world.elbv2.delete_target_group(TargetGroupArn=green)


def test_a_target_is_checked_only_behind_a_load_balancer(world: World) -> None:
    arn, group = world.balancer()["LoadBalancerArn"], world.target_group()
    world.elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.10", "Port": 80}])

    def health() -> dict[str, str]:
        (seen,) = world.elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        return seen["TargetHealth"]

    assert (health()["State"], health()["Reason"]) == ("unused", "Target.NotInUse")
    listener = world.listener(arn, group)["ListenerArn"]
    assert health()["State"] == "healthy"
    world.elbv2.delete_listener(ListenerArn=listener)
    assert health()["State"] == "unused"


def test_the_same_request_makes_one_target_group(world: World) -> None:
    """ELBv2 API Reference, CreateTargetGroup: the operation is idempotent."""
    asked = {
        "Name": "once",
        "TargetType": "ip",
        "Protocol": "HTTP",
        "Port": 80,
        "VpcId": world.vpc_id,
        "HealthCheckIntervalSeconds": 20,
        "HealthCheckEnabled": True,
        "HealthyThresholdCount": 3,
        "Matcher": {"HttpCode": "200-299"},
    }
    first, second = (
        world.elbv2.create_target_group(**asked)["TargetGroups"][0]["TargetGroupArn"] for _unused in range(2)
    )
    assert first == second
    for change in ({"Port": 81}, {"HealthyThresholdCount": 4}, {"HealthCheckPath": "/other"}):
        text = refused("DuplicateTargetGroupName", world.elbv2.create_target_group, **{**asked, **change})
        assert "different settings" in text


@pytest.mark.parametrize("protocol", ["HTTP", "HTTPS"])
def test_health_checks_go_over_http_unless_told(world: World, protocol: str) -> None:
    """ELBv2 API Reference, CreateTargetGroup, HealthCheckProtocol: HTTP is the default of an ALB."""
    asked = {"Protocol": protocol, "Port": 443, "VpcId": world.vpc_id, "TargetType": "ip"}
    (group,) = world.elbv2.create_target_group(Name="plain", **asked)["TargetGroups"]
    assert group["HealthCheckProtocol"] == "HTTP"
    (group,) = world.elbv2.create_target_group(Name="told", **asked, HealthCheckProtocol="HTTPS")["TargetGroups"]
    assert group["HealthCheckProtocol"] == "HTTPS"


@pytest.fixture
def rules(world: World) -> list[dict[str, Any]]:
    """Give two rules of a listener, with the priorities 1 and 2."""
    group = world.target_group()
    listener = world.listener(world.balancer()["LoadBalancerArn"], group)["ListenerArn"]
    made = {
        "ListenerArn": listener,
        "Conditions": [{"Field": "path-pattern", "Values": ["/a"]}],
        "Actions": [{"Type": "forward", "TargetGroupArn": group}],
    }
    return [world.elbv2.create_rule(Priority=priority, **made)["Rules"][0] for priority in (1, 2)]


def test_rules_change_places_and_take_no_place_of_others(world: World, rules: list[dict[str, Any]]) -> None:
    one, two = (rule["RuleArn"] for rule in rules)
    order = [{"RuleArn": one, "Priority": 2}, {"RuleArn": two, "Priority": 1}]
    world.elbv2.set_rule_priorities(RulePriorities=order)
    found = world.elbv2.describe_rules(RuleArns=[one, two])["Rules"]
    assert {rule["RuleArn"]: rule["Priority"] for rule in found} == {one: "2", two: "1"}
    refused("PriorityInUse", world.elbv2.set_rule_priorities, RulePriorities=[{"RuleArn": one, "Priority": 1}])


def test_the_actions_of_a_rule_are_shown_as_those_of_a_listener(world: World, rules: list[dict[str, Any]]) -> None:
    (action,) = rules[0]["Actions"]
    group = {"TargetGroupArn": action["TargetGroupArn"], "Weight": 1}
    assert action["ForwardConfig"]["TargetGroups"] == [group]
    redirect = {"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301", "Protocol": "HTTPS"}}
    (changed,) = world.elbv2.modify_rule(RuleArn=rules[0]["RuleArn"], Actions=[redirect])["Rules"]
    assert changed["Actions"][0]["RedirectConfig"]["Path"] == "/#{path}"
