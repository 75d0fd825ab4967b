#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: elasticache_subnet_group
short_description: Manage a subnet group of Amazon ElastiCache
version_added: 0.1.0
description:
  - Creates, changes and removes a subnet group, the subnets into which Amazon ElastiCache may put nodes.
  - Unlike M(community.aws.elasticache_subnet_group) it knows tags, shows a diff, and on removal waits while
    AWS counts a cluster that is gone as a user.
author: StreamFlix platform team (@streamflix)
extends_documentation_fragment:
  - streamflix.content_api.subnet_group
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Subnets of a replication group
  streamflix.content_api.elasticache_subnet_group:
    name: streamflix-redis-subnet-dev
    description: Private subnets of the content API
    subnet_ids: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]
    tags:
      Environment: dev

- name: Remove the group
  streamflix.content_api.elasticache_subnet_group:
    name: streamflix-redis-subnet-dev
    state: absent
"""

RETURN = r"""
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
  sample: [create_cache_subnet_group streamflix-redis-subnet-dev]
changes:
  description:
    - "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type),
      C(name), and C(fields) with the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: update
      type: AWS::ElastiCache::SubnetGroup
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
subnet_group:
  description: The subnet group as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:elasticache:eu-west-1:123456789012:subnetgroup:streamflix-redis-subnet-dev
    name:
      description: Its name.
      type: str
      sample: streamflix-redis-subnet-dev
    description:
      description: What it is for.
      type: str
      sample: Private subnets of the content API
    subnet_ids:
      description: Its subnets, sorted.
      type: list
      elements: str
      sample: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]
    vpc_id:
      description: The VPC of the subnets.
      type: str
      sample: vpc-0123456789abcdef0
    tags:
      description: Its tags.
      type: dict
      sample: {Environment: dev}
"""

from ansible_collections.streamflix.content_api.plugins.module_utils.plain import Read, Write
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import manage
from ansible_collections.streamflix.content_api.plugins.module_utils.subnet_group import SubnetGroup, change, rows

GONE = frozenset({"CacheSubnetGroupNotFoundFault"})
# of a replication group that is gone, for some minutes
STILL_USED = frozenset({"CacheSubnetGroupInUse"})
FIELDS = rows("CacheSubnetGroup", "ARN", fewest=1, advice="in as many Availability Zones as nodes shall lie in")


class CacheSubnetGroup(SubnetGroup):
    """A subnet group of Amazon ElastiCache."""

    service = "elasticache"
    kind = "cache subnet group"
    aws_type = "AWS::ElastiCache::SubnetGroup"
    arn_kind = "elasticache:subnetgroup"
    fields = FIELDS
    read = Read("describe_cache_subnet_groups", "CacheSubnetGroups", "CacheSubnetGroupName", gone=GONE)
    create = Write("create_cache_subnet_group")
    changes = (change("modify_cache_subnet_group", "CacheSubnetGroupName"),)
    remove = Write("delete_cache_subnet_group", {"CacheSubnetGroupName": "name"}, done_if=GONE, retry_if=STILL_USED)


def main() -> None:
    """Entry point of the module."""
    manage(CacheSubnetGroup)


if __name__ == "__main__":
    main()
