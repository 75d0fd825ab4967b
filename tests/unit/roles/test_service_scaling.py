"""Scaling of the service by its requests: of which target groups they count."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.streamflix.content_api.plugins.plugin_utils import rehearsal

ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012"
BALANCER, FIRST, SECOND = "app/streamflix-alb-dev/50dc6c", "targetgroup/streamflix-tg-dev/73e2d6", "targetgroup/alt/1"


@pytest.mark.parametrize(("strategy", "groups"), [("ROLLING", [FIRST]), ("BLUE_GREEN", [FIRST, SECOND])])
def test_where_traffic_shifts_both_groups_count(strategy: str, groups: list[str]) -> None:
    known: dict[str, Any] = {"environment_suffix": "dev"}
    for kind in ("defaults", "vars"):
        known.update(rehearsal.read(rehearsal.ROLES / "ecs_service" / kind / "main.yml"))
    known |= {
        "ecs_service_deployment_strategy": strategy,
        "ecs_service_outputs": {
            "load_balancer_arn": f"{ARN}:loadbalancer/{BALANCER}",
            "target_group_arn": f"{ARN}:{FIRST}",
        },
    }
    if strategy != "ROLLING":
        known["__ecs_service_alternate"] = {"target_group": {"arn": f"{ARN}:{SECOND}"}}
    made = Templar(DataLoader(), known).template({"labels": known["__ecs_service_scaling_target_groups"]})
    assert made["labels"] == [f"{BALANCER}/{group}" for group in groups]
