"""What a scan says is compared with what is accepted: neither more nor less."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scan import report
from tests.scan.__main__ import PAGE

ROWS = """
| check | of | why |
|---|---|---|
| `vpc_subnet_public` | `streamflix-public-*` | the load balancer stands there |
"""


def entry(check: str, name: str, status: str = "FAIL") -> dict[str, Any]:
    resource = {"uid": f"arn:aws:ec2:eu-west-1:123456789012:subnet/{name}", "data": {"metadata": {}}}
    return {
        "metadata": {"event_code": check},
        "severity": "High",
        "status_code": status,
        "status_detail": f"{name} is open",
        "resources": [resource],
    }


def test_a_finding_has_the_name_or_the_end_of_the_arn() -> None:
    named = entry("vpc_subnet_public", "subnet-1")
    named["resources"][0]["data"]["metadata"]["name"] = "streamflix-public-1-prod"
    found = report.findings([named, entry("vpc_subnet_public", "subnet-2"), entry("iam", "role", "PASS")])
    assert [one.name for one in found] == ["streamflix-public-1-prod", "subnet-2"]


@pytest.mark.parametrize(
    ("check", "name", "surprise"),
    [
        ("vpc_subnet_public", "streamflix-public-1-prod", ""),
        ("vpc_subnet_public", "streamflix-private-1-prod", "High: vpc_subnet_public: streamflix-private-1-prod"),
        ("ec2_open", "streamflix-public-1-prod", "High: ec2_open: streamflix-public-1-prod"),
    ],
)
def test_what_nobody_accepts_is_a_surprise(check: str, name: str, surprise: str) -> None:
    found = report.surprises(report.findings([entry(check, name)]), report.accepted(ROWS))
    assert found[0].startswith(surprise) if surprise else found == []


def test_what_is_accepted_and_not_found_is_a_surprise() -> None:
    assert report.surprises([], report.accepted(ROWS)) == [
        "docs/security.md accepts vpc_subnet_public of streamflix-public-*, and nothing of it was found: "
        "remove the row."
    ]


def test_the_page_has_rows_with_reasons() -> None:
    rows = report.accepted(PAGE.read_text(encoding="utf-8"))
    assert rows
    assert all(row.why.strip() for row in rows)
