"""Certificates of the authorities that sign what members show their clients.

Amazon RDS API Reference, DescribeCertificates; for the names, and for how many years they are valid, Aurora User Guide,
"Using SSL/TLS to encrypt a connection to a DB cluster". The days differ from region to region.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from moto.core.responses import ActionResult
from moto.rds import exceptions
from moto.rds.responses import RDSResponse

from emulator.patching import add

# the authority that signs unless a request names another one
DEFAULT = "rds-ca-rsa2048-g1"
BEGIN = datetime(2021, 5, 25, tzinfo=UTC)
YEARS = {DEFAULT: 40, "rds-ca-rsa4096-g1": 100, "rds-ca-ecc384-g1": 100}


def end_of(name: str) -> datetime:
    """Return when a certificate ends."""
    return BEGIN.replace(year=BEGIN.year + YEARS[name])


def certificate(name: str, region: str) -> dict[str, Any]:
    """Return one as AWS lists it."""
    return {
        "CertificateIdentifier": name,
        "CertificateType": "CA",
        "Thumbprint": hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest(),
        "ValidFrom": BEGIN,
        "ValidTill": end_of(name),
        "CertificateArn": f"arn:aws:rds:{region}::cert:{name}",
        "CustomerOverride": False,
    }


def check(name: str | None) -> None:
    """Refuse an authority that there is not.

    :raises RDSClientError: C(CertificateNotFound).
    """
    if name is not None and name not in YEARS:
        raise exceptions.RDSClientError("CertificateNotFound", f"Certificate {name} not found.")


def describe_certificates(self: RDSResponse) -> ActionResult:
    """List all of them, or the one that is named."""
    name = self.params.get("CertificateIdentifier")
    check(name)
    listed = [certificate(one, self.region) for one in YEARS if name in (None, one)]
    return ActionResult({"DefaultCertificateForNewLaunches": DEFAULT, "Certificates": listed})


def put_on(member: Any, name: str | None) -> None:
    """Let an authority sign the certificate of a member; the default one when none is named.

    :raises RDSClientError: C(CertificateNotFound).
    """
    name = name or DEFAULT
    check(name)
    member.ca_certificate_identifier = name
    member.certificate_details = {"ca_identifier": name, "valid_till": end_of(name)}


def install() -> None:
    """Put the operation into moto."""
    add(RDSResponse, "describe_certificates", describe_certificates)
