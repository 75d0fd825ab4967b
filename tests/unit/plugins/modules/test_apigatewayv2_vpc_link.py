"""VPC links: made, kept, moved to other subnets, given up, each read back with plain boto3."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from moto.apigatewayv2 import apigatewayv2_backends
from moto.apigatewayv2.models import VpcLink
from moto.apigatewayv2.responses import ApiGatewayV2Response
from moto.core import DEFAULT_ACCOUNT_ID

MODULE = "apigatewayv2_vpc_link"
NAME = "streamflix-link-dev"
TAGS = {"Application": "streamflix", "Environment": "dev", "ManagedBy": "streamflix.content_api"}
KIND = "AWS::ApiGatewayV2::VpcLink"


class Network:
    """A VPC with three subnets and a security group."""

    def __init__(self, ec2: Any) -> None:
        self.vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.subnets = [self._subnet(ec2, place) for place in range(3)]
        group = ec2.create_security_group(GroupName="link", Description="link", VpcId=self.vpc)
        self.group = group["GroupId"]

    def _subnet(self, ec2: Any, place: int) -> str:
        zone = f"eu-west-1{'abc'[place]}"
        made = ec2.create_subnet(VpcId=self.vpc, CidrBlock=f"10.0.{place}.0/24", AvailabilityZone=zone)
        return str(made["Subnet"]["SubnetId"])


@pytest.fixture
def network(aws: Any) -> Network:
    return Network(aws("ec2"))


@pytest.fixture
def options(network: Network) -> dict[str, Any]:
    place = {"subnets": network.subnets[:2], "security_groups": [network.group]}
    return {"name": NAME, **place, "tags": TAGS, "owner_tags": TAGS}


@pytest.fixture
def links(aws: Any) -> Callable[[], list[dict[str, Any]]]:
    return lambda: aws("apigatewayv2").get_vpc_links()["Items"]


def named(options: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the options that name a link, for its removal."""
    return {key: options[key] for key in ("name", "tags", "owner_tags")} | {"state": "absent", **more}


def stuck_in(monkeypatch: pytest.MonkeyPatch, status: str, message: str = "") -> None:
    """Let all links be in one state."""
    state = property(lambda _self: status, lambda _self, _value: None)
    monkeypatch.setattr(VpcLink, "emulator_status", state, raising=False)
    monkeypatch.setattr(VpcLink, "emulator_message", message, raising=False)


def set_status(link_id: str, status: str, message: str = "") -> None:
    """Let a link be in another state."""
    link = apigatewayv2_backends[DEFAULT_ACCOUNT_ID]["eu-west-1"].vpc_links[link_id]
    link.emulator_status, link.emulator_message = status, message


def test_a_link_is_made_kept_and_removed(
    run_module: Any, changes_of: Any, options: Any, links: Any, network: Network
) -> None:
    made = {"name": NAME, "subnets": sorted(network.subnets[:2])}
    (change,) = changes_of(MODULE, **options)
    assert change[:3] == ("create", KIND, NAME)
    (link,) = links()
    assert link["Name"] == NAME
    assert sorted(link["SubnetIds"]) == made["subnets"]
    assert (link["SecurityGroupIds"], link["Tags"]) == ([network.group], TAGS)

    again = run_module(MODULE, **options)
    assert (again["changed"], again["surplus"]) == (False, [])
    assert again["vpc_link"]["id"] == link["VpcLinkId"]
    assert again["vpc_link"]["status"] == "AVAILABLE"

    (removed,) = changes_of(MODULE, **named(options))
    assert removed[:3] == ("remove", KIND, NAME)
    assert links() == []
    assert not run_module(MODULE, **named(options))["changed"]


def test_its_preview_is_what_it_becomes(assert_foretold: Any, options: Any) -> None:
    assert_foretold(MODULE, "vpc_link", **options)


def test_tags_are_repaired(changes_of: Any, run_module: Any, options: Any, links: Any, aws: Any) -> None:
    run_module(MODULE, **options)
    arn = f"arn:aws:apigateway:eu-west-1::/vpclinks/{links()[0]['VpcLinkId']}"
    aws("apigatewayv2").tag_resource(ResourceArn=arn, Tags={"Owner": "somebody"})
    (change,) = changes_of(MODULE, **{**options, "tags": {**TAGS, "Team": "content"}})
    assert change == ("update", KIND, NAME, {"tags.Owner": ("somebody", None), "tags.Team": (None, "content")})
    assert links()[0]["Tags"] == {**TAGS, "Team": "content"}


def test_other_subnets_are_another_link_and_the_first_stays(
    run_module: Any, changes_of: Any, options: Any, links: Any, network: Network
) -> None:
    first = run_module(MODULE, **options)["vpc_link"]["id"]
    moved = {**options, "subnets": network.subnets}
    (change,) = changes_of(MODULE, **moved)
    assert change[0] == "create"
    found = run_module(MODULE, **moved)
    assert not found["changed"]
    assert found["surplus"] == [first]
    assert len(links()) == 2

    (removed,) = changes_of(MODULE, **named(options, ids=[first]))
    assert removed[0] == "remove"
    assert [link["VpcLinkId"] for link in links()] == [found["vpc_link"]["id"]]
    assert run_module(MODULE, **moved)["surplus"] == []


def test_a_link_of_which_the_groups_differ_is_another_one(run_module: Any, options: Any, network: Network) -> None:
    first = run_module(MODULE, **{**options, "security_groups": None})
    assert first["vpc_link"]["security_groups"] == []
    same = run_module(MODULE, **{**options, "security_groups": None})
    assert not same["changed"]
    moved = run_module(MODULE, **options)
    assert moved["vpc_link"]["security_groups"] == [network.group]
    assert moved["surplus"] == [first["vpc_link"]["id"]]


def test_a_link_that_failed_is_made_anew(run_module: Any, options: Any) -> None:
    first = run_module(MODULE, **options)["vpc_link"]["id"]
    set_status(first, "FAILED", "no addresses left")
    second = run_module(MODULE, **options)
    assert second["changed"]
    assert second["vpc_link"]["id"] != first
    assert second["surplus"] == [first]


def test_a_failure_is_told_with_its_reason(run_module: Any, options: Any, monkeypatch: Any) -> None:
    stuck_in(monkeypatch, "FAILED", "no addresses left")
    failed = run_module(MODULE, **options)
    assert failed["failed"]
    assert "no addresses left. Run again, and another one is made in its place." in failed["msg"]


def test_an_inactive_link_is_left_as_it_is(run_module: Any, options: Any) -> None:
    set_status(run_module(MODULE, **options)["vpc_link"]["id"], "INACTIVE")
    found = run_module(MODULE, **options)
    assert (found["changed"], found["vpc_link"]["status"]) == (False, "INACTIVE")


def test_without_wait_the_state_is_told(run_module: Any, options: Any, monkeypatch: Any) -> None:
    stuck_in(monkeypatch, "PENDING")
    made = run_module(MODULE, **options, wait=False)
    assert (made["ready"], made["vpc_link"]["status"]) == (False, "PENDING")
    late = run_module(MODULE, **options, wait_timeout=0)
    assert "its state is PENDING" in late["msg"]


def test_a_link_of_another_stack_is_left_alone(run_module: Any, options: Any, links: Any) -> None:
    theirs = {**TAGS, "Environment": "test"}
    run_module(MODULE, **{**options, "tags": theirs, "owner_tags": theirs})
    ours = run_module(MODULE, **options)
    assert (ours["changed"], ours["surplus"], len(links())) == (True, [], 2)
    run_module(MODULE, **named(options))
    assert [link["Tags"] for link in links()] == [theirs]


def test_a_link_without_the_owners_tags_is_not_taken(run_module: Any, options: Any, links: Any) -> None:
    run_module(MODULE, **{**options, "tags": {"Team": "content"}, "owner_tags": None})
    refused = run_module(MODULE, **options)
    assert "is not ours: it lacks" in refused["msg"]
    assert not run_module(MODULE, **named(options))["changed"]
    adopted = run_module(MODULE, **options, adopt=True)
    assert adopted["changed"]
    assert [link["Tags"] for link in links()] == [TAGS]


def test_all_pages_of_links_are_read(run_module: Any, options: Any, aws: Any, monkeypatch: Any) -> None:
    first = run_module(MODULE, **options)["vpc_link"]["id"]

    def page(self: Any) -> Any:
        token = (self.querystring.get("nextToken") or [""])[0]
        items = [link.to_json() for link in self.apigatewayv2_backend.get_vpc_links()]
        found = {"items": items} if token else {"items": [], "nextToken": "2"}
        return 200, {}, json.dumps(found)

    monkeypatch.setattr(ApiGatewayV2Response, "get_vpc_links", page)
    found = run_module(MODULE, **options)
    assert (found["changed"], found["vpc_link"]["id"]) == (False, first)


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("name", "n" * 129, "has 129 characters, AWS takes at most 128"),
        ("subnets", [], "subnets [] has 0"),
    ],
)
def test_what_aws_refuses_is_refused_first(
    run_module: Any, options: Any, links: Any, option: str, value: Any, said: str
) -> None:
    refused = run_module(MODULE, **{**options, option: value})
    assert said in refused["msg"]
    assert links() == []


@pytest.mark.parametrize("code", ["TooManyRequestsException", "ConflictException"])
def test_a_removal_waits_for_what_passes(sent_until_removed: Any, run_module: Any, options: Any, code: str) -> None:
    run_module(MODULE, **options)
    given = named(options)
    given.pop("state")
    assert sent_until_removed(MODULE, "DeleteVpcLink", code, code, **given) == 3
