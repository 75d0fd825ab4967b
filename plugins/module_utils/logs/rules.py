# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS's limits of log groups; each rule returns its findings as sentences, as in L(common)."""

from __future__ import annotations

import re

from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import too_long

# PutRetentionPolicy takes only these
LOG_RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


def log_group_name(option: str, value: str) -> list[str]:
    """Find what AWS refuses in the name of a log group."""
    found = too_long(option, value, 512)
    if not re.fullmatch(r"[A-Za-z0-9_/.#-]+", value):
        found.append(f"{option} {value!r} may hold only letters, digits and the characters _ / . # -: rename it.")
    return found
