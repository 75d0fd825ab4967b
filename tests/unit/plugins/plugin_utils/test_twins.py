"""Hosts of one inventory that would have the same in AWS are found, whether or not they are in the run."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible_collections.streamflix.content_api.plugins.plugin_utils import rehearsal, stack_variables, twins

from tests.refusals.table import OPTIONAL

ACCOUNT = "123456789012"
PLACE = {"aws_account_id": ACCOUNT, "aws_region": "eu-west-1"}
DEV = {**PLACE, "environment_suffix": "dev"}
# what an inventory says of all its hosts
ALL = {"platform_tags": rehearsal.trusted({"Environment": "{{ environment_suffix }}", "ManagedBy": "us"})}
# variables that look like names of something in AWS, and are none that two stacks must not share
OTHER_NAMES = {
    "apigw_app_name": "a part of names",
    "apigw_logging_role_name": "all REST APIs of an account share that role",
    "apigw_stage_name": "an API's own",
    "aurora_account_id": "where it is",
    "aurora_app_name": "a part of names",
    "aurora_database_name": "a cluster's own",
    "aurora_parameter_group_name": "nothing of the stack's",
    "ecs_service_app_name": "a part of names",
    "ecs_service_container_name": "a task's own",
    "ecs_service_name": "a cluster's own",
    "network_app_name": "a part of names",
    "platform_domain_name": "of the stacks that share it",
    "preflight_account_id": "where it is",
    "redis_app_name": "a part of names",
    "redis_parameter_group_name": "nothing of the stack's",
    "apigw_backend_server_name": "nothing of the stack's",
    "apigw_connection_id": "nothing of the stack's",
    "aurora_secret_kms_key_id": "nothing of the stack's",
    "aurora_kms_key_id": "nothing of the stack's",
    "aurora_restore_vault_name": "the role backup's, or nothing of the stack's",
    "aurora_restore_vpc_id": "what the network publishes",
    "ecs_service_origin_secret_kms_key_id": "nothing of the stack's",
    **{
        f"{role}_app_name": "a part of names"
        for role in ("backup", "certificate", "ecr", "kms", "observability", "waf")
    },
    **{f"{role}_account_id": "where it is" for role in ("backup", "kms", "observability", "waf")},
    **{f"waf_{what}_name": "a tier's" for what in ("load_balancer", "rest_api", "stage")},
    "backup_cluster_identifier": "a tier's",
    "backup_network_vpc_name": "a tier's",
    "backup_replication_group_id": "a tier's",
    "backup_selection_name": "a plan's own",
    "certificate_domain_name": "several certificates may have one name, and their tags say whose they are",
    "certificate_hosted_zone_id": "nothing of the stack's",
    "ecr_kms_key_id": "nothing of the stack's",
    "observability_display_name": "a sender's in messages",
    "observability_kms_key_id": "nothing of the stack's",
    "ecs_service_vpc_id": "what the network publishes",
    "network_account_id": "where it is",
    "redis_kms_key_id": "nothing of the stack's",
    "redis_final_snapshot_identifier": "of the removal",
}


class Hosts:
    """Stands for Ansible's hostvars, of which the extra variables come last."""

    def __init__(self, manager: Any, hosts: dict[str, dict[str, Any]]) -> None:
        self._manager = manager
        self._hosts = hosts

    def raw_get(self, host: str) -> dict[str, Any]:
        """Return all variables of a host."""
        return {"inventory_hostname": host, **rehearsal.trusted(self._hosts[host]), **self._manager._extra_vars}


def found(hosts: dict[str, dict[str, Any]], run: tuple[str, ...] = (), **extra: Any) -> list[str]:
    """Return the findings of the first host.

    :param run: the hosts in the run, all unless given.
    """
    first, *_others = hosts
    manager = SimpleNamespace(_extra_vars=extra)
    hostvars = Hosts(manager, hosts)
    magic = {"hostvars": hostvars, "groups": {"stacks": list(hosts)}, "ansible_play_hosts_all": list(run or hosts)}
    findings = twins.check(DataLoader(), manager, {**hostvars.raw_get(first), **magic})
    assert manager._extra_vars == extra
    return findings


def test_what_all_is_made_of_is_named_with_both_hosts() -> None:
    (finding,) = found(
        {"dev": {**DEV, **ALL}, "blue": {**DEV, **ALL}, "green": {**PLACE, "environment_suffix": "green"}}
    )
    assert finding.startswith(
        f"Hosts dev, blue of the inventory would have the same in account {ACCOUNT}, region eu-west-1: "
        "environment_suffix 'dev', which all names and tags are made of. Nothing was touched. Give each host values"
    )


@pytest.mark.parametrize("name", [*twins.IN_REGION, *twins.IN_ACCOUNT])
def test_any_one_name_is_enough(name: str) -> None:
    hosts = {one: {**PLACE, "environment_suffix": one} for one in ("dev", "blue")}
    assert found(hosts) == []
    for variables in hosts.values():
        variables[name] = "{{ ['sha', 'red'] | join }}"
    (finding,) = found(hosts)
    assert f" {name} 'shared'" in finding


@pytest.mark.parametrize(("name", "role"), {**twins.OF_SOME, **twins.OF_SOME_IN_ACCOUNT}.items())
def test_names_of_what_some_stacks_have_are_compared_where_both_have_it(name: str, role: str) -> None:
    hosts: dict[str, dict[str, Any]]
    hosts = {one: {**PLACE, "environment_suffix": one, name: "shared"} for one in ("dev", "blue")}
    if role:
        assert found(hosts) == []
        hosts["dev"]["platform_optional_roles"] = [role]
        assert found(hosts) == []
        hosts["blue"]["platform_optional_roles"] = "{{ [" + repr(role) + "] }}"
    (finding,) = found(hosts)
    assert f"{name} 'shared'. Nothing was touched" in finding
    hosts["blue"] |= {name: "another"}
    assert found(hosts) == []


def test_so_are_the_tags() -> None:
    tags = {"platform_tags": {"Application": "streamflix", "CostCenter": "media"}}
    (finding,) = found({one: {**PLACE, "environment_suffix": one, **tags} for one in ("dev", "blue")})
    assert "eu-west-1: platform_tags 'Application=streamflix'. Nothing" in finding


def test_in_another_account_region_or_at_another_endpoint_all_is_another() -> None:
    assert found({"dev": DEV, "blue": {**DEV, "aws_account_id": "210987654321"}}) == []
    assert found({"dev": DEV, "blue": {**DEV, "aws_region": "eu-central-1"}}) == []
    assert found({"dev": DEV, "blue": {**DEV, "aws_connection": {"endpoint_url": "http://127.0.0.1:1"}}}) == []
    # IAM knows no regions
    role = {"ecs_service_task_role_name": "task"}
    (finding,) = found({"dev": {**DEV, **role}, "blue": {**DEV, **role, "aws_region": "eu-central-1"}})
    assert f"account {ACCOUNT}: ecs_service_task_role_name 'task'. Nothing" in finding


def test_hosts_that_are_not_in_the_run_count_as_the_inventory_has_them() -> None:
    blue = {**PLACE, "environment_suffix": "blue"}
    assert found({"dev": DEV, "blue": blue}, run=("dev",), environment_suffix="pr-7") == []
    (finding,) = found({"dev": DEV, "blue": blue}, run=("dev",), environment_suffix="blue")
    assert "Hosts dev, blue" in finding
    # of those in the run, the command line's hold
    (finding,) = found({"dev": DEV, "blue": blue}, environment_suffix="pr-7")
    assert "environment_suffix 'pr-7'" in finding


def test_what_cannot_be_made_out_is_not_compared() -> None:
    bad = {**DEV, "environment_suffix": "{{ no_such_variable }}", "aurora_secret_name": "{{ aurora_secret_name }}"}
    assert found({"dev": DEV, "blue": bad}) == []
    assert found({"dev": bad, "blue": DEV}) == []
    assert found({"dev": {"environment_suffix": "dev"}, "blue": {"environment_suffix": "dev"}}) == []
    # and the rest is
    (finding,) = found({"dev": {**DEV, "aurora_secret_name": "ours"}, "blue": {**bad, "aurora_secret_name": "ours"}})
    assert "aurora_secret_name 'ours'" in finding


def test_one_host_is_asked_nothing() -> None:
    variables = {"inventory_hostname": "dev", "groups": {"stacks": ["dev"]}, "ansible_play_hosts_all": ["dev"]}
    assert twins.check(DataLoader(), None, variables) == []
    assert twins.check(DataLoader(), None, {"inventory_hostname": "dev"}) == []


def test_every_name_is_compared_or_has_a_reason() -> None:
    named = {
        name
        for role in (*twins.ROLES, *OPTIONAL)
        for name in stack_variables.specs_of(role)
        if re.search(r"_(name|identifier|family|id|alias)$", name)
    }
    assert named == {*twins.IN_REGION, *twins.IN_ACCOUNT, *twins.OF_SOME, *twins.OF_SOME_IN_ACCOUNT, *OTHER_NAMES}
