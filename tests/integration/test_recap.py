"""The recap of a run, and drift as a job, as a user sees them."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support import account, playbook

DRIFT = "playbooks/drift.yml"
CLUSTER, SERVICE = "streamflix-cluster-dev", "streamflix-api-dev"
IGNORE = {"type": "AWS::ECS::Service", "name": "streamflix-*", "field": "desired_count", "reason": "set by a load test"}

# Stands in for modules that report changes: what the recap does with loops, no_log and failures needs no AWS.
REPORTER = """
from ansible.module_utils.basic import AnsibleModule

module = AnsibleModule({"changes": {"type": "list", "elements": "dict"}, "msg": {}, "also": {"type": "dict"}},
                       supports_check_mode=True)
result = {"changes": module.params["changes"]} if module.params["changes"] is not None else {}
if module.params["msg"]:
    module.fail_json(msg=module.params["msg"], **result)
module.exit_json(changed=True, **result, **(module.params["also"] or {}))
"""


def recap_of(run: playbook.Run) -> str:
    """Return what a run printed after Ansible's own recap."""
    return run.output.partition("PLAY RECAP")[2].partition("\n\n")[2]


Report = Callable[..., tuple[playbook.Run, dict[str, Any], str]]


@pytest.fixture
def report(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, play: Any) -> Report:
    """Give a function that runs a playbook and returns the run with both files of its recap."""

    def run(name: str, *arguments: str, **variables: Any) -> tuple[playbook.Run, dict[str, Any], str]:
        monkeypatch.setenv("STREAMFLIX_RECAP_DIRECTORY", str(tmp_path / "recap"))
        done = play(name, *arguments, **variables)
        found = json.loads((tmp_path / "recap" / "recap.json").read_text())
        return done, found, (tmp_path / "recap" / "recap.md").read_text()

    return run


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Give a function that adds variables to the environment of the test's runs."""
    kept = playbook.environment
    return lambda **added: monkeypatch.setattr(playbook, "environment", lambda *given: kept(*given) | added)


def shown(tmp_path: pathlib.Path, tasks: list[dict[str, Any]]) -> playbook.Run:
    """Run tasks of the stand-in for modules, without any AWS."""
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "reporter.py").write_text(REPORTER)
    path = tmp_path / "play.yml"
    path.write_text(json.dumps([{"name": "Reports", "hosts": "all", "gather_facts": False, "tasks": tasks}]))
    return playbook.run(
        str(path),
        endpoint="http://127.0.0.1:9",
        inventory="one,",
        ansible_connection="local",
        ansible_python_interpreter=sys.executable,
    )


def made(name: str, action: str = "create") -> dict[str, Any]:
    """Return the changes of a log group."""
    return {"action": action, "type": "AWS::Logs::LogGroup", "name": name, "fields": []}


def test_loops_count_and_what_is_hidden_is_never_shown(tmp_path: pathlib.Path) -> None:
    run = shown(
        tmp_path,
        [
            {"reporter": {"changes": [made("{{ item }}")]}, "loop": ["first", "second"]},
            {"reporter": {"changes": [made("hidden-whole")]}, "no_log": True},
            {"reporter": {"changes": [made("hidden-item")]}, "loop": [1, 2], "no_log": True},
            {"reporter": {"changes": [made("after all", "remove")]}},
        ],
    )
    assert run.code == 0, run.output
    assert "one  + create 2  ~ update 0  - remove 1" in recap_of(run)
    # tasks of no role belong to the play
    assert "  Reports\n    + AWS::Logs::LogGroup first\n    + AWS::Logs::LogGroup second\n" in recap_of(run)
    assert "hidden-" not in run.output


def test_a_failure_is_listed_with_what_the_task_says_of_changes(tmp_path: pathlib.Path) -> None:
    replaced = {**made("old", "replace"), "reason": "Destroy it first."}
    run = shown(
        tmp_path,
        [
            {"reporter": {"msg": "ignored"}, "ignore_errors": True},
            {"name": "Fail", "reporter": {"msg": "AccessDenied:\nno", "changes": [replaced]}},
        ],
    )
    assert run.code == 2
    assert "! replace 1  - remove 0  failed 1" in recap_of(run)
    assert "    Reports: Fail: AccessDenied: no\n" in recap_of(run)
    assert "Reports: reporter: ignored" not in recap_of(run)


def test_failed_items_of_a_loop_are_listed_one_by_one(tmp_path: pathlib.Path) -> None:
    item = {"name": "Loop", "reporter": {"msg": "no {{ item }}", "changes": []}, "loop": ["a", "b"]}
    assert "    Reports: Loop: no a\n    Reports: Loop: no b\n" in recap_of(shown(tmp_path, [item]))


@pytest.mark.parametrize("also", [{}, {"changes": "five"}, {"changes": ["five"]}])
def test_a_playbook_without_changes_of_ours_stays_quiet(tmp_path: pathlib.Path, also: dict[str, Any]) -> None:
    run = shown(tmp_path, [{"reporter": {"also": also}}])
    assert run.code == 0, run.output
    assert recap_of(run).strip() == ""


@pytest.mark.parametrize("callback", ["ansible.posix.json", "ansible.posix.jsonl"])
def test_a_document_on_standard_output_stays_one(tmp_path: pathlib.Path, callback: str) -> None:
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "reporter.py").write_text(REPORTER)
    path = tmp_path / "play.yml"
    tasks = [{"reporter": {"changes": [made("new")]}}]
    path.write_text(json.dumps([{"name": "Reports", "hosts": "all", "gather_facts": False, "tasks": tasks}]))
    settings = playbook.environment("http://127.0.0.1:9", str(tmp_path)) | {
        "ANSIBLE_STDOUT_CALLBACK": callback,
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
    }
    command = [pathlib.Path(sys.executable).with_name("ansible-playbook"), path, "-i", "one,", "-c", "local"]
    run = subprocess.run(command, cwd=playbook.ROOT, env=settings, capture_output=True, text=True, check=True)
    documents = run.stdout.splitlines() if callback.endswith("jsonl") else [run.stdout]
    assert all(isinstance(json.loads(document), dict) for document in documents)
    assert "one  + create 1  ~ update 0  - remove 0\n" in run.stderr
    assert "WHAT THIS RUN CHANGED" in run.stderr


def test_colours_only_where_ansible_uses_them(tmp_path: pathlib.Path, settings: Callable[..., None]) -> None:
    settings(ANSIBLE_FORCE_COLOR="true")
    run = shown(tmp_path, [{"reporter": {"changes": [made("new")]}}])
    assert "\033[0;32m    + AWS::Logs::LogGroup new\033[0m" in run.output


def test_the_preview_of_an_empty_account_says_what_a_run_would_create(preview: playbook.Run) -> None:
    text = recap_of(preview)
    assert "WHAT A RUN WOULD CHANGE" in text
    for tier in ("network", "aurora", "redis", "ecs_service", "apigw"):
        assert f"\n  {tier}\n" in text
    created = int(text.partition("dev  + create ")[2].split()[0])
    assert created == text.partition("IAM and network exposure")[0].count("\n    + ")
    assert created > 20
    exposure = text.partition("IAM and network exposure")[2]
    assert "Action: sts:AssumeRole" in exposure
    assert "scheme: internet-facing" in exposure


def test_the_preview_counted_each_resource_that_the_deployment_made(
    preview: playbook.Run, deployment: playbook.Run
) -> None:
    def resources(run: playbook.Run) -> set[str]:
        tiers = recap_of(run).partition("IAM and network exposure")[0]
        # the names of some resources are ids that AWS assigns
        return {line.split()[1] for line in tiers.splitlines() if line.startswith("    + ")}

    assert "WHAT THIS RUN CHANGED" in recap_of(deployment)
    assert resources(preview) == resources(deployment)


def test_no_drift(aws: account.Client, report: Report) -> None:
    run, found, markdown = report(DRIFT, "--check")
    assert run.code == 0, run.output
    assert "dev  no changes" in recap_of(run)
    tiers = ["network", "aurora", "redis", "ecs_service", "apigw"]
    nothing = {"changes": [], "ignored": [], "failed": [], "hidden": 0, "compared": tiers, "not_compared": []}
    assert found["check_mode"]
    cost = found["hosts"]["dev"].pop("cost")
    assert (cost["difference_usd"], cost["parts"]) == ("+ 0.00", [])
    assert {**found["hosts"]["dev"], "compared": sorted(found["hosts"]["dev"]["compared"])} == {
        **nothing,
        "compared": sorted(tiers),
    }
    assert markdown.startswith("# What a run would change\n\n## dev\n")


def test_a_preview_says_what_a_month_would_cost_more(report: Report) -> None:
    run, found, markdown = report("site.yml", "--check", network_nat_gateways="per_az")
    assert run.code == 0, run.output
    # 730 hours of a gateway at 0.048 USD, and of its address at 0.005
    assert found["hosts"]["dev"]["cost"]["difference_usd"] == f"+ {730 * 0.053:.2f}"
    for text in (recap_of(run), markdown):
        assert f"+ {730 * 0.048:.2f} network: NAT gateway" in text
        assert "+ 38.69 by this run" in text


def test_outputs_that_a_fresh_checkout_lacks_are_no_change(
    aws: account.Client, play: Any, tmp_path: pathlib.Path
) -> None:
    run = play("site.yml", outputs_directory=str(tmp_path / "outputs"))
    assert (run.code, run.changed) == (0, 0), run.output
    assert json.loads((tmp_path / "outputs" / "dev.json").read_text())["vpc_id"].startswith("vpc-")


@pytest.fixture
def another_count(aws: account.Client) -> Iterator[None]:
    """Let somebody else change the number of tasks, and set it back at the end."""
    aws("ecs").update_service(cluster=CLUSTER, service=SERVICE, desiredCount=3)
    yield
    aws("ecs").update_service(cluster=CLUSTER, service=SERVICE, desiredCount=2)


def test_drift_is_named_and_fails_the_job(another_count: None, aws: account.Client, report: Report) -> None:
    run, found, markdown = report(DRIFT, "--check")
    assert run.code == 2, run.output
    assert "dev has drifted: 1 resource is not as the inventory says." in run.output
    assert f"~ AWS::ECS::Service {SERVICE}\n            desired_count: 3 -> 2" in run.output
    dev = found["hosts"]["dev"]
    assert {key: dev[key] for key in ("changes", "ignored", "failed")} == {
        "changes": [
            {
                "tier": "ecs_service",
                "action": "update",
                "type": "AWS::ECS::Service",
                "name": SERVICE,
                "fields": [{"field": "desired_count", "before": 3, "after": 2}],
            }
        ],
        "ignored": [],
        "failed": [],
    }
    assert f"~ AWS::ECS::Service {SERVICE}\n    desired_count: 3 -> 2" in markdown
    service = aws("ecs").describe_services(cluster=CLUSTER, services=[SERVICE])["services"][0]
    assert service["desiredCount"] == 3


def test_a_comparison_of_a_part_says_what_it_left_out(another_count: None, report: Report) -> None:
    run, found, markdown = report(DRIFT, "--check", "--tags", "aurora,redis")
    assert run.code == 0, run.output
    assert found["hosts"]["dev"]["not_compared"] == ["network", "ecs_service", "apigw"]
    left_out = "Not compared, as tags left it out: network, ecs_service, apigw."
    assert left_out in recap_of(run)
    assert left_out in markdown


@pytest.mark.parametrize(
    ("playbook_name", "arguments", "message"),
    [
        (DRIFT, ("--check", "--tags", "aurroa"), "--tags has 'aurroa': did you mean aurora?"),
        (DRIFT, ("--check", "--tags", "monitoring"), "Nothing of dev was compared: the tags choose no tier."),
        (DRIFT, ("--check", "--tags", "outputs"), "Nothing of dev was compared: the tags choose no tier."),
        (
            "playbooks/destroy.yml",
            ("--check", "-e", "platform_lock=brake platform_lock_timeout=soon"),
            "platform_lock 'brake' is none of true (wait for another run), break, and false (go without a lock).",
        ),
        ("site.yml", ("--skip-tags", "redsi"), "--skip-tags has 'redsi': did you mean redis?"),
        ("playbooks/verify.yml", ("--tags", "redis"), "--tags redis chooses nothing of this playbook"),
        ("playbooks/destroy.yml", ("--tags", "redis"), "--tags redis chooses nothing of this playbook"),
        ("playbooks/release.yml", ("--tags", "redis"), "--tags redis chooses nothing of this playbook"),
        ("site.yml", ("--skip-tags", "always"), "The preflight has not run"),
        ("playbooks/destroy.yml", ("--start-at-task", "Stop at what keeps AWS*"), "The preflight has not run"),
    ],
)
def test_what_would_be_green_without_having_looked(
    aws: account.Client,
    play: Any,
    requests_of: Any,
    playbook_name: str,
    arguments: tuple[str, ...],
    message: str,
) -> None:
    run = play(playbook_name, *arguments, confirm="dev")
    assert run.code == 2, run.output
    assert message in " ".join(run.output.split())
    assert not requests_of(run).writes()


def test_tags_of_no_tier_are_warned_of(play: Any) -> None:
    run = play("site.yml", "--tags", "monitoring")
    assert run.code == 0, run.output
    assert "--tags monitoring chooses nothing of this playbook: no tier is looked at." in " ".join(run.output.split())


def test_a_run_that_begins_in_its_middle_says_why_it_fails(play: Any) -> None:
    run = play("site.yml", "--start-at-task", "Wait for Redis")
    assert run.code == 2, run.output
    assert "The run began at the task 'Wait for Redis' (--start-at-task)" in recap_of(run)


def test_hidden_results_are_told_of_and_prove_nothing(aws: account.Client, report: Report, settings: Any) -> None:
    settings(ANSIBLE_NO_LOG="true")
    run, found, _unused = report(DRIFT, "--check")
    assert run.code == 2, run.output
    assert found["hosts"]["dev"]["hidden"] > 10
    assert "are hidden by no_log (ANSIBLE_NO_LOG hides all), so what they change is not told." in recap_of(run)
    assert "no changes" not in recap_of(run)


def test_ignored_drift_does_not_fail_the_job(another_count: None, report: Report) -> None:
    run, found, _unused = report(DRIFT, "--check", drift_ignore=[IGNORE])
    assert run.code == 0, run.output
    assert "dev  no changes  ignored 1" in recap_of(run)
    assert "desired_count: 3 -> 2\n        reason: set by a load test" in recap_of(run)
    assert found["hosts"]["dev"]["changes"] == []
    assert found["hosts"]["dev"]["ignored"][0]["reason_ignored"] == "set by a load test"


def test_a_bad_list_of_ignored_differences_stops_the_run(report: Report) -> None:
    run, found, _unused = report(DRIFT, "--check", drift_ignore=[{"feild": "cpu"}])
    assert run.code == 2
    message = found["hosts"]["dev"]["failed"][0]["message"]
    assert "drift_ignore[0] {'feild': 'cpu'} has the unknown key feild" in message
    assert "has no reason: say why it is no drift." in message
    assert "This is an error, not drift." in recap_of(run)


def test_a_job_that_fails_says_that_it_is_not_drift(play: Any, unused_endpoint: str) -> None:
    run = playbook.run(DRIFT, "--check", endpoint=unused_endpoint)
    assert run.code == 2
    assert "Could not connect to the endpoint URL" in recap_of(run)
    assert "This is an error, not drift." in recap_of(run)


def test_a_job_that_would_change_something_stops_at_once(play: Any, aws: account.Client) -> None:
    run = play(DRIFT)
    assert run.code == 2
    assert "run it with --check (in AWX, a job template of job type Check)" in " ".join(run.output.split())
    assert run.stats["dev"]["ok"] == 0


def test_a_job_without_the_callback_says_so(play: Any, settings: Callable[..., None], tmp_path: pathlib.Path) -> None:
    settings(ANSIBLE_CALLBACKS_ENABLED="ansible.builtin.junit", JUNIT_OUTPUT_DIR=str(tmp_path))
    run = play(DRIFT, "--check")
    assert run.code == 2
    assert "streamflix.content_api.recap, which gathers what differs, is not enabled" in " ".join(run.output.split())


def test_no_secret_in_the_recap(
    preview: playbook.Run, deployment: playbook.Run, aws: account.Client, report: Report
) -> None:
    secrets = aws("secretsmanager")
    arn = secrets.list_secrets()["SecretList"][0]["ARN"]
    password = json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])["password"]
    assert len(password) == 32
    # a preview of everything, so that the files have all that is there before
    run, found, markdown = report("playbooks/destroy.yml", "--check")
    assert run.code == 0, run.output
    assert {"aurora", "network"} <= {change["tier"] for change in found["hosts"]["dev"]["changes"]}
    for text in (preview.output, deployment.output, run.output, json.dumps(found), markdown):
        assert password not in text
