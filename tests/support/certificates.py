"""Hosted zones and certificates that a test needs beforehand, made with plain boto3."""

from __future__ import annotations

import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.account import Client

# platform_domain_name of the inventories for staging and prod
DOMAIN = "streamflix.example"


def own_domain(aws: Client) -> str:
    """Make what staging and prod need beforehand: the hosted zone of the platform's domain. Returns its id."""
    return zone(aws, DOMAIN)


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


def self_signed(name: str) -> tuple[bytes, bytes]:
    """Make a certificate for a name, valid today, that has signed itself. Returns it and its private key, in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    return made.public_bytes(serialization.Encoding.PEM), private


def certificate_for(acm: Any, name: str) -> str:
    """Import a certificate for a name; returns its ARN."""
    body, private = self_signed(name)
    return str(acm.import_certificate(Certificate=body, PrivateKey=private)["CertificateArn"])
