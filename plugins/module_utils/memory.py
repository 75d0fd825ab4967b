# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a run remembers for the next one, in a tag: that AWS took a request and shows something else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

# Set on a resource when a run has failed for that, and only then. It is a tag like any other: the next run that has
# something else to do, or nothing, removes it with all other tags that the options do not name.
TAG = "streamflix.content_api:shown-otherwise"

# what differs of a resource, by field: what AWS shows and what is wanted
Fields = dict[str, tuple[Any, Any]]


def without_tag(fields: Fields) -> Fields:
    """Return what differs of a resource beside the tag itself."""
    return {name: values for name, values in fields.items() if not name.endswith(f"tags.{TAG}")}


def value_of(fields: Fields) -> str:
    """Return the tag's value for what differs: the same for the same fields with the same values, and no secret.

    :returns: SHA-256, in hex.
    """
    return hashlib.sha256(json.dumps(without_tag(fields), sort_keys=True, default=str).encode()).hexdigest()


def knows(its_tags: Mapping[str, str] | None, fields: Fields) -> bool:
    """Tell whether the tags of a resource say that what differs of it has been asked for in vain."""
    return (its_tags or {}).get(TAG) == value_of(fields)
