# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""VPC links of API Gateway, version 2: how they are read, and which of several of one name is the stack's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields, ownership, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Field, Rows, sorted_texts
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import different
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import too_few, too_long

if TYPE_CHECKING:
    from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api

LONGEST_NAME = 128
# AWS takes the network interfaces away after 60 days without a request, and makes them anew with the next one
AVAILABLE, INACTIVE, FAILED, DELETING = "AVAILABLE", "INACTIVE", "FAILED", "DELETING"

LINK: Rows = {
    "id": Field(read="VpcLinkId", assigned=True, always=True, shown_only=True, new=CHOSEN),
    "name": Field(aws="Name", required=True, always=True, rule=partial(too_long, longest=LONGEST_NAME)),
    "status": Field(read="VpcLinkStatus", assigned=True, unset=AVAILABLE, new="PENDING"),
    "status_message": Field(read="VpcLinkStatusMessage", assigned=True, shown_only=True, unset="", new=""),
    "subnets": Field(
        "list",
        "SubnetIds",
        read=sorted_texts("SubnetIds"),
        normal=different,
        rule=partial(too_few, fewest=1, advice="in the zones of the load balancer"),
    ),
    "security_groups": Field(
        "list", "SecurityGroupIds", read=sorted_texts("SecurityGroupIds"), normal=different, new=[], exposes=True
    ),
}
# AWS changes neither: a link with others is another link
PLACE = ("subnets", "security_groups")


def from_aws(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return a VPC link as GetVpcLinks gives it, in our shape."""
    return {**fields.described(LINK, item), "tags": tags.not_aws(item.get("Tags") or {})}


def read(api: Api) -> list[dict[str, Any]]:
    """Return all VPC links of the region, in our shape.

    :raises AwsError: AWS refuses.
    """
    found: list[dict[str, Any]] = []
    page: dict[str, Any] = {}
    while True:
        # botocore has no paginator for it
        reply = api.call("get_vpc_links", "apigatewayv2", **page)
        found += [from_aws(item) for item in reply["Items"]]
        if not reply.get("NextToken"):
            return found
        page = {"NextToken": reply["NextToken"]}


def named(links: Iterable[dict[str, Any]], name: str, its_tags: Mapping[str, str] | None) -> list[dict[str, Any]]:
    """Return the links of a name that may be the stack's: those with its identity tags, else those that lack them.

    Names are not unique. A link with other values in these tags is another stack's.
    """
    wanted = ownership.identity(its_tags or {})
    of_name = [link for link in links if link["name"] == name]
    ours = [link for link in of_name if ownership.is_ours(link["tags"], wanted)]
    return ours or [link for link in of_name if not ownership.contradicts(link["tags"], wanted)]


def choose(
    links: Sequence[dict[str, Any]], wanted: Mapping[str, Any]
) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """Return the link that is in the wanted place, and those that it takes the place of.

    One that AWS failed to make never becomes usable, so that another one takes its place. Those that AWS is removing
    are left out.

    :param wanted: C(subnets) and C(security_groups); None for what may be anything.
    """
    living = [link for link in links if link["status"] != DELETING]
    fitting = [link for link in living if link["status"] != FAILED and in_place(link, wanted)]
    order = sorted(fitting, key=lambda link: (link["status"] not in (AVAILABLE, INACTIVE), link["id"]))
    chosen = order[0] if order else None
    return chosen, [link for link in living if link is not chosen]


def in_place(link: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Tell whether a link has the wanted subnets and security groups."""
    return all(wanted[key] is None or link[key] == wanted[key] for key in PLACE)
