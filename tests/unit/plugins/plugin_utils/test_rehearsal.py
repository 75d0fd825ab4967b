"""Going through the roles' tasks without AWS: what a module refuses is found, and named as the inventory names it."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import EncryptedString
from ansible.template import trust_as_template
from ansible_collections.streamflix.content_api.plugins.plugin_utils import naming, rehearsal, stack_variables, warm

TIERS = ["network", "aurora", "redis", "ecs_service", "apigw"]
PLATFORM = {
    "aws_account_id": "123456789012",
    "aws_region": "eu-west-1",
    "environment_suffix": "dev",
    "platform_tags": {"Application": "streamflix", "Environment": "dev", "ManagedBy": "streamflix.content_api"},
}


def roles_variables() -> dict[str, Any]:
    """Return what a play knows that imports all roles."""
    files = [rehearsal.ROLES / role / kind / "main.yml" for role in TIERS for kind in ("defaults", "vars")]
    return {name: value for file in files for name, value in rehearsal.read(file).items()}


def checked(roles: Sequence[str] = tuple(TIERS), **variables: Any) -> rehearsal.Outcome:
    return stack_variables.check(DataLoader(), {**roles_variables(), **PLATFORM, **variables}, list(roles), "eu-west-1")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_unused: Any) -> None:
        raise AssertionError("something is asked of AWS")

    monkeypatch.setattr(socket.socket, "connect", connect)


def test_the_defaults_have_no_findings_and_each_task_is_gone_through() -> None:
    outcome = checked()
    assert outcome.findings == []
    assert outcome.whole


@pytest.mark.parametrize("value", ["", None])
def test_without_the_environments_name_that_is_all_that_is_wrong(value: str | None) -> None:
    (finding,) = checked(environment_suffix=value).findings
    suffixes = ", ".join(f"{role}_environment_suffix" for role in sorted(TIERS))
    assert finding == (
        f"{suffixes} cannot be made out: environment_suffix is not set, and names and tags are made of it: set it to "
        "the name of the environment, such as dev."
    )


def test_a_module_refuses_in_the_words_of_the_inventory() -> None:
    bad = {"redis_snapshot_retention_limit": 36, "aurora_backup_retention_period": 40, "ecs_service_memory": 4096}
    findings = checked(**bad).findings
    assert "redis_snapshot_retention_limit 36 is out of range: set 0 to 35." in findings
    assert "aurora_backup_retention_period 40 is out of range: set 1 to 35." in findings
    assert any(text.startswith("ecs_service_memory 4096 does not go with ecs_service_cpu 256") for text in findings)
    assert len(findings) == len(bad)


def test_a_wrong_type_is_told_once_and_hides_nothing() -> None:
    findings = checked(redis_port="many", apigw_stage_name="dev.1").findings
    # the network's rules and the group itself have the port, too
    assert len(findings) == 2
    assert "argument 'redis_port' is of type str" in findings[0]
    assert findings[1].startswith("apigw_stage_name 'dev.1' is no name of a stage")


def test_a_text_that_is_no_number_is_shown() -> None:
    (finding,) = checked(aurora_max_capacity=rehearsal.trusted("four")).findings
    assert "argument 'aurora_max_capacity' is of type str" in finding
    assert "'four' cannot be converted to a float" in finding


def test_an_unknown_key_is_told_as_that() -> None:
    findings = checked(aurora_members=[{"identifier": "writer", "class": "db.r6g.large"}]).findings
    assert any(text.startswith("Unsupported parameters: aurora_members.class. Supported") for text in findings)


def test_a_vault_without_its_password_is_told_with_the_variable() -> None:
    secret = EncryptedString(ciphertext="$ANSIBLE_VAULT;1.1;AES256\n00")
    (finding,) = checked(ecs_service_extra_environment={"TOKEN": secret}).findings
    assert finding.startswith("ecs_service_extra_environment cannot be made out: ")
    assert "undecryptable variable" in finding


def test_what_is_inside_of_a_list_is_traced_to_its_variable() -> None:
    ingress = [{"from_port": 80, "cidr": "0.0.0.0/0", "description": "web -> alb"}]
    (finding,) = checked(network_alb_ingress=ingress).findings
    assert finding.startswith("network_alb_ingress: ")
    assert "'web -> alb'" in finding


def test_a_listeners_port_is_let_in_by_the_networks_own_group_or_by_others() -> None:
    (finding,) = checked(ecs_service_listener_port=8080).findings
    assert "8080 is let in by no rule of network_alb_ingress" in finding
    own = ["{{ network_outputs.alb_security_group_id }}", "sg-0123456789abcdef0"]
    groups = [rehearsal.trusted(group) for group in own]
    assert checked(ecs_service_listener_port=8080, ecs_service_load_balancer_security_group_ids=groups).findings == []


def test_what_is_made_of_nothing_is_named() -> None:
    template = rehearsal.trusted("{{ no_such_variable }}")
    findings = checked(redis_subnet_ids=template).findings
    (finding,) = findings
    assert "redis_subnet_ids cannot be made out" in finding
    assert "'no_such_variable' is undefined" in finding


def test_what_is_turned_off_is_not_checked() -> None:
    assert checked(network_flow_log_retention_days=8).findings != []
    assert checked(network_flow_log_retention_days=8, network_flow_log=False).findings == []


def test_variables_are_given_on_with_their_values_but_no_dicts() -> None:
    plain = stack_variables.plain(checked().variables)
    assert plain["network_availability_zones"] == ["eu-west-1a", "eu-west-1b"]
    assert "ecs_service_extra_environment" not in plain
    assert "aurora_members" not in plain


def test_what_is_not_shown_is_counted() -> None:
    variables = checked(aurora_members=[{"identifier": name} for name in ("one", "two", "three")]).variables
    lengths = stack_variables.lengths(variables)
    assert (lengths["aurora_members"], lengths["network_alb_ingress"]) == (3, 2)
    assert not lengths.keys() & stack_variables.plain(variables).keys()


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("aurora_max_capcity", "aurora_max_capacity"),
        ("redis_num_cache_cluster", "redis_num_cache_clusters"),
        ("platform_tag", "platform_tags"),
    ],
)
def test_a_misspelt_variable_is_named_with_the_nearest_one(name: str, meant: str) -> None:
    (finding,) = checked(**{name: 1}).findings
    assert finding.startswith(f"{name} is no variable of ")
    assert f"Did you mean {meant}?" in finding


def test_what_roles_publish_is_not_misspelt() -> None:
    named = {
        fact
        for role in TIERS
        for file in (rehearsal.ROLES / role / "tasks").glob("*.yml")
        for task in rehearsal.each_task(rehearsal.read(file) or ())
        for fact in task.get("ansible.builtin.set_fact", {})
    }
    assert len(named) > len(TIERS)
    assert naming.misspelt(named, TIERS, set()) == []
    assert naming.misspelt(["redis_utputs"], TIERS, ["redis_port"]) != []


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("{{ lookup('file', '/no/such/file') }}", "The lookup plugin 'file' failed"),
        ("{{ 1 | no_such_filter }}", "No filter named 'no_such_filter'"),
        ("{{ unfinished ", "unexpected end of template"),
        ("{{ aurora_outputs.endpont }}", "has no attribute 'endpont'"),
        ("{{ aurora_output.endpoint }}", "'aurora_output' is undefined"),
    ],
)
def test_what_a_task_could_not_make_out_stops_the_run_first(template: str, why: str) -> None:
    (finding,) = checked(ecs_service_environment={"VALUE": rehearsal.trusted(template)}).findings
    assert finding.startswith("ecs_service_environment cannot be made out: ")
    assert why in finding


def test_what_can_only_be_made_of_what_aws_assigns_is_left_to_the_run() -> None:
    template = rehearsal.trusted("{{ aurora_outputs.endpoint.split('.')[2] }}")
    assert checked(ecs_service_environment={"REGION": template}).findings == []


def test_variables_that_fail_for_the_same_reason_are_told_together() -> None:
    nothing = rehearsal.trusted("{{ no_such_variable }}")
    (finding,) = checked(ecs_service_app_name=nothing, apigw_app_name=nothing).findings
    # not the names that are made of them
    assert finding == "apigw_app_name, ecs_service_app_name cannot be made out: 'no_such_variable' is undefined"


STOCK_ALARM = "amazon.aws.cloudwatch_metric_alarm"


def gone_through(*tasks: dict[str, Any], **variables: Any) -> rehearsal.Rehearsal:
    """Return a rehearsal that has gone through the tasks of a role."""
    own = rehearsal.Rehearsal(DataLoader(), variables, "eu-west-1")
    own._go_through_all(rehearsal.ROLES / "own" / "tasks" / "request.yml", rehearsal.trusted(list(tasks)), variables)
    return own


def test_a_module_of_another_collection_is_asked_for_what_it_takes() -> None:
    right = {"name": "{{ prefix }}cpu", "statistic": "Average", "threshold": 1.5}
    outcome = gone_through({STOCK_ALARM: right}, prefix="x-").outcome
    assert (outcome.findings, outcome.whole) == ([], True)
    assert outcome.made == {("AWS::CloudWatch::Alarm", "x-cpu")}
    wrong = {"name": "cpu", "statistic": "Median", "threshold": "high", "colour": "red"}
    findings = " ".join(gone_through({STOCK_ALARM: wrong}).outcome.findings)
    assert "statistic must be one of" in findings
    assert "got: Median" in findings
    assert "'high'" in findings or "threshold" in findings
    assert "Unsupported parameters: colour" in findings


def test_what_such_a_module_returns_is_not_known_in_full() -> None:
    alarms = {STOCK_ALARM: {"name": "{{ item }}"}, "loop": ["a", "b"], "register": "alarms"}
    own = gone_through(alarms)
    assert own.outcome.made == {("AWS::CloudWatch::Alarm", "a"), ("AWS::CloudWatch::Alarm", "b")}
    assert own._variables["alarms"] == {"results": [{"changed": True, "item": item} for item in ("a", "b")]}
    assert "alarms" in own._partial


def test_what_such_a_module_removes_is_not_made() -> None:
    outcome = gone_through({STOCK_ALARM: {"name": "cpu", "state": "absent"}}).outcome
    assert (outcome.findings, outcome.made, outcome.whole) == ([], set(), True)


@pytest.mark.parametrize("module", sorted(warm.STOCK))
def test_each_module_of_another_collection_declares_what_it_takes(module: str) -> None:
    declared = rehearsal.declaration(module)
    assert declared.resource is not None
    options = {"state", *(name for name, row in declared.resource.fields.items() if not row.assigned)}
    assert options <= declared.spec["argument_spec"].keys()


def test_an_image_of_the_stacks_own_repository_is_known_before_it_is_made() -> None:
    named = {"ecs_service_image": trust_as_template("{{ ecr_outputs.repository_uri }}:1.0")}
    roles = ["ecr", *TIERS]
    files = [rehearsal.ROLES / "ecr" / kind / "main.yml" for kind in ("defaults", "vars")]
    known = {name: value for file in files for name, value in rehearsal.read(file).items()}
    outcome = checked(roles, **known, **named, platform_optional_roles=["ecr"])
    assert outcome.findings == []
    repository = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/streamflix/content-api-dev"
    assert outcome.variables["ecs_service_image"] == f"{repository}:1.0"
