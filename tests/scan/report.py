"""What a scan has found, and what of it docs/security.md accepts, with the reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

# a row of the table of what is accepted: the check, a pattern of names, and why
ROW = re.compile(r"^\| `(?P<check>[\w]+)` \| `(?P<name>[^`]+)` \| (?P<why>.+) \|$", re.MULTILINE)


@dataclass(frozen=True)
class Finding:
    """Something that a check has found wrong.

    :ivar check: its name, such as C(vpc_subnet_no_public_ip_by_default).
    :ivar severity: C(Critical) or C(High).
    :ivar name: the resource's name, or else the last part of its ARN.
    :ivar text: what is wrong, in the scanner's words.
    """

    check: str
    severity: str
    name: str
    text: str


@dataclass(frozen=True)
class Acceptance:
    """What docs/security.md accepts.

    :ivar name: a shell pattern of resources' names.
    """

    check: str
    name: str
    why: str

    def covers(self, finding: Finding) -> bool:
        """Tell whether a finding is accepted by it."""
        return self.check == finding.check and fnmatchcase(finding.name, self.name)


def finding_of(entry: Mapping[str, Any]) -> Finding:
    """Return one entry of Prowler's report in the Open Cybersecurity Schema Framework (OCSF, Detection Finding)."""
    resource = entry["resources"][0]
    name = resource["data"]["metadata"].get("name") or re.split("[:/]", resource["uid"])[-1]
    return Finding(entry["metadata"]["event_code"], entry["severity"], str(name), entry["status_detail"])


def findings(report: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """Return what failed in a report."""
    return [finding_of(entry) for entry in report if entry["status_code"] == "FAIL"]


def accepted(page: str) -> list[Acceptance]:
    """Return the rows of the table in docs/security.md."""
    return [Acceptance(row["check"], row["name"], row["why"]) for row in ROW.finditer(page)]


def surprises(found: Sequence[Finding], page: Sequence[Acceptance]) -> list[str]:
    """Return, in words, what nobody has accepted, and what is accepted and no longer found."""
    new = [
        f"{one.severity}: {one.check}: {one.name}: {one.text}"
        for one in found
        if not any(row.covers(one) for row in page)
    ]
    stale = [
        f"docs/security.md accepts {row.check} of {row.name}, and nothing of it was found: remove the row."
        for row in page
        if not any(row.covers(one) for one in found)
    ]
    return [*new, *stale]
