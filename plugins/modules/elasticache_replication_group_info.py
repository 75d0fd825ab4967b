#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: elasticache_replication_group_info
short_description: Read ElastiCache replication groups
version_added: 0.1.0
description:
  - Reads one replication group by its name, or all of the region.
author: StreamFlix platform team (@streamflix)
options:
  replication_group_id:
    description: Name of the replication group. Without this option all groups of the region are returned.
    type: str
seealso:
  - module: streamflix.content_api.elasticache_replication_group
extends_documentation_fragment:
  - streamflix.content_api.info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Find the endpoint
  streamflix.content_api.elasticache_replication_group_info:
    replication_group_id: streamflix-redis-dev
  register: redis

- name: Show where to read and write
  ansible.builtin.debug:
    msg: "{{ redis.replication_groups | map(attribute='primary_endpoint') }}"
"""

RETURN = r"""
replication_groups:
  description:
    - The replication groups, each key as in
      RV(streamflix.content_api.elasticache_replication_group#module:replication_group).
    - Empty when there is none, or none of that name.
  returned: always
  type: list
  elements: dict
  sample:
    - id: streamflix-redis-dev
      arn: arn:aws:elasticache:eu-west-1:123456789012:replicationgroup:streamflix-redis-dev
      status: available
      description: StreamFlix content metadata cache
      engine: redis
      engine_version: 7.1.0
      cache_node_type: cache.t4g.micro
      num_cache_clusters: 2
      member_clusters: [streamflix-redis-dev-001, streamflix-redis-dev-002]
      primary_endpoint: {address: master.streamflix-redis-dev.1a2b3c.euw1.cache.amazonaws.com, port: 6379}
      reader_endpoint: {address: replica.streamflix-redis-dev.1a2b3c.euw1.cache.amazonaws.com, port: 6379}
      port: 6379
      automatic_failover: true
      multi_az: true
      cluster_enabled: false
      at_rest_encryption: true
      kms_key_id: null
      transit_encryption: true
      transit_encryption_mode: required
      user_group_ids: []
      cache_subnet_group_name: streamflix-redis-subnet-dev
      security_group_ids: [sg-0123456789abcdef0]
      cache_parameter_group_name: default.redis7
      parameter_apply_status: in-sync
      snapshot_retention_limit: 0
      snapshot_window: 03:00-04:00
      preferred_maintenance_window: sun:05:00-sun:06:00
      auto_minor_version_upgrade: true
      log_delivery_configurations: []
      pending: {}
      tags: {Environment: dev}
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.elasticache.reading import GROUP_MISSING, read
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import run_info


def read_groups(api: Api, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result of the module.

    :raises AwsError: AWS refuses or is not reached.
    """
    name = options["replication_group_id"]
    if name:
        named = api.find(
            "describe_replication_groups", "ReplicationGroups", GROUP_MISSING, ReplicationGroupId=name.lower()
        )
        groups = [named] if named else []
    else:
        groups = api.pages("describe_replication_groups", "ReplicationGroups")
    return {"replication_groups": [read(api, group) for group in groups]}


def main() -> None:
    """Entry point of the module."""
    module = AnsibleAWSModule(argument_spec={"replication_group_id": {"type": "str"}}, supports_check_mode=True)
    run_info(module, "elasticache", read_groups, "replication_group_id")


if __name__ == "__main__":
    main()
