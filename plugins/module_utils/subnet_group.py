# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Subnet groups: RDS and ElastiCache have the same ones, with names of their own."""

from __future__ import annotations

from functools import partial

from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Chosen, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plain import PlainResource, Write
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import different
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import subnet_group_name, too_few


def rows(prefix: str, arn: str, fewest: int, advice: str) -> Rows:
    """Return the table of a subnet group.

    :param prefix: what the service's parameters begin with, such as C(DBSubnetGroup).
    :param arn: the member of a description that has the ARN.
    :param fewest: how many subnets a group has at least.
    :param advice: what the subnets have to fulfil.
    """
    return {
        "arn": Field(read=arn, assigned=True, always=True, new=CHOSEN),
        "name": Field(aws=f"{prefix}Name", required=True, always=True, rule=subnet_group_name),
        "description": Field(aws=f"{prefix}Description", unset=""),
        "subnet_ids": Field(
            "list",
            "SubnetIds",
            read=lambda group: sorted(subnet["SubnetIdentifier"] for subnet in group["Subnets"]),
            normal=different,
            rule=partial(too_few, fewest=fewest, advice=advice),
        ),
        "vpc_id": Field(read="VpcId", assigned=True, unset="", new=Chosen("vpc")),
    }


def change(operation: str, which: str) -> Write:
    """Return the request that changes a subnet group; AWS wants the subnets with every change."""
    return Write(operation, {which: "name"}, ("description", "subnet_ids"), whole=True)


class SubnetGroup(PlainResource):
    """A subnet group of the service that C(service) names."""

    result_key = "subnet_group"
    required_if = (("state", "present", ("description", "subnet_ids")),)
    # ElastiCache has the same requests for it
    tagging = tags.RDS
