#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: wafv2_web_acl_association
short_description: Let a regional web ACL of AWS WAF guard a resource
version_added: 0.1.0
description:
  - Associates a web ACL with the stage of a REST API, an application load balancer, or another resource that AWS WAF
    can guard, and ends the association.
  - AWS lets one web ACL guard a resource, and replaces it silently by another one. So this module reads first, and
    refuses to replace one that is not ours. Whose a web ACL is, its tags say (O(owner_tags)).
  - AWS refuses the association for some minutes while a new web ACL becomes known everywhere. It is sent again until
    AWS takes it.
author: StreamFlix platform team (@streamflix)
options:
  name:
    description: What the association is called in reports, such as the name of the web ACL.
    type: str
    required: true
  resource_arn:
    description: ARN of what is guarded.
    type: str
    required: true
  web_acl_arn:
    description:
      - ARN of the web ACL.
      - Required with O(state=present). For a removal it does not matter, the association ends if the web ACL is ours.
    type: str
seealso:
  - module: streamflix.content_api.wafv2_web_acl
  - module: community.aws.wafv2_resources
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Guard the stage of a REST API
  streamflix.content_api.wafv2_web_acl_association:
    name: streamflix-api-dev
    resource_arn: arn:aws:apigateway:eu-west-1::/restapis/abc1234567/stages/dev
    web_acl_arn: "{{ acl.web_acl.arn }}"

- name: Let nothing of ours guard it
  streamflix.content_api.wafv2_web_acl_association:
    name: streamflix-api-dev
    resource_arn: arn:aws:apigateway:eu-west-1::/restapis/abc1234567/stages/dev
    state: absent
"""

RETURN = r"""
association:
  description: The association as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    resource_arn:
      description: ARN of what is guarded.
      type: str
      sample: example
    web_acl_arn:
      description: ARN of the web ACL.
      type: str
      sample: example
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
      type: AWS::WAFv2::WebACLAssociation
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
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import ownership, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import Call, Plan, is_unknown, unchanged
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Resource, manage
from ansible_collections.streamflix.content_api.plugins.module_utils.wafv2.reading import GONE, UNAVAILABLE

FIELDS: Rows = {
    "name": Field(required=True),
    "resource_arn": Field(aws="ResourceArn", required=True),
    "web_acl_arn": Field(aws="WebACLArn", exposes=True),
}


class Association(Resource):
    """That a web ACL guards a resource."""

    service = "wafv2"
    kind = "web ACL association"
    aws_type = "AWS::WAFv2::WebACLAssociation"
    result_key = "association"
    fields = FIELDS
    required_if = (("state", "present", ("web_acl_arn",)),)

    # the tags of the web ACL that is there
    _its_tags: Mapping[str, str] | None = None

    def describe(self) -> dict[str, Any] | None:
        guarded = self.options["resource_arn"]
        if is_unknown(guarded):
            return None
        reply = self.api.get("get_web_acl_for_resource", GONE, ResourceArn=guarded)
        found = (reply or {}).get("WebACL")
        if not found:
            return None
        # the wanted one is described, and asked whose it is, by itself
        if found["ARN"] != self.options["web_acl_arn"]:
            listed = self.api.get(tags.WAFV2.listing, GONE, ResourceARN=found["ARN"])
            self._its_tags = tags.WAFV2.listed(listed) if listed else {}
        return {"name": self.name, "resource_arn": guarded, "web_acl_arn": found["ARN"]}

    def foreign(self, found: Mapping[str, Any]) -> list[str]:
        owner = ownership.owner_of(self.options)
        if self._its_tags is None or found["web_acl_arn"] == self.options["web_acl_arn"]:
            return []
        if ownership.is_ours(self._its_tags, owner):
            return []
        return [
            f"{found['resource_arn']} is guarded by the web ACL {found['web_acl_arn']}, which is not ours: it has "
            f"{ownership.listed(self._its_tags)}. AWS lets one guard it, so ours would take its place: disassociate "
            "that one first, or let it guard this resource and do without ours."
        ]

    def plan_create(self) -> Plan:
        return Plan([self._association()], None, self._wanted())

    def plan_update(self, current: dict[str, Any]) -> Plan:
        if current["web_acl_arn"] == self.options["web_acl_arn"]:
            return unchanged(current)
        return Plan([self._association()], current, self._wanted())

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        which = {"ResourceArn": current["resource_arn"]}
        return Plan([Call("disassociate_web_acl", which, self.name, done_if=GONE)], current, None)

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        return [Part(self.aws_type, self.name, {key: found[key] for key in ("resource_arn", "web_acl_arn")})]

    def _wanted(self) -> dict[str, Any]:
        return {key: self.options[key] for key in FIELDS}

    def _association(self) -> Call:
        params = {"WebACLArn": self.options["web_acl_arn"], "ResourceArn": self.options["resource_arn"]}
        return Call("associate_web_acl", params, self.name, retry_if=UNAVAILABLE)


def main() -> None:
    """Entry point of the module."""
    manage(Association)


if __name__ == "__main__":
    main()
