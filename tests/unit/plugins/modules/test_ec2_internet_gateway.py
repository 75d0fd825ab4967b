"""The internet gateway module: create, no change, interrupted runs, remove, each read back with plain boto3."""

from __future__ import annotations

from typing import Any

import pytest

NAME = "streamflix-vpc-dev"
TAGS = {"Environment": "dev"}
BOTH = {"Environment": "dev", "Name": NAME}
CREATION = [f"create_internet_gateway {NAME}", f"attach_internet_gateway {NAME}"]


@pytest.fixture
def vpc_id(aws: Any) -> str:
    return aws("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]


@pytest.fixture
def options(vpc_id: str) -> dict[str, Any]:
    return {"vpc_id": vpc_id, "name": NAME, "tags": dict(TAGS)}


def gateways(aws: Any) -> dict[str, tuple[list[str], dict[str, str]]]:
    """Return the VPCs and the tags of each gateway, by id."""
    return {
        item["InternetGatewayId"]: (
            [attachment["VpcId"] for attachment in item["Attachments"]],
            {tag["Key"]: tag["Value"] for tag in item.get("Tags", [])},
        )
        for item in aws("ec2").describe_internet_gateways()["InternetGateways"]
    }


def left_gateway(aws: Any, environment: str = "dev") -> str:
    """Create a gateway as a run leaves it that was interrupted before it could attach it."""
    tags = [{"Key": "Name", "Value": NAME}, {"Key": "Environment", "Value": environment}]
    made = aws("ec2").create_internet_gateway(TagSpecifications=[{"ResourceType": "internet-gateway", "Tags": tags}])
    return made["InternetGateway"]["InternetGatewayId"]


def test_creates_what_the_preview_shows(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    preview = run_module("ec2_internet_gateway", check=True, **options)
    assert preview["internet_gateway"]["id"] == "igw-(known after apply)"
    assert preview["actions"] == CREATION
    assert gateways(aws) == {}

    done = run_module("ec2_internet_gateway", **options)
    assert done["changed"]
    assert done["actions"] == preview["actions"]
    assert {**done["internet_gateway"], "id": ""} == {**preview["internet_gateway"], "id": ""}
    assert gateways(aws) == {done["internet_gateway"]["id"]: ([options["vpc_id"]], BOTH)}


def test_second_run_changes_nothing(run_module: Any, options: dict[str, Any]) -> None:
    first = run_module("ec2_internet_gateway", **options)
    for check in (True, False):
        again = run_module("ec2_internet_gateway", check=check, **options)
        assert not again["changed"]
        assert again["actions"] == []
        assert again["internet_gateway"] == first["internet_gateway"]
        assert again["diff"]["before"] == again["diff"]["after"]


def test_attaches_the_one_that_an_interrupted_run_left_and_removes_further_ones(
    aws: Any, run_module: Any, options: dict[str, Any]
) -> None:
    left = sorted(left_gateway(aws) for _unused in range(3))
    other = left_gateway(aws, "prod")
    preview = run_module("ec2_internet_gateway", check=True, **options)
    done = run_module("ec2_internet_gateway", **options)
    assert done["actions"] == [CREATION[1], *[f"delete_internet_gateway {NAME}"] * 2]
    assert done["actions"] == preview["actions"]
    assert done["internet_gateway"] == preview["internet_gateway"]
    assert gateways(aws) == {left[0]: ([options["vpc_id"]], BOTH), other: ([], {**BOTH, "Environment": "prod"})}
    assert not run_module("ec2_internet_gateway", **options)["changed"]


def test_removes_what_is_left_over_beside_the_attached_one(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    first = run_module("ec2_internet_gateway", **options)["internet_gateway"]
    left_gateway(aws)
    done = run_module("ec2_internet_gateway", **options)
    assert done["actions"] == [f"delete_internet_gateway {NAME}"]
    assert done["internet_gateway"] == first
    assert list(gateways(aws)) == [first["id"]]


def test_takes_the_gateway_that_the_vpc_has_and_tags_it(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    ec2 = aws("ec2")
    mine = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=mine, VpcId=options["vpc_id"])
    done = run_module("ec2_internet_gateway", **options)
    assert done["actions"] == [f"create_tags {NAME}"]
    assert gateways(aws) == {mine: ([options["vpc_id"]], BOTH)}

    options["tags"] = {"Owner": "api"}
    run_module("ec2_internet_gateway", purge_tags=False, **options)
    assert gateways(aws)[mine][1] == {**BOTH, "Owner": "api"}
    run_module("ec2_internet_gateway", **options)
    assert gateways(aws)[mine][1] == {"Owner": "api", "Name": NAME}


def test_a_gateway_of_another_vpc_is_left_alone(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    ec2 = aws("ec2")
    elsewhere = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    used = left_gateway(aws)
    ec2.attach_internet_gateway(InternetGatewayId=used, VpcId=elsewhere)
    assert run_module("ec2_internet_gateway", **options)["actions"] == CREATION
    run_module("ec2_internet_gateway", state="absent", **options)
    assert gateways(aws) == {used: ([elsewhere], BOTH)}


def test_previews_in_a_vpc_that_does_not_exist_yet(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    options["vpc_id"] = "vpc-(known after apply)"
    assert run_module("ec2_internet_gateway", check=True, **options)["actions"] == CREATION
    left = left_gateway(aws)
    preview = run_module("ec2_internet_gateway", check=True, **options)
    assert preview["actions"] == CREATION[1:]
    assert preview["internet_gateway"]["id"] == left


def test_removes_and_removes_again(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ec2_internet_gateway", **options)
    left_gateway(aws)
    other = left_gateway(aws, "prod")
    gone = {**options, "state": "absent"}
    preview = run_module("ec2_internet_gateway", check=True, **gone)
    assert preview["actions"] == [f"detach_internet_gateway {NAME}", *[f"delete_internet_gateway {NAME}"] * 2]
    assert len(gateways(aws)) == 3

    done = run_module("ec2_internet_gateway", **gone)
    assert done["actions"] == preview["actions"]
    assert (done["state"], done["internet_gateway"]) == ("absent", {})
    assert list(gateways(aws)) == [other]
    assert not run_module("ec2_internet_gateway", **gone)["changed"]


def test_removes_what_is_left_when_the_vpc_is_gone(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    attached = run_module("ec2_internet_gateway", **options)["internet_gateway"]["id"]
    left_gateway(aws)
    done = run_module("ec2_internet_gateway", name=NAME, identifying_tags=TAGS, state="absent")
    assert done["actions"] == [f"delete_internet_gateway {NAME}"]
    assert list(gateways(aws)) == [attached]


def test_a_gateway_still_in_use_is_tried_again() -> None:
    from ansible_collections.streamflix.content_api.plugins.modules import ec2_internet_gateway

    current = {"id": "igw-1", "vpc_id": "vpc-1", "left_over_ids": []}
    for step in ec2_internet_gateway.InternetGateway(None, {"name": NAME}).plan_remove(current).steps:
        assert isinstance(step, ec2_internet_gateway.Call)
        assert step.retry_if == {"DependencyViolation"}


KIND = "AWS::EC2::InternetGateway"


def test_tells_what_becomes_of_each_gateway(run_module: Any, changes_of: Any, aws: Any, options: Any) -> None:
    vpc_id = options["vpc_id"]
    fields = {"id": (None, "igw-(known after apply)"), "vpc_id": (None, vpc_id), "tags": (None, BOTH)}
    assert changes_of("ec2_internet_gateway", **options) == [("create", KIND, NAME, fields)]
    made = run_module("ec2_internet_gateway", **options)["internet_gateway"]["id"]
    left = left_gateway(aws)
    options.update(tags={**TAGS, "Owner": "api"}, identifying_tags=TAGS)
    assert sorted(changes_of("ec2_internet_gateway", **options)) == [
        ("remove", KIND, NAME, {"id": (left, None)}),
        ("update", KIND, NAME, {"tags.Owner": (None, "api")}),
    ]
    fields = {"id": (made, None), "vpc_id": (vpc_id, None), "tags": ({**BOTH, "Owner": "api"}, None)}
    gone = {"vpc_id": vpc_id, "name": NAME, "tags": TAGS, "state": "absent"}
    assert changes_of("ec2_internet_gateway", **gone) == [("remove", KIND, NAME, fields)]


def test_another_name_is_a_change_of_the_gateway(run_module: Any, changes_of: Any, options: Any) -> None:
    run_module("ec2_internet_gateway", **options)
    assert changes_of("ec2_internet_gateway", **{**options, "name": "renamed"}) == [
        ("update", KIND, "renamed", {"tags.Name": (NAME, "renamed")})
    ]


def test_a_gateway_whose_reply_was_lost_is_not_made_twice(
    aws: Any, run_module: Any, options: dict[str, Any], troubled: Any
) -> None:
    sent = troubled("CreateInternetGateway", "lost reply")
    done = run_module("ec2_internet_gateway", **options)
    assert gateways(aws) == {done["internet_gateway"]["id"]: ([options["vpc_id"]], BOTH)}
    assert sent.count("CreateInternetGateway") == 1
