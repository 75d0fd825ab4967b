"""What AWS would refuse in parameters of Aurora, by what it lists of them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils.rds.parameters import CLUSTER, problems, takes


@pytest.mark.parametrize(
    ("allowed", "value", "taken"),
    [
        ("0,1", "1", True),
        ("0,1", "2", False),
        ("none,ddl,mod,all", "DDL", True),
        ("-1-2147483647", "-1", True),
        ("-1-2147483647", "-2", False),
        ("0.0-1.0", "0.5", True),
        ("0.0-1.0", "1.1", False),
        ("64-2147483647", "8MB", False),
        ("-1,10-20", "0", False),
        ("-1,10-20", "-1", True),
        ("0-", "9", True),
        ("0-", "-1", False),
        ("0-10,20-30,off", "25", True),
        ("0-10,20-30,off", "15", False),
        ("0-10,20-30,off", "off", True),
        ("pgaudit,pg_cron", "pg_cron, pgaudit", True),
        ("pgaudit,pg_cron", "pg_cron,nothing", False),
        ("6-262143", "LEAST({DBInstanceClassMemory/9531392},5000)", True),
        ("", "anything", True),
        (None, "anything", True),
    ],
)
def test_values_that_a_parameter_takes(allowed: str | None, value: str, taken: bool) -> None:
    assert takes({"AllowedValues": allowed}, value) == taken


def test_each_finding_says_what_to_do() -> None:
    known: dict[str, Any] = {
        "one": {"AllowedValues": "0,1", "IsModifiable": True, "ApplyType": "dynamic"},
        "fixed": {"IsModifiable": False},
        "static": {"AllowedValues": "0-9", "IsModifiable": True, "ApplyType": "static"},
    }

    def entry(name: str, value: str, method: str | None = None) -> dict[str, Any]:
        return {"parameter_name": name, "parameter_value": value, "apply_method": method}

    right = [entry("one", "1", "immediate"), entry("static", "5", "pending-reboot"), entry("static", "5")]
    assert problems("aurora_parameters", right, known, CLUSTER, "aurora-postgresql15") == []
    wrong = [entry("two", "1"), entry("fixed", "1"), entry("one", "3"), entry("static", "5", "immediate")]
    assert problems("aurora_parameters", wrong, known, CLUSTER, "aurora-postgresql15") == [
        "aurora_parameters has 'two', which DB cluster parameter groups of aurora-postgresql15 do not have: correct "
        "its name, or remove it.",
        "aurora_parameters has 'fixed', which AWS lets nobody change: remove it.",
        "aurora_parameters one '3' is not possible: AWS takes 0,1.",
        "aurora_parameters static is static, so that apply_method 'immediate' is not possible: set pending-reboot, and "
        "restart the instances when it suits.",
    ]
