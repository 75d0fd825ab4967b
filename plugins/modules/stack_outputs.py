#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: stack_outputs
short_description: Show the outputs of a stack and write them to a file
version_added: 0.2.0
description:
  - Shows what others need to know of a stack, such as its URL, and keeps it as a JSON file beside the playbook.
  - It is an action, which runs where the playbook runs, whatever the host.
author: StreamFlix platform team (@streamflix)
options:
  path:
    description: The file. Directories that are missing are made.
    type: path
    required: true
  outputs:
    description: Names and values. None of them may be secret.
    type: dict
    required: true
attributes:
  check_mode:
    description: Tells whether the file would change, and writes nothing.
    support: full
  diff_mode:
    description: Shows the file before and after.
    support: full
"""

EXAMPLES = r"""
- name: Show and write the outputs
  streamflix.content_api.stack_outputs:
    path: "{{ playbook_dir }}/outputs/{{ inventory_hostname }}.json"
    outputs:
      api_gateway_url: https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/dev/
"""

RETURN = r"""
outputs:
  description: The names and values.
  returned: success
  type: dict
  sample: {api_gateway_url: "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/dev/"}
path:
  description: The file.
  returned: success
  type: str
  sample: /srv/streamflix/outputs/dev.json
"""
