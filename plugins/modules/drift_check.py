#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: drift_check
short_description: Fail when a run in check mode has found that AWS differs from the inventory
version_added: 0.2.0
description:
  - Turns a preview into a check for drift. At the beginning of a run it stops a run that could not find drift. At the
    end it fails if the tasks between have returned changes, and names the resources and the fields that differ. It also
    fails if they have compared nothing, or if C(no_log) hides their results.
  - Reads what the callback P(streamflix.content_api.recap#callback) has collected, which has to be enabled. Fields that
    the inventory's C(drift_ignore) names do not count.
  - Sends no request to AWS. This is an action plugin; C(playbooks/drift.yml) uses it.
author: StreamFlix platform team (@streamflix)
options:
  stage:
    description:
      - V(begin) fails unless the run is in check mode and the callback is enabled.
      - V(end) fails when there is drift.
    type: str
    choices: [begin, end]
    required: true
  tiers:
    description:
      - With O(stage=begin), the roles that the comparison is about. Those that no task has compared by its end, as tags
        left them out, are named.
    type: list
    elements: str
    default: []
attributes:
  check_mode:
    support: full
    description: Only runs in check mode.
"""

EXAMPLES = r"""
- name: Stop unless the run is in check mode
  streamflix.content_api.drift_check:
    stage: begin
    tiers: [network]

- name: Compare
  ansible.builtin.include_role:
    name: streamflix.content_api.network
    tasks_from: request

- name: Fail if there is drift
  streamflix.content_api.drift_check:
    stage: end
"""

RETURN = r"""
drift:
  description: The resources that differ, by type and name. The message has the fields too.
  returned: when O(stage=end)
  type: list
  elements: str
  sample: [AWS::EC2::VPC streamflix-vpc-dev]
not_compared:
  description: The tiers of O(tiers) that no task has compared.
  returned: when O(stage=end)
  type: list
  elements: str
  sample: [redis]
"""
