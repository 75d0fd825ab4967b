# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A certificate that somebody else manages: what it is for, and what keeps it from being used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.acm import names
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.ownership import is_ours
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import InvalidOptionError, is_unknown
from ansible_collections.streamflix.content_api.plugins.module_utils.route53.rules import plain
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Progress, poll

GONE = frozenset({"ResourceNotFoundException"})
PENDING, ISSUED = "PENDING_VALIDATION", "ISSUED"
# the best one first; of those that are not listed AWS makes nothing more
ORDER = (ISSUED, PENDING)
# ListCertificates leaves out all but small RSA keys, unless it is asked for the others
ALL_KEYS = ("RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1")
USUALLY = "it usually takes some minutes after its records are there, at times half an hour and more"
ARN = re.compile(r"arn:aws[a-z-]*:acm:(?P<region>[a-z0-9-]+):\d{12}:certificate/[\w-]+")


def its_algorithm(certificate: Mapping[str, Any]) -> str:
    """Return the kind of key of a certificate. Descriptions write a hyphen where requests take an underscore."""
    return str(certificate["KeyAlgorithm"]).replace("-", "_")


def listed(api: Api) -> list[dict[str, Any]]:
    """Return all certificates of the region that AWS issues, as it lists them.

    :raises AwsError: AWS refused, or was not reached.
    """
    found = api.pages("list_certificates", "CertificateSummaryList", Includes={"keyTypes": list(ALL_KEYS)})
    return [one for one in found if one["Type"] == "AMAZON_ISSUED"]


def tags_of(api: Api, arn: str) -> dict[str, str] | None:
    """Return the tags of a certificate; None when it is gone.

    :raises AwsError: as L(listed).
    """
    reply = api.get("list_tags_for_certificate", GONE, CertificateArn=arn)
    return tags.from_list(reply["Tags"]) if reply else None


def ours(api: Api, certificates: Iterable[dict[str, Any]], name: str, owner: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the certificates with an own name that carry the owner's tags: those in the best state first, then by age.

    :param certificates: as L(listed).
    :param owner: empty for anybody's.
    :raises AwsError: as L(listed).
    """
    named = [one for one in certificates if one["DomainName"] == plain(name)]
    found = [one for one in named if not owner or is_ours(tags_of(api, one["CertificateArn"]) or {}, owner)]
    newest_first = sorted(found, key=lambda one: one["CreatedAt"], reverse=True)
    return sorted(newest_first, key=lambda one: ORDER.index(one["Status"]) if one["Status"] in ORDER else len(ORDER))


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


def find(api: Api, options: Mapping[str, Any]) -> str:
    """Return the ARN of the certificate that the options of M(acm_certificate_info) name; empty when there is none.

    :raises InvalidOptionError: the ARN is of another region, or none at all.
    :raises AwsError: as L(listed).
    """
    arn = options["certificate_arn"]
    if arn:
        refuse(arn_problems("certificate_arn", arn, api.region))
        return str(arn)
    owner = tags.texts(options["ownership_tags"]) or {}
    found = ours(api, listed(api), options["domain_name"], owner)
    return str(found[0]["CertificateArn"]) if found else ""


def read(api: Api, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return a certificate that can be used for names.

    :param options: those of M(acm_certificate_info).
    :raises InvalidOptionError: it cannot.
    :raises WaitError: it is not issued in time.
    :raises AwsError: as L(listed).
    """
    arn = find(api, options)
    if not arn or is_unknown(arn):
        return {"exists": False, "certificate": {"arn": arn} if arn else {}}
    seen: list[dict[str, Any]] = []

    def look() -> Progress:
        reply = api.get("describe_certificate", GONE, CertificateArn=arn)
        if reply is None:
            raise InvalidOptionError(f"There is no certificate {arn} in this account and region: correct its ARN.")
        seen.append(reply["Certificate"])
        waits = options["wait"] and not api.check_mode and seen[-1]["Status"] == PENDING
        return Progress(ready=not waits, state=f"{PENDING}; {USUALLY}")

    poll(f"certificate {arn}", ISSUED, options["wait_timeout"], look)
    certificate = seen[-1]
    pending = certificate["Status"] == PENDING and (options["wait"] or options["domain_name"])
    refuse([] if pending else problems(certificate, options["domain_names"], datetime.now(tz=UTC)))
    ends = certificate.get("NotAfter")
    return {
        "exists": True,
        "certificate": {
            "arn": arn,
            "domain_name": certificate["DomainName"],
            "domain_names": sorted(certificate["SubjectAlternativeNames"]),
            "type": certificate["Type"],
            "status": certificate["Status"],
            "key_algorithm": its_algorithm(certificate),
            "not_after": ends.isoformat() if ends else "",
        },
    }


def refuse(reasons: Sequence[str]) -> None:
    """Raise L(InvalidOptionError) with all reasons, if there are any."""
    if reasons:
        raise InvalidOptionError(" ".join(reasons))
