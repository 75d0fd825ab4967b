"""What the rows of a module's options refuse, for tests of limits."""

from __future__ import annotations

from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields


def refused(rows: fields.Rows, **options: Any) -> list[str]:
    """Return what AWS would refuse in options; those that are not named are not set."""
    nothing = dict.fromkeys(name for name, row in rows.items() if row.is_option)
    return fields.refusals(rows, {**nothing, **options})
