"""The route tables module: create, update, no change, remove, each read back with plain boto3."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import described
from ansible_collections.streamflix.content_api.plugins.modules import ec2_route_tables

PUBLIC, PRIVATE = "streamflix-public-1-dev", "streamflix-private-1-dev"
TAGS = {"Environment": "dev"}
ANYWHERE = "0.0.0.0/0"


@pytest.fixture
def vpc_id(aws: Any) -> str:
    return aws("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]


@pytest.fixture
def subnets(aws: Any, vpc_id: str) -> list[str]:
    return [
        aws("ec2").create_subnet(VpcId=vpc_id, CidrBlock=block, AvailabilityZone="eu-west-1a")["Subnet"]["SubnetId"]
        for block in ("10.0.0.0/24", "10.0.2.0/24")
    ]


@pytest.fixture
def gateway_id(aws: Any, vpc_id: str) -> str:
    made = aws("ec2").create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    aws("ec2").attach_internet_gateway(InternetGatewayId=made, VpcId=vpc_id)
    return made


@pytest.fixture
def nat_id(aws: Any, subnets: list[str]) -> str:
    allocation = aws("ec2").allocate_address(Domain="vpc")["AllocationId"]
    made = aws("ec2").create_nat_gateway(SubnetId=subnets[0], AllocationId=allocation)
    return made["NatGateway"]["NatGatewayId"]


@pytest.fixture
def options(vpc_id: str, subnets: list[str], gateway_id: str, nat_id: str) -> dict[str, Any]:
    return {
        "vpc_id": vpc_id,
        "route_tables": [
            {
                "name": PUBLIC,
                "subnet_ids": [subnets[0]],
                "routes": [{"destination_cidr_block": ANYWHERE, "gateway_id": gateway_id}],
            },
            {
                "name": PRIVATE,
                "subnet_ids": [subnets[1]],
                "routes": [{"destination_cidr_block": ANYWHERE, "nat_gateway_id": nat_id}],
            },
        ],
        "tags": dict(TAGS),
    }


def read_back(aws: Any, vpc_id: str) -> dict[str, dict[str, Any]]:
    found = aws("ec2").describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["RouteTables"]
    named = {}
    for table in found:
        tags = {tag["Key"]: tag["Value"] for tag in table.get("Tags", [])}
        named[tags.get("Name", "")] = {
            "tags": tags,
            "subnets": sorted(item["SubnetId"] for item in table["Associations"] if "SubnetId" in item),
            "routes": {
                route["DestinationCidrBlock"]: route.get("GatewayId") or route.get("NatGatewayId")
                for route in table["Routes"]
                if "DestinationCidrBlock" in route
            },
            "id": table["RouteTableId"],
        }
    return named


def test_creates_what_the_preview_shows(
    aws: Any, run_module: Any, options: dict[str, Any], subnets: list[str], gateway_id: str, nat_id: str
) -> None:
    preview = run_module("ec2_route_tables", check=True, **options)
    assert preview["changed"]
    assert list(read_back(aws, options["vpc_id"])) == [""]

    done = run_module("ec2_route_tables", **options)
    assert done["actions"] == preview["actions"]
    for seen, foretold in zip(done["route_tables"], preview["route_tables"], strict=True):
        assert {**seen, "id": None} == {**foretold, "id": None}

    found = read_back(aws, options["vpc_id"])
    assert found[PUBLIC]["subnets"] == [subnets[0]]
    assert found[PUBLIC]["routes"] == {"10.0.0.0/16": "local", ANYWHERE: gateway_id}
    assert found[PRIVATE]["subnets"] == [subnets[1]]
    assert found[PRIVATE]["routes"] == {"10.0.0.0/16": "local", ANYWHERE: nat_id}
    assert found[PRIVATE]["tags"] == {"Name": PRIVATE, "Environment": "dev"}


def test_second_run_changes_nothing(run_module: Any, options: dict[str, Any]) -> None:
    first = run_module("ec2_route_tables", **options)
    for check in (True, False):
        again = run_module("ec2_route_tables", check=check, **options)
        assert not again["changed"]
        assert again["actions"] == []
        assert again["route_tables"] == first["route_tables"]
        assert again["diff"]["before"] == again["diff"]["after"]


def test_routes_become_exactly_those_listed(
    aws: Any, run_module: Any, options: dict[str, Any], gateway_id: str
) -> None:
    run_module("ec2_route_tables", **options)
    table = read_back(aws, options["vpc_id"])[PRIVATE]["id"]
    aws("ec2").create_route(RouteTableId=table, DestinationCidrBlock="192.0.2.0/24", GatewayId=gateway_id)
    options["route_tables"][1]["routes"] = [
        {"destination_cidr_block": ANYWHERE, "gateway_id": gateway_id},
        {"destination_cidr_block": "198.51.100.0/24", "gateway_id": gateway_id},
    ]
    preview = run_module("ec2_route_tables", check=True, **options)
    done = run_module("ec2_route_tables", **options)
    assert done["route_tables"] == preview["route_tables"]
    assert done["actions"] == [
        f"replace_route {PRIVATE} 0.0.0.0/0",
        f"create_route {PRIVATE} 198.51.100.0/24",
        f"delete_route {PRIVATE} 192.0.2.0/24",
    ]
    assert read_back(aws, options["vpc_id"])[PRIVATE]["routes"] == {
        "10.0.0.0/16": "local",
        ANYWHERE: gateway_id,
        "198.51.100.0/24": gateway_id,
    }


def test_what_is_not_set_is_left_as_it_is(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ec2_route_tables", **options)
    before = read_back(aws, options["vpc_id"])
    for table in options["route_tables"]:
        del table["routes"], table["subnet_ids"]
    del options["tags"]
    assert not run_module("ec2_route_tables", **options)["changed"]
    assert read_back(aws, options["vpc_id"]) == before


def test_a_subnet_moves_from_one_table_to_the_other(
    aws: Any, run_module: Any, options: dict[str, Any], subnets: list[str]
) -> None:
    run_module("ec2_route_tables", **options)
    options["route_tables"][0]["subnet_ids"] = []
    options["route_tables"][1]["subnet_ids"] = subnets
    preview = run_module("ec2_route_tables", check=True, **options)
    done = run_module("ec2_route_tables", **options)
    assert done["actions"] == preview["actions"] == [f"replace_route_table_association {PRIVATE} {subnets[0]}"]
    assert read_back(aws, options["vpc_id"])[PRIVATE]["subnets"] == sorted(subnets)

    options["route_tables"][1]["subnet_ids"] = []
    assert len(run_module("ec2_route_tables", **options)["actions"]) == 2
    assert read_back(aws, options["vpc_id"])[PRIVATE]["subnets"] == []


def test_a_subnet_is_taken_from_a_table_that_is_not_listed(
    aws: Any, run_module: Any, options: dict[str, Any], subnets: list[str]
) -> None:
    other = aws("ec2").create_route_table(VpcId=options["vpc_id"])["RouteTable"]["RouteTableId"]
    aws("ec2").associate_route_table(RouteTableId=other, SubnetId=subnets[0])
    done = run_module("ec2_route_tables", **options)
    assert f"replace_route_table_association {PUBLIC} {subnets[0]}" in done["actions"]


def test_tags_that_are_not_named_go_only_when_purged(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ec2_route_tables", **options)
    options["tags"] = {"Owner": "api"}
    run_module("ec2_route_tables", purge_tags=False, **options)
    both = {"Name": PUBLIC, "Environment": "dev", "Owner": "api"}
    assert read_back(aws, options["vpc_id"])[PUBLIC]["tags"] == both
    run_module("ec2_route_tables", **options)
    assert read_back(aws, options["vpc_id"])[PUBLIC]["tags"] == {"Name": PUBLIC, "Owner": "api"}


def test_only_routes_that_somebody_made_are_managed() -> None:
    table = {
        "RouteTableId": "rtb-1",
        "Associations": [],
        "Routes": [
            {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "Origin": "CreateRouteTable"},
            {"DestinationCidrBlock": "10.9.0.0/16", "GatewayId": "vgw-1", "Origin": "EnableVgwRoutePropagation"},
            {"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1", "Origin": "CreateRoute"},
            {"DestinationCidrBlock": "10.8.0.0/16", "TransitGatewayId": "tgw-1", "Origin": "CreateRoute"},
            {"DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw-1", "Origin": "CreateRoute"},
        ],
    }
    current = described(ec2_route_tables.TABLE, table)["routes"]
    assert current == [
        {"destination_cidr_block": "10.8.0.0/16", "transit_gateway_id": "tgw-1"},
        {"destination_cidr_block": "::/0", "gateway_id": "igw-1"},
    ]
    steps, after = ec2_route_tables.plan_routes("rtb-1", "x", current, [], purge=True)
    assert after == []
    assert [step.params for step in steps] == [
        {"RouteTableId": "rtb-1", "DestinationCidrBlock": "10.8.0.0/16"},
        {"RouteTableId": "rtb-1", "DestinationIpv6CidrBlock": "::/0"},
    ]


TARGETS = {
    "gateway_id": ("GatewayId", "igw-1"),
    "nat_gateway_id": ("NatGatewayId", "nat-1"),
    "transit_gateway_id": ("TransitGatewayId", "tgw-1"),
    "vpc_peering_connection_id": ("VpcPeeringConnectionId", "pcx-1"),
    "egress_only_internet_gateway_id": ("EgressOnlyInternetGatewayId", "eigw-1"),
    "network_interface_id": ("NetworkInterfaceId", "eni-1"),
    "carrier_gateway_id": ("CarrierGatewayId", "cagw-1"),
    "local_gateway_id": ("LocalGatewayId", "lgw-1"),
    "core_network_arn": ("CoreNetworkArn", "arn:aws:networkmanager::123456789012:core-network/core-network-1"),
}


@pytest.mark.parametrize(("option", "listed"), [*TARGETS.items(), ("vpc_endpoint_id", ("GatewayId", "vpce-1"))])
def test_each_target_is_read_and_sent_as_aws_has_it(option: str, listed: tuple[str, str]) -> None:
    key, target = listed
    route = {"DestinationCidrBlock": "10.8.0.0/16", key: target, "Origin": "CreateRoute", "State": "active"}
    # an instance's interface is listed with the instance
    route |= {"InstanceId": "i-1"} if option == "network_interface_id" else {}
    current = described(ec2_route_tables.TABLE, {"RouteTableId": "rtb-1", "Routes": [route]})["routes"]
    wanted = {"destination_cidr_block": "10.8.3.0/16", option: target}
    assert ec2_route_tables.plan_routes("rtb-1", "x", current, [wanted], purge=True) == ([], current)
    (made,), _unused = ec2_route_tables.plan_routes("rtb-1", "x", [], [wanted], purge=True)
    sent = {"VpcEndpointId" if option == "vpc_endpoint_id" else key: target}
    assert made.params == {"RouteTableId": "rtb-1", "DestinationCidrBlock": "10.8.0.0/16", **sent}
    assert ec2_route_tables.TARGETS.keys() == {*TARGETS, "vpc_endpoint_id"}


@pytest.fixture
def peering_id(aws: Any, vpc_id: str) -> str:
    ec2 = aws("ec2")
    other = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    made = ec2.create_vpc_peering_connection(VpcId=vpc_id, PeerVpcId=other)["VpcPeeringConnection"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=made["VpcPeeringConnectionId"])
    return made["VpcPeeringConnectionId"]


def test_a_way_to_a_peered_vpc_is_made_and_removed(
    aws: Any, run_module: Any, options: dict[str, Any], peering_id: str
) -> None:
    run_module("ec2_route_tables", **options)
    route = {"destination_cidr_block": "10.8.0.0/16", "vpc_peering_connection_id": peering_id}
    listed = [*options["route_tables"][1]["routes"], route]
    wider = {**options, "route_tables": [options["route_tables"][0], {**options["route_tables"][1], "routes": listed}]}
    preview = run_module("ec2_route_tables", check=True, **wider)
    done = run_module("ec2_route_tables", **wider)
    assert done["actions"] == preview["actions"] == [f"create_route {PRIVATE} 10.8.0.0/16"]
    assert done["route_tables"] == preview["route_tables"]
    (table,) = aws("ec2").describe_route_tables(RouteTableIds=[done["route_tables"][1]["id"]])["RouteTables"]
    assert peering_id in [item.get("VpcPeeringConnectionId") for item in table["Routes"]]
    assert not run_module("ec2_route_tables", **wider)["changed"]
    assert run_module("ec2_route_tables", **options)["actions"] == [f"delete_route {PRIVATE} 10.8.0.0/16"]


def test_routes_of_others_stay_without_purge(
    aws: Any, run_module: Any, options: dict[str, Any], gateway_id: str, peering_id: str
) -> None:
    made = run_module("ec2_route_tables", **options)["route_tables"][1]
    ec2 = aws("ec2")
    ec2.create_route(RouteTableId=made["id"], DestinationCidrBlock="10.8.0.0/16", VpcPeeringConnectionId=peering_id)
    ec2.replace_route(RouteTableId=made["id"], DestinationCidrBlock=ANYWHERE, GatewayId=gateway_id)
    preview = run_module("ec2_route_tables", check=True, purge_routes=False, **options)
    done = run_module("ec2_route_tables", purge_routes=False, **options)
    # what leads where the stack wants something else is still put right
    assert done["actions"] == preview["actions"] == [f"replace_route {PRIVATE} {ANYWHERE}"]
    foreign = {"destination_cidr_block": "10.8.0.0/16", "vpc_peering_connection_id": peering_id}
    assert done["route_tables"] == preview["route_tables"]
    assert done["route_tables"][1]["routes"] == [*made["routes"], foreign]
    assert not run_module("ec2_route_tables", purge_routes=False, **options)["changed"]
    assert run_module("ec2_route_tables", **options)["actions"] == [f"delete_route {PRIVATE} 10.8.0.0/16"]


def test_routes_come_before_subnets(run_module: Any, options: dict[str, Any]) -> None:
    verbs = [action.split()[0] for action in run_module("ec2_route_tables", **options)["actions"]]
    assert verbs == ["create_route_table"] * 2 + ["create_route"] * 2 + ["associate_route_table"] * 2


def test_without_create_a_missing_table_is_an_error_but_not_in_a_preview(
    aws: Any, run_module: Any, options: dict[str, Any]
) -> None:
    preview = run_module("ec2_route_tables", check=True, create=False, **options)
    assert preview["actions"] == [f"create_route {PUBLIC} 0.0.0.0/0", f"create_route {PRIVATE} 0.0.0.0/0"]
    failed = run_module("ec2_route_tables", create=False, **options)
    assert f"has no route table {PUBLIC}, {PRIVATE}" in failed["msg"]
    run_module("ec2_route_tables", **options)
    assert not run_module("ec2_route_tables", create=False, **options)["changed"]


def test_previews_in_a_vpc_that_does_not_exist_yet(aws: Any, run_module: Any) -> None:
    unknown = "(known after apply)"
    tables = [
        {
            "name": name,
            "subnet_ids": [f"subnet-{unknown}"],
            "routes": [{"destination_cidr_block": ANYWHERE, "gateway_id": f"igw-{unknown}"}],
        }
        for name in (PUBLIC, PRIVATE)
    ]
    preview = run_module("ec2_route_tables", check=True, vpc_id=f"vpc-{unknown}", route_tables=tables, tags=TAGS)
    assert len(preview["actions"]) == 6
    assert preview["route_tables"][0]["id"] == f"rtb-{unknown}"


@pytest.mark.parametrize("listed", [True, False])
def test_removes_and_removes_again(aws: Any, run_module: Any, options: dict[str, Any], listed: bool) -> None:
    run_module("ec2_route_tables", **options)
    chosen: dict[str, Any] = {"route_tables": [{"name": PUBLIC}, {"name": PRIVATE}]} if listed else {"tags": TAGS}
    gone = {"vpc_id": options["vpc_id"], "state": "absent", **chosen}
    preview = run_module("ec2_route_tables", check=True, **gone)
    assert len(preview["actions"]) == 4
    assert PUBLIC in read_back(aws, options["vpc_id"])

    done = run_module("ec2_route_tables", **gone)
    assert done["actions"] == preview["actions"]
    assert list(read_back(aws, options["vpc_id"])) == [""]
    assert not run_module("ec2_route_tables", **gone)["changed"]


def test_bad_options_are_refused(run_module: Any, options: dict[str, Any], subnets: list[str]) -> None:
    options["route_tables"][1]["subnet_ids"] = subnets
    assert f"'{subnets[0]}' is listed more than once" in run_module("ec2_route_tables", **options)["msg"]
    options["route_tables"][1] = {"name": PRIVATE, "routes": [{"destination_cidr_block": ANYWHERE}]}
    assert "needs one target" in run_module("ec2_route_tables", **options)["msg"]


KIND = "AWS::EC2::RouteTable"


def test_tells_what_becomes_of_each_table(
    run_module: Any, changes_of: Any, options: Any, subnets: list[str], gateway_id: str
) -> None:
    public, private = options["route_tables"]
    assert changes_of("ec2_route_tables", **options) == [
        (
            "create",
            KIND,
            table["name"],
            {
                "id": (None, "rtb-(known after apply)"),
                "subnet_ids": (None, table["subnet_ids"]),
                "routes": (None, table["routes"]),
                "tags": (None, {**TAGS, "Name": table["name"]}),
            },
        )
        for table in (private, public)
    ]
    route = {"destination_cidr_block": "198.51.100.0/24", "gateway_id": gateway_id}
    public["routes"].append(route)
    public["subnet_ids"], private["subnet_ids"] = subnets, []
    assert changes_of("ec2_route_tables", **options) == [
        ("update", KIND, PRIVATE, {"subnet_ids": ([subnets[1]], [])}),
        ("update", KIND, PUBLIC, {"routes": ([], [route]), "subnet_ids": ([], [subnets[1]])}),
    ]

    found = run_module("ec2_route_tables", **options)["route_tables"][1]
    gone = {"vpc_id": options["vpc_id"], "route_tables": [{"name": PRIVATE}], "state": "absent"}
    fields = {key: (value, None) for key, value in found.items() if key != "name"}
    assert changes_of("ec2_route_tables", **gone) == [("remove", KIND, PRIVATE, fields)]


def test_tells_tables_of_one_name_apart(aws: Any, changes_of: Any, vpc_id: str) -> None:
    pairs = [{"Key": key, "Value": value} for key, value in {**TAGS, "Name": PUBLIC}.items()]
    for _unused in range(2):
        specification = [{"ResourceType": "route-table", "Tags": pairs}]
        aws("ec2").create_route_table(VpcId=vpc_id, TagSpecifications=specification)
    changes = changes_of("ec2_route_tables", vpc_id=vpc_id, tags=TAGS, state="absent")
    assert [change[:3] for change in changes] == [("remove", KIND, PUBLIC)] * 2


def test_routes_of_a_table_that_an_earlier_task_makes_are_a_change_of_it(run_module: Any, options: Any) -> None:
    preview = run_module("ec2_route_tables", check=True, create=False, **options)["changes"]
    bare = [{**table, "routes": []} for table in options["route_tables"]]
    run_module("ec2_route_tables", **{**options, "route_tables": bare})
    assert run_module("ec2_route_tables", create=False, **options)["changes"] == preview
    assert [change["action"] for change in preview] == ["update", "update"]
    assert [[field["field"] for field in change["fields"]] for change in preview] == [["routes"], ["routes"]]


def test_a_table_whose_reply_was_lost_is_not_made_twice(
    aws: Any, run_module: Any, options: dict[str, Any], troubled: Any
) -> None:
    sent = troubled("CreateRouteTable", "lost reply")
    assert run_module("ec2_route_tables", **options)["changed"]
    assert sent.count("CreateRouteTable") == 2
    named = [table for table in aws("ec2").describe_route_tables()["RouteTables"] if table.get("Tags")]
    assert len(named) == 2


@pytest.mark.parametrize("operation", ["CreateRoute", "AssociateRouteTable"])
def test_a_new_table_may_be_unknown_for_a_while(
    aws: Any, run_module: Any, options: dict[str, Any], troubled: Any, operation: str
) -> None:
    sent = troubled(operation, *["InvalidRouteTableID.NotFound"] * 3)
    assert run_module("ec2_route_tables", **options)["changed"]
    # 2 tables, each with a route and a subnet
    assert sent.count(operation) == 5
    assert sent.count("CreateRouteTable") == 2
    # the same request is sent again, and nothing is planned anew
    assert sent.count("DescribeRouteTables") == 2
    assert not run_module("ec2_route_tables", **options)["changed"]


def test_a_subnet_leaves_a_table_whose_subnets_are_not_listed_for_one_that_lists_it(
    run_module: Any, options: dict[str, Any], subnets: list[str]
) -> None:
    run_module("ec2_route_tables", **options)
    public, private = options["route_tables"]
    options["route_tables"] = [{**public, "subnet_ids": subnets}, {"name": private["name"]}]
    preview = run_module("ec2_route_tables", check=True, **options)
    done = run_module("ec2_route_tables", **options)
    assert done["changes"] == preview["changes"]
    for result in (preview, done):
        assert {table["name"]: table["subnet_ids"] for table in result["route_tables"]} == {
            PUBLIC: sorted(subnets),
            PRIVATE: [],
        }


@pytest.mark.parametrize(("codes", "times"), [(["InvalidRouteTableID.NotFound"], 2), (["DependencyViolation"] * 9, 11)])
def test_what_is_gone_or_in_use_for_a_while_is_no_failed_removal(
    run_module: Any, options: dict[str, Any], sent_until_removed: Any, codes: list[str], times: int
) -> None:
    run_module("ec2_route_tables", **options)
    which = {"vpc_id": options["vpc_id"], "tags": TAGS, "wait": codes[0] != "InvalidRouteTableID.NotFound"}
    assert sent_until_removed("ec2_route_tables", "DeleteRouteTable", *codes, **which) == times
