#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: apigateway_domain_name
short_description: Manage a regional custom domain name of API Gateway, and what it leads to
version_added: 0.1.0
description:
  - Creates, changes and removes a regional custom domain name, and the mapping of one of its base paths to a stage of a
    REST API. Other mappings are left alone, until the domain name is removed.
  - Clients reach it once a DNS record leads from the name to RV(domain_name.regional_domain_name), as with
    M(amazon.aws.route53).
author: StreamFlix platform team (@streamflix)
options:
  name:
    description: The domain name, such as V(api.example.com). Unique in an account and region.
    type: str
    required: true
  certificate_arn:
    description:
      - ARN of the certificate of Certificate Manager for this name, issued and in the same region.
      - Required with O(state=present).
    type: str
  security_policy:
    description:
      - Which versions and ciphers of TLS clients can use, by AWS's name.
      - AWS takes about 15 minutes to put another policy into effect, and serves requests meanwhile. The module does not
        wait for that.
      - Without this option it is left as it is; a new domain name has V(TLS_1_2).
    type: str
    choices:
      - TLS_1_0
      - TLS_1_2
      - SecurityPolicy_TLS13_1_3_2025_09
      - SecurityPolicy_TLS13_1_3_FIPS_2025_09
      - SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09
      - SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09
      - SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09
      - SecurityPolicy_TLS13_1_2_Ext2_PQ_2025_09
      - SecurityPolicy_TLS13_1_2_Ext2_FIPS_PQ_2025_09
      - SecurityPolicy_TLS13_1_2_PQ_2025_09
      - SecurityPolicy_TLS13_1_2_2021_06
  endpoint_access_mode:
    description:
      - V(STRICT) refuses requests that come through another type of endpoint, or whose host is not the one of the TLS
        handshake. V(BASIC) takes them.
      - Required with an O(security_policy) that begins with C(SecurityPolicy_), refused with others.
      - A change from V(STRICT) to V(BASIC) makes the domain name unavailable for about 15 minutes.
    type: str
    choices: [BASIC, STRICT]
  mutual_tls:
    description:
      - Whose certificates clients must have. An empty O(mutual_tls.truststore_uri) switches mutual TLS off.
      - Without this option it is left as it is.
    type: dict
    suboptions:
      truststore_uri:
        description: Where S3 has the certificates of the authorities, as V(s3://bucket/key).
        type: str
      truststore_version:
        description: The version of that object, in a bucket with versions.
        type: str
  rest_api_id:
    description: Id of the REST API that the base path leads to. Without this option, no mapping is touched.
    type: str
  stage_name:
    description: The stage of that API. Required with O(rest_api_id).
    type: str
  base_path:
    description: The base path. The empty one stands for the whole domain name.
    type: str
    default: ''
notes:
  - AWS creates, changes and removes one domain name every 30 seconds in an account. The module waits for that.
seealso:
  - module: streamflix.content_api.apigateway_proxy
  - module: streamflix.content_api.acm_certificate
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Serve an API under a name of our own
  streamflix.content_api.apigateway_domain_name:
    name: api.example.com
    certificate_arn: arn:aws:acm:eu-west-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef
    security_policy: SecurityPolicy_TLS13_1_2_2021_06
    endpoint_access_mode: STRICT
    rest_api_id: a1b2c3d4e5
    stage_name: prod
    tags:
      Environment: prod
  register: served

- name: Remove it
  streamflix.content_api.apigateway_domain_name:
    name: api.example.com
    state: absent
"""

RETURN = r"""
domain_name:
  description: The domain name as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    name:
      description: The name.
      type: str
      sample: api.example.com
    certificate_arn:
      description: ARN of its certificate.
      type: str
      sample: arn:aws:acm:eu-west-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef
    security_policy:
      description: Which versions and ciphers of TLS clients can use.
      type: str
      sample: SecurityPolicy_TLS13_1_2_2021_06
    endpoint_access_mode:
      description: C(STRICT) or C(BASIC); empty with a policy that has none.
      type: str
      sample: STRICT
    mutual_tls:
      description: Whose certificates clients must have; empty without mutual TLS.
      type: dict
      sample: {}
    status:
      description: AWS's word for its state.
      type: str
      sample: AVAILABLE
    status_message:
      description: What AWS says about the state.
      type: str
      sample: ""
    regional_domain_name:
      description: Where a DNS record has to lead.
      type: str
      sample: d-0123456789.execute-api.eu-west-1.amazonaws.com
    regional_hosted_zone_id:
      description: The hosted zone of that, for an alias record.
      type: str
      sample: ZLY8HYME6SFDD
    tags:
      description: Its tags.
      type: dict
      sample: {Environment: prod}
    mapping:
      description: The API and the stage that the base path leads to; empty when it leads nowhere.
      type: dict
      sample: {rest_api_id: a1b2c3d4e5, stage_name: prod}
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
      type: AWS::ApiGateway::DomainName
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from ansible_collections.streamflix.content_api.plugins.module_utils import fields, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.apigateway import domains
from ansible_collections.streamflix.content_api.plugins.module_utils.apigateway.proxy import own_tags
from ansible_collections.streamflix.content_api.plugins.module_utils.apigateway.rules import ENHANCED, security
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part, properties
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import Call, InvalidOptionError, Plan
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import (
    READY,
    Kind,
    Progress,
    Resource,
    manage,
)

# AWS takes one request on domain names every 30 seconds, and none while it changes one
PASSING = frozenset({"TooManyRequestsException", "ConflictException: try again later", "BadRequestException: progress"})
GONE = frozenset({"NotFoundException"})
# when the reply to an earlier request was lost
THERE = frozenset({"BadRequestException: already exists", "ConflictException: already exists"})
MAPPING = "AWS::ApiGateway::BasePathMapping"
USABLE = frozenset({"AVAILABLE", "UPDATING"})
FIELDS: Rows = {**domains.DOMAIN, **domains.MAPPING}


class DomainName(Resource):
    """A custom domain name with the mapping of one base path."""

    service = "apigateway"
    kind = "domain name"
    aws_type = "AWS::ApiGateway::DomainName"
    arn_kind = "apigateway:domainnames"
    also = (Kind(MAPPING),)
    result_key = "domain_name"
    fields = FIELDS
    required_if = (("state", "present", ("certificate_arn",)),)
    required_by: ClassVar = {"rest_api_id": ("stage_name",)}
    tagging = tags.APIGATEWAY

    def problems(self) -> list[str]:
        found = super().problems()
        return found if self.absent else found + security("REGIONAL", self.options)

    def describe(self) -> dict[str, Any] | None:
        item = self.api.get("get_domain_name", GONE, domainName=self.name)
        if item is None:
            return None
        items = self.api.get("get_base_path_mappings", GONE, domainName=self.name, limit=500)
        if items is None:
            return None
        types = item.get("endpointConfiguration", {}).get("types") or []
        mapping = domains.mapping_in(items["items"], self.options["base_path"])
        described = {**fields.described(domains.DOMAIN, item), "mapping": mapping, "tags": own_tags(item)}
        return {**described, "types": types}

    @property
    def _mapping(self) -> dict[str, str]:
        options = self.options
        return {key: options[key] for key in ("rest_api_id", "stage_name")} if options["rest_api_id"] else {}

    def _wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        """Return the domain name as it will be: what is set in the options, else what it has."""
        given = fields.given(fields.wanted(domains.DOMAIN, self.options))
        wanted = {**current, **given}
        if not wanted["security_policy"].startswith(ENHANCED):
            # a policy that knows no access mode ends it
            wanted["endpoint_access_mode"] = ""
        return {**wanted, "mapping": self._mapping or current["mapping"]}

    def plan_create(self) -> Plan:
        options = self.options
        made = fields.created(domains.DOMAIN, fields.wanted(domains.DOMAIN, options))
        after = {**made, "mapping": self._mapping, "tags": dict(options["tags"] or {}), "types": ["REGIONAL"]}
        sent = {key: value for key, value in fields.wanted(domains.DOMAIN, options).items() if value}
        params = {
            **fields.all_params(domains.DOMAIN, sent),
            "endpointConfiguration": {"types": ["REGIONAL"]},
            **({"tags": after["tags"]} if after["tags"] else {}),
        }
        create = Call("create_domain_name", params, self.name, done_if=THERE, retry_if=PASSING)
        steps = [create, *self._mapping_steps({})]
        return Plan(steps, None, after)

    def plan_update(self, current: dict[str, Any]) -> Plan:
        if current["types"] not in ([], ["REGIONAL"]):
            raise InvalidOptionError(
                f"domain name {self.name} is of type {', '.join(current['types'])}, and this module manages regional "
                "ones: remove it, or leave it to who made it."
            )
        options, wanted, steps = self.options, self._wanted(current), []
        patches = domains.patches(current, wanted)
        if patches:
            which = {"domainName": self.name, "patchOperations": patches}
            steps.append(Call("update_domain_name", which, self.name, retry_if=PASSING))
        steps += self._mapping_steps(current["mapping"])
        steps += tags.steps(self.tagging, self.to_be_tagged(current), current["tags"], options, self.name, PASSING)
        its_tags = tags.after(current["tags"], options["tags"], options["purge_tags"])
        return Plan(steps, current, {**wanted, "tags": its_tags})

    def _mapping_steps(self, current: Mapping[str, str]) -> list[Call]:
        """Return the request that lets the base path lead to the API, if it does not yet."""
        wanted, path = self._mapping, self.options["base_path"] or domains.NO_PATH
        if not wanted or wanted == current:
            return []
        subject = f"{self.name}/{self.options['base_path']}"
        if not current:
            params = {"domainName": self.name, "restApiId": wanted["rest_api_id"], "stage": wanted["stage_name"]}
            given = {"basePath": self.options["base_path"]} if self.options["base_path"] else {}
            return [Call("create_base_path_mapping", {**params, **given}, subject, retry_if=PASSING)]
        patches = [
            # so AWS writes it
            domains.replace("/restapiId", wanted["rest_api_id"]),
            domains.replace("/stage", wanted["stage_name"]),
        ]
        which = {"domainName": self.name, "basePath": path, "patchOperations": patches}
        return [Call("update_base_path_mapping", which, subject, retry_if=PASSING)]

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        which = {"domainName": self.name}
        return Plan([Call("delete_domain_name", which, self.name, done_if=GONE, retry_if=PASSING)], current, None)

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        hidden = (*fields.no_settings(domains.DOMAIN), "mapping", "types")
        parts = [Part(self.aws_type, self.name, properties(found, *hidden))]
        if found["mapping"]:
            parts.append(Part(MAPPING, f"{self.name}/{self.options['base_path']}", found["mapping"]))
        return parts

    def to_be_tagged(self, found: Mapping[str, Any]) -> Mapping[str, Any]:
        place = f"arn:{self.api.partition}:apigateway:{self.api.region}:"
        return {"resourceArn": f"{place}:/domainnames/{self.name}"}

    def busy(self, current: dict[str, Any]) -> str:
        return current["status"] if current["status"] in ("PENDING", "UPDATING") else ""

    def progress(self, current: dict[str, Any]) -> Progress:
        status = current["status"]
        if status in USABLE:
            return READY
        failure = "" if status == "PENDING" else current["status_message"] or "AWS gives no reason"
        return Progress(ready=False, state=status, failure=failure)

    def shown(self, found: Mapping[str, Any] | None) -> Any:
        return {key: value for key, value in (found or {}).items() if key != "types"}


def main() -> None:
    """Entry point of the module."""
    manage(DomainName)


if __name__ == "__main__":
    main()
