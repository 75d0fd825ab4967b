"""Whether a certificate can be used for a name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils.acm import reading

from tests.support import certificates

NAME = "example.com"
NOW = datetime(2026, 11, 29, tzinfo=UTC)


def test_one_that_can_be_used(aws: Any, run_module: Any) -> None:
    arn = certificates.issued(aws, NAME, "*.example.com")
    found = run_module("acm_certificate_info", certificate_arn=arn, domain_names=[NAME, "API.example.com"])
    certificate = found["certificate"]
    assert (certificate["arn"], certificate["type"], found["changed"]) == (arn, "AMAZON_ISSUED", False)
    assert certificate["domain_names"] == ["*.example.com", NAME]


@pytest.mark.parametrize("name", ["a.b.example.com", "example.net", "com"])
def test_one_for_other_names(aws: Any, run_module: Any, name: str) -> None:
    arn = certificates.issued(aws, NAME, "*.example.com")
    failed = run_module("acm_certificate_info", certificate_arn=arn, domain_names=[name])
    assert f"is not for {name}, only for" in failed["msg"]


def test_one_that_is_not_issued(aws: Any, run_module: Any) -> None:
    arn = certificates.requested(aws, NAME)
    assert "is in state PENDING_VALIDATION" in run_module("acm_certificate_info", certificate_arn=arn)["msg"]


def test_one_that_is_awaited(aws: Any, run_module: Any) -> None:
    arn = certificates.requested(aws, NAME)
    awaited = {"certificate_arn": arn, "wait": True, "wait_timeout": 0}
    preview = run_module("acm_certificate_info", check=True, **awaited)
    assert preview["certificate"]["status"] == "PENDING_VALIDATION"
    assert "it usually takes some minutes" in run_module("acm_certificate_info", **awaited)["msg"]
    later = run_module("acm_certificate_info", check=True, certificate_arn="arn:(known after apply)")
    assert (later["exists"], later["certificate"]) == (False, {"arn": "arn:(known after apply)"})


def test_the_best_of_ours_is_found_by_its_name(aws: Any, run_module: Any) -> None:
    tags = {"Tags": [{"Key": "Environment", "Value": "dev"}]}
    asked = {"domain_name": NAME, "ownership_tags": {"Environment": "dev"}}
    certificates.issued(aws, NAME)
    found = run_module("acm_certificate_info", **asked)
    assert (found["exists"], found["certificate"]) == (False, {})
    ours = certificates.issued(aws, NAME, **tags)
    certificates.requested(aws, NAME, "www.example.com", **tags)
    assert run_module("acm_certificate_info", **asked)["certificate"]["arn"] == ours


@pytest.mark.parametrize(
    ("arn", "text"),
    [
        ("arn:aws:acm:us-east-1:123456789012:certificate/12345678", "is of the region us-east-1"),
        ("arn:aws:acm:eu-west-1:123456789012:certificate/12345678", "There is no certificate"),
        ("arn:aws:iam::123456789012:server-certificate/x", "is no ARN of a certificate"),
    ],
)
@pytest.mark.usefixtures("aws")
def test_one_that_is_not_there(run_module: Any, arn: str, text: str) -> None:
    assert text in run_module("acm_certificate_info", certificate_arn=arn)["msg"]


def test_one_that_has_expired() -> None:
    ends = NOW - timedelta(days=1)
    found = {"CertificateArn": "arn", "Status": "ISSUED", "NotAfter": ends, "SubjectAlternativeNames": [NAME]}
    (reason,) = reading.problems(found, [NAME], NOW)
    assert "has expired (2026-11-28" in reason
    assert reading.problems({**found, "NotAfter": NOW + timedelta(days=1)}, [NAME], NOW) == []
