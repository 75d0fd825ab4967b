"""What AWS would refuse in a module's options, for tests of limits."""

from __future__ import annotations

from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Resource


def refused(rows: fields.Rows, **options: Any) -> list[str]:
    """Return what AWS would refuse in options; those that are not named are not set."""
    nothing = dict.fromkeys(name for name, row in rows.items() if row.is_option)
    return fields.refusals(rows, {**nothing, **options})


def problems(resource: type[Resource], **options: Any) -> list[str]:
    """Return what AWS would refuse in the options of a resource; those that are not named have their defaults."""
    nobody: Any = None
    others = {name: row.default for name, row in resource.fields.items() if row.is_option}
    return resource(nobody, {**others, "state": "present", **options}).problems()
