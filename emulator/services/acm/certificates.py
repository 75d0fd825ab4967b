"""Certificate Manager: certificates that DNS records validate, as AWS shows them, and that nobody removes in use.

moto lets time validate a certificate; here it is the records in a public hosted zone. The zone counts as delegated.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from emulator.clock import clock
from emulator.kept import RefusedError
from emulator.patching import wrap
from emulator.services.acm import durations

# ListCertificates without Includes.keyTypes
LISTED_BY_DEFAULT = ("RSA_1024", "RSA_2048")
# DescribeCertificate: only what has been issued has these
OF_ISSUED = ("IssuedAt", "NotAfter", "NotBefore", "Serial", "SignatureAlgorithm")
PENDING, ISSUED = "PENDING_VALIDATION", "ISSUED"
# CAA, RFC 8659; ACM User Guide, "Configure a CAA record": one of these lets Amazon issue
AMAZON = ("amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com")


def zones(account: str) -> list[Any]:
    """Return the public hosted zones of an account."""
    from moto.route53 import route53_backends

    return [zone for zone in route53_backends[account]["aws"].zones.values() if not zone.private_zone]


def validation_record(certificate: Any, name: str) -> dict[str, str]:
    """Return the CNAME that validates a name: the same for all certificates of an account, and for C(*.) the name's.

    User Guide, "DNS validation": it is made of the account and the name.
    """
    base = name.removeprefix("*.")
    digest = hashlib.sha256(f"{certificate.emulator_account} {base}".encode()).hexdigest()
    target = f"_{digest[32:]}.jkddzztszm.acm-validations.aws."
    return {"Name": f"_{digest[:32]}.{base}.", "Type": "CNAME", "Value": target}


def is_there(account: str, record: dict[str, str]) -> bool:
    """Tell whether a public hosted zone of the account has a record."""
    return any(
        found.name.rstrip(".") == record["Name"].rstrip(".").lower()
        and found.type == record["Type"]
        and record["Value"].rstrip(".") in {str(value).rstrip(".") for value in found.records}
        for zone in zones(account)
        for found in zone.rrsets
    )


def excluded(account: str, name: str) -> bool:
    """Tell whether a CAA record keeps Amazon from issuing a certificate for a name; the nearest one counts."""
    tag = "issuewild" if name.startswith("*.") else "issue"
    labels = name.removeprefix("*.").split(".")
    for first in range(len(labels) - 1):
        base = ".".join(labels[first:])
        rules = [
            str(value).split(None, 2)
            for zone in zones(account)
            for found in zone.rrsets
            if found.type == "CAA" and found.name.rstrip(".") == base
            for value in found.records
        ]
        if rules:
            said = [rule for rule in rules if rule[1] == tag] or [rule for rule in rules if rule[1] == "issue"]
            return bool(said) and not any(rule[2].strip('"').split(";")[0].strip() in AMAZON for rule in said)
    return False


def users_of(certificate: Any) -> list[str]:
    """Return the ARNs of the load balancers and of the domain names of API Gateway that use a certificate."""
    from moto.apigateway import apigateway_backends
    from moto.elbv2 import elbv2_backends

    account, region = certificate.emulator_account, certificate.arn.split(":")[3]
    balancers = elbv2_backends[account][region].load_balancers.values()
    found = [
        balancer.arn
        for balancer in balancers
        if any(certificate.arn in listener.certificates for listener in balancer.listeners.values())
    ]
    names = apigateway_backends[account][region].domain_names.values()
    of_names = (name for name in names if certificate.arn in (name.regional_certificate_arn, name.certificate_arn))
    return [*found, *(f"arn:aws:apigateway:{region}::/domainnames/{name.domain_name}" for name in of_names)]


def names_of(certificate: Any) -> list[str]:
    """Return the names of a certificate, its own first."""
    return [certificate.common_name, *sorted(name for name in certificate.sans if name != certificate.common_name)]


def validate(certificate: Any) -> None:
    """Issue a certificate whose records are there for long enough, or fail it."""
    if certificate.type != "AMAZON_ISSUED" or certificate.status != PENDING:
        return
    account = certificate.emulator_account
    if not all(is_there(account, validation_record(certificate, name)) for name in names_of(certificate)):
        certificate.emulator_validated_at = None
        return
    if certificate.emulator_validated_at is None:
        certificate.emulator_validated_at = clock.now() + durations.VALIDATION.seconds
    if clock.runs and clock.now() < certificate.emulator_validated_at:
        return
    refused = any(excluded(account, name) for name in names_of(certificate))
    certificate.status = "FAILED" if refused else ISSUED
    certificate.emulator_failure = "CAA_ERROR" if refused else ""


def options_of(certificate: Any) -> Iterator[dict[str, Any]]:
    """Yield how each name is validated."""
    shows = not clock.runs or clock.now() >= certificate.emulator_requested_at + durations.RECORD.seconds
    states = {PENDING: PENDING, "FAILED": "FAILED"}
    for name in names_of(certificate):
        found = {
            "DomainName": name,
            "ValidationDomain": name,
            "ValidationStatus": states.get(certificate.status, "SUCCESS"),
            "ValidationMethod": "DNS",
        }
        yield {**found, "ResourceRecord": validation_record(certificate, name)} if shows else found


def install() -> None:
    """Put the additions into moto."""
    _install_bundle()
    _install_requests()
    _install_removal()


def _install_bundle() -> None:
    from moto.acm.models import CertBundle

    @wrap(CertBundle, "__init__")
    def initialise(original: Any, self: Any, account_id: str, *args: Any, **kwargs: Any) -> None:
        """Note the account, and when it was requested."""
        self.emulator_account, self.emulator_requested_at = account_id, clock.now()
        self.emulator_validated_at, self.emulator_algorithm, self.emulator_failure = None, "", ""
        original(self, account_id, *args, **kwargs)

    @wrap(CertBundle, "check")
    def check(original: Any, self: Any) -> None:
        """Let records validate it, and no time."""
        if self.status == PENDING:
            validate(self)
        else:
            original(self)

    @wrap(CertBundle, "describe")
    def describe(original: Any, self: Any) -> dict[str, Any]:
        """Show it as AWS does: who uses it, which algorithm, and which record validates each name."""
        shown = original(self)["Certificate"]
        shown["InUseBy"] = users_of(self)
        # DescribeCertificate and ListCertificates write a hyphen, where requests take an underscore
        shown["KeyAlgorithm"] = (self.emulator_algorithm or shown["KeyAlgorithm"]).replace("_", "-")
        if self.type != "AMAZON_ISSUED":
            return {"Certificate": shown}
        shown["SubjectAlternativeNames"] = names_of(self)
        shown["DomainValidationOptions"] = list(options_of(self))
        shown["RenewalEligibility"] = "ELIGIBLE" if self.status == ISSUED and shown["InUseBy"] else "INELIGIBLE"
        if self.status != ISSUED:
            shown = {key: value for key, value in shown.items() if key not in OF_ISSUED}
        if self.emulator_failure:
            shown["FailureReason"] = self.emulator_failure
        return {"Certificate": shown}


def _install_requests() -> None:
    from moto.acm.models import AWSCertificateManagerBackend
    from moto.acm.responses import AWSCertificateManagerResponse

    @wrap(AWSCertificateManagerBackend, "_get_arn_from_idempotency_token")
    def get_arn(original: Any, self: Any, token: str) -> str | None:
        """Forget a certificate that has been removed."""
        arn = original(self, token)
        return arn if arn in self._certificates else None

    @wrap(AWSCertificateManagerResponse, "request_certificate")
    def request_certificate(original: Any, self: Any) -> Any:
        """Keep the key's algorithm."""
        result = original(self)
        certificate = self.acm_backend.get_certificate(result.result["CertificateArn"])
        certificate.emulator_algorithm = self._get_param("KeyAlgorithm") or "RSA_2048"
        return result

    @wrap(AWSCertificateManagerBackend, "list_certificates")
    def list_certificates(original: Any, self: Any, statuses: list[str], includes: dict[str, Any] | None) -> Any:
        """List only keys of RSA up to 2048 bits, unless asked for others (ListCertificates, Filters)."""
        others = {key: value for key, value in (includes or {}).items() if key != "keyTypes"}
        wanted = (includes or {}).get("keyTypes") or LISTED_BY_DEFAULT
        for certificate in original(self, statuses, others):
            if certificate.describe()["Certificate"]["KeyAlgorithm"].replace("-", "_") in wanted:
                yield certificate

    @wrap(AWSCertificateManagerResponse, "list_certificates")
    def list_response(original: Any, self: Any) -> Any:
        """Name the certificate's own and its further names."""
        result = original(self)
        for summary in result.result["CertificateSummaryList"]:
            summary["SubjectAlternativeNameSummaries"] = summary["SubjectAlternativeNames"]
            summary["HasAdditionalSubjectAlternativeNames"] = False
        return result


def _install_removal() -> None:
    from moto.acm.models import AWSCertificateManagerBackend

    @wrap(AWSCertificateManagerBackend, "delete_certificate")
    def delete_certificate(original: Any, self: Any, arn: str) -> None:
        """Refuse to remove what is in use."""
        certificate = self._certificates.get(arn)
        if certificate is not None and users_of(certificate):
            raise RefusedError("ResourceInUseException", f"Certificate {arn} in account {self.account_id} is in use.")
        original(self, arn)
