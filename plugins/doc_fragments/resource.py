# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options that every module of this collection that manages a resource takes."""

from __future__ import annotations


class ModuleDocFragment:
    """The C(resource) documentation fragment."""

    DOCUMENTATION = r"""
options:
  state:
    description:
      - V(present) creates the resource or changes it to what the other options say.
      - V(absent) removes it. Removing what does not exist is no change.
    type: str
    choices: [present, absent]
    default: present
  tags:
    description:
      - The tags of the resource, names and values.
      - Without this option, tags are left as they are.
    type: dict
    aliases: [resource_tags]
  purge_tags:
    description: Whether tags that are not in O(tags) are removed. AWS's own tags (C(aws:)) never are.
    type: bool
    default: true
  wait:
    description: Whether to wait until the resource can be used, or until it is gone.
    type: bool
    default: true
  wait_timeout:
    description: How long to wait, in seconds.
    type: int
    default: 900
notes:
  - An option that has no default and is left out keeps what AWS has, unless it or the module says otherwise.
attributes:
  check_mode:
    description:
      - Computes what would change, with the resource as it would be, and writes nothing.
      - What only AWS can tell, such as an identifier, stands there as C(known after apply).
    support: full
  diff_mode:
    description: Shows the resource before and after, on creation, change and removal; secrets are masked.
    support: full
"""
