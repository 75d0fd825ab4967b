# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which of several resources of one name are left over, because two runs at the same time have made them.

EC2 allows any number of VPCs and route tables of one name. If several are ours, those that nothing uses can be removed.
What is used, or is not ours, is never removed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.ownership import is_ours
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import Call, InvalidOptionError

Item = Mapping[str, Any]
# the name of what AWS creates with each VPC, and removes with it
AWS_OWN = "default"
# What makes a VPC one in use, whoever owns it: the reply's key, the key of its id, the operation, its filter, and the
# states that do not count.
USERS = {
    "NetworkInterfaces": ("NetworkInterfaceId", "describe_network_interfaces", "vpc-id", frozenset[str]()),
    "NatGateways": ("NatGatewayId", "describe_nat_gateways", "vpc-id", frozenset({"deleted", "failed"})),
    "VpcEndpoints": ("VpcEndpointId", "describe_vpc_endpoints", "vpc-id", frozenset({"deleted"})),
    "VpnGateways": ("VpnGatewayId", "describe_vpn_gateways", "attachment.vpc-id", frozenset({"deleted"})),
}


@dataclass(frozen=True)
class Kind:
    """A kind of resources that a run creates in a VPC before anything uses it.

    :ivar key: the list of the operation's reply.
    :ivar identifier: the key of its id, in the reply and in the request that removes it.
    :ivar operation: the boto3 method that lists them.
    :ivar by: its filter for a VPC.
    :ivar remove: the one that removes it.
    """

    aws_type: str
    key: str
    identifier: str
    operation: str
    remove: str
    by: str = "vpc-id"


# in the order in which they are removed: if anything is in a subnet, AWS refuses before anything else is gone
KINDS = (
    Kind("AWS::EC2::Subnet", "Subnets", "SubnetId", "describe_subnets", "delete_subnet"),
    Kind("AWS::EC2::RouteTable", "RouteTables", "RouteTableId", "describe_route_tables", "delete_route_table"),
    Kind("AWS::EC2::SecurityGroup", "SecurityGroups", "GroupId", "describe_security_groups", "delete_security_group"),
    Kind(
        "AWS::EC2::InternetGateway",
        "InternetGateways",
        "InternetGatewayId",
        "describe_internet_gateways",
        "delete_internet_gateway",
        "attachment.vpc-id",
    ),
)


def is_from_aws(item: Item) -> bool:
    """Tell whether AWS made something with the VPC: its main route table, and its default security group."""
    return item.get("GroupName") == AWS_OWN or any(entry.get("Main") for entry in item.get("Associations") or ())


@dataclass(frozen=True)
class Shell:
    """A VPC with all that is in it.

    :ivar users: the ids of what uses it, or is not ours.
    :ivar inside: our resources in it, each with its kind.
    """

    vpc: Item
    users: Sequence[str]
    inside: Sequence[tuple[Kind, Item]]

    @property
    def id(self) -> str:
        """AWS's id of the VPC."""
        return self.vpc["VpcId"]

    @property
    def left_over(self) -> list[dict[str, str]]:
        """What is removed with it: type and id of each resource, the VPC itself last."""
        parts = [{"type": kind.aws_type, "id": item[kind.identifier]} for kind, item in self.inside]
        return [*parts, {"type": "AWS::EC2::VPC", "id": self.id}]


def shell_of(vpc: Item, listed: Mapping[str, Sequence[Item]], owner: Mapping[str, str]) -> Shell:
    """Return a VPC with what is in it.

    :param listed: everything in it, by the keys of the replies.
    :param owner: the tags of what is ours.
    """
    users = [
        item[identifier]
        for key, (identifier, _operation, _by, gone) in USERS.items()
        for item in listed[key]
        if item.get("State") not in gone
    ]
    inside = [(kind, item) for kind in KINDS for item in listed[kind.key] if not is_from_aws(item)]
    foreign = [item[kind.identifier] for kind, item in inside if not is_ours(tags.from_list(item.get("Tags")), owner)]
    return Shell(vpc, [*users, *foreign], inside)


def read(items: Callable[[str, str, str, str], list[Any]], vpc: Item, owner: Mapping[str, str]) -> Shell:
    """Read what is in a VPC.

    :param items: returns what an operation lists, by its name, the reply's key, a filter's name, and the VPC's id.
    """
    where = {key: (operation, by) for key, (_id, operation, by, _gone) in USERS.items()}
    where |= {kind.key: (kind.operation, kind.by) for kind in KINDS}
    return shell_of(vpc, {key: items(name, key, by, vpc["VpcId"]) for key, (name, by) in where.items()}, owner)


def sort_out(name: str, shells: Iterable[Shell]) -> tuple[Shell, list[Shell]]:
    """Return which of several VPCs of one name stays, and those that are left over.

    :raises InvalidOptionError: something uses more than one of them.
    """
    ordered = sorted(shells, key=lambda shell: (not shell.users, -len(shell.inside), shell.id))
    used = [shell for shell in ordered if shell.users]
    if len(used) > 1:
        told = "; ".join(f"{shell.id} has {', '.join(shell.users)}" for shell in used)
        raise InvalidOptionError(
            f"name {name!r} is the Name tag of several VPCs that something is in, so it cannot be told which one is "
            f"meant ({told}): rename or remove all but one of them."
        )
    return ordered[0], ordered[1:]


def removal(shell: Shell, name: str) -> list[Call]:
    """Return the requests that remove a VPC that is left over; AWS refuses each that something uses."""
    steps = []
    # groups whose rules name each other keep each other from being removed
    for kind, item in shell.inside:
        for operation, rules in (("ingress", "IpPermissions"), ("egress", "IpPermissionsEgress")):
            if kind.key == "SecurityGroups" and item.get(rules):
                params = {"GroupId": item["GroupId"], "IpPermissions": item[rules]}
                steps.append(Call(f"revoke_security_group_{operation}", params, f"{name} {item['GroupId']}"))
    removing = []
    for kind, item in shell.inside:
        which, subject = {kind.identifier: item[kind.identifier]}, f"{name} {item[kind.identifier]}"
        if kind.key == "InternetGateways":
            removing.append(Call("detach_internet_gateway", {**which, "VpcId": shell.id}, subject))
        removing.append(Call(kind.remove, which, subject))
    subnets = [step for step in removing if step.operation == "delete_subnet"]
    others = [step for step in removing if step.operation != "delete_subnet"]
    return [*subnets, *steps, *others, Call("delete_vpc", {"VpcId": shell.id}, f"{name} {shell.id}")]


def unused(items: Sequence[Item], in_use: Callable[[Item], bool], owner: Mapping[str, str]) -> list[Item]:
    """Return which of several items of one name are left over: they are ours and not in use, and one other item stays.

    :param items: as a describe operation lists them.
    :returns: none where that does not leave exactly one.
    """
    spare = [item for item in items if not in_use(item) and owner and is_ours(tags.from_list(item.get("Tags")), owner)]
    if len(spare) == len(items):
        spare = spare[1:]
    return spare if len(items) - len(spare) == 1 else []
