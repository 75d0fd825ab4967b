# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS's limits of IAM roles; each rule returns its findings as sentences, as in L(common)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.iam.policies import as_list, document_of, text_of
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import is_unknown
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import too_long

LONGEST_ROLE_NAME = 64
LONGEST_POLICY_NAME = 128
LONGEST_DESCRIPTION = 1000
LONGEST_PATH = 512
SESSION_SECONDS = (3600, 43200)
# of all inline policies of a role together
INLINE_POLICY_CHARACTERS = 10240
# of one managed policy, and how many of them a role takes
MANAGED_POLICY_CHARACTERS, MOST_MANAGED_POLICIES = 6144, 10


def iam_name(option: str, value: str, longest: int = LONGEST_ROLE_NAME) -> list[str]:
    """Find what AWS refuses in the name of a role or of an inline policy."""
    found = too_long(option, value, longest)
    if not re.fullmatch(r"[A-Za-z0-9_+=,.@-]+", value):
        found.append(f"{option} {value!r} may hold only letters, digits and _+=,.@-: rename it.")
    return found


def role_path(option: str, value: str | None) -> list[str]:
    """Find what AWS refuses in a path; None is not set."""
    if value is None:
        return []
    found = too_long(option, value, LONGEST_PATH)
    if not re.fullmatch(r"/|/[\x21-\x7e]+/", value):
        found.append(f"{option} {value!r} is no path: begin and end it with a slash, as in /service/.")
    return found


def policy_arns(option: str, values: Sequence[str]) -> list[str]:
    """Find what is no ARN of a managed policy."""
    return [
        f"{option} {value!r} is not the ARN of a managed policy: write arn:aws:iam::ACCOUNT:policy/NAME, "
        "or arn:aws:iam::aws:policy/NAME for one of AWS's own."
        for value in values
        if not is_unknown(value) and not re.fullmatch(r"arn:aws[a-z-]*:iam::(\d{12}|aws):policy/.+", value)
    ]


def boundary(option: str, value: str) -> list[str]:
    """Find what cannot limit what a role may do; an empty text stands for no limit."""
    return policy_arns(option, [value] if value else [])


def policy_document(option: str, policy: Any) -> list[str]:
    """Find what is no policy document."""
    try:
        document = document_of(policy)
    except ValueError as error:
        return [f"{option} is not a policy document, {error}: give a dict, or the JSON text of one."]
    statements = as_list(document.get("Statement", []))
    if not statements:
        return [f"{option} has no Statement, AWS needs one: add it."]
    return [
        f"{option}.Statement has {statement!r}, which is no statement: give dicts, whose Condition is a dict of dicts."
        for statement in statements
        if not is_statement(statement)
    ]


def is_statement(value: Any) -> bool:
    """Tell whether a value has the shape of a statement: a dict whose condition, if any, is a dict of dicts."""
    if not isinstance(value, Mapping):
        return False
    condition = value.get("Condition", {})
    return isinstance(condition, Mapping) and all(isinstance(tests, Mapping) for tests in condition.values())


def inline_policies(option: str, policies: Mapping[str, Any]) -> list[str]:
    """Find what AWS refuses in the inline policies of a role."""
    found = []
    for name, policy in policies.items():
        found += iam_name(f"{option} name", name, LONGEST_POLICY_NAME)
        found += policy_document(f"{option}.{name}", policy)
    if found:
        return found
    total = sum(len(text_of(document_of(policy))) for policy in policies.values())
    if total > INLINE_POLICY_CHARACTERS:
        found.append(
            f"{option} have {total} characters together, AWS takes at most {INLINE_POLICY_CHARACTERS}: shorten them, "
            "or move some into a managed policy."
        )
    return found


def own_policies(option: str, prefix: str, policies: Mapping[str, Any]) -> list[str]:
    """Find what AWS refuses in the managed policies that a role is to have of its own.

    :param prefix: what their names begin with in AWS.
    :param policies: their documents by what their names end with.
    """
    found = []
    if len(policies) > MOST_MANAGED_POLICIES:
        found.append(
            f"{option} has {len(policies)} policies, a role takes at most {MOST_MANAGED_POLICIES}: "
            "put several into one."
        )
    # AWS tells no capital letters from small ones
    plainly = [name.lower() for name in policies]
    found += [
        f"{option} has {name!r} more than once, as AWS does not tell capital letters from small ones: rename one."
        for name in dict.fromkeys(plainly)
        if plainly.count(name) > 1
    ]
    for name, policy in policies.items():
        found += iam_name(f"{option} name", name, LONGEST_POLICY_NAME)
        found += too_long(f"{option} name", f"{prefix}{name}", LONGEST_POLICY_NAME)
        found += managed_document(f"{option}.{name}", policy)
    return found


def managed_document(option: str, policy: Any) -> list[str]:
    """Find what AWS refuses in the document of a managed policy."""
    found = policy_document(option, policy)
    if found:
        return found
    length = len(text_of(document_of(policy)))
    if length <= MANAGED_POLICY_CHARACTERS:
        return []
    return [
        f"{option} has {length} characters without white space, AWS takes at most {MANAGED_POLICY_CHARACTERS}: shorten "
        "it, or split it into several."
    ]
