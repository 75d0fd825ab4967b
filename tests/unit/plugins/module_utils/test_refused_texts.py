"""What is refused before a request: sizes, signs in tags and descriptions, versions, stuck rollouts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils.api import remedy_for, remedy_for_connection
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2.security_rules import text_problems
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs.rules import (
    FARGATE_MEMORY,
    fargate_size,
    service_deployment,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.elasticache.rules import replication_group_engine
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import tag_texts
from botocore.exceptions import SSOTokenLoadError, TokenRetrievalError, UnauthorizedSSOTokenError

from emulator.services.ecs import task_definitions as emulated

FARGATE = json.loads((Path(__file__).parent / "data" / "fargate_sizes.json").read_text(encoding="utf-8"))


def memories(kept: dict[str, Any]) -> tuple[int, ...]:
    """Return the sizes that an entry of the kept table stands for."""
    listed = kept.get("enum") or range(kept["minimum"], kept["maximum"] + 1, kept["multipleOf"])
    return tuple(listed)


def test_the_sizes_are_those_of_the_kept_table() -> None:
    kept = {int(cpu): memories(sizes) for cpu, sizes in FARGATE["sizes"].items()}
    assert kept == FARGATE_MEMORY
    assert kept == emulated.FARGATE_MEMORY


def test_the_largest_tasks_have_three_sizes() -> None:
    assert [fargate_size(32768, gib * 1024) for gib in (60, 120, 244)] == [[], [], []]
    (sentence,) = fargate_size(32768, 64 * 1024)
    assert "set 61440, 122880, 249856" in sentence


@pytest.mark.parametrize(
    ("tags", "parts"),
    [
        ({"Team": "a>b"}, ["tags.Team 'a>b' holds >", "use letters"]),
        ({"a,b": "x"}, ["tags.a,b", "holds ,"]),
        ({"AWS:x": "y"}, ["'AWS:x'", "begins with aws:", "rename"]),
        ({"": "y"}, ["''", "is empty", "rename"]),
        ({"k" * 129: "y"}, ["129 characters", "at most 128"]),
        ({"k": "v" * 257}, ["tags.k", "257 characters", "at most 256"]),
        ({f"k{number}": "" for number in range(51)}, ["51 tags", "takes 50", "remove"]),
    ],
)
def test_a_tag_that_aws_refuses_is_named(tags: dict[str, str], parts: list[str]) -> None:
    (sentence,) = tag_texts("tags", tags)
    assert [part for part in parts if part not in sentence] == []


def test_tags_of_all_scripts_are_taken_and_ec2_takes_every_sign() -> None:
    assert tag_texts("tags", {"Équipe 日本": "a_b.c:d/e=f+g-h@i 1", "Empty": ""}) == []
    assert tag_texts("tags", {f"k{number}": "" for number in range(50)}) == []
    assert tag_texts("tags", {"k" * 128: "v" * 256}) == []
    assert tag_texts("tags", {"Team": "(a, b)"}, any_sign=True) == []


def test_a_tag_is_refused_by_the_module_before_anything_is_sent(aws: Any, run_module: Any) -> None:
    failed = run_module("logs_log_group", name="/ecs/api", tags={"Team": "a>b"})
    assert "tags.Team 'a>b' holds >" in failed["msg"]
    assert aws("logs").describe_log_groups()["logGroups"] == []
    gone = run_module("logs_log_group", name="/ecs/api", tags={"Team": "a>b"}, state="absent")
    assert not gone["changed"]
    assert "failed" not in gone


def test_signs_of_descriptions_of_groups_and_rules() -> None:
    (sentence,) = text_problems("a rule, description", "web -> alb")
    assert "'web -> alb' holds >" in sentence
    assert text_problems("description", "Web (80/tcp), #1 @ [x] = {a; b} & c! $5 *") == []
    assert "holds &" in text_problems("description", "a & b", ampersand=False)[0]
    assert "256 characters" in text_problems("description", "x" * 256)[0]


@pytest.mark.parametrize(
    ("minimum", "maximum", "count", "stuck"),
    [
        (100, 150, 1, True),
        (100, 150, 2, False),
        (100, None, 1, False),
        (None, 150, 1, True),
        (50, 100, 1, True),
        (50, 100, 2, False),
        (0, 100, 1, False),
        (95, 105, 10, True),
        (90, 110, 10, False),
        (100, 150, 0, False),
        (100, 150, None, False),
    ],
)
def test_a_rollout_that_could_move_no_task(minimum: int | None, maximum: int | None, count: int, stuck: bool) -> None:
    found = service_deployment(minimum, maximum, count)
    assert bool(found) == stuck
    assert not stuck or f"desired_count {count}" in found[0]


@pytest.mark.parametrize(
    ("engine", "version", "mode", "part"),
    [
        ("valkey", "7.1", None, "'7.1' is no version of Valkey: set 7.2"),
        ("valkey", "6.x", None, "no version of Valkey"),
        ("redis", "6.2", "required", "'required' is not known to Redis OSS 6.2"),
        (None, "7.0.4", "preferred", "7.0.5 or newer"),
        ("valkey", "7.2", "required", ""),
        ("valkey", "8", "required", ""),
        ("redis", "7.0", "required", ""),
        ("redis", "7.0.5", "required", ""),
        ("redis", "6.2", None, ""),
        ("redis", None, "required", ""),
    ],
)
def test_versions_that_the_engine_has(engine: str | None, version: str | None, mode: str | None, part: str) -> None:
    found = replication_group_engine(engine, version, mode)
    assert len(found) == bool(part)
    assert part in "".join(found)


@pytest.mark.parametrize(
    "error",
    [
        UnauthorizedSSOTokenError(),
        SSOTokenLoadError(error_msg="no token"),
        TokenRetrievalError(provider="sso", error_msg="Token has expired and refresh failed"),
    ],
)
def test_a_sign_in_that_is_over_says_how_to_sign_in(error: Exception) -> None:
    assert "aws sso login" in remedy_for_connection(error)


def test_a_region_that_is_not_turned_on_says_how_to_turn_it_on() -> None:
    assert "aws account enable-region" in remedy_for("OptInRequired", "ec2:DescribeVpcs")
    for code in ("AuthFailure", "InvalidClientTokenId", "UnrecognizedClientException"):
        advice = remedy_for(code, "sts:GetCallerIdentity")
        assert "aws sso login" in advice
        assert "aws account enable-region" in advice
    assert "enable-region" not in remedy_for("ExpiredToken", "sts:GetCallerIdentity")
