#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: stack_cost
short_description: Estimate what a stack costs in a month
version_added: 0.2.0
description:
  - Goes through the roles with the host's variables, as the check before a deployment does, and puts AWS's list price
    to what they would make. It asks AWS for nothing.
  - Apart from each other it tells the baseline, which is what the stack costs when nobody uses it, and what is charged
    by use, as far as O(assumptions) says how much that is.
  - What has no price in the table is named, and counts as nothing. An alarm counts once, although AWS charges for each
    metric of one that has several. Discounts, free tiers other than that of data to the
    Internet, and taxes are not considered.
  - It is an action, which runs where the playbook runs, whatever the host.
author: StreamFlix platform team (@streamflix)
options:
  roles:
    description: Roles of this collection whose resources are counted.
    type: list
    elements: str
    required: true
  region:
    description: Region whose prices are taken.
    type: str
    required: true
  prices:
    description:
      - The table of prices, whose columns are separated by tabs. Its first line has their names, which are C(region),
        C(usage), C(variant), C(what), C(unit), C(usd), C(begins), C(as_of), C(grade), C(service), C(sku) and C(source).
      - Without it, the one that comes with the collection, C(roles/preflight/files/prices.tsv).
    type: path
  assumptions:
    description: What users do in a month, as C(platform_cost_assumptions) of the role preflight has it.
    type: dict
    default: {}
attributes:
  check_mode:
    description: It changes nothing in either mode.
    support: full
  diff_mode:
    description: There is nothing to show a difference of.
    support: none
"""

EXAMPLES = r"""
- name: Estimate what the network and the cache cost
  streamflix.content_api.stack_cost:
    roles: [network, redis]
    region: eu-west-1
    assumptions:
      nat_gb: 200
"""

RETURN = r"""
estimate:
  description: The estimate. Amounts are texts with two decimals, in US dollars.
  returned: success
  type: dict
  contains:
    region:
      description: Region whose prices were taken.
      type: str
      returned: always
    baseline_usd:
      description: What a month costs without use.
      type: str
      returned: always
    usage_usd:
      description: What the assumed use adds.
      type: str
      returned: always
    tiers:
      description: The same two by role.
      type: dict
      returned: always
    lines:
      description: What is needed, with quantity, price, date and grade of the price, and amount.
      type: list
      elements: dict
      returned: always
    not_priced:
      description: What the table has no price for.
      type: list
      elements: str
      returned: always
  sample:
    region: eu-west-1
    baseline_usd: "24.82"
    usage_usd: "0.00"
    tiers: {redis: {baseline_usd: "24.82", usage_usd: "0.00"}}
    lines:
      - tier: redis
        what: node cache.t4g.micro (redis)
        count: 2.0
        units: 1460.0
        usage: false
        price_usd: "0.017"
        unit: node-hour
        as_of: "2025-03-14"
        grade: A-
        usd: "24.82"
    not_priced: []
savings_usd:
  description: What choices that the variables do not make would save in a month, none where a price is missing.
  returned: success
  type: dict
  sample: {Valkey: "4.96"}
text:
  description: The same for people, a line each.
  returned: success
  type: list
  elements: str
  sample: ["baseline                                                                24.82"]
"""
