# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What keeps AWS from removing a VPC: things in it that the stack's removal leaves. Pure functions of AWS's replies."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import tags

# What GuardDuty puts into a VPC for its runtime monitoring, the endpoint as well as its security group.
GUARDDUTY = {"GuardDutyManaged": "true"}
GONE = frozenset({"deleted", "deleting", "failed", "rejected", "expired"})
# what playbooks/restore.yml makes beside the stack, or keeps of what it has replaced
RESTORED = {"ManagedBy": "streamflix.content_api restore"}
RESTORED_REMEDY = "A restore of the database keeps it: remove it with playbooks/restore.yml -e remove_previous=true."
BY_HAND = "Remove it, or release the network (playbooks/release.yml)."
# the name of those resources that each VPC has, and that are removed with it
AWS_OWN = "default"
# EC2's type of the interfaces of a VPC link, which do not say of which; the links are looked up.
LINK_INTERFACE = "api_gateway_managed"
# Descriptions of interfaces that do not say whose they are, such as a database's. The owner itself is looked up.
RDS_INTERFACE = "RDSNetworkInterface"
LOOKED_UP = (RDS_INTERFACE, "Interface for NAT Gateway ", "VPC Endpoint Interface ")


@dataclass(frozen=True)
class Obstacle:
    """One thing that keeps AWS from removing something of the stack.

    :ivar type: CloudFormation's name for its kind.
    :ivar id: its id or name.
    :ivar owner: whose it is, as far as AWS says.
    :ivar description: what AWS says of it.
    :ivar remedy: what the user can do.
    """

    type: str
    id: str
    owner: str
    description: str
    remedy: str

    @property
    def what(self) -> str:
        """What it is and whose, without what to do about it."""
        told = ", ".join(part for part in (self.owner and f"owner {self.owner}", self.description) if part)
        return f"{self.type} {self.id}{told and f' ({told})'}"

    def __str__(self) -> str:
        return f"{self.what}. {self.remedy}"

    def as_dict(self) -> dict[str, str]:
        """Return it as a module returns it."""
        return asdict(self)


@dataclass(frozen=True)
class Stack:
    """The stack whose network is to be removed: its own resources are removed too, and are no obstacles.

    :ivar identity: the tags of all its resources in the VPC.
    :ivar load_balancer: the name of its load balancer.
    :ivar replication_group: the name of its cache.
    :ivar vpc_link: the name of its VPC link; empty where none is removed with it.
    :ivar tasks: the network interfaces of its tasks.
    :ivar guardduty: whether what GuardDuty has put into the VPC is removed with it.
    """

    identity: Mapping[str, str] = field(default_factory=dict)
    load_balancer: str = ""
    replication_group: str = ""
    vpc_link: str = ""
    tasks: frozenset[str] = frozenset()
    guardduty: bool = False

    def has(self, item: Mapping[str, Any]) -> bool:
        """Tell by the tags of something in the VPC whether it is removed with the stack."""
        return carries(item, self.identity)

    def has_interface(self, item: Mapping[str, Any]) -> bool:
        """Tell by AWS's description of a network interface whether it is removed with something of the stack."""
        said = item.get("Description") or ""
        return (
            item["NetworkInterfaceId"] in self.tasks
            or bool(self.load_balancer and said.startswith(f"ELB app/{self.load_balancer}/"))
            or bool(self.replication_group and f"{said} ".startswith(_cache_prefixes(self.replication_group)))
        )


def _cache_prefixes(name: str) -> tuple[str, ...]:
    # a node is called by its group, C(-001) and so on
    return (f"ElastiCache {name} ", f"ElastiCache {name}-0")


def carries(item: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    """Tell whether an item of a describe operation of EC2 has all of the tags; without any, it has not."""
    listed = item.get("Tags", item.get("TagSet"))
    return bool(wanted) and wanted.items() <= tags.from_list(listed).items()


def named(item: Mapping[str, Any], *described: Any) -> str:
    """Return in words what is known of an item: its C(Name) tag, and what else AWS says."""
    return ", ".join(str(text) for text in (tags.from_list(item.get("Tags")).get("Name"), *described) if text)


def untagged(aws_type: str, key: str, items: Iterable[Mapping[str, Any]], stack: Stack) -> Iterator[Obstacle]:
    """Yield what is in the VPC without the stack's tags.

    :param key: where AWS has its id.
    """
    for item in items:
        if not stack.has(item) and str(item.get("State", "")).lower() not in GONE:
            described = named(item, item.get("CidrBlock"), item.get("ConnectivityType"))
            yield Obstacle(aws_type, item[key], item.get("OwnerId", ""), described, BY_HAND)


def endpoints(items: Iterable[Mapping[str, Any]], stack: Stack) -> Iterator[Obstacle]:
    """Yield the VPC endpoints that are not removed with the stack."""
    for item in items:
        guardduty = carries(item, GUARDDUTY)
        if item["State"].lower() in GONE or stack.has(item) or (guardduty and stack.guardduty):
            continue
        remedy = GUARDDUTY_REMEDY if guardduty else BY_HAND
        owner = "GuardDuty" if guardduty else item.get("OwnerId", "")
        yield Obstacle("AWS::EC2::VPCEndpoint", item["VpcEndpointId"], owner, named(item, item["ServiceName"]), remedy)


GUARDDUTY_REMEDY = (
    "GuardDuty made it for its runtime monitoring. To remove it with the network, set "
    "network_remove_guardduty_endpoint to true."
)


def peerings(items: Iterable[Mapping[str, Any]], vpc_id: str) -> Iterator[Obstacle]:
    """Yield the peering connections of a VPC, whichever side asked for them."""
    for item in items:
        sides = [item["RequesterVpcInfo"], item["AccepterVpcInfo"]]
        if item["Status"]["Code"] in GONE or vpc_id not in [side.get("VpcId") for side in sides]:
            continue
        other = next((side for side in sides if side.get("VpcId") != vpc_id), sides[1])
        described = named(item, f"with {other.get('VpcId')}")
        type_id = ("AWS::EC2::VPCPeeringConnection", item["VpcPeeringConnectionId"])
        yield Obstacle(*type_id, other.get("OwnerId", ""), described, BY_HAND)


def references(group: Mapping[str, Any], ours: Mapping[str, str]) -> list[str]:
    """Return the names of those of our security groups that the rules of another one name.

    :param ours: the names of our security groups, by id.
    """
    rules = [*group.get("IpPermissions", ()), *group.get("IpPermissionsEgress", ())]
    pairs = [pair.get("GroupId", "") for rule in rules for pair in rule.get("UserIdGroupPairs", ())]
    return sorted({ours[group_id] for group_id in pairs if group_id in ours})


def security_groups(items: Sequence[Mapping[str, Any]], stack: Stack, vpc_id: str) -> Iterator[Obstacle]:
    """Yield the security groups that keep the VPC, or one of its own security groups, from being removed.

    :param items: those of the VPC, and of others those that name one of them.
    """
    ours = {item["GroupId"]: item["GroupName"] for item in items if item["VpcId"] == vpc_id and stack.has(item)}
    for item in items:
        refers = references(item, ours)
        stays = item["VpcId"] == vpc_id and item["GroupName"] != AWS_OWN
        guardduty = carries(item, GUARDDUTY)
        if item["GroupId"] in ours or not (refers or stays) or (guardduty and stack.guardduty):
            continue
        described = named(item, item["GroupName"], refers and f"its rules name {', '.join(refers)}")
        remedy = GUARDDUTY_REMEDY if guardduty else BY_HAND if stays else "Take these rules away."
        remedy = RESTORED_REMEDY if carries(item, RESTORED) else remedy
        owner = "GuardDuty" if guardduty else item.get("OwnerId", "")
        yield Obstacle("AWS::EC2::SecurityGroup", item["GroupId"], owner, described, remedy)


def interface_owner(item: Mapping[str, Any]) -> str:
    """Return who has a network interface: the instance that it is attached to, or who asked AWS for it."""
    attachment = item.get("Attachment") or {}
    instance = attachment.get("InstanceId")
    return instance or item.get("RequesterId") or attachment.get("InstanceOwnerId") or item.get("OwnerId", "")


def interface(item: Mapping[str, Any]) -> Obstacle:
    """Return a network interface as an obstacle."""
    described = ", ".join(part for part in (item.get("Description"), item.get("SubnetId")) if part)
    type_id = ("AWS::EC2::NetworkInterface", item["NetworkInterfaceId"])
    return Obstacle(*type_id, interface_owner(item), described, "Remove what it belongs to, then run again.")


def interfaces(items: Iterable[Mapping[str, Any]], stack: Stack, known: Iterable[str]) -> Iterator[Obstacle]:
    """Yield the network interfaces that are not removed with the stack.

    :param known: the interfaces of something that is listed itself, such as a NAT gateway or an endpoint.
    """
    skipped = set(known)
    for item in items:
        said, kind = item.get("Description") or "", item.get("InterfaceType")
        looked_up = said.startswith(LOOKED_UP) or kind == LINK_INTERFACE
        if item["NetworkInterfaceId"] in skipped or looked_up or stack.has_interface(item):
            continue
        yield interface(item)


def database_instances(items: Iterable[Mapping[str, Any]], cluster: str, vpc_id: str) -> Iterator[Obstacle]:
    """Yield the database instances in a VPC that are no members of the stack's cluster."""
    for item in items:
        if item.get("DBSubnetGroup", {}).get("VpcId") == vpc_id and item.get("DBClusterIdentifier") != cluster:
            described = (
                f"{item['Engine']}, cluster {item['DBClusterIdentifier']}" if cluster_of(item) else item["Engine"]
            )
            remedy = RESTORED_REMEDY if carries({"Tags": item.get("TagList", [])}, RESTORED) else BY_HAND
            yield Obstacle("AWS::RDS::DBInstance", item["DBInstanceIdentifier"], "", described, remedy)


def is_own_link(item: Mapping[str, Any], stack: Stack) -> bool:
    """Tell whether a VPC link, in the shape of L(vpc_links.from_aws), goes with the stack."""
    return item["name"] == stack.vpc_link and stack.identity.items() <= item["tags"].items()


def vpc_links(items: Iterable[Mapping[str, Any]], stack: Stack, subnets: Collection[str]) -> Iterator[Obstacle]:
    """Yield the VPC links of API Gateway that have an interface in one of the subnets and are not the stack's.

    :param items: in the shape of L(vpc_links.from_aws).
    """
    for item in items:
        if not is_own_link(item, stack) and set(item["subnets"]) & set(subnets):
            described = f"{item['name']}, {item['status']}"
            yield Obstacle("AWS::ApiGatewayV2::VpcLink", item["id"], "", described, BY_HAND)


def cluster_of(instance: Mapping[str, Any]) -> str:
    """Return the cluster that a database instance is a member of; empty for none."""
    return instance.get("DBClusterIdentifier") or ""


def leave_out(found: dict[str, list[Any]], wanted: Mapping[str, str]) -> list[str]:
    """Take what has some tags out of what is in a VPC: security groups, and the interfaces that are in these.

    :param found: as L(of_vpc) takes it.
    :param wanted: the tags; with none, nothing is taken out.
    :returns: the names of the security groups.
    """
    groups = {item["GroupId"]: item["GroupName"] for item in found["SecurityGroups"] if carries(item, wanted)}
    found["SecurityGroups"] = [item for item in found["SecurityGroups"] if item["GroupId"] not in groups]
    found["NetworkInterfaces"] = [
        item
        for item in found["NetworkInterfaces"]
        if not groups.keys() & {group["GroupId"] for group in item.get("Groups", ())}
    ]
    return sorted(groups.values())


def of_vpc(found: Mapping[str, Sequence[Mapping[str, Any]]], stack: Stack, vpc_id: str) -> list[Obstacle]:
    """Return what is in the way of a VPC's removal.

    :param found: what describe operations of EC2 list, by the reply's key, such as C(Subnets).
    """
    tables = [item for item in found["RouteTables"] if not any(one.get("Main") for one in item["Associations"])]
    acls = [item for item in found["NetworkAcls"] if not item["IsDefault"]]
    gateways = found["NatGateways"]
    listed = [one.get("NetworkInterfaceId", "") for item in gateways for one in item.get("NatGatewayAddresses", ())]
    listed += [one for item in found["VpcEndpoints"] for one in item.get("NetworkInterfaceIds", ())]
    return [
        *endpoints(found["VpcEndpoints"], stack),
        *interfaces(found["NetworkInterfaces"], stack, listed),
        *peerings(found["VpcPeeringConnections"], vpc_id),
        *security_groups(found["SecurityGroups"], stack, vpc_id),
        *untagged("AWS::EC2::Subnet", "SubnetId", found["Subnets"], stack),
        *untagged("AWS::EC2::RouteTable", "RouteTableId", tables, stack),
        *untagged("AWS::EC2::NatGateway", "NatGatewayId", gateways, stack),
        *untagged("AWS::EC2::NetworkAcl", "NetworkAclId", acls, stack),
        *untagged("AWS::EC2::InternetGateway", "InternetGatewayId", found["InternetGateways"], stack),
        *untagged("AWS::EC2::VPNGateway", "VpnGatewayId", found["VpnGateways"], stack),
    ]
