"""The NAT gateways module: create, no change, interrupted runs, failures, remove, read back with plain boto3."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.modules import ec2_nat_gateways

NAME = "streamflix-nat-1-dev"
TAGS = {"Environment": "dev"}
BOTH = {"Environment": "dev", "Name": NAME}


@pytest.fixture
def vpc_id(aws: Any) -> str:
    return aws("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]


@pytest.fixture
def subnet_id(aws: Any, vpc_id: str) -> str:
    made = aws("ec2").create_subnet(VpcId=vpc_id, CidrBlock="10.0.0.0/24", AvailabilityZone="eu-west-1a")
    return made["Subnet"]["SubnetId"]


@pytest.fixture
def options(vpc_id: str, subnet_id: str) -> dict[str, Any]:
    return {
        "vpc_id": vpc_id,
        "nat_gateways": [{"name": NAME, "subnet_id": subnet_id}],
        "tags": dict(TAGS),
    }


def as_dict(item: dict[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in item.get("Tags", [])}


def gateways(aws: Any) -> list[dict[str, Any]]:
    found = aws("ec2").describe_nat_gateways()["NatGateways"]
    return [gateway for gateway in found if gateway["State"] != "deleted"]


def addresses(aws: Any) -> list[dict[str, Any]]:
    return aws("ec2").describe_addresses()["Addresses"]


def backend() -> Any:
    from moto.ec2.models import ec2_backends

    return ec2_backends["123456789012"]["eu-west-1"]


def left_address(aws: Any, name: str = NAME) -> str:
    """Allocate an address as an interrupted run leaves it."""
    tags = [{"Key": "Name", "Value": name}, {"Key": "Environment", "Value": "dev"}]
    specification = [{"ResourceType": "elastic-ip", "Tags": tags}]
    return aws("ec2").allocate_address(Domain="vpc", TagSpecifications=specification)["AllocationId"]


def test_creates_what_the_preview_shows(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    preview = run_module("ec2_nat_gateways", check=True, **options)
    assert preview["actions"] == [f"allocate_address {NAME}", f"create_nat_gateway {NAME}"]
    assert (gateways(aws), addresses(aws)) == ([], [])

    done = run_module("ec2_nat_gateways", **options)
    assert done["changed"]
    assert done["actions"] == preview["actions"]
    for key in ("name", "subnet_id", "status", "tags", "address_tags"):
        assert done["nat_gateways"][0][key] == preview["nat_gateways"][0][key]

    (gateway,), (address,) = gateways(aws), addresses(aws)
    assert gateway["ConnectivityType"] == "public"
    assert gateway["NatGatewayAddresses"][0]["AllocationId"] == address["AllocationId"]
    assert (as_dict(gateway), as_dict(address)) == (BOTH, BOTH)
    assert done["nat_gateways"][0]["public_ip"] == address["PublicIp"]


def test_second_run_changes_nothing(run_module: Any, options: dict[str, Any]) -> None:
    first = run_module("ec2_nat_gateways", **options)
    for check in (True, False):
        again = run_module("ec2_nat_gateways", check=check, **options)
        assert not again["changed"]
        assert again["actions"] == []
        assert again["nat_gateways"] == first["nat_gateways"]
        assert again["diff"]["before"] == again["diff"]["after"]


def test_tags_of_gateway_and_address_change_together(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ec2_nat_gateways", **options)
    options["tags"] = {"Owner": "api"}
    run_module("ec2_nat_gateways", purge_tags=False, **options)
    wanted = {"Environment": "dev", "Owner": "api", "Name": NAME}
    assert (as_dict(gateways(aws)[0]), as_dict(addresses(aws)[0])) == (wanted, wanted)
    preview = run_module("ec2_nat_gateways", check=True, **options)
    done = run_module("ec2_nat_gateways", **options)
    assert done["nat_gateways"] == preview["nat_gateways"]
    wanted = {"Owner": "api", "Name": NAME}
    assert (as_dict(gateways(aws)[0]), as_dict(addresses(aws)[0])) == (wanted, wanted)
    del options["tags"]
    assert not run_module("ec2_nat_gateways", **options)["changed"]


REGIONAL = "streamflix-nat-regional-dev"


def regional(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options of one gateway for all zones."""
    return {**options, "nat_gateways": [{"name": REGIONAL, "availability_mode": "regional"}]}


def test_a_regional_gateway_has_addresses_of_aws(
    aws: Any, run_module: Any, options: dict[str, Any], vpc_id: str
) -> None:
    aws("ec2").create_subnet(VpcId=vpc_id, CidrBlock="10.0.1.0/24", AvailabilityZone="eu-west-1b")
    asked = regional(options)
    preview = run_module("ec2_nat_gateways", check=True, **asked)
    assert (gateways(aws), addresses(aws)) == ([], [])
    done = run_module("ec2_nat_gateways", **asked)
    assert done["actions"] == preview["actions"] == [f"create_nat_gateway {REGIONAL}"]
    assert [change["type"] for change in done["changes"]] == ["AWS::EC2::NatGateway"]
    for key in ("name", "availability_mode", "subnet_id", "allocation_id", "status", "tags", "address_tags"):
        assert done["nat_gateways"][0][key] == preview["nat_gateways"][0][key]
    (gateway,) = gateways(aws)
    assert (gateway["AvailabilityMode"], gateway["VpcId"], gateway.get("SubnetId")) == ("regional", vpc_id, None)
    assert [entry["AvailabilityZone"] for entry in gateway["NatGatewayAddresses"]] == ["eu-west-1a", "eu-west-1b"]
    assert as_dict(gateway) == {"Environment": "dev", "Name": REGIONAL}
    for check in (True, False):
        again = run_module("ec2_nat_gateways", check=check, purge_nat_gateways=True, **asked)
        assert (again["changed"], again["nat_gateways"]) == (False, done["nat_gateways"])
    asked["tags"] = {"Environment": "dev", "Owner": "api"}
    assert run_module("ec2_nat_gateways", **asked)["actions"] == [f"create_tags {REGIONAL}"]
    gone = run_module("ec2_nat_gateways", **asked, state="absent")
    assert gone["actions"] == [f"delete_nat_gateway {REGIONAL}"]
    assert (gateways(aws), addresses(aws)) == ([], [])
    assert len(aws("ec2").describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["RouteTables"]) == 1


def test_a_zonal_gateway_goes_on_beside_a_regional_one_until_it_is_surplus(
    aws: Any, run_module: Any, options: dict[str, Any]
) -> None:
    run_module("ec2_nat_gateways", **options)
    beside = run_module("ec2_nat_gateways", **regional(options), wait=False)
    assert (beside["surplus"], len(gateways(aws))) == ([NAME], 2)
    last = run_module("ec2_nat_gateways", **regional(options), purge_nat_gateways=True)
    assert last["actions"] == [f"delete_nat_gateway {NAME}", f"release_address {NAME}"]
    assert [gateway["AvailabilityMode"] for gateway in gateways(aws)] == ["regional"]
    # and back
    run_module("ec2_nat_gateways", **options)
    assert run_module("ec2_nat_gateways", **options, purge_nat_gateways=True)["actions"] == [
        f"delete_nat_gateway {REGIONAL}"
    ]
    assert [address["AllocationId"] for address in addresses(aws)] == [
        gateways(aws)[0]["NatGatewayAddresses"][0]["AllocationId"]
    ]


def test_what_a_regional_gateway_cannot_be(run_module: Any, options: dict[str, Any], subnet_id: str) -> None:
    asked = regional(options)
    asked["nat_gateways"][0]["subnet_id"] = subnet_id
    assert "has no effect on a regional gateway" in run_module("ec2_nat_gateways", **asked)["msg"]
    run_module("ec2_nat_gateways", **options)
    same_name = {**options, "nat_gateways": [{"name": NAME, "availability_mode": "regional"}]}
    assert "availability_mode ('zonal' -> 'regional')" in run_module("ec2_nat_gateways", **same_name)["msg"]


def test_uses_the_address_that_an_interrupted_run_left(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    left = left_address(aws)
    done = run_module("ec2_nat_gateways", **options)
    assert done["actions"] == [f"create_nat_gateway {NAME}"]
    assert [address["AllocationId"] for address in addresses(aws)] == [left]


@pytest.mark.parametrize("created", [True, False])
def test_releases_further_addresses_that_interrupted_runs_left(
    aws: Any, run_module: Any, options: dict[str, Any], created: bool
) -> None:
    used = run_module("ec2_nat_gateways", **options)["nat_gateways"][0]["allocation_id"] if created else None
    left = sorted([left_address(aws), left_address(aws)])
    kept = {left_address(aws, "something else"), aws("ec2").allocate_address(Domain="vpc")["AllocationId"]}
    preview = run_module("ec2_nat_gateways", check=True, **options)
    done = run_module("ec2_nat_gateways", **options)
    expected = [f"release_address {NAME}"] * 2 if created else [f"create_nat_gateway {NAME}", f"release_address {NAME}"]
    assert done["actions"] == preview["actions"] == expected
    assert {address["AllocationId"] for address in addresses(aws)} == {used or left[0], *kept}
    assert not run_module("ec2_nat_gateways", **options)["changed"]


def test_only_addresses_with_the_identifying_tags_are_ours(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    left = left_address(aws)
    options["identifying_tags"] = {"Environment": "prod"}
    done = run_module("ec2_nat_gateways", **options)
    assert done["actions"] == [f"allocate_address {NAME}", f"create_nat_gateway {NAME}"]
    assert done["nat_gateways"][0]["tags"] == {"Environment": "prod", "Name": NAME}
    assert left in {address["AllocationId"] for address in addresses(aws)}


def test_without_tags_nothing_is_released(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ec2_nat_gateways", **options)
    left_address(aws)
    del options["tags"]
    assert not run_module("ec2_nat_gateways", **options)["changed"]
    assert len(addresses(aws)) == 2


def test_an_address_that_a_new_gateway_has_meanwhile_is_no_error() -> None:
    left = {"id": None, "name": NAME, "status": "no gateway", "allocation_id": "eipalloc-1", "address_tags": BOTH}
    (step,) = ec2_nat_gateways.surplus_steps([left], {})
    assert isinstance(step, ec2_nat_gateways.Call)
    assert {"AuthFailure", "InvalidIPAddress.InUse", "InvalidAllocationID.NotFound"} <= step.done_if


def test_purge_removes_gateways_that_are_not_listed(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    one = dict(options["nat_gateways"][0])
    second = {**one, "name": "streamflix-nat-2-dev"}
    run_module("ec2_nat_gateways", **{**options, "nat_gateways": [one, second]})
    foreign = {**options, "nat_gateways": [{**one, "name": "foreign"}], "tags": {"Environment": "prod"}}
    run_module("ec2_nat_gateways", **foreign)
    left_address(aws, "streamflix-nat-3-dev")
    unchanged = run_module("ec2_nat_gateways", **options)
    assert not unchanged["changed"]
    assert unchanged["surplus"] == ["streamflix-nat-2-dev", "streamflix-nat-3-dev"]

    options["purge_nat_gateways"] = True
    preview = run_module("ec2_nat_gateways", check=True, **options)
    assert len(gateways(aws)) == 3
    done = run_module("ec2_nat_gateways", **options)
    assert done["actions"] == [
        "delete_nat_gateway streamflix-nat-2-dev",
        "release_address streamflix-nat-2-dev",
        "release_address streamflix-nat-3-dev",
    ]
    assert done["actions"] == preview["actions"]
    assert [item["name"] for item in done["nat_gateways"]] == [NAME]
    assert done["surplus"] == []
    assert {as_dict(item)["Name"] for item in gateways(aws)} == {NAME, "foreign"}
    assert {as_dict(item)["Name"] for item in addresses(aws)} == {NAME, "foreign"}
    assert not run_module("ec2_nat_gateways", **options)["changed"]

    run_module("ec2_nat_gateways", **{**options, "nat_gateways": []})
    assert {as_dict(item)["Name"] for item in gateways(aws)} == {"foreign"}


def test_purge_finishes_what_an_interrupted_purge_left(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    one = dict(options["nat_gateways"][0])
    run_module("ec2_nat_gateways", **{**options, "nat_gateways": [one, {**one, "name": "surplus"}]})
    surplus = next(gateway for gateway in gateways(aws) if as_dict(gateway)["Name"] == "surplus")
    aws("ec2").delete_nat_gateway(NatGatewayId=surplus["NatGatewayId"])
    done = run_module("ec2_nat_gateways", purge_nat_gateways=True, **options)
    assert done["actions"] == ["release_address surplus"]
    assert len(addresses(aws)) == 1


def creation(options: dict[str, Any], found: dict[str, Any] | None, era: str) -> ec2_nat_gateways.Call:
    """Return the request that creates the listed gateway."""
    given = {"purge_tags": True, "wait": True, "identifying_tags": None, **options}
    steps, _unused = ec2_nat_gateways.plan_new(found, given["nat_gateways"][0], given, era)
    return steps[-1]


def test_the_retry_of_a_lost_reply_asks_for_the_same_gateway() -> None:
    zonal = {"name": NAME, "availability_mode": "zonal", "subnet_id": "subnet-1"}
    options = {"nat_gateways": [zonal], "tags": TAGS}
    other = {**options, "nat_gateways": [{**zonal, "subnet_id": "subnet-2"}]}
    left = {"allocation_id": "eipalloc-0123456789abcdef0", "public_ip": "198.51.100.7", "address_tags": BOTH}
    now = 1_000_000.0
    era = ec2_nat_gateways.token_era(["nat-1"], now)
    first = creation(options, None, era).params["ClientToken"]
    token = first.resolve({first.name: left["allocation_id"]})
    assert creation(options, left, era).params["ClientToken"] == token
    assert len(token) <= 64
    assert token.isascii()

    others = [
        creation(options, left, ec2_nat_gateways.token_era(["nat-1", "nat-2"], now)),
        creation(options, left, ec2_nat_gateways.token_era(["nat-1"], now + ec2_nat_gateways.TOKEN_SECONDS)),
        creation(other, left, era),
        creation(options, {**left, "allocation_id": "eipalloc-1"}, era),
    ]
    assert len({token, *(step.params["ClientToken"] for step in others)}) == 5


def test_a_gateway_that_is_gone_changes_the_token(
    aws: Any, run_module: Any, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time", lambda: 1_000_000.0)
    sent: list[str] = []
    original = ec2_nat_gateways.Api.call

    def call(self: Any, operation: str, *args: Any, **params: Any) -> Any:
        sent.extend([params["ClientToken"]] if operation == "create_nat_gateway" else [])
        return original(self, operation, *args, **params)

    monkeypatch.setattr(ec2_nat_gateways.Api, "call", call)
    first = run_module("ec2_nat_gateways", **options)["nat_gateways"][0]
    aws("ec2").delete_nat_gateway(NatGatewayId=first["id"])
    second = run_module("ec2_nat_gateways", **options)["nat_gateways"][0]
    assert second["allocation_id"] == first["allocation_id"]
    assert len(set(sent)) == 2
    assert all(token.endswith(first["allocation_id"]) for token in sent)


def test_an_address_in_use_elsewhere_is_not_taken(
    aws: Any, run_module: Any, options: dict[str, Any], subnet_id: str
) -> None:
    ec2 = aws("ec2")
    interface = ec2.create_network_interface(SubnetId=subnet_id)["NetworkInterface"]["NetworkInterfaceId"]
    used = left_address(aws)
    ec2.associate_address(AllocationId=used, NetworkInterfaceId=interface)
    done = run_module("ec2_nat_gateways", **options)
    assert done["nat_gateways"][0]["allocation_id"] != used
    gone = {"vpc_id": options["vpc_id"], "nat_gateways": [{"name": NAME}], "state": "absent"}
    run_module("ec2_nat_gateways", **gone)
    assert [address["AllocationId"] for address in addresses(aws)] == [used]


def test_without_waiting_a_pending_gateway_is_enough(
    aws: Any, run_module: Any, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_module("ec2_nat_gateways", **options)
    (gateway,) = backend().nat_gateways.values()
    gateway.state = "pending"
    asked = run_module("ec2_nat_gateways", wait=False, **options)
    assert not asked["changed"]
    assert asked["nat_gateways"][0]["status"] == "pending"

    naps: list[float] = []

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 2:
            gateway.state = "available"

    monkeypatch.setattr("time.sleep", sleep)
    waited = run_module("ec2_nat_gateways", **options)
    assert not waited["changed"]
    assert waited["nat_gateways"][0]["status"] == "available"
    assert len(naps) == 2


def test_a_gateway_that_fails_ends_with_the_reason_and_the_next_run_makes_another(
    aws: Any, run_module: Any, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from moto.ec2.models.nat_gateways import NatGatewayBackend

    create = NatGatewayBackend.create_nat_gateway
    reason = "Network vpc-1 has no Internet gateway attached"

    def fail(self: Any, *args: Any, **kwargs: Any) -> Any:
        gateway = create(self, *args, **kwargs)
        gateway.state, gateway.failure_message = "failed", reason
        address = self.address_by_allocation([gateway.nat_gateway_addresses[0]["allocationId"]])[0]
        address.eni = address.association_id = None
        return gateway

    with monkeypatch.context() as failing:
        failing.setattr(NatGatewayBackend, "create_nat_gateway", fail)
        failed = run_module("ec2_nat_gateways", **options)
    assert failed["failed"]
    assert reason in failed["msg"]
    assert NAME in failed["msg"]

    done = run_module("ec2_nat_gateways", **options)
    assert done["actions"] == [f"create_nat_gateway {NAME}"]
    assert done["nat_gateways"][0]["status"] == "available"
    assert len(addresses(aws)) == 1


def test_waits_for_the_address_of_a_gateway_in_deletion(
    aws: Any, run_module: Any, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run_module("ec2_nat_gateways", **options)["nat_gateways"][0]
    (gateway,) = backend().nat_gateways.values()
    gateway.state = "deleting"

    def go(_seconds: float) -> None:
        gateway.state = "available"
        aws("ec2").delete_nat_gateway(NatGatewayId=first["id"])

    monkeypatch.setattr("time.sleep", go)
    done = run_module("ec2_nat_gateways", **options)
    assert done["actions"] == [f"create_nat_gateway {NAME}"]
    assert done["nat_gateways"][0]["id"] != first["id"]
    assert done["nat_gateways"][0]["allocation_id"] == first["allocation_id"]


def test_another_subnet_needs_replacement(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ec2_nat_gateways", **options)
    other = aws("ec2").create_subnet(VpcId=options["vpc_id"], CidrBlock="10.0.1.0/24", AvailabilityZone="eu-west-1b")
    options["nat_gateways"][0]["subnet_id"] = other["Subnet"]["SubnetId"]
    failed = run_module("ec2_nat_gateways", **options)
    assert failed["needs_replacement"] == ["subnet_id"]
    assert len(gateways(aws)) == 1


def test_two_gateways_with_one_name_are_refused(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ec2_nat_gateways", **options)
    second = aws("ec2").create_nat_gateway(
        SubnetId=options["nat_gateways"][0]["subnet_id"],
        ConnectivityType="private",
        TagSpecifications=[{"ResourceType": "natgateway", "Tags": [{"Key": "Name", "Value": NAME}]}],
    )
    assert second
    assert f"have the Name tag '{NAME}'" in run_module("ec2_nat_gateways", **options)["msg"]


def test_previews_in_a_vpc_that_does_not_exist_yet(aws: Any, run_module: Any) -> None:
    preview = run_module(
        "ec2_nat_gateways",
        check=True,
        vpc_id="vpc-(known after apply)",
        nat_gateways=[{"name": NAME, "subnet_id": "subnet-(known after apply)"}],
        tags=TAGS,
    )
    assert preview["nat_gateways"][0]["id"] == "nat-(known after apply)"


def test_no_gateways_are_fine_too(run_module: Any, options: dict[str, Any]) -> None:
    done = run_module("ec2_nat_gateways", **{**options, "nat_gateways": []})
    assert not done["changed"]
    assert done["nat_gateways"] == []


def test_removes_gateway_and_address_and_removes_again(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ec2_nat_gateways", **options)
    gone = {"vpc_id": options["vpc_id"], "nat_gateways": [{"name": NAME}], "state": "absent"}
    preview = run_module("ec2_nat_gateways", check=True, **gone)
    assert preview["actions"] == [f"delete_nat_gateway {NAME}", f"release_address {NAME}"]
    assert len(gateways(aws)) == 1

    done = run_module("ec2_nat_gateways", **gone)
    assert done["actions"] == preview["actions"]
    assert (gateways(aws), addresses(aws)) == ([], [])
    assert not run_module("ec2_nat_gateways", **gone)["changed"]


@pytest.mark.parametrize("listed", [True, False])
def test_finishes_an_interrupted_removal(aws: Any, run_module: Any, options: dict[str, Any], listed: bool) -> None:
    run_module("ec2_nat_gateways", **options)
    aws("ec2").delete_nat_gateway(NatGatewayId=gateways(aws)[0]["NatGatewayId"])
    left_address(aws, "something else")
    chosen: dict[str, Any] = {"nat_gateways": [{"name": NAME}]} if listed else {"tags": {"Name": NAME}}
    done = run_module("ec2_nat_gateways", vpc_id=options["vpc_id"], state="absent", **chosen)
    assert done["actions"] == [f"release_address {NAME}"]
    assert len(addresses(aws)) == 1


def test_removes_all_that_carry_the_tags(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ec2_nat_gateways", **options)
    left_address(aws, "streamflix-nat-2-dev")
    done = run_module("ec2_nat_gateways", vpc_id=options["vpc_id"], tags=TAGS, state="absent")
    assert len(done["actions"]) == 3
    assert (gateways(aws), addresses(aws)) == ([], [])


def test_removes_all_that_carry_the_tags_when_the_vpc_is_gone(
    aws: Any, run_module: Any, options: dict[str, Any]
) -> None:
    left_address(aws)
    kept = aws("ec2").allocate_address(Domain="vpc")["AllocationId"]
    done = run_module("ec2_nat_gateways", tags=TAGS, state="absent")
    assert done["actions"] == [f"release_address {NAME}"]
    assert [address["AllocationId"] for address in addresses(aws)] == [kept]
    assert not run_module("ec2_nat_gateways", tags=TAGS, state="absent")["changed"]


def test_a_removal_waits_until_aws_has_deleted_the_gateway() -> None:
    item = {
        "id": "nat-1",
        "name": NAME,
        "status": "deleting",
        "allocation_id": "eipalloc-1",
        "address_tags": {"Name": NAME},
    }
    wait, release = ec2_nat_gateways.removal_steps([item], {})
    assert isinstance(wait, ec2_nat_gateways.Wait)
    assert wait.until == {"deleted", "failed"}
    assert wait.state({"NatGateways": [{"State": "deleting"}]}) == "deleting"
    assert wait.state({"NatGateways": []}) == "deleted"
    assert isinstance(release, ec2_nat_gateways.Call)
    assert "AuthFailure" in release.retry_if


def test_bad_options_are_refused(run_module: Any, options: dict[str, Any]) -> None:
    options["nat_gateways"].append(dict(options["nat_gateways"][0]))
    assert "is listed more than once" in run_module("ec2_nat_gateways", **options)["msg"]
    options["nat_gateways"] = [{"name": NAME}]
    assert f"subnet_id of {NAME} is missing" in run_module("ec2_nat_gateways", **options)["msg"]
    assert "tags is empty" in run_module("ec2_nat_gateways", tags={}, state="absent")["msg"]
    purge = {"vpc_id": options["vpc_id"], "nat_gateways": [], "purge_nat_gateways": True}
    assert "tags is empty" in run_module("ec2_nat_gateways", **purge)["msg"]
    gone = {"nat_gateways": [{"name": NAME}], "state": "absent"}
    assert "vpc_id is missing" in run_module("ec2_nat_gateways", **gone)["msg"]


GATEWAY, ADDRESS = "AWS::EC2::NatGateway", "AWS::EC2::EIP"


def test_tells_what_becomes_of_gateways_and_addresses(
    run_module: Any, changes_of: Any, options: Any, subnet_id: str
) -> None:
    unknown = "(known after apply)"
    allocation = (None, f"eipalloc-{unknown}")
    address = {"allocation_id": allocation, "public_ip": (None, unknown), "tags": (None, BOTH)}
    gateway = {"id": (None, f"nat-{unknown}"), "subnet_id": (None, subnet_id), "allocation_id": allocation}
    gateway["availability_mode"] = (None, "zonal")
    assert changes_of("ec2_nat_gateways", **options) == [
        ("create", ADDRESS, NAME, address),
        ("create", GATEWAY, NAME, {**gateway, "tags": (None, BOTH)}),
    ]
    options.update(tags={**TAGS, "Owner": "api"}, identifying_tags=TAGS)
    fields = {"tags.Owner": (None, "api")}
    assert changes_of("ec2_nat_gateways", **options) == [
        ("update", ADDRESS, NAME, fields),
        ("update", GATEWAY, NAME, fields),
    ]

    (found,) = run_module("ec2_nat_gateways", **options)["nat_gateways"]
    gone = {"vpc_id": options["vpc_id"], "nat_gateways": [{"name": NAME}], "state": "absent"}
    address, gateway = (
        {key: (found[key], None) for key in keys}
        for keys in (
            ("allocation_id", "public_ip", "tags"),
            ("id", "availability_mode", "subnet_id", "allocation_id", "tags"),
        )
    )
    assert changes_of("ec2_nat_gateways", **gone) == [
        ("remove", ADDRESS, NAME, address),
        ("remove", GATEWAY, NAME, gateway),
    ]


def test_tells_which_address_is_used_and_which_is_released(aws: Any, changes_of: Any, options: Any) -> None:
    left = sorted(left_address(aws) for _unused in range(2))
    changes = changes_of("ec2_nat_gateways", **options)
    assert [change[:3] for change in changes] == [("remove", ADDRESS, NAME), ("create", GATEWAY, NAME)]
    assert changes[0][3]["allocation_id"] == (left[1], None)
    assert changes[1][3]["allocation_id"] == (None, left[0])


@pytest.mark.parametrize(("key", "owner"), [("Name", {}), ("Environment", TAGS)])
def test_an_address_that_stays_is_no_change(
    aws: Any, run_module: Any, changes_of: Any, options: Any, key: str, owner: dict[str, str]
) -> None:
    (found,) = run_module("ec2_nat_gateways", **options)["nat_gateways"]
    aws("ec2").create_tags(Resources=[found["allocation_id"]], Tags=[{"Key": key, "Value": "theirs"}])
    gone = {"vpc_id": options["vpc_id"], "nat_gateways": [{"name": NAME}], "state": "absent", "owner_tags": owner}
    assert [change[:3] for change in changes_of("ec2_nat_gateways", **gone)] == [("remove", GATEWAY, NAME)]
    assert len(addresses(aws)) == 1


def test_a_replacement_names_the_gateway(aws: Any, run_module: Any, options: Any, vpc_id: str) -> None:
    run_module("ec2_nat_gateways", **options)
    other = aws("ec2").create_subnet(VpcId=vpc_id, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    failed = run_module("ec2_nat_gateways", **{**options, "nat_gateways": [{"name": NAME, "subnet_id": other}]})
    assert f"{NAME} needs replacement" in failed["msg"]
    assert [change["name"] for change in failed["changes"]] == [NAME]


@pytest.mark.parametrize("check", [True, False])
def test_the_only_way_out_of_a_subnet_in_use_is_kept(
    aws: Any, run_module: Any, options: dict[str, Any], vpc_id: str, check: bool
) -> None:
    ec2 = aws("ec2")
    gateway_id = run_module("ec2_nat_gateways", **options)["nat_gateways"][0]["id"]
    none = {**options, "nat_gateways": [], "keep_way_out": True}
    assert "failed" not in run_module("ec2_nat_gateways", check=check, **none)

    private = ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.0.2.0/24")["Subnet"]["SubnetId"]
    table = ec2.create_route_table(VpcId=vpc_id)["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=table, SubnetId=private)
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=gateway_id)
    assert "failed" not in run_module("ec2_nat_gateways", check=check, **none)

    ec2.create_network_interface(SubnetId=private)
    refused = run_module("ec2_nat_gateways", check=check, **none)
    assert f"{private} (1 network interfaces)" in refused["msg"]
    other = ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.0.3.0/24")["Subnet"]["SubnetId"]
    ec2.associate_route_table(RouteTableId=table, SubnetId=other)
    ec2.create_network_interface(SubnetId=other)
    both = ", ".join(f"{subnet} (1 network interfaces)" for subnet in sorted([private, other]))
    assert f"in use: {both}. What" in run_module("ec2_nat_gateways", check=check, **none)["msg"]
    assert "failed" not in run_module("ec2_nat_gateways", check=check, **{**none, "keep_way_out": False})
    # another way instead
    internet = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=internet, VpcId=vpc_id)
    ec2.replace_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=internet)
    assert "failed" not in run_module("ec2_nat_gateways", check=check, **none)


def test_an_address_whose_reply_was_lost_is_not_allocated_twice(
    aws: Any, run_module: Any, options: dict[str, Any], troubled: Any
) -> None:
    sent = troubled("AllocateAddress", "lost reply")
    assert run_module("ec2_nat_gateways", **options)["changed"]
    assert [as_dict(address) for address in addresses(aws)] == [BOTH]
    assert sent.count("AllocateAddress") == 1


def test_a_new_address_may_be_unknown_for_a_while(
    aws: Any, run_module: Any, options: dict[str, Any], troubled: Any
) -> None:
    sent = troubled("CreateNatGateway", *["InvalidAllocationID.NotFound"] * 9)
    assert run_module("ec2_nat_gateways", **options)["changed"]
    assert (sent.count("AllocateAddress"), sent.count("CreateNatGateway")) == (1, 10)
    assert (len(addresses(aws)), len(gateways(aws))) == (1, 1)


@pytest.mark.parametrize("purge", [True, False])
def test_the_tags_of_others_on_an_address_that_was_left_go_only_when_purged(
    aws: Any, run_module: Any, options: dict[str, Any], purge: bool
) -> None:
    left = left_address(aws)
    aws("ec2").create_tags(Resources=[left], Tags=[{"Key": "Owner", "Value": "network"}])
    preview = run_module("ec2_nat_gateways", check=True, **options, purge_tags=purge)
    done = run_module("ec2_nat_gateways", **options, purge_tags=purge)
    expected = BOTH if purge else {**BOTH, "Owner": "network"}
    for result in (preview, done):
        assert result["nat_gateways"][0]["address_tags"] == expected
    assert [as_dict(address) for address in addresses(aws)] == [expected]


def test_an_address_counts_as_used_for_a_while_after_its_gateway(
    run_module: Any, options: dict[str, Any], sent_until_removed: Any
) -> None:
    run_module("ec2_nat_gateways", **options)
    which = {"vpc_id": options["vpc_id"], "tags": TAGS}
    assert sent_until_removed("ec2_nat_gateways", "ReleaseAddress", *["InvalidIPAddress.InUse"] * 9, **which) == 10
