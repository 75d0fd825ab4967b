"""The VPC module: create, update, no change, replacement, remove, each read back with plain boto3."""

from __future__ import annotations

from typing import Any

import pytest

NAME = "streamflix-vpc-dev"
IDENTITY = {"Environment": "dev"}
OPTIONS = {
    "name": NAME,
    "cidr": "10.0.0.0/16",
    "dns_support": True,
    "dns_hostnames": True,
    "tenancy": "default",
    "identifying_tags": IDENTITY,
    "tags": {"Environment": "dev", "CostCenter": "1234"},
}
GONE = {"name": NAME, "identifying_tags": IDENTITY, "state": "absent"}
CREATION = [f"create_vpc {NAME}", f"modify_vpc_attribute {NAME}"]


def vpcs(aws: Any) -> list[dict[str, Any]]:
    found = aws("ec2").describe_vpcs(Filters=[{"Name": "is-default", "Values": ["false"]}])["Vpcs"]
    return [{**vpc, "tags": {tag["Key"]: tag["Value"] for tag in vpc.get("Tags", [])}} for vpc in found]


def dns(aws: Any, vpc_id: str) -> tuple[bool, bool]:
    read = aws("ec2").describe_vpc_attribute
    support = read(VpcId=vpc_id, Attribute="enableDnsSupport")["EnableDnsSupport"]["Value"]
    return support, read(VpcId=vpc_id, Attribute="enableDnsHostnames")["EnableDnsHostnames"]["Value"]


def make_vpc(aws: Any, environment: str = "dev") -> str:
    """Create a VPC as a run leaves it that was interrupted after its first request."""
    tags = [{"Key": "Name", "Value": NAME}, {"Key": "Environment", "Value": environment}]
    made = aws("ec2").create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=[{"ResourceType": "vpc", "Tags": tags}])
    return made["Vpc"]["VpcId"]


def test_creates_what_the_preview_shows(aws: Any, run_module: Any) -> None:
    preview = run_module("ec2_vpc", check=True, **OPTIONS)
    assert preview["vpc"]["id"] == "vpc-(known after apply)"
    assert preview["actions"] == CREATION
    assert vpcs(aws) == []

    done = run_module("ec2_vpc", **OPTIONS)
    assert done["changed"]
    assert done["actions"] == preview["actions"]
    assert {**done["vpc"], "id": ""} == {**preview["vpc"], "id": ""}

    (vpc,) = vpcs(aws)
    assert (vpc["VpcId"], vpc["CidrBlock"], vpc["InstanceTenancy"]) == (done["vpc"]["id"], "10.0.0.0/16", "default")
    assert vpc["tags"] == {**OPTIONS["tags"], "Name": NAME}
    assert dns(aws, vpc["VpcId"]) == (True, True)


def test_second_run_changes_nothing(aws: Any, run_module: Any) -> None:
    first = run_module("ec2_vpc", **OPTIONS)
    for check in (True, False):
        again = run_module("ec2_vpc", check=check, **OPTIONS)
        assert not again["changed"]
        assert again["actions"] == []
        assert again["vpc"] == first["vpc"]
        assert again["diff"]["before"] == again["diff"]["after"]


def test_the_request_that_creates_it_tags_it(aws: Any, run_module: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from moto.ec2.models.vpcs import VPCBackend

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise ConnectionError("killed")

    with monkeypatch.context() as killing:
        killing.setattr(VPCBackend, "modify_vpc_attribute", refuse)
        with pytest.raises(ConnectionError):
            run_module("ec2_vpc", **OPTIONS)
    (left,) = vpcs(aws)
    done = run_module("ec2_vpc", **OPTIONS)
    assert done["vpc"]["id"] == left["VpcId"]
    assert done["actions"] == CREATION[1:]
    assert len(vpcs(aws)) == 1


def test_is_found_by_its_identifying_tags_only(aws: Any, run_module: Any) -> None:
    other = make_vpc(aws, "prod")
    mine = make_vpc(aws)
    done = run_module("ec2_vpc", **OPTIONS)
    assert done["vpc"]["id"] == mine
    assert done["actions"] == [f"modify_vpc_attribute {NAME}", f"create_tags {NAME}"]
    assert {vpc["VpcId"] for vpc in vpcs(aws)} == {mine, other}


def test_several_that_match_are_an_error(aws: Any, run_module: Any) -> None:
    ids = sorted([make_vpc(aws), make_vpc(aws)])
    for options in (OPTIONS, GONE):
        assert ", ".join(ids) in run_module("ec2_vpc", **options)["msg"]
    assert len(vpcs(aws)) == 2


def test_tags_that_are_not_named_go_only_when_purged(aws: Any, run_module: Any) -> None:
    run_module("ec2_vpc", **OPTIONS)
    changed = {**OPTIONS, "tags": {"Owner": "api"}}
    run_module("ec2_vpc", purge_tags=False, **changed)
    assert vpcs(aws)[0]["tags"] == {**OPTIONS["tags"], "Owner": "api", "Name": NAME}
    preview = run_module("ec2_vpc", check=True, **changed)
    done = run_module("ec2_vpc", **changed)
    assert done["vpc"] == preview["vpc"]
    assert vpcs(aws)[0]["tags"] == {"Environment": "dev", "Owner": "api", "Name": NAME}


def test_what_is_not_set_is_not_compared(aws: Any, run_module: Any) -> None:
    run_module("ec2_vpc", **OPTIONS)
    few = {key: OPTIONS[key] for key in ("name", "cidr", "identifying_tags")}
    assert not run_module("ec2_vpc", **few)["changed"]


def test_dns_is_switched_off_in_the_order_that_aws_takes(aws: Any, run_module: Any) -> None:
    vpc_id = run_module("ec2_vpc", **OPTIONS)["vpc"]["id"]
    off = {**OPTIONS, "dns_support": False, "dns_hostnames": False}
    done = run_module("ec2_vpc", **off)
    assert done["actions"] == [f"modify_vpc_attribute {NAME}"] * 2
    assert dns(aws, vpc_id) == (False, False)

    from ansible_collections.streamflix.content_api.plugins.modules import ec2_vpc

    def order(value: bool) -> list[str]:
        steps = ec2_vpc.dns_steps(vpc_id, NAME, {"dns_support": value, "dns_hostnames": value})
        return [key for step in steps for key in step.params if key.startswith("EnableDns")]

    assert order(False) == ["EnableDnsHostnames", "EnableDnsSupport"]
    assert order(True) == ["EnableDnsSupport", "EnableDnsHostnames"]


@pytest.mark.parametrize(("option", "value"), [("cidr", "10.0.0.0/17"), ("tenancy", "dedicated")])
def test_what_aws_cannot_change_builds_no_second_vpc(aws: Any, run_module: Any, option: str, value: str) -> None:
    run_module("ec2_vpc", **OPTIONS)
    for check in (True, False):
        failed = run_module("ec2_vpc", check=check, **{**OPTIONS, option: value})
        assert failed["needs_replacement"] == [option]
        assert f"VPC {NAME} needs replacement" in failed["msg"]
        assert f"('{OPTIONS[option]}' -> '{value}')" in failed["msg"]
    assert len(vpcs(aws)) == 1


def test_tenancy_changes_one_way(aws: Any, run_module: Any) -> None:
    run_module("ec2_vpc", **{**OPTIONS, "tenancy": "dedicated"})
    assert vpcs(aws)[0]["InstanceTenancy"] == "dedicated"
    assert run_module("ec2_vpc", **OPTIONS)["actions"] == [f"modify_vpc_tenancy {NAME}"]
    assert vpcs(aws)[0]["InstanceTenancy"] == "default"


def test_waits_until_it_is_available(aws: Any, run_module: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from moto.ec2.models import ec2_backends

    vpc_id = run_module("ec2_vpc", **OPTIONS)["vpc"]["id"]
    vpc = ec2_backends["123456789012"]["eu-west-1"].vpcs[vpc_id]
    vpc.state = "pending"
    monkeypatch.setattr("time.sleep", lambda seconds: setattr(vpc, "state", "available"))
    assert run_module("ec2_vpc", **OPTIONS)["vpc"]["status"] == "available"


@pytest.mark.parametrize("by_id", [True, False])
def test_removes_and_removes_again(aws: Any, run_module: Any, by_id: bool) -> None:
    other = make_vpc(aws, "prod")
    vpc_id = run_module("ec2_vpc", **OPTIONS)["vpc"]["id"]
    gone = {"vpc_id": vpc_id, "state": "absent"} if by_id else GONE
    preview = run_module("ec2_vpc", check=True, **gone)
    assert preview["actions"] == [f"delete_vpc {NAME}"]
    assert len(vpcs(aws)) == 2

    done = run_module("ec2_vpc", **gone)
    assert (done["state"], done["vpc"]) == ("absent", {})
    assert [vpc["VpcId"] for vpc in vpcs(aws)] == [other]
    assert not run_module("ec2_vpc", **gone)["changed"]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"cidr": "10.0.0.0/8"}, "cidr '10.0.0.0/8' is too large"),
        ({"dns_support": False}, "dns_hostnames True needs the DNS server"),
        ({"vpc_id": "vpc-1"}, "vpc_id 'vpc-1' is for a removal only"),
        ({"name": ""}, "name is empty: give the VPC a name"),
    ],
)
def test_bad_options_are_refused(aws: Any, run_module: Any, change: dict[str, Any], text: str) -> None:
    assert text in run_module("ec2_vpc", **{**OPTIONS, **change})["msg"]
    assert vpcs(aws) == []


def test_tells_what_becomes_of_the_vpc(aws: Any, run_module: Any, changes_of: Any) -> None:
    kind = "AWS::EC2::VPC"
    created = {
        "id": "vpc-(known after apply)",
        "cidr": "10.0.0.0/16",
        "dns_support": True,
        "dns_hostnames": True,
        "tenancy": "default",
        "tags": {"Environment": "dev", "CostCenter": "1234", "Name": NAME},
    }
    fields = {field: (None, value) for field, value in created.items()}
    assert changes_of("ec2_vpc", **OPTIONS) == [("create", kind, NAME, fields)]
    changed = {**OPTIONS, "dns_hostnames": False, "tags": {"Environment": "dev"}}
    fields = {"dns_hostnames": (True, False), "tags.CostCenter": ("1234", None)}
    assert changes_of("ec2_vpc", **changed) == [("update", kind, NAME, fields)]
    vpc_id = run_module("ec2_vpc", **changed)["vpc"]["id"]
    ((action, _unused, name, fields),) = changes_of("ec2_vpc", vpc_id=vpc_id, state="absent")
    assert (action, name, fields["id"]) == ("remove", NAME, (vpc_id, None))


@pytest.mark.parametrize(("codes", "times"), [(["InvalidVpcID.NotFound"], 1), (["DependencyViolation"] * 9, 10)])
def test_what_is_gone_or_in_use_for_a_while_is_no_failed_removal(
    run_module: Any, sent_until_removed: Any, codes: list[str], times: int
) -> None:
    run_module("ec2_vpc", **OPTIONS)
    which = {key: value for key, value in GONE.items() if key != "state"} | {"wait": times > 1}
    assert sent_until_removed("ec2_vpc", "DeleteVpc", *codes, **which) == times


def test_one_without_a_name_is_told_by_its_id(aws: Any, run_module: Any) -> None:
    vpc_id = aws("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    assert run_module("ec2_vpc", vpc_id=vpc_id, state="absent")["actions"] == [f"delete_vpc {vpc_id}"]
