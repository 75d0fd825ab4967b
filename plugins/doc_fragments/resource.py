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
  ignored_tags:
    description:
      - Names of tags that somebody else sets, as patterns such as V(auto:*). They are not removed, and are no
        difference.
      - What O(tags) or O(owner_tags) names is set all the same.
    type: list
    elements: str
    default: []
  owner_tags:
    description:
      - The tags that say whose a resource is. What is created carries them, in addition to O(tags).
      - One that exists without them, or with other values, is somebody else's. Unless O(adopt), V(present) fails rather
        than touch it, and V(absent) leaves it alone, with a warning and RV(state=present).
      - The filter P(streamflix.content_api.ownership#filter) makes them of a stack's tags.
      - Without this option, a resource is known by its name alone. What has no tags in AWS always is.
    type: dict
  adopt:
    description:
      - Whether to take over a resource that exists without O(owner_tags). It gets them, and the other options hold for
        it too; with O(tags) and O(purge_tags), tags that it had are removed.
      - Only for V(present). A removal never concerns what is not ours.
    type: bool
    default: false
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
