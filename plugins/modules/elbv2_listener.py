#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: elbv2_listener
short_description: Manage a listener of an Application Load Balancer
version_added: 0.1.0
description:
  - Creates, changes and removes a listener, found by its load balancer and port.
  - Its default action forwards to one target group, redirects, or answers by itself. Rules other than the default are
    those of M(streamflix.content_api.elbv2_listener_rules), and left alone.
author: StreamFlix platform team (@streamflix)
options:
  load_balancer_arn:
    description: ARN of the load balancer.
    type: str
    required: true
  port:
    description: Port that clients connect to, 1 to 65535.
    type: int
    required: true
  protocol:
    description: Protocol that clients speak. Required with O(state=present).
    type: str
    choices: [HTTP, HTTPS]
  target_group_arn:
    description:
      - ARN of the target group that gets all requests.
      - O(state=present) needs this, O(redirect) or O(fixed_response).
    type: str
  keep_targets:
    description:
      - Whether requests stay where they are while O(target_group_arn) has fewer healthy targets than the target groups
        that get them now. It is then added to these with weight 0, so that an ECS service can register its tasks there.
      - What the next module has to finish is returned as C(moving_from), for
        O(streamflix.content_api.ecs_service#module:move_from).
      - With V(false) the listener forwards to O(target_group_arn) at once, even if that is empty.
    type: bool
    default: false
  redirect:
    description: Redirect all requests, with host, path and query as they came, in place of O(target_group_arn).
    type: dict
    suboptions:
      protocol:
        description: Protocol to redirect to.
        type: str
        choices: [HTTP, HTTPS]
        default: HTTPS
      port:
        description: Port to redirect to.
        type: int
        default: 443
      status_code:
        description: V(HTTP_301) is permanent, V(HTTP_302) is temporary.
        type: str
        choices: [HTTP_301, HTTP_302]
        default: HTTP_301
  fixed_response:
    description: Answer all requests without any target, in place of O(target_group_arn), such as with a refusal.
    type: dict
    suboptions:
      status_code:
        description: Code of HTTP, 2xx, 4xx or 5xx.
        type: str
        default: "403"
      content_type:
        description: What the body is.
        type: str
        choices: [text/plain, text/css, text/html, application/javascript, application/json]
        default: text/plain
      message_body:
        description: The body, at most 1024 characters.
        type: str
        default: ""
  certificate_arn:
    description: ARN of the certificate that an HTTPS listener shows by default. Required with O(protocol=HTTPS).
    type: str
  additional_certificate_arns:
    description:
      - ARNs of further certificates of an HTTPS listener, up to 24. It shows the one that is for the name that a client
        asks for. Without this option, those that it has stay.
    type: list
    elements: str
  ssl_policy:
    description:
      - Name of AWS's security policy with the TLS versions and ciphers of an HTTPS listener.
      - Without this option a new one gets AWS's own default, which also takes TLS 1.0.
    type: str
  other_ports:
    description: Ports of further listeners of ours that are known, so that they are not returned as RV(others).
    type: list
    elements: str
    default: []
  attributes:
    description:
      - Listener attributes by AWS's own names, such as C(routing.http.response.server.enabled).
      - Attributes that are not named are left as they are.
    type: dict
seealso:
  - module: streamflix.content_api.elbv2_listener_rules
  - module: streamflix.content_api.elbv2_load_balancer
  - module: streamflix.content_api.elbv2_target_group
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Load balancer and target group
  ansible.builtin.set_fact:
    load_balancer_arn: arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/x/50dc6c495c0c9188
    target_group_arn: arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/x/73e2d6bc24d8a067

- name: HTTP, to the tasks
  streamflix.content_api.elbv2_listener:
    load_balancer_arn: "{{ load_balancer_arn }}"
    port: 80
    protocol: HTTP
    target_group_arn: "{{ target_group_arn }}"
    tags:
      Environment: dev

- name: HTTPS, to the tasks
  streamflix.content_api.elbv2_listener:
    load_balancer_arn: "{{ load_balancer_arn }}"
    port: 443
    protocol: HTTPS
    certificate_arn: arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012
    ssl_policy: ELBSecurityPolicy-TLS13-1-2-2021-06
    target_group_arn: "{{ target_group_arn }}"

- name: HTTP, sent on to HTTPS
  streamflix.content_api.elbv2_listener:
    load_balancer_arn: "{{ load_balancer_arn }}"
    port: 80
    protocol: HTTP
    redirect:
      protocol: HTTPS

- name: Refused, unless a rule says otherwise
  streamflix.content_api.elbv2_listener:
    load_balancer_arn: "{{ load_balancer_arn }}"
    port: 8080
    protocol: HTTP
    fixed_response:
      status_code: "403"

- name: Remove it
  streamflix.content_api.elbv2_listener:
    load_balancer_arn: "{{ load_balancer_arn }}"
    port: 80
    state: absent
"""

RETURN = r"""
ready:
  description: Whether there is nothing left to wait for, so that a further run with O(wait=true) is not needed.
  returned: always
  type: bool
  sample: true
actions:
  description: The AWS requests that change something, in order; in check mode those that the real run would send.
  returned: always
  type: list
  elements: str
  sample: ['create_listener HTTP:80']
changes:
  description:
    - "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type),
      C(name), and C(fields) with the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: update
      type: AWS::ElasticLoadBalancingV2::Listener
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
others:
  description:
    - Further listeners of the load balancer that carry O(owner_tags), each with its C(arn) and C(port), but for those
      of O(other_ports). They stay as they are, and are warned of, as a listener whose port was changed leaves one.
  returned: always
  type: list
  elements: dict
  sample: []
moving_from:
  description: ARNs of the target groups that get, or have got, the requests beside O(target_group_arn).
  returned: always
  type: list
  elements: str
  sample: []
listener:
  description: The listener as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/x/50dc6c495c0c9188/f2f7dc8efc522ab2
    load_balancer_arn:
      description: ARN of its load balancer.
      type: str
      sample: arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/x/50dc6c495c0c9188
    port:
      description: Port that clients connect to.
      type: int
      sample: 80
    protocol:
      description: Protocol that clients speak.
      type: str
      sample: HTTP
    certificate_arn:
      description: ARN of its default certificate; empty for HTTP.
      type: str
      sample: ""
    additional_certificate_arns:
      description: ARNs of its further certificates, sorted; only read when O(additional_certificate_arns) is given.
      type: list
      elements: str
      sample: []
    ssl_policy:
      description: Name of its security policy; empty for HTTP.
      type: str
      sample: ""
    default_actions:
      description:
        - What happens with requests that no rule matches. C(type) is C(forward) with C(target_group_arn), or
          C(redirect) with C(protocol), C(port), C(status_code), C(host), C(path) and C(query), or C(fixed-response)
          with C(status_code), C(content_type) and C(message_body).
        - A C(forward) to several target groups has C(target_groups), each with its weight.
        - Actions that this module does not write have C(type) and C(settings), as AWS gives them.
      type: list
      elements: dict
      sample:
        - type: forward
          target_group_arn: arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/x/73e2d6bc24d8a067
    attributes:
      description: All attributes by AWS's names, values as text; only read when O(attributes) is given.
      type: dict
      sample: {}
    tags:
      description: Its tags.
      type: dict
      sample: {Environment: dev}
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part, settings
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2 import actions
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2 import reading as elbv2
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2.forwarding import target_groups
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2.resource import ATTRIBUTES
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.ownership import is_ours, owner_of
from ansible_collections.streamflix.content_api.plugins.module_utils.plain import PlainResource, Write
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    Later,
    Plan,
    is_unknown,
    path,
    unknown,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import (
    HIGHEST_PORT,
    not_matching,
    repeated,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import manage

GONE = frozenset({"ListenerNotFound", "LoadBalancerNotFound"})
TAGGED_AT_ONCE = 20  # DescribeTags
# quota, Certificates per Application Load Balancer (not counting default certificates), of one listener: API Reference
MOST_FURTHER_CERTIFICATES = 24
WHICH = {"ListenerArn": "arn"}
# what can happen with requests
ACTIONS = ("target_group_arn", "redirect", "fixed_response")


def default_actions(options: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the default actions that a module's options ask for."""
    for kind in actions.CONFIGS:
        asked = options[kind.replace("-", "_")]
        if asked:
            return [actions.configured(kind, asked)]
    return [{"type": "forward", "target_group_arn": options["target_group_arn"]}]


def certificate(listener: Mapping[str, Any]) -> str:
    """Return the ARN of the default certificate of a listener as DescribeListeners gives it; empty without TLS."""
    certificates = listener.get("Certificates") or [{}]
    return certificates[0].get("CertificateArn", "") if listener["Protocol"] == "HTTPS" else ""


def further_certificates(option: str, arns: Sequence[str]) -> list[str]:
    """Find what cannot be the further certificates of a listener."""
    known = [arn for arn in arns if not is_unknown(arn)]
    found = repeated(f"{option}[]", known)
    if len(arns) > MOST_FURTHER_CERTIFICATES:
        found.append(f"{option} has {len(arns)} ARNs, AWS takes {MOST_FURTHER_CERTIFICATES}: leave some out.")
    return found


FIELDS: Rows = {
    "arn": Field(read="ListenerArn", assigned=True, always=True, shown_only=True, new=CHOSEN),
    "load_balancer_arn": Field(aws="LoadBalancerArn", required=True, always=True, shown_only=True),
    "port": Field("int", "Port", required=True, always=True, exposes=True, limits=(1, HIGHEST_PORT)),
    "protocol": Field(aws="Protocol", choices=("HTTP", "HTTPS"), always=True, exposes=True),
    "target_group_arn": Field(),
    "keep_targets": Field("bool", default=False),
    "redirect": Field("dict", rows=fields.options_of(actions.REDIRECT)),
    "fixed_response": Field("dict", rows=fields.options_of(actions.FIXED_RESPONSE)),
    "certificate_arn": Field(aws="Certificates", read=certificate, write=lambda arn: [{"CertificateArn": arn}], new=""),
    "additional_certificate_arns": Field(
        "list", read="AdditionalCertificates", normal=sorted, unset=[], new=[], rule=further_certificates
    ),
    "other_ports": Field("list", default=[]),
    "ssl_policy": Field(
        aws="SslPolicy",
        read=lambda it: it.get("SslPolicy", "") if it["Protocol"] == "HTTPS" else "",
        new="",
        rule=partial(not_matching, form=r"ELBSecurityPolicy-[\w-]+", advice="give one of ELBSecurityPolicy-..."),
    ),
    "default_actions": Field(
        "list",
        "DefaultActions",
        made=default_actions,
        read=lambda listener: [actions.from_aws(action) for action in listener["DefaultActions"]],
        write=lambda wanted: [actions.to_aws(action) for action in wanted],
    ),
    "attributes": ATTRIBUTES,
}


class Listener(PlainResource):
    """A listener of an Application Load Balancer."""

    service = "elbv2"
    kind = "listener"
    aws_type = "AWS::ElasticLoadBalancingV2::Listener"
    arn_kind = "elasticloadbalancing:listener"
    result_key = "listener"
    tagging = tags.ELBV2
    fields = FIELDS
    required_if = (("state", "present", ("protocol",)),)
    mutually_exclusive = (ACTIONS,)
    create = Write("create_listener", binds={"arn": path("Listeners.0.ListenerArn")})
    changes = (
        Write("modify_listener", WHICH, ("protocol", "certificate_arn", "ssl_policy", "default_actions")),
        Write("modify_listener_attributes", WHICH, ("attributes",)),
    )
    # a VPC link that uses it may have gone a moment ago
    remove = Write("delete_listener", WHICH, done_if=GONE, retry_if=frozenset({"ResourceInUse"}))

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        # the target groups, with their weights, that still have to get the requests
        self._moving: dict[str, int] = {}
        self._others: list[dict[str, Any]] = []

    @property
    def name(self) -> str:
        # arn:...:loadbalancer/app/NAME/ID
        parts = self.options["load_balancer_arn"].split("/")
        balancer = parts[2] if len(parts) > 2 else self.options["load_balancer_arn"]
        return f"{balancer}:{self.options['port']}"

    def problems(self) -> list[str]:
        found = super().problems()
        if self.absent:
            return found
        if not any(self.options[option] for option in ACTIONS):
            found.append(f"Nothing says what happens with requests: set one of {', '.join(ACTIONS)}.")
        if self.options["protocol"] == "HTTPS" and not self.options["certificate_arn"]:
            found.append("protocol HTTPS needs a certificate: set certificate_arn.")
        for option in ("certificate_arn", "additional_certificate_arns", "ssl_policy"):
            if self.options["protocol"] == "HTTP" and self.options[option]:
                found.append(f"{option} {self.options[option]!r} is for HTTPS only: remove it, or set protocol HTTPS.")
        return found

    def find(self) -> dict[str, Any] | None:
        self._moving = {}
        balancer_arn = self.options["load_balancer_arn"]
        if is_unknown(balancer_arn):
            return None
        reply = self.api.get("describe_listeners", GONE, LoadBalancerArn=balancer_arn)
        listed = reply["Listeners"] if reply is not None else []
        found = [one for one in listed if one["Port"] == self.options["port"]]
        its_tags = self._tags([*found, *(one for one in listed if one not in found)])
        if its_tags is None or not found:
            return None
        listener, arn = found[0], found[0]["ListenerArn"]
        # a listener that is being deleted may vanish between two requests
        attributes = self._attributes(arn)
        if attributes is None:
            return None
        self._moving = self._until_healthy(target_groups(listener["DefaultActions"][-1:]))
        listener.update({"Attributes": attributes, "tags": its_tags[arn], "AdditionalCertificates": self._further(arn)})
        return listener

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        balancer, _unused, port = self.name.rpartition(":")
        return [Part(self.aws_type, f"{balancer} {port}", settings(found, *fields.no_settings(self.fields)))]

    def wanted(self) -> dict[str, Any]:
        arn, wanted = self.options["target_group_arn"], super().wanted()
        if self._moving:
            # requests stay where they are, and the new target group gets none yet
            beside = [actions.forward({**self._moving, arn: 0})]
            wanted["default_actions"] = None if arn in self._moving else beside
        return wanted

    def created(self) -> dict[str, Any]:
        after = super().created()
        balancer_arn = self.options["load_balancer_arn"]
        if not is_unknown(balancer_arn):
            # so that what belongs to it can be named
            after["arn"] = f"{balancer_arn.replace(':loadbalancer/', ':listener/')}/{unknown()}"
        chosen = after["protocol"] == "HTTPS" and not after["ssl_policy"]
        return {**after, "ssl_policy": unknown()} if chosen else after

    def plan_create(self) -> Plan:
        plan = super().plan_create()
        return replace(plan, steps=[*plan.steps, *self._change_further([], Later("arn"))])

    def plan_update(self, current: dict[str, Any]) -> Plan:
        plan = super().plan_update(current)
        # AWS drops them by itself
        dropped = {"certificate_arn": "", "ssl_policy": ""} if self.options["protocol"] == "HTTP" else {}
        steps = [*plan.steps, *self._change_further(current["additional_certificate_arns"], current["arn"])]
        return replace(plan, steps=steps, after={**(plan.after or {}), **dropped})

    def _change_further(self, present: Sequence[str], listener_arn: Any) -> list[Call]:
        """Return the requests that give a listener the wanted further certificates, and no others."""
        wanted = self.options["additional_certificate_arns"]
        if wanted is None:
            return []
        changes = {
            "add_listener_certificates": [arn for arn in wanted if arn not in present],
            "remove_listener_certificates": [arn for arn in present if arn not in wanted],
        }
        return [
            Call(
                operation,
                {"ListenerArn": listener_arn, "Certificates": [{"CertificateArn": arn} for arn in arns]},
                self.name,
            )
            for operation, arns in changes.items()
            if arns
        ]

    def _further(self, arn: str) -> list[str]:
        """Return the further certificates of a listener; none where the options do not name any."""
        if self.options["additional_certificate_arns"] is None:
            return []
        reply = self.api.get("describe_listener_certificates", GONE, ListenerArn=arn)
        listed = reply["Certificates"] if reply else []
        return sorted(one["CertificateArn"] for one in listed if not one.get("IsDefault"))

    def details(self) -> dict[str, Any]:
        for other in self._others:
            name = f"{self.aws_type} {self.name.rpartition(':')[0]} {other['port']}"
            self.api.warn(
                f"{name} is this stack's, and no variable names it any more. It goes on to forward: remove it by hand "
                f"when nobody uses it ({other['arn']})."
            )
        return {"moving_from": sorted(self._moving.keys() - {self.options["target_group_arn"]}), "others": self._others}

    def _tags(self, listeners: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, str]] | None:
        """Return the tags of a load balancer's listeners, and keep which of them are ours besides the wanted one.

        :param listeners: the wanted one first.
        :returns: by their ARNs; None when one has gone meanwhile.
        """
        owner = {} if self.absent else owner_of(self.options)
        asked = [one["ListenerArn"] for one in listeners if owner or one["Port"] == self.options["port"]]
        if not asked:
            return {}
        described = self.api.get("describe_tags", GONE, ResourceArns=asked[:TAGGED_AT_ONCE])
        if described is None:
            return None
        found = {item["ResourceArn"]: tags.from_list(item["Tags"]) for item in described["TagDescriptions"]}
        for arn in asked[:TAGGED_AT_ONCE]:
            if arn not in found:
                raise self.api.incomplete("describe_tags", "", f"TagDescriptions of {arn}")
        known = {self.options["port"], *map(int, self.options["other_ports"])}
        self._others = [
            {"arn": one["ListenerArn"], "port": one["Port"]}
            for one in listeners
            if owner and one["Port"] not in known and is_ours(found.get(one["ListenerArn"], {}), owner)
        ]
        return found

    def _until_healthy(self, groups: dict[str, int]) -> dict[str, int]:
        """Return the target groups that a listener forwards to, if it may not forward to the wanted one alone yet."""
        arn = self.options["target_group_arn"]
        others = groups.keys() - {arn}
        if not self.options["keep_targets"] or self.absent or not others or not arn:
            return {}
        if arn in groups or is_unknown(arn):
            return groups
        serving = sum(elbv2.healthy_targets(self.api, other) for other in others)
        return groups if elbv2.healthy_targets(self.api, arn) < serving else {}

    def _attributes(self, arn: str) -> list[dict[str, str]] | None:
        if not self.options["attributes"]:
            return []
        reply = self.api.get("describe_listener_attributes", GONE, ListenerArn=arn)
        return reply["Attributes"] if reply else None


def main() -> None:
    """Entry point of the module."""
    manage(Listener)


if __name__ == "__main__":
    main()
