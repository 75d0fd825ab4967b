# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a listener, or a rule of one, does with requests: actions as AWS has them, and as the modules show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2 import reading as elbv2
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2.forwarding import target_groups
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import not_matching, too_long

# FixedResponseActionConfig
LONGEST_BODY = 1024
CONTENT_TYPES = ("text/plain", "text/css", "text/html", "application/javascript", "application/json")


def as_it_came(member: str, value: str) -> Field:
    """Return a part of a redirect's target that no option sets: AWS fills in that of the request."""
    return Field(aws=member, assigned=True, unset=value, new=value)


def status_code(option: str, value: str) -> list[str]:
    """Find a code of HTTP that a load balancer cannot answer with itself."""
    return not_matching(option, value, r"[245]\d\d", "set a code of 2xx, 4xx or 5xx")


def message_body(option: str, value: str) -> list[str]:
    """Find a text that is too long for the answer of a load balancer."""
    return too_long(option, value, LONGEST_BODY)


REDIRECT: Rows = {
    "protocol": Field(aws="Protocol", choices=("HTTP", "HTTPS"), default="HTTPS"),
    "port": Field("int", "Port", default=443, normal=str),
    "status_code": Field(aws="StatusCode", choices=("HTTP_301", "HTTP_302"), default="HTTP_301"),
    "host": as_it_came("Host", "#{host}"),
    "path": as_it_came("Path", "/#{path}"),
    "query": as_it_came("Query", "#{query}"),
}
FIXED_RESPONSE: Rows = {
    "status_code": Field(aws="StatusCode", default="403", rule=status_code),
    "content_type": Field(aws="ContentType", choices=CONTENT_TYPES, default="text/plain", unset=""),
    "message_body": Field(aws="MessageBody", default="", unset="", rule=message_body),
}
# the member of an action with its settings, and their rows, by its type
CONFIGS: Mapping[str, tuple[str, Rows]] = {
    "redirect": ("RedirectConfig", REDIRECT),
    "fixed-response": ("FixedResponseConfig", FIXED_RESPONSE),
}


def from_aws(action: Mapping[str, Any]) -> dict[str, Any]:
    """Return an action in the modules' shape.

    AWS repeats a plain forward as a ForwardConfig with one target group, which is the same.

    :returns: its C(type), and C(target_group_arn), or C(target_groups) with the weight of each, or the settings of
        L(CONFIGS); of any other action C(settings), as AWS has them.
    """
    kind = action["Type"]
    if kind in CONFIGS:
        member, rows = CONFIGS[kind]
        return {"type": kind, **fields.described(rows, action[member])}
    groups = target_groups([action])
    sticky = action.get("ForwardConfig", {}).get("TargetGroupStickinessConfig", {}).get("Enabled", False)
    if kind != "forward" or sticky:
        return {"type": kind, "settings": {key: value for key, value in action.items() if key not in ("Type", "Order")}}
    return forward(groups)


def forward(groups: Mapping[str, int]) -> dict[str, Any]:
    """Return the action that forwards to target groups, in the modules' shape.

    :param groups: their ARNs, each with its share of the requests, 0 to 999.
    """
    (arn, weight), *others = groups.items()
    return {
        "type": "forward",
        **({"target_groups": dict(groups)} if others or not weight else {"target_group_arn": arn}),
    }


def to_aws(action: Mapping[str, Any]) -> dict[str, Any]:
    """Return an action in the modules' shape as AWS takes it."""
    kind = action["type"]
    if "settings" in action:
        return {"Type": kind, **action["settings"]}
    if "target_groups" in action:
        return {"Type": kind, "ForwardConfig": elbv2.forward_config(action["target_groups"])}
    if "target_group_arn" in action:
        return {"Type": kind, "TargetGroupArn": action["target_group_arn"]}
    member, rows = CONFIGS[kind]
    return {"Type": kind, member: fields.all_params(rows, action)}


def configured(kind: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the action of a type of L(CONFIGS) that options ask for, in the modules' shape."""
    _member, rows = CONFIGS[kind]
    return {"type": kind, **fields.created(rows, fields.wanted(rows, options))}
