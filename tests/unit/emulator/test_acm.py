"""Certificate Manager of the emulator as plain boto3 sees it: records validate, and what is in use stays."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support import certificates

NAME = "example.com"


def described(aws: Any, arn: str) -> dict[str, Any]:
    found: dict[str, Any] = aws("acm").describe_certificate(CertificateArn=arn)["Certificate"]
    return found


def test_only_records_in_a_public_zone_validate(aws: Any) -> None:
    arn = certificates.requested(aws, NAME, "*.example.com")
    pending = described(aws, arn)
    assert (pending["Status"], pending.get("NotAfter")) == ("PENDING_VALIDATION", None)
    records = [option["ResourceRecord"] for option in pending["DomainValidationOptions"]]
    # a name and its wildcard share one: User Guide, DNS validation
    assert records[0] == records[1]
    zone_id = certificates.zone(aws, NAME)
    certificates.change(aws, zone_id, "CREATE", records[0]["Name"], "CNAME", "_other.acm-validations.aws.")
    assert described(aws, arn)["Status"] == "PENDING_VALIDATION"
    certificates.change(aws, zone_id, "UPSERT", records[0]["Name"], "CNAME", records[0]["Value"])
    issued = described(aws, arn)
    assert (issued["Status"], issued["KeyAlgorithm"], issued["InUseBy"]) == ("ISSUED", "RSA-2048", [])
    assert issued["NotAfter"]


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ('0 issue "letsencrypt.org"', "FAILED"),
        ('0 issue "amazonaws.com"', "ISSUED"),
        ('0 issuewild ";"', "ISSUED"),
        ('0 iodef "mailto:a@example.com"', "ISSUED"),
    ],
)
def test_a_caa_record_may_exclude_amazon(aws: Any, value: str, status: str) -> None:
    certificates.change(aws, certificates.zone(aws, NAME), "CREATE", NAME, "CAA", value)
    arn = certificates.requested(aws, NAME)
    record = described(aws, arn)["DomainValidationOptions"][0]["ResourceRecord"]
    certificates.change(aws, certificates.zone(aws, NAME), "CREATE", record["Name"], "CNAME", record["Value"])
    found = described(aws, arn)
    assert (found["Status"], found.get("FailureReason")) == (status, "CAA_ERROR" if status == "FAILED" else None)


def test_the_same_token_is_the_same_certificate(aws: Any) -> None:
    made = [certificates.requested(aws, NAME, IdempotencyToken=token) for token in ("a", "a", "b")]
    assert made[0] == made[1] != made[2]
    aws("acm").delete_certificate(CertificateArn=made[0])
    assert certificates.requested(aws, NAME, IdempotencyToken="a") != made[0]


def test_lists_other_keys_only_when_asked(aws: Any) -> None:
    arn = certificates.requested(aws, NAME, KeyAlgorithm="EC_prime256v1")
    client = aws("acm")
    assert client.list_certificates()["CertificateSummaryList"] == []
    (found,) = client.list_certificates(Includes={"keyTypes": ["EC_prime256v1"]})["CertificateSummaryList"]
    assert (found["CertificateArn"], found["DomainName"], found["KeyAlgorithm"]) == (arn, NAME, "EC-prime256v1")
    assert found["SubjectAlternativeNameSummaries"] == [NAME]


def test_what_an_api_uses_is_not_removed(aws: Any) -> None:
    arn = certificates.issued(aws, NAME)
    endpoint = {"endpointConfiguration": {"types": ["REGIONAL"]}}
    aws("apigateway").create_domain_name(domainName=NAME, regionalCertificateArn=arn, **endpoint)
    assert described(aws, arn)["InUseBy"] == [f"arn:aws:apigateway:eu-west-1::/domainnames/{NAME}"]
    with pytest.raises(ClientError, match="is in use") as error:
        aws("acm").delete_certificate(CertificateArn=arn)
    assert error.value.response["Error"]["Code"] == "ResourceInUseException"
    aws("apigateway").delete_domain_name(domainName=NAME)
    aws("acm").delete_certificate(CertificateArn=arn)
