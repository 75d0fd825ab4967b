"""The subnets module: create, update, no change, remove, each read back with plain boto3."""

from __future__ import annotations

from typing import Any

import pytest

TAGS = {"Environment": "dev"}
PUBLIC = {
    "name": "streamflix-public-1-dev",
    "cidr": "10.0.0.0/24",
    "availability_zone": "eu-west-1a",
    "map_public_ip_on_launch": True,
}
PRIVATE = {
    "name": "streamflix-private-1-dev",
    "cidr": "10.0.2.0/24",
    "availability_zone": "eu-west-1a",
    "map_public_ip_on_launch": False,
}


@pytest.fixture
def vpc_id(aws: Any) -> str:
    return aws("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]


@pytest.fixture
def options(vpc_id: str) -> dict[str, Any]:
    return {"vpc_id": vpc_id, "subnets": [dict(PUBLIC), dict(PRIVATE)], "tags": dict(TAGS)}


def read_back(aws: Any, vpc_id: str) -> dict[str, Any]:
    found = aws("ec2").describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["Subnets"]
    return {
        subnet["CidrBlock"]: {**subnet, "tags": {tag["Key"]: tag["Value"] for tag in subnet.get("Tags", [])}}
        for subnet in found
    }


def without_ids(subnets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in subnet.items() if key != "id"} for subnet in subnets]


def test_creates_what_the_preview_shows(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    preview = run_module("ec2_subnets", check=True, **options)
    assert preview["changed"]
    assert read_back(aws, options["vpc_id"]) == {}
    assert {subnet["id"] for subnet in preview["subnets"]} == {"subnet-(known after apply)"}

    done = run_module("ec2_subnets", **options)
    assert done["changed"]
    assert done["actions"] == preview["actions"]
    assert without_ids(done["subnets"]) == without_ids(preview["subnets"])

    found = read_back(aws, options["vpc_id"])
    assert [found[subnet["cidr"]]["SubnetId"] for subnet in done["subnets"]] == [
        subnet["id"] for subnet in done["subnets"]
    ]
    public, private = found["10.0.0.0/24"], found["10.0.2.0/24"]
    assert (public["AvailabilityZone"], public["MapPublicIpOnLaunch"]) == ("eu-west-1a", True)
    assert public["tags"] == {"Name": "streamflix-public-1-dev", "Environment": "dev"}
    assert not private["MapPublicIpOnLaunch"]


def test_second_run_changes_nothing(run_module: Any, options: dict[str, Any]) -> None:
    first = run_module("ec2_subnets", **options)
    for check in (True, False):
        again = run_module("ec2_subnets", check=check, **options)
        assert not again["changed"]
        assert again["actions"] == []
        assert again["subnets"] == first["subnets"]
        assert again["diff"]["before"] == again["diff"]["after"]


def test_a_missing_subnet_is_added_and_the_others_stay(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ec2_subnets", **{**options, "subnets": [PUBLIC]})
    kept = read_back(aws, options["vpc_id"])["10.0.0.0/24"]["SubnetId"]
    done = run_module("ec2_subnets", **options)
    assert done["actions"] == ["create_subnet streamflix-private-1-dev"]
    assert [subnet["name"] for subnet in done["subnets"]] == ["streamflix-public-1-dev", "streamflix-private-1-dev"]
    assert done["subnets"][0]["id"] == kept


def test_update_sends_only_what_differs(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ec2_subnets", **options)
    options["subnets"][0].update(name="renamed", map_public_ip_on_launch=False)
    options["subnets"][1]["tags"] = {"Tier": "private"}
    preview = run_module("ec2_subnets", check=True, **options)
    assert read_back(aws, options["vpc_id"])["10.0.0.0/24"]["MapPublicIpOnLaunch"]

    done = run_module("ec2_subnets", **options)
    assert done["subnets"] == preview["subnets"]
    assert done["actions"] == [
        "modify_subnet_attribute renamed",
        "create_tags renamed",
        "create_tags streamflix-private-1-dev",
    ]
    found = read_back(aws, options["vpc_id"])
    assert not found["10.0.0.0/24"]["MapPublicIpOnLaunch"]
    assert found["10.0.0.0/24"]["tags"] == {"Name": "renamed", "Environment": "dev"}
    assert found["10.0.2.0/24"]["tags"] == {
        "Name": "streamflix-private-1-dev",
        "Environment": "dev",
        "Tier": "private",
    }


def test_what_is_not_set_is_not_compared(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ec2_subnets", **options)
    for subnet in options["subnets"]:
        del subnet["map_public_ip_on_launch"]
    del options["tags"]
    assert not run_module("ec2_subnets", **options)["changed"]
    assert read_back(aws, options["vpc_id"])["10.0.0.0/24"]["tags"]["Environment"] == "dev"


def test_tags_that_are_not_named_go_only_when_purged(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ec2_subnets", **options)
    options["tags"] = {"Owner": "api"}
    run_module("ec2_subnets", purge_tags=False, **options)
    found = read_back(aws, options["vpc_id"])["10.0.0.0/24"]["tags"]
    assert found == {"Name": "streamflix-public-1-dev", "Environment": "dev", "Owner": "api"}
    run_module("ec2_subnets", **options)
    found = read_back(aws, options["vpc_id"])["10.0.0.0/24"]["tags"]
    assert found == {"Name": "streamflix-public-1-dev", "Owner": "api"}


def test_another_zone_needs_replacement(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ec2_subnets", **options)
    options["subnets"][0]["availability_zone"] = "eu-west-1b"
    failed = run_module("ec2_subnets", **options)
    assert failed["failed"]
    assert "availability_zone ('eu-west-1a' -> 'eu-west-1b')" in failed["msg"]
    assert failed["needs_replacement"] == ["availability_zone"]


def test_previews_in_a_vpc_that_does_not_exist_yet(aws: Any, run_module: Any) -> None:
    options = {"vpc_id": "vpc-(known after apply)", "subnets": [PUBLIC], "tags": TAGS}
    preview = run_module("ec2_subnets", check=True, **options)
    assert preview["changed"]
    assert preview["subnets"][0]["name"] == "streamflix-public-1-dev"


def test_removes_those_listed_and_removes_again(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ec2_subnets", **options)
    gone = {"vpc_id": options["vpc_id"], "subnets": [{"cidr": "10.0.2.0/24"}], "state": "absent"}
    preview = run_module("ec2_subnets", check=True, **gone)
    assert preview["actions"] == ["delete_subnet streamflix-private-1-dev"]
    assert len(read_back(aws, options["vpc_id"])) == 2

    done = run_module("ec2_subnets", **gone)
    assert done["changed"]
    assert done["state"] == "absent"
    assert done["diff"]["after"] == {}
    assert list(read_back(aws, options["vpc_id"])) == ["10.0.0.0/24"]
    assert not run_module("ec2_subnets", **gone)["changed"]


def test_removes_all_that_carry_the_tags(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ec2_subnets", **options)
    aws("ec2").create_subnet(VpcId=options["vpc_id"], CidrBlock="10.0.9.0/24", AvailabilityZone="eu-west-1a")
    gone = {"vpc_id": options["vpc_id"], "tags": TAGS, "state": "absent"}
    done = run_module("ec2_subnets", **gone)
    assert len(done["actions"]) == 2
    assert list(read_back(aws, options["vpc_id"])) == ["10.0.9.0/24"]
    assert not run_module("ec2_subnets", **gone)["changed"]


@pytest.mark.parametrize(
    ("subnets", "text"),
    [
        ([PUBLIC, {**PUBLIC, "name": "twice"}], "'10.0.0.0/24' is listed more than once"),
        ([PUBLIC, {**PRIVATE, "cidr": "10.0.0.128/25"}], "'10.0.0.0/24' overlaps '10.0.0.128/25'"),
        ([{**PUBLIC, "cidr": "10.0.0.1/24"}], "'10.0.0.1/24' is not an IPv4 CIDR block"),
        ([{**PUBLIC, "cidr": "10.0.0.0/29"}], "'10.0.0.0/29' is too small"),
        ([{"cidr": "10.0.0.0/24", "name": "x"}], "availability_zone of 10.0.0.0/24 is missing"),
    ],
)
def test_bad_options_are_refused_before_anything_is_sent(
    aws: Any, run_module: Any, options: dict[str, Any], subnets: list[dict[str, Any]], text: str
) -> None:
    failed = run_module("ec2_subnets", **{**options, "subnets": subnets})
    assert failed["failed"]
    assert text in failed["msg"]
    assert read_back(aws, options["vpc_id"]) == {}


KIND = "AWS::EC2::Subnet"


def test_tells_what_becomes_of_each_subnet(run_module: Any, changes_of: Any, options: Any) -> None:
    assert changes_of("ec2_subnets", **options) == [
        (
            "create",
            KIND,
            member["name"],
            {
                "id": (None, "subnet-(known after apply)"),
                "cidr": (None, member["cidr"]),
                "availability_zone": (None, "eu-west-1a"),
                "map_public_ip_on_launch": (None, member["map_public_ip_on_launch"]),
                "tags": (None, {**TAGS, "Name": member["name"]}),
            },
        )
        for member in (PRIVATE, PUBLIC)
    ]
    options["subnets"][0]["map_public_ip_on_launch"] = False
    changed = [("update", KIND, PUBLIC["name"], {"map_public_ip_on_launch": (True, False)})]
    assert changes_of("ec2_subnets", **options) == changed

    found = run_module("ec2_subnets", **options)["subnets"][1]
    gone = {"vpc_id": options["vpc_id"], "subnets": [{"cidr": PRIVATE["cidr"]}], "state": "absent"}
    fields = {key: (value, None) for key, value in found.items() if key != "name"}
    assert changes_of("ec2_subnets", **gone) == [("remove", KIND, PRIVATE["name"], fields)]


def test_a_subnet_without_a_name_is_told_by_its_block(aws: Any, changes_of: Any, vpc_id: str) -> None:
    aws("ec2").create_subnet(VpcId=vpc_id, CidrBlock="10.0.9.0/24")
    (gone,) = changes_of("ec2_subnets", vpc_id=vpc_id, subnets=[{"cidr": "10.0.9.0/24"}], state="absent")
    assert gone[:3] == ("remove", KIND, "10.0.9.0/24")


def test_names_that_are_exchanged_are_changes_of_the_same_subnets(
    run_module: Any, changes_of: Any, options: Any
) -> None:
    run_module("ec2_subnets", **options)
    one, other = options["subnets"]
    one["name"], other["name"] = other["name"], one["name"]
    assert changes_of("ec2_subnets", **options) == [
        ("update", KIND, PRIVATE["name"], {"tags.Name": (PUBLIC["name"], PRIVATE["name"])}),
        ("update", KIND, PUBLIC["name"], {"tags.Name": (PRIVATE["name"], PUBLIC["name"])}),
    ]


def test_a_replacement_names_the_subnet(run_module: Any, options: Any) -> None:
    run_module("ec2_subnets", **options)
    options["subnets"][1]["availability_zone"] = "eu-west-1b"
    failed = run_module("ec2_subnets", check=True, **options)
    assert f"{PRIVATE['name']} needs replacement" in failed["msg"]
    assert failed["changes"] == [
        {
            "action": "replace",
            "type": KIND,
            "name": PRIVATE["name"],
            "fields": [{"field": "availability_zone", "before": "eu-west-1a", "after": "eu-west-1b"}],
            "reason": "Give the subnet another CIDR block, or remove it first, so that a new one is created.",
        }
    ]


def with_interface(aws: Any, subnet_id: str, description: str) -> str:
    made = aws("ec2").create_network_interface(SubnetId=subnet_id, Description=description)
    return made["NetworkInterface"]["NetworkInterfaceId"]


@pytest.mark.parametrize(
    ("block", "says"),
    [
        ("10.0.12.0/24", "has the block 10.0.2.0/24, 10.0.12.0/24 is asked for, and in it there is still"),
        (None, "is no longer listed, and in it there is still"),
    ],
)
def test_gives_up_no_subnet_in_use(
    aws: Any, run_module: Any, options: dict[str, Any], block: str | None, says: str
) -> None:
    made = run_module("ec2_subnets", **options)["subnets"]
    interface = with_interface(aws, made[1]["id"], "ELB app/x/1")
    wanted = [PUBLIC, {**PRIVATE, "cidr": block}] if block else [PUBLIC]
    for check in (True, False):
        failed = run_module("ec2_subnets", check=check, **{**options, "subnets": wanted, "identifying_tags": TAGS})
        assert says in failed["msg"]
        assert f"{interface} (ELB app/x/1)" in failed["msg"]
    assert set(read_back(aws, options["vpc_id"])) == {"10.0.0.0/24", "10.0.2.0/24"}


def test_a_nat_gateway_goes_with_its_subnet_but_not_with_a_changed_block(
    aws: Any, run_module: Any, options: dict[str, Any]
) -> None:
    made = run_module("ec2_subnets", **options)["subnets"]
    with_interface(aws, made[0]["id"], "Interface for NAT Gateway nat-1")
    options["identifying_tags"] = TAGS
    left_out = run_module("ec2_subnets", **{**options, "subnets": [PRIVATE]})
    assert not left_out["changed"]
    assert left_out["surplus"] == [{"name": PUBLIC["name"], "cidr": PUBLIC["cidr"]}]
    moved = run_module("ec2_subnets", **{**options, "subnets": [{**PUBLIC, "cidr": "10.0.12.0/24"}, PRIVATE]})
    assert "10.0.12.0/24 is asked for" in moved["msg"]


def test_others_are_surplus_only_by_their_tags(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ec2_subnets", **options)
    for identifying in (None, {"Environment": "prod"}):
        alone = run_module("ec2_subnets", **{**options, "subnets": [PUBLIC], "identifying_tags": identifying})
        assert alone["surplus"] == []
    assert run_module("ec2_subnets", **{**options, "identifying_tags": TAGS})["surplus"] == []


def test_a_new_block_overlaps_no_subnet_that_exists(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ec2_subnets", **options)
    for check in (True, False):
        failed = run_module("ec2_subnets", check=check, **{**options, "subnets": [{**PRIVATE, "cidr": "10.0.2.0/25"}]})
        assert "'10.0.2.0/25' overlaps the subnet streamflix-private-1-dev (10.0.2.0/24)" in failed["msg"]
    assert set(read_back(aws, options["vpc_id"])) == {"10.0.0.0/24", "10.0.2.0/24"}


@pytest.mark.parametrize(("codes", "times"), [(["InvalidSubnetID.NotFound"], 2), (["DependencyViolation"] * 9, 11)])
def test_what_is_gone_or_in_use_for_a_while_is_no_failed_removal(
    run_module: Any, options: dict[str, Any], sent_until_removed: Any, codes: list[str], times: int
) -> None:
    run_module("ec2_subnets", **options)
    which = {"vpc_id": options["vpc_id"], "tags": TAGS, "wait": codes[0] != "InvalidSubnetID.NotFound"}
    assert sent_until_removed("ec2_subnets", "DeleteSubnet", *codes, **which) == times
