#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: elasticache_replication_group
short_description: Manage an ElastiCache replication group (Redis OSS or Valkey, one shard)
version_added: 0.1.0
description:
  - Creates, changes and removes a replication group with one shard, that is, one primary node and up to five replicas.
  - Only what differs is sent. Nodes are added and removed without interruption.
  - AWS accepts some changes only one after the other, such as encryption in transit on an existing group. These are
    sent in the order that AWS wants, each one after AWS has carried out the one before, also with O(wait=false).
  - Options that AWS cannot change in place fail with C(needs_replacement), and nothing is touched.
author: StreamFlix platform team (@streamflix)
options:
  replication_group_id:
    description:
      - Name of the replication group, 1 to 40 letters, digits and single hyphens, beginning with a letter.
      - AWS stores it in lower case.
    type: str
    required: true
  description:
    description: What the group is for. AWS wants one at creation; without this option it is the name.
    type: str
  engine:
    description:
      - Redis OSS or Valkey. AWS upgrades in place from V(redis) to V(valkey); the way back is refused.
      - Give O(engine_version) with it, and O(cache_parameter_group_name) where the group has parameters of its own.
    type: str
    choices: [redis, valkey]
  engine_version:
    description:
      - Version of the engine, in full or only its beginning. So V(7.1) also fits 7.1.0.
      - A newer minor version is no difference with O(auto_minor_version_upgrade), as AWS installs it by itself.
        Otherwise a version that goes back is refused, also with O(replace).
      - It is checked, together with O(cache_parameter_group_name), against what AWS offers in the region before a
        group is created or upgraded.
    type: str
  cache_node_type:
    description: Size of each node, such as V(cache.t4g.micro). Required to create a group.
    type: str
  num_cache_clusters:
    description: Number of nodes, the primary included, 1 to 6. A new group has one without this option.
    type: int
  automatic_failover:
    description: Whether a replica takes over when the primary fails. Needs two nodes or more.
    type: bool
  multi_az:
    description: Whether the nodes are spread over Availability Zones. Needs O(automatic_failover=true).
    type: bool
  at_rest_encryption:
    description:
      - Whether data on disk is encrypted. AWS cannot change it in place.
      - Without this option, a new group of Valkey is encrypted and one of Redis OSS is not.
    type: bool
  kms_key_id:
    description:
      - Id or ARN of the KMS key of the encryption at rest; without it, ElastiCache's own key. AWS cannot change it in
        place.
      - An alias is taken at creation, but not compared, because AWS answers with the key.
    type: str
  transit_encryption:
    description:
      - Whether clients connect with TLS.
      - Turned on for an existing group, it goes through V(preferred), whatever O(transit_encryption_mode) ends with; so
        clients that do not use TLS are cut off only by V(required). Turned off, it goes through V(preferred) as well.
        Both begin at once, whatever O(apply_immediately) says.
      - Existing groups need engine version 7.0 or newer for that.
    type: bool
  transit_encryption_mode:
    description:
      - V(required) refuses clients without TLS, V(preferred) takes both. AWS creates groups with V(required).
      - To move clients to TLS without interruption, run with V(preferred), move the clients, then run with V(required).
    type: str
    choices: [preferred, required]
  user_group_ids:
    description:
      - IDs of the user groups that control access; AWS takes at most one. An empty list removes access control.
      - Needs encryption in transit in mode V(required).
    type: list
    elements: str
  cache_subnet_group_name:
    description: Name of the subnet group of the nodes. AWS cannot change it in place.
    type: str
  security_group_ids:
    description: IDs of the security groups of the nodes.
    type: list
    elements: str
  port:
    description: Port that the nodes listen on, for a new group 6379 if left out. AWS cannot change it in place.
    type: int
  cache_parameter_group_name:
    description:
      - Name of the parameter group. A new group without it gets AWS's default one for the engine version.
      - Parameters that need a reboot wait for it. Neither AWS nor this module reboots nodes for that, but the module
        warns of it (RV(replication_group.parameter_apply_status)).
    type: str
  cache_parameter_group_family:
    description:
      - Family of O(cache_parameter_group_name), such as V(redis7), where the same run makes it, so that a preview knows
        of it. Without it, AWS is asked.
    type: str
  snapshot_retention_limit:
    description: Days that automatic snapshots are kept, 0 to 35; V(0) takes none.
    type: int
  snapshot_window:
    description: Daily time in UTC in which the automatic snapshot begins, such as V(03:00-04:00).
    type: str
  preferred_maintenance_window:
    description: Weekly time in UTC of at least 60 minutes, such as V(sun:05:00-sun:06:00).
    type: str
  auto_minor_version_upgrade:
    description: Whether AWS installs minor versions by itself. It does for a new group without this option.
    type: bool
  log_delivery_configurations:
    description: Where logs go; log types that are not named are turned off. An empty list turns all off.
    type: list
    elements: dict
    suboptions:
      log_type:
        description: Which log.
        type: str
        choices: [slow-log, engine-log]
        required: true
      destination_type:
        description: Kind of the destination.
        type: str
        choices: [cloudwatch-logs, kinesis-firehose]
        default: cloudwatch-logs
      destination:
        description: Name of the log group or delivery stream.
        type: str
        required: true
      log_format:
        description: Form of a line.
        type: str
        choices: [json, text]
        default: json
  apply_immediately:
    description:
      - Whether changes are made at once. With V(false) a new node type or engine version waits for the maintenance
        window, and counts as done. So do the engine, and a parameter group that is set with a new version or while one
        waits.
      - Adding and removing nodes is always done at once, AWS offers nothing else.
    type: bool
    default: true
  snapshot_name:
    description: A snapshot of which a new group gets its data. A group that is there stays as it is.
    type: str
  final_snapshot_identifier:
    description:
      - With O(state=absent), the beginning of the name of a snapshot that AWS takes before it removes the group.
      - The time in UTC is appended, so that removing a group of this name again does not fail. The snapshot stays until
        somebody deletes it.
      - Without it, the data are lost.
    type: str
  replace:
    description:
      - Whether to remove and create anew what AWS cannot change in place.
      - B(The data is lost) but for a final snapshot (O(final_snapshot_identifier)).
      - The new group is empty. Clients cannot connect until it is available.
      - Set it for one run only, best on the command line.
    type: bool
    default: false
seealso:
  - module: streamflix.content_api.elasticache_replication_group_info
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Redis with a replica in another zone, reachable with TLS only
  streamflix.content_api.elasticache_replication_group:
    replication_group_id: streamflix-redis-dev
    description: StreamFlix content metadata cache
    engine: redis
    engine_version: "7.1"
    cache_node_type: cache.t4g.micro
    num_cache_clusters: 2
    automatic_failover: true
    multi_az: true
    at_rest_encryption: true
    transit_encryption: true
    transit_encryption_mode: required
    cache_subnet_group_name: streamflix-redis-subnet-dev
    security_group_ids: [sg-0123456789abcdef0]
    port: 6379
    tags:
      Environment: dev

- name: Bigger nodes, in the next maintenance window
  streamflix.content_api.elasticache_replication_group:
    replication_group_id: streamflix-redis-dev
    cache_node_type: cache.t4g.small
    apply_immediately: false

- name: Remove it, but keep the data
  streamflix.content_api.elasticache_replication_group:
    replication_group_id: streamflix-redis-dev
    state: absent
    final_snapshot_identifier: streamflix-redis-dev-final
    wait_timeout: 1800
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
  sample: [create_replication_group streamflix-redis-dev]
changes:
  description:
    - "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type),
      C(name), and C(fields) with the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: update
      type: AWS::ElastiCache::ReplicationGroup
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
replication_group:
  description:
    - The replication group as it is now, or in check mode as it would be. Empty once removed.
    - What AWS does not tell while it creates the group, such as the endpoints, is null.
  returned: always
  type: dict
  contains:
    id:
      description: Its name.
      type: str
      sample: streamflix-redis-dev
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:elasticache:eu-west-1:123456789012:replicationgroup:streamflix-redis-dev
    status:
      description: V(creating), V(available), V(modifying), V(snapshotting), V(deleting) or V(create-failed).
      type: str
      sample: available
    description:
      description: What it is for.
      type: str
      sample: StreamFlix content metadata cache
    engine:
      description: V(redis) or V(valkey).
      type: str
      sample: redis
    cache_node_type:
      description: Size of each node.
      type: str
      sample: cache.t4g.micro
    num_cache_clusters:
      description: Number of nodes.
      type: int
      sample: 2
    member_clusters:
      description: Names of the nodes.
      type: list
      elements: str
      sample: [streamflix-redis-dev-001, streamflix-redis-dev-002]
    primary_endpoint:
      description: C(address) and C(port) for reading and writing; null while the group is created.
      type: dict
      sample: {address: master.streamflix-redis-dev.1a2b3c.euw1.cache.amazonaws.com, port: 6379}
    reader_endpoint:
      description: C(address) and C(port) for reading; null while the group is created.
      type: dict
      sample: {address: replica.streamflix-redis-dev.1a2b3c.euw1.cache.amazonaws.com, port: 6379}
    port:
      description: Port of the nodes.
      type: int
      sample: 6379
    automatic_failover:
      description: Whether a replica takes over when the primary fails.
      type: bool
      sample: true
    multi_az:
      description: Whether the nodes are spread over zones.
      type: bool
      sample: true
    cluster_enabled:
      description: Whether the data are divided into shards; this module does not manage such groups.
      type: bool
      sample: false
    at_rest_encryption:
      description: Whether data on disk is encrypted.
      type: bool
      sample: true
    kms_key_id:
      description: ARN of the KMS key of the encryption at rest; null for ElastiCache's own.
      type: str
      sample: arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555
    transit_encryption:
      description: Whether clients may connect with TLS.
      type: bool
      sample: true
    transit_encryption_mode:
      description: V(required) or V(preferred); null without encryption in transit.
      type: str
      sample: required
    user_group_ids:
      description: IDs of the user groups that control access, sorted.
      type: list
      elements: str
      sample: []
    snapshot_retention_limit:
      description: Days that automatic snapshots are kept.
      type: int
      sample: 0
    snapshot_window:
      description: Daily time in UTC of the automatic snapshot.
      type: str
      sample: 03:00-04:00
    auto_minor_version_upgrade:
      description: Whether AWS installs minor versions by itself.
      type: bool
      sample: true
    log_delivery_configurations:
      description: Where logs go, with the keys of O(log_delivery_configurations), sorted by log type.
      type: list
      elements: dict
      sample:
        - log_type: slow-log
          destination_type: cloudwatch-logs
          destination: /elasticache/streamflix-redis-dev
          log_format: json
    engine_version:
      description: Version of the engine, complete.
      type: str
      sample: 7.1.0
    cache_subnet_group_name:
      description: Name of the subnet group of the nodes.
      type: str
      sample: streamflix-redis-subnet-dev
    security_group_ids:
      description: IDs of the security groups of the nodes, sorted.
      type: list
      elements: str
      sample: [sg-0123456789abcdef0]
    cache_parameter_group_name:
      description: Name of the parameter group.
      type: str
      sample: default.redis7
    parameter_apply_status:
      description:
        - Whether the first node has all parameters in force, V(in-sync), takes them, V(applying), or waits for a
          reboot, V(pending-reboot).
      type: str
      sample: in-sync
    preferred_maintenance_window:
      description: Weekly time in UTC of maintenance.
      type: str
      sample: sun:05:00-sun:06:00
    pending:
      description: Changes that wait for the maintenance window, by the names of the options.
      type: dict
      sample: {cache_node_type: cache.t4g.small}
    tags:
      description: Its tags; null while AWS does not tell them, because the group is created or changed.
      type: dict
      sample: {Environment: dev}
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields, pending, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.elasticache.reading import (
    AVAILABLE,
    BUSY_ERRORS,
    FIELDS,
    GROUP_MISSING,
    OF_NODES,
    begins_with,
    find_group,
    log_to_aws,
    not_offered,
    read,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.elasticache.rules import (
    replication_group_availability,
    replication_group_encryption,
    replication_group_engine,
    replication_group_logs,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    InvalidOptionError,
    NeedsReplacementError,
    Plan,
    Step,
    Wait,
    differences,
    refuse_replacement,
    unknown,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import same_key
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.windows import backup_and_maintenance
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Kind, Progress, Resource, manage

# the shortest window for snapshots, and for maintenance
WINDOW_MINUTES = 60
DELETING = "deleting"
TRANSIT = ("transit_encryption", "transit_encryption_mode")
OLDEST_SWITCHING_MAJOR = 7  # encryption in transit is switched in place from this engine version on
REPLACEMENT = (
    "Create a group with another replication_group_id beside this one, move the clients, then remove this one. "
    "To keep the data, restore the new group from a snapshot. Or set replace (redis_replace of the role) to have "
    "this one removed and created anew: its data is lost but for a final snapshot."
)
PENDING_REBOOT = (
    "Parameters of replication group {name} wait for a reboot of its nodes, and AWS does not reboot them for that. "
    "Reboot one node after the other, replicas first, when clients can do without each for some minutes: "
    "aws elasticache reboot-cache-cluster --cache-cluster-id {name}-001 --cache-node-ids-to-reboot 0001"
)
# what can be changed, but not by the parameter that CreateReplicationGroup has for it
APART = ("num_cache_clusters", *TRANSIT, "user_group_ids", "log_delivery_configurations")
# what waits with another version for the maintenance window
WITH_VERSION = {name: replace(FIELDS[name], deferred=True) for name in ("cache_parameter_group_name", "engine")}
SENT_ALIKE = [name for name, row in FIELDS.items() if row.sent and not row.fixed and name not in APART]


def version(text: str) -> list[str]:
    """Return the parts of a version; C(6.x) has one, because AWS means any minor version by it."""
    return [part for part in text.split(".") if part != "x"]


def older_version(current: str, desired: str) -> bool:
    """Tell whether the version asked for is older than the present one."""
    wanted = [int(part) for part in version(desired)]
    return wanted < [int(part) for part in version(current)][: len(wanted)]


def installed_by_aws(current: Mapping[str, Any], options: Mapping[str, Any]) -> bool:
    """Tell whether AWS may have installed by itself the newer minor version that a group has."""
    now, wanted = current["engine_version"], options["engine_version"]
    asked = options["auto_minor_version_upgrade"]
    by_itself = current["auto_minor_version_upgrade"] if asked is None else asked
    return bool(by_itself) and version(now)[:1] == version(wanted)[:1] and older_version(now, wanted)


def has_version(current: Mapping[str, Any], options: Mapping[str, Any]) -> bool:
    """Tell whether a group of the wanted engine has the wanted version, or a newer one that AWS may have installed."""
    if begins_with(current["engine_version"], options["engine_version"]):
        return True
    return options["engine"] in (None, current["engine"]) and installed_by_aws(current, options)


def wanted_from(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the user asks of the group, as L(fields.wanted); what is not set is left out."""
    return fields.given(fields.wanted(FIELDS, options))


def not_told(current: Mapping[str, Any]) -> set[str]:
    """Return the settings of a group that works that AWS may leave out without that being a difference.

    Without a record of any node, all that only nodes tell is unknown, and so is the number of nodes without a list.
    """
    nodes_told = any(current[key] is not None for key in OF_NODES)
    return {"port", "num_cache_clusters"} | set(() if nodes_told else OF_NODES)


def comparable(current: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the user asks, without what cannot be told apart from what is there.

    While AWS works on the group, some values are not told yet: these are not a difference.
    """
    wanted = wanted_from(options)
    may_lack = not_told(current) if current["status"] == AVAILABLE else set(wanted)
    wanted = {key: value for key, value in wanted.items() if key not in may_lack or current.get(key) is not None}
    now = current["engine_version"]
    if now and "engine_version" in wanted and has_version(current, options):
        wanted["engine_version"] = now
    if "kms_key_id" in wanted and same_key(current["kms_key_id"], wanted["kms_key_id"]):
        wanted["kms_key_id"] = current["kms_key_id"]
    if wanted.get("transit_encryption") is False:
        wanted.pop("transit_encryption_mode", None)
    if waits_for_version(current, options):
        wanted.pop("cache_parameter_group_name", None)
        if now and begins_with(now, options["engine_version"] or now):
            wanted.pop("engine", None)
    return wanted


def waits_for_version(current: Mapping[str, Any], options: Mapping[str, Any]) -> bool:
    """Tell whether a version waits for the maintenance window, and with it what goes along."""
    return "engine_version" in current["pending"] and not options["apply_immediately"]


def with_pending(current: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the group with its pending changes counted as done, unless they are to be made at once."""
    return pending.counted(current, options["apply_immediately"] and current["status"] == AVAILABLE)


def refuse_older_version(current: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Raise L(InvalidOptionError) for an older version of the same engine."""
    now, desired = current["engine_version"], wanted.get("engine_version")
    same_engine = wanted.get("engine", current["engine"]) == current["engine"]
    if same_engine and desired and now and older_version(now, desired):
        raise InvalidOptionError(
            f"engine_version {desired!r} is older than the replication group's {now}, and AWS never goes back: set "
            f"{'.'.join(version(now)[:2])}, or create a group with another replication_group_id beside this one."
        )


def refuse_impossible(current: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Refuse what AWS does not change in place.

    :raises InvalidOptionError: the version goes back, for which nobody's data is to be given up.
    :raises NeedsReplacementError: anything else.
    """
    refuse_older_version(current, wanted)
    once = {**wanted, "cluster_enabled": False}
    # a group under AWS's own key has none
    refuse_replacement(current, once, fields.fixed(FIELDS), REPLACEMENT, none_is_known=("kms_key_id",))
    if current["engine"] == "valkey" and wanted.get("engine") == "redis":
        raise NeedsReplacementError({"engine": ("valkey", "redis")}, REPLACEMENT)
    switched = differences(current, {"transit_encryption": wanted.get("transit_encryption")})
    if switched and current["engine_version"] and int(version(current["engine_version"])[0]) < OLDEST_SWITCHING_MAJOR:
        raise NeedsReplacementError(
            {"transit_encryption": (current["transit_encryption"], wanted["transit_encryption"])},
            "Upgrade the engine to 7.0 or newer first, or create another group beside this one.",
        )


class Steps:
    """The requests of one change, with a pause after each that makes AWS busy, because it takes one at a time."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.made: list[Step] = []
        self._pause: Step | None = None

    def add(self, operation: str, params: Mapping[str, Any], until: str = AVAILABLE) -> None:
        """Append a request.

        :param until: the state, as L(words) has it, that the next request has to wait for.
        """
        if self._pause:
            self.made.append(self._pause)
        self.made.append(Call(operation, {"ReplicationGroupId": self.name, **params}, self.name, retry_if=BUSY_ERRORS))
        self._pause = Wait(
            f"replication group {self.name} after {operation}",
            "describe_replication_groups",
            {"ReplicationGroupId": self.name},
            lambda reply: words(reply["ReplicationGroups"][0], until),
            until=frozenset({until}),
        )


def words(group: Mapping[str, Any], like: str) -> str:
    """Return where a group is, with the kind of detail that C(like) has.

    :param like: C(available), C(available 3) for the number of nodes, C(available preferred) for the mode of encryption
        in transit, C(available failover enabled).
    """
    _unused, _unused, detail = like.partition(" ")
    if not detail:
        return group["Status"]
    if detail.isdigit():
        return f"{group['Status']} {len(group.get('MemberClusters', []))}"
    if detail.startswith("failover"):
        return f"{group['Status']} failover {group.get('AutomaticFailover')}"
    return f"{group['Status']} {group.get('TransitEncryptionMode') or 'off'}"


def transit_path(current: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """Return the modes of encryption in transit to go through, the last one included; C(off) is none."""
    before = current["transit_encryption_mode"] or "required" if current["transit_encryption"] else "off"
    enabled = wanted.get("transit_encryption", current["transit_encryption"])
    after = "off"
    if enabled:
        after = wanted.get("transit_encryption_mode") or ("required" if before == "off" else before)
    if before == after:
        return []
    if "preferred" in (before, after):
        return [after]
    return ["preferred", after]


def transit_params(mode: str) -> dict[str, Any]:
    """Return the request for one step of L(transit_path)."""
    if mode == "off":
        return {"TransitEncryptionEnabled": False, "ApplyImmediately": True}
    return {"TransitEncryptionEnabled": True, "TransitEncryptionMode": mode, "ApplyImmediately": True}


def user_group_params(current: Sequence[str], desired: Sequence[str]) -> dict[str, Any]:
    """Return what ModifyReplicationGroup takes to go from one list of user groups to another."""
    added = sorted(set(desired) - set(current))
    removed = sorted(set(current) - set(desired))
    params: dict[str, Any] = {}
    if not desired:
        return {"RemoveUserGroups": True}
    if added:
        params["UserGroupIdsToAdd"] = added
    if removed:
        params["UserGroupIdsToRemove"] = removed
    return params


def log_params(current: Sequence[Mapping[str, Any]], desired: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the log deliveries that differ, and those to turn off."""
    kept = {delivery["log_type"] for delivery in desired}
    off = [{"LogType": item["log_type"], "Enabled": False} for item in current if item["log_type"] not in kept]
    return [log_to_aws(item) for item in desired if item not in current] + off


def modify_params(current: Mapping[str, Any], changed: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return one ModifyReplicationGroup with only what differs; empty when nothing does."""
    version_is_new = options["engine_version"] and not changed.keys().isdisjoint({"engine", "engine_version"})
    sent = {**changed, "engine_version": options["engine_version"] if version_is_new else None}
    params = fields.params(FIELDS, sent, SENT_ALIKE)
    if "user_group_ids" in changed:
        params.update(user_group_params(current["user_group_ids"], changed["user_group_ids"]))
    if "log_delivery_configurations" in changed:
        params["LogDeliveryConfigurations"] = log_params(
            current["log_delivery_configurations"], changed["log_delivery_configurations"]
        )
    return {**params, "ApplyImmediately": options["apply_immediately"]} if params else {}


def change_steps(current: Mapping[str, Any], changed: Mapping[str, Any], options: Mapping[str, Any]) -> list[Step]:
    """Return the requests in the order that AWS takes them in.

    User groups need TLS, so TLS comes first; failover needs a replica, so nodes are added before it is turned on, and
    removed after it has been turned off.
    """
    steps = Steps(current["id"])
    wanted = {**{key: current[key] for key in TRANSIT}, **{key: changed[key] for key in TRANSIT if key in changed}}
    for mode in transit_path(current, wanted):
        steps.add("modify_replication_group", transit_params(mode), until=f"{AVAILABLE} {mode}")
    nodes = changed.get("num_cache_clusters")
    count = {"NewReplicaCount": nodes - 1, "ApplyImmediately": True} if nodes else {}
    growing = bool(nodes and nodes > current["num_cache_clusters"])
    if growing:
        steps.add("increase_replica_count", count, until=f"{AVAILABLE} {nodes}")
    params = modify_params(current, changed, options)
    if params:
        failover = changed.get("automatic_failover")
        detail = "" if failover is None else f" failover {'enabled' if failover else 'disabled'}"
        steps.add("modify_replication_group", params, until=f"{AVAILABLE}{detail}")
    if nodes and not growing:
        steps.add("decrease_replica_count", count)
    return steps.made


def tag_steps(current: Mapping[str, Any], options: Mapping[str, Any]) -> list[Call]:
    """Return the requests that change tags; AWS passes them on to the nodes."""
    if current["tags"] is None:
        return []
    which = {"ResourceName": current["arn"]}
    return tags.steps(tags.ELASTICACHE, which, current["tags"], options, current["id"], BUSY_ERRORS)


def after_change(current: Mapping[str, Any], changed: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return a group as it will be, with what waits for the maintenance window apart."""
    if not changed:
        return dict(current)
    # what is made at once takes with it what is pending
    at_once = options["apply_immediately"]
    before = {**pending.counted(current, at_once=False), "pending": {}} if at_once else current
    with_version = WITH_VERSION if "engine_version" in changed else {}
    after = pending.after({**FIELDS, **with_version}, before, changed, at_once)
    if after["transit_encryption"] is False:
        after["transit_encryption_mode"] = None
    elif changed.get("transit_encryption"):
        after["transit_encryption_mode"] = changed.get("transit_encryption_mode") or "required"
    if "num_cache_clusters" in changed:
        after["member_clusters"] = nodes_of(current["id"], changed["num_cache_clusters"])
    return after


def nodes_of(name: str, number: int) -> list[str]:
    """Return the names that AWS gives the nodes of a group."""
    return [f"{name}-{node:03}" for node in range(1, number + 1)]


def new_group(name: str, wanted: Mapping[str, Any], group_tags: Mapping[str, str]) -> dict[str, Any]:
    """Return a group as it will be once it is created.

    :param wanted: what is asked for, as L(wanted_from).
    """
    # AWS encrypts data on disk of a new group of Valkey by itself
    made = fields.created(FIELDS, {"at_rest_encryption": wanted.get("engine") == "valkey", **wanted})
    if made["transit_encryption"]:
        made["transit_encryption_mode"] = made["transit_encryption_mode"] or "required"
    endpoint = {"address": unknown(), "port": made["port"]}
    return {
        **made,
        "id": name,
        "member_clusters": nodes_of(name, made["num_cache_clusters"]),
        "primary_endpoint": endpoint,
        "reader_endpoint": endpoint,
        "tags": dict(group_tags),
    }


def snapshot_name(prefix: str | None) -> str:
    """Return the name of a final snapshot, with the time in UTC; empty without a prefix."""
    now = datetime.datetime.now(datetime.UTC)
    return f"{prefix}-{now:%Y%m%d%H%M%S}" if prefix else ""


class ReplicationGroup(Resource):
    """A replication group of ElastiCache with one shard."""

    service = "elasticache"
    kind = "replication group"
    aws_type = "AWS::ElastiCache::ReplicationGroup"
    arn_kind = "elasticache:replicationgroup"
    also = (Kind("AWS::ElastiCache::CacheCluster", "elasticache:cluster"),)
    result_key = "replication_group"
    tagging = tags.ELASTICACHE
    fields = FIELDS
    named_by = "replication_group_id"

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        # what is wrong with the version; None before AWS was asked
        self.refused: list[str] | None = None
        # by the last description
        self._apply_status: str | None = None

    @property
    def name(self) -> str:
        return super().name.lower()

    def problems(self) -> list[str]:
        wanted = self.options
        return [
            *super().problems(),
            *backup_and_maintenance(
                "snapshot_window", wanted["snapshot_window"], wanted["preferred_maintenance_window"], WINDOW_MINUTES
            ),
            *replication_group_availability(
                wanted["automatic_failover"], wanted["multi_az"], wanted["num_cache_clusters"]
            ),
            *replication_group_engine(wanted["engine"], wanted["engine_version"], wanted["transit_encryption_mode"]),
            *replication_group_logs(
                "log_delivery_configurations",
                wanted["log_delivery_configurations"] or (),
                wanted["engine"],
                wanted["engine_version"],
            ),
            *replication_group_encryption(
                wanted["transit_encryption"], wanted["transit_encryption_mode"], bool(wanted["user_group_ids"])
            ),
        ]

    def describe(self) -> dict[str, Any] | None:
        group = find_group(self.api, self.name)
        current = None if group is None else read(self.api, group)
        version = self._version_to_ask(current)
        if version and self.refused is None:
            engine = self.options["engine"] or (current["engine"] if current else FIELDS["engine"].new)
            group, family = (self.options[f"cache_parameter_group_{what}"] for what in ("name", "family"))
            self.refused = not_offered(self.api, engine, version, group, family)
        self._apply_status = current["parameter_apply_status"] if current else None
        return current

    def details(self) -> dict[str, Any]:
        if self._apply_status == "pending-reboot" and not self.absent:
            self.api.warn(PENDING_REBOOT.format(name=self.name))
        return {}

    def _version_to_ask(self, current: Mapping[str, Any] | None) -> str | None:
        """Return the version that AWS is asked about, whether it offers it; None when nothing is new."""
        wanted, parameters = self.options["engine_version"], self.options["cache_parameter_group_name"]
        if self.absent:
            return None
        if current is None or current["status"] == DELETING:
            return wanted
        seen = with_pending(current, self.options)
        if wanted and seen["engine_version"] and not has_version(seen, self.options):
            return wanted
        return seen["engine_version"] if parameters not in (None, seen["cache_parameter_group_name"]) else None

    def plan(self, current: dict[str, Any] | None) -> Plan:
        made = super().plan(current)
        if self.refused:
            raise InvalidOptionError("\n".join(self.refused))
        return made

    def plan_create(self) -> Plan:
        name, options = self.name, self.options
        if not options["cache_node_type"]:
            raise InvalidOptionError(
                f"cache_node_type is not set, but replication group {name} does not exist, and AWS cannot create it "
                "without: set it, for example to cache.t4g.micro."
            )
        wanted = {"description": name, **wanted_from(options)}
        sent = [row for row, value in wanted.items() if value != []]
        params = {"ReplicationGroupId": name, **fields.params(FIELDS, wanted, sent)}
        if options["tags"]:
            params["Tags"] = tags.to_list(options["tags"])
        if options["snapshot_name"]:
            params["SnapshotName"] = options["snapshot_name"]
        # the group of this name may have gone a moment ago
        going = frozenset({"InvalidReplicationGroupState"})
        after = new_group(name, wanted, options["tags"] or {})
        return Plan([Call("create_replication_group", params, name, retry_if=going)], None, after)

    def plan_update(self, current: dict[str, Any]) -> Plan:
        if current["status"] == DELETING:
            return self.plan_create()
        options, seen = self.options, with_pending(current, self.options)
        wanted = comparable(seen, options)
        refuse_impossible(seen, wanted)
        changed = differences(seen, wanted)
        after = after_change(current, changed, options)
        if current["tags"] is not None:
            after["tags"] = tags.after(current["tags"], options["tags"], options["purge_tags"])
        return Plan([*tag_steps(current, options), *change_steps(seen, changed, options)], current, after)

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        # AWS is removing it already, so that it only has to be waited for
        if current["status"] == DELETING:
            return Plan((), current, None)
        params = {"ReplicationGroupId": self.name, "RetainPrimaryCluster": False}
        snapshot = snapshot_name(self.options["final_snapshot_identifier"])
        # of a group whose creation failed there is nothing to be saved
        if snapshot and current["status"] != "create-failed":
            params["FinalSnapshotIdentifier"] = snapshot
        gone = frozenset(GROUP_MISSING)
        return Plan(
            [Call("delete_replication_group", params, self.name, done_if=gone, retry_if=BUSY_ERRORS)], current, None
        )

    def busy(self, current: dict[str, Any]) -> str:
        return "" if current["status"] in (AVAILABLE, "create-failed") else current["status"]

    def progress(self, current: dict[str, Any]) -> Progress:
        if current["status"] == "create-failed":
            return Progress(ready=False, state="create-failed", failure="remove it with state=absent and run again.")
        # AWS shows the old values for some seconds before it begins to work on a change: the runner compares them
        return Progress(ready=current["status"] == AVAILABLE, state=current["status"])


def main() -> None:
    """Entry point of the module."""
    manage(ReplicationGroup)


if __name__ == "__main__":
    main()
