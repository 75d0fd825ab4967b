"""Lifecycle policies of ECR, and names of repositories."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils.ecr import lifecycle
from ansible_collections.streamflix.content_api.plugins.module_utils.ecr.rules import repository_name, same_key

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def rule(number: int, status: str, *patterns: str, count: int = 1, kind: str = lifecycle.COUNT) -> dict[str, Any]:
    found = {"rule_priority": number, "tag_status": status, "count_type": kind, "count_number": count}
    return {**found, **({"tag_pattern_list": list(patterns)} if patterns else {})}


def pushed(*tags: str, age: int = 0) -> dict[str, Any]:
    digest = f"sha256:{age}"
    return {"imageDigest": digest, "imageTags": list(tags), "imagePushedAt": BEGIN - timedelta(days=age)}


def test_what_has_no_row_is_a_difference() -> None:
    archive = {"type": "transition", "targetStorageClass": "archive"}
    selection = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 1}
    text = json.dumps({"rules": [{"rulePriority": 1, "selection": selection, "action": archive}]})
    assert lifecycle.from_text(text) == [{**rule(1, "any"), "action": archive}]
    ours = lifecycle.to_text([rule(1, "any")])
    assert lifecycle.from_text(ours) == [rule(1, "any")]
    assert lifecycle.from_text(None) == []


@pytest.mark.parametrize(
    ("of", "tags", "selected"),
    [
        (rule(1, "any"), [], True),
        (rule(1, "any"), ["a"], True),
        (rule(1, "untagged"), [], True),
        (rule(1, "untagged"), ["a"], False),
        (rule(1, "tagged", "*"), [], False),
        (rule(1, "tagged", "v*", "*-rc"), ["v1-rc"], True),
        (rule(1, "tagged", "v*", "*-rc"), ["v1", "a-rc"], True),
        (rule(1, "tagged", "v*", "*-rc"), ["v1"], False),
        ({**rule(1, "tagged"), "tag_prefix_list": ["v", "x"]}, ["v1"], False),
        ({**rule(1, "tagged"), "tag_prefix_list": ["v"]}, ["v1"], True),
    ],
)
def test_which_images_a_rule_is_about(of: dict[str, Any], tags: list[str], selected: bool) -> None:
    assert lifecycle.selects(of, tags) == selected


def test_an_image_belongs_to_the_first_rule_that_selects_it() -> None:
    rules = [rule(1, "tagged", "live-*", count=100), rule(2, "any", count=1)]
    every = [pushed("live-1", "1.0", age=9), pushed("1.1", age=2), pushed("1.2", age=1)]
    assert lifecycle.endangered(rules, every, {"1.0": "api:1"}) == []
    (found,) = lifecycle.endangered(rules, every, {"1.1": "api:2", "1.2": "api:3"})
    assert found.startswith("rule 2 would remove image 1.1, which api:2 uses, now")


def test_an_image_without_tags_is_named_by_its_digest() -> None:
    aged = [rule(1, "untagged", count=14, kind=lifecycle.AGE)]
    (found,) = lifecycle.endangered(aged, [pushed(age=1)], {"sha256:1": "api:1"})
    assert "image sha256:1, which api:1 uses, when it is old enough" in found
    assert lifecycle.endangered(aged, [pushed("1.0", age=1)], {"sha256:1": "api:1"}) == []


def test_names_of_repositories_to_the_digit() -> None:
    assert (
        repository_name("name", "a" * 256)
        == repository_name("name", "ab")
        == repository_name("name", "a/b-c__d.e")
        == []
    )
    for name in ("a" * 257, "a", "A1", "a//b", "-a", "a_"):
        assert "name" in repository_name("name", name)[0]


def test_a_key_may_be_shown_by_its_arn() -> None:
    arn = "arn:aws:kms:eu-west-1:123456789012:key/1"
    assert same_key(arn, arn)
    assert same_key(arn, "1")
    assert same_key(arn, "alias/mine")
    assert not same_key(arn, "2")
    assert not same_key("", "alias/mine")
    assert not same_key(None, arn)
