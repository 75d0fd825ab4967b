# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sees to it that the preflight runs first, and that tags choose something; else a run stops before it writes."""

from __future__ import annotations

import difflib
import os
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import start

# plays set this variable if their tasks rely on the preflight's checks
EXPECTED = "stack_preflight_expected"
# the fact that a preflight leaves; its value is unique to the run, as facts may be cached from one run to the next
PASSED = "stack_preflight_passed"
LEFT_OUT = (
    "The preflight has not run, which checks the variables, the account and what is in the way before anything is "
    "touched: --start-at-task or --skip-tags left it out. Nothing was asked of AWS. Run all of it; --tags TIER runs a "
    "part."
)
# Ansible's own
SPECIAL = frozenset({"all", "always", "never", "tagged", "untagged"})
CLOSE = 0.8


def passed() -> dict[str, str]:
    """Return the fact that shows the tasks of a host that its preflight has passed in this run."""
    return {PASSED: os.environ.get(start.VARIABLE, "")}


def left_out(variables: Mapping[str, Any]) -> str:
    """Return why a task must not run; empty when the preflight has passed, or the play needs none.

    :param variables: the task's.
    """
    if not variables.get(EXPECTED) or variables.get(PASSED) == passed()[PASSED]:
        return ""
    return LEFT_OUT


def misspelt(option: str, tags: Iterable[str], known: Collection[str]) -> list[str]:
    """Find tags that look like a misspelt known tag.

    :param option: the option of ansible-playbook that has them.
    :param known: all tags of the playbook.
    """
    close = {tag: difflib.get_close_matches(tag, known, n=1, cutoff=CLOSE) for tag in tags if tag not in known}
    return [f"{option} has {tag!r}: did you mean {found[0]}?" for tag, found in close.items() if found]


def chooses_nothing(
    asked: Collection[str], skipped: Collection[str], own: Collection[str], known: Collection[str]
) -> bool:
    """Tell whether C(--tags) and C(--skip-tags) leave nothing of a playbook to do.

    :param asked: the tags of C(--tags).
    :param skipped: those of C(--skip-tags).
    :param own: the tags of the preflight's task: those besides C(always) were given to the whole playbook where it is
        imported.
    :param known: the tags of the playbook's parts.
    """
    if "all" in asked or set(asked) & (set(own) - {"always"}):
        return bool(known) and set(known) <= set(skipped)
    untagged = not known and "untagged" in asked
    return not (untagged or set(asked) & set(known) - set(skipped))
