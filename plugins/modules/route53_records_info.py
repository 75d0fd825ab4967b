#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: route53_records_info
short_description: Say whose the DNS records of a load balancer or a custom domain name are
version_added: 0.1.0
description:
  - M(amazon.aws.route53) changes whatever record has the name that it is given. This module runs before it and fails
    where a hosted zone does not exist, a name is outside of its zone, or a record of that name is somebody else's.
  - Records have no tags. One that leads to the load balancer, or to an earlier one of the same name, is ours, and any
    other is somebody else's. With O(domain_target), it is one that leads to a regional domain name of API Gateway.
  - Writes nothing.
author: StreamFlix platform team (@streamflix)
options:
  records:
    description: The records that lead to the load balancer.
    type: list
    elements: dict
    required: true
    suboptions:
      zone:
        description: The hosted zone, by its name, or by its id where it is not the only one of that name.
        type: str
        required: true
      name:
        description: The name of the record, in full. It may begin with V(*.).
        type: str
        required: true
      state:
        description:
          - Whether the record is wanted. One that leads to the load balancer and is not wanted is returned as
            RV(surplus), like all others in this zone that do.
        type: str
        choices: [present, absent]
        default: present
  load_balancer_name:
    description: The name of the load balancer. Either this or O(domain_target).
    type: str
  domain_target:
    description:
      - Where a custom domain name of API Gateway has to lead, in place of a load balancer. Both parts are empty for a
        removal.
    type: dict
    suboptions:
      dns_name:
        description: As RV(streamflix.content_api.apigateway_domain_name#module:domain_name.regional_domain_name).
        type: str
      hosted_zone_id:
        description: As RV(streamflix.content_api.apigateway_domain_name#module:domain_name.regional_hosted_zone_id).
        type: str
  ownership_tags:
    description:
      - The tags that say whose a resource is. Records that lead to a load balancer without them are none of ours.
    type: dict
    default: {}
  adopt:
    description: Whether to take over records of these names and types that lead elsewhere.
    type: bool
    default: false
extends_documentation_fragment:
  - streamflix.content_api.info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Stop at records that are somebody else's
  streamflix.content_api.route53_records_info:
    records:
      - {zone: example.com, name: api.example.com}
    load_balancer_name: streamflix-alb-dev
  register: dns

- name: Remove those that are no longer wanted
  amazon.aws.route53:
    hosted_zone_id: "{{ item.hosted_zone_id }}"
    record: "{{ item.name }}"
    type: "{{ item.type }}"
    value: "{{ item.value }}"
    alias: true
    alias_hosted_zone_id: "{{ item.alias_hosted_zone_id }}"
    alias_evaluate_target_health: "{{ item.alias_evaluate_target_health }}"
    state: absent
  loop: "{{ dns.surplus }}"
"""

RETURN = r"""
records:
  description:
    - The records that are wanted, sorted, and where each is to lead. The addresses of the load balancer decide of which
      types there is one.
  returned: always
  type: list
  elements: dict
  sample:
    - hosted_zone_id: Z0123456789ABCDEFGHIJ
      name: api.example.com
      type: A
      value: streamflix-alb-dev-1234567890.eu-west-1.elb.amazonaws.com.
      alias_hosted_zone_id: Z32O12XQLNTSW2
      alias_evaluate_target_health: false
surplus:
  description: The records in the zones of O(records) that lead to the load balancer and are not wanted.
  returned: always
  type: list
  elements: dict
  sample:
    - hosted_zone_id: Z0123456789ABCDEFGHIJ
      name: old.example.com
      type: A
      value: streamflix-alb-dev-1234567890.eu-west-1.elb.amazonaws.com.
      alias_hosted_zone_id: Z32O12XQLNTSW2
      alias_evaluate_target_health: false
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils.route53.records import BALANCERS, read
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import run_info


def main() -> None:
    """Entry point of the module."""
    module = AnsibleAWSModule(
        argument_spec={
            "records": {
                "type": "list",
                "elements": "dict",
                "required": True,
                "options": {
                    "zone": {"type": "str", "required": True},
                    "name": {"type": "str", "required": True},
                    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
                },
            },
            "load_balancer_name": {"type": "str"},
            "domain_target": {
                "type": "dict",
                "options": {"dns_name": {"type": "str"}, "hosted_zone_id": {"type": "str"}},
            },
            "ownership_tags": {"type": "dict", "default": {}},
            "adopt": {"type": "bool", "default": False},
        },
        required_one_of=[("load_balancer_name", "domain_target")],
        mutually_exclusive=[("load_balancer_name", "domain_target")],
        supports_check_mode=True,
    )
    run_info(module, BALANCERS, read, "load_balancer_name")


if __name__ == "__main__":
    main()
