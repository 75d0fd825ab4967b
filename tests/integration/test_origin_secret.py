"""A public load balancer that only API Gateway reaches, by a secret header that comes, moves and goes without a gap."""

from __future__ import annotations

import json
import pathlib
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.modes import Modes
from tests.support import account, certificates, playbook, server
from tests.support.watch import watched

ZONE, NAME, HEADER = "example.com", "origin.example.com", "X-Origin-Verify"
SENT = f"integration.request.header.{HEADER}"
OLD_KEY = "streamflix-origin-dev-one"
NEW_KEY = "streamflix-origin-dev-two"
BOTH = ("--tags", "ecs_service,apigw")


class Stack:
    """A stack whose load balancer takes HTTPS, in an account of its own."""

    def __init__(self, endpoint: str, folder: pathlib.Path) -> None:
        self.endpoint, self.aws = endpoint, server.clients(endpoint)
        certificates.zone(self.aws, ZONE)
        self.variables = {
            "ecs_service_certificate_arn": certificates.certificate_for(self.aws("acm"), NAME),
            "ecs_service_dns_records": [{"zone": ZONE, "name": NAME}],
            "ecs_service_listener_port": 443,
            "ecs_service_origin_grace": 0,
            "outputs_directory": str(folder),
        }
        self.empty = account.snapshot(self.aws)
        # all that a run has printed or reported, in which no secret may be
        self.printed: list[str] = []
        self.seen: set[str] = set()
        self.answers: list[int] = []

    def run(self, book: str, *arguments: str, **variables: Any) -> playbook.Run:
        """Run a playbook of the stack, with diffs and all details."""
        how = {"endpoint": self.endpoint, **self.variables, **variables}
        done = playbook.run(book, "--diff", "-vvv", *arguments, **how)
        self.printed += [done.output, json.dumps([done.changes, done.failures])]
        self.seen |= self.values().keys()
        return done

    def values(self) -> dict[str, str]:
        """Return the names of the header's secrets by their values."""
        client = self.aws("secretsmanager")
        names = [one["Name"] for one in client.list_secrets()["SecretList"] if "-origin-" in one["Name"]]
        held = {name: json.loads(client.get_secret_value(SecretId=name)["SecretString"]) for name in names}
        return {secret["password"]: name for name, secret in held.items()}

    def ask(self, host: str, **headers: str) -> int:
        """Send a request to a host of the account and return the code of the answer."""
        path = "/dev/titles" if "execute-api" in host else "/titles"
        request = urllib.request.Request(self.endpoint + path, headers={"Host": host, **headers})
        try:
            with urllib.request.urlopen(request, timeout=20) as reply:
                return int(reply.status)
        except urllib.error.HTTPError as error:
            return error.code

    def api_host(self) -> str:
        """Return the host of the API."""
        (found,) = self.aws("apigateway").get_rest_apis()["items"]
        return f"{found['id']}.execute-api.eu-west-1.amazonaws.com"

    def balancer_host(self) -> str:
        """Return the host and the port by which somebody passes by the API."""
        (found,) = self.aws("elbv2").describe_load_balancers()["LoadBalancers"]
        return f"{found['DNSName']}:443"

    def look(self) -> list[str]:
        """Ask the API, and keep what it answers."""
        self.answers.append(self.ask(self.api_host()))
        return []

    def rules(self) -> list[dict[str, Any]]:
        """Return the rules of the listener for HTTPS."""
        elbv2 = self.aws("elbv2")
        (balancer,) = elbv2.describe_load_balancers()["LoadBalancers"]
        listeners = elbv2.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
        (secure,) = [one["ListenerArn"] for one in listeners if one["Port"] == 443]
        return list(elbv2.describe_rules(ListenerArn=secure)["Rules"])

    def taken(self) -> list[str]:
        """Return the names of the secrets that the load balancer takes, and that of the rule that refuses the rest."""
        rules, names = self.rules(), self.values()
        actions = [rule["Actions"][0]["Type"] for rule in rules]
        found = [one["HttpHeaderConfig"] for rule in rules for one in rule["Conditions"] if "HttpHeaderConfig" in one]
        assert {one["HttpHeaderName"] for one in found} <= {HEADER}
        return sorted(names.get(value, value) for one in found for value in one["Values"]) + sorted(
            action for action in actions if action == "fixed-response"
        )

    def sent(self) -> set[str]:
        """Return the names of the secrets that the API sends; empty for none."""
        gateway, names = self.aws("apigateway"), self.values()
        (api,) = gateway.get_rest_apis()["items"]
        items = gateway.get_resources(restApiId=api["id"], embed=["methods"])["items"]
        ways = [item["resourceMethods"]["ANY"]["methodIntegration"] for item in items]
        values = [(way.get("requestParameters") or {}).get(SENT, "").strip("'") for way in ways]
        return {names.get(value, value) for value in values}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Give the stack, deployed without the header."""
    with server.running(Modes(rules=True, validate=True)) as endpoint:
        deployed = Stack(endpoint, tmp_path_factory.mktemp("outputs"))
        done = deployed.run("site.yml")
        assert done.code == 0, done.output
        assert deployed.ask(deployed.balancer_host()) == 200
        yield deployed


def told(run: playbook.Run) -> list[tuple[str, str, str]]:
    """Return what a run says that becomes of each resource."""
    return sorted((change["action"], change["type"], change["name"]) for change in run.changes)


def test_only_requests_through_the_api_are_served(stack: Stack) -> None:
    before = account.snapshot(stack.aws)
    preview = stack.run("site.yml", *BOTH, "--check", ecs_service_origin_secret="one")
    assert (preview.code, account.snapshot(stack.aws)) == (0, before), preview.output
    with watched(stack.look):
        done = stack.run("site.yml", *BOTH, ecs_service_origin_secret="one")
    assert done.code == 0, done.output
    assert told(done) == told(preview)
    assert (stack.taken(), stack.sent()) == ([OLD_KEY, "fixed-response"], {OLD_KEY})
    assert stack.ask(stack.balancer_host()) == 403
    assert stack.ask(stack.balancer_host(), **{HEADER: "guessed"}) == 403
    again = stack.run("site.yml", *BOTH, ecs_service_origin_secret="one")
    assert (again.code, again.changed, again.changes) == (0, 0, []), again.output


def test_a_rotation_refuses_nobody_in_whatever_order(stack: Stack) -> None:
    two = {"ecs_service_origin_secret": "two"}
    with watched(stack.look):
        early = stack.run("site.yml", "--tags", "apigw", **two)
        assert "There is no secret" in early.failures[0]["message"]
        half = stack.run("site.yml", "--tags", "ecs_service", **two)
        assert half.code == 0, half.output
        assert (stack.taken(), stack.sent()) == ([OLD_KEY, NEW_KEY, "fixed-response"], {OLD_KEY})
        killed = stack.run("site.yml", *BOTH, kill_after=6, **{**two, "ecs_service_origin_grace": 60})
        assert killed.code < 0
        assert OLD_KEY in stack.taken()
        # what somebody removes by hand is made again
        (refusal,) = [rule["RuleArn"] for rule in stack.rules() if rule["Priority"] == "50000"]
        stack.aws("elbv2").delete_rule(RuleArn=refusal)
        # the lock of the killed run may still be there
        done = stack.run("site.yml", *BOTH, platform_lock="break", **two)
        assert done.code == 0, done.output
    assert (stack.taken(), stack.sent()) == ([NEW_KEY, "fixed-response"], {NEW_KEY})
    assert list(stack.values().values()) == [NEW_KEY]
    assert stack.ask(stack.balancer_host()) == 403


def test_the_header_goes_without_a_gap_and_nothing_is_left(stack: Stack) -> None:
    with watched(stack.look):
        off = stack.run("site.yml", *BOTH, ecs_service_origin_secret="none")
    assert off.code == 0, off.output
    assert (stack.taken(), stack.sent(), stack.values()) == ([], {""}, {})
    assert stack.ask(stack.balancer_host()) == 200
    assert len(stack.answers) > 20
    assert set(stack.answers) == {200}
    removed = stack.run("playbooks/destroy.yml", confirm="dev", ecs_service_origin_secret="one")
    assert removed.code == 0, removed.output
    left = account.difference(stack.empty, account.snapshot(stack.aws))
    assert left.keys() <= {"rds.DBClusterSnapshots", "iam.Roles", "apigateway.account"}, left


def test_no_run_shows_a_secret(stack: Stack) -> None:
    assert len(stack.seen) == 2
    assert not [text for text in stack.printed for value in stack.seen if value in text]
