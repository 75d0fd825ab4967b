"""The estimate of a month, computed again by hand from the table of prices."""

from __future__ import annotations

import csv
import functools
import re

import pytest

from tests.support import playbook

TABLE = playbook.ROOT / "roles" / "preflight" / "files" / "prices.tsv"
NOWHERE = "http://127.0.0.1:9"
HOURS = 730
SECRET = (1, "AWSSecretsManager-Secrets")
# of three tiers: units a month of which usage type
BY_HAND = {
    "dev": {
        "network": [(HOURS, "NatGateway-Hours"), (HOURS, "PublicIPv4:InUseAddress")],
        "aurora": [(2 * HOURS * 0.5, "Aurora:ServerlessV2Usage"), SECRET],
        "redis": [(2 * HOURS, "NodeUsage:cache.t4g.micro")],
    },
    "staging": {
        "network": [(2 * HOURS, "NatGateway-Hours"), (2 * HOURS, "PublicIPv4:InUseAddress")],
        "aurora": [(2 * HOURS * 0.5, "Aurora:ServerlessV2Usage"), SECRET],
        "redis": [(2 * HOURS, "NodeUsage:cache.t4g.small")],
    },
    "prod": {
        "network": [(2 * HOURS, "NatGateway-Hours"), (2 * HOURS, "PublicIPv4:InUseAddress")],
        "aurora": [(3 * HOURS * 2, "Aurora:ServerlessV2Usage"), SECRET],
        "redis": [(3 * HOURS, "NodeUsage:cache.r7g.large")],
    },
}
ROW = re.compile(r"- (?P<tier>\w+) .* x +[\d,.]+ +(?P<usd>[\d,.]+)$")
BASELINE = re.compile(r"- baseline +(?P<usd>[\d,.]+)$")


@functools.cache
def usd(usage: str) -> float:
    """Return the price of a usage type, for PostgreSQL and Redis, as the file has it."""
    with TABLE.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["region"] == "eu-west-1"]
    wanted = [row for row in rows if row["usage"] == usage and row["variant"] in ("", "PostgreSQL", "Redis")]
    (price,) = [row["usd"] for row in wanted]
    return float(price)


def amounts(output: str) -> tuple[dict[str, float], float]:
    """Return the baseline by tier and the whole, as a run has printed them."""
    rows, _unused, rest = output.partition("- baseline ")
    total = BASELINE.search(f"- baseline {rest.splitlines()[0]}")
    assert total is not None
    tiers: dict[str, float] = {}
    for found in filter(None, (ROW.search(line) for line in rows.splitlines())):
        tiers[found["tier"]] = tiers.get(found["tier"], 0) + float(found["usd"].replace(",", ""))
    return tiers, float(total["usd"].replace(",", ""))


@pytest.mark.parametrize("environment", BY_HAND)
def test_three_tiers_cost_what_the_table_says(environment: str) -> None:
    run = playbook.run("playbooks/cost.yml", endpoint=NOWHERE, inventory=f"inventories/{environment}")
    assert (run.code, run.changed) == (0, 0), run.output
    tiers, total = amounts(run.output)
    for tier, needed in BY_HAND[environment].items():
        assert tiers[tier] == pytest.approx(sum(units * usd(usage) for units, usage in needed), rel=0.01), tier
    assert total == pytest.approx(sum(tiers.values()), rel=0.01)
    # what has no price is named, and is no 0.00
    assert ("awskms KMS-Keys is not in the table; 1.00 a key-month in us-east-1" in run.output) == (
        environment != "dev"
    )
    assert " 0.00" not in run.output


def test_what_is_wrong_is_said_before_anything_is_computed() -> None:
    for given, told in (
        ({"platform_cost_assumptions": {"requests": 5}}, "platform_cost_assumptions has 'requests': its names are"),
        ({"platform_cost_assumptions": {"nat_gb": -5}}, "platform_cost_assumptions has nat_gb: -5, which has to be"),
        ({"platform_price_table": "nothing.tsv"}, "The price table"),
        ({"redis_num_cache_clusters": 99}, "redis_num_cache_clusters"),
    ):
        run = playbook.run("playbooks/cost.yml", endpoint=NOWHERE, **given)
        assert run.code != 0
        assert told in " ".join(run.output.split())
        assert "baseline" not in run.output
