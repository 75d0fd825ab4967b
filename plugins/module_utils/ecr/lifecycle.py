# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lifecycle policies of ECR: their rules as data, what AWS refuses of them, and which images they would take.

Amazon ECR User Guide, "Examples of lifecycle policies in Amazon ECR" and "Lifecycle policy properties": an image
belongs to the rule with the lowest number that selects it, and to no other one. ECR cannot pin an image: what runs is
safe only when no rule selects it, or when a rule that counts images counts far enough.
"""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field, Rows

COUNT, AGE = "imageCountMoreThan", "sinceImagePushed"
UNTAGGED, TAGGED, ANY = "untagged", "tagged", "any"
MOST_WILDCARDS = 4
LONGEST_POLICY = 30720

RULE: Rows = {
    "rule_priority": Field("int", "rulePriority", required=True),
    "description": Field(aws="description"),
    "tag_status": Field(aws="selection.tagStatus", choices=(TAGGED, UNTAGGED, ANY), required=True),
    "tag_pattern_list": Field("list", "selection.tagPatternList"),
    "tag_prefix_list": Field("list", "selection.tagPrefixList"),
    "count_type": Field(aws="selection.countType", choices=(COUNT, AGE), required=True),
    "count_number": Field("int", "selection.countNumber", required=True),
}


def normal(rules: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rules in their order, without what is not set."""
    said = [{key: value for key, value in rule.items() if value not in (None, [], "")} for rule in rules]
    return sorted(said, key=lambda rule: rule["rule_priority"])


def from_text(text: str | None) -> list[dict[str, Any]]:
    """Return the rules of a policy; none for no policy.

    What no row has, such as another action than C(expire), is kept by AWS's name, so that it is a difference.
    """
    rules = []
    for rule in json.loads(text)["rules"] if text else []:
        other = {key: rule[key] for key in rule if key not in ("rulePriority", "description", "selection")}
        if other.get("action") in ({"type": "expire"}, None):
            other.pop("action", None)
        rules.append({**fields.described(RULE, rule), **other})
    return normal(rules)


def to_text(rules: Iterable[Mapping[str, Any]]) -> str:
    """Return the policy with these rules, as PutLifecyclePolicy takes it."""
    policy = []
    for rule in rules:
        given = fields.all_params(RULE, rule)
        if rule["count_type"] == AGE:
            given["selection"]["countUnit"] = "days"
        policy.append({**given, "action": {"type": "expire"}})
    return json.dumps({"rules": policy}, separators=(",", ":"))


def problems(option: str, rules: Sequence[Mapping[str, Any]]) -> list[str]:
    """Find what AWS refuses of rules, as sentences ("Lifecycle policy properties")."""
    numbers = [rule["rule_priority"] for rule in rules]
    found = [
        f"{option} has rule_priority {number} more than once: give each rule another number."
        for number in dict.fromkeys(numbers)
        if numbers.count(number) > 1
    ]
    for rule in rules:
        found += rule_problems(f"{option} rule {rule['rule_priority']}", rule)
    whole = [rule for rule in rules if rule["tag_status"] == ANY]
    if whole and max(numbers) != whole[0]["rule_priority"]:
        found.append(
            f"{option} rule {whole[0]['rule_priority']} takes any image, and AWS wants that last: give it the highest "
            "rule_priority."
        )
    for status in (ANY, UNTAGGED):
        if sum(rule["tag_status"] == status for rule in rules) > 1:
            found.append(f"{option} has several rules with tag_status {status}, AWS takes one: keep one.")
    return found


def rule_problems(where: str, rule: Mapping[str, Any]) -> list[str]:
    """Find what AWS refuses of one rule.

    :param where: how the sentences call it.
    """
    patterns, prefixes = rule.get("tag_pattern_list") or [], rule.get("tag_prefix_list") or []
    found = [
        f"{where} has {key} {rule[key]}: set 1 or more." for key in ("rule_priority", "count_number") if rule[key] < 1
    ]
    if patterns and prefixes:
        found.append(f"{where} has tag_pattern_list and tag_prefix_list, AWS takes one of them: keep tag_pattern_list.")
    if rule["tag_status"] == TAGGED and not patterns and not prefixes:
        found.append(f"{where} has tag_status tagged and says no tags: set tag_pattern_list, with ['*'] for all tags.")
    if rule["tag_status"] != TAGGED and (patterns or prefixes):
        found.append(f"{where} has tag_status {rule['tag_status']}, which goes without tags: leave them out.")
    found += [
        f"{where} has {pattern.count('*')} wildcards in {pattern!r}, AWS takes {MOST_WILDCARDS}: use fewer."
        for pattern in patterns
        if pattern.count("*") > MOST_WILDCARDS
    ]
    return found


def selects(rule: Mapping[str, Any], tags: Sequence[str]) -> bool:
    """Tell whether a rule is about an image with these tags: each of its patterns has to fit one of them."""
    if rule["tag_status"] == ANY:
        return True
    if not tags or rule["tag_status"] == UNTAGGED:
        return not tags and rule["tag_status"] == UNTAGGED
    patterns = [*rule.get("tag_pattern_list", []), *(f"{prefix}*" for prefix in rule.get("tag_prefix_list", []))]
    return all(any(fnmatch.fnmatchcase(tag, pattern) for tag in tags) for pattern in patterns)


def governing(rules: Iterable[Mapping[str, Any]], tags: Sequence[str]) -> Mapping[str, Any] | None:
    """Return the rule that an image with these tags belongs to; None when no rule takes it.

    :param rules: by their priority, as L(normal).
    """
    return next((rule for rule in rules if selects(rule, tags)), None)


def endangered(
    rules: Sequence[Mapping[str, Any]], images: Sequence[Mapping[str, Any]], used: Mapping[str, str]
) -> list[str]:
    """Return in words which images that are in use a policy would take, now or when they are old enough.

    :param rules: as L(normal).
    :param images: all of the repository, as DescribeImages has them.
    :param used: what uses an image, such as C(streamflix-api-dev:7), by the image's digest or tag.
    """
    newest_first = sorted(images, key=lambda image: image["imagePushedAt"], reverse=True)
    counted: dict[int, int] = {}
    found = []
    for image in newest_first:
        tags = image.get("imageTags") or []
        rule = governing(rules, tags)
        if rule is None:
            continue
        number = rule["rule_priority"]
        counted[number] = counted.get(number, 0) + 1
        user = next((used[name] for name in (image["imageDigest"], *tags) if name in used), "")
        if not user or (rule["count_type"] == COUNT and counted[number] <= rule["count_number"]):
            continue
        when = "now, as newer images count first" if rule["count_type"] == COUNT else "when it is old enough"
        name = tags[0] if tags else image["imageDigest"]
        found.append(
            f"rule {number} would remove image {name}, which {user} uses, {when}: select other tags, or count further"
        )
    return found
