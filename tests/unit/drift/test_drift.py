"""The drift suite must not be easily content: what it compares, and what it holds against a preview and a repair."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.journal import Entry
from tests.drift import proof, snapshot
from tests.drift.catalogue import ALL
from tests.drift.mutation import REPLACE, Mutation, Named

TABLE = "AWS::EC2::RouteTable"
ROUTES = Named(TABLE, "private", ("routes",))


def change(name: str = "private", *fields: str, action: str = "update", **more: Any) -> dict[str, Any]:
    return {"action": action, "type": TABLE, "name": name, "fields": [{"field": item} for item in fields], **more}


def request(operation: str, writes: bool = True, **parameters: Any) -> Entry:
    return Entry(0.0, "ec2", operation, parameters, 200, "", "", writes, "eu-west-1", "testing")


def a_mutation(**more: Any) -> Mutation:
    return Mutation("route removed", lambda aws: None, (ROUTES,), "network", ("ec2:CreateRoute",), **more)


def test_a_preview_that_names_it_is_right() -> None:
    assert proof.naming_problems((ROUTES,), [change("private", "routes")]) == []
    assert proof.naming_problems((ROUTES,), [change("private", "routes.0.target")]) == []


@pytest.mark.parametrize(
    "said",
    [
        [],
        [change("public", "routes")],
        [change("private", "subnet_ids")],
        [change("private", "routes", "subnet_ids")],
        [change("private", "routes_of_others")],
        [change("private", "routes"), change("public", "routes")],
        [change("private", "routes", action="remove")],
    ],
    ids=["nothing", "another one", "another field", "too much", "a longer name", "one more", "another action"],
)
def test_a_preview_that_says_less_or_more_is_wrong(said: list[dict[str, Any]]) -> None:
    assert proof.naming_problems((ROUTES,), said)


def test_all_fields_of_what_is_created_may_be_named() -> None:
    created = Named(TABLE, "private", action="create")
    assert proof.naming_problems((created,), [change("private", "routes", "id", action="create")]) == []


def test_a_replacement_needs_its_reason() -> None:
    replaced = Named(TABLE, "private", ("vpc_id",), REPLACE, "another name")
    said = change("private", "vpc_id", action="replace", reason="Give it another name.")
    assert proof.naming_problems((replaced,), [said]) == []
    assert proof.naming_problems((replaced,), [{**said, "reason": ""}])


def test_a_repair_may_only_send_what_it_needs_to_the_resource() -> None:
    names = {"rtb-1": "private", "rtb-2": "public"}
    good = [request("CreateRoute", RouteTableId="rtb-1")]
    assert proof.writing_problems(a_mutation(), good, names) == []
    assert proof.writing_problems(a_mutation(), [], names)
    assert proof.writing_problems(a_mutation(), [request("CreateRoute", RouteTableId="rtb-2")], names)
    assert proof.writing_problems(a_mutation(), [*good, request("DeleteRoute", RouteTableId="rtb-1")], names)


def test_identifiers_and_times_make_no_difference() -> None:
    def account(number: str, time: str, cidr: str) -> Any:
        names = {f"vpc-{number}": "<vpc main>"}
        return snapshot.plain({"VpcId": f"vpc-{number}", "CreateTime": time, "Cidr": cidr}, names)

    assert account("0123456789abcdef0", "now", "10.0.0.0/16") == account("fedcba98765432100", "then", "10.0.0.0/16")
    assert account("0123456789abcdef0", "now", "10.0.0.0/16") != account("0123456789abcdef0", "now", "10.1.0.0/16")


def test_snapshots_differ_in_words() -> None:
    before = snapshot.Snapshot({"vpc": {"main": {"dns": True, "tags": [{"Key": "a"}]}}}, {})
    after = snapshot.Snapshot({"vpc": {"main": {"dns": False, "tags": []}}}, {})
    assert snapshot.difference(before, before) == []
    assert snapshot.difference(before, after) == [
        "/vpc/main/dns: true -> false",
        '/vpc/main/tags: [{"Key": "a"}] -> []',
    ]


def test_what_came_and_went_differs() -> None:
    before, after = snapshot.Snapshot({"vpc": {"main": 1}}, {}), snapshot.Snapshot({"vpc": {"other": 1}}, {})
    assert len(snapshot.difference(before, after)) == 2


@pytest.mark.parametrize("mutation", ALL, ids=lambda mutation: mutation.name)
def test_each_drift_says_what_is_expected(mutation: Mutation) -> None:
    assert mutation.named
    assert all(item.fields for item in mutation.named if item.action in proof.COMPARED)
    assert bool(mutation.repair) != mutation.needs_replacement
    assert all(item.reason for item in mutation.named if item.action == REPLACE)


def test_the_sample_has_something_of_every_tier() -> None:
    assert {mutation.tier for mutation in ALL if mutation.sample} == {mutation.tier for mutation in ALL}
