"""The table of prices, and what a quantity costs by it."""

from __future__ import annotations

import datetime
import pathlib
import re
from decimal import Decimal

import pytest
from ansible_collections.streamflix.content_api.plugins.plugin_utils.cost.prices import (
    COLUMNS,
    Key,
    Prices,
    PriceTableError,
    amount,
)

TABLE = pathlib.Path(__file__).parents[5] / "roles" / "preflight" / "files" / "prices.tsv"
REQUESTS = Key("AmazonApiGateway", "ApiGatewayRequest")
ROW = ["eu-west-1", "Hours", "", "gateway", "hour", "0.05", "0", "2026-01-01", "A", "AmazonEC2", "SKU", "a list"]


def written(path: pathlib.Path, *rows: list[str]) -> pathlib.Path:
    """Write a table and return its file."""
    file = path / "prices.tsv"
    file.write_text("\n".join("\t".join(row) for row in [list(COLUMNS), *rows]) + "\n")
    return file


def test_each_part_of_a_quantity_costs_what_its_tier_says() -> None:
    tiers = Prices.load(TABLE).of("eu-west-1", REQUESTS)
    assert [int(tier.begins) for tier in tiers] == [0, 333_000_000, 1_000_000_000, 20_000_000_000]
    assert amount(tiers, Decimal(1_000_000)) == Decimal("3.5")
    both = Decimal(333_000_000) * Decimal("0.0000035") + Decimal(67_000_000) * Decimal("0.00000319")
    assert amount(tiers, Decimal(400_000_000)) == both
    all_four = (
        333_000_000 * Decimal("0.0000035")
        + 667_000_000 * Decimal("0.00000319")
        + 19_000_000_000 * Decimal("0.00000271")
        + 1_000_000_000 * Decimal("0.00000172")
    )
    assert amount(tiers, Decimal(21_000_000_000)) == all_four


def test_another_region_has_no_price_and_is_no_estimate() -> None:
    prices = Prices.load(TABLE)
    assert prices.of("eu-central-1", REQUESTS) == []
    key = Key("awskms", "KMS-Keys")
    assert prices.of("eu-west-1", key) == []
    other = prices.elsewhere(key)
    assert other is not None
    assert (other.region, other.usd, other.grade) == ("us-east-1", Decimal("1.00"), "C")
    assert prices.elsewhere(Key("AmazonEC2", "Nothing")) is None


def test_each_price_says_when_and_where_it_was_found() -> None:
    rows = [line.split("\t") for line in TABLE.read_text().splitlines()[1:]]
    assert len(rows) > 50
    today = datetime.date.today()
    for row in rows:
        found = dict(zip(COLUMNS, row, strict=True))
        assert datetime.date.fromisoformat(found["as_of"]) <= today
        assert found["grade"] in {"A", "A-", "B", "C"}
        assert re.search(r"20\d\d|AWS price list", found["source"]), found
    keys = [(row[0], row[9], row[1], row[2], row[6]) for row in rows]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("usd", "cheap", "line 2: usd is 'cheap', which is no number."),
        ("usd", "-1", "line 2: usd is '-1', which is no price"),
        ("begins", "NaN", "line 2: begins is 'NaN', which is no price"),
    ],
)
def test_a_wrong_number_is_named_with_its_line(tmp_path: pathlib.Path, column: str, value: str, told: str) -> None:
    row = list(ROW)
    row[COLUMNS.index(column)] = value
    with pytest.raises(PriceTableError, match=re.escape(told)):
        Prices.load(written(tmp_path, row))


def test_a_table_that_is_none_says_so(tmp_path: pathlib.Path) -> None:
    with pytest.raises(PriceTableError, match=r"cannot be read"):
        Prices.load(tmp_path / "nothing.tsv")
    with pytest.raises(PriceTableError, match=r"line 2: unit, usd, .* is missing"):
        Prices.load(written(tmp_path, ROW[:4]))
