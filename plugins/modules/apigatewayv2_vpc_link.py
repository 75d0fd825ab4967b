#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: apigatewayv2_vpc_link
short_description: Manage a VPC link of API Gateway, by which an API reaches a private load balancer
version_added: 0.1.0
description:
  - Creates, tags and removes a VPC link of version 2, which REST APIs can use, too. API Gateway has a network interface
    in each of its subnets.
  - AWS changes neither subnets nor security groups of a link. Where they are to be others, a second link of the same
    name is made beside the first one, which is returned as C(surplus) and stays until it is removed. So an API can move
    to the new one before its old one is gone. A link that AWS failed to make is treated the same way.
  - Names of VPC links are not unique in AWS. The link is found by its name together with those of the tags
    C(Application), C(Environment) and C(ManagedBy) that O(tags) has.
  - After 60 days without a request, AWS takes the network interfaces of a link away, and its state is C(INACTIVE). The
    next requests fail until AWS has made them anew, which takes some minutes. The module leaves such a link as it is.
author: StreamFlix platform team (@streamflix)
options:
  name:
    description: Name of the link, at most 128 characters.
    type: str
    required: true
  subnets:
    description:
      - IDs of its subnets, one in each availability zone of the load balancer.
      - Required with O(state=present).
    type: list
    elements: str
  security_groups:
    description: IDs of its security groups. Without this option, AWS gives a new one the VPC's default group.
    type: list
    elements: str
  ids:
    description:
      - With O(state=absent), which of the links of the name and stack are removed. Without it, all of them are.
      - AWS keeps a link for as long as an API uses it.
    type: list
    elements: str
seealso:
  - module: streamflix.content_api.apigateway_proxy
extends_documentation_fragment:
  - streamflix.content_api.resource
  - streamflix.content_api.first_run
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Let API Gateway into the private subnets
  streamflix.content_api.apigatewayv2_vpc_link:
    name: streamflix-link-prod
    subnets: [subnet-0aaaaaaaaaaaaaaaa, subnet-0bbbbbbbbbbbbbbbb]
    security_groups: [sg-0123456789abcdef0]
    tags:
      Application: streamflix
      Environment: prod

- name: Remove it
  streamflix.content_api.apigatewayv2_vpc_link:
    name: streamflix-link-prod
    tags:
      Application: streamflix
      Environment: prod
    state: absent
"""

RETURN = r"""
surplus:
  description: IDs of the further links of the same name and stack, which are of no more use once no API uses them.
  returned: always
  type: list
  elements: str
  sample: [abc123]
vpc_link:
  description: The link as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    id:
      description: Its id.
      type: str
      sample: abc123
    name:
      description: Its name.
      type: str
      sample: streamflix-link-prod
    status:
      description: AWS's word for its state, such as C(AVAILABLE) or C(INACTIVE).
      type: str
      sample: AVAILABLE
    status_message:
      description: What AWS says about the state.
      type: str
      sample: ""
    subnets:
      description: IDs of its subnets, sorted.
      type: list
      elements: str
      sample: [subnet-0aaaaaaaaaaaaaaaa, subnet-0bbbbbbbbbbbbbbbb]
    security_groups:
      description: IDs of its security groups, sorted.
      type: list
      elements: str
      sample: [sg-0123456789abcdef0]
    tags:
      description: Its tags.
      type: dict
      sample: {Application: streamflix, Environment: prod}
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
      type: AWS::ApiGatewayV2::VpcLink
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.apigatewayv2 import vpc_links
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part, properties
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.ownership import is_ours, owner_of
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import Call, Plan
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Progress, Resource, manage

# AWS takes one creation every 15 seconds and one removal every 30 seconds in an account
PASSING = frozenset({"TooManyRequestsException"})
# of an API that has moved to another link, or is gone, a moment ago
USED = frozenset({"BadRequestException: referenced", "ConflictException"})
GONE = frozenset({"NotFoundException"})
USABLE = frozenset({vpc_links.AVAILABLE, vpc_links.INACTIVE})
FIELDS: Rows = {
    "first_run": Field("bool", default=False),
    **vpc_links.LINK,
    "ids": Field("list"),
}


class VpcLink(Resource):
    """A VPC link, and the others of its name, whose place it takes."""

    service = "apigatewayv2"
    kind = "VPC link"
    aws_type = "AWS::ApiGatewayV2::VpcLink"
    arn_kind = "apigateway:vpclinks"
    result_key = "vpc_link"
    fields = FIELDS
    required_if = (("state", "present", ("subnets",)),)
    only_listed = True

    def __init__(self, api: Api, options: Mapping[str, Any]) -> None:
        super().__init__(api, options)
        self._surplus: list[str] = []
        # the links that were there when this run began
        self._earlier: frozenset[str] | None = None

    def describe(self) -> dict[str, Any] | None:
        options = self.options
        links = vpc_links.named(vpc_links.read(self.api), self.name, options["tags"] or owner_of(options))
        if self._earlier is None:
            self._earlier = frozenset(link["id"] for link in links)
        if self.absent:
            others = [link for link in links if options["ids"] is None or link["id"] in options["ids"]]
            return {"link": None, "others": others} if others else None
        link, others = vpc_links.choose(links, self._wanted)
        self._surplus = sorted(other["id"] for other in others)
        return {"link": link, "others": others} if link or others else None

    @property
    def _wanted(self) -> dict[str, Any]:
        return fields.wanted(vpc_links.LINK, self.options)

    def ours(self, found: dict[str, Any]) -> dict[str, Any] | None:
        others = [link for link in found["others"] if is_ours(link["tags"], owner_of(self.options))]
        return {"link": None, "others": others} if others else None

    def plan_create(self) -> Plan:
        steps, link = self._creation()
        return Plan(steps, None, {"link": link, "others": []})

    def plan_update(self, current: dict[str, Any]) -> Plan:
        link, options = current["link"], self.options
        if link is None:
            steps, after = self._creation()
            return Plan(steps, current, {**current, "link": after})
        steps = tags.steps(tags.APIGATEWAYV2, self.to_be_tagged(current), link["tags"], options, self.name, PASSING)
        its_tags = tags.after(link["tags"], options["tags"], options["purge_tags"])
        return Plan(steps, current, {**current, "link": {**link, "tags": its_tags}})

    def _creation(self) -> tuple[list[Call], dict[str, Any]]:
        """Return the request that creates the link, and the link as it will be."""
        wanted, its_tags = self._wanted, dict(self.options["tags"] or {})
        params = fields.params(vpc_links.LINK, wanted, [key for key, value in wanted.items() if value])
        if its_tags:
            params["Tags"] = its_tags
        made = fields.created(vpc_links.LINK, wanted)
        status = vpc_links.AVAILABLE if self.options["wait"] else made["status"]
        step = Call("create_vpc_link", params, self.name, retry_if=PASSING, once=True)
        return [step], {**made, "status": status, "tags": its_tags}

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        living = [link for link in current["others"] if link["status"] != vpc_links.DELETING]
        return Plan([removal(link) for link in living], current, None)

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        links = [link for link in (found["link"], *found["others"]) if link]
        hidden, whole = fields.no_settings(vpc_links.LINK), self.absent and self.options["ids"] is None
        # one in whose place another of that name has come is told by its id
        names = [self.name if whole or link is found["link"] else f"{self.name} {link['id']}" for link in links]
        return [
            Part(self.aws_type, name, properties(link, *hidden), link["id"])
            for name, link in zip(names, links, strict=True)
        ]

    def to_be_tagged(self, found: Mapping[str, Any]) -> Mapping[str, Any]:
        place = f"arn:{self.api.partition}:apigateway:{self.api.region}:"
        return {"ResourceArn": f"{place}:/vpclinks/{found['link']['id']}"}

    def listed(self, current: dict[str, Any]) -> bool:
        return bool(current["link"] or self._failed(current))

    def _failed(self, current: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the links that this run has asked for and AWS failed to make."""
        new = [other for other in current["others"] if other["id"] not in (self._earlier or ())]
        return [other for other in new if other["status"] == vpc_links.FAILED]

    def progress(self, current: dict[str, Any]) -> Progress:
        link = current["link"]
        if link:
            return Progress(ready=link["status"] in USABLE, state=link["status"])
        said = "; ".join(other["status_message"] for other in self._failed(current)) or "AWS gives no reason"
        failure = f"{said}. Run again, and another one is made in its place."
        return Progress(ready=False, state=vpc_links.FAILED, failure=failure)

    def details(self) -> dict[str, Any]:
        return {"surplus": self._surplus}

    def shown(self, found: Mapping[str, Any] | None) -> Any:
        return (found or {}).get("link") or {}


def removal(link: Mapping[str, Any]) -> Call:
    """Return the request that removes a link."""
    which = {"VpcLinkId": link["id"]}
    return Call("delete_vpc_link", which, f"{link['name']} {link['id']}", done_if=GONE, retry_if=PASSING | USED)


def main() -> None:
    """Entry point of the module."""
    manage(VpcLink)


if __name__ == "__main__":
    main()
