# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules of a web ACL, as the module wafv2_web_acl takes them."""

from __future__ import annotations

DOCUMENTATION = r"""
name: waf_rules
short_description: The rules of a web ACL that a role is to keep
version_added: 0.1.0
description:
  - Makes of the choices of an inventory the rules that M(streamflix.content_api.wafv2_web_acl) takes, in the order in
    which AWS goes through them.
  - The addresses that are let through come first (priority 10), then those that are blocked (20), the rate (30), the
    size of bodies (40), and the managed rule groups (100, 110 and so on). Further rules have their own priorities.
author: StreamFlix platform team (@streamflix)
options:
  _input:
    description:
      - The choices, as the variables of the role waf without C(waf_), such as C(managed_rule_groups), C(rate_limit),
        C(max_body_size), C(count_only), C(counted_rules), C(custom_response) and C(rules).
    type: dict
    required: true
  ip_sets:
    description: The ARNs of IP sets by what they are for, V(allowed-ipv4), V(blocked-ipv6) and so on.
    type: dict
    default: {}
  load_balancer:
    description:
      - Whether the web ACL guards a load balancer. API Gateway is in front of it, so that the client's address is in a
        header, and AWS inspects 8 KB of a body at most.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Show the rules
  ansible.builtin.debug:
    msg: "{{ {'managed_rule_groups': [{'name': 'AWSManagedRulesCommonRuleSet'}]} | streamflix.content_api.waf_rules }}"
"""

RETURN = r"""
_value:
  description: The rules, as the option C(rules) of the module has them.
  type: list
  elements: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.wafv2.choices import of_choices


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return them by name."""
        return {"waf_rules": of_choices}
