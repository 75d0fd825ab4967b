#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ec2_network_info
short_description: Find a VPC by name, with its subnets, NAT gateways and security groups
version_added: 0.1.0
description:
  - Reads a VPC and what other parts of a platform need to know of it, in one task and five requests.
  - A VPC that does not exist is no error.
author: StreamFlix platform team (@streamflix)
options:
  name:
    description: The C(Name) tag of the VPC.
    type: str
    required: true
  tags:
    description: Tags that the VPC has to carry too.
    type: dict
  settled:
    description:
      - Whether to look again, once the run is 6 seconds old, for a VPC that is not found. An interrupted run may have
        created it just before, and AWS's lists lag. Not in check mode.
    type: bool
    default: false
  route_tables:
    description: Whether to read its route tables too, which takes one more request.
    type: bool
    default: false
  flow_logs:
    description: Whether to read its flow logs too, which takes one more request.
    type: bool
    default: false
extends_documentation_fragment:
  - streamflix.content_api.info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Find the network of an environment
  streamflix.content_api.ec2_network_info:
    name: streamflix-vpc-dev
    tags:
      Environment: dev
  register: found

- name: Show its private subnets
  ansible.builtin.debug:
    msg: "{{ found.subnets | rejectattr('map_public_ip_on_launch') | map(attribute='id') }}"
"""

RETURN = r"""
vpc:
  description: The VPC. Empty when there is none.
  returned: always
  type: dict
  contains:
    id:
      description: Its id.
      type: str
      sample: vpc-0123456789abcdef0
    name:
      description: Its C(Name) tag.
      type: str
      sample: streamflix-vpc-dev
    cidr:
      description: Its first IPv4 CIDR block.
      type: str
      sample: 10.0.0.0/16
    tags:
      description: Its tags.
      type: dict
      sample: {Environment: dev, Name: streamflix-vpc-dev}
internet_gateway_id:
  description: The internet gateway that is attached to it. Empty when there is none.
  returned: always
  type: str
  sample: igw-0123456789abcdef0
subnets:
  description: Its subnets, as M(streamflix.content_api.ec2_subnets) returns them, sorted by CIDR block.
  returned: always
  type: list
  elements: dict
  sample:
    - id: subnet-0123456789abcdef0
      name: streamflix-public-1-dev
      cidr: 10.0.0.0/24
      availability_zone: eu-west-1a
      map_public_ip_on_launch: true
      tags: {Environment: dev, Name: streamflix-public-1-dev}
nat_gateways:
  description: Its NAT gateways that AWS creates or has created, sorted by name.
  returned: always
  type: list
  elements: dict
  sample:
    - {id: nat-0123456789abcdef0, name: streamflix-nat-1-dev, subnet_id: subnet-0123456789abcdef0, status: available}
security_groups:
  description: Its security groups, sorted by name.
  returned: always
  type: list
  elements: dict
  sample: [{id: sg-0123456789abcdef0, name: streamflix-alb-dev}]
route_tables:
  description:
    - Its route tables, sorted by name, each with its routes. Empty with O(route_tables=false).
    - C(state) is V(active) or V(blackhole); C(target) is the id of the route's target.
  returned: always
  type: list
  elements: dict
  sample:
    - id: rtb-0123456789abcdef0
      name: streamflix-private-1-dev
      subnet_ids: [subnet-0123456789abcdef0]
      routes: [{destination: 0.0.0.0/0, target: nat-0123456789abcdef0, state: active}]
flow_logs:
  description:
    - Its flow logs, sorted by name. Empty with O(flow_logs=false).
    - AWS shows a flow log as V(ACTIVE) though nothing of it is delivered. So C(delivery_status) is V(SUCCESS) or
      V(FAILED), and C(delivery_error) says why.
  returned: always
  type: list
  elements: dict
  sample:
    - id: fl-0123456789abcdef0
      name: streamflix-vpc-dev
      destination: /vpc/streamflix-vpc-dev
      delivery_status: SUCCESS
      delivery_error: ""
"""

from collections.abc import Iterable, Mapping
from functools import partial
from ipaddress import ip_network
from operator import itemgetter
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2 import network
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2.rows import NAT_GATEWAY, SUBNET, VPC
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field, Rows, described, only
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import run_info, wait_for_earlier_runs

NOTHING: dict[str, Any] = {
    "vpc": {},
    "internet_gateway_id": "",
    "subnets": [],
    "nat_gateways": [],
    "security_groups": [],
    "route_tables": [],
    "flow_logs": [],
}
# of a route as DescribeRouteTables gives it: what leads where, and to what
DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
TARGETS = (
    *("GatewayId", "NatGatewayId", "TransitGatewayId", "VpcPeeringConnectionId", "NetworkInterfaceId"),
    *("EgressOnlyInternetGatewayId", "LocalGatewayId", "CarrierGatewayId", "CoreNetworkArn", "InstanceId"),
)


def first_of(keys: Iterable[str], item: Mapping[str, Any]) -> str:
    """Return the value of the first of the keys that an item has; empty without any."""
    return next((str(item[key]) for key in keys if item.get(key)), "")


def subnets_of(table: Mapping[str, Any]) -> list[str]:
    """Return the subnets that use a route table, as DescribeRouteTables gives it."""
    return sorted(item["SubnetId"] for item in table.get("Associations", []) if item.get("SubnetId"))


ROUTE: Rows = {
    "destination": Field(read=partial(first_of, DESTINATIONS)),
    "target": Field(read=partial(first_of, TARGETS)),
    "state": Field(aws="State", unset=""),
}
ROUTE_TABLE: Rows = {
    "id": Field(aws="RouteTableId", always=True),
    "name": Field(read=network.name_of),
    "subnet_ids": Field("list", read=subnets_of),
    "routes": Field("list", "Routes", rows=ROUTE, unset=[]),
}
FLOW_LOG: Rows = {
    "id": Field(aws="FlowLogId", always=True),
    "name": Field(read=network.name_of),
    "destination": Field(read=partial(first_of, ("LogGroupName", "LogDestination"))),
    "delivery_status": Field(aws="DeliverLogsStatus", unset=""),
    "delivery_error": Field(aws="DeliverLogsErrorMessage", unset=""),
}
GROUP: Rows = {"id": Field(aws="GroupId", always=True), "name": Field(aws="GroupName", always=True)}


def read(api: Api, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result's keys."""
    vpc = network.find_vpc(api, options["name"], options["tags"])
    if vpc is None and options["settled"] and not api.check_mode and wait_for_earlier_runs():
        vpc = network.find_vpc(api, options["name"], options["tags"])
    if vpc is None:
        return NOTHING
    vpc_id = vpc["VpcId"]
    gateways = api.pages(
        "describe_internet_gateways", "InternetGateways", Filters=[{"Name": "attachment.vpc-id", "Values": [vpc_id]}]
    )
    subnets = network.describe_vpc_items(api, "describe_subnets", "Subnets", vpc_id)
    nat_gateways = network.describe_vpc_items(api, "describe_nat_gateways", "NatGateways", vpc_id)
    groups = network.describe_vpc_items(api, "describe_security_groups", "SecurityGroups", vpc_id)
    wanted = options["route_tables"]
    tables = network.describe_vpc_items(api, "describe_route_tables", "RouteTables", vpc_id) if wanted else []
    recorded = [{"Name": "resource-id", "Values": [vpc_id]}]
    flow_logs = api.pages("describe_flow_logs", "FlowLogs", Filter=recorded) if options["flow_logs"] else []
    return {
        "vpc": described(only(VPC, "id", "name", "cidr", "tags"), vpc),
        "internet_gateway_id": gateways[0]["InternetGatewayId"] if gateways else "",
        "subnets": sorted(
            (described(SUBNET, item) for item in subnets if item.get("CidrBlock")),
            key=lambda subnet: ip_network(subnet["cidr"]),
        ),
        "nat_gateways": sorted(
            (
                described(only(NAT_GATEWAY, "id", "name", "subnet_id", "status"), item)
                for item in nat_gateways
                if item["State"] in {"pending", "available"}
            ),
            key=itemgetter("name"),
        ),
        "security_groups": sorted((described(GROUP, group) for group in groups), key=itemgetter("name")),
        "route_tables": sorted((described(ROUTE_TABLE, table) for table in tables), key=itemgetter("name", "id")),
        "flow_logs": sorted((described(FLOW_LOG, item) for item in flow_logs), key=itemgetter("name", "id")),
    }


def main() -> None:
    """Entry point of the module."""
    module = AnsibleAWSModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "tags": {"type": "dict"},
            "settled": {"type": "bool", "default": False},
            "route_tables": {"type": "bool", "default": False},
            "flow_logs": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    run_info(module, "ec2", read, "name")


if __name__ == "__main__":
    main()
