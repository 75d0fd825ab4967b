# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a stack costs in a month by a table of prices, and what some choices would save."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ansible_collections.streamflix.content_api.plugins.plugin_utils.cost.needs import Need, Stack, needs
from ansible_collections.streamflix.content_api.plugins.plugin_utils.cost.prices import Price, Prices, amount

CENT = Decimal("0.01")
# what is changed for a saving to be computed: title, variable, from which values, and to which
CHOICES = (
    ("Graviton", "ecs_service_cpu_architecture", ("X86_64",), "ARM64"),
    ("Valkey", "redis_engine", ("redis",), "valkey"),
    ("I/O-Optimized", "aurora_storage_type", ("aurora",), "aurora-iopt1"),
    ("one NAT gateway", "network_nat_gateways", ("per_az",), "one"),
)
NAT = "AWS::EC2::NatGateway"


@dataclass(frozen=True)
class Line:
    """What one need costs.

    :ivar prices: by quantity; empty where none is known.
    :ivar usd: for a month; None where no price is known.
    :ivar elsewhere: where none is known, the price of another region, which is no estimate of this one's.
    """

    need: Need
    prices: tuple[Price, ...]
    usd: Decimal | None
    elsewhere: Price | None = None

    def without_price(self) -> str:
        """Say what has no price, and what it costs in a region that has one."""
        told = f"{self.need.tier}, {self.need.what}: {self.need.key} is not in the table"
        other = self.elsewhere
        return f"{told}; {other.usd} a {other.unit} in {other.region}" if other else told


def cents(usd: Decimal) -> Decimal:
    """Return an amount as it is shown."""
    return usd.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Estimate:
    """What a stack costs in a month, in US dollars without tax."""

    region: str
    lines: tuple[Line, ...]

    def total(self, *, metered: bool, tier: str = "") -> Decimal:
        """Return the sum of what is priced.

        :param metered: what depends on use, or else what does not.
        :param tier: of this role only; empty for all.
        """
        chosen = [line for line in self.lines if line.need.metered == metered and tier in ("", line.need.tier)]
        return sum((line.usd for line in chosen if line.usd is not None), Decimal(0))

    @property
    def whole(self) -> Decimal:
        """The sum of all that is priced."""
        return self.total(metered=False) + self.total(metered=True)

    @property
    def tiers(self) -> list[str]:
        """The roles that need something, in their order."""
        return list(dict.fromkeys(line.need.tier for line in self.lines))

    @property
    def unpriced(self) -> list[Line]:
        """What has no price in the table."""
        return [line for line in self.lines if line.usd is None]


def estimate(stack: Stack, region: str, prices: Prices) -> Estimate:
    """Return what a stack costs in a month.

    :param prices: the table; what has no row for the region stays without a price.
    """
    lines = []
    for need in needs(stack):
        tiers = prices.of(region, need.key)
        if tiers:
            lines.append(Line(need, tuple(tiers), amount(tiers, need.quantity)))
        else:
            lines.append(Line(need, (), None, prices.elsewhere(need.key)))
    return Estimate(region, tuple(lines))


def chosen_otherwise(stack: Stack, variable: str, value: str) -> Stack:
    """Return a stack with another value of a variable."""
    resources = (
        {**stack.resources, NAT: 1, "AWS::EC2::EIP": 1} if variable == "network_nat_gateways" else stack.resources
    )
    return replace(stack, resources=resources, variables={**stack.variables, variable: value})


def savings(stack: Stack, now: Estimate, prices: Prices) -> dict[str, Decimal | None]:
    """Return what choices that the stack has not made would save in a month.

    :param now: the estimate of the stack.
    :returns: by title; None where a price is missing that it takes to know; negative where it would cost more.
    """
    found: dict[str, Decimal | None] = {}
    for title, variable, present, value in CHOICES:
        if stack.get(variable) not in present:
            continue
        then = estimate(chosen_otherwise(stack, variable, value), now.region, prices)
        new = {line.need.key for line in then.unpriced} - {line.need.key for line in now.unpriced}
        found[title] = None if new else now.whole - then.whole
    return found


def as_data(found: Estimate) -> dict[str, Any]:
    """Return an estimate as plain data; amounts are texts with two decimals, as floats would not be exact."""
    return {
        "region": found.region,
        "baseline_usd": str(cents(found.total(metered=False))),
        "usage_usd": str(cents(found.total(metered=True))),
        "tiers": {
            tier: {
                "baseline_usd": str(cents(found.total(metered=False, tier=tier))),
                "usage_usd": str(cents(found.total(metered=True, tier=tier))),
            }
            for tier in found.tiers
        },
        "lines": [line_data(line) for line in found.lines],
        "not_priced": [line.without_price() for line in found.unpriced],
    }


def line_data(line: Line) -> Mapping[str, Any]:
    """Return a line as plain data."""
    need, first = line.need, next(iter(line.prices), None)
    return {
        "tier": need.tier,
        "what": need.what,
        "count": float(need.count),
        "units": float(need.quantity),
        "usage": need.metered,
        "price_usd": str(first.usd) if first else None,
        "unit": first.unit if first else None,
        "as_of": first.as_of if first else None,
        "grade": first.grade if first else None,
        "usd": str(cents(line.usd)) if line.usd is not None else None,
    }


def quantity(value: Decimal) -> str:
    """Return a quantity without needless zeros."""
    return f"{value.normalize():,f}"


def shown(usd: Decimal | None) -> str:
    """Return an amount as a column of a table has it."""
    return "not priced" if usd is None else f"{cents(usd):,.2f}"


def rows(lines: Iterable[Line]) -> list[str]:
    """Return lines as text, a row each."""
    return [
        f"{need.tier:14}{need.what:34.33}{quantity(need.count):>4} x {quantity(need.each):>11}{shown(line.usd):>11}"
        for line in lines
        for need in (line.need,)
    ]


def summed(what: str, usd: Decimal | None) -> str:
    """Return a sum as the last row of a table."""
    return f"{what:66}{shown(usd):>11}"


def text(name: str, found: Estimate, saved: Mapping[str, Decimal | None]) -> list[str]:
    """Return an estimate as lines of text.

    :param name: the stack's.
    :param saved: as L(savings) returns it.
    """
    baseline, usage = ([line for line in found.lines if line.need.metered == metered] for metered in (False, True))
    oldest = min((price.as_of for line in found.lines for price in line.prices), default="none")
    told = [
        f"{name} in {found.region}, USD a month of 730 hours",
        f"list prices without tax, the oldest of {oldest}",
        *rows(baseline),
        summed("baseline", found.total(metered=False)),
        *rows(usage),
    ]
    told.append(
        summed("usage, as assumed", found.total(metered=True))
        if usage
        else "usage is left out: platform_cost_assumptions is not set"
    )
    return [*told, *(summed(f"{title} would save", usd) for title, usd in saved.items())]
