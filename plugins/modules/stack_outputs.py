#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: stack_outputs
short_description: Show the outputs of a stack, write them to a file and hand them to workflows
version_added: 0.2.0
description:
  - Shows what others need to know of a stack, such as its URL, and keeps it as a JSON file.
  - Also does what M(ansible.builtin.set_stats) does, with all outputs as a dict under the stack's name in
    C(stack_outputs), so that AWX passes them to the workflow's next jobs. In a preview it does so only if all of them
    are known.
  - Writing the file is not reported as a change, as it changes nothing in the stack; a fresh checkout has no such file.
  - It is an action, which runs where the playbook runs, whatever the host.
author: StreamFlix platform team (@streamflix)
options:
  path:
    description:
      - The file. Directories that are missing are made. A relative path begins at the working directory.
      - Without it, or when it is empty, nothing is written.
    type: path
  outputs:
    description: Names and values. None of them may be secret.
    type: dict
    required: true
attributes:
  check_mode:
    description: Tells whether the file would be written, and writes nothing.
    support: full
  diff_mode:
    description: Shows the outputs in its result, and the file not at all.
    support: none
"""

EXAMPLES = r"""
- name: Show and write the outputs
  streamflix.content_api.stack_outputs:
    path: "outputs/{{ inventory_hostname }}.json"
    outputs:
      api_gateway_url: https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/dev/
"""

RETURN = r"""
ansible_stats:
  description: What M(ansible.builtin.set_stats) returns.
  returned: when all outputs are known
  type: dict
  contains:
    data:
      description: The outputs by stack, under C(stack_outputs).
      type: dict
      returned: always
    per_host:
      description: Always V(false), so that AWX passes them on.
      type: bool
      returned: always
    aggregate:
      description: Always V(true), so that the stacks of a run are one dict.
      type: bool
      returned: always
  sample:
    aggregate: true
    data:
      stack_outputs:
        dev: {api_gateway_url: "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/dev/"}
    per_host: false
outputs:
  description: The names and values.
  returned: success
  type: dict
  sample: {api_gateway_url: "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/dev/"}
path:
  description: The file.
  returned: when O(path) is set
  type: str
  sample: outputs/dev.json
written:
  description: Whether the file had to be written, or would be.
  returned: success
  type: bool
  sample: true
"""
