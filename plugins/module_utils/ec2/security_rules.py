# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rules of security groups as data: with one source or destination each, so that lists of them can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from ansible_collections.streamflix.content_api.plugins.module_utils.ec2.cidr import block_problems, normal_cidr
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import unknown
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import out_of_range, too_long

WITH_PORTS = frozenset({"tcp", "udp", "icmp", "icmpv6"})
PORTS_NEEDED = frozenset({"tcp", "udp", "icmp"})
PROTOCOL_NAMES = {"all": "-1", "1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}
LONGEST_TEXT = 255
# CreateSecurityGroup and IpRange; UserIdGroupPair does not list the ampersand
REFUSED_SIGNS = re.compile(r"[^A-Za-z0-9 ._\-:/()#,@\[\]+=&;{}!$*]")
ACCOUNT_ID = re.compile(r"\d{12}")
SIDES = ("cidr", "group", "group_id", "prefix_list_id")


@dataclass(frozen=True, order=True)
class Rule:
    """One rule with one source or destination.

    :ivar protocol: C(tcp), a number, or C(-1) for all.
    :ivar from_port: None where the protocol has none.
    :ivar side: the kind of its source or destination: C(cidr), C(group_id) or C(prefix_list_id); C(group) for a name
        whose id is not known yet.
    :ivar value: the source or destination.
    :ivar owner: the account of a group of another account, else empty. It is not compared, because a group's id is
        unique: AWS also returns an owner that the user left out, and returns none once the group is gone.
    """

    protocol: str
    from_port: int | None
    to_port: int | None
    side: str
    value: str
    owner: str = field(default="", compare=False)

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """The key by which rules are sorted."""
        return (self.protocol, _number(self.from_port), _number(self.to_port), self.side, self.value)


Rules: TypeAlias = "dict[Rule, str | None]"
"""Rules with their descriptions; None for a description that the user did not set."""


def _number(port: int | None) -> int:
    return -1 if port is None else port


def normal_protocol(protocol: str) -> str:
    """Return a protocol as AWS lists it."""
    lower = protocol.lower()
    return PROTOCOL_NAMES.get(lower, lower)


def from_option(option: Mapping[str, Any]) -> tuple[Rule, str | None]:
    """Return a rule of the options and its description."""
    protocol = normal_protocol(option["protocol"])
    first = option["from_port"] if protocol in WITH_PORTS else None
    last = option["to_port"] if protocol in WITH_PORTS else None
    if protocol == "icmpv6" and first is None:
        first = -1  # all types, and so AWS lists it
    side = next(side for side in SIDES if option[side])
    owner, value = "", option[side]
    if side == "cidr":
        value = normal_cidr(value)
    elif side == "group_id":
        owner, _unused, value = value.rpartition("/")
    return Rule(protocol, first, first if last is None else last, side, value, owner), option["description"]


def from_options(options: Iterable[Mapping[str, Any]]) -> Rules:
    """Return the rules of the options."""
    return dict(map(from_option, options))


def from_aws(permissions: Iterable[Mapping[str, Any]], owner: str) -> Rules:
    """Return the rules in a reply of DescribeSecurityGroups.

    :param owner: the account of the group that they belong to.
    """
    found: Rules = {}
    for permission in permissions:
        protocol = permission["IpProtocol"]
        first, last = (permission.get(key) if protocol in WITH_PORTS else None for key in ("FromPort", "ToPort"))
        base = Rule(protocol, first, last, "", "")
        for item in permission.get("IpRanges", []):
            found[replace(base, side="cidr", value=item["CidrIp"])] = item.get("Description", "")
        for item in permission.get("Ipv6Ranges", []):
            found[replace(base, side="cidr", value=normal_cidr(item["CidrIpv6"]))] = item.get("Description", "")
        for item in permission.get("PrefixListIds", []):
            found[replace(base, side="prefix_list_id", value=item["PrefixListId"])] = item.get("Description", "")
        for item in permission.get("UserIdGroupPairs", []):
            other = item.get("UserId", owner)
            rule = replace(base, side="group_id", value=item["GroupId"], owner="" if other == owner else other)
            found[rule] = item.get("Description", "")
    return found


def to_aws(rule: Rule, description: str | None, value: Any = None) -> dict[str, Any]:
    """Return a rule as an item of C(IpPermissions).

    :param description: None or empty for none.
    :param value: what stands for the id of a group that is only being created.
    """
    other = rule.value if value is None else value
    item: dict[str, Any] = {"Description": description} if description else {}
    permission: dict[str, Any] = {"IpProtocol": rule.protocol}
    if rule.from_port is not None:
        permission |= {"FromPort": rule.from_port, "ToPort": rule.to_port}
    if rule.side == "cidr":
        key, name = ("Ipv6Ranges", "CidrIpv6") if ":" in rule.value else ("IpRanges", "CidrIp")
    elif rule.side == "prefix_list_id":
        key, name = "PrefixListIds", "PrefixListId"
    else:
        key, name = "UserIdGroupPairs", "GroupId"
        item |= {"UserId": rule.owner} if rule.owner else {}
    return {**permission, key: [{name: other, **item}]}


def to_result(rules: Rules) -> list[dict[str, Any]]:
    """Return rules as the module shows them, sorted, without the keys that a rule does not have.

    A group without an id, which a rule gives by name, is shown with an L(unknown) id.
    """
    shown = []
    for rule in sorted(rules, key=lambda rule: rule.order):
        item: dict[str, Any] = {"protocol": rule.protocol}
        if rule.from_port is not None:
            item |= {"from_port": rule.from_port, "to_port": rule.to_port}
        other = {"group_id": unknown("sg")} if rule.side == "group" else {rule.side: rule.value}
        item |= other | {"description": rules[rule] or ""}
        shown.append(item | ({"owner": rule.owner} if rule.owner else {}))
    return shown


def problems(where: str, options: Iterable[Mapping[str, Any]], names: Iterable[str]) -> list[str]:
    """Find what AWS would refuse in the rules of one group.

    :param where: the option that they are in, for the findings.
    :param names: the names of the groups of the set.
    """
    known = set(names)
    found: list[str] = []
    seen: set[Rule] = set()
    for option in options:
        sides = [side for side in SIDES if option[side]]
        if len(sides) != 1:
            found.append(f"{where} needs exactly one of {', '.join(SIDES)}, it has {', '.join(sides) or 'none'}.")
            continue
        rule, description = from_option(option)
        if rule in seen:
            found.append(f"{where} lists the same rule for {rule.side} {rule.value} twice: list it once.")
        seen.add(rule)
        found += _rule_problems(where, rule, description)
        if rule.side == "group" and rule.value not in known:
            found.append(f"{where}, group {rule.value!r} is not in the list: add it, or name it by group_id.")
    return found


def as_listed(wanted: Rules, current: Rules) -> Rules:
    """Return the wanted rules as AWS lists them; existing ones with what AWS has added to them.

    :param current: the rules that are there.
    """
    known = {rule: rule for rule in current}
    return {known.get(rule, rule): current.get(rule, "") if text is None else text for rule, text in wanted.items()}


def _rule_problems(where: str, rule: Rule, description: str | None) -> list[str]:
    found = []
    if rule.protocol in PORTS_NEEDED and rule.from_port is None:
        found.append(f"{where}, protocol {rule.protocol} needs from_port: set it.")
    if rule.protocol in {"tcp", "udp"}:
        for port in (rule.from_port, rule.to_port):
            found += out_of_range(f"{where}, port", port, 0, 65535)
    if rule.protocol in {"tcp", "udp"} and _number(rule.from_port) > _number(rule.to_port):
        found.append(f"{where}, from_port {rule.from_port} is above to_port {rule.to_port}: exchange them.")
    if rule.owner and not ACCOUNT_ID.fullmatch(rule.owner):
        found.append(f"{where}, group_id {rule.owner}/{rule.value} is not ACCOUNT/sg-...: an account has 12 digits.")
    if rule.side == "cidr":
        found += block_problems(f"{where}, cidr", rule.value)
    return found + text_problems(f"{where}, description", description or "", rule.side not in ("group", "group_id"))


def text_problems(where: str, text: str, ampersand: bool = True) -> list[str]:
    """Find what AWS refuses in the name or description of a security group, or in the description of a rule.

    :param ampersand: whether that sign is taken, as it is but in a rule for another group.
    """
    found = too_long(where, text, LONGEST_TEXT)
    signs = set(REFUSED_SIGNS.findall(text)) | ({"&"} & set(text) if not ampersand else set())
    if signs:
        allowed = "._-:/()#,@[]+=&;{}!$*" if ampersand else "._-:/()#,@[]+=;{}!$*"
        found.append(
            f"{where} {text!r} holds {' '.join(sorted(signs))}, which AWS refuses there: use letters from a to z, "
            f"digits, spaces and {allowed} only."
        )
    return found
