#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: rds_cluster_swap
short_description: Let one Aurora cluster take the name and the place of another one, which is kept
version_added: 0.1.0
description:
  - Gives the cluster O(cluster_identifier) the name O(outgoing_identifier), and then the cluster O(incoming_identifier)
    its name, with the names of their instances. Endpoints follow the names, so that clients reach the incoming cluster
    where the other one was.
  - So that nobody writes to the outgoing cluster unawares, it first gets O(outgoing_security_group_ids). Then AWS
    restarts its instances under their new names, which ends all connections.
  - It goes on where an earlier run was interrupted, as the names tell how far that was. The way back is another swap.
  - Nobody reaches either cluster while AWS renames it, which takes some minutes.
  - In check mode the incoming cluster need not be there yet.
author: StreamFlix platform team (@streamflix)
options:
  cluster_identifier:
    description: The name that passes from one cluster to the other.
    type: str
    required: true
  incoming_identifier:
    description: The cluster that gets the name.
    type: str
    required: true
  outgoing_identifier:
    description: What the cluster is called then that has it now. There must be none of this name.
    type: str
    required: true
  members:
    description:
      - What the instances of O(cluster_identifier) are called. In another cluster, its name takes the place of
        O(cluster_identifier) in theirs; where an instance does not begin with that, it is put before it.
      - Other instances, such as readers of Application Auto Scaling, keep their names.
    type: list
    elements: str
    required: true
  outgoing_security_group_ids:
    description: The security groups of the outgoing cluster. It keeps its own unless set.
    type: list
    elements: str
  outgoing_tags:
    description: The tags of the outgoing cluster and its instances. C(ReplacedAt) is added, the time in UTC.
    type: dict
    required: true
  tags:
    description: The tags of the incoming cluster and its instances.
    type: dict
    aliases: [resource_tags]
  purge_tags:
    description: Whether other tags are removed from both.
    type: bool
    default: true
  ignored_tags:
    description: Tags, as patterns with C(*), that are neither compared nor removed.
    type: list
    elements: str
    default: []
  adopt:
    description: Whether clusters that lack O(owner_tags) are taken for ours.
    type: bool
    default: false
  owner_tags:
    description:
      - The tags that say whose the clusters are. The task fails at one that lacks them, unless it has those of
        O(outgoing_tags) under the same names.
    type: dict
  wait:
    description: Whether to wait until both clusters are available again.
    type: bool
    default: true
  wait_timeout:
    description: How long to wait for each step, in seconds.
    type: int
    default: 1800
seealso:
  - module: streamflix.content_api.rds_cluster_restore
  - module: streamflix.content_api.rds_serverless_v2
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Computes what would change and writes nothing.
    support: full
  diff_mode:
    description: Shows names, tags and security groups before and after.
    support: full
"""

EXAMPLES = r"""
- name: Let the restored cluster take the place of the present one
  streamflix.content_api.rds_cluster_swap:
    cluster_identifier: streamflix-aurora-dev
    incoming_identifier: streamflix-aurora-dev-restored
    outgoing_identifier: streamflix-aurora-dev-before
    members: [streamflix-aurora-dev-writer, streamflix-aurora-dev-reader]
    outgoing_security_group_ids: [sg-0123456789abcdef0]
    outgoing_tags:
      Environment: dev
      ManagedBy: streamflix.content_api restore
    tags:
      Environment: dev
      ManagedBy: streamflix.content_api
"""

RETURN = r"""
cluster:
  description: The cluster that has the name now, or in check mode would have.
  returned: always
  type: dict
  contains:
    endpoint:
      description: Host name of its writer, the same as before.
      type: str
      sample: streamflix-aurora-dev.cluster-c1a2b3c4d5e6.eu-west-1.rds.amazonaws.com
    replaced_at:
      description: When the outgoing cluster was replaced, in UTC.
      type: str
      sample: "2026-11-29T20:12:00Z"
    cluster_identifier:
      description: The name that passes from one cluster to the other.
      type: str
      sample: streamflix-aurora-dev
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
      type: AWS::RDS::DBCluster
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: Always V(present).
  returned: always
  type: str
  sample: present
"""

import time
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from ansible_collections.streamflix.content_api.plugins.module_utils import ownership, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    UNKNOWN,
    Call,
    InvalidOptionError,
    Plan,
    Step,
    Wait,
    unchanged,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.rds import reading as rds
from ansible_collections.streamflix.content_api.plugins.module_utils.rds.rules import rds_identifier
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import (
    COMMON,
    Kind,
    Progress,
    Resource,
    manage,
)

MEMBER_TYPE = "AWS::RDS::DBInstance"
GROUPS = "vpc_security_group_ids"
# when the outgoing cluster was replaced
REPLACED_AT = "ReplacedAt"
USABLE = frozenset({"available", "backing-up", "storage-optimization"})
RENAMING = frozenset({"modifying", "rebooting", "renaming"})
# the states that pass, during which AWS refuses a request, and names that the other cluster is about to leave
PASSING = frozenset({"InvalidDBClusterStateFault", "InvalidDBInstanceState", "DBInstanceAlreadyExists"})

Cluster = dict[str, Any]

FIELDS: Rows = {
    "cluster_identifier": Field(required=True, always=True, rule=rds_identifier),
    "incoming_identifier": Field(required=True, rule=rds_identifier),
    "outgoing_identifier": Field(required=True, rule=rds_identifier),
    "members": Field("list", required=True),
    "outgoing_security_group_ids": Field("list"),
    "outgoing_tags": Field("dict", required=True),
    "endpoint": Field(read="endpoint", assigned=True),
    "replaced_at": Field(read="replaced_at", assigned=True),
}


def member_name(cluster: str, base: str, member: str) -> str:
    """Return what an instance is called in a cluster of another name.

    :param base: the name of the cluster that it is called after.
    :param member: what it is called there.
    """
    if cluster == base:
        return member
    return cluster + member.removeprefix(base) if member.startswith(base) else f"{cluster}-{member}"


def renamed(arn: str, name: str) -> str:
    """Return the ARN of a cluster or an instance once it has another name."""
    return f"{arn.rpartition(':')[0]}:{name}"


class Swap(Resource):
    """Two Aurora clusters, one of which takes the name of the other."""

    service = "rds"
    kind = "swap of DB cluster"
    aws_type = "AWS::RDS::DBCluster"
    result_key = "cluster"
    fields = FIELDS
    named_by = "cluster_identifier"
    common: ClassVar[Mapping[str, Any]] = {
        **{name: spec for name, spec in COMMON.items() if name != "state"},
        "wait_timeout": {"type": "int", "default": 1800},
    }

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())

    @classmethod
    def kinds(cls) -> tuple[Kind, ...]:
        # rds_serverless_v2 manages them
        return ()

    @property
    def incoming(self) -> str:
        """The name of the cluster that comes in."""
        return str(self.options["incoming_identifier"])

    @property
    def outgoing(self) -> str:
        """The name of the cluster that goes out."""
        return str(self.options["outgoing_identifier"])

    def problems(self) -> list[str]:
        found = super().problems()
        names = [self.name, self.incoming, self.outgoing]
        if len(set(names)) < len(names):
            found.append(f"The names {', '.join(names)} are not three different ones: change one.")
        for cluster in names:
            for member in self.options["members"]:
                found += rds_identifier("members", member_name(cluster, self.name, member))
        return found

    def describe(self) -> dict[str, Any] | None:
        """Read both clusters, by the names that they have or have had."""
        live, incoming, outgoing = (
            rds.read_cluster(self.api, name) for name in (self.name, self.incoming, self.outgoing)
        )
        if live and incoming and outgoing:
            raise InvalidOptionError(
                f"There are DB clusters {self.name}, {self.incoming} and {self.outgoing}, so that the last one is of "
                "an earlier swap: remove it, or give another outgoing_identifier."
            )
        if incoming:
            return {"incoming": incoming, "outgoing": live or outgoing}
        if live and not outgoing and self.api.check_mode:
            return {"incoming": self.made_later(live), "outgoing": live}
        return {"incoming": live, "outgoing": outgoing} if outgoing else None

    def made_later(self, live: Cluster) -> Cluster:
        """Return what stands in a preview for the incoming cluster, which a task before this one is going to make."""
        members = [
            {
                "identifier": member_name(self.incoming, self.name, one),
                "arn": UNKNOWN,
                "status": "available",
                "is_writer": False,
                "tags": self.options["tags"] or {},
            }
            for one in self.options["members"]
        ]
        known = {"cluster_identifier": self.incoming, "arn": live["arn"], "members": members}
        return {**live, **known, "tags": self.options["tags"] or {}}

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        parts = []
        for side in ("incoming", "outgoing"):
            cluster = found[side]
            if cluster:
                shown = {name: cluster[name] for name in ("cluster_identifier", GROUPS, "tags")}
                parts.append(Part(self.aws_type, cluster["cluster_identifier"], shown, side))
                parts += [
                    Part(MEMBER_TYPE, one["identifier"], {key: one[key] for key in ("identifier", "tags")}, one["key"])
                    for one in self.own_members(cluster, side)
                ]
        return parts

    def own_members(self, cluster: Cluster, side: str) -> list[dict[str, Any]]:
        """Return those instances of a cluster whose names follow it, the writer last.

        :returns: each with C(base), what it is called in the cluster with the name, and C(key), which tells it from
            those of the other cluster.
        """
        names = (self.name, self.incoming, self.outgoing)
        base = {member_name(name, self.name, one): one for one in self.options["members"] for name in names}
        found = [
            {**one, "base": base[one["identifier"]], "key": f"{side} {base[one['identifier']]}"}
            for one in cluster["members"]
            if one["identifier"] in base
        ]
        return sorted(found, key=lambda one: bool(one["is_writer"]))

    def foreign(self, found: Mapping[str, Any]) -> list[str]:
        owner, out = ownership.owner_of(self.options), tags.texts(self.options["outgoing_tags"]) or {}
        replaced = {name: out.get(name, "") for name in owner}
        others = [part for part in self.tagged(found) if not ownership.is_ours(part.properties["tags"], replaced)]
        return [reason for reason in (ownership.why_foreign(part, owner) for part in others) if reason]

    def first_plan(self) -> Plan:
        return unchanged(None)

    def plan_create(self) -> Plan:
        raise InvalidOptionError(
            f"There is no DB cluster {self.incoming}, nor a {self.outgoing} of an earlier swap, so that there is "
            f"nothing to put in the place of {self.name}."
        )

    def plan_update(self, current: dict[str, Any]) -> Plan:
        after, steps = dict(current), []
        if current["outgoing"]:
            wanted = {
                REPLACED_AT: current["outgoing"]["tags"].get(REPLACED_AT, self.now),
                **self.options["outgoing_tags"],
            }
            more, after["outgoing"] = self.move(
                current["outgoing"], "outgoing", self.outgoing, tags.texts(wanted) or {}
            )
            steps += more
        more, after["incoming"] = self.move(current["incoming"], "incoming", self.name, self.options["tags"])
        return Plan([*steps, *more], current, after)

    def move(
        self, cluster: Cluster, side: str, name: str, its_tags: Mapping[str, str] | None
    ) -> tuple[list[Step], Cluster]:
        """Return the steps after which a cluster and its instances have their names and tags, and the cluster then.

        The outgoing one's instances go first, as AWS restarts them, which ends what clients do. Those of the incoming
        one go last, as their names are free only then.
        """
        members = [(one, member_name(name, self.name, one["base"])) for one in self.own_members(cluster, side)]
        theirs = rename_members([(one["identifier"], new) for one, new in members])
        own = rename_cluster(cluster["cluster_identifier"], name)
        groups = self.options["outgoing_security_group_ids"] if side == "outgoing" else None
        steps: list[Step] = [*fence(cluster, groups), *theirs, *own] if side == "outgoing" else [*own, *theirs]
        options = {**self.options, "tags": its_tags}
        for one, new in [(cluster, name), *members]:
            which = {"ResourceName": renamed(one["arn"], new)}
            steps += tags.steps(tags.RDS, which, one["tags"], options, new)
        new_names = {one["identifier"]: new for one, new in members}
        after = self.with_tags(cluster, its_tags) | {"cluster_identifier": name}
        after["members"] = [
            self.with_tags(one, its_tags) | {"identifier": new_names[one["identifier"]]}
            if one["identifier"] in new_names
            else one
            for one in cluster["members"]
        ]
        return steps, after | ({GROUPS: sorted(groups)} if groups else {})

    def with_tags(self, found: Mapping[str, Any], its_tags: Mapping[str, str] | None) -> dict[str, Any]:
        """Return a cluster or an instance with the tags that it will have."""
        return {**found, "tags": tags.after(found["tags"], its_tags, self.options["purge_tags"])}

    def busy(self, current: dict[str, Any]) -> str:
        # who has which name is known only when AWS is done with those that an earlier run has asked for
        found = [one for one in current.values() if one]
        states = [one["status"] for one in found] + [one["status"] for part in found for one in part["members"]]
        return next((state for state in states if state in RENAMING), "")

    def progress(self, current: dict[str, Any]) -> Progress:
        parts = {one["cluster_identifier"]: one["status"] for one in current.values() if one}
        parts |= {one["identifier"]: one["status"] for part in current.values() if part for one in part["members"]}
        state = ", ".join(f"{name} {status}" for name, status in parts.items() if status not in USABLE)
        return Progress(ready=not state, state=state)

    def shown(self, found: Mapping[str, Any] | None) -> Any:
        if not found:
            return {}
        endpoint = found["incoming"]["endpoint"].replace(found["incoming"]["arn"].rpartition(":")[2], self.name, 1)
        replaced_at = (found["outgoing"] or {}).get("tags", {}).get(REPLACED_AT, "")
        return {"cluster_identifier": self.name, "endpoint": endpoint, "replaced_at": replaced_at}


def rename_members(names: Iterable[tuple[str, str]]) -> list[Step]:
    """Return the steps that rename instances, with the waits until AWS has done so; none where nothing differs.

    :param names: the present name and the new one of each. Requests that follow go by the new ones, which may still be
        those of others before.
    """
    changed = [(present, name) for present, name in names if present != name]
    calls: list[Step] = [
        Call(
            "modify_db_instance",
            {"DBInstanceIdentifier": present, "NewDBInstanceIdentifier": name, "ApplyImmediately": True},
            f"{present} -> {name}",
            retry_if=PASSING,
        )
        for present, name in changed
    ]
    return [*calls, *(until_renamed("DBInstance", "db-instance-id", present, name) for present, name in changed)]


def until_renamed(kind: str, by: str, present: str, name: str) -> Wait:
    """Return the wait until AWS lists a cluster or an instance under its new name, and it can be used.

    :param kind: as AWS calls it.
    :param by: the filter of its name.
    """
    key, state, operation = (
        ("DBClusters", "Status", "describe_db_clusters")
        if kind == "DBCluster"
        else ("DBInstances", "DBInstanceStatus", "describe_db_instances")
    )
    return Wait(
        f"{kind} {present} to be {name}",
        operation,
        {"Filters": [{"Name": by, "Values": [name]}]},
        lambda reply: reply[key][0][state] if reply[key] else "renaming",
        until=USABLE,
    )


def rename_cluster(present: str, name: str) -> list[Step]:
    """Return the steps that rename a cluster, with the wait until AWS has done so; none where it has the name."""
    if present == name:
        return []
    params = {"DBClusterIdentifier": present, "NewDBClusterIdentifier": name, "ApplyImmediately": True}
    return [
        Call("modify_db_cluster", params, f"{present} -> {name}", retry_if=PASSING),
        until_renamed("DBCluster", "db-cluster-id", present, name),
    ]


def fence(cluster: Cluster, groups: Iterable[str] | None) -> list[Step]:
    """Return the request that puts a cluster in other security groups; none where it is in these."""
    wanted, name = sorted(groups or ()), cluster["cluster_identifier"]
    if not wanted or cluster[GROUPS] == wanted:
        return []
    params = {"DBClusterIdentifier": name, "VpcSecurityGroupIds": wanted, "ApplyImmediately": True}
    return [Call("modify_db_cluster", params, name, retry_if=PASSING)]


def main() -> None:
    """Entry point of the module."""
    manage(Swap)


if __name__ == "__main__":
    main()
