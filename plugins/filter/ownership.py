# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Makes the options with which modules touch no resource of anybody else."""

from __future__ import annotations

DOCUMENTATION = r"""
name: ownership
short_description: The options that keep modules from touching what is not the stack's
version_added: 0.1.0
description:
  - Returns the options O(streamflix.content_api.ec2_vpc#module:owner_tags), C(adopt) and C(ignored_tags) of all modules
    of the action group C(resources), for the C(module_defaults) of tasks.
  - Of the stack's tags C(Application), C(Environment) and C(ManagedBy) say whose a resource is. Without any of these,
    all do.
author: StreamFlix platform team (@streamflix)
options:
  _input:
    description: The tags of everything that the stack has. Without any tag, nothing would tell what is the stack's.
    type: dict
    required: true
  adopt:
    description: Whether what exists without these tags is taken over.
    type: bool
    default: false
  ignored_tags:
    description: Tags that somebody else sets, each with C(key), a pattern of names.
    type: list
    elements: dict
    default: []
"""

EXAMPLES = r"""
- name: Keep a log group, unless it is somebody else's
  module_defaults:
    group/streamflix.content_api.resources: "{{ platform_tags | streamflix.content_api.ownership }}"
  block:
    - name: Keep the log group
      streamflix.content_api.logs_log_group:
        name: /ecs/example
        tags: "{{ platform_tags }}"
"""

RETURN = r"""
_value:
  description: The options, with C(owner_tags), C(adopt) and C(ignored_tags).
  type: dict
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.streamflix.content_api.plugins.module_utils.ownership import identity


def ownership(tags: Mapping[str, Any], adopt: Any = False, ignored_tags: Iterable[Any] = ()) -> dict[str, Any]:
    """Return the options that tell a module whose resources it may touch.

    :param tags: those of the stack.
    :param ignored_tags: dicts with C(key); the preflight checks their form.
    :raises AnsibleFilterError: there are no tags.
    """
    if not isinstance(tags, Mapping) or not tags:
        raise AnsibleFilterError(
            f"The stack's tags are {tags!r}, so that nothing would tell what is the stack's own: set Application, "
            "Environment and ManagedBy."
        )
    return {
        "owner_tags": identity(tags),
        "adopt": adopt,
        "ignored_tags": [entry["key"] for entry in ignored_tags if isinstance(entry, Mapping) and "key" in entry],
    }


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return them by name."""
        return {"ownership": ownership}
