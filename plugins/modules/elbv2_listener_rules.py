#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: elbv2_listener_rules
short_description: Manage the rules of a load balancer's listener, all in one task
version_added: 0.1.0
description:
  - Creates, changes, reorders and removes rules of a listener of an Application Load Balancer. Two requests read them
    all.
  - A rule is found by its C(Name) tag. Rules that are not listed are left alone, unless O(owner_tags) says that they
    are ours.
  - A rule may want a header whose value is a secret of Secrets Manager. The module reads the secret itself. The value
    is in no option, result, difference or error. AWS shows it to whoever may call
    C(elasticloadbalancing:DescribeRules), and notes it in CloudTrail.
author: StreamFlix platform team (@streamflix)
options:
  listener_arn:
    description: ARN of the listener.
    type: str
    required: true
  rules:
    description:
      - The rules. With O(state=present) each needs a priority, a condition and one of C(target_groups), C(redirect) and
        C(fixed_response).
      - With O(state=absent), those to remove; without it, all of the listener that carry O(owner_tags).
    type: list
    elements: dict
    suboptions:
      name:
        description: The C(Name) tag.
        type: str
        required: true
      priority:
        description: Its place in the order, 1 to 50000. AWS looks at the rule with the lowest number first.
        type: int
      host_header:
        description: Names of hosts that requests are for, with C(*) and C(?) as wildcards.
        type: list
        elements: str
      path_pattern:
        description: Paths that requests are for, with C(*) and C(?) as wildcards.
        type: list
        elements: str
      http_request_method:
        description: Methods of HTTP, in capitals.
        type: list
        elements: str
      source_ip:
        description: CIDR blocks that requests come from.
        type: list
        elements: str
      query_string:
        description: Pairs of which the query string has at least one.
        type: list
        elements: dict
        suboptions:
          key:
            description: The name; left out, any.
            type: str
          value:
            description: The value, with C(*) and C(?) as wildcards.
            type: str
            required: true
      http_header:
        description: Headers that requests have. Each has to have one of its values.
        type: list
        elements: dict
        suboptions:
          name:
            description: Name of the header, at most 40 characters.
            type: str
            required: true
          values:
            description: Values, with C(*) and C(?) as wildcards. They are no secrets.
            type: list
            elements: str
          secret_ids:
            description: Names or ARNs of secrets of Secrets Manager that hold a value each.
            type: list
            elements: str
          secret_field:
            description: The field of the secrets, which hold JSON, with the value.
            type: str
            default: password
          keep_values:
            description:
              - Whether values that the rule has already, and that neither C(values) nor C(secret_ids) name, stay. So
                clients can move from one secret to the other, until a task without this option takes the former away.
            type: bool
            default: false
      target_groups:
        description: Up to five target groups that share the requests.
        type: list
        elements: dict
        suboptions:
          arn:
            description: ARN of the target group.
            type: str
            required: true
          weight:
            description: Its share of the requests, 0 to 999, in proportion to those of the others.
            type: int
            default: 1
      keep_weights:
        description:
          - Whether the shares of C(target_groups) are only those of a new rule. Afterwards they stay as they are, as
            somebody else moves them, such as ECS in a deployment of type blue/green, linear or canary.
          - A new rule has its greatest share where the most targets are healthy. Later on, a share of a target group
            without targets goes to one with healthy targets.
          - The rule is only changed if it forwards to another target group than those.
        type: bool
        default: false
      redirect:
        description: Redirect the requests, with host, path and query as they came.
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
        description: Answer the requests without any target.
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
  purge_rules:
    description: Whether rules are removed that are not listed and carry O(owner_tags). Without O(owner_tags) none are.
    type: bool
    default: true
  tags:
    description:
      - The tags of all rules, names and values, in addition to C(Name).
      - Without this option, tags other than C(Name) are left as they are.
    type: dict
    aliases: [resource_tags]
seealso:
  - module: streamflix.content_api.elbv2_listener
  - module: streamflix.content_api.secretsmanager_generated_secret
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Listener and target groups
  ansible.builtin.set_fact:
    listener_arn: arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/x/50dc6c495c0c9188/f2f7dc8efc522ab2
    blue_arn: arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/blue/73e2d6bc24d8a067
    green_arn: arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/green/93e2d6bc24d8a068

- name: Only requests with a secret header reach the tasks
  streamflix.content_api.elbv2_listener_rules:
    listener_arn: "{{ listener_arn }}"
    rules:
      - name: with-the-header
        priority: 10
        http_header:
          - name: X-Origin-Verify
            secret_ids: [streamflix-origin-dev]
        target_groups:
          - arn: "{{ blue_arn }}"
    tags:
      Environment: dev

- name: Rules whose shares ECS moves in a blue/green deployment
  streamflix.content_api.elbv2_listener_rules:
    listener_arn: "{{ listener_arn }}"
    rules:
      - name: production
        priority: 10
        path_pattern: ["/*"]
        target_groups: &groups
          - arn: "{{ blue_arn }}"
            weight: 100
          - arn: "{{ green_arn }}"
            weight: 0
        keep_weights: true
      - name: test
        priority: 5
        http_header:
          - name: X-Test
            values: ["yes"]
        target_groups: *groups
        keep_weights: true
  register: rules

- name: Remove one
  streamflix.content_api.elbv2_listener_rules:
    listener_arn: "{{ listener_arn }}"
    rules:
      - name: test
    state: absent
"""

RETURN = r"""
rules:
  description: The rules of O(rules), in that order, as they are now, or in check mode as they would be.
  returned: always
  type: list
  elements: dict
  contains:
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/x/50dc6c495c0c9188/f2f7dc8e/9683b2d0
    priority:
      description: Its place in the order.
      type: int
      sample: 10
    conditions:
      description:
        - The requests that it is for, by the names of the options that set this.
        - Of a header C(values) and C(secret_ids). A value that neither names is C((not shown)).
      type: dict
      sample: {http_header: [{name: X-Origin-Verify, values: [], secret_ids: [streamflix-origin-dev]}]}
    actions:
      description: What happens with them, as M(streamflix.content_api.elbv2_listener) shows its default actions.
      type: list
      elements: dict
      sample:
        - type: forward
          target_group_arn: arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/x/73e2d6bc24d8a067
    name:
      description: Its C(Name) tag.
      type: str
      sample: with-the-header
    tags:
      description: Its tags, C(Name) included.
      type: dict
      sample: {Environment: dev, Name: with-the-header}
others:
  description: The C(Name) tags of further rules of the listener; empty for one without.
  returned: always
  type: list
  elements: str
  sample: [without-the-header]
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
  sample: []
changes:
  description:
    - "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type),
      C(name), and C(fields) with the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: update
      type: AWS::ElasticLoadBalancingV2::ListenerRule
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from ansible_collections.streamflix.content_api.plugins.module_utils import fields, header_secrets, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part, properties
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2 import actions, conditions
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2 import reading as elbv2
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.header_secrets import Source
from ansible_collections.streamflix.content_api.plugins.module_utils.ownership import is_ours, owner_of
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    InvalidOptionError,
    Plan,
    differences,
    is_unknown,
    unknown,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import out_of_range, repeated
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Resource, manage

GONE = frozenset({"ListenerNotFound", "RuleNotFound"})
NAME = "Name"
# DescribeTags
TAGGED_AT_ONCE = 20
HIGHEST_PRIORITY = 50000
HIGHEST_WEIGHT = 999
MOST_TARGET_GROUPS = 5
# what can happen with requests
ACTIONS = ("target_groups", "redirect", "fixed_response")

QUERY_STRING: Rows = {"key": Field(no_log=False), "value": Field(required=True)}
HTTP_HEADER: Rows = {
    "name": Field(required=True),
    "values": Field("list"),
    "secret_ids": Field("list", no_log=False),
    "secret_field": Field(default="password", no_log=False),
    "keep_values": Field("bool", default=False),
}
TARGET_GROUP: Rows = {"arn": Field(required=True), "weight": Field("int", default=1)}
RULE: Rows = {
    "arn": Field(read="RuleArn", assigned=True, always=True, new=CHOSEN),
    "name": Field(required=True),
    "priority": Field("int", "Priority", read=lambda rule: int(rule["Priority"])),
    **dict.fromkeys(conditions.TEXTS, Field("list")),
    "query_string": Field("list", rows=QUERY_STRING),
    "http_header": Field("list", rows=HTTP_HEADER),
    "target_groups": Field("list", rows=TARGET_GROUP),
    "keep_weights": Field("bool", default=False),
    "redirect": Field("dict", rows=fields.options_of(actions.REDIRECT)),
    "fixed_response": Field("dict", rows=fields.options_of(actions.FIXED_RESPONSE)),
    "conditions": Field("dict", read=lambda rule: conditions.from_aws(rule["Conditions"]), assigned=True, exposes=True),
    "actions": Field(
        "list",
        read=lambda rule: [actions.from_aws(one) for one in sorted(rule["Actions"], key=lambda it: it.get("Order", 0))],
        assigned=True,
    ),
}
FIELDS: Rows = {
    "listener_arn": Field(required=True),
    "rules": Field("list", rows=RULE),
    "purge_rules": Field("bool", default=True),
}
Rule: TypeAlias = "Mapping[str, Any]"
States: TypeAlias = "Mapping[str, list[str]]"


def action(member: Rule) -> dict[str, Any]:
    """Return the action that the options of a rule ask for, in the shape of L(actions.from_aws)."""
    for kind in actions.CONFIGS:
        asked = member[kind.replace("-", "_")]
        if asked:
            return actions.configured(kind, asked)
    return actions.forward({group["arn"]: group["weight"] for group in member["target_groups"]})


def shares(action: Mapping[str, Any]) -> dict[str, int]:
    """Return the target groups of an action, each with its share; none for an action that has other settings, too."""
    if "target_group_arn" in action:
        return {action["target_group_arn"]: 1}
    return dict(action.get("target_groups", {}))


def wanted_actions(member: Rule, found: Rule | None, states: States) -> list[dict[str, Any]]:
    """Return the actions that a rule is to have.

    :param found: the rule as it is. Its shares stay with C(keep_weights).
    :param states: the states of the targets, by target group; only of those whose weights are kept.
    :raises InvalidOptionError: with C(keep_weights), requests go to a target group that is not wanted any more.
    """
    wanted = action(member)
    if found and member["keep_weights"] and len(found["actions"]) == 1:
        now = shares(found["actions"][0])
        if now and now.keys() <= shares(wanted).keys():
            mended = serving_first({**dict.fromkeys(shares(wanted), 0), **now}, states, emptied=True)
            kept = all(mended[arn] == share for arn, share in now.items())
            return list(found["actions"]) if kept else [actions.forward(mended)]
        used = [arn for arn, share in now.items() if share and arn not in shares(wanted)]
        if used and shares(wanted):
            raise InvalidOptionError(
                f"rule {member['name']} sends requests to {', '.join(used)}, which is not among its target_groups, and "
                "to others they would go before anything answers there. Keep the target groups that it has, or let "
                "the service roll (ROLLING) before they change."
            )
    if not found and member["keep_weights"]:
        return [actions.forward(serving_first(shares(wanted), states))]
    return [wanted]


def wanted_tags(name: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options C(tags) and C(purge_tags) of one rule; without tags, nothing but its name is set."""
    given = options["tags"] is not None
    return {
        "tags": {**(options["tags"] or {}), NAME: name},
        "purge_tags": options["purge_tags"] if given else tags.Purge(enabled=False),
    }


def serving_first(weights: Mapping[str, int], states: States, emptied: bool = False) -> dict[str, int]:
    """Return the weights of target groups, with the greatest one where the most healthy targets are.

    So a rule that takes the place of another one, or is made on another listener, sends no request to a target group
    that whoever moves the weights has emptied.

    :param weights: by the ARN of a target group.
    :param states: those of its targets.
    :param emptied: whether only a target group without targets loses its weight.
    """
    heaviest = max(weights, key=lambda arn: weights[arn], default="")
    healthy = {arn: states.get(arn, ()).count(elbv2.HEALTHY) for arn in weights}
    best = max(healthy, key=lambda arn: healthy[arn], default=heaviest)
    enough = elbv2.is_empty(states.get(heaviest, ())) if emptied else True
    if not enough or healthy.get(best, 0) <= healthy.get(heaviest, 0):
        return dict(weights)
    return {**weights, best: weights[heaviest], heaviest: weights[best]}


def new_rule(member: Rule, options: Mapping[str, Any], states: States) -> dict[str, Any]:
    """Return a rule as it will be once it is created."""
    return {
        "arn": unknown(),
        "name": member["name"],
        "priority": member["priority"],
        "conditions": conditions.wanted(member, {}),
        "actions": wanted_actions(member, None, states),
        "tags": wanted_tags(member["name"], options)["tags"],
    }


def changed_rule(found: Rule, member: Rule, options: Mapping[str, Any], states: States) -> dict[str, Any]:
    """Return a rule that exists as it will be."""
    asked = wanted_tags(member["name"], options)
    return {
        **found,
        "priority": member["priority"],
        "conditions": conditions.wanted(member, found["conditions"]),
        "actions": wanted_actions(member, found, states),
        "tags": tags.after(found["tags"], asked["tags"], asked["purge_tags"]),
    }


def settings_to_aws(rule: Rule, secrets: Mapping[str, str | None]) -> dict[str, Any]:
    """Return the parameters with the conditions and actions of a rule, as far as it has them."""
    sent: dict[str, Any] = {}
    if "conditions" in rule:
        sent["Conditions"] = conditions.to_aws(rule["conditions"], secrets)
    if "actions" in rule:
        sent["Actions"] = [actions.to_aws(one) for one in rule["actions"]]
    return sent


def creation(listener_arn: str, rule: Rule, secrets: Mapping[str, str | None]) -> Call:
    """Return the request that creates a rule; AWS refuses a second one of its priority."""
    params = {
        "ListenerArn": listener_arn,
        "Priority": rule["priority"],
        **settings_to_aws(rule, secrets),
        "Tags": tags.to_list(rule["tags"]),
    }
    return Call("create_rule", params, rule["name"], once=True)


def removals(rules: Iterable[Rule]) -> list[Call]:
    """Return the requests that remove rules."""
    return [Call("delete_rule", {"RuleArn": rule["arn"]}, rule["name"], done_if=GONE) for rule in rules]


def reordering(before: Mapping[str, Rule], after: Mapping[str, Rule]) -> list[Call]:
    """Return the request that moves all rules at once whose priority changes, so that two can change places."""
    moved = [name for name, rule in before.items() if after[name]["priority"] != rule["priority"]]
    if not moved:
        return []
    places = [{"RuleArn": before[name]["arn"], "Priority": after[name]["priority"]} for name in moved]
    return [Call("set_rule_priorities", {"RulePriorities": places}, ", ".join(moved))]


def modification(found: Rule, after: Rule, options: Mapping[str, Any], secrets: Mapping[str, str | None]) -> list[Call]:
    """Return the requests that change conditions, actions and tags of a rule."""
    name, steps = found["name"], []
    changed = differences(found, {key: after[key] for key in ("conditions", "actions")})
    if changed:
        steps.append(Call("modify_rule", {"RuleArn": found["arn"], **settings_to_aws(changed, secrets)}, name))
    which = tags.ELBV2.resource(found)
    return [*steps, *tags.steps(tags.ELBV2, which, found["tags"], wanted_tags(name, options), name)]


def member_problems(member: Rule) -> list[str]:
    """Find what AWS refuses in the options of one rule."""
    option = f"rules[] {member['name']!r}"
    if member["priority"] is None:
        return [f"{option} has no priority: set it."]
    found = out_of_range(f"{option}.priority", member["priority"], 1, HIGHEST_PRIORITY)
    found += conditions.problems(option, member)
    asked = [name for name in ACTIONS if member[name]]
    if len(asked) != 1:
        found.append(f"{option} needs one action: set exactly one of {', '.join(ACTIONS)}.")
    groups = member["target_groups"] or []
    if len(groups) > MOST_TARGET_GROUPS:
        found.append(f"{option} has {len(groups)} target_groups, AWS takes {MOST_TARGET_GROUPS}: leave some out.")
    arns = [group["arn"] for group in groups if not is_unknown(group["arn"])]
    found += repeated(f"{option}.target_groups[].arn", arns)
    for group in groups:
        found += out_of_range(f"{option}.target_groups[].weight", group["weight"], 0, HIGHEST_WEIGHT)
    return found + fields.refusals(actions.FIXED_RESPONSE, member["fixed_response"] or no_response(), inside=option)


def no_response() -> dict[str, Any]:
    """Return the options of an answer that is not asked for."""
    return dict.fromkeys(actions.FIXED_RESPONSE)


class ListenerRules(Resource):
    """Rules of a listener, as one resource: a dict by name."""

    service = "elbv2"
    kind = "rules of listener"
    aws_type = "AWS::ElasticLoadBalancingV2::ListenerRule"
    arn_kind = "elasticloadbalancing:listener-rule"
    inside = "rules"
    result_key = "rules"
    fields = FIELDS
    named_by = "listener_arn"
    required_if = (("state", "present", ("rules",)), ("state", "absent", ("rules", "owner_tags"), True))

    def __init__(self, api: Api, options: Mapping[str, Any]) -> None:
        super().__init__(api, options)
        self._secrets: dict[str, str | None] = {}
        # priorities of rules that this task does not manage, with their ARNs, and their names
        self._taken: dict[int, str] = {}
        self._others: list[str] = []
        # the states of the targets, by the ARN of a target group whose weight somebody else moves
        self._states: dict[str, list[str]] = {}

    @property
    def members(self) -> list[dict[str, Any]]:
        """The list that the user gave."""
        return self.options["rules"] or []

    @property
    def balancer(self) -> str:
        """The name of the load balancer."""
        # arn:...:listener/app/NAME/ID/ID
        parts = self.name.split("/")
        return parts[2] if len(parts) > 2 else self.name

    def problems(self) -> list[str]:
        names = [member["name"] for member in self.members]
        found = super().problems() + repeated("rules[].name", names)
        if self.absent:
            return found
        found += repeated("rules[].priority", [member["priority"] for member in self.members])
        return found + [problem for member in self.members for problem in member_problems(member)]

    def describe(self) -> dict[str, Any] | None:
        self._read_secrets()
        items = self._items()
        its_tags = self._tags([item["RuleArn"] for item in items])
        items = [item for item in items if item["RuleArn"] in its_tags]
        found: dict[str, Any] = {}
        self._taken, self._others = {}, []
        asked = {member["name"]: member["http_header"] or [] for member in self.members}
        for item in sorted(items, key=lambda it: int(it["Priority"])):
            tagged = its_tags[item["RuleArn"]]
            name, rule = tagged.get(NAME, ""), fields.described(RULE, item)
            headers = conditions.from_aws(item["Conditions"], asked.get(name, []), self._secrets)
            rule |= {"name": name, "conditions": headers, "tags": tagged}
            if name in asked and name not in found:
                found[name] = rule
            elif self._is_surplus(tagged):
                found[f"{name} {rule['priority']}".strip()] = rule
            else:
                self._taken[rule["priority"]] = rule["arn"]
                self._others.append(name)
        shared = [] if self.absent else [member for member in self.members if member["keep_weights"]]
        arns = {group["arn"] for member in shared for group in member["target_groups"] or []}
        self._states = {arn: elbv2.target_states(self.api, arn) for arn in sorted(arns)}
        return None if self.absent and not found else found

    def _is_surplus(self, its_tags: Mapping[str, str]) -> bool:
        """Tell whether a rule that is not listed is ours, and to be removed."""
        owner = owner_of(self.options)
        listed_only = self.absent and self.options["rules"] is not None
        return bool(owner) and is_ours(its_tags, owner) and self.options["purge_rules"] and not listed_only

    def _items(self) -> list[dict[str, Any]]:
        """Return the rules of the listener but its default, as AWS describes them."""
        if is_unknown(self.name):
            return []
        reply = self.api.get("describe_rules", GONE, ListenerArn=self.name)
        rules: list[dict[str, Any]] = list(reply["Rules"]) if reply else []
        while reply and reply.get("NextMarker"):
            reply = self.api.get("describe_rules", GONE, ListenerArn=self.name, Marker=reply["NextMarker"])
            rules += reply["Rules"] if reply else []
        return [rule for rule in rules if not rule["IsDefault"]]

    def _tags(self, arns: list[str]) -> dict[str, dict[str, str]]:
        """Return the tags of rules, by ARN; those of a rule that has gone meanwhile are missing."""
        found = {}
        for first in range(0, len(arns), TAGGED_AT_ONCE):
            reply = self.api.get("describe_tags", GONE, ResourceArns=arns[first : first + TAGGED_AT_ONCE])
            for item in reply["TagDescriptions"] if reply else []:
                found[item["ResourceArn"]] = tags.from_list(item["Tags"])
        return found

    def _read_secrets(self) -> None:
        """Read the secrets that the options name.

        :raises InvalidOptionError: one does not exist, or has no value that is possible.
        """
        headers = [] if self.absent else [one for member in self.members for one in member["http_header"] or []]
        sources = {Source(name, header["secret_field"]) for header in headers for name in header["secret_ids"] or []}
        self._secrets = header_secrets.read(self.api, sources)

    def plan_create(self) -> Plan:
        return self.plan_update({})

    def plan_update(self, current: dict[str, Any]) -> Plan:
        listed = {member["name"]: current.get(member["name"]) for member in self.members}
        before = {name: rule for name, rule in listed.items() if rule}
        surplus = [rule for key, rule in current.items() if key not in listed]
        after = {
            member["name"]: changed_rule(before[member["name"]], member, self.options, self._states)
            if member["name"] in before
            else new_rule(member, self.options, self._states)
            for member in self.members
        }
        self._refuse_taken(after)
        # what others are in the place of goes first, and all else last, so that no request is without a rule
        needed = {rule["priority"] for rule in after.values()}
        steps = removals(rule for rule in surplus if rule["priority"] in needed)
        steps += reordering(before, after)
        for name, rule in before.items():
            steps += modification(rule, after[name], self.options, self._secrets)
        steps += [creation(self.name, rule, self._secrets) for name, rule in after.items() if name not in before]
        steps += removals(rule for rule in surplus if rule["priority"] not in needed)
        return Plan(steps, current, after)

    def _refuse_taken(self, after: Mapping[str, Rule]) -> None:
        for name, rule in after.items():
            if rule["priority"] in self._taken:
                raise InvalidOptionError(
                    f"rules[] {name!r}.priority {rule['priority']} is that of another rule of the listener "
                    f"({self._taken[rule['priority']]}): choose another one, or remove that rule."
                )

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        return Plan(removals(current.values()), current, None)

    def listed(self, current: dict[str, Any]) -> bool:
        return self.absent or all(member["name"] in current for member in self.members)

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        return [
            Part(self.aws_type, f"{self.balancer} {rule['name']}".strip(), properties(rule, "arn"), key)
            for key, rule in found.items()
        ]

    def tagged(self, found: Mapping[str, Any]) -> list[Part]:
        return [Part(self.aws_type, key, rule) for key, rule in found.items()]

    def ours(self, found: dict[str, Any]) -> dict[str, Any] | None:
        owner = owner_of(self.options)
        return {key: rule for key, rule in found.items() if is_ours(rule["tags"], owner)} or None

    def details(self) -> dict[str, Any]:
        return {"others": self._others}

    def shown(self, found: Mapping[str, Any] | None) -> list[Any]:
        names = [member["name"] for member in self.members]
        return [found[name] for name in names if name in found] if found else []


def main() -> None:
    """Entry point of the module."""
    manage(ListenerRules)


if __name__ == "__main__":
    main()
