# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""IAM policy documents: as data, as text, and whether two say the same."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

# elements in which a single text stands for a list of it, whose order means nothing
SETS = ("Action", "NotAction", "Resource", "NotResource")
PRINCIPALS = ("Principal", "NotPrincipal")
ROOT_OF_ACCOUNT = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):root")


def document_of(policy: Any) -> dict[str, Any]:
    """Return a policy document as data; it may be given as its JSON text.

    :raises ValueError: it is neither a dict nor the JSON text of one.
    """
    found = json.loads(policy) if isinstance(policy, str) else policy
    if not isinstance(found, Mapping):
        raise ValueError("it is no JSON object")
    return dict(found)


def text_of(document: Mapping[str, Any]) -> str:
    """Return a document as IAM takes it: JSON without white space, as IAM counts characters."""
    return json.dumps(document, separators=(",", ":"))


def as_list(value: Any) -> list[Any]:
    """Return a list as it is, and anything else as a list of it."""
    return list(value) if isinstance(value, (list, tuple)) else [value]


def as_text(value: Any) -> str:
    """Return a condition's value as IAM compares it: C(true) and C("true") are the same."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def values(value: Any) -> list[str]:
    """Return one text or a list of them as a sorted list of different texts."""
    return sorted({as_text(item) for item in as_list(value)})


def principals(value: Any) -> Any:
    """Return a statement's principals; an account may be given by its number or by the ARN that IAM stores."""
    if not isinstance(value, Mapping):
        return value
    return {kind: sorted({ROOT_OF_ACCOUNT.sub(r"\1", item) for item in values(names)}) for kind, names in value.items()}


def statement_form(statement: Mapping[str, Any]) -> dict[str, Any]:
    """Return a statement in the form in which two that say the same are equal."""
    form = dict(statement)
    form |= {key: values(form[key]) for key in SETS if key in form}
    form |= {key: principals(form[key]) for key in PRINCIPALS if key in form}
    if "Condition" in form:
        form["Condition"] = {
            operator: {key: values(wanted) for key, wanted in tests.items()}
            for operator, tests in form["Condition"].items()
        }
    return form


def form(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document in the form in which two that say the same are equal."""
    return {**document, "Statement": [statement_form(item) for item in as_list(document.get("Statement", []))]}


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two documents say the same: key order, and one text or a list of it, make no difference."""
    return form(one) == form(other)
