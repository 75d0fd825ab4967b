"""Hosted zones and certificates that a test needs beforehand, made with plain boto3."""

from __future__ import annotations

from typing import Any

from tests.support.account import Client


def zone(aws: Client, name: str, **config: Any) -> str:
    """Make a hosted zone, unless there is one of this name, and return its id."""
    client = aws("route53")
    for found in client.list_hosted_zones()["HostedZones"]:
        if found["Name"] == f"{name}.":
            return str(found["Id"]).rpartition("/")[2]
    made = client.create_hosted_zone(Name=name, CallerReference=name, **config)
    return str(made["HostedZone"]["Id"]).rpartition("/")[2]


def change(aws: Client, zone_id: str, action: str, name: str, its_type: str, *values: str) -> None:
    """Make or remove a record."""
    record = {"Name": name, "Type": its_type, "TTL": 300, "ResourceRecords": [{"Value": value} for value in values]}
    changes = [{"Action": action, "ResourceRecordSet": record}]
    aws("route53").change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch={"Changes": changes})


def requested(aws: Client, name: str, *others: str, **params: Any) -> str:
    """Request a certificate that nothing validates yet, and return its ARN."""
    further = {"SubjectAlternativeNames": list(others)} if others else {}
    made = aws("acm").request_certificate(DomainName=name, ValidationMethod="DNS", **further, **params)
    return str(made["CertificateArn"])


def issued(aws: Client, name: str, *others: str, **params: Any) -> str:
    """Request a certificate, validate it in hosted zones of its names, and return its ARN."""
    arn = requested(aws, name, *others, **params)
    for option in aws("acm").describe_certificate(CertificateArn=arn)["Certificate"]["DomainValidationOptions"]:
        record = option["ResourceRecord"]
        zone_id = zone(aws, option["DomainName"].removeprefix("*."))
        change(aws, zone_id, "UPSERT", record["Name"], record["Type"], record["Value"])
    assert aws("acm").describe_certificate(CertificateArn=arn)["Certificate"]["Status"] == "ISSUED"
    return arn
