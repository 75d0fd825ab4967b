# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the rules of several services share.

A rule returns its findings as sentences: which option, which value, what to do. It returns none if nothing is wrong.
Rules are AWS's documented limits, checked before anything is sent.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.plan import different, is_unknown


def too_long(option: str, value: str, longest: int) -> list[str]:
    """Find a name with more characters than AWS takes."""
    if len(value) <= longest:
        return []
    return [f"{option} {value!r} has {len(value)} characters, AWS takes at most {longest}: shorten it."]


def out_of_range(option: str, value: float | None, lowest: float, highest: float) -> list[str]:
    """Find a number that AWS does not take; None is not set."""
    if value is None or lowest <= value <= highest:
        return []
    return [f"{option} {value} is out of range: set {lowest} to {highest}."]


HIGHEST_PORT = 65535
# Each resource; AWS's own tags (aws:...) are not counted.
MOST_TAGS = 50
LONGEST_TAG_NAME, LONGEST_TAG_VALUE = 128, 256
# Letters, separators and numbers of any script, and these: the pattern of TagKey and TagValue in the service models.
TAG_SIGNS = "_.:/=+-@"


def refused_in_tag(text: str) -> list[str]:
    """Return the characters of a tag's name or value that AWS's services refuse, each once."""
    return [
        sign for sign in dict.fromkeys(text) if sign not in TAG_SIGNS and unicodedata.category(sign)[0] not in "LZN"
    ]


def tag_texts(option: str, tags: Mapping[str, str], any_sign: bool = False) -> list[str]:
    """Find tags that AWS does not take on a resource.

    :param any_sign: whether the service takes any character, as EC2 does.
    """
    found = []
    if len(tags) > MOST_TAGS:
        found.append(f"{option} has {len(tags)} tags, AWS takes {MOST_TAGS} on a resource: remove some.")
    for name, value in tags.items():
        if not name or name.lower().startswith("aws:"):
            found.append(
                f"{option} has the name {name!r}, and AWS takes none that is empty or begins with aws:: rename it."
            )
        found += too_long(f"{option} name", name, LONGEST_TAG_NAME) + too_long(
            f"{option}.{name}", value, LONGEST_TAG_VALUE
        )
        signs = "" if any_sign else " ".join(refused_in_tag(name + value))
        if signs:
            found.append(
                f"{option}.{name} {value!r} holds {signs}, which AWS refuses in tags: use letters, digits, spaces and "
                f"{TAG_SIGNS} only."
            )
    return found


def repeated(option: str, values: Iterable[Any]) -> list[str]:
    """Find values that are listed more than once."""
    seen: set[Any] = set()
    twice: list[Any] = []
    for value in values:
        if value in seen and value not in twice:
            twice.append(value)
        seen.add(value)
    return [f"{option} {value!r} is listed more than once: list it once." for value in twice]


def not_matching(option: str, value: str | None, form: str, advice: str) -> list[str]:
    """Find a text that does not have the form that AWS wants; None is not set.

    :param form: a regular expression for all of it.
    :param advice: what to write.
    """
    if value is None or is_unknown(value) or re.fullmatch(form, value):
        return []
    return [f"{option} {value!r} is not possible: {advice}."]


# a key or an alias, by its id, name or ARN
KMS_KEY = r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key|alias)/[\w/-]+|alias/[\w/-]+|(mrk-)?[0-9a-fA-F-]{32,36}"


def kms_key(option: str, value: str | None) -> list[str]:
    """Find what names no KMS key; None is not set."""
    return not_matching(option, value, KMS_KEY, "give the id or ARN of a KMS key, or alias/NAME")


def same_key(current: str | None, wanted: str) -> bool:
    """Tell whether a KMS key is the one whose ARN AWS shows; an alias cannot be compared and counts as the same."""
    return "alias/" in wanted or current == wanted or (current or "").endswith(f":key/{wanted}")


def too_few(option: str, values: Sequence[str], fewest: int, advice: str) -> list[str]:
    """Find a list with fewer different values than AWS takes; values known after the real run count each.

    :param advice: what else the values have to fulfil, or what to do instead.
    """
    distinct = len(different(values))
    if distinct >= fewest:
        return []
    return [f"{option} {list(values)!r} has {distinct} different values, AWS needs {fewest}: add some, {advice}."]


def subnet_group_name(option: str, value: str) -> list[str]:
    """Find what RDS or ElastiCache refuses in the name of a subnet group, or changes in it (capital letters)."""
    found = too_long(option, value, 255)
    if not re.fullmatch(r"[a-z][a-z0-9-]*", value) or value == "default":
        found.append(
            f"{option} {value!r} must start with a letter, hold only lower-case letters, digits and hyphens, and not "
            "be 'default': rename it."
        )
    return found
