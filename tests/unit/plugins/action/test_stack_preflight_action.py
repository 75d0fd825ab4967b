"""The action that checks a stack's variables before AWS is asked for anything."""

from __future__ import annotations

import pathlib
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible_collections.streamflix.content_api.plugins.action import stack_preflight
from ansible_collections.streamflix.content_api.plugins.plugin_utils import rehearsal


@pytest.fixture(autouse=True)
def nothing_configured(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> pathlib.Path:
    """Take away what names a region; the SDK's configuration file can be written."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    return tmp_path / "config"


def findings(environment: dict[str, str], run_tags: tuple[str, ...] = ("all",), **args: Any) -> str:
    """Run the action for a role of which one variable is misspelt, and return its message."""
    files = [rehearsal.ROLES / "apigw" / kind / "main.yml" for kind in ("defaults", "vars")]
    variables = {name: value for file in files for name, value in rehearsal.read(file).items()}
    task = SimpleNamespace(
        args={"account_id": "123456789012", "roles": ["apigw"], **args},
        check_mode=True,
        async_val=0,
        delegate_to=None,
        tags=["always"],
        get_variable_manager=lambda: None,
    )
    connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir=None), transport="local")
    action = stack_preflight.ActionModule(task, connection, None, DataLoader(), None, None)
    action._situation = lambda _variables: SimpleNamespace(environment=environment)
    backend = {"apigw_backend_url": "http://balancer.example.com", "apigw_stage": "dev", "environment_suffix": "dev"}
    return str(action.run(task_vars={**variables, **backend, "ansible_run_tags": list(run_tags)})["msg"])


MISSPELT = (
    "apigw_stage is no variable of apigw. Did you mean apigw_stage_name? Give variables of your own another beginning."
)


def test_the_region_may_come_from_the_environment_of_the_task_or_of_ansible(monkeypatch: pytest.MonkeyPatch) -> None:
    assert findings({"AWS_REGION": "eu-west-1"}) == MISSPELT
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    assert findings({}) == MISSPELT


def test_the_region_may_come_from_a_profile(nothing_configured: pathlib.Path) -> None:
    nothing_configured.write_text("[profile dev]\nregion = eu-west-1\n")
    assert findings({}, profile="dev") == MISSPELT
    assert findings({"AWS_PROFILE": "dev"}) == MISSPELT
    assert "No region is set: set aws_region" in findings({}, profile="another")


def test_without_a_region_that_is_what_is_wrong() -> None:
    assert findings({}) == "No region is set: set aws_region, or AWS_REGION in the environment."


def test_outputs_that_cannot_be_written_are_told_with_the_rest(nothing_configured: pathlib.Path) -> None:
    nothing_configured.write_text("")
    found = findings({"AWS_REGION": "eu-west-1"}, outputs_path=str(nothing_configured / "dev.json"))
    first, second = found.splitlines()
    assert f"outputs_directory: {nothing_configured}/dev.json cannot be written" in first
    assert second == MISSPELT


def test_what_has_to_be_set_is_asked_for_at_once_and_alone() -> None:
    required = {"aws_account_id": "", "environment_suffix": None, "aws_region": "eu-west-1"}
    assert findings({}, required=required) == (
        "Not set: aws_account_id (the AWS account of the stack, 12 digits), environment_suffix (the environment's "
        "name, such as dev, which names and tags are made of). Set them in the inventory."
    )
    assert findings({}, required={"something": ""}) == "Not set: something. Set it in the inventory."


def test_a_region_of_no_partition_is_told_as_any_other_that_aws_does_not_have() -> None:
    assert findings({}, region="mars-1") == "aws_region 'mars-1' is not an AWS region: choose one such as eu-west-1."


def test_a_misspelt_tag_is_refused_before_all_else() -> None:
    assert findings({}, run_tags=("apigw", "outpust")) == "--tags has 'outpust': did you mean outputs?"


def test_tags_of_somebody_else_leave_the_checks_as_they_are() -> None:
    assert findings({"AWS_REGION": "eu-west-1"}, run_tags=("monitoring",)) == MISSPELT


def test_a_playbook_without_tags_refuses_those_that_choose_nothing() -> None:
    assert findings({}, run_tags=("monitoring",), roles=[]) == (
        "--tags monitoring chooses nothing of this playbook, which has no tags of its own: run it without --tags."
    )
