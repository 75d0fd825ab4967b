#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ec2_security_groups
short_description: Manage the security groups of a VPC, all in one task
version_added: 0.1.0
description:
  - Creates, changes and removes a set of security groups of one VPC with exactly the rules listed. One request reads
    them all.
  - A group is found by its name. Groups of the VPC that are not listed are left alone.
  - Groups of the set may refer to each other by name, in any order, also in a circle.
  - New rules are added before old ones are removed, so that wanted connections are never interrupted.
  - If a group is still in use when it is to be removed, the removal is tried again for O(wait_timeout) seconds.
author: StreamFlix platform team (@streamflix)
options:
  vpc_id:
    description: The VPC.
    type: str
    required: true
  security_groups:
    description:
      - The security groups.
      - With O(state=absent), those to remove; without it, all of the VPC that carry all of O(tags) are removed, except
        the default one.
    type: list
    elements: dict
    suboptions:
      name:
        description: The name of the group, and its C(Name) tag. Letters in it may not only differ in case.
        type: str
        required: true
      description:
        description: What the group is for. Needed unless O(state=absent). AWS cannot change it.
        type: str
      ingress:
        description: Exactly the rules for incoming connections. Without it, they are left as they are.
        type: list
        elements: dict
        suboptions: &rule
          protocol:
            description: V(tcp), V(udp), V(icmp), V(icmpv6), another protocol's number, or V(-1) for all.
            type: str
            default: tcp
          from_port:
            description: First port, or the ICMP type. Needed for V(tcp), V(udp) and V(icmp), else ignored.
            type: int
          to_port:
            description: Last port, or the ICMP code. Without it, the same as C(from_port).
            type: int
          cidr:
            description: The other side, as an IPv4 or IPv6 CIDR block.
            type: str
          group:
            description: The other side, as the name of a group of O(security_groups).
            type: str
          group_id:
            description:
              - The other side, as the id of any group.
              - With its account for a group of another account, in a peered VPC, such as
                V(210987654321/sg-0123456789abcdef0). AWS knows whose it is, so that both forms are the same rule.
            type: str
          prefix_list_id:
            description: The other side, as the id of a prefix list.
            type: str
          description:
            description: What the rule is for. Without it, left as it is.
            type: str
      egress:
        description:
          - Exactly the rules for outgoing connections, with the keys of O(security_groups[].ingress).
          - V([]) allows none at all. Without it, they are left as they are; a new group allows all, as AWS makes it.
        type: list
        elements: dict
        suboptions: *rule
  close_default_group:
    description:
      - Whether to remove all rules of the VPC's default group, which AWS gives to everything for which no group is
        named.
      - V(false) leaves them as they are.
    type: bool
    default: false
  keep_used:
    description:
      - Whether a rule that lets another group in on a port stays, though it is not listed, while that group is let in
        on another port in its place and something still listens on the old one. That is a target of a load balancer, an
        Aurora cluster or an ElastiCache node. So nobody is cut off between a change here and the one behind it.
      - A further run removes it when nothing listens there any more. Until then it is returned as C(kept).
      - This asks Elastic Load Balancing, RDS and ElastiCache, but only where there is such a rule.
    type: bool
    default: false
  defer_moved:
    description:
      - With O(keep_used), whether the rules for the ports in the place of those still in use are left to a further run,
        too. So all is as it was when what is behind them refuses to move.
    type: bool
    default: false
  assume_moved:
    description:
      - With O(keep_used), names of groups behind which nothing counts as listening in check mode, because what listens
        there moves in the same run before this task. In a real run it is looked at.
    type: list
    elements: str
    default: []
  tags:
    description:
      - The tags of all groups of O(security_groups), names and values, in addition to C(Name).
      - Without this option, tags other than C(Name) are left as they are.
    type: dict
    aliases: [resource_tags]
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: A load balancer's group and the group of the tasks behind it
  streamflix.content_api.ec2_security_groups:
    vpc_id: vpc-0123456789abcdef0
    close_default_group: true
    security_groups:
      - name: streamflix-alb-dev
        description: Security group for Application Load Balancer
        ingress:
          - from_port: 80
            cidr: 0.0.0.0/0
            description: Allow HTTP traffic from anywhere
      - name: streamflix-ecs-dev
        description: Security group for ECS Fargate tasks
        ingress:
          - from_port: 8080
            group: streamflix-alb-dev
            description: Allow traffic from ALB
        egress:
          - protocol: "-1"
            cidr: 0.0.0.0/0
            description: Allow all outbound traffic by default
    tags:
      Environment: dev

- name: Remove all groups of the VPC that carry a tag
  streamflix.content_api.ec2_security_groups:
    vpc_id: vpc-0123456789abcdef0
    tags:
      Environment: dev
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
  sample: [create_security_group streamflix-alb-dev, authorize_security_group_ingress streamflix-alb-dev]
surplus:
  description: Names of further groups in the VPC that carry O(owner_tags), none of which O(security_groups) names.
  returned: always
  type: list
  elements: str
  sample: [streamflix-link-dev]
kept:
  description: The rules that stay because of O(keep_used), each with the C(group) that has it.
  returned: always
  type: list
  elements: dict
  sample: []
security_groups:
  description: The groups of O(security_groups), in that order, as they are now, or in check mode as they would be.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: Its id.
      type: str
      sample: sg-0123456789abcdef0
    name:
      description: Its name.
      type: str
      sample: streamflix-alb-dev
    description:
      description: What it is for.
      type: str
      sample: Security group for Application Load Balancer
    ingress:
      description: Its rules for incoming connections, one for each other side, sorted.
      type: list
      elements: dict
      sample:
        - {protocol: tcp, from_port: 80, to_port: 80, cidr: 0.0.0.0/0, description: Allow HTTP traffic from anywhere}
    egress:
      description: Its rules for outgoing connections, one for each other side, sorted.
      type: list
      elements: dict
      sample:
        - {protocol: '-1', cidr: 0.0.0.0/0, description: Allow all outbound traffic by default}
    tags:
      description: Its tags, C(Name) included.
      type: dict
      sample: {Environment: dev, Name: streamflix-alb-dev}
changes:
  description:
    - "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type),
      C(name), and C(fields) with the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: update
      type: AWS::EC2::SecurityGroup
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

from ansible_collections.streamflix.content_api.plugins.module_utils import fields, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2 import listening, network, security_rules
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2.security_rules import Rule, Rules
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Chosen, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.ownership import is_ours, owner_of
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    Later,
    Plan,
    is_unknown,
    path,
    refuse_replacement,
    unknown,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import repeated
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import manage

DEFAULT = "default"  # AWS keeps this name for the group that every VPC has
REPLACEMENT = "Give the group another name, so that the new one is created beside the old one."
ALLOW_ALL = Rule("-1", None, None, "cidr", "0.0.0.0/0")
WAYS = ("ingress", "egress")
GONE_GROUP = frozenset({"InvalidGroup.NotFound"})
GONE_RULE = frozenset({"InvalidPermission.NotFound", "InvalidGroup.NotFound"})


def rules_of(member: str, group: Mapping[str, Any]) -> Rules:
    """Return the rules of a security group as DescribeSecurityGroups gives it.

    :param member: C(IpPermissions) or C(IpPermissionsEgress).
    """
    return security_rules.from_aws(group.get(member, []), group.get("OwnerId", ""))


RULE: Rows = {
    "protocol": Field(default="tcp"),
    "from_port": Field("int"),
    "to_port": Field("int"),
    "cidr": Field(),
    "group": Field(),
    "group_id": Field(),
    "prefix_list_id": Field(),
    "description": Field(),
}
# a group as it is compared: its rules are L(Rules), and each way is always there
GROUP: Rows = {
    "id": Field(aws="GroupId", assigned=True, always=True, new=Chosen("sg")),
    "name": Field(aws="GroupName", always=True, required=True),
    "description": Field(aws="Description", always=True, fixed=True),
    "ingress": Field("list", read=partial(rules_of, "IpPermissions"), rows=RULE, new={}, exposes=True),
    "egress": Field(
        "list", read=partial(rules_of, "IpPermissionsEgress"), rows=RULE, new={ALLOW_ALL: ""}, exposes=True
    ),
    "tags": Field("dict", read=network.tags_of, assigned=True),
}
FIELDS: Rows = {
    "vpc_id": Field(required=True),
    "security_groups": Field("list", rows=GROUP),
    "close_default_group": Field("bool", default=False),
    "keep_used": Field("bool", default=False),
    "defer_moved": Field("bool", default=False),
    "assume_moved": Field("list", default=[]),
}
Group: TypeAlias = "Mapping[str, Any]"


def shown(groups: Mapping[str, Group]) -> dict[str, Any]:
    """Return groups, by name, as the module shows them."""
    return {
        name: {**group, **{way: security_rules.to_result(group[way]) for way in WAYS}} for name, group in groups.items()
    }


def new_default_group() -> Group:
    """Return the default group that AWS gives to a VPC which does not exist yet."""
    itself = Rule("-1", None, None, "group_id", unknown("sg"))
    made = {"name": DEFAULT, "description": "", "ingress": {itself: ""}}
    return {**fields.created(GROUP, made), "tags": {}}


def resolve_names(rules: Rules, ids: Mapping[str, str]) -> Rules:
    """Return rules with the names of groups replaced by their ids, those of new groups excepted."""
    return {
        Rule(rule.protocol, rule.from_port, rule.to_port, "group_id", ids[rule.value])
        if rule.side == "group" and rule.value in ids
        else rule: description
        for rule, description in rules.items()
    }


def permissions(rules: Rules) -> list[dict[str, Any]]:
    """Return rules as AWS's C(IpPermissions); a group that has no id yet is a L(Later)."""
    ordered = sorted(rules, key=lambda rule: rule.order)
    return [
        security_rules.to_aws(rule, rules[rule], Later(f"group {rule.value}") if rule.side == "group" else None)
        for rule in ordered
    ]


def change(verb: str, way: str, group_id: Any, name: str, rules: Rules, **how: Any) -> list[Call]:
    """Return the request that does something to rules of a group, or none without rules.

    :param verb: the operation without C(security_group) and the way: C(authorize), C(revoke) or C(update).
    """
    if not rules:
        return []
    operation = {
        "authorize": f"authorize_security_group_{way}",
        "revoke": f"revoke_security_group_{way}",
        "update": f"update_security_group_rule_descriptions_{way}",
    }[verb]
    return [Call(operation, {"GroupId": group_id, "IpPermissions": permissions(rules)}, name, **how)]


def plan_rules(
    group_id: Any, name: str, way: str, current: Rules, wanted: Rules, fresh: frozenset[str]
) -> tuple[list[Call], Rules]:
    """Return the steps that make the rules of a group exactly the wanted ones, and the rules as they will be.

    :param group_id: the group's id, or the L(Later) that stands for it.
    :param fresh: AWS error codes that pass, because a group was only just created.
    """
    missing: Rules = {rule: text for rule, text in wanted.items() if rule not in current}
    surplus: Rules = {rule: "" for rule in current if rule not in wanted}
    described: Rules = {
        rule: text for rule, text in wanted.items() if rule in current and text is not None and text != current[rule]
    }
    steps = [
        *change("authorize", way, group_id, name, missing, retry_if=fresh),
        *change("update", way, group_id, name, described, retry_if=fresh),
        *change("revoke", way, group_id, name, surplus, retry_if=fresh),
    ]
    return steps, security_rules.as_listed(wanted, current)


def draft_group(
    found: Group | None, member: Mapping[str, Any], options: Mapping[str, Any]
) -> tuple[list[Call], Any, Group]:
    """Return the steps that create or tag a group, its id for later steps, and the group before its rules change.

    :raises NeedsReplacementError: the description differs.
    """
    name = member["name"]
    wanted, given = network.wanted_tags(name, options["tags"])
    if found is not None:
        refuse_replacement(found, member, fields.fixed(GROUP), REPLACEMENT, name)
        purge = given and options["purge_tags"]
        steps = network.tag_steps([found["id"]], name, found["tags"], wanted, purge)
        return steps, found["id"], {**found, "tags": tags.after(found["tags"], wanted, purge)}
    itself = {key: member[key] for key in ("name", "description")}
    params = {
        **fields.params(GROUP, itself, itself),
        "VpcId": options["vpc_id"],
        "TagSpecifications": network.tag_specification("security-group", wanted),
    }
    bound = f"group {name}"
    create = Call("create_security_group", params, name, binds={bound: path("GroupId")})
    return [create], Later(bound), {**fields.created(GROUP, itself), "tags": wanted}


def plan_default(group: Group) -> tuple[list[Call], Group]:
    """Return the steps that close the default group, and the group as it will be."""
    steps = [
        step for way in WAYS for step in change("revoke", way, group["id"], DEFAULT, dict.fromkeys(group[way], ""))
    ]
    return steps, {**group, **{way: {} for way in WAYS}}


def moved_rules(current: Mapping[str, Group], options: Mapping[str, Any]) -> dict[str, Rules]:
    """Return the rules that let another group in on a port, and that the options have only for another port of it.

    :returns: for each name of a group with such rules, its rules.
    """
    ids = {name: group["id"] for name, group in current.items()}
    found: dict[str, Rules] = {}
    for member in options["security_groups"]:
        group = current.get(member["name"])
        if group is None or member["ingress"] is None:
            continue
        wanted = resolve_names(security_rules.from_options(member["ingress"]), ids)
        others = {(rule.protocol, rule.value) for rule in wanted if rule.side == "group_id"}
        moved: Rules = {
            rule: text
            for rule, text in group["ingress"].items()
            if rule.side == "group_id" and rule not in wanted and (rule.protocol, rule.value) in others
        }
        if moved:
            found[member["name"]] = moved
    return found


def without_moved(wanted: Rules, current: Rules, kept: Rules) -> Rules:
    """Return wanted rules without the new ones that let the same groups in as rules that stay."""
    others = {(rule.protocol, rule.value) for rule in kept}
    return {rule: text for rule, text in wanted.items() if rule in current or (rule.protocol, rule.value) not in others}


def opens(rules: Iterable[Rule], port: int) -> bool:
    """Tell whether one of the rules opens a port, for whoever."""
    return any(
        rule.from_port is not None and rule.from_port <= port <= (rule.to_port or rule.from_port) for rule in rules
    )


def still_used(rules: Rules, ports: Iterable[int]) -> Rules:
    """Return those rules that open a port on which something listens."""
    return {rule: text for rule, text in rules.items() if any(opens([rule], port) for port in ports)}


def with_kept(wanted: Rules, current: Rules, kept: Rules, defer: bool) -> Rules:
    """Return wanted rules for incoming connections with those that stay.

    :param defer: whether those in their place are left out.
    """
    return {**kept, **(without_moved(wanted, current, kept) if defer else wanted)}


def plan_groups(
    current: Mapping[str, Group], options: Mapping[str, Any], kept: Mapping[str, Rules] | None = None
) -> Plan:
    """Return the plan for the listed groups: first all groups, then their rules, which may refer to each other.

    :param current: those of them that exist, and the default group if it is to be closed, by name.
    :param kept: the rules for incoming connections that stay, by the name of the group.
    """
    groups: list[Call] = []
    rules: list[Call] = []
    after: dict[str, Group] = {}
    ids = {name: group["id"] for name, group in current.items()}
    members = options["security_groups"]
    fresh = GONE_GROUP if any(member["name"] not in current for member in members) else frozenset()
    for member in members:
        name = member["name"]
        steps, group_id, group = draft_group(current.get(name), member, options)
        groups += steps
        reached = dict(group)
        for way in WAYS:
            if member[way] is not None:
                wanted = resolve_names(security_rules.from_options(member[way]), ids)
                if way == "ingress":
                    wanted = with_kept(wanted, group[way], (kept or {}).get(name, {}), options["defer_moved"])
                steps, reached[way] = plan_rules(group_id, name, way, group[way], wanted, fresh)
                rules += steps
        after[name] = reached
    if DEFAULT in current:
        steps, after[DEFAULT] = plan_default(current[DEFAULT])
        rules += steps
    return Plan([*groups, *rules], shown(current), shown(after))


def group_problems(member: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    """Find what AWS would refuse in a group.

    :param names: those of all groups of the set.
    """
    name, description = member["name"], member["description"]
    found = [] if description else [f"security_groups[].description of {name} is missing: AWS needs one, set it."]
    found += security_rules.text_problems(f"security_groups[].description of {name}", description or "")
    for way in WAYS:
        found += security_rules.problems(f"security_groups[].{way}[] of {name}", member[way] or [], names)
    return found


class SecurityGroups(network.ResourceSet):
    """Security groups of one VPC, by name."""

    kind = "security groups of"
    aws_type = "AWS::EC2::SecurityGroup"
    arn_kind = "ec2:security-group"
    inside = "security_groups"
    result_key = "security_groups"
    fields = FIELDS
    required_if = (("state", "present", ("security_groups",)), ("state", "absent", ("security_groups", "tags"), True))
    _groups: Mapping[str, Group] = {}
    _kept: Mapping[str, Rules] = {}
    _surplus: Sequence[str] = ()

    def problems(self) -> list[str]:
        names = [member["name"] for member in self.members]
        found = super().problems()
        found += repeated("security_groups[].name", [name.lower() for name in names])
        for name in names:
            found += security_rules.text_problems("security_groups[].name", name)
            if name.lower() == DEFAULT or name.lower().startswith("sg-"):
                found.append(f"security_groups[].name {name!r} is kept by AWS for itself: choose another name.")
        members = [] if self.absent else self.members
        return found + [problem for member in members for problem in group_problems(member, names)]

    def describe(self) -> dict[str, Any] | None:
        items = self.items("describe_security_groups", "SecurityGroups")
        if self.options["security_groups"] is None:
            chosen = [item for item in self.selected(items) if item["GroupName"] != DEFAULT]
        else:
            names = {member["name"] for member in self.members}
            if self.options["close_default_group"] and not self.absent:
                names.add(DEFAULT)
            chosen = [item for item in items if item["GroupName"] in names]
        owner = owner_of(self.options)
        left = [item for item in items if item not in chosen and item["GroupName"] != DEFAULT]
        ours = [item for item in left if owner and is_ours(tags.from_list(item.get("Tags")), owner)]
        self._surplus = sorted(item["GroupName"] for item in ours)
        groups: dict[str, Group] = {item["GroupName"]: fields.described(GROUP, item) for item in chosen}
        if self.options["close_default_group"] and not self.absent and is_unknown(self.vpc_id):
            groups[DEFAULT] = new_default_group()
        self._groups = groups
        self._kept = self._used()
        return None if self.absent and not groups else shown(groups)

    def tagged(self, found: Mapping[str, Any]) -> list[Part]:
        # AWS makes the default group with the VPC, without tags
        return [part for part in super().tagged(found) if part.name != DEFAULT]

    def plan_present(self, current: dict[str, Any]) -> Plan:
        return plan_groups(self._groups, self.options, self._kept)

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        # first the rules that refer to groups, because AWS keeps such groups
        steps: list[Call] = []
        for name in current:
            group = self._groups[name]
            for way in WAYS:
                references: Rules = {rule: "" for rule in group[way] if rule.side == "group_id"}
                steps += change("revoke", way, group["id"], name, references, done_if=GONE_RULE)
        for name, group in current.items():
            which, busy = {"GroupId": group["id"]}, network.STILL_IN_USE
            steps.append(Call("delete_security_group", which, name, done_if=GONE_GROUP, retry_if=busy))
        return Plan(steps, current, None)

    def details(self) -> dict[str, Any]:
        rules = {name: security_rules.to_result(rules) for name, rules in self._kept.items()}
        return {
            "surplus": list(self._surplus),
            "kept": [{"group": name, **rule} for name, shown in rules.items() for rule in shown],
        }

    def _used(self) -> dict[str, Rules]:
        """Return the rules that stay because something listens behind them, by the name of the group."""
        if self.absent or not self.options["keep_used"]:
            return {}
        moved = moved_rules(self._groups, self.options)
        if self.api.check_mode:
            moved = {name: rules for name, rules in moved.items() if name not in self.options["assume_moved"]}
        if not moved:
            return {}
        ports = listening.ports_behind(self.api, self.vpc_id, [self._groups[name]["id"] for name in moved])
        listed = {member["name"]: security_rules.from_options(member["ingress"] or []) for member in self.members}
        used = {
            name: still_used(rules, {port for port in ports[self._groups[name]["id"]] if not opens(listed[name], port)})
            for name, rules in moved.items()
        }
        return {name: rules for name, rules in used.items() if rules}


def main() -> None:
    """Entry point of the module."""
    manage(SecurityGroups)


if __name__ == "__main__":
    main()
