"""Why the roles keep a module of ours where the stock one passes all rows of the page: each reason is shown here."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args
from botocore.client import BaseClient

OWNER = {"Application": "streamflix", "Environment": "dev", "ManagedBy": "streamflix.content_api"}
NAME = "streamflix-aurora-subnet-dev"

Stock = Callable[..., dict[str, Any]]


@pytest.fixture
def subnet_ids(aws: Any) -> list[str]:
    ec2 = aws("ec2")
    vpc_id = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    return [
        ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.7.{number}.0/24", AvailabilityZone=f"eu-west-1{zone}")["Subnet"][
            "SubnetId"
        ]
        for number, zone in enumerate("ab")
    ]


@pytest.fixture
def stock(aws: Any, capsys: pytest.CaptureFixture[str], subnet_ids: list[str]) -> Stock:
    """Give a function that runs amazon.aws.rds_subnet_group."""
    program = importlib.import_module("ansible_collections.amazon.aws.plugins.modules.rds_subnet_group")

    def run(**options: Any) -> dict[str, Any]:
        given = {"state": "present", "name": NAME, "description": "Ours", "subnets": subnet_ids, **options}
        with patch_module_args(given), pytest.raises(SystemExit):
            program.main()
        return dict(json.loads(capsys.readouterr().out))

    return run


@pytest.fixture
def ours(run_module: Any, subnet_ids: list[str]) -> Stock:
    """Give a function that runs our module."""

    def run(**options: Any) -> dict[str, Any]:
        return dict(run_module("rds_subnet_group", name=NAME, description="Ours", subnet_ids=subnet_ids, **options))

    return run


@pytest.fixture
def tags_of_it(aws: Any) -> Callable[[], dict[str, str]]:
    def read() -> dict[str, str]:
        (group,) = aws("rds").describe_db_subnet_groups(DBSubnetGroupName=NAME)["DBSubnetGroups"]
        listed = aws("rds").list_tags_for_resource(ResourceName=group["DBSubnetGroupArn"])["TagList"]
        return {tag["Key"]: tag["Value"] for tag in listed}

    return read


def scan_and_age(aws: Any) -> None:
    """Add a tag as somebody's scanner does, and one that the stack once had."""
    (group,) = aws("rds").describe_db_subnet_groups(DBSubnetGroupName=NAME)["DBSubnetGroups"]
    others = [{"Key": "auto:scanned", "Value": "yes"}, {"Key": "Team", "Value": "old"}]
    aws("rds").add_tags_to_resource(ResourceName=group["DBSubnetGroupArn"], Tags=others)


@pytest.mark.parametrize(("purge", "left"), [(True, OWNER), (False, {**OWNER, "auto:scanned": "yes", "Team": "old"})])
def test_stock_removes_all_tags_of_others_or_none(
    aws: Any, stock: Stock, tags_of_it: Callable[[], Any], purge: bool, left: dict[str, str]
) -> None:
    stock(tags=OWNER)
    scan_and_age(aws)
    stock(tags=OWNER, purge_tags=purge)
    assert tags_of_it() == left


def test_ours_removes_what_is_old_and_keeps_what_others_set(
    aws: Any, ours: Stock, tags_of_it: Callable[[], Any]
) -> None:
    ours(tags=OWNER, owner_tags=OWNER)
    scan_and_age(aws)
    ours(tags=OWNER, owner_tags=OWNER, ignored_tags=["auto:*"])
    assert tags_of_it() == {**OWNER, "auto:scanned": "yes"}


def test_stock_changes_what_is_somebody_elses_and_ours_refuses(
    aws: Any, stock: Stock, ours: Stock, tags_of_it: Callable[[], Any]
) -> None:
    foreign = {"Application": "billing"}
    stock(tags=foreign)
    assert "is not ours" in ours(tags=OWNER, owner_tags=OWNER)["msg"]
    assert tags_of_it() == foreign
    assert stock(tags=OWNER)["changed"]
    assert tags_of_it() == OWNER


def test_stock_asks_twice_as_often(aws: Any, stock: Stock, ours: Stock, monkeypatch: pytest.MonkeyPatch) -> None:
    stock(tags=OWNER)
    call, sent = BaseClient._make_api_call, []

    def counted(client: BaseClient, operation: str, params: dict[str, Any]) -> Any:
        sent.append(operation)
        return call(client, operation, params)

    monkeypatch.setattr(BaseClient, "_make_api_call", counted)
    assert not stock(tags=OWNER)["changed"]
    by_stock, sent[:] = len(sent), []
    assert not ours(tags=OWNER, owner_tags=OWNER)["changed"]
    assert (by_stock, len(sent)) == (4, 2)
