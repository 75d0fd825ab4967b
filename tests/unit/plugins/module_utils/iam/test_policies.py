"""Policy documents: which say the same, and which do not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils.iam.policies import document_of, same, text_of


def document(**statement: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"Action": "s3:GetObject"}, {"Action": ["s3:GetObject"]}),
        ({"Action": ["a:B", "a:C"], "Resource": "*"}, {"Resource": ["*"], "Action": ["a:C", "a:B"]}),
        ({"NotResource": ["x", "x"]}, {"NotResource": "x"}),
        ({"Principal": {"Service": "ecs.amazonaws.com"}}, {"Principal": {"Service": ["ecs.amazonaws.com"]}}),
        ({"Principal": {"AWS": "123456789012"}}, {"Principal": {"AWS": "arn:aws:iam::123456789012:root"}}),
        (
            {"Condition": {"Bool": {"a:b": True}}},
            {"Condition": {"Bool": {"a:b": "true"}}},
        ),
        ({"Condition": {"NumericLessThan": {"a:b": 5}}}, {"Condition": {"NumericLessThan": {"a:b": ["5"]}}}),
    ],
)
def test_they_say_the_same(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert same(document(**one), document(**other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"Action": "s3:GetObject"}, {"Action": "s3:*"}),
        ({"Action": "s3:GetObject"}, {"NotAction": "s3:GetObject"}),
        ({"Resource": "*"}, {}),
        ({"Principal": "*"}, {"Principal": {"Service": "*"}}),
        ({"Principal": {"AWS": "123456789012"}}, {"Principal": {"AWS": "arn:aws:iam::123456789012:role/root"}}),
        ({"Condition": {"Bool": {"a:b": True}}}, {"Condition": {"Bool": {"a:b": False}}}),
        ({"Condition": {"Bool": {"a:b": True}}}, {"Condition": {"BoolIfExists": {"a:b": True}}}),
        ({"Effect": "Allow"}, {"Effect": "Deny"}),
        ({"Sid": "One"}, {"Sid": "Two"}),
    ],
)
def test_they_say_something_else(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert not same(document(**one), document(**other))


def test_one_statement_needs_no_list() -> None:
    statement = {"Effect": "Allow", "Action": "a:B"}
    assert same({"Statement": statement}, {"Statement": [statement]})
    assert not same({"Statement": statement}, {"Statement": [statement, statement]})
    assert not same({"Statement": statement}, {"Statement": statement, "Version": "2012-10-17"})


def test_text_has_no_white_space_and_reads_back() -> None:
    wanted = document(Action=["a:B", "a:C"])
    assert " " not in text_of(wanted)
    assert json.loads(text_of(wanted)) == wanted
    assert document_of(text_of(wanted)) == wanted
    assert document_of(wanted) == wanted


@pytest.mark.parametrize("wrong", ["", "[]", '"text"', "{", 5, None])
def test_what_is_no_document(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"it is no JSON object|Expecting"):
        document_of(wrong)
