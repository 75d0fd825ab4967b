# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tags between Ansible's shape (one dict) and the shapes of AWS's services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.plan import Call


def texts(tags: Mapping[str, Any] | None) -> dict[str, str] | None:
    """Return tags with their values as AWS stores them, as text; None stays None."""
    return None if tags is None else {name: str(value) for name, value in tags.items()}


def to_list(tags: Mapping[str, str] | None, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Return AWS's list of pairs for a dict of tags, sorted by name.

    :param key: what the service calls the name (C(Key), or C(key) in ECS).
    :param value: what the service calls the value.
    """
    return [{key: name, value: text} for name, text in sorted((tags or {}).items())]


def from_list(tags: Iterable[Mapping[str, Any]] | None, key: str = "Key", value: str = "Value") -> dict[str, str]:
    """Return a dict of tags for AWS's list of pairs, without AWS's own (C(aws:...))."""
    return {tag[key]: tag.get(value, "") for tag in tags or () if not tag[key].startswith("aws:")}


def changes(
    current: Mapping[str, str], desired: Mapping[str, str] | None, purge: bool
) -> tuple[dict[str, str], list[str]]:
    """Compare tags.

    :param desired: None means that the user did not set tags, so nothing changes.
    :param purge: whether tags that the user did not name are removed.
    :returns: the tags to set, and the names to remove.
    """
    if desired is None:
        return {}, []
    to_set = {name: text for name, text in desired.items() if current.get(name) != text}
    to_remove = sorted(name for name in current if name not in desired) if purge else []
    return to_set, to_remove


def after(current: Mapping[str, str], desired: Mapping[str, str] | None, purge: bool) -> dict[str, str]:
    """Return the tags as they will be once L(changes) has been carried out."""
    if desired is None:
        return dict(current)
    return dict(desired) if purge else {**current, **desired}


def steps(
    operations: tuple[str, str], which: Mapping[str, Any], current: Mapping[str, str], options: Mapping[str, Any]
) -> list[Call]:
    """Return the requests that bring the tags of an existing resource to what a module's options say.

    :param operations: the boto3 methods that set and that remove tags, with the parameters C(Tags) and C(TagKeys).
    :param which: their parameters that say which resource.
    """
    to_set, to_remove = changes(current, options["tags"], options["purge_tags"])
    sent: tuple[dict[str, Any], ...] = (
        {"Tags": to_list(to_set)} if to_set else {},
        {"TagKeys": to_remove} if to_remove else {},
    )
    return [
        Call(operation, {**which, **params}, options["name"])
        for operation, params in zip(operations, sent, strict=True)
        if params
    ]
