"""DNS names of the load balancer, from the first preview to the removal, read back with plain boto3."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from emulator import journal
from emulator.modes import Modes
from tests.support import account, playbook, server

ZONE, NAME, OTHER = "example.com", "api.example.com", "other.example.com"
THEIRS = "somebody-else-1.eu-west-1.elb.amazonaws.com"
RECORDS = [{"zone": ZONE, "name": NAME}]
KIND = "AWS::Route53::RecordSet"
CHANGE = "ChangeResourceRecordSets"


class Account:
    """An account with the stack, and with a hosted zone that is not the stack's."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.aws = server.clients(endpoint)

    def run(self, book: str, *arguments: str, **variables: Any) -> playbook.Run:
        """Run a playbook of the stack."""
        return playbook.run(book, *arguments, endpoint=self.endpoint, ecs_service_dns_records=RECORDS, **variables)

    def zone(self) -> str:
        """Return the id of the hosted zone."""
        return self.aws("route53").list_hosted_zones()["HostedZones"][0]["Id"]

    def aliases(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Return where the aliases of the zone lead, by name and type."""
        found = account.pages(
            self.aws("route53"), "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=self.zone()
        )
        return {(one["Name"], one["Type"]): one["AliasTarget"] for one in found if "AliasTarget" in one}

    def lead(self, name: str, target: str) -> None:
        """Let a name lead somewhere."""
        alias = {"HostedZoneId": "Z32O12XQLNTSW2", "DNSName": target, "EvaluateTargetHealth": False}
        change = {"Action": "UPSERT", "ResourceRecordSet": {"Name": name, "Type": "A", "AliasTarget": alias}}
        self.aws("route53").change_resource_record_sets(HostedZoneId=self.zone(), ChangeBatch={"Changes": [change]})


@pytest.fixture(scope="module")
def journal_of(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Give the file with all requests."""
    return tmp_path_factory.mktemp("dns") / "journal.jsonl"


@pytest.fixture(scope="module")
def stack(journal_of: pathlib.Path) -> Iterator[Account]:
    """Give an account without the stack."""
    with server.running(Modes(journal=journal_of)) as endpoint:
        yield Account(endpoint)


def changes(run: playbook.Run) -> list[tuple[str, str]]:
    """Return what becomes of DNS records, as the recap says it."""
    return [(change["action"], change["name"]) for change in run.changes if change["type"] == KIND]


def test_the_life_of_a_name(stack: Account, journal_of: pathlib.Path) -> None:
    refused = stack.run("site.yml")
    assert refused.code != 0
    assert f"ecs_service_dns_records has '{NAME}', but this account has no hosted zone '{ZONE}'" in refused.output
    assert len(journal.load(journal_of).writes()) == 0

    stack.aws("route53").create_hosted_zone(Name=ZONE, CallerReference="dns")
    preview = stack.run("site.yml", "--check")
    assert preview.code == 0, preview.output
    assert changes(preview) == [("create", f"{NAME} A")]
    assert stack.aliases() == {}

    deployed = stack.run("site.yml")
    assert deployed.code == 0, deployed.output
    assert changes(deployed) == changes(preview)
    balancer = stack.aws("elbv2").describe_load_balancers()["LoadBalancers"][0]
    leads = {
        "HostedZoneId": balancer["CanonicalHostedZoneId"],
        "DNSName": f"{balancer['DNSName']}.",
        "EvaluateTargetHealth": False,
    }
    assert stack.aliases() == {(f"{NAME}.", "A"): leads}
    again = stack.run("site.yml")
    assert (again.code, again.changed, again.changes) == (0, 0, [])

    stack.lead(OTHER, leads["DNSName"])
    stack.lead(NAME, THEIRS)
    foreign = stack.run("site.yml", "--tags", "ecs_service")
    assert foreign.code != 0
    assert f"{NAME} A, which leads to {THEIRS}, is not ours" in foreign.output

    removed = stack.run("playbooks/destroy.yml", confirm="dev")
    assert removed.code == 0, removed.output
    assert changes(removed) == [("remove", f"{OTHER} A")]
    left = {which: alias["DNSName"] for which, alias in stack.aliases().items()}
    assert left == {(f"{NAME}.", "A"): f"{THEIRS}."}
    order = [entry.operation for entry in journal.load(journal_of).writes()]
    # created, the two by hand, removed
    assert order.count(CHANGE) == 4
    assert len(order) - order[::-1].index(CHANGE) - 1 < order.index("DeleteLoadBalancer")
