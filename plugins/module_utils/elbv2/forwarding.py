# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What else forwards to a target group: rules and listeners of a load balancer, whoever made them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2 import reading as elbv2
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import Call

GONE = ("ListenerNotFound", "LoadBalancerNotFound")
LISTENER_TYPE = "AWS::ElasticLoadBalancingV2::Listener"
RULE_TYPE = "AWS::ElasticLoadBalancingV2::ListenerRule"
# actions of this type have a secret that AWS does not return
AUTHENTICATION = "authenticate-oidc"


@dataclass(frozen=True)
class Forwarding:
    """A rule that forwards to target groups, or what a listener does with requests that no rule matches.

    :ivar arn: the rule's, or the listener's.
    :ivar name: load balancer, port and, for a rule, its priority.
    :ivar of_rule: whether it is a rule.
    :ivar actions: as AWS gives them.
    """

    arn: str
    name: str
    of_rule: bool
    actions: Sequence[Mapping[str, Any]]

    def moved(self, old: Iterable[str], new: str) -> Call:
        """Return the request that replaces target groups by another one."""
        actions = [moved_action(action, frozenset(old), new) for action in self.actions]
        if self.of_rule:
            return Call("modify_rule", {"RuleArn": self.arn, "Actions": actions}, self.name, service="elbv2")
        params = {"ListenerArn": self.arn, "DefaultActions": actions}
        return Call("modify_listener", params, self.name, service="elbv2")

    def shown(self, moved: Mapping[str, str]) -> dict[str, Any]:
        """Return its C(type), C(name) and the names of its target groups.

        :param moved: ARNs of target groups, each with the one that is to be in its place.
        """
        groups = {elbv2.target_group_name(moved.get(arn, arn)) for arn in target_groups(self.actions)}
        kind = RULE_TYPE if self.of_rule else LISTENER_TYPE
        return {"type": kind, "name": self.name, "target_groups": sorted(groups)}


def target_groups(actions: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return the target groups that actions forward to, each with its weight."""
    found: dict[str, int] = {}
    for action in actions:
        groups = action.get("ForwardConfig", {}).get("TargetGroups")
        for group in groups or ([action] if action.get("TargetGroupArn") else []):
            found[group["TargetGroupArn"]] = group.get("Weight", 1)
    return found


def moved_action(action: Mapping[str, Any], old: frozenset[str], new: str) -> dict[str, Any]:
    """Return an action as AWS takes it, with a target group in the place of others, which may have shares beside it."""
    if action["Type"] == AUTHENTICATION:
        config = {**action["AuthenticateOidcConfig"], "UseExistingClientSecret": True}
        return {**action, "AuthenticateOidcConfig": config}
    if action["Type"] != "forward":
        return dict(action)
    shares: dict[str, int] = {}
    for arn, weight in target_groups([action]).items():
        arn = new if arn in old else arn
        shares[arn] = shares.get(arn, 0) + weight
    config = {**action.get("ForwardConfig", {}), **elbv2.forward_config(shares)}
    return {**{key: value for key, value in action.items() if key != "TargetGroupArn"}, "ForwardConfig": config}


def read(api: Api, listener_arn: str, groups: Iterable[str]) -> list[Forwarding]:
    """Return what forwards to target groups on the load balancer of a listener, except for that listener itself."""
    # arn:...:listener/app/NAME/ID/ID
    parts = listener_arn.replace(":listener/", ":loadbalancer/").split("/")
    balancer, name = "/".join(parts[:-1]), parts[2]
    found: list[Forwarding] = []
    for listener in (api.get("describe_listeners", GONE, "elbv2", LoadBalancerArn=balancer) or {}).get("Listeners", []):
        arn, where = listener["ListenerArn"], f"{name} {listener['Port']}"
        for rule in (api.get("describe_rules", GONE, "elbv2", ListenerArn=arn) or {}).get("Rules", []):
            if not rule["IsDefault"]:
                found.append(Forwarding(rule["RuleArn"], f"{where} priority {rule['Priority']}", True, rule["Actions"]))
            elif arn != listener_arn:
                found.append(Forwarding(arn, where, False, rule["Actions"]))
    return [one for one in found if target_groups(one.actions).keys() & set(groups)]
