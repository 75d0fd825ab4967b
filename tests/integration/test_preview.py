"""The preview of an empty account: it writes nothing, and lists one to one what the run makes."""

from __future__ import annotations

import pathlib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.support import account, modules, resources
from tests.support.playbook import Run

UNKNOWN = "(known after apply)"
# what AWS does with a resource, which a preview does not foretell
STATES = frozenset({"status", "deployments"})
# of a version of Redis AWS chooses the last part
VERSIONS = frozenset({"engine_version"})


def disagreements(predicted: Any, real: Any, where: str = "") -> Iterator[str]:
    """Yield where a prediction is wrong: what it names and does not leave open has to be there, and equal."""
    if isinstance(predicted, Mapping) and isinstance(real, Mapping):
        for key in predicted.keys() - STATES:
            if key not in VERSIONS or not str(real.get(key)).startswith(f"{predicted[key]}."):
                yield from disagreements(predicted[key], real.get(key), f"{where}.{key}")
    elif isinstance(predicted, list) and isinstance(real, list) and len(predicted) == len(real):
        for index, (one, other) in enumerate(zip(predicted, real, strict=True)):
            yield from disagreements(one, other, f"{where}.{index}")
    elif predicted != real and UNKNOWN not in str(predicted):
        yield f"{where[1:]}: {predicted!r} became {real!r}"


def test_it_ends_well_and_sends_no_write(preview: Run, requests_of: Any, written: Any) -> None:
    assert preview.code == 0, preview.output
    assert len(requests_of(preview)) > 20
    assert written(preview) == []


def test_it_lists_what_the_run_reports_sends_and_leaves_in_the_account(
    preview: Run,
    deployment: Run,
    connect: account.Client,
    deployed_resources: Counter[resources.Named],
    requests_of: Any,
) -> None:
    assert deployment.code == 0, deployment.output
    predicted = resources.created(preview.changes)
    assert set(predicted.values()) == {1}
    assert predicted == resources.created(deployment.changes)
    writes = resources.of_the_stack(requests_of(deployment)).writes()
    sent = resources.made_by(writes, resources.names_of_ids(connect))
    assert predicted == sent
    # AWS creates a security group and a route table with each VPC
    by_aws = Counter({("AWS::EC2::SecurityGroup", resources.MADE_BY_AWS): 1, ("AWS::EC2::RouteTable", ""): 1})
    assert predicted == deployed_resources - by_aws
    assert by_aws <= deployed_resources


def test_the_run_changes_what_it_previewed(preview: Run, deployment: Run) -> None:
    def listed(run: Run) -> list[tuple[str, str, str, str]]:
        return sorted((change["tier"], change["action"], change["type"], change["name"]) for change in run.changes)

    assert listed(preview) == listed(deployment)
    real = {(change["type"], change["name"]): change for change in deployment.changes}
    wrong = []
    for change in preview.changes:
        found = {entry["field"]: entry for entry in real[change["type"], change["name"]]["fields"]}
        for entry in change["fields"]:
            where = f".{change['type']} {change['name']} {entry['field']}"
            wrong += disagreements(entry, found.get(entry["field"]), where)
    assert wrong == []


def test_each_module_predicts_what_it_returns(preview: Run, deployment: Run, results_directory: pathlib.Path) -> None:
    predicted, real = (modules.load(results_directory / name) for name in ("preview.jsonl", "run.jsonl"))
    wrong = []
    for invocation in predicted:
        # the run has tasks besides, which wait
        done = next(other for other in real if str(other) == str(invocation))
        real.remove(done)
        if "changes" in invocation.result:
            # a preview has nothing to wait for
            left_out = {"diff", "changes", "ready", "warnings"}
            kept = {key: invocation.result[key] for key in invocation.result.keys() - left_out}
            wrong += disagreements(kept, done.result, f".{invocation}")
    assert wrong == []


@pytest.mark.parametrize(
    ("predicted", "real", "wrong"),
    [
        ({"id": f"vpc-{UNKNOWN}", "cidr": "10.0.0.0/16"}, {"id": "vpc-1", "cidr": "10.0.0.0/16", "more": 1}, []),
        ({"tags": {"a": "1"}}, {"tags": {"a": "2"}}, ["tags.a: '1' became '2'"]),
        ({"items": [1, 2]}, {"items": [1]}, ["items: [1, 2] became [1]"]),
        ({"port": 80}, {}, ["port: 80 became None"]),
        ({"engine_version": "7.1"}, {"engine_version": "7.1.0"}, []),
        ({"engine_version": "7.1"}, {"engine_version": "7.10"}, ["engine_version: '7.1' became '7.10'"]),
    ],
)
def test_a_wrong_prediction_is_found(predicted: Any, real: Any, wrong: list[str]) -> None:
    assert list(disagreements(predicted, real)) == wrong
