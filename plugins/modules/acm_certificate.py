#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: acm_certificate
short_description: Manage a public certificate that AWS issues
version_added: 0.1.0
description:
  - Requests a certificate from AWS Certificate Manager, and validates its names with records in Route 53. AWS renews it
    as long as these are there.
  - A certificate has no unique name. It is found by O(domain_name), O(subject_alternative_names), O(key_algorithm) and
    O(owner_tags), and for other ones of these a further certificate is requested beside it. RV(surplus) names what is
    left over.
  - Before the request it fails if a name is in no public hosted zone of the account, if a CAA record there keeps Amazon
    from issuing, or if the zone above, in the same account, does not delegate to that zone.
  - It usually takes some minutes until AWS has issued a certificate, at times half an hour and more. With
    O(wait=true) the module waits, and fails at once when AWS gives up.
  - Several certificates of an account share the record of a name. It is removed with the last certificate of the region
    that has the name.
author: StreamFlix platform team (@streamflix)
options:
  domain_name:
    description: The certificate's own name, at most 64 characters. It may begin with V(*.).
    type: str
    required: true
  subject_alternative_names:
    description: Further names.
    type: list
    elements: str
    default: []
  key_algorithm:
    description: What kind of key it has. Load balancers and regional APIs take all of these.
    type: str
    choices: [RSA_2048, EC_prime256v1, EC_secp384r1]
    default: RSA_2048
  route53_validation:
    description:
      - Whether the module makes the records that validate the names.
      - With V(false) they have to be made elsewhere, as RV(certificate.validation_records) says.
    type: bool
    default: true
  hosted_zone_id:
    description: The hosted zone for all records. Without this option it is the nearest public one of each name.
    type: str
  keep_validation_records:
    description:
      - Whether the records stay when the certificate is removed. Set it if certificates of the account in other regions
        have these names, as AWS renews them by the same records.
    type: bool
    default: false
  purge_unused:
    description: Whether certificates of RV(surplus) are removed that nothing uses.
    type: bool
    default: false
seealso:
  - module: streamflix.content_api.acm_certificate_info
  - module: streamflix.content_api.elbv2_listener
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Request it, and wait until AWS has issued it
  streamflix.content_api.acm_certificate:
    domain_name: api.example.com
    subject_alternative_names: ["*.api.example.com"]
    tags:
      Environment: dev
    wait_timeout: 3600
  register: certificate

- name: Use it
  streamflix.content_api.elbv2_listener:
    load_balancer_arn: arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/x/50dc6c495c0c9188
    port: 443
    protocol: HTTPS
    certificate_arn: "{{ certificate.certificate.arn }}"
    ssl_policy: ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09
    target_group_arn: arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/x/73e2d6bc24d8a067

- name: Remove it, and its records
  streamflix.content_api.acm_certificate:
    domain_name: api.example.com
    state: absent
"""

RETURN = r"""
certificate:
  description: The certificate as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012
    domain_name:
      description: Its own name.
      type: str
      sample: api.example.com
    subject_alternative_names:
      description: Its further names, sorted.
      type: list
      elements: str
      sample: ['*.api.example.com']
    key_algorithm:
      description: What kind of key it has.
      type: str
      sample: RSA_2048
    status:
      description: AWS's word for its state.
      type: str
      sample: ISSUED
    failure_reason:
      description: AWS's word for why it was not issued; empty otherwise.
      type: str
      sample: ""
    not_after:
      description: Until when it is valid; empty until AWS has issued it.
      type: str
      sample: "2027-12-29T23:59:59+00:00"
    in_use_by:
      description: The ARNs of what uses it.
      type: list
      elements: str
      sample: []
    tags:
      description: Its tags.
      type: dict
      sample: {Environment: dev}
    validation_records:
      description:
        - The records that validate its names, each with C(name), C(value) (of a CNAME) and C(hosted_zone_id).
        - C(hosted_zone_id) is empty for one that is not in Route 53.
      type: list
      elements: dict
      sample:
        - name: _a79865eb4cd1a6ab990a45779b4e0b96.api.example.com
          value: _424c7224e9b0146f9a8808af955727d0.acm-validations.aws
          hosted_zone_id: Z0123456789ABCDEFGHIJ
surplus:
  description: ARNs of further certificates of O(domain_name) that carry O(owner_tags), of other names or a past state.
  returned: always
  type: list
  elements: str
  sample: []
ready:
  description: Whether there is nothing left to wait for, so that a further run with O(wait=true) is not needed.
  returned: always
  type: bool
  sample: true
actions:
  description: The AWS requests that change something, in order; in check mode those that the real run would send.
  returned: always
  type: list
  elements: str
  sample: []
changes:
  description:
    - "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type),
      C(name), and C(fields) with the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: update
      type: AWS::CertificateManager::Certificate
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.acm import names, reading
from ansible_collections.streamflix.content_api.plugins.module_utils.acm.reading import (
    GONE,
    ISSUED,
    ORDER,
    PENDING,
    USUALLY,
    its_algorithm,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part, properties
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.ownership import owner_of
from ansible_collections.streamflix.content_api.plugins.module_utils.plain import PlainResource, Read, Write
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    InvalidOptionError,
    Later,
    Plan,
    Reader,
    Step,
    Wait,
    path,
    unknown,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.route53.records import Zone, read_zones
from ansible_collections.streamflix.content_api.plugins.module_utils.route53.rules import ZONE_ID, plain
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import not_matching
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import READY, Kind, Progress, manage

IN_USE = frozenset({"ResourceInUseException"})
ROUTE53 = "route53"
RECORD_TYPE = "AWS::Route53::RecordSet"
ALGORITHMS = ("RSA_2048", "EC_prime256v1", "EC_secp384r1")
KNOWN = "known"
RECORD_SECONDS = 300
TOKEN_CHARACTERS = 32
REASONS = {
    "CAA_ERROR": "a CAA record of the domain, or of one above it, does not let Amazon issue (amazon.com): add that",
    "DOMAIN_NOT_ALLOWED": "Amazon issues none for this name: choose another one",
    "INVALID_PUBLIC_DOMAIN": "the name ends with no public top-level domain: choose another one",
    "ADDITIONAL_VERIFICATION_REQUIRED": "AWS wants to look at this name first: write to AWS Support",
}
AGAIN = "Run again afterwards: it is then requested anew."

FIELDS: Rows = {
    "arn": Field(read="CertificateArn", assigned=True, always=True, shown_only=True, new=CHOSEN),
    "domain_name": Field(aws="DomainName", required=True, always=True, normal=plain, rule=names.own_name),
    "subject_alternative_names": Field(
        "list",
        "SubjectAlternativeNames",
        read=lambda it: sorted(set(it["SubjectAlternativeNames"]) - {it["DomainName"]}),
        normal=lambda values: sorted(map(plain, values)),
        default=[],
        rule=names.further_names,
    ),
    "key_algorithm": Field(aws="KeyAlgorithm", read=its_algorithm, choices=ALGORITHMS, default="RSA_2048"),
    "status": Field(read="Status", assigned=True, always=True, shown_only=True, new=PENDING),
    "failure_reason": Field(read="FailureReason", assigned=True, shown_only=True, unset="", new=""),
    "not_after": Field(
        read=lambda it: it["NotAfter"].isoformat() if it.get("NotAfter") else "", assigned=True, shown_only=True, new=""
    ),
    "in_use_by": Field("list", read="InUseBy", assigned=True, shown_only=True, unset=[], new=[]),
    "route53_validation": Field("bool", default=True),
    "hosted_zone_id": Field(rule=partial(not_matching, form=ZONE_ID.pattern, advice="give the id of a hosted zone")),
    "keep_validation_records": Field("bool", default=False),
    "purge_unused": Field("bool", default=False),
}


def records_of(certificate: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Return the CNAMEs that validate a certificate, by the names that they are for; several names may share one.

    :param certificate: as DescribeCertificate gives it. Some seconds after the request it has no records yet.
    :returns: for each name that of the record, and its value.
    """
    found = {}
    for option in certificate.get("DomainValidationOptions", []):
        record = option.get("ResourceRecord")
        if record:
            found[names.base(option["DomainName"])] = (plain(record["Name"]), plain(record["Value"]))
    return found


def its_names(listed: Mapping[str, Any]) -> set[str]:
    """Return all names of a certificate as ListCertificates shows it."""
    return {*listed.get("SubjectAlternativeNameSummaries", []), listed["DomainName"]}


def are_known(reply: Mapping[str, Any]) -> str:
    """Return whether DescribeCertificate's reply has all records: C(known), or C(not known yet)."""
    options = reply["Certificate"].get("DomainValidationOptions", [])
    return KNOWN if options and all(option.get("ResourceRecord") for option in options) else "not known yet"


def change(action: str, name: str, value: str) -> dict[str, Any]:
    """Return a change of a CNAME, as ChangeResourceRecordSets takes it."""
    record = {"Name": name, "Type": "CNAME", "TTL": RECORD_SECONDS, "ResourceRecords": [{"Value": f"{value}."}]}
    return {"Action": action, "ResourceRecordSet": record}


def batch(changes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return changes of records that are made together."""
    return {"Comment": "Validates a certificate of AWS Certificate Manager", "Changes": list(changes)}


def token(*parts: Any) -> str:
    """Return the token by which AWS knows the same request again for an hour."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:TOKEN_CHARACTERS]


def failure(current: Mapping[str, Any]) -> str:
    """Return why a certificate will not be issued."""
    reason = current["failure_reason"]
    if current["status"] == "VALIDATION_TIMED_OUT":
        servers = "that the registrar of the domain names the name servers of the hosted zone"
        return f"AWS has not seen its records for 72 hours: look {servers}. {AGAIN}"
    return f"{REASONS.get(reason, reason or 'AWS does not say why')}. {AGAIN}"


class Certificate(PlainResource):
    """A public certificate of AWS Certificate Manager."""

    service = "acm"
    kind = "certificate"
    aws_type = "AWS::CertificateManager::Certificate"
    arn_kind = "acm:certificate"
    also = (Kind(RECORD_TYPE),)
    result_key = "certificate"
    tagging = tags.ACM
    fields = FIELDS
    named_by = "domain_name"
    read = Read("describe_certificate", "Certificate", "CertificateArn", alone=True, gone=GONE)
    create = Write("request_certificate", binds={"arn": path("CertificateArn")})
    # what uses it may have gone a moment ago
    remove = Write("delete_certificate", {"CertificateArn": "arn"}, done_if=GONE, retry_if=IN_USE)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        # names of certificates that stay when ours are removed
        self._others: set[str] = set()
        self._zones: list[Zone] | None = None
        # the records that are there, by name, as Route 53 lists them
        self._listed: dict[str, dict[str, Any]] = {}
        self._refusals: list[str] = []
        # further ones of ours of this name, each with whether something uses it
        self._surplus: dict[str, bool] = {}
        # which name servers answer for the zones, in words; None as long as nothing is waited for
        self._told: str | None = None

    @property
    def every_name(self) -> list[str]:
        """All names that the certificate is to have, its own first."""
        return [plain(name) for name in (self.name, *self.options["subject_alternative_names"])]

    @property
    def zones(self) -> list[Zone]:
        """The hosted zones of the account; none where others make the records."""
        if self._zones is None:
            self._zones = read_zones(self.api) if self.options["route53_validation"] else []
        return self._zones

    def describe(self) -> dict[str, Any] | None:
        ours = self._ours()
        chosen = ours[0] if ours and (self.absent or self._is_wanted(ours[0])) else None
        self._surplus = {one["CertificateArn"]: bool(one["InUse"]) for one in ours if one is not chosen}
        item = self._read_item(chosen["CertificateArn"]) if chosen else None
        if item is None or item["Status"] not in ORDER:
            self._refusals = [] if self.absent else self._why_not_issued()
        if item is None:
            return None
        its_tags = reading.tags_of(self.api, item["CertificateArn"])
        if its_tags is None:
            return None
        records = self._validation_records(item)
        found = fields.described(self.fields, item)
        return {**found, "validation_records": records, "surplus": self._surplus, "tags": its_tags}

    def _read_item(self, arn: str) -> dict[str, Any] | None:
        reply = self.api.get("describe_certificate", GONE, CertificateArn=arn)
        return reply["Certificate"] if reply else None

    def _ours(self) -> list[dict[str, Any]]:
        """Return our certificates of this name as AWS lists them: the wanted ones first, the best of these first.

        With C(adopt), where none of ours is wanted, a wanted one of somebody else's comes before them; no other of
        theirs is ever among them.
        """
        listed = reading.listed(self.api)
        found = reading.ours(self.api, listed, self.name, owner_of(self.options))
        if self.options["adopt"] and not any(map(self._is_wanted, found)):
            anybodys = reading.ours(self.api, listed, self.name, {})
            found = [*[one for one in anybodys if self._is_wanted(one)][:1], *found]
        self._others = {names.base(name) for one in listed if one not in found for name in its_names(one)}
        return sorted(found, key=lambda one: not self._is_wanted(one))

    def _is_wanted(self, listed: Mapping[str, Any]) -> bool:
        """Tell whether a certificate, as AWS lists it, has the names and the kind of key that are asked for."""
        same_key = its_algorithm(listed) == self.options["key_algorithm"]
        return same_key and its_names(listed) == set(self.every_name)

    def _zone(self, name: str) -> tuple[Zone | None, str]:
        return names.chosen_zone(name, self.zones, self.options["hosted_zone_id"])

    def _why_not_issued(self) -> list[str]:
        """Return what would keep AWS from issuing the certificate."""
        if not self.options["route53_validation"]:
            return []
        found: dict[str, None] = {}
        for name in self.every_name:
            zone, why = self._zone(name)
            if zone is not None:
                why = self._caa(name, zone) or self._undelegated(zone)
            found |= {why: None} if why else {}
        return list(found)

    def _record(self, zone: Zone, name: str, its_type: str) -> dict[str, Any] | None:
        """Return the record of a name and a type in a hosted zone, as Route 53 lists it."""
        asked = {"StartRecordName": name, "StartRecordType": its_type, "MaxItems": "1"}
        reply = self.api.call("list_resource_record_sets", ROUTE53, HostedZoneId=zone.id, **asked)
        found = reply["ResourceRecordSets"]
        return next((one for one in found if plain(one["Name"]) == name and one["Type"] == its_type), None)

    def _caa(self, name: str, zone: Zone) -> str:
        for asked in names.caa_names(name, zone):
            record = self._record(zone, asked, "CAA")
            if record:
                values = [one["Value"] for one in record["ResourceRecords"]]
                return names.excluded_by(asked, name, values)
        return ""

    def _undelegated(self, zone: Zone) -> str:
        above = [one for one in names.zones_of(zone.name, self.zones) if one.name != zone.name]
        if not above or self._record(above[0], zone.name, "NS"):
            return ""
        return (
            f"The hosted zone {zone.name} ({zone.id}) is not delegated, so that nobody asks it: {above[0].name} "
            f"({above[0].id}) has no NS record for it. Add that, with the name servers of {zone.name}."
        )

    def _validation_records(self, item: Mapping[str, Any]) -> list[dict[str, str]]:
        """Return the records that validate a certificate, and in which hosted zone each is."""
        found: dict[str, dict[str, str]] = {}
        for name, (record, value) in records_of(item).items():
            zone, _unused = self._zone(name)
            there = self._record(zone, record, "CNAME") if zone else None
            leads = [plain(one["Value"]) for one in there["ResourceRecords"]] if there else []
            if there:
                self._listed[record] = there
            is_in = zone.id if zone and leads == [value] else ""
            found[record] = {"name": record, "value": value, "hosted_zone_id": is_in}
        return list(found.values())

    def first_plan(self) -> Plan:
        # without AWS, the hosted zones are not known
        self._zones = []
        return super().first_plan()

    def plan_create(self) -> Plan:
        if self._refusals:
            raise InvalidOptionError(" ".join(self._refusals))
        plan = super().plan_create()
        asked = [*self.every_name, self.options["key_algorithm"], sorted((self.options["tags"] or {}).items())]
        params = {"ValidationMethod": "DNS", "IdempotencyToken": token(*asked, sorted(self._surplus))}
        request = replace(plan.steps[0], params={**plan.steps[0].params, **params})
        bases = {names.base(name): self._zone(name)[0] for name in self.every_name}
        foretold = [
            {"name": f"_{unknown()}.{name}", "value": unknown(), "hosted_zone_id": zone.id if zone else ""}
            for name, zone in bases.items()
        ]
        after = {**(plan.after or {}), "validation_records": foretold, "surplus": self._surplus}
        return Plan([request, *self._first_records(bases)], None, after)

    def _first_records(self, bases: Mapping[str, Zone | None]) -> list[Step]:
        """Return the steps that make the records of a certificate that has just been requested.

        :param bases: the hosted zone of each name; None for one that others make.
        """
        zones = {zone.id for zone in bases.values() if zone}
        if not zones:
            return []

        def changes_in(zone_id: str) -> Reader:
            inside = {name for name, zone in bases.items() if zone and zone.id == zone_id}

            def read(reply: Mapping[str, Any]) -> dict[str, Any]:
                records = records_of(reply["Certificate"])
                return batch([change("UPSERT", *records[name]) for name in sorted(inside & records.keys())])

            return read

        which = {"CertificateArn": Later("arn")}
        known = Wait(f"the records of {self.name}", "describe_certificate", which, are_known, frozenset({KNOWN}))
        tell = Call(
            "describe_certificate", which, self.name, binds={one: changes_in(one) for one in zones}, silent=True
        )
        return [known, tell, *(self._set_records(zone_id, Later(zone_id)) for zone_id in sorted(zones))]

    def _set_records(self, zone_id: str, changes: Any) -> Call:
        params = {"HostedZoneId": zone_id, "ChangeBatch": changes}
        # another run changes the zone at this moment
        busy = frozenset({"PriorRequestNotComplete"})
        return Call("change_resource_record_sets", params, f"{self.name} in {zone_id}", ROUTE53, retry_if=busy)

    def plan_update(self, current: dict[str, Any]) -> Plan:
        if current["status"] not in ORDER:
            # AWS makes nothing more of it
            self._surplus[current["arn"]] = bool(current["in_use_by"])
            return self.plan_create()
        plan = super().plan_update(current)
        steps, records = self._missing_records(current["validation_records"])
        unused = [arn for arn, in_use in self._surplus.items() if self.options["purge_unused"] and not in_use]
        steps = [*plan.steps, *steps, *(self._removal(arn) for arn in unused)]
        left = {arn: in_use for arn, in_use in self._surplus.items() if arn not in unused}
        return Plan(steps, current, {**(plan.after or {}), "validation_records": records, "surplus": left})

    def _missing_records(self, records: Sequence[Mapping[str, str]]) -> tuple[list[Step], list[dict[str, str]]]:
        """Return the steps that make the records that are not there, and all of them as they will be."""
        missing: dict[str, list[dict[str, Any]]] = {}
        after = []
        for record in records:
            zone_id = record["hosted_zone_id"]
            if not zone_id and self.options["route53_validation"]:
                zone, why = self._zone(record["name"].partition(".")[2])
                if zone is None:
                    raise InvalidOptionError(f"AWS cannot renew the certificate: {why}")
                zone_id = zone.id
                missing.setdefault(zone_id, []).append(change("UPSERT", record["name"], record["value"]))
            after.append({**record, "hosted_zone_id": zone_id})
        return [self._set_records(zone_id, batch(changes)) for zone_id, changes in missing.items()], after

    def _removal(self, arn: str) -> Call:
        how = self.remove
        return Call(how.operation, {"CertificateArn": arn}, self.name, done_if=how.done_if, retry_if=how.retry_if)

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        removals = [self._removal(arn) for arn in (current["arn"], *self._surplus)]
        gone: dict[str, list[dict[str, Any]]] = {}
        for record in current["validation_records"]:
            shared = record["name"].partition(".")[2] in self._others
            if record["hosted_zone_id"] and not shared and not self.options["keep_validation_records"]:
                there = {"Action": "DELETE", "ResourceRecordSet": self._listed[record["name"]]}
                gone.setdefault(record["hosted_zone_id"], []).append(there)
        # AWS refuses a batch whose record somebody has just removed, so that the next look finds it gone
        steps = [self._set_records(zone_id, batch(changes)) for zone_id, changes in gone.items()]
        return Plan([*removals, *steps], current, None)

    def progress(self, current: dict[str, Any]) -> Progress:
        status = current["status"]
        if status == ISSUED:
            return READY
        if status != PENDING:
            return Progress(ready=False, state=status, failure=failure(current))
        return Progress(ready=False, state=f"{status}; {USUALLY}{self._servers()}")

    def _servers(self) -> str:
        """Return in words which name servers the registrars have to name, as nobody else can see whether they do."""
        if self._told is None:
            zones = {zone.id: zone for zone, _unused in map(self._zone, self.every_name) if zone}
            told = []
            for zone in zones.values():
                reply = self.api.call("get_hosted_zone", ROUTE53, Id=zone.id)
                told.append(f"{zone.name} by {', '.join(reply['DelegationSet']['NameServers'])}")
            self._told = f"; the registrar has to say that these answer: {'; '.join(told)}" if told else ""
        return self._told

    def in_the_way(self, params: Mapping[str, Any]) -> list[str]:
        arn = params.get("CertificateArn")
        item = self._read_item(arn) if isinstance(arn, str) else None
        return [f"{user} uses it" for user in item.get("InUseBy", [])] if item else []

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        own = properties(found, "validation_records", "surplus", *fields.no_settings(self.fields))
        records = [
            Part(RECORD_TYPE, record["name"], {"type": "CNAME", "value": record["value"]})
            for record in found["validation_records"]
            if record["hosted_zone_id"]
        ]
        # arn:...:certificate/ID
        left = [
            Part(self.aws_type, f"{self.name} {arn.rpartition('/')[2]}", {"in_use": in_use}, arn)
            for arn, in_use in found["surplus"].items()
        ]
        return [Part(self.aws_type, self.name, own), *records, *left]

    def details(self) -> dict[str, Any]:
        return {"surplus": sorted(self._surplus)}

    def shown(self, found: Mapping[str, Any] | None) -> Any:
        return {key: value for key, value in (found or {}).items() if key != "surplus"}


def main() -> None:
    """Entry point of the module."""
    manage(Certificate)


if __name__ == "__main__":
    main()
