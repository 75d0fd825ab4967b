# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Route 53 refuses, so that it is found before a request is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

LONGEST_NAME = 255
LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
ZONE_ID = re.compile(r"(/hostedzone/)?(?P<id>Z[A-Z0-9]{3,31})")


def plain(name: str) -> str:
    r"""Return a DNS name in lower case, without the dot at its end, and with C(*) where Route 53 writes C(\052)."""
    return name.lower().removesuffix(".").replace("\\052", "*")


def zone_id(zone: str) -> str:
    """Return the id of a hosted zone that is named by its id; empty when it is named by its name."""
    found = ZONE_ID.fullmatch(zone)
    return found["id"] if found else ""


def domain_name(option: str, value: str) -> list[str]:
    """Find what makes a name none that a record can have. The first label may be C(*)."""
    labels = plain(value).removeprefix("*.").split(".")
    if len(value) <= LONGEST_NAME and all(LABEL.fullmatch(label) for label in labels):
        return []
    return [
        f"{option} has {value!r}, which is no DNS name: write labels of a to z, 0 to 9, - and _ with dots between "
        f"them, 63 characters each and {LONGEST_NAME} in all."
    ]


def inside(option: str, name: str, zone: str) -> list[str]:
    """Find a name that does not belong into a hosted zone.

    :param zone: the name of the zone.
    """
    if f".{plain(name)}".endswith(f".{plain(zone)}"):
        return []
    return [
        f"{option} has {name!r}, which is outside of the zone {plain(zone)!r}: "
        f"give a name that ends with .{plain(zone)}, or another zone."
    ]


def records(option: str, wanted: Sequence[Mapping[str, str]]) -> list[str]:
    """Find records that no hosted zone can have, as far as that is known without AWS.

    :param option: the variable with them.
    :param wanted: the records, with C(zone) and C(name).
    """
    names = [plain(record["name"]) for record in wanted]
    found = [
        f"{option} has {name} {names.count(name)} times: remove all but one."
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    for record in wanted:
        refused = domain_name(option, record["name"])
        by_name = not zone_id(record["zone"])
        refused += domain_name(option, record["zone"]) if by_name else []
        found += refused or (inside(option, record["name"], record["zone"]) if by_name else [])
    return found
