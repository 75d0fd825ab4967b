# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS's list prices, as a table in a file has them: by region, service and usage type, with date and source."""

from __future__ import annotations

import csv
import pathlib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise

# the one that comes with the collection
TABLE = pathlib.Path(__file__).parents[3] / "roles" / "preflight" / "files" / "prices.tsv"
COLUMNS = ("region", "usage", "variant", "what", "unit", "usd", "begins", "as_of", "grade", "service", "sku", "source")


class PriceTableError(ValueError):
    """A table of prices cannot be used; the text says why."""


@dataclass(frozen=True)
class Key:
    """What AWS charges for.

    :ivar service: AWS's service code, as the Price List API has it, such as C(AmazonEC2).
    :ivar usage: AWS's usage type without the abbreviation of the region before it, such as C(NatGateway-Hours).
    :ivar variant: what tells prices of the same usage type apart, such as the engine; empty where there is one.
    """

    service: str
    usage: str
    variant: str = ""

    def __str__(self) -> str:
        return f"{self.service} {self.usage}" + (f" ({self.variant})" if self.variant else "")


@dataclass(frozen=True)
class Price:
    """One price.

    :ivar usd: for one unit, without tax.
    :ivar begins: from how many units a month on it holds.
    :ivar grade: A from AWS's price list and recent, B older or second hand, C from another region or document.
    """

    region: str
    key: Key
    what: str
    unit: str
    usd: Decimal
    begins: Decimal
    as_of: str
    grade: str
    source: str


def number(row: dict[str, str], column: str, place: str) -> Decimal:
    """Return a number of a row.

    :raises PriceTableError: it is none.
    """
    try:
        value = Decimal(row[column])
    except InvalidOperation as error:
        raise PriceTableError(f"{place}: {column} is {row[column]!r}, which is no number.") from error
    if not value.is_finite() or value < 0:
        raise PriceTableError(f"{place}: {column} is {row[column]!r}, which is no price or quantity.")
    return value


def price_of(row: dict[str, str], place: str) -> Price:
    """Return the price that a row of the table has.

    :param place: file and line, for errors.
    :raises PriceTableError: something is missing or no number.
    """
    missing = [column for column in COLUMNS if row.get(column) is None]
    if missing:
        raise PriceTableError(f"{place}: {', '.join(missing)} is missing. The columns are {', '.join(COLUMNS)}.")
    return Price(
        row["region"],
        Key(row["service"], row["usage"], row["variant"]),
        row["what"],
        row["unit"],
        number(row, "usd", place),
        number(row, "begins", place),
        row["as_of"],
        row["grade"],
        row["source"],
    )


class Prices:
    """A table of prices."""

    def __init__(self, prices: Iterable[Price]) -> None:
        """Begin with the prices of all regions."""
        self._found: dict[tuple[str, Key], list[Price]] = {}
        for price in prices:
            self._found.setdefault((price.region, price.key), []).append(price)
        for tiers in self._found.values():
            tiers.sort(key=lambda price: price.begins)

    @classmethod
    def load(cls, file: pathlib.Path) -> Prices:
        """Read a table, whose columns are separated by tabs.

        :raises PriceTableError: it cannot be read, or a row of it.
        """
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise PriceTableError(f"The price table {file} cannot be read: {error}.") from error
        rows = csv.DictReader(lines, delimiter="\t")
        return cls(price_of(row, f"{file}, line {line}") for line, row in enumerate(rows, start=2))

    def of(self, region: str, key: Key) -> list[Price]:
        """Return the prices of a usage type by quantity, the first for the first units; empty when none is known."""
        return self._found.get((region, key), [])

    def elsewhere(self, key: Key) -> Price | None:
        """Return the price of another region, for the reader only: regions differ."""
        return next((tiers[0] for (_region, one), tiers in sorted(self._found.items(), key=str) if one == key), None)


def amount(tiers: list[Price], quantity: Decimal) -> Decimal:
    """Return what a quantity of a month costs, each part of it at the price that holds there.

    :param tiers: at least one price, in their order.
    """
    ends = [*(later.begins for _tier, later in pairwise(tiers)), max(quantity, tiers[-1].begins)]
    parts = (
        max(min(quantity, end) - tier.begins, Decimal(0)) * tier.usd for tier, end in zip(tiers, ends, strict=True)
    )
    return sum(parts, Decimal(0))
