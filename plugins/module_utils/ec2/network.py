# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the modules of the network share: sets of resources of one kind in one VPC, and EC2's way of tagging."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api, AwsError
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part, properties
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2 import obstacles
from ansible_collections.streamflix.content_api.plugins.module_utils.ownership import (
    contradicts,
    is_ours,
    owner_of,
    refuse_estranged,
    without_stack,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    InvalidOptionError,
    Plan,
    is_unknown,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Resource

# AWS refuses a removal while something still uses the resource, such as a network interface of a load balancer or a
# task, which AWS removes some minutes after its owner.
STILL_IN_USE = frozenset({"DependencyViolation"})
# By a request's parameter, the filter for the network interfaces that use the resource.
INTERFACES_OF = {"SubnetId": "subnet-id", "GroupId": "group-id", "VpcId": "vpc-id"}
# The filters for the security groups whose rules name one.
NAMING_RULES = ("ip-permission.group-id", "egress.ip-permission.group-id")

# What EC2's other front ends say for some seconds about a resource that was created a moment ago.
NOT_LISTED_YET = frozenset(
    {
        "InvalidAllocationID.NotFound",
        "InvalidElasticIpID.NotFound",
        "InvalidGroup.NotFound",
        "InvalidRouteTableID.NotFound",
        "InvalidSubnetID.NotFound",
    }
)

# how AWS describes the network interface of a NAT gateway
NAT_INTERFACE = "Interface for NAT Gateway"


def in_the_way(api: Api, params: Mapping[str, Any]) -> list[str]:
    """Return in words what keeps AWS from removing a subnet, security group or VPC, or something attached to one.

    If the identity may not read this, nothing is returned, and the removal goes on.

    :param params: of the request that AWS refuses.
    """
    try:
        return [item.what for item in _holding(api, params)]
    except AwsError:
        return []


def _holding(api: Api, params: Mapping[str, Any]) -> list[obstacles.Obstacle]:
    key = next((key for key in INTERFACES_OF if key in params), "")
    if not key:
        return []
    found = _interfaces(api, INTERFACES_OF[key], params[key])
    if key == "GroupId":
        return found + [item for by in NAMING_RULES for item in _groups(api, by, params[key])]
    # an internet gateway can be removed as soon as nothing in the VPC has a public address
    return found + _inside(api, params[key]) if params.keys() == {"VpcId"} else found


def _filters(name: str, value: str) -> list[dict[str, Any]]:
    return [{"Name": name, "Values": [value]}]


def _interfaces(api: Api, by: str, value: str) -> list[obstacles.Obstacle]:
    listed = api.pages("describe_network_interfaces", "NetworkInterfaces", "ec2", Filters=_filters(by, value))
    return [obstacles.interface(item) for item in listed]


def _groups(api: Api, by: str, value: str) -> list[obstacles.Obstacle]:
    listed = api.pages("describe_security_groups", "SecurityGroups", "ec2", Filters=_filters(by, value))
    return [
        obstacles.Obstacle("AWS::EC2::SecurityGroup", item["GroupId"], item.get("OwnerId", ""), item["GroupName"], "")
        for item in listed
        if item["GroupName"] != obstacles.AWS_OWN and item["GroupId"] != value
    ]


def _inside(api: Api, vpc_id: str) -> list[obstacles.Obstacle]:
    """Return what is in a VPC besides network interfaces."""
    which = vpc_filter(vpc_id)
    subnets = api.pages("describe_subnets", "Subnets", "ec2", Filters=which)
    endpoints = api.pages("describe_vpc_endpoints", "VpcEndpoints", "ec2", Filters=which)
    nobody = obstacles.Stack()
    return [
        *obstacles.endpoints(endpoints, nobody),
        *_groups(api, "vpc-id", vpc_id),
        *obstacles.untagged("AWS::EC2::Subnet", "SubnetId", subnets, nobody),
    ]


def vpc_filter(vpc_id: str) -> list[dict[str, Any]]:
    """Return the filter that selects what belongs to a VPC."""
    return [{"Name": "vpc-id", "Values": [vpc_id]}]


def tag_filters(wanted: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the filters that select what carries all of the tags."""
    return [{"Name": f"tag:{key}", "Values": [value]} for key, value in sorted(wanted.items())]


def find_vpc(
    api: Api,
    name: str,
    wanted: Mapping[str, str] | None,
    owner: Mapping[str, str] | None = None,
    choose: Callable[[str, Sequence[dict[str, Any]]], dict[str, Any] | None] | None = None,
) -> dict[str, Any] | None:
    """Return the VPC with a name and tags as DescribeVpcs gives it, or None.

    :param owner: the owner's tags. If given, a VPC without them is found too, unless one of its tags has another value
        than the wanted one: it may be ours and have lost its tags, and no second one must be created beside it.
    :param choose: chooses one of several VPCs that have all of the tags, by name; without it, several are refused.
    :raises InvalidOptionError: there are several, or one of ours has another value in a wanted tag.
    """
    named = {"Name": name}
    if not owner:
        return only_vpc(name, api.pages("describe_vpcs", "Vpcs", Filters=tag_filters({**(wanted or {}), **named})))
    common = without_stack(owner)
    known = {key: text for key, text in {**(wanted or {}), **owner}.items() if key not in common}
    everyone = api.pages("describe_vpcs", "Vpcs", Filters=tag_filters(named))
    found = [vpc for vpc in everyone if carries(vpc, {**known, **common})]
    if choose and len(found) > 1:
        return choose(name, found)
    vpc = only_vpc(name, found or [vpc for vpc in everyone if not contradicts(tags_of(vpc), known)])
    if vpc is None:
        their_tags = {other["VpcId"]: tags_of(other) for other in everyone}
        refuse_estranged("VPC", name, their_tags, common, known)
    return vpc


def only_vpc(name: str, found: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the one VPC that was found, or None.

    :raises InvalidOptionError: there are several.
    """
    if len(found) > 1:
        ids = ", ".join(sorted(vpc["VpcId"] for vpc in found))
        raise InvalidOptionError(
            f"name {name!r} is the Name tag of several VPCs ({ids}): rename or remove all but one of them, or run "
            "site.yml, which removes those of the stack that nothing uses."
        )
    return found[0] if found else None


def describe_vpc_items(api: Api, operation: str, key: str, vpc_id: str) -> list[dict[str, Any]]:
    """Return everything of one kind in a VPC; nothing when the VPC's id is only known after the real run.

    :param operation: a describe operation of EC2 that takes the filter C(vpc-id).
    :param key: the reply's list.
    """
    if is_unknown(vpc_id):
        return []
    if operation == "describe_nat_gateways":  # the one whose parameter has no plural
        return api.pages(operation, key, Filter=vpc_filter(vpc_id))
    return api.pages(operation, key, Filters=vpc_filter(vpc_id))


def tags_of(item: Mapping[str, Any]) -> dict[str, str]:
    """Return the tags of an item of a describe operation."""
    return tags.from_list(item.get("Tags"))


def name_of(item: Mapping[str, Any]) -> str:
    """Return the C(Name) tag of an item of a describe operation; empty without one."""
    return tags_of(item).get("Name", "")


def carries(item: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    """Tell whether an item of a describe operation has all of the tags."""
    return wanted.items() <= tags_of(item).items()


def wanted_tags(
    name: str, common: Mapping[str, Any] | None, own: Mapping[str, Any] | None = None
) -> tuple[dict[str, str], bool]:
    """Return the tags of one member of a set.

    :param common: the tags of all members, None when the user did not set them.
    :param own: tags of this member only.
    :returns: its tags, with C(Name), and whether the user set more than the name, so that other tags may be removed.
    """
    merged = {**(tags.texts(common) or {}), **(tags.texts(own) or {}), "Name": name}
    return merged, common is not None or own is not None


def identity(options: Mapping[str, Any]) -> dict[str, str]:
    """Return the tags by which our resources are distinguished from somebody else's.

    They are O(identifying_tags), else O(tags), and O(owner_tags) in any case.
    """
    given = options["identifying_tags"]
    return {**(tags.texts(options["tags"] if given is None else given) or {}), **owner_of(options)}


def tagging(name: str, options: Mapping[str, Any]) -> tuple[dict[str, str], bool]:
    """Return the tags of a resource that is found by its name and L(identity), and whether others are to be removed."""
    wanted = {**(tags.texts(options["tags"]) or {}), **identity(options), "Name": name}
    return wanted, options["tags"] is not None and options["purge_tags"]


def tag_specification(kind: str, wanted: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the part of a create request that tags the new resource."""
    return [{"ResourceType": kind, "Tags": tags.to_list(wanted)}]


def tag_steps(
    ids: Sequence[str], subject: str, current: Mapping[str, str], wanted: Mapping[str, str], purge: bool
) -> list[Call]:
    """Return the requests that bring the tags of existing resources to what is wanted."""
    to_set, to_remove = tags.changes(current, wanted, purge)
    steps = []
    if to_set:
        steps.append(Call("create_tags", {"Resources": list(ids), "Tags": tags.to_list(to_set)}, subject))
    if to_remove:
        gone = [{"Key": key} for key in to_remove]
        steps.append(Call("delete_tags", {"Resources": list(ids), "Tags": gone}, subject))
    return steps


def by_name(items: Iterable[dict[str, Any]], names: Iterable[str], kind: str) -> dict[str, dict[str, Any]]:
    """Return the items with these C(Name) tags, by name.

    :param kind: what they are, for the error's text.
    :raises InvalidOptionError: two items carry the same name, so it is not clear which one is meant.
    """
    wanted = set(names)
    found: dict[str, dict[str, Any]] = {}
    for item in items:
        name = name_of(item)
        if name not in wanted:
            continue
        if name in found:
            raise InvalidOptionError(
                f"Two {kind} of this VPC have the Name tag {name!r}: rename or remove one of them."
            )
        found[name] = item
    return found


def is_of_nat_gateway(interface: Mapping[str, Any]) -> bool:
    """Tell whether a network interface, as DescribeNetworkInterfaces gives it, belongs to a NAT gateway."""
    return interface.get("InterfaceType") == "nat_gateway" or interface.get("Description", "").startswith(NAT_INTERFACE)


def parts_of_one(aws_type: str, name: str, found: Mapping[str, Any], further: str) -> list[Part]:
    """Return the part of a resource, and those of others of the same name that are to be removed.

    :param further: the key of found that has their ids.
    """
    own = properties(found)
    others = own.pop(further)
    return [Part(aws_type, name, own), *(Part(aws_type, name, {"id": other}, other) for other in others)]


class ResourceSet(Resource):
    """Resources of one kind in one VPC, as one resource: a dict by name, or by another key that is unique."""

    service = "ec2"
    named_by = "vpc_id"

    @property
    def vpc_id(self) -> str:
        """The VPC that they belong to."""
        return self.options["vpc_id"]

    @property
    def members(self) -> list[dict[str, Any]]:
        """The list that the user gave."""
        return self.options[self.result_key] or []

    def plan_create(self) -> Plan:
        return self.plan_present({})

    def plan_update(self, current: dict[str, Any]) -> Plan:
        return self.plan_present(current)

    def plan_present(self, current: dict[str, Any]) -> Plan:
        """Return the plan for the members that the user gave; errors as L(plan).

        :param current: what L(describe) found.
        """
        raise NotImplementedError

    def in_the_way(self, params: Mapping[str, Any]) -> list[str]:
        return in_the_way(self.api, params)

    def key(self, member: Mapping[str, Any]) -> str:
        """Return the key of a member of the user's list."""
        return member["name"]

    def items(self, operation: str, key: str) -> list[dict[str, Any]]:
        """Return everything of one kind in the VPC, in AWS's own shape."""
        return describe_vpc_items(self.api, operation, key, self.vpc_id)

    def selected(self, items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the items that a removal without a list removes: those that have all of the given tags."""
        wanted = tags.texts(self.options["tags"]) or {}
        return [item for item in items if carries(item, wanted)]

    def tagged(self, found: Mapping[str, Any]) -> list[Part]:
        return [Part(self.aws_type, key, member) for key, member in found.items()]

    def ours(self, found: dict[str, Any]) -> dict[str, Any] | None:
        owner = owner_of(self.options)
        foreign = {part.name for part in self.tagged(found) if not is_ours(part.properties["tags"], owner)}
        return {key: member for key, member in found.items() if key not in foreign} or None

    def listed(self, current: dict[str, Any]) -> bool:
        return self.absent or all(self.key(member) in current for member in self.members)

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        return [part for key, item in found.items() for part in self.parts_of(key, item)]

    def parts_of(self, key: str, item: Mapping[str, Any]) -> list[Part]:
        """Return the AWS resources of one member. Its key stays the same even if its name changes."""
        return [Part(self.aws_type, item["name"] or key, properties(item), key)]

    def shown(self, found: Mapping[str, Any] | None) -> list[Any]:
        wanted = [self.key(member) for member in self.members]
        return [found[key] for key in wanted if key in found] if found else []
