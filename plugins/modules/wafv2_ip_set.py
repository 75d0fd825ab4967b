#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: wafv2_ip_set
short_description: Manage an IP set of AWS WAF
version_added: 0.1.0
description:
  - Creates, changes and removes a regional IP set of AWS WAF, found by its name. Rules of web ACLs refer to it.
  - The addresses are set as a whole, so that what somebody else has put into the set goes. When somebody else changes
    the set at the same time, it is read again before it is changed.
author: StreamFlix platform team (@streamflix)
options:
  name:
    description: Name of the IP set, 1 to 128 letters, digits, hyphens and underscores.
    type: str
    required: true
  description:
    description: What it is for, 3 to 256 characters. An empty text removes it.
    type: str
  ip_address_version:
    description:
      - Of which version its addresses are. AWS cannot change it.
      - Required with O(state=present).
    type: str
    choices: [IPV4, IPV6]
  addresses:
    description:
      - CIDR ranges, with the prefix length in any case, such as V(192.0.2.44/32). AWS takes all but C(/0).
      - Without it, a new set is empty, and the addresses of one that exists stay.
    type: list
    elements: str
seealso:
  - module: streamflix.content_api.wafv2_web_acl
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Addresses that are blocked
  streamflix.content_api.wafv2_ip_set:
    name: streamflix-blocked-dev
    ip_address_version: IPV4
    addresses: [192.0.2.0/24, 198.51.100.7/32]
    tags:
      Environment: dev

- name: Remove it
  streamflix.content_api.wafv2_ip_set:
    name: streamflix-blocked-dev
    state: absent
"""

RETURN = r"""
ip_set:
  description: The IP set as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    name:
      description: Name of the IP set, 1 to 128 letters, digits, hyphens and underscores.
      type: str
      sample: example
    id:
      description: Its id.
      type: str
      sample: 12345678-1234-1234-1234-123456789012
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:wafv2:eu-west-1:123456789012:regional/ipset/streamflix-blocked-dev/12345678-1234-...
    lock_token:
      description: What stands for its present settings, and another one after each change.
      type: str
      sample: 12345678-1234-1234-1234-123456789012
    description:
      description: What it is for, 3 to 256 characters.
      type: str
      sample: example
    ip_address_version:
      description: Of which version its addresses are.
      type: str
      sample: IPV4
    addresses:
      description: CIDR ranges, with the prefix length in any case, such as V(192.0.2.44/32).
      type: list
      elements: str
      sample: []
    tags:
      description: Its tags.
      type: dict
      sample: {Environment: dev}
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
      type: AWS::WAFv2::IPSet
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

from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import manage
from ansible_collections.streamflix.content_api.plugins.module_utils.wafv2 import rules
from ansible_collections.streamflix.content_api.plugins.module_utils.wafv2.named import NAMED, NamedResource

FIELDS: Rows = {
    **NAMED,
    "description": Field(aws="Description", new="", unset="", rule=rules.description),
    "ip_address_version": Field(aws="IPAddressVersion", always=True, fixed=True, choices=("IPV4", "IPV6")),
    "addresses": Field(
        "list",
        "Addresses",
        read=lambda item: sorted(item.get("Addresses") or ()),
        normal=lambda given: sorted(set(given)),
        new=[],
        exposes=True,
    ),
}


class IpSet(NamedResource):
    """An IP set of AWS WAF."""

    kind = "IP set"
    aws_type = "AWS::WAFv2::IPSet"
    arn_kind = "wafv2:regional/ipset"
    result_key = "ip_set"
    fields = FIELDS
    required_if = (("state", "present", ("ip_address_version",)),)
    remedy = "Give the new set another name, or remove this one first, together with the rules that refer to it."
    noun = "ip_set"
    lists = ("list_ip_sets", "IPSets")
    member = "IPSet"
    settings = ("description", "addresses")
    at_creation = ("ip_address_version",)

    def problems(self) -> list[str]:
        given, version = self.options["addresses"], self.options["ip_address_version"]
        wrong = rules.addresses("addresses", given, version) if given and version and not self.absent else []
        return [*super().problems(), *wrong]

    def setting_params(self, values: Mapping[str, Any]) -> dict[str, Any]:
        # an update without them is refused
        return {"Addresses": [], **super().setting_params(values)}


def main() -> None:
    """Entry point of the module."""
    manage(IpSet)


if __name__ == "__main__":
    main()
