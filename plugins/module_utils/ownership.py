# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whose a resource is: ours when it carries all of C(owner_tags), somebody else's otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import InvalidOptionError

REMEDY = (
    "Nothing of it was changed. To take it over with its data, set adopt to true (with the playbooks: "
    "-e platform_adopt=true). Otherwise give ours another name, or rename or remove it by hand."
)

# these three tags distinguish a stack from all others
IDENTITY = ("Application", "Environment", "ManagedBy")
# those of them that distinguish a stack from the others of the same owner
STACK = ("Application", "Environment")


class NotOursError(Exception):
    """A resource has the right name and is somebody else's.

    :ivar reasons: why it is, one reason for each resource.
    """

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = list(reasons)
        super().__init__(f"{' '.join(self.reasons)} {REMEDY}")


def identity(its_tags: Mapping[str, Any]) -> dict[str, str]:
    """Return those tags of a stack that say whose its resources are: C(IDENTITY); if it has none of these, all tags."""
    every = tags.texts(its_tags) or {}
    return {name: text for name, text in every.items() if name in IDENTITY} or every


def without_stack(owner: Mapping[str, str]) -> dict[str, str]:
    """Return the owner's tags without those of C(STACK): what all stacks of the same owner carry."""
    return {name: text for name, text in owner.items() if name not in STACK}


def owner_of(options: Mapping[str, Any]) -> dict[str, str]:
    """Return the tags that our resources carry; empty when the user does not set them."""
    return tags.texts(options.get("owner_tags")) or {}


def owned_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return a module's options, with the owner's tags added to those that the resource is to have.

    So whatever is created is ours from its first moment on. If the user set no tags, other tags stay. A module that
    has no option for tags sets none.
    """
    owner = owner_of(options)
    if not owner or options.get("state") == "absent" or "tags" not in options:
        return dict(options)
    if options["tags"] is None:
        return {**options, "tags": owner, "purge_tags": tags.Purge(enabled=False)}
    return {**options, "tags": {**options["tags"], **owner}}


def is_ours(its_tags: Mapping[str, str], owner: Mapping[str, str]) -> bool:
    """Tell whether a resource carries all of the owner's tags."""
    return owner.items() <= its_tags.items()


def contradicts(its_tags: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    """Tell whether a resource has another value in one of the tags; a tag that is missing does not count."""
    return any(its_tags.get(name, text) != text for name, text in wanted.items())


def estranged(kind: str, name: str, its_id: str, its_tags: Mapping[str, str], wanted: Mapping[str, str]) -> str:
    """Return why a resource of our owner may or may not be the wanted one: an identifying tag has another value.

    Somebody may have changed the tag by hand, so it is better to ask than to create a second resource beside it.
    """
    have = {key: its_tags[key] for key, text in wanted.items() if its_tags.get(key, text) != text}
    right = {key: wanted[key] for key in have}
    return (
        f"{kind} {name} ({its_id}) has the tags {listed(have)} instead of {listed(right)}, so it is another stack's, "
        "or was tagged by hand. Nothing of it was changed, and none was made beside it: put its tags right, or give "
        "one of the two another name."
    )


def refuse_estranged(
    kind: str, name: str, named: Mapping[str, Mapping[str, str]], owner: Mapping[str, str], wanted: Mapping[str, str]
) -> None:
    """Refuse to create a second resource beside one of ours that differs only in an identifying tag.

    :param named: the tags of the resources of that name, by their ids.
    :param wanted: the identifying tags.
    :raises InvalidOptionError: one of them is ours; says which tags to correct.
    """
    for its_id, its_tags in named.items():
        if is_ours(its_tags, owner):
            raise InvalidOptionError(estranged(kind, name, its_id, its_tags, wanted))


def listed(pairs: Mapping[str, str]) -> str:
    """Return tags in words: C(A=1, B=2)."""
    return ", ".join(f"{name}={text}" for name, text in sorted(pairs.items())) or "no tags"


def why_foreign(part: Part, owner: Mapping[str, str]) -> str:
    """Return in words which tags a resource lacks to be ours; empty when it is ours, or its kind has no tags."""
    its_tags = part.properties.get("tags")
    if its_tags is None or is_ours(its_tags, owner):
        return ""
    lacks = {name: text for name, text in owner.items() if its_tags.get(name) != text}
    return f"{part.type} {part.name} is not ours: it lacks {listed(lacks)}, and has {listed(its_tags)}."
