#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: elasticache_snapshots_info
short_description: Find the newest snapshot of a replication group of ElastiCache
version_added: 0.1.0
description:
  - Finds the newest snapshot, automatic or manual, that can be restored. The replication group itself need not be there
    any more.
author: StreamFlix platform team (@streamflix)
options:
  replication_group_id:
    description: Name of the replication group.
    type: str
    required: true
extends_documentation_fragment:
  - streamflix.content_api.info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: What a restore would begin with
  streamflix.content_api.elasticache_snapshots_info:
    replication_group_id: streamflix-redis-dev
"""

RETURN = r"""
newest:
  description: The newest snapshot; empty when there is none.
  returned: always
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: automatic.streamflix-redis-dev-001-2026-11-29-03-00
    source:
      description: V(system) for one that AWS has made by itself, V(user) for another.
      type: str
      sample: system
    created:
      description: When it was made, in UTC.
      type: str
      sample: "2026-11-29T03:00:00+00:00"
    age_hours:
      description: How many hours ago that was.
      type: float
      sample: 7.5
    engine:
      description: The engine.
      type: str
      sample: redis
    engine_version:
      description: Its version, major and minor.
      type: str
      sample: "7.1"
    cache_node_type:
      description: The node type of the replication group.
      type: str
      sample: cache.t3.micro
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import run_info


def made(snapshot: Mapping[str, Any]) -> datetime:
    """Return when the last part of a snapshot was made, one for each shard."""
    return max(node["SnapshotCreateTime"] for node in snapshot["NodeSnapshots"])


def described(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """Return a snapshot in the shape of the result."""
    age = (datetime.now(UTC) - made(snapshot)).total_seconds() / 3600
    return {
        "name": snapshot["SnapshotName"],
        "source": snapshot["SnapshotSource"],
        "created": made(snapshot).isoformat(),
        "age_hours": round(age, 1),
        "engine": snapshot["Engine"],
        "engine_version": ".".join(snapshot["EngineVersion"].split(".")[:2]),
        "cache_node_type": snapshot["CacheNodeType"],
    }


def read(api: Api, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the module's result."""
    # by the name AWS finds only those of a group that is there
    snapshots = api.pages("describe_snapshots", "Snapshots")
    usable = [
        one
        for one in snapshots
        if one.get("ReplicationGroupId") == options["replication_group_id"]
        and one["SnapshotStatus"] == "available"
        and one.get("NodeSnapshots")
    ]
    newest = max(usable, key=made, default=None)
    return {"newest": described(newest) if newest else {}}


def main() -> None:
    """Entry point of the module."""
    module = AnsibleAWSModule(
        argument_spec={"replication_group_id": {"type": "str", "required": True}}, supports_check_mode=True
    )
    run_info(module, "elasticache", read, "replication_group_id")


if __name__ == "__main__":
    main()
