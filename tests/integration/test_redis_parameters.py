"""The role redis by itself: a new major version gets its own parameters, and nothing is left of the old ones."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.modes import Modes
from tests.support import account, playbook, server

NAME = "streamflix-redis-dev"
LOGS = f"/aws/vendedlogs/elasticache/{NAME}"
VARIABLES = {
    "ansible_connection": "local",
    "ansible_python_interpreter": "{{ ansible_playbook_python }}",
    "aws_region": "eu-west-1",
    "environment_suffix": "dev",
    "redis_security_group_ids": [],
    "redis_parameters": {"maxmemory-policy": "allkeys-lru", "activedefrag": True},
    "redis_logs": ["slow-log"],
}
OLD = {"redis_engine_version": "6.2", "redis_transit_encryption_mode": ""}
TAGS = {"Application": "streamflix", "Environment": "dev", "ManagedBy": "streamflix.content_api"}


class Role:
    """The role on an AWS of its own."""

    def __init__(self, endpoint: str, directory: pathlib.Path) -> None:
        self.endpoint, self.directory, self.aws = endpoint, directory, server.clients(endpoint)
        ec2 = self.aws("ec2")
        subnets = ec2.describe_subnets()["Subnets"]
        self.variables = {**VARIABLES, "redis_subnet_ids": [item["SubnetId"] for item in subnets[:2]]}

    def run(self, tasks: str, *arguments: str, **variables: Any) -> playbook.Run:
        """Run one of the role's entry points."""
        inventory, file = self.directory / "hosts.json", self.directory / "role.yml"
        inventory.write_text(json.dumps({"stacks": {"hosts": {"dev": {**self.variables, **variables}}}}))
        role = {"name": "streamflix.content_api.redis", "tasks_from": tasks}
        tasks_of = [{"ansible.builtin.include_role": role}]
        file.write_text(json.dumps([{"hosts": "stacks", "gather_facts": False, "tasks": tasks_of}]))
        done = playbook.run(str(file), *arguments, endpoint=self.endpoint, inventory=str(inventory))
        assert done.code == 0, done.output
        return done

    def parameters(self) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
        """Return the parameter groups that are not AWS's own: what is not usual in them, and their tags."""
        cache = self.aws("elasticache")

        def values(name: str) -> dict[str, str]:
            listed = cache.describe_cache_parameters(CacheParameterGroupName=name)["Parameters"]
            return {one["ParameterName"]: one.get("ParameterValue", "") for one in listed}

        found = {}
        for group in cache.describe_cache_parameter_groups()["CacheParameterGroups"]:
            name = group["CacheParameterGroupName"]
            if not name.startswith("default."):
                usual = values(f"default.{group['CacheParameterGroupFamily']}")
                tags = cache.list_tags_for_resource(ResourceName=group["ARN"])["TagList"]
                own = {key: value for key, value in values(name).items() if value != usual[key]}
                found[name] = own, {tag["Key"]: tag["Value"] for tag in tags}
        return found

    def node(self) -> dict[str, Any]:
        """Return the first node."""
        (node,) = self.aws("elasticache").describe_cache_clusters(CacheClusterId=f"{NAME}-001")["CacheClusters"]
        return node


@pytest.fixture
def role(tmp_path: pathlib.Path) -> Iterator[Role]:
    with server.running(Modes(rules=True, validate=True)) as endpoint:
        yield Role(endpoint, tmp_path)


def named(run: playbook.Run) -> dict[str, str]:
    """Return what becomes of each resource, by its name."""
    return {item["name"]: item["action"] for item in run.changes}


def test_a_new_major_version_gets_its_own_parameters(role: Role) -> None:
    empty = account.snapshot(role.aws)
    role.run("main", **OLD)
    own = {"maxmemory-policy": "allkeys-lru", "activedefrag": "yes"}
    assert role.parameters() == {f"{NAME}-redis6-x": (own, TAGS)}
    assert role.node()["CacheParameterGroup"]["CacheParameterGroupName"] == f"{NAME}-redis6-x"

    wanted = {f"{NAME}-redis7": "create", NAME: "update", f"{NAME}-redis6-x": "remove"}
    assert named(role.run("main", "--check")) == wanted
    assert list(role.parameters()) == [f"{NAME}-redis6-x"]
    assert named(role.run("main")) == wanted
    assert role.parameters() == {f"{NAME}-redis7": (own, TAGS)}
    assert role.node()["CacheParameterGroup"]["CacheParameterGroupName"] == f"{NAME}-redis7"
    assert named(role.run("main")) == {}

    # one line, in place
    valkey = {"redis_engine": "valkey"}
    wanted = {f"{NAME}-valkey8": "create", NAME: "update", f"{NAME}-redis7": "remove"}
    assert named(role.run("main", **valkey)) == wanted
    assert role.parameters() == {f"{NAME}-valkey8": (own, TAGS)}
    node = role.node()
    assert (node["Engine"], node["EngineVersion"]) == ("valkey", "8.1.0")
    assert node["CacheParameterGroup"]["CacheParameterGroupName"] == f"{NAME}-valkey8"
    assert named(role.run("main", **valkey)) == {}

    role.run("absent", **valkey)
    assert account.difference(empty, account.snapshot(role.aws)) == {}
