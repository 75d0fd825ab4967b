# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A certificate that somebody else manages: what it is for, and what keeps it from being used."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.acm import names
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import InvalidOptionError, is_unknown

GONE = frozenset({"ResourceNotFoundException"})
ISSUED = "ISSUED"
ARN = re.compile(r"arn:aws[a-z-]*:acm:(?P<region>[a-z0-9-]+):\d{12}:certificate/[\w-]+")


def its_algorithm(certificate: Mapping[str, Any]) -> str:
    """Return the kind of key of a certificate. Descriptions write a hyphen where requests take an underscore."""
    return str(certificate["KeyAlgorithm"]).replace("-", "_")


def arn_problems(option: str, arn: str, region: str) -> list[str]:
    """Find what is no ARN of a certificate of a region.

    :param region: that of what is to use it; empty when it is not known.
    """
    if is_unknown(arn):
        return []
    found = ARN.fullmatch(arn)
    if not found:
        return [f"{option} {arn!r} is no ARN of a certificate of AWS Certificate Manager: copy it from there."]
    if region and found["region"] != region:
        return [
            f"{option} {arn!r} is of the region {found['region']}, and only one of {region} can be used there: request "
            f"or import it in {region}, too."
        ]
    return []


def problems(certificate: Mapping[str, Any], domain_names: Sequence[str], now: datetime) -> list[str]:
    """Find what keeps a certificate from being used.

    :param certificate: as DescribeCertificate gives it.
    :param domain_names: the names that it is to be for.
    """
    arn, status, ends = certificate["CertificateArn"], certificate["Status"], certificate.get("NotAfter")
    if status != ISSUED:
        return [f"Certificate {arn} is in state {status}: wait until it is {ISSUED}, or take another one."]
    found = []
    if ends and ends <= now:
        found.append(f"Certificate {arn} has expired ({ends.isoformat()}): renew it, or take another one.")
    its_names = certificate["SubjectAlternativeNames"]
    return found + [
        f"Certificate {arn} is not for {name}, only for {', '.join(its_names)}: take one with that name."
        for name in domain_names
        if not names.covers(its_names, name)
    ]


def read(api: Api, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return a certificate that can be used for names.

    :param options: those of M(acm_certificate_info).
    :raises InvalidOptionError: it cannot.
    :raises AwsError: AWS refused, or was not reached.
    """
    arn = options["certificate_arn"]
    refuse(arn_problems("certificate_arn", arn, api.region))
    reply = api.get("describe_certificate", GONE, CertificateArn=arn)
    if reply is None:
        raise InvalidOptionError(f"There is no certificate {arn} in this account and region: correct certificate_arn.")
    certificate = reply["Certificate"]
    refuse(problems(certificate, options["domain_names"], datetime.now(tz=UTC)))
    return {
        "certificate": {
            "arn": arn,
            "domain_name": certificate["DomainName"],
            "domain_names": sorted(certificate["SubjectAlternativeNames"]),
            "type": certificate["Type"],
            "key_algorithm": its_algorithm(certificate),
            "not_after": certificate["NotAfter"].isoformat(),
        }
    }


def refuse(reasons: Sequence[str]) -> None:
    """Raise L(InvalidOptionError) with all reasons, if there are any."""
    if reasons:
        raise InvalidOptionError(" ".join(reasons))
