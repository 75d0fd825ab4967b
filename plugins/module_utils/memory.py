# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a run notes in a tag for the next run: AWS accepted a request and goes on showing another value."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

# A run sets it on a resource only when it has failed for that reason. It is a tag like any other: the next run that has
# something else to do, or nothing, removes it together with all other tags that the options do not name.
TAG = "streamflix.content_api:shown-otherwise"

# the fields of a resource that differ, each with what AWS shows and what is wanted
Fields = dict[str, tuple[Any, Any]]


def without_tag(fields: Fields) -> Fields:
    """Return what differs of a resource, without the tag itself."""
    return {name: values for name, values in fields.items() if not name.endswith(f"tags.{TAG}")}


def value_of(fields: Fields) -> str:
    """Return the tag's value for what differs. It depends on the fields and their values only, and contains no secret.

    :returns: SHA-256, in hex.
    """
    return hashlib.sha256(json.dumps(without_tag(fields), sort_keys=True, default=str).encode()).hexdigest()


def knows(its_tags: Mapping[str, str] | None, fields: Fields) -> bool:
    """Tell whether the tags of a resource say that an earlier run asked for the same values without success."""
    return (its_tags or {}).get(TAG) == value_of(fields)
