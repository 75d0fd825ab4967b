# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether the load balancer of a stack that is there already can become a private one: AWS never changes its scheme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2.load_balancer import LOAD_BALANCER_GONE

if TYPE_CHECKING:
    from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api

SERVICE, PRIVATE = "elbv2", "internal"


def asked_for(variables: Mapping[str, Any]) -> bool:
    """Tell whether a stack is to have a private load balancer.

    :param variables: those of the roles.
    """
    return (
        variables.get("ecs_service_load_balancer_scheme") == PRIVATE and "ecs_service_load_balancer_name" in variables
    )


def check(api: Api, variables: Mapping[str, Any]) -> list[str]:
    """Find a public load balancer that is to become private; asks nothing of AWS where it is to be public.

    The run would refuse it too, but only when its security group no longer lets its clients in.

    :raises AwsError: AWS refuses or is not reached.
    """
    if not asked_for(variables):
        return []
    name = variables["ecs_service_load_balancer_name"]
    found = api.find("describe_load_balancers", "LoadBalancers", LOAD_BALANCER_GONE, SERVICE, Names=[name])
    if found is None or found["Scheme"] == PRIVATE:
        return []
    return [
        f"ecs_service_load_balancer_scheme is {PRIVATE!r}, but the load balancer {name} is {found['Scheme']}, and AWS "
        "never changes that. Nothing was changed. To keep it, set ecs_service_load_balancer_scheme: "
        f"{found['Scheme']} and apigw_connection_type: INTERNET. To have a private one, remove it by hand (aws elbv2 "
        f"delete-load-balancer --load-balancer-arn {found['LoadBalancerArn']}) and run again: until that run has made "
        "the private one, which takes about five minutes, the API answers with errors."
    ]
