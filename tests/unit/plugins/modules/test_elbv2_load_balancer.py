"""The load balancer module: create, update, no change, remove, each read back with plain boto3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import NeedsReplacementError
from ansible_collections.streamflix.content_api.plugins.modules import elbv2_load_balancer as module

NAME = "streamflix-alb-dev"
PROTECTION = "deletion_protection.enabled"
CURRENT: dict[str, Any] = {
    "arn": "arn:lb",
    "name": NAME,
    "type": "application",
    "scheme": "internet-facing",
    "ip_address_type": "ipv4",
    "status": "active",
    "status_reason": "",
    "subnets": ["subnet-a", "subnet-b"],
    "security_groups": ["sg-1"],
    "attributes": {PROTECTION: "false"},
    "tags": {},
}


@pytest.fixture
def network(aws: Any) -> dict[str, list[str]]:
    """Give a VPC with an internet gateway, three subnets in three zones, and two security groups."""
    ec2 = aws("ec2")
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    gateway_id = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(VpcId=vpc_id, InternetGatewayId=gateway_id)
    subnets = [
        ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.0.{index}.0/24", AvailabilityZone=f"eu-west-1{zone}")
        for index, zone in enumerate("abc")
    ]
    groups = [ec2.create_security_group(VpcId=vpc_id, GroupName=name, Description=name) for name in ("alb", "other")]
    return {
        "subnets": [subnet["Subnet"]["SubnetId"] for subnet in subnets],
        "groups": [group["GroupId"] for group in groups],
    }


@pytest.fixture
def options(network: dict[str, list[str]]) -> dict[str, Any]:
    return {
        "name": NAME,
        "scheme": "internet-facing",
        "subnets": network["subnets"][:2],
        "security_groups": network["groups"][:1],
        "attributes": {PROTECTION: False, "idle_timeout.timeout_seconds": 90},
        "tags": {"Environment": "dev"},
    }


@pytest.fixture
def read_back(aws: Any) -> Callable[[], dict[str, Any]]:
    def read() -> dict[str, Any]:
        elbv2 = aws("elbv2")
        balancer = elbv2.describe_load_balancers(Names=[NAME])["LoadBalancers"][0]
        arn = balancer["LoadBalancerArn"]
        pairs = elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
        described = elbv2.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"]
        return {
            **balancer,
            "subnets": {zone["SubnetId"] for zone in balancer["AvailabilityZones"]},
            "attributes": {pair["Key"]: pair["Value"] for pair in pairs},
            "tags": {tag["Key"]: tag["Value"] for tag in described},
        }

    return read


def test_creates_what_the_preview_shows(aws: Any, run_module: Any, options: Any, read_back: Any) -> None:
    preview = run_module("elbv2_load_balancer", check=True, **options)
    assert preview["changed"]
    assert aws("elbv2").describe_load_balancers()["LoadBalancers"] == []

    done = run_module("elbv2_load_balancer", **options)
    assert done["changed"]
    assert done["actions"] == preview["actions"]
    for key in ("name", "type", "scheme", "ip_address_type", "status", "subnets", "security_groups", "tags"):
        assert done["load_balancer"][key] == preview["load_balancer"][key]

    balancer = read_back()
    assert (balancer["Type"], balancer["Scheme"], balancer["IpAddressType"]) == (
        "application",
        "internet-facing",
        "ipv4",
    )
    assert balancer["subnets"] == set(options["subnets"])
    assert balancer["SecurityGroups"] == options["security_groups"]
    assert balancer["attributes"][PROTECTION] == "false"
    assert balancer["attributes"]["idle_timeout.timeout_seconds"] == "90"
    assert balancer["tags"] == {"Environment": "dev"}
    assert done["load_balancer"]["dns_name"] == balancer["DNSName"]
    assert done["load_balancer"]["canonical_hosted_zone_id"] == balancer["CanonicalHostedZoneId"]


def test_second_run_changes_nothing(run_module: Any, options: Any, read_back: Any) -> None:
    run_module("elbv2_load_balancer", **options)
    before = read_back()
    options["subnets"].reverse()
    for check in (True, False):
        again = run_module("elbv2_load_balancer", check=check, **options)
        assert not again["changed"]
        assert again["actions"] == []
        assert again["diff"]["before"] == again["diff"]["after"]
    assert read_back() == before


def test_what_is_not_set_is_left_as_it_is(run_module: Any, options: Any) -> None:
    run_module("elbv2_load_balancer", **options)
    assert not run_module("elbv2_load_balancer", name=NAME, subnets=options["subnets"])["changed"]


def test_changes_only_what_differs(run_module: Any, options: Any, network: Any, read_back: Any) -> None:
    run_module("elbv2_load_balancer", **options)
    options["subnets"] = network["subnets"]
    options["security_groups"] = network["groups"]
    options["ip_address_type"] = "dualstack"
    options["attributes"]["idle_timeout.timeout_seconds"] = 120
    options["tags"] = {"Owner": "api"}
    preview = run_module("elbv2_load_balancer", check=True, **options)
    assert len(read_back()["subnets"]) == 2

    done = run_module("elbv2_load_balancer", **options)
    assert done["load_balancer"] == preview["load_balancer"]
    assert [action.split()[0] for action in done["actions"]] == [
        "set_subnets",
        "set_security_groups",
        "set_ip_address_type",
        "modify_load_balancer_attributes",
        "add_tags",
        "remove_tags",
    ]
    assert done["diff"]["before"]["attributes"]["idle_timeout.timeout_seconds"] == "90"
    assert done["diff"]["after"]["attributes"]["idle_timeout.timeout_seconds"] == "120"
    balancer = read_back()
    assert balancer["subnets"] == set(network["subnets"])
    assert set(balancer["SecurityGroups"]) == set(network["groups"])
    assert balancer["IpAddressType"] == "dualstack"
    assert balancer["attributes"]["idle_timeout.timeout_seconds"] == "120"
    assert balancer["tags"] == {"Owner": "api"}
    assert not run_module("elbv2_load_balancer", **options)["changed"]


def test_removes_and_removes_again(aws: Any, run_module: Any, options: Any, read_back: Any) -> None:
    run_module("elbv2_load_balancer", **options)
    preview = run_module("elbv2_load_balancer", check=True, name=NAME, state="absent")
    assert preview["changed"]
    assert read_back()

    done = run_module("elbv2_load_balancer", name=NAME, state="absent")
    assert done["changed"]
    assert done["load_balancer"] == {}
    assert done["diff"]["before"]["name"] == NAME
    assert aws("elbv2").describe_load_balancers()["LoadBalancers"] == []
    assert not run_module("elbv2_load_balancer", name=NAME, state="absent")["changed"]


def test_a_protected_one_is_removed_only_on_demand(aws: Any, run_module: Any, options: Any, read_back: Any) -> None:
    options["attributes"][PROTECTION] = True
    run_module("elbv2_load_balancer", **options)
    for check in (True, False):
        failed = run_module("elbv2_load_balancer", check=check, name=NAME, state="absent")
        assert failed["failed"]
        assert "disable_deletion_protection: true" in failed["msg"]
    assert read_back()["attributes"][PROTECTION] == "true"

    done = run_module("elbv2_load_balancer", name=NAME, state="absent", disable_deletion_protection=True)
    assert [action.split()[0] for action in done["actions"]] == [
        "modify_load_balancer_attributes",
        "delete_load_balancer",
    ]
    assert aws("elbv2").describe_load_balancers()["LoadBalancers"] == []


def test_another_scheme_needs_replacement(run_module: Any, options: Any, read_back: Any) -> None:
    run_module("elbv2_load_balancer", **options)
    failed = run_module("elbv2_load_balancer", **{**options, "scheme": "internal"})
    assert failed["failed"]
    assert "scheme ('internet-facing' -> 'internal')" in failed["msg"]
    assert failed["needs_replacement"] == ["scheme"]
    assert read_back()["Scheme"] == "internet-facing"


def test_previews_with_ids_that_do_not_exist_yet(aws: Any, run_module: Any) -> None:
    later = "subnet-(known after apply)"
    preview = run_module(
        "elbv2_load_balancer",
        check=True,
        name=NAME,
        subnets=[later, later],
        security_groups=["sg-(known after apply)"],
    )
    assert aws("elbv2").describe_load_balancers()["LoadBalancers"] == []
    assert preview["changed"]
    assert preview["load_balancer"]["subnets"] == [later, later]
    assert NAME in preview["load_balancer"]["arn"]
    assert "(known after apply)" in preview["load_balancer"]["arn"]


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"name": "x" * 33}, "33 characters"),
        ({"name": "under_score"}, "only letters, digits and hyphens"),
        ({"name": "-x"}, "only letters, digits and hyphens"),
        ({"name": "internal-x"}, "starts with internal-"),
        ({"subnets": ["subnet-1", "subnet-1"]}, "AWS needs 2"),
        ({"security_groups": []}, "leave the option out"),
    ],
)
def test_refuses_what_aws_would_refuse(run_module: Any, options: Any, wrong: dict[str, Any], text: str) -> None:
    failed = run_module("elbv2_load_balancer", **{**options, **wrong})
    assert failed["failed"]
    assert text in failed["msg"]


@pytest.mark.parametrize(
    ("status", "ready", "failure"),
    [("provisioning", False, ""), ("active", True, ""), ("active_impaired", True, ""), ("failed", False, "no address")],
)
def test_waits_until_it_is_active(status: str, ready: bool, failure: str) -> None:
    balancer = module.LoadBalancer(None, {"name": NAME})
    seen = balancer.progress({**CURRENT, "status": status, "status_reason": "no address"})
    assert (seen.ready, seen.state, seen.failure) == (ready, status, failure)


def test_one_of_another_type_needs_replacement() -> None:
    options = dict.fromkeys(name for name, row in module.FIELDS.items() if row.is_option)
    balancer = module.LoadBalancer(None, {**options, "name": NAME, "state": "present"})
    with pytest.raises(NeedsReplacementError, match="network"):
        balancer.plan({**CURRENT, "type": "network"})


def test_an_existing_one_needs_no_subnets_to_be_waited_for(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    missing = run_module("elbv2_load_balancer", name=NAME)
    assert "subnets is missing" in missing["msg"]
    run_module("elbv2_load_balancer", **options)
    waited = run_module("elbv2_load_balancer", name=NAME)
    assert not waited["changed"]
    assert waited["load_balancer"]["status"] == "active"


def test_tells_what_becomes_of_it(changes_of: Any, options: dict[str, Any]) -> None:
    kind = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    ((action, its_type, name, fields),) = changes_of("elbv2_load_balancer", **options)
    assert (action, its_type, name) == ("create", kind, NAME)
    assert fields == {
        "type": (None, "application"),
        "scheme": (None, "internet-facing"),
        "ip_address_type": (None, "ipv4"),
        "subnets": (None, sorted(options["subnets"])),
        "security_groups": (None, options["security_groups"]),
        "attributes": (None, {PROTECTION: "false", "idle_timeout.timeout_seconds": "90"}),
        "tags": (None, {"Environment": "dev"}),
    }
    options["attributes"]["idle_timeout.timeout_seconds"] = 30
    changed = {"attributes.idle_timeout.timeout_seconds": ("90", "30")}
    assert changes_of("elbv2_load_balancer", **options) == [("update", kind, NAME, changed)]
    assert changes_of("elbv2_load_balancer", **options) == []
    ((action, its_type, name, fields),) = changes_of("elbv2_load_balancer", name=NAME, state="absent")
    assert (action, its_type, name, fields["type"]) == ("remove", kind, NAME, ("application", None))


def test_foretells_what_aws_fills_in(assert_foretold: Any, options: dict[str, Any]) -> None:
    required = {"name": NAME, "subnets": options["subnets"]}
    assert_foretold("elbv2_load_balancer", "load_balancer", ("attributes",), **required)
