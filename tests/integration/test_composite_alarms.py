"""Composite alarms by the roles alone: made after the alarms that they name, and in the way of none that is to go."""

from __future__ import annotations

import json
import pathlib
import re
from typing import Any

from tests.support import account, playbook, server

VARIABLES = {
    "ansible_connection": "local",
    "ansible_python_interpreter": "{{ ansible_playbook_python }}",
    "aws_account_id": "123456789012",
    "aws_region": "eu-west-1",
    "environment_suffix": "dev",
    "observability_alarms": [{"name": "redis"}, {"name": "stack"}],
    # as site.yml says it of its own tasks
    "observability_removes_alarms": True,
}
ABOVE_ALL, ABOVE = "streamflix-alarms-dev", "streamflix-alarms-dev-redis"
MEMORY, EVICTIONS = "streamflix-redis-dev-memory-001", "streamflix-redis-dev-evictions-001"


def include(role: str, tasks: str) -> dict[str, Any]:
    name = f"streamflix.content_api.{role}"
    return {"ansible.builtin.include_role": {"name": name, "tasks_from": tasks, "public": True}}


def named_by(aws: account.Client) -> dict[str, list[str]]:
    """Return the alarms that each composite alarm names."""
    found = aws("cloudwatch").describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
    return {one["AlarmName"]: sorted(re.findall(r'"([^"]+)"', one["AlarmRule"])) for one in found}


def test_what_a_composite_alarm_names_comes_first_and_goes_last(tmp_path: pathlib.Path) -> None:
    with server.running() as endpoint:
        aws = server.clients(endpoint)
        empty = account.snapshot(aws)

        def play(watched: list[str], **more: Any) -> None:
            nodes = {"redis_num_cache_clusters": 1, "redis_alarms": [{"name": name} for name in watched]}
            hosts = {"stacks": {"hosts": {"dev": {**VARIABLES, **nodes, **more}}}}
            inventory, file = tmp_path / "hosts.json", tmp_path / "play.yml"
            inventory.write_text(json.dumps(hosts))
            tasks = [include("redis", "watch"), include("observability", "attach")]
            file.write_text(json.dumps([{"hosts": "stacks", "gather_facts": False, "tasks": tasks}]))
            run = playbook.run(str(file), endpoint=endpoint, inventory=str(inventory))
            assert run.code == 0, run.output

        play(["memory", "evictions"])
        assert named_by(aws) == {ABOVE_ALL: [ABOVE], ABOVE: [EVICTIONS, MEMORY]}

        play(["memory"])
        assert named_by(aws) == {ABOVE_ALL: [ABOVE], ABOVE: [MEMORY]}
        assert account.snapshot(aws)["cloudwatch.MetricAlarms"] == [MEMORY]

        # without the tier's the stack's names its alarms
        play(["memory"], observability_alarms=[{"name": "stack"}])
        assert named_by(aws) == {ABOVE_ALL: [MEMORY]}

        play([])
        assert account.difference(empty, account.snapshot(aws)) == {}
