"""The ECS cluster module: create, update, no change, remove, each read back with plain boto3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils import fields
from ansible_collections.streamflix.content_api.plugins.modules import ecs_cluster as module

NAME = "streamflix-cluster-dev"


@pytest.fixture
def options() -> dict[str, Any]:
    return {"name": NAME, "container_insights": "enabled", "tags": {"Environment": "dev"}}


@pytest.fixture
def read_back(aws: Any) -> Callable[[], dict[str, Any]]:
    def read() -> dict[str, Any]:
        include = ["SETTINGS", "TAGS", "CONFIGURATIONS"]
        cluster = aws("ecs").describe_clusters(clusters=[NAME], include=include)["clusters"][0]
        return {
            **cluster,
            "settings": {setting["name"]: setting["value"] for setting in cluster["settings"]},
            "tags": {tag["key"]: tag["value"] for tag in cluster["tags"]},
        }

    return read


def test_creates_what_the_preview_shows(aws: Any, run_module: Any, options: Any, read_back: Any) -> None:
    preview = run_module("ecs_cluster", check=True, **options)
    assert preview["changed"]
    assert aws("ecs").list_clusters()["clusterArns"] == []

    done = run_module("ecs_cluster", **options)
    assert done["changed"]
    assert done["actions"] == preview["actions"]
    assert {**done["cluster"], "arn": "(known after apply)"} == preview["cluster"]
    cluster = read_back()
    assert cluster["status"] == "ACTIVE"
    assert cluster["settings"] == {"containerInsights": "enabled"}
    assert cluster["tags"] == {"Environment": "dev"}


def test_second_run_changes_nothing(run_module: Any, options: Any, read_back: Any) -> None:
    run_module("ecs_cluster", **options)
    before = read_back()
    for check in (True, False):
        again = run_module("ecs_cluster", check=check, **options)
        assert not again["changed"]
        assert again["actions"] == []
    assert read_back() == before
    assert not run_module("ecs_cluster", name=NAME)["changed"]


def test_changes_only_what_differs(run_module: Any, options: Any, read_back: Any) -> None:
    run_module("ecs_cluster", **options)
    options["container_insights"] = "enhanced"
    options["tags"] = {"Owner": "api"}
    preview = run_module("ecs_cluster", check=True, **options)
    assert read_back()["settings"] == {"containerInsights": "enabled"}

    done = run_module("ecs_cluster", **options)
    assert done["cluster"] == preview["cluster"]
    assert [action.split()[0] for action in done["actions"]] == ["update_cluster", "tag_resource", "untag_resource"]
    assert done["diff"]["before"]["container_insights"] == "enabled"
    assert done["diff"]["after"]["container_insights"] == "enhanced"
    assert read_back()["settings"] == {"containerInsights": "enhanced"}
    assert read_back()["tags"] == {"Owner": "api"}


def test_capacity_providers_and_strategy(run_module: Any, options: Any, read_back: Any) -> None:
    run_module("ecs_cluster", **options)
    options["capacity_providers"] = ["FARGATE_SPOT", "FARGATE"]
    options["default_capacity_provider_strategy"] = [
        {"capacity_provider": "FARGATE_SPOT", "weight": 3},
        {"capacity_provider": "FARGATE", "base": 1},
    ]
    done = run_module("ecs_cluster", **options)
    assert done["actions"] == [f"put_cluster_capacity_providers {NAME}"]
    cluster = read_back()
    assert sorted(cluster["capacityProviders"]) == ["FARGATE", "FARGATE_SPOT"]
    assert cluster["defaultCapacityProviderStrategy"] == [
        {"capacityProvider": "FARGATE", "weight": 1, "base": 1},
        {"capacityProvider": "FARGATE_SPOT", "weight": 3, "base": 0},
    ]
    options["capacity_providers"].reverse()
    options["default_capacity_provider_strategy"].reverse()
    assert not run_module("ecs_cluster", **options)["changed"]

    options["default_capacity_provider_strategy"] = [{"capacity_provider": "FARGATE"}]
    run_module("ecs_cluster", **options)
    assert sorted(read_back()["capacityProviders"]) == ["FARGATE", "FARGATE_SPOT"]
    assert len(read_back()["defaultCapacityProviderStrategy"]) == 1


def test_logs_of_ecs_exec(run_module: Any, options: Any, read_back: Any) -> None:
    options["execute_command"] = {"logging": "OVERRIDE", "log_group_name": "/ecs/exec"}
    run_module("ecs_cluster", **options)
    assert read_back()["configuration"]["executeCommandConfiguration"] == {
        "logging": "OVERRIDE",
        "logConfiguration": {"cloudWatchLogGroupName": "/ecs/exec"},
    }
    assert not run_module("ecs_cluster", **options)["changed"]
    options["execute_command"]["kms_key_id"] = "alias/exec"
    done = run_module("ecs_cluster", **options)
    assert done["actions"] == [f"update_cluster {NAME}"]
    assert read_back()["configuration"]["executeCommandConfiguration"]["kmsKeyId"] == "alias/exec"
    # AWS refuses a log target with any other logging
    options["execute_command"] = {"logging": "DEFAULT"}
    preview = run_module("ecs_cluster", check=True, **options)
    done = run_module("ecs_cluster", **options)
    assert done["cluster"]["execute_command"] == preview["cluster"]["execute_command"]
    assert read_back()["configuration"]["executeCommandConfiguration"] == {
        "logging": "DEFAULT",
        "kmsKeyId": "alias/exec",
    }
    assert not run_module("ecs_cluster", **options)["changed"]


def test_removes_and_removes_again(run_module: Any, options: Any, read_back: Any) -> None:
    run_module("ecs_cluster", **options)
    assert run_module("ecs_cluster", check=True, name=NAME, state="absent")["changed"]
    assert read_back()["status"] == "ACTIVE"
    done = run_module("ecs_cluster", name=NAME, state="absent")
    assert done["changed"]
    assert done["cluster"] == {}
    assert not run_module("ecs_cluster", name=NAME, state="absent")["changed"]
    assert run_module("ecs_cluster", **options)["changed"]
    assert read_back()["status"] == "ACTIVE"


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"name": "x" * 256}, "256 characters"),
        ({"name": "a b"}, "underscores and hyphens"),
        ({"execute_command": {"logging": "OVERRIDE"}}, "needs a target"),
        ({"execute_command": {"log_group_name": "/x"}}, "has no effect"),
        (
            {
                "capacity_providers": ["FARGATE"],
                "default_capacity_provider_strategy": [{"capacity_provider": "FARGATE_SPOT"}],
            },
            "FARGATE_SPOT, not in capacity_providers",
        ),
        (
            {
                "default_capacity_provider_strategy": [
                    {"capacity_provider": "FARGATE", "base": 1},
                    {"capacity_provider": "FARGATE_SPOT", "base": 1},
                ]
            },
            "several bases",
        ),
        ({"default_capacity_provider_strategy": [{"capacity_provider": "FARGATE", "weight": 0}]}, "only weights of 0"),
    ],
)
def test_refuses_what_aws_would_refuse(run_module: Any, options: Any, wrong: dict[str, Any], text: str) -> None:
    failed = run_module("ecs_cluster", **{**options, **wrong})
    assert failed["failed"]
    assert text in failed["msg"]


def described(status: str = "ACTIVE", attachments: str = "") -> dict[str, Any]:
    cluster = {"clusterArn": "arn", "clusterName": NAME, "status": status, "attachmentsStatus": attachments}
    return {**fields.described(module.FIELDS, cluster), "tags": {}}


def resource(state: str = "present") -> module.Cluster:
    options = {
        "name": NAME,
        "state": state,
        "container_insights": None,
        "capacity_providers": None,
        "default_capacity_provider_strategy": None,
        "execute_command": None,
        "tags": None,
        "purge_tags": True,
    }
    return module.Cluster(None, options)


@pytest.mark.parametrize(
    ("status", "attachments", "busy", "ready", "failed"),
    [
        ("ACTIVE", "", "", True, False),
        ("ACTIVE", "UPDATE_COMPLETE", "", True, False),
        ("PROVISIONING", "", "PROVISIONING", False, False),
        ("ACTIVE", "UPDATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", False, False),
        ("FAILED", "", "", False, True),
        ("ACTIVE", "UPDATE_FAILED", "", False, True),
    ],
)
def test_waits_for_its_capacity_providers(status: str, attachments: str, busy: str, ready: bool, failed: bool) -> None:
    current = described(status, attachments)
    seen = resource().progress(current)
    assert resource().busy(current) == busy
    assert (seen.ready, bool(seen.failure)) == (ready, failed)


def test_one_that_is_being_removed_is_made_anew_or_waited_for() -> None:
    leaving = described("DEPROVISIONING")
    assert resource().busy(leaving) == "DEPROVISIONING"
    assert [step.operation for step in resource().plan(leaving).steps] == ["create_cluster"]
    assert resource("absent").plan(leaving).steps == ()


def test_retries_only_while_the_role_for_ecs_is_missing() -> None:
    (step,) = resource().plan(None).steps
    assert step.retry_if == {"InvalidParameterException: service linked role"}
    (step,) = resource("absent").plan(described()).steps
    assert {"ClusterContainsServicesException", "ClusterContainsTasksException"} <= step.retry_if


def test_tells_what_becomes_of_it(changes_of: Any, aws: Any, options: dict[str, Any]) -> None:
    kind = "AWS::ECS::Cluster"
    created = {
        "container_insights": (None, "enabled"),
        "capacity_providers": (None, []),
        "default_capacity_provider_strategy": (None, []),
        "execute_command": (None, {}),
        "tags": (None, {"Environment": "dev"}),
    }
    assert changes_of("ecs_cluster", **options) == [("create", kind, NAME, created)]
    options["container_insights"] = "enhanced"
    changed = {"container_insights": ("enabled", "enhanced")}
    assert changes_of("ecs_cluster", **options) == [("update", kind, NAME, changed)]
    assert changes_of("ecs_cluster", **options) == []
    removed = {key: (value, None) for key, (_unused, value) in created.items()} | {
        "container_insights": ("enhanced", None)
    }
    assert changes_of("ecs_cluster", name=NAME, state="absent") == [("remove", kind, NAME, removed)]


def test_foretells_what_aws_fills_in(assert_foretold: Any, aws: Any) -> None:
    assert_foretold("ecs_cluster", "cluster", name=NAME)


def test_what_is_given_at_its_creation_is_what_aws_has(run_module: Any, options: Any, read_back: Any) -> None:
    strategy = [{"capacity_provider": "FARGATE_SPOT", "weight": 3, "base": 1}]
    options |= {"capacity_providers": ["FARGATE", "FARGATE_SPOT"], "default_capacity_provider_strategy": strategy}
    assert run_module("ecs_cluster", **options)["cluster"]["default_capacity_provider_strategy"] == strategy
    cluster = read_back()
    assert sorted(cluster["capacityProviders"]) == ["FARGATE", "FARGATE_SPOT"]
    assert cluster["defaultCapacityProviderStrategy"] == [{"capacityProvider": "FARGATE_SPOT", "weight": 3, "base": 1}]


def test_one_that_has_gone_a_moment_ago_is_no_failed_removal(
    run_module: Any, options: Any, sent_until_removed: Any
) -> None:
    run_module("ecs_cluster", **options)
    # without waiting, as it is still there in truth
    assert sent_until_removed("ecs_cluster", "DeleteCluster", "ClusterNotFoundException", name=NAME, wait=False) == 1


@pytest.mark.parametrize(
    "code", ["ClusterContainsServicesException", "ClusterContainsTasksException", "UpdateInProgressException"]
)
def test_what_is_draining_in_it_holds_up_its_removal(
    run_module: Any, options: Any, sent_until_removed: Any, code: str
) -> None:
    run_module("ecs_cluster", **options)
    assert sent_until_removed("ecs_cluster", "DeleteCluster", *[code] * 9, name=NAME) == 10
