"""What is loaded before a module runs, and what only a module's own run may find out."""

from __future__ import annotations

import sys

import boto3
import botocore.session
import pytest
from ansible_collections.streamflix.content_api.plugins.plugin_utils import warm


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what has been loaded."""
    for function in (warm.load_module, warm.load_service, warm.load_profiles):
        function.cache_clear()
    monkeypatch.setattr(warm, "freeze", lambda: None)


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize(
    ("name", "services"),
    [("ec2_vpc", 1), ("stack_preflight", 4), ("drift_check", 0), ("amazon.aws.cloudwatch_metric_alarm", 1)],
)
def test_a_module_and_its_services_are_loaded_once(name: str, services: int) -> None:
    for _unused in range(2):
        warm.warm(name)
    assert all(program in sys.modules for program in warm.programs(name))
    assert warm.load_service.cache_info().currsize == services
    assert warm.load_service.cache_info().misses == services


@pytest.mark.usefixtures("fresh")
def test_what_cannot_be_loaded_is_left_for_the_module_to_report() -> None:
    warm.warm("nosuchservice_thing")
    assert warm.load_service.cache_info().currsize == 0


def test_what_is_expected_is_loaded_between_forks(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[object] = []

    class Ahead:
        def add(self, pieces: object) -> None:
            taken.append(pieces)

    monkeypatch.setattr(warm, "ahead", Ahead)
    monkeypatch.setattr(warm, "pieces", lambda name: iter([name]))
    warm.expect(["ec2_vpc", "iam_role", "ec2_vpc"])
    assert [list(pieces) for pieces in taken] == [["ec2_vpc", "iam_role"]]


def test_service_models_are_read_once() -> None:
    warm.warm("logs_log_group")
    loader = warm.models()
    kept = loader.load_service_model("logs", "service-2", api_version=None)
    assert loader.load_service_model("logs", "service-2", api_version=None) is kept


def test_a_session_that_is_made_ahead_reads_the_environment_of_the_task(monkeypatch: pytest.MonkeyPatch) -> None:
    warm.load_service("logs")
    monkeypatch.setattr(warm, "_spare", [botocore.session.Session()])
    made = warm._spare[0]
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-south-1")
    with warm.shared():
        # of two clients of one module
        first, second = boto3.session.Session(), boto3.session.Session()
        assert first._session is second._session is made
        assert first.region_name == "ap-south-1"
        assert first._session.get_component("data_loader") is warm.models()
    assert warm._spare == []
