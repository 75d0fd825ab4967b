"""Drifts of the VPC endpoint that leads to S3."""

from __future__ import annotations

import json
from typing import Any

from tests.drift.mutation import CREATE, LOST_TAG, NETWORK, OTHER_TAGS, TAG_FIELDS, Mutation, Named, tag_list
from tests.drift.snapshot import Found
from tests.support.account import Client, pages

KIND, NAME, SERVICE = "AWS::EC2::VPCEndpoint", "streamflix-s3-dev", "com.amazonaws.eu-west-1.s3"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}],
}
VARIABLES = {"network_vpc_endpoints": [{"service": "s3", "policy": POLICY}]}
MODIFY = ("ec2:ModifyVpcEndpoint",)


def endpoints(aws: Client) -> list[dict[str, Any]]:
    """Return the endpoints that are there."""
    found = pages(aws("ec2"), "describe_vpc_endpoints", "VpcEndpoints")
    return [item for item in found if item["State"] != "deleted"]


def read(aws: Client) -> Found:
    """Yield the endpoints."""
    for item in endpoints(aws):
        kept = {key: value for key, value in item.items() if key not in ("CreationTimestamp", "VpcEndpointId")}
        yield "VPC endpoint", item["ServiceName"], [item["VpcEndpointId"]], kept


def modify(aws: Client, **more: Any) -> None:
    """Change the endpoint."""
    (endpoint,) = endpoints(aws)
    aws("ec2").modify_vpc_endpoint(VpcEndpointId=endpoint["VpcEndpointId"], **more)


def leave_a_table(aws: Client) -> None:
    """Take the route out of one table."""
    (endpoint,) = endpoints(aws)
    modify(aws, RemoveRouteTableIds=endpoint["RouteTableIds"][:1])


def open_up(aws: Client) -> None:
    """Let everybody do everything through it."""
    statement = {**POLICY["Statement"][0], "Action": "*"}
    modify(aws, PolicyDocument=json.dumps({**POLICY, "Statement": [statement]}))


def retag(aws: Client) -> None:
    """Change a tag, add one, remove one."""
    (endpoint,) = endpoints(aws)
    aws("ec2").create_tags(Resources=[endpoint["VpcEndpointId"]], Tags=tag_list(OTHER_TAGS))
    aws("ec2").delete_tags(Resources=[endpoint["VpcEndpointId"]], Tags=[{"Key": LOST_TAG}])


def remove(aws: Client) -> None:
    """Remove it."""
    (endpoint,) = endpoints(aws)
    aws("ec2").delete_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])


MUTATIONS = (
    Mutation(
        "VPC endpoint: route table",
        leave_a_table,
        (Named(KIND, NAME, ("route_table_ids",)),),
        NETWORK,
        MODIFY,
        (SERVICE,),
        sample=True,
    ),
    Mutation("VPC endpoint: policy", open_up, (Named(KIND, NAME, ("policy.",)),), NETWORK, MODIFY, (SERVICE,)),
    Mutation(
        "VPC endpoint: tags",
        retag,
        (Named(KIND, NAME, TAG_FIELDS),),
        NETWORK,
        ("ec2:CreateTags", "ec2:DeleteTags"),
        (SERVICE,),
    ),
    Mutation(
        "VPC endpoint: removed",
        remove,
        (Named(KIND, NAME, action=CREATE),),
        NETWORK,
        ("ec2:CreateVpcEndpoint",),
        (NAME,),
    ),
)
