"""The modules of subnet groups, of RDS and of ElastiCache: each read back with plain boto3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

NAME = "streamflix-subnets-dev"
SERVICES = {
    "rds_subnet_group": ("rds", "DBSubnetGroup", "DBSubnetGroupArn"),
    "elasticache_subnet_group": ("elasticache", "CacheSubnetGroup", "ARN"),
}
OPERATIONS = {"rds": "db_subnet_group", "elasticache": "cache_subnet_group"}


@pytest.fixture(params=SERVICES)
def module(request: pytest.FixtureRequest) -> str:
    """Give the name of each of the two modules."""
    return request.param


@pytest.fixture
def subnets(aws: Any) -> list[str]:
    """Give three subnets in two zones."""
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    zones = {"10.0.0.0/24": "eu-west-1a", "10.0.1.0/24": "eu-west-1b", "10.0.2.0/24": "eu-west-1b"}
    return [
        ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for cidr, zone in zones.items()
    ]


@pytest.fixture
def options(subnets: list[str]) -> dict[str, Any]:
    return {
        "name": NAME,
        "description": "Private subnets",
        "subnet_ids": subnets[:2],
        "tags": {"Environment": "dev"},
    }


@pytest.fixture
def groups(aws: Any, module: str) -> Callable[[], list[dict[str, Any]]]:
    """Give a function that reads all subnet groups back, in one shape for both services."""
    service, key, arn = SERVICES[module]
    client = aws(service)

    def shape(group: dict[str, Any]) -> dict[str, Any]:
        pairs = client.list_tags_for_resource(ResourceName=group[arn])["TagList"]
        return {
            "name": group[f"{key}Name"],
            "arn": group[arn],
            "description": group[f"{key}Description"],
            "subnets": {subnet["SubnetIdentifier"] for subnet in group["Subnets"]},
            "tags": {pair["Key"]: pair["Value"] for pair in pairs},
        }

    return lambda: [shape(group) for group in getattr(client, f"describe_{OPERATIONS[service]}s")()[f"{key}s"]]


def test_creates_what_the_preview_shows(
    run_module: Any, module: str, options: dict[str, Any], groups: Any, subnets: list[str]
) -> None:
    preview = run_module(module, check=True, **options)
    assert preview["changed"]
    assert groups() == []

    done = run_module(module, **options)
    assert done["actions"] == preview["actions"]
    assert len(done["actions"]) == 1
    unknown = {"arn": "(known after apply)", "vpc_id": "vpc-(known after apply)"}
    assert {**done["subnet_group"], **unknown} == preview["subnet_group"]
    (group,) = groups()
    assert (group["name"], group["description"]) == (NAME, "Private subnets")
    assert group["arn"] == done["subnet_group"]["arn"]
    assert group["subnets"] == set(subnets[:2])
    assert group["tags"] == {"Environment": "dev"}


def test_a_preview_takes_subnets_that_are_not_known_yet(
    run_module: Any, module: str, options: dict[str, Any], groups: Any
) -> None:
    options["subnet_ids"] = ["subnet-(known after apply)"] * 2
    preview = run_module(module, check=True, **options)
    assert preview["subnet_group"]["subnet_ids"] == options["subnet_ids"]
    assert groups() == []


def test_second_run_changes_nothing(run_module: Any, module: str, options: dict[str, Any], troubled: Any) -> None:
    run_module(module, **options)
    options["subnet_ids"].reverse()
    sent = troubled()
    for check in (True, False):
        sent.clear()
        again = run_module(module, check=check, **options)
        assert (again["changed"], again["actions"]) == (False, [])
        assert again["diff"]["before"] == again["diff"]["after"]
        assert len(sent) == 2


def test_changes_only_what_differs(
    run_module: Any, module: str, options: dict[str, Any], groups: Any, subnets: list[str]
) -> None:
    run_module(module, **options)
    options |= {"description": "More subnets", "subnet_ids": subnets, "tags": {"Owner": "api"}}
    preview = run_module(module, check=True, **options)
    assert groups()[0]["description"] == "Private subnets"

    done = run_module(module, **options)
    assert done["subnet_group"] == preview["subnet_group"]
    operation = OPERATIONS[SERVICES[module][0]]
    expected = [f"modify_{operation}", "add_tags_to_resource", "remove_tags_from_resource"]
    assert [action.split()[0] for action in done["actions"]] == expected
    (group,) = groups()
    assert (group["description"], group["subnets"], group["tags"]) == ("More subnets", set(subnets), {"Owner": "api"})

    options["subnet_ids"] = subnets[1:]
    assert run_module(module, **options)["actions"] == [f"modify_{operation} {NAME}"]
    assert groups()[0]["subnets"] == set(subnets[1:])
    assert not run_module(module, **options)["changed"]


def test_tags_that_are_not_named_go_only_when_purged(
    run_module: Any, module: str, options: dict[str, Any], groups: Any
) -> None:
    run_module(module, **options)
    run_module(module, purge_tags=False, **{**options, "tags": {"Owner": "api"}})
    assert groups()[0]["tags"] == {"Environment": "dev", "Owner": "api"}
    del options["tags"]
    assert not run_module(module, **options)["changed"]


def test_removes_and_removes_again(run_module: Any, module: str, options: dict[str, Any], groups: Any) -> None:
    run_module(module, **options)
    preview = run_module(module, check=True, name=NAME, state="absent")
    assert len(groups()) == 1
    done = run_module(module, name=NAME, state="absent")
    assert done["actions"] == preview["actions"]
    assert (done["subnet_group"], done["diff"]["after"]) == ({}, {})
    assert groups() == []
    for check in (True, False):
        assert not run_module(module, check=check, name=NAME, state="absent")["changed"]


IN_USE = {
    "rds_subnet_group": ("DeleteDBSubnetGroup", "InvalidDBSubnetGroupStateFault"),
    "elasticache_subnet_group": ("DeleteCacheSubnetGroup", "CacheSubnetGroupInUse"),
}


def test_a_group_that_aws_still_counts_as_used_is_removed_a_little_later(
    run_module: Any, module: str, options: dict[str, Any], groups: Any, troubled: Any
) -> None:
    run_module(module, **options)
    operation, code = IN_USE[module]
    sent = troubled(operation, *[code] * 5)
    assert run_module(module, name=NAME, state="absent")["changed"]
    assert sent.count(operation) == 6
    assert groups() == []


def test_a_group_that_stays_in_use_is_named(
    run_module: Any, module: str, options: dict[str, Any], groups: Any, troubled: Any
) -> None:
    run_module(module, **options)
    operation, code = IN_USE[module]
    troubled(operation, code)
    failed = run_module(module, name=NAME, state="absent", wait_timeout=0)
    assert failed["failed"]
    assert code in failed["msg"]
    assert NAME in failed["msg"]
    assert len(groups()) == 1


def test_throttling_passes(run_module: Any, module: str, options: dict[str, Any], groups: Any, troubled: Any) -> None:
    operation = IN_USE[module][0].replace("Delete", "Create")
    sent = troubled(operation, "Throttling", "Throttling")
    assert run_module(module, **options)["changed"]
    assert sent.count(operation) == 3
    assert len(groups()) == 1


@pytest.mark.parametrize("verb", ["Create", "Delete"])
def test_a_lost_reply_is_no_failure(
    run_module: Any, module: str, options: dict[str, Any], groups: Any, troubled: Any, verb: str
) -> None:
    sent = troubled(IN_USE[module][0].replace("Delete", verb), "lost reply")
    assert run_module(module, **options)["changed"]
    assert groups()[0]["tags"] == {"Environment": "dev"}
    assert run_module(module, name=NAME, state="absent")["changed"]
    assert groups() == []
    assert len([name for name in sent if name.startswith(verb)]) > 1


def test_a_group_that_vanishes_while_it_is_read_is_made(
    run_module: Any, module: str, options: dict[str, Any], troubled: Any
) -> None:
    run_module(module, **options)
    troubled("ListTagsForResource", f"{SERVICES[module][1]}NotFoundFault")
    assert run_module(module, check=True, **options)["actions"][0].startswith("create_")


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"name": "Streamflix"}, "lower-case letters"),
        ({"name": "default"}, "not be 'default'"),
        ({"subnet_ids": []}, "AWS needs"),
    ],
)
def test_a_wrong_option_touches_nothing(
    run_module: Any, module: str, options: dict[str, Any], groups: Any, wrong: dict[str, Any], text: str
) -> None:
    failed = run_module(module, **{**options, **wrong})
    assert failed["failed"]
    assert text in failed["msg"]
    assert groups() == []


def test_rds_needs_two_subnets(run_module: Any, options: dict[str, Any], subnets: list[str]) -> None:
    failed = run_module("rds_subnet_group", **{**options, "subnet_ids": subnets[:1]})
    assert "AWS needs 2" in failed["msg"]


def test_tells_what_becomes_of_the_group(
    run_module: Any, changes_of: Any, module: str, options: dict[str, Any], subnets: list[str]
) -> None:
    types = {"rds_subnet_group": "AWS::RDS::DBSubnetGroup", "elasticache_subnet_group": "AWS::ElastiCache::SubnetGroup"}
    created = {
        "arn": "(known after apply)",
        "description": "Private subnets",
        "subnet_ids": sorted(subnets[:2]),
        "vpc_id": "vpc-(known after apply)",
        "tags": {"Environment": "dev"},
    }
    fields = {field: (None, value) for field, value in created.items()}
    assert changes_of(module, **options) == [("create", types[module], NAME, fields)]
    options["subnet_ids"] = [subnets[0], subnets[2]]
    fields = {"subnet_ids": ([subnets[1]], [subnets[2]])}
    assert changes_of(module, **options) == [("update", types[module], NAME, fields)]
    found = run_module(module, **options)["subnet_group"]
    fields = {field: (value, None) for field, value in found.items() if field != "name"}
    assert changes_of(module, name=NAME, state="absent") == [("remove", types[module], NAME, fields)]
