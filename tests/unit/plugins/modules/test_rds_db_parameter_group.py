"""The DB parameter group module: the life of one, read back with plain boto3, and what is refused first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.life import Life, Setting, there

MODULE = "rds_db_parameter_group"
NAME = "streamflix-aurora-dev-postgresql15"
FAMILY = "aurora-postgresql15"


def asked(**values: Any) -> list[dict[str, Any]]:
    """Return the option for parameters with these values."""
    return [{"parameter_name": name, "parameter_value": value} for name, value in values.items()]


LIFE = Life(
    MODULE,
    {"name": NAME},
    (
        Setting(
            "db_parameter_group_family",
            "DBParameterGroupFamily",
            FAMILY,
            "aurora-postgresql16",
            required=True,
            fixed=True,
        ),
        Setting("description", "Description", "first", "second", required=True, fixed=True),
        Setting(
            "parameters",
            "Parameters",
            asked(statement_timeout="60000", max_connections="500"),
            asked(statement_timeout="30000", max_connections="500"),
            shown=(
                {"max_connections": ("500", "pending-reboot"), "statement_timeout": ("60000", "immediate")},
                {"max_connections": ("500", "pending-reboot"), "statement_timeout": ("30000", "immediate")},
            ),
        ),
    ),
)


@pytest.fixture
def read_back(aws: Any) -> Callable[[], dict[str, Any] | None]:
    def read() -> dict[str, Any] | None:
        rds = aws("rds")
        reply = there(lambda: rds.describe_db_parameter_groups(DBParameterGroupName=NAME), "DBParameterGroupNotFound")
        if not reply or not reply["DBParameterGroups"]:
            return None
        (found,) = reply["DBParameterGroups"]
        tags = rds.list_tags_for_resource(ResourceName=found["DBParameterGroupArn"])["TagList"]
        own = rds.describe_db_parameters(DBParameterGroupName=NAME, Source="user")["Parameters"]
        values = {one["ParameterName"]: (one["ParameterValue"], one["ApplyMethod"]) for one in own}
        return {**found, "Parameters": values, "tags": {tag["Key"]: tag["Value"] for tag in tags}}

    return read


def test_lives_a_whole_life(run_module: Any, read_back: Any) -> None:
    LIFE.live(run_module, read_back)


@pytest.mark.parametrize("option", LIFE.changeable)
def test_changes_one_option_alone(run_module: Any, read_back: Any, option: str) -> None:
    LIFE.change(run_module, read_back, option)


@pytest.mark.parametrize("option", LIFE.fixed)
def test_refuses_what_aws_cannot_change(run_module: Any, read_back: Any, option: str) -> None:
    LIFE.refuse(run_module, read_back, option)


def test_leaves_alone_what_is_somebody_elses(run_module: Any, read_back: Any) -> None:
    LIFE.respect(run_module, read_back)


def test_more_parameters_than_a_request_takes(run_module: Any, read_back: Any, monkeypatch: Any) -> None:
    rds = "ansible_collections.streamflix.content_api.plugins.module_utils.rds.parameters"
    monkeypatch.setattr(f"{rds}.MOST_AT_ONCE", 2)
    wanted = {"log_connections": "1", "log_disconnections": "1", "idle_session_timeout": "5", "work_mem": "64"}
    made = run_module(MODULE, **LIFE.fewest, parameters=asked(**wanted, statement_timeout="9"))
    assert made["actions"] == [f"create_db_parameter_group {NAME}", *[f"modify_db_parameter_group {NAME}"] * 3]
    assert {name: value for name, (value, _method) in read_back()["Parameters"].items()} == {
        **wanted,
        "statement_timeout": "9",
    }


@pytest.mark.parametrize("there_already", [False, True])
@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ({"parameter_name": "rds.force_ssl", "parameter_value": "1"}, "which DB parameter groups of"),
        ({"parameter_name": "ssl_ca_file", "parameter_value": "x"}, "which AWS lets nobody change"),
        ({"parameter_name": "work_mem", "parameter_value": "63"}, "'63' is not possible: AWS takes 64-2147483647"),
        ({"parameter_name": "work_mem", "parameter_value": "8MB"}, "'8MB' is not possible"),
        (
            {"parameter_name": "max_connections", "parameter_value": "99", "apply_method": "immediate"},
            "max_connections is static",
        ),
    ],
)
def test_what_aws_would_refuse_is_refused_first(
    run_module: Any, read_back: Any, entry: dict[str, str], text: str, there_already: bool
) -> None:
    if there_already:
        run_module(MODULE, **LIFE.fewest)
    for check in (True, False):
        failed = run_module(MODULE, check=check, **LIFE.fewest, parameters=[entry])
        assert text in failed["msg"]
    assert (read_back() or {}).get("Parameters", {}) == {}


def test_a_group_that_an_instance_has_stays(run_module: Any, read_back: Any, aws: Any) -> None:
    run_module(MODULE, **LIFE.fewest)
    rds = aws("rds")
    rds.create_db_cluster(
        DBClusterIdentifier="one",
        Engine="aurora-postgresql",
        EngineVersion="15.17",
        MasterUsername="one",
        MasterUserPassword="password-1",
        ServerlessV2ScalingConfiguration={"MinCapacity": 1, "MaxCapacity": 2},
    )
    rds.create_db_instance(
        DBInstanceIdentifier="one",
        DBClusterIdentifier="one",
        Engine="aurora-postgresql",
        DBInstanceClass="db.serverless",
        DBParameterGroupName=NAME,
    )
    failed = run_module(MODULE, name=NAME, state="absent", wait_timeout=0)
    assert "still members of this parameter group" in failed["msg"]
    assert read_back() is not None


@pytest.mark.parametrize("name", ["Own", "1st", "a--b", "a-", "default.aurora-postgresql15"])
def test_a_name_that_aws_refuses(run_module: Any, name: str) -> None:
    failed = run_module(MODULE, **{**LIFE.fewest, "name": name})
    assert f"name {name!r} is not possible" in failed["msg"]
