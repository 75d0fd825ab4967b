#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: resourcegroupstaggingapi_resources_info
short_description: Find everything in a region that carries given tags
version_added: 0.1.0
description:
  - Asks the Resource Groups Tagging API for all resources of the region that carry all the tags, in all services. A
    removal proves with it that nothing is left.
  - AWS lists resources for some time after they are gone (a NAT gateway for about an hour), and some for ever (an ECS
    task definition that was deregistered). So with O(verify=true) each listed resource of a known type is looked up
    in its own service, and only what is still there is in RV(resources).
  - AWS's list is eventually consistent the other way round as well; a resource that was tagged some minutes ago may be
    missing.
author: StreamFlix platform team (@streamflix)
options:
  tag_filters:
    description:
      - Names and values of the tags that a resource has to carry, all of them.
      - A value may be a list, any of which will do, or null for any value.
      - An empty dict is refused, because it would list everything in the region.
    type: dict
    required: true
  exclude:
    description:
      - ARNs of resources that are kept on purpose, with C(*) for any text, such as final snapshots.
      - They are returned in RV(excluded), so that nothing is hidden.
    type: list
    elements: str
    default: []
  verify:
    description:
      - Whether to look each listed resource up in its own service. It takes one request for each, and the permission
        to read it.
      - With V(false), RV(resources) is what AWS lists, resources that are gone included.
    type: bool
    default: true
notes:
  - The list has resources that have been tagged, and only those whose type the tagging API covers. It does not cover
    IAM roles and policies outside of C(us-east-1), API Gateway's account settings, deployments, resources and methods,
    scaling policies, and whatever has no tags of its own, such as routes, route table associations and secret versions.
  - Known to O(verify) are the types that this collection creates in EC2, RDS, ElastiCache, ECS, Elastic Load Balancing,
    CloudWatch, CloudWatch Logs, Secrets Manager, KMS and API Gateway. A resource of another type counts as still there,
    so that nothing is overlooked; its C(verified) is false.
  - Secrets and keys that are scheduled for deletion count as gone.
extends_documentation_fragment:
  - streamflix.content_api.info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Look for anything that is left of the platform, snapshots aside
  streamflix.content_api.resourcegroupstaggingapi_resources_info:
    tag_filters:
      Application: streamflix
      Environment: dev
    exclude:
      - arn:aws:rds:*:cluster-snapshot:*
      - arn:aws:elasticache:*:snapshot:*
  register: left

- name: Stop if there is something
  ansible.builtin.assert:
    that: left.resources | length == 0
    fail_msg: "Still there: {{ left.resources | map(attribute='arn') | join(', ') }}"
"""

RETURN = r"""
resources:
  description: What carries the tags and, as far as O(verify) can tell, is there. Sorted by ARN.
  returned: always
  type: list
  elements: dict
  contains:
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-0123456789abcdef0
    tags:
      description: All its tags.
      type: dict
      sample: {Application: streamflix, Environment: dev}
    verified:
      description: Whether its own service said that it is there; always false with O(verify=false).
      type: bool
      sample: true
gone:
  description:
    - What AWS still lists although it is gone, each with C(arn) and the C(tags) that it had.
    - C(reason) is what its own service said of it.
  returned: always
  type: list
  elements: dict
  sample:
    - arn: arn:aws:ec2:eu-west-1:123456789012:natgateway/nat-0123456789abcdef0
      tags: {Application: streamflix, Environment: dev}
      reason: deleted
excluded:
  description: What carries the tags but is in O(exclude), each with C(arn) and C(tags).
  returned: always
  type: list
  elements: dict
  sample:
    - arn: arn:aws:rds:eu-west-1:123456789012:cluster-snapshot:streamflix-dev-final
      tags: {Application: streamflix, Environment: dev}
"""

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils import existence, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.arns import matches, parse
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import InvalidOptionError
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import run_info

RESOURCES_PER_PAGE = 100  # the most that GetResources takes


def to_filters(wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return GetResources' filters: one a tag, with its values, or without for any value."""
    filters = []
    for name, value in sorted(wanted.items()):
        values = value if isinstance(value, list) else [] if value is None else [value]
        filters.append({"Key": name, **({"Values": [str(item) for item in values]} if values else {})})
    return filters


def sort_out(api: Api, found: Iterable[Mapping[str, Any]], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the module's result for what GetResources lists.

    :raises AwsError: a lookup was refused.
    """
    result: dict[str, list[dict[str, Any]]] = {"resources": [], "gone": [], "excluded": []}
    for entry in sorted(found, key=lambda entry: entry["ResourceARN"]):
        resource = {"arn": entry["ResourceARN"], "tags": tags.from_list(entry["Tags"])}
        if matches(resource["arn"], options["exclude"]):
            result["excluded"].append(resource)
            continue
        reason = existence.look_up(api, parse(resource["arn"])) if options["verify"] else None
        if reason:
            result["gone"].append({**resource, "reason": reason})
        else:
            result["resources"].append({**resource, "verified": reason is not None})
    return result


def read_resources(api: Api, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the module's result.

    :raises InvalidOptionError: there is no tag to look for.
    :raises AwsError: AWS refuses or is not reached.
    """
    if not options["tag_filters"]:
        raise InvalidOptionError("tag_filters is empty, which would list everything in the region: name a tag.")
    found = api.pages(
        "get_resources",
        "ResourceTagMappingList",
        ResourcesPerPage=RESOURCES_PER_PAGE,
        TagFilters=to_filters(options["tag_filters"]),
    )
    return sort_out(api, found, options)


def main() -> None:
    """Entry point of the module."""
    module = AnsibleAWSModule(
        argument_spec={
            "tag_filters": {"type": "dict", "required": True},
            "exclude": {"type": "list", "elements": "str", "default": []},
            "verify": {"type": "bool", "default": True},
        },
        supports_check_mode=True,
    )
    run_info(module, "resourcegroupstaggingapi", read_resources)


if __name__ == "__main__":
    main()
