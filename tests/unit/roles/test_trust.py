"""Which services take the roles of this collection, and for whom: the confused deputy.

AWS documents no condition on the trust of two of them. API Gateway Developer Guide, "Permissions for CloudWatch
logging"; Amazon ECS Developer Guide, "Amazon ECS infrastructure IAM role for load balancers".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.plugin_utils import rehearsal

ACCOUNT, ARN = "aws:SourceAccount", "aws:SourceArn"
# keys of a condition that tell for whom a service acts
TELLING = {ACCOUNT, ARN, "kms:EncryptionContext:aws:logs:arn"}
WITHOUT = {"apigateway.amazonaws.com", "ecs.amazonaws.com"}
# those for which AWS's examples have the ARN, too
WITH_ARN = {"ecs-tasks.amazonaws.com", "vpc-flow-logs.amazonaws.com"}


def statements(value: Any) -> Iterator[dict[str, Any]]:
    """Yield all statements in the variables of a role that let a service do something."""
    if isinstance(value, list):
        for item in value:
            yield from statements(item)
    elif isinstance(value, dict):
        principal = value.get("Principal")
        if value.get("Effect") == "Allow" and isinstance(principal, dict) and "Service" in principal:
            yield value
        for item in value.values():
            yield from statements(item)


def found() -> list[tuple[str, dict[str, Any]]]:
    """Return the statements of all roles, each with the name of its role."""
    files = sorted(rehearsal.ROLES.glob("*/vars/main.yml")) + sorted(rehearsal.ROLES.glob("*/defaults/main.yml"))
    return [(file.parts[-3], statement) for file in files for statement in statements(rehearsal.read(file))]


def keys(statement: dict[str, Any]) -> set[str]:
    """Return the keys of a statement's condition."""
    return {key for operator in statement.get("Condition", {}).values() for key in operator}


@pytest.mark.parametrize(("role", "statement"), found())
def test_a_service_acts_for_this_account_only(role: str, statement: dict[str, Any]) -> None:
    service = statement["Principal"]["Service"]
    if service in WITHOUT:
        assert statement["Action"] == "sts:AssumeRole"
        return
    assert keys(statement) & TELLING, f"{role}: {service} may act for anybody"
    if service in WITH_ARN:
        assert {ACCOUNT, ARN} <= keys(statement), role


def test_the_statements_are_found() -> None:
    assumed = {
        statement["Principal"]["Service"] for _role, statement in found() if statement["Action"] == "sts:AssumeRole"
    }
    assert assumed >= {*WITHOUT, *WITH_ARN, "backup.amazonaws.com"}


def test_each_role_of_iam_has_its_trust_in_the_variables() -> None:
    files = sorted(rehearsal.ROLES.glob("*/tasks/*.yml"))
    trusts = [
        line.split(":", 1)[1].strip()
        for file in files
        for line in file.read_text(encoding="utf-8").splitlines()
        if "assume_role_policy_document:" in line
    ]
    assert trusts
    assert [trust for trust in trusts if not trust.startswith('"{{ __')] == []
