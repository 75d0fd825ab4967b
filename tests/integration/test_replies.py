"""Replies of AWS that lack a key or a list member: an error that names it, or a plan that destroys nothing."""

from __future__ import annotations

import pathlib
import re
import time
from typing import Any

import pytest

from tests.support import account, modules, playbook, replies

# what a module says that refuses to do anything, though it cannot know that AWS's reply lacks something
CLEAR = re.compile(
    r" is not ours: | has the tags |AWS does not tell |does not hold a JSON object|Nothing was removed, as"
    r"|AWS's reply lacks |which this account does not have"
)
# what AWS itself leaves out of what is there: IPv4 of a subnet with IPv6 only, the methods of a path without any, and
# tags, without which something in a VPC is somebody else's
LEFT_OUT_BY_AWS = frozenset({"CidrBlock", "resourceMethods", "Tags"})
# only these lists say what exists: no other reply that a module reads shows a member that one of them lacks
ONLY_WORD = frozenset(
    {
        "DescribeFlowLogs",
        "DescribeInternetGateways",
        "DescribeListeners",
        "DescribeLogGroups",
        "DescribeRouteTables",
        "DescribeSecurityGroups",
        "DescribeSubnets",
        "DescribeVpcs",
        "GetResources",
        "GetRestApis",
        "GetStages",
        "ListTaskDefinitions",
    }
)
REGION = "eu-west-1"
WHOLE = frozenset({"create", "delete", "replace"})


@pytest.fixture(scope="module")
def invocations(
    endpoint: str, aws: account.Client, results_directory: pathlib.Path, tmp_path_factory: pytest.TempPathFactory
) -> list[modules.Invocation]:
    """Give the modules of a deployment, of the checks after it, and of the preview of a removal, each once."""
    found = modules.load(results_directory / "run.jsonl")
    for name, *arguments in (("playbooks/verify.yml",), ("playbooks/destroy.yml", "--check")):
        file = tmp_path_factory.mktemp("invocations") / "run.jsonl"
        run = playbook.run(name, *arguments, endpoint=endpoint, settings=modules.settings(file))
        assert run.code == 0, run.output
        found += modules.load(file)
    # a preview takes no lock, and what asks the stack's own API asks AWS nothing
    kept = [one for one in found if one.module not in ("stack_lock", "stack_api_info")]
    return list({str((one.module, one.arguments)): one for one in kept}.values())


def skip_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a pause end at once, while the clock says that it has passed."""
    slept = [0.0]
    now = time.monotonic

    def sleep(seconds: float) -> None:
        slept[0] += seconds

    monkeypatch.setattr("time.sleep", sleep)
    monkeypatch.setattr("time.monotonic", lambda: now() + slept[0])


def wrong(gap: replies.Gap, result: dict[str, Any], usual: dict[str, Any]) -> str:
    """Return in words what is wrong with a preview after a reply with a gap; empty when nothing is.

    :param usual: what the preview returns without the gap.
    """
    if "traceback" in result:
        return f"ends with {result['traceback']}"
    if result.get("failed"):
        named = gap.request.operation in result["msg"] and gap.key in result["msg"]
        return "" if named or CLEAR.search(result["msg"]) else f"says {result['msg']}"
    if LEFT_OUT_BY_AWS & set(gap.path) or (gap.is_item and gap.request.operation in ONLY_WORD):
        return ""
    before = {(change["action"], change["type"], change["name"]) for change in usual.get("changes", ())}
    plans = {(change["action"], change["type"], change["name"]) for change in result.get("changes", ())} - before
    return "; ".join(" ".join(plan) for plan in sorted(plans) if plan[0] in WHOLE)


def test_a_reply_that_lacks_something_is_named_and_destroys_nothing(
    invocations: list[modules.Invocation], endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = modules.Process(monkeypatch, endpoint)
    skip_pauses(monkeypatch)
    tape = replies.Tape(monkeypatch, REGION)
    found = []
    for invocation in invocations:
        tape.replies.clear()
        usual = replies.previewed(process, invocation)
        assert not {"failed", "traceback"} & usual.keys(), f"{invocation}: {usual}"
        gaps = [gap for request, reply in tape.replies.items() for gap in replies.gaps_of(request, reply)]
        assert gaps, f"{invocation} reads nothing"
        for gap in gaps:
            with tape.lacking(gap):
                said = wrong(gap, replies.previewed(process, invocation), usual)
            if said:
                found.append(f"{invocation} without {gap}: {said}")
    assert found == []
