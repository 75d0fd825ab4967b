# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The names of a certificate: which DNS names it is for, and which hosted zones and records have a say in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ansible_collections.streamflix.content_api.plugins.module_utils.route53.records import Zone, listed
from ansible_collections.streamflix.content_api.plugins.module_utils.route53.rules import plain
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import repeated

# RequestCertificate: DomainNameString
LONGEST_NAME = 253
NAME = re.compile(r"(\*\.)?((?!-)[a-z0-9-]{0,62}[a-z0-9]\.)+(?!-)[a-z0-9-]{1,62}[a-z0-9]")
# the longest name that a certificate can have as its own
LONGEST_OWN_NAME = 64
WILDCARD = "*."
# ACM User Guide, "Configure a CAA record": each of these lets Amazon issue
AMAZON = ("amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com")


def base(name: str) -> str:
    """Return the name whose CNAME validates a name: of C(*.example.com) it is that of C(example.com)."""
    return plain(name).removeprefix(WILDCARD)


def covers(names: Iterable[str], name: str) -> bool:
    """Tell whether a certificate with these names is for a name. A wildcard stands for one label."""
    asked = plain(name)
    return any(
        plain(one) == asked or (one.startswith(WILDCARD) and asked.partition(".")[2] == base(one)) for one in names
    )


def certificate_name(option: str, value: str) -> list[str]:
    """Find what is no name for a certificate."""
    if len(value) <= LONGEST_NAME and NAME.fullmatch(plain(value)):
        return []
    return [
        f"{option} {value!r} is no name that a certificate can have: write labels of a to z, 0 to 9 and - with dots "
        f"between them, {LONGEST_NAME} characters in all. The first label may be *."
    ]


def own_name(option: str, value: str) -> list[str]:
    """Find what cannot be a certificate's own name."""
    found = certificate_name(option, value)
    if not found and len(value) > LONGEST_OWN_NAME:
        found.append(
            f"{option} {value!r} has {len(value)} characters, AWS takes {LONGEST_OWN_NAME}: use a shorter one."
        )
    return found


def further_names(option: str, values: Sequence[str]) -> list[str]:
    """Find what cannot be the further names of a certificate."""
    found = [text for value in values for text in certificate_name(f"{option}[]", value)]
    return found + repeated(f"{option}[]", [plain(value) for value in values])


def zones_of(name: str, zones: Iterable[Zone]) -> list[Zone]:
    """Return the public hosted zones that a name belongs to, the nearest first."""
    around = [zone for zone in zones if not zone.private and f".{base(name)}".endswith(f".{zone.name}")]
    return sorted(around, key=lambda zone: -len(zone.name))


def chosen_zone(name: str, zones: Sequence[Zone], only: str | None = None) -> tuple[Zone | None, str]:
    """Return the hosted zone for the CNAME of a name, or what keeps it from being chosen.

    :param zones: those of the account.
    :param only: the id of the zone to use; None for the nearest one.
    """
    around = [zone for zone in zones_of(name, zones) if only in (None, zone.id)]
    nearest = [zone for zone in around if zone.name == around[0].name]
    if len(nearest) == 1:
        return nearest[0], ""
    if nearest:
        return None, f"this account has several public hosted zones for {name}: set hosted_zone_id ({listed(nearest)})."
    which = f"hosted zone {only} is no public one" if only else "this account has no public hosted zone"
    return None, (
        f"{which} for {name}, so that nothing validates the certificate: create the zone, correct the name, or set "
        f"route53_validation to false and make the CNAME elsewhere ({listed(zones)})."
    )


def caa_names(name: str, zone: Zone) -> list[str]:
    """Return the names whose CAA records have a say in a name, the nearest first, as far as the zone has them."""
    labels = base(name).split(".")
    every = [".".join(labels[first:]) for first in range(len(labels))]
    return every[: every.index(zone.name) + 1]


def excludes_amazon(name: str, values: Iterable[str]) -> bool:
    """Tell whether CAA records keep Amazon from issuing a certificate for a name (RFC 8659).

    :param values: of the nearest records, such as C(0 issue "letsencrypt.org").
    """
    rules = [(tag.lower(), who.strip('"').split(";")[0].strip()) for _flag, tag, who in map(_parts, values)]
    allowed = [who for tag, who in rules if tag == "issue"]
    if name.startswith(WILDCARD):
        allowed = [who for tag, who in rules if tag == "issuewild"] or allowed
    return bool(allowed) and not set(allowed) & set(AMAZON)


def excluded_by(where: str, name: str, values: Sequence[str]) -> str:
    """Return in words that CAA records keep Amazon from issuing a certificate for a name; empty when they do not.

    :param where: the name that has the records.
    """
    if not excludes_amazon(name, values):
        return ""
    return (
        f"The CAA record of {where} keeps Amazon from issuing a certificate for {name} ({', '.join(values)}): add the "
        'value 0 issue "amazon.com" to it.'
    )


def _parts(value: str) -> tuple[str, str, str]:
    flag, tag, who = [*value.split(None, 2), "", "", ""][:3]
    return flag, tag, who
