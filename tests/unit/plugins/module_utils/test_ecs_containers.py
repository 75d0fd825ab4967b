"""Containers of task definitions: defaults of AWS say nothing; what has no row is told of revisions of others."""

from __future__ import annotations

from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs.containers import (
    CONTAINER,
    from_aws,
    normal_containers,
)

PLAIN: dict[str, Any] = {"name": "api", "image": "nginx", "essential": True}


def described(whole: bool = False, **members: Any) -> dict[str, Any]:
    (found,) = from_aws({"containerDefinitions": [{"name": "api", "image": "nginx", **members}]}, whole)
    return found


def asked(**options: Any) -> dict[str, Any]:
    (found,) = normal_containers([{**dict.fromkeys(CONTAINER), **PLAIN, **options}])
    return found


def test_what_aws_does_by_itself_says_nothing() -> None:
    filled_in = {"cpu": 0, "environment": [], "mountPoints": [], "volumesFrom": [], "systemControls": []}
    for whole in (True, False):
        assert described(whole, **filled_in) == PLAIN
        assert described(whole, readonlyRootFilesystem=False, privileged=False) == PLAIN
    assert asked(cpu=0, environment={}, readonly_root_filesystem=False) == PLAIN
    assert asked(linux_parameters={"init_process_enabled": None}) == asked(linux_parameters=None) == PLAIN
    # not essential is not AWS's default
    assert described(essential=False) == asked(essential=False) == {**PLAIN, "essential": False}


def test_a_port_of_the_host_says_nothing_on_fargate() -> None:
    mappings = [{"containerPort": 81, "hostPort": 81, "protocol": "udp"}, {"containerPort": 80, "hostPort": 80}]
    options = [{"container_port": 81, "protocol": "udp"}, {"container_port": 80, "protocol": "tcp"}]
    sorted_so = {**PLAIN, "port_mappings": options[::-1]}
    assert described(True, portMappings=mappings) == described(portMappings=mappings) == sorted_so
    assert asked(port_mappings=options) == sorted_so
    other = described(True, portMappings=[{"containerPort": 80, "hostPort": 0}])["port_mappings"]
    assert other == [{"container_port": 80, "host_port": 0, "protocol": "tcp"}]


def test_what_has_no_row_is_told_of_the_whole_at_every_depth() -> None:
    members: dict[str, Any] = {
        "hostname": "by-hand",
        "linuxParameters": {"initProcessEnabled": True, "swappiness": 0},
        "logConfiguration": {"logDriver": "splunk", "ofAnotherKind": [{"valueFrom": "arn"}]},
        "dockerLabels": {"com.streamflix/Part": "Api"},
    }
    ours = {
        **PLAIN,
        "linux_parameters": {"init_process_enabled": True},
        "log_configuration": {"log_driver": "splunk"},
        "docker_labels": {"com.streamflix/Part": "Api"},
    }
    assert described(**members) == ours
    assert described(True, **members) == {
        **ours,
        "hostname": "by-hand",
        "linux_parameters": {"init_process_enabled": True, "swappiness": 0},
        "log_configuration": {"log_driver": "splunk", "of_another_kind": [{"value_from": "arn"}]},
    }


def test_what_is_asked_is_sent_and_described_as_it_is() -> None:
    container = asked(
        environment={"ON": True, "PORT": 80},
        secrets={"PASSWORD": "arn"},
        health_check={"command": ["CMD", "true"], "interval": 30, "timeout": 5, "retries": 3, "start_period": None},
        log_configuration={"log_driver": "awslogs", "options": {"mode": "non-blocking"}},
    )
    sent = fields.all_params(CONTAINER, container)
    assert sent == {
        "name": "api",
        "image": "nginx",
        "essential": True,
        "environment": [{"name": "ON", "value": "true"}, {"name": "PORT", "value": "80"}],
        "secrets": [{"name": "PASSWORD", "valueFrom": "arn"}],
        "healthCheck": {"command": ["CMD", "true"], "interval": 30, "timeout": 5, "retries": 3},
        "logConfiguration": {"logDriver": "awslogs", "options": {"mode": "non-blocking"}},
    }
    assert described(**sent) == container
    # AWS may leave out its own defaults
    assert described(**{**sent, "healthCheck": {"command": ["CMD", "true"]}}) == container
