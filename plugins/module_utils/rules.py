# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS's documented limits, checked before anything is sent.

Each rule returns its findings as sentences: which option, which value, what to do. No finding, no sentence.
"""

from __future__ import annotations


def too_long(option: str, value: str, longest: int) -> list[str]:
    """Find a name with more characters than AWS takes."""
    if len(value) <= longest:
        return []
    return [f"{option} {value!r} has {len(value)} characters, AWS takes at most {longest}: shorten it."]
