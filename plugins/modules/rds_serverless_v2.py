#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: rds_serverless_v2
short_description: Manage an Aurora Serverless v2 cluster with its instances
version_added: 0.1.0
description:
  - Creates, changes and removes an Aurora Serverless v2 cluster together with its writer and readers.
  - Cluster and instances are created side by side. With O(wait=false) the module returns as soon as AWS has accepted
    them; the endpoints are known by then.
  - The engine version is checked against what AWS offers in the region before anything is created or upgraded.
  - Unlike M(amazon.aws.rds_cluster) it knows automatic pause, passwords managed by RDS, promotion tiers, Database
    Insights and Extended Support, and compares security groups as a set.
author: StreamFlix platform team (@streamflix)
options:
  cluster_identifier:
    description: Identifier of the cluster, at most 63 lower-case letters, digits and single hyphens.
    type: str
    required: true
  engine:
    description: Database engine. AWS cannot change it in place.
    type: str
    choices: [aurora-postgresql, aurora-mysql]
    default: aurora-postgresql
  engine_version:
    description:
      - Engine version, in full (V(15.17)) or only its beginning (V(15)).
      - If only a beginning is given, a new cluster gets the newest such version that AWS offers, and an existing
        cluster keeps its version if that starts so.
      - A newer minor version is no difference while an instance has C(auto_minor_version_upgrade), as AWS installs
        it by itself. Otherwise a version that goes back is refused.
      - Without this option a new cluster gets AWS's default version.
    type: str
  allow_major_version_upgrade:
    description: Whether O(engine_version) may raise the major version of an existing cluster.
    type: bool
    default: false
  database_name:
    description: Name of the first database. AWS cannot change it in place.
    type: str
  port:
    description: Port of the database. Changing it is refused unless O(allow_port_change).
    type: int
  allow_port_change:
    description:
      - Whether O(port) of an existing cluster may be changed. AWS then restarts all of its instances at once, and
        clients that run do not know the new port.
    type: bool
    default: false
  master_username:
    description:
      - Name of the master user. AWS cannot change it in place.
      - Without this option a new cluster takes C(username) from the secret of O(master_user_secret_arn).
    type: str
  master_user_secret_arn:
    description:
      - A secret of AWS Secrets Manager, a JSON object with the master user's C(password), such as
        M(streamflix.content_api.secretsmanager_generated_secret) creates.
      - The module reads the password itself when it creates the cluster. It never appears anywhere.
      - A new cluster needs this or O(manage_master_user_password).
    type: str
  set_master_password:
    description:
      - Whether an existing cluster gets the password that is in the secret of O(master_user_secret_arn).
      - AWS does not tell a cluster's password, so this is always a change. Set it when the secret was made anew.
    type: bool
    default: false
  manage_master_user_password:
    description: Whether RDS keeps the master user's password in a secret of its own and rotates it.
    type: bool
  min_capacity:
    description:
      - Smallest capacity in Aurora capacity units (ACU), 0 to 256 in steps of 0.5. A new cluster needs it.
      - V(0) lets the cluster pause when nobody is connected.
    type: float
  max_capacity:
    description: Largest capacity in ACU, 1 to 256 in steps of 0.5. A new cluster needs it.
    type: float
  seconds_until_auto_pause:
    description: After how many seconds without a connection the cluster pauses, 300 to 86400. Needs O(min_capacity=0).
    type: int
  db_subnet_group_name:
    description: DB subnet group. AWS cannot change it in place.
    type: str
  vpc_security_group_ids:
    description: The security groups of the cluster, in any order.
    type: list
    elements: str
  storage_encrypted:
    description: Whether the storage is encrypted. AWS cannot change it in place.
    type: bool
  kms_key_id:
    description:
      - Key that encrypts the storage. AWS cannot change it in place.
      - ARN or id; an alias is used at creation only, since AWS gives back the key behind it.
    type: str
  storage_type:
    description:
      - How the storage is charged. With V(aurora) each I/O costs, with V(aurora-iopt1) none does, while capacity and
        storage cost more.
      - AWS changes an existing cluster to V(aurora-iopt1) once in 30 days, and back at any time.
    type: str
    choices: [aurora, aurora-iopt1]
  http_endpoint:
    description: Whether the RDS Data API runs SQL on the cluster, for whoever IAM lets use it and its secret.
    type: bool
  backup_retention_period:
    description: For how many days automated backups are kept, 1 to 35.
    type: int
  preferred_backup_window:
    description: Daily time of the automated backup in UTC, such as V(02:00-03:00).
    type: str
  preferred_maintenance_window:
    description: Weekly time of maintenance in UTC, such as V(sun:04:00-sun:05:00).
    type: str
  copy_tags_to_snapshot:
    description: Whether snapshots bear the tags of the cluster.
    type: bool
  deletion_protection:
    description:
      - Whether AWS refuses to remove the cluster.
      - With O(state=absent), V(false) lifts the protection first. Without it a protected cluster is not removed.
    type: bool
  iam_database_authentication:
    description: Whether users can log in with IAM credentials.
    type: bool
  db_cluster_parameter_group_name:
    description:
      - Cluster parameter group. Without this option a new cluster gets AWS's default for its version.
      - What is in it takes effect when somebody restarts the instances, which this module never does. It warns of those
        that wait for it (C(pending_reboot) of C(members)).
    type: str
  db_instance_parameter_group_name:
    description:
      - DB parameter group of all members, such as M(streamflix.content_api.rds_db_parameter_group) makes. Without this
        option new ones get AWS's default for their version, and others keep theirs.
      - With a new major version, AWS wants it in the request for that, and gives it to the members with the upgrade.
    type: str
  enabled_cloudwatch_logs_exports:
    description: The logs that are exported to CloudWatch Logs, in any order. An empty list exports none.
    type: list
    elements: str
  database_insights_mode:
    description:
      - Mode of CloudWatch Database Insights.
      - V(advanced) turns Performance Insights on and keeps its data for 465 days, unless
        O(performance_insights_retention_period) says longer.
    type: str
    choices: [standard, advanced]
  performance_insights:
    description: Whether Performance Insights collects data.
    type: bool
  performance_insights_retention_period:
    description: For how many days Performance Insights keeps its data. V(7), V(731), or months of 31 days up to 713.
    type: int
  monitoring_interval:
    description:
      - How often, in seconds, Enhanced Monitoring writes what the operating system of each member does to the log group
        C(RDSOSMetrics), which all instances of a region share. V(0) turns it off.
      - Without this option the members are left as they are, and new ones have none.
    type: int
    choices: [0, 1, 5, 10, 15, 30, 60]
  monitoring_role_arn:
    description: >-
      ARN of the role that lets C(monitoring.rds.amazonaws.com) write it. O(monitoring_interval) needs one; a new role
      is waited for.
    type: str
  engine_lifecycle_support:
    description:
      - Whether AWS runs the cluster in RDS Extended Support, which costs extra, once its version has reached its end.
      - Without this option a new cluster gets V(open-source-rds-extended-support-disabled), and an existing one
        keeps what it has.
    type: str
    choices: [open-source-rds-extended-support, open-source-rds-extended-support-disabled]
  apply_immediately:
    description:
      - Whether changes are applied at once instead of in the next maintenance window.
      - With V(false), changes that already wait for the maintenance window are no difference, and the module does not
        wait for them.
      - With V(true), such a change is sent again, so that AWS makes it now, or takes it back if it is no longer wanted.
    type: bool
    default: true
  members:
    description:
      - The instances of the cluster. AWS makes one of them the writer, the one with the lowest tier after a failover.
      - Without this option the instances are left as they are.
    type: list
    elements: dict
    suboptions:
      identifier:
        description: Identifier of the instance, unique in the account and region.
        type: str
        required: true
      instance_class:
        description: Instance class.
        type: str
        default: db.serverless
      promotion_tier:
        description: >-
          Which instance takes over when the writer fails, the lowest first, 0 to 15. Readers in tier 0 and 1 have the
          writer's capacity, those in the others their own.
        type: int
        default: 1
      auto_minor_version_upgrade:
        description: Whether AWS upgrades the minor version in the maintenance window.
        type: bool
      publicly_accessible:
        description: Whether the instance has a public address.
        type: bool
        default: false
      availability_zone:
        description: Its availability zone. AWS cannot change it in place. Without it AWS chooses.
        type: str
      ca_certificate_identifier:
        description:
          - The authority that signs the certificate which the instance shows its clients. Clients that check it need
            its root. Without it AWS takes the account's default.
          - Changing it restarts the instance, unless the engine version takes a certificate without a restart.
        type: str
        choices: [rds-ca-rsa2048-g1, rds-ca-rsa4096-g1, rds-ca-ecc384-g1]
  purge_members:
    description:
      - Whether instances that O(members) does not name are removed.
      - Readers that Application Auto Scaling added (C(application-autoscaling-...)) are always kept, and left as they
        are, their tags included, unless O(members) names them. A removal of the cluster removes them too.
    type: bool
    default: true
  skip_final_snapshot:
    description: Whether a removal takes no final snapshot.
    type: bool
    default: false
  final_snapshot_identifier:
    description:
      - How the name of the final snapshot begins; the time of the removal is added, so that each has its own.
      - Without this option it is O(cluster_identifier) with C(-final).
    type: str
  replace:
    description:
      - Whether to remove and create anew what AWS cannot change in place.
      - B(The data is lost) but for a final snapshot (O(skip_final_snapshot), O(final_snapshot_identifier)).
      - A protected cluster is not replaced unless O(deletion_protection=false). The new one gets the password that is
        in the secret of O(master_user_secret_arn).
      - A member that AWS cannot change in place is never a reason to replace the cluster.
      - Set it for one run only, best on the command line.
    type: bool
    default: false
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: A cluster with a writer and a reader, without waiting for it
  streamflix.content_api.rds_serverless_v2:
    cluster_identifier: streamflix-aurora-dev
    engine_version: "15.17"
    database_name: streamflix
    port: 5432
    master_username: postgres
    master_user_secret_arn: arn:aws:secretsmanager:eu-west-1:123456789012:secret:streamflix-db-credentials-dev-a1b2c3
    min_capacity: 0.5
    max_capacity: 2
    db_subnet_group_name: streamflix-aurora-subnets-dev
    vpc_security_group_ids: [sg-0123456789abcdef0]
    storage_encrypted: true
    backup_retention_period: 7
    members:
      - identifier: streamflix-aurora-dev-writer
        promotion_tier: 0
      - identifier: streamflix-aurora-dev-reader
        promotion_tier: 1
    tags:
      Environment: dev
    wait: false

- name: Wait until it can be used
  streamflix.content_api.rds_serverless_v2:
    cluster_identifier: streamflix-aurora-dev
    wait_timeout: 1800

- name: Remove it, with a final snapshot
  streamflix.content_api.rds_serverless_v2:
    cluster_identifier: streamflix-aurora-dev
    state: absent
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
  sample: [create_db_cluster streamflix-aurora-dev, create_db_instance streamflix-aurora-dev-writer]
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
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
cluster:
  description: The cluster as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:rds:eu-west-1:123456789012:cluster:streamflix-aurora-dev
    cluster_identifier:
      description: Its identifier.
      type: str
      sample: streamflix-aurora-dev
    status:
      description: AWS's word for its state.
      type: str
      sample: available
    endpoint:
      description: Host name of the writer.
      type: str
      sample: streamflix-aurora-dev.cluster-c1a2b3c4d5e6.eu-west-1.rds.amazonaws.com
    reader_endpoint:
      description: Host name that spreads connections over the readers.
      type: str
      sample: streamflix-aurora-dev.cluster-ro-c1a2b3c4d5e6.eu-west-1.rds.amazonaws.com
    engine:
      description: Database engine.
      type: str
      sample: aurora-postgresql
    engine_version:
      description: Its engine version, in full.
      type: str
      sample: "15.17"
    database_name:
      description: Name of the first database.
      type: str
      sample: streamflix
    port:
      description: Port of the database.
      type: int
      sample: 5432
    master_username:
      description: Name of the master user.
      type: str
      sample: postgres
    master_user_secret_arn:
      description: The secret in which RDS keeps the password, with O(manage_master_user_password); else null.
      type: str
      sample: null
    manage_master_user_password:
      description: Whether RDS keeps the master user's password in a secret of its own and rotates it.
      type: bool
      sample: false
    min_capacity:
      description: Smallest capacity in Aurora capacity units (ACU).
      type: float
      sample: 0.5
    max_capacity:
      description: Largest capacity in ACU.
      type: float
      sample: 2.0
    seconds_until_auto_pause:
      description: After how many seconds without a connection the cluster pauses; null when it never does.
      type: int
      sample: null
    db_subnet_group_name:
      description: DB subnet group.
      type: str
      sample: streamflix-aurora-subnets-dev
    vpc_security_group_ids:
      description: Its security groups, sorted.
      type: list
      elements: str
      sample: [sg-0123456789abcdef0]
    storage_encrypted:
      description: Whether the storage is encrypted.
      type: bool
      sample: true
    kms_key_id:
      description: ARN of the key that encrypts the storage; null when none does.
      type: str
      sample: arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555
    storage_type:
      description: How the storage is charged, V(aurora) or V(aurora-iopt1).
      type: str
      sample: aurora
    io_optimized_next_allowed_modification_time:
      description: When it may change to V(aurora-iopt1) again; null when it never had it.
      type: str
      sample: null
    http_endpoint:
      description: Whether the RDS Data API runs SQL on the cluster.
      type: bool
      sample: false
    backup_retention_period:
      description: For how many days automated backups are kept.
      type: int
      sample: 7
    preferred_backup_window:
      description: Daily time of the automated backup in UTC.
      type: str
      sample: 02:00-03:00
    preferred_maintenance_window:
      description: Weekly time of maintenance in UTC.
      type: str
      sample: sun:04:00-sun:05:00
    copy_tags_to_snapshot:
      description: Whether snapshots bear the tags of the cluster.
      type: bool
      sample: true
    deletion_protection:
      description: Whether AWS refuses to remove the cluster.
      type: bool
      sample: true
    iam_database_authentication:
      description: Whether users can log in with IAM credentials.
      type: bool
      sample: false
    db_cluster_parameter_group_name:
      description: Cluster parameter group.
      type: str
      sample: default.aurora-postgresql15
    enabled_cloudwatch_logs_exports:
      description: The logs that are exported to CloudWatch Logs, sorted.
      type: list
      elements: str
      sample: [postgresql]
    database_insights_mode:
      description: Mode of CloudWatch Database Insights.
      type: str
      sample: standard
    performance_insights:
      description: Whether Performance Insights collects data.
      type: bool
      sample: false
    performance_insights_retention_period:
      description: For how many days Performance Insights keeps its data.
      type: int
      sample: null
    engine_lifecycle_support:
      description:
        - Whether AWS runs the cluster in RDS Extended Support, which costs extra, once its version has reached its end.
      type: str
      sample: open-source-rds-extended-support-disabled
    members:
      description:
        - Its instances by identifier, with the keys of O(members) and C(arn), C(status), C(is_writer),
          C(db_parameter_group_name), C(pending_reboot) (whether it has parameters that take effect when somebody
          restarts it), C(monitoring_interval), C(monitoring_role_arn), C(pending) and C(tags).
      type: list
      elements: dict
      sample:
        - identifier: streamflix-aurora-dev-writer
          instance_class: db.serverless
          promotion_tier: 0
          is_writer: true
          status: available
          pending: {}
    pending:
      description: What waits for the maintenance window, or for a moment; of a password only V(true).
      type: dict
      sample: {}
    tags:
      description: Its tags.
      type: dict
      sample: {Environment: dev}
"""

import json
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields, pending, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part, settings
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    InvalidOptionError,
    Later,
    Plan,
    Reader,
    Step,
    differences,
    refuse_replacement,
    unknown,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.rds import reading as rds
from ansible_collections.streamflix.content_api.plugins.module_utils.rds.reading import (
    CAPACITY,
    FIELDS,
    INSIGHTS,
    MEMBER,
    MONITORING,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.rds.rules import (
    aurora_capacity,
    aurora_insights,
    log_exports,
    rds_identifier,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import out_of_range, same_key
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.windows import backup_and_maintenance
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Kind, Progress, Resource, manage

# the shortest window for backups, and for maintenance
WINDOW_MINUTES = 30
MEMBER_TYPE = "AWS::RDS::DBInstance"
REPLACEMENT = (
    "Create a cluster with another identifier from a snapshot, and move the application over. Or set replace "
    "(aurora_replace of the role) to have this one removed and created anew: its data is lost but for a final snapshot."
)
MEMBER_REPLACEMENT = "Add a member with another identifier, and remove this one once the new one is available."
# what CreateDBCluster fills in, where it depends on other settings
PORTS = {"aurora-postgresql": 5432, "aurora-mysql": 3306}
AUTO_PAUSE_SECONDS = 300
INSIGHTS_DAYS = 7
REBOOT = (
    "Parameters of {names} wait for a restart, and neither a run nor the maintenance window makes one. When it suits, "
    "restart the instances one after the other: aws rds reboot-db-instance --db-instance-identifier NAME."
)
INSTANCE_GROUP = "db_instance_parameter_group_name"
SCALED_BY_AWS = "application-autoscaling-"
# AWS shows the old state for some seconds after it has accepted a change
TAKE_UP_SECONDS = 45

USABLE = frozenset({"available", "backing-up", "storage-optimization"})
# AWS does not leave these states by itself
STUCK = frozenset(
    {
        "cloning-failed",
        "failed",
        "inaccessible-encryption-credentials",
        "inaccessible-encryption-credentials-recoverable",
        "incompatible-create",
        "incompatible-credentials",
        "incompatible-network",
        "incompatible-option-group",
        "incompatible-parameters",
        "incompatible-restore",
        "insufficient-capacity",
        "migration-failed",
        "restore-error",
        "stopped",
        "storage-full",
        "upgrade-failed",
    }
)
# the states of a cluster or an instance that pass, during which AWS refuses a request
PASSING = frozenset({"InvalidDBClusterStateFault", "InvalidDBInstanceState"})
# IAM takes some seconds until RDS can assume a new role
NEW_ROLE = frozenset({"InvalidParameterValue: ENHANCED_MONITORING"})
# the same of the operations of the Data API, which have errors of their own
PASSING_ENDPOINT = PASSING | {"InvalidResourceStateFault"}


def from_secret(key: str, secret: str) -> Reader:
    """Return a reader of one field of a secret's JSON, for C(Call.binds); its errors never show the value."""

    def read(reply: Mapping[str, Any]) -> str:
        try:
            value = json.loads(reply["SecretString"])[key]
        except (KeyError, TypeError, ValueError):
            value = None
        if not isinstance(value, str) or not value:
            raise InvalidOptionError(f"master_user_secret_arn {secret!r} holds no text under {key!r}: add it there.")
        return value

    return read


def read_secret(options: Mapping[str, Any]) -> Call:
    """Return the step that reads the master user's name and password for the steps after it."""
    secret = options["master_user_secret_arn"]
    binds = {"password": from_secret("password", secret)}
    if not options["master_username"]:
        binds["username"] = from_secret("username", secret)
    return Call("get_secret_value", {"SecretId": secret}, secret, service="secretsmanager", binds=binds, silent=True)


def wanted_cluster(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the options ask of the cluster itself, as L(fields.wanted)."""
    # what AWS shows under these names is compared by other ways
    wanted = {**fields.wanted(FIELDS, options), "members": None, "master_user_secret_arn": None}
    if options["database_insights_mode"] == "advanced":
        wanted["performance_insights"] = True
        wanted["performance_insights_retention_period"] = options["performance_insights_retention_period"] or 465
    return wanted


def choose_version(options: Mapping[str, Any], offers: Sequence[rds.Offer]) -> rds.Offer | None:
    """Return the offered version that the options ask for; None when they ask for none.

    :raises InvalidOptionError: AWS does not offer it, or not with this capacity.
    """
    wanted = options["engine_version"]
    if not wanted:
        return None
    offer = rds.newest(offers, wanted)
    if offer is None:
        available = ", ".join(offer.version for offer in offers) or "none"
        raise InvalidOptionError(
            f"engine_version {wanted!r} of {options['engine']} is not offered with Serverless v2 in this region: "
            f"set one of {available}."
        )
    smallest, largest = options["min_capacity"], options["max_capacity"]
    if smallest is not None and smallest < offer.min_capacity:
        raise InvalidOptionError(
            f"min_capacity {smallest:g} is below {offer.min_capacity:g}, the smallest of engine version "
            f"{offer.version}: raise it, or take a newer engine_version."
        )
    if largest is not None and largest > offer.max_capacity:
        raise InvalidOptionError(
            f"max_capacity {largest:g} is above {offer.max_capacity:g}, the largest of engine version "
            f"{offer.version}: lower it, or take a newer engine_version."
        )
    return offer


def check_creation(options: Mapping[str, Any]) -> None:
    """Find options that a new cluster needs and that are missing.

    :raises InvalidOptionError: names them.
    """
    missing = [key for key in ("min_capacity", "max_capacity") if options[key] is None]
    if not options["manage_master_user_password"]:
        missing += [key for key in ("master_user_secret_arn",) if not options[key]]
    elif not options["master_username"]:
        missing.append("master_username")
    if missing:
        raise InvalidOptionError(
            f"DB cluster {options['cluster_identifier']} does not exist, and {', '.join(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} not set: set what a new cluster needs."
        )


def of_cluster(options: Mapping[str, Any], member: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the options say of a member, with what they say of all of them."""
    shared = {"db_parameter_group_name": options[INSTANCE_GROUP], **{name: options[name] for name in MONITORING}}
    # without an interval nobody has a role
    if not options["monitoring_interval"]:
        del shared["monitoring_role_arn"]
    return {**fields.given(member), **fields.given(shared)}


def create_member(options: Mapping[str, Any], member: Mapping[str, Any]) -> Call:
    """Return the step that creates a member of the cluster."""
    params = {
        "DBClusterIdentifier": options["cluster_identifier"],
        "Engine": options["engine"],
        **fields.all_params(MEMBER, of_cluster(options, member)),
    }
    if options["tags"]:
        params["Tags"] = tags.to_list(options["tags"])
    return Call("create_db_instance", params, member["identifier"], retry_if=PASSING | NEW_ROLE)


def new_member(options: Mapping[str, Any], member: Mapping[str, Any], writer: bool) -> dict[str, Any]:
    """Return a member as it will be once it is created.

    :param writer: whether it is the first one of the cluster, which AWS makes the writer.
    """
    made = fields.created(MEMBER, of_cluster(options, member))
    return {**made, "is_writer": writer, "tags": dict(options["tags"] or {})}


def new_cluster(options: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return a cluster as it will be once it is created.

    :param wanted: its settings, as far as they are sent.
    """
    made = fields.created(FIELDS, {"port": PORTS[options["engine"]], **wanted})
    filled_in = {
        "kms_key_id": None if made["storage_encrypted"] is False else unknown(),
        "seconds_until_auto_pause": None if made["min_capacity"] else AUTO_PAUSE_SECONDS,
        "performance_insights_retention_period": INSIGHTS_DAYS if made["performance_insights"] else None,
        "master_user_secret_arn": unknown() if made["manage_master_user_password"] else None,
    }
    members = [new_member(options, member, number == 0) for number, member in enumerate(options["members"] or [])]
    return {
        **made,
        **{name: value for name, value in filled_in.items() if made[name] is None},
        "members": sorted(members, key=lambda item: item["identifier"]),
        "tags": dict(options["tags"] or {}),
    }


def wanted_once(current: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the options ask for that AWS cannot change in place, to be compared with what is."""
    wanted = {name: options[name] for name in fields.fixed(FIELDS)}
    if wanted["kms_key_id"] and same_key(current["kms_key_id"], wanted["kms_key_id"]):
        wanted["kms_key_id"] = None
    return wanted


def check_upgrade(current: str, target: str, options: Mapping[str, Any], offers: Sequence[rds.Offer]) -> None:
    """Refuse a change of version that AWS does not make.

    :raises InvalidOptionError: it is a downgrade, a major upgrade that is not allowed, or no way leads there.
    """
    if rds.numbers(target) < rds.numbers(current):
        raise InvalidOptionError(
            f"engine_version {target!r} is older than the cluster's {current}, and AWS never goes back: set {current}, "
            "or restore a snapshot to a new cluster."
        )
    engine = options["engine"]
    if rds.major(engine, target) != rds.major(engine, current) and not options["allow_major_version_upgrade"]:
        raise InvalidOptionError(
            f"engine_version {target!r} is a new major version, the cluster has {current}: test the upgrade on a "
            "clone, then set allow_major_version_upgrade."
        )
    targets = next((offer.targets for offer in offers if offer.version == current), frozenset[str]())
    if targets and target not in targets:
        ways = ", ".join(sorted(targets, key=rds.numbers))
        raise InvalidOptionError(f"engine_version {target!r} can't be reached from {current}: set one of {ways}.")


def upgrades_itself(current: Mapping[str, Any], options: Mapping[str, Any]) -> bool:
    """Tell whether AWS may install minor versions of a cluster: any instance that it keeps, or will have, lets it.

    What the options say counts before it is done: a run would find only afterwards that it can't end.
    """
    kept = [member for member in current["members"] if not is_surplus(member, options)]
    present = {member["identifier"]: member["auto_minor_version_upgrade"] for member in kept}
    named = {member["identifier"]: member["auto_minor_version_upgrade"] for member in options["members"] or []}
    asked = {name: present.get(name, True) if value is None else value for name, value in named.items()}
    return any({**present, **asked}.values())


def has_version(current: Mapping[str, Any], options: Mapping[str, Any]) -> bool:
    """Tell whether a cluster has the wanted version, or a newer minor one that AWS may have installed by itself."""
    version, wanted = current["engine_version"], options["engine_version"]
    engine = current["engine"]
    ahead = rds.major(engine, version) == rds.major(engine, wanted) and rds.numbers(version) > rds.numbers(wanted)
    return rds.is_version(version, wanted) or (ahead and upgrades_itself(current, options))


def applies_now(current: Mapping[str, Any], options: Mapping[str, Any]) -> bool:
    """Tell whether what is pending for a cluster or an instance is to be applied at once, and AWS is not at it yet."""
    return options["apply_immediately"] and current["status"] in USABLE


def to_change(current: Mapping[str, Any], wanted: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is to be sent for a cluster or an instance, with what it becomes.

    What is pending counts as done. To apply it at once it has to be sent all the same.
    """
    changed = differences(pending.counted(current, at_once=False), wanted)
    return changed | differences(current, wanted) if applies_now(current, options) else changed


def after_change(
    rows: Rows, current: Mapping[str, Any], changed: Mapping[str, Any], options: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a cluster or an instance as it will be, with what waits for the maintenance window apart.

    :param rows: its table.
    """
    after = pending.after(rows, current, changed, options["apply_immediately"])
    if "manage_master_user_password" in changed:
        after["master_user_secret_arn"] = unknown() if changed["manage_master_user_password"] else None
    return {**after, "tags": tags.after(current["tags"], options["tags"], options["purge_tags"])}


def cluster_changes(
    current: Mapping[str, Any], options: Mapping[str, Any], offers: Sequence[rds.Offer]
) -> dict[str, Any]:
    """Return those settings of the cluster itself that are to change, with what they become.

    :raises InvalidOptionError: AWS does not make the change of version.
    """
    asked = pending.counted(current, applies_now(current, options))
    wanted = {name: value for name, value in wanted_cluster(options).items() if not FIELDS[name].fixed}
    if wanted["engine_version"] and has_version(asked, options):
        wanted["engine_version"] = None
    changed = to_change(current, wanted, options)
    if "engine_version" in changed:
        older = rds.numbers(changed["engine_version"]) < rds.numbers(asked["engine_version"])
        offer = None if older else choose_version(options, offers)
        changed["engine_version"] = offer.version if offer else changed["engine_version"]
        check_upgrade(asked["engine_version"], changed["engine_version"], options, offers)
    # a port that AWS leaves out is unknown, not another one
    if "port" in changed and asked["port"] and not options["allow_port_change"]:
        raise InvalidOptionError(
            f"port {changed['port']} is another one than the cluster's {asked['port']}, and would cut everybody off: "
            "AWS restarts all instances at once, and clients that run do not know the new port. Set "
            f"{asked['port']}; or set allow_port_change (aurora_allow_port_change of the role) at a time when nobody "
            "needs the database, and restart its clients afterwards."
        )
    check_storage(asked, changed)
    if waits_for_version(current, changed, options):
        # it has come with the version, or AWS would refuse it
        changed.pop(rds.PARAMETERS, None)
    # AWS gives no pause with a capacity that never pauses
    if changed.get("min_capacity"):
        changed["seconds_until_auto_pause"] = None
    return changed


def new_major(current: Mapping[str, Any], version: str | None, engine: str) -> bool:
    """Tell whether a version takes parameter groups of another family than a cluster's version does."""
    return bool(version) and rds.major(engine, str(version)) != rds.major(engine, current["engine_version"])


def waits_for_version(current: Mapping[str, Any], changed: Mapping[str, Any], options: Mapping[str, Any]) -> bool:
    """Tell whether a new major version is under way, so that the parameter groups are those that came with it.

    :param changed: what is sent for the cluster now; with the version, its groups are.
    """
    pending_version = current["pending"].get("engine_version")
    return "engine_version" not in changed and new_major(current, pending_version, options["engine"])


def check_storage(current: Mapping[str, Any], changed: Mapping[str, Any]) -> None:
    """Refuse a change to I/O-Optimized storage that comes too early after the last one.

    :raises InvalidOptionError: says from when AWS takes it.
    """
    allowed = current["io_optimized_next_allowed_modification_time"]
    if changed.get("storage_type") != rds.IO_OPTIMIZED or not allowed:
        return
    if datetime.fromisoformat(allowed) > datetime.now(UTC):
        raise InvalidOptionError(
            f"storage_type {rds.IO_OPTIMIZED!r} can't be set before {allowed}: AWS changes a cluster to it once in 30 "
            f"days. Set {rds.STANDARD!r} until then."
        )


def set_http_endpoint(current: Mapping[str, Any], changed: Mapping[str, Any]) -> list[Step]:
    """Return the steps that turn the Data API on or off, which ModifyDBCluster does for Serverless v1 only."""
    if rds.HTTP_ENDPOINT not in changed:
        return []
    operation = "enable_http_endpoint" if changed[rds.HTTP_ENDPOINT] else "disable_http_endpoint"
    name, params = current["cluster_identifier"], {"ResourceArn": current["arn"]}
    return [Call(operation, params, name, retry_if=PASSING_ENDPOINT)]


def modify_params(current: Mapping[str, Any], changed: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of ModifyDBCluster for the settings that change; groups that belong together whole."""
    whole, names = {**current, **changed}, changed.keys() - {rds.LOGS, rds.HTTP_ENDPOINT}
    for together in (CAPACITY, INSIGHTS):
        names |= together.keys() if names & together.keys() else set()
    if not whole["performance_insights"]:
        names -= {"performance_insights_retention_period"}
    params = fields.params(FIELDS, whole, [name for name in FIELDS if name in names])
    if rds.LOGS in changed:
        before, after = set(current[rds.LOGS]), set(changed[rds.LOGS])
        queued = set(current["pending"].get(rds.LOGS, before))
        exports = {
            "EnableLogTypes": sorted(after - (before & queued)),
            "DisableLogTypes": sorted((before | queued) - after),
        }
        params["CloudwatchLogsExportConfiguration"] = {key: kinds for key, kinds in exports.items() if kinds}
    if "engine_version" in changed and options["allow_major_version_upgrade"]:
        params["AllowMajorVersionUpgrade"] = True
        if options[INSTANCE_GROUP] and new_major(current, changed["engine_version"], options["engine"]):
            params["DBInstanceParameterGroupName"] = options[INSTANCE_GROUP]
    return params


def sets_password(changed: Mapping[str, Any], options: Mapping[str, Any]) -> bool:
    """Tell whether the cluster is to get the password that is in the secret."""
    return changed.get("manage_master_user_password") is False or options["set_master_password"]


def modify_cluster(current: Mapping[str, Any], changed: Mapping[str, Any], options: Mapping[str, Any]) -> list[Step]:
    """Return the steps that change the cluster itself: none or one request, after reading the password for it.

    :raises InvalidOptionError: the cluster is in a state that AWS does not leave by itself.
    """
    steps: list[Step] = []
    params = modify_params(current, changed, options)
    if sets_password(changed, options):
        if not options["master_user_secret_arn"]:
            raise InvalidOptionError("master_user_secret_arn is not set: set the secret that holds the new password.")
        steps.append(read_secret({**options, "master_username": current["master_username"]}))
        params["MasterUserPassword"] = Later("password")
    if not params:
        return []
    name = current["cluster_identifier"]
    refuse_stuck(current, "changed")
    params = {"DBClusterIdentifier": name, **params, "ApplyImmediately": options["apply_immediately"]}
    return [*steps, Call("modify_db_cluster", params, name, retry_if=PASSING)]


def refuse_stuck(current: Mapping[str, Any], done: str) -> None:
    """Refuse to wait for a cluster that needs someone's help.

    :raises InvalidOptionError: says its state.
    """
    if current["status"] in STUCK:
        raise InvalidOptionError(
            f"DB cluster {current['cluster_identifier']} can't be {done} in state {current['status']}: start it, or "
            "repair it, and run again."
        )


def tag_steps(resource: Mapping[str, Any], options: Mapping[str, Any], subject: str) -> list[Call]:
    """Return the steps that set the tags of the cluster or of a member."""
    return tags.steps(tags.RDS, {"ResourceName": resource["arn"]}, resource["tags"], options, subject)


def update_member(
    current: Mapping[str, Any], member: Mapping[str, Any] | None, options: Mapping[str, Any]
) -> tuple[list[Step], dict[str, Any]]:
    """Return the steps for an existing member, and the member as it will be.

    :param member: what the options say of it; None when they don't name it, so that only its tags are set.
    :raises NeedsReplacementError: its availability zone differs.
    """
    name, wanted = current["identifier"], of_cluster(options, member) if member else {}
    refuse_replacement(current, wanted, fields.fixed(MEMBER), MEMBER_REPLACEMENT, name, MEMBER_TYPE)
    changed = to_change(current, wanted, options)
    steps: list[Step] = []
    if changed:
        # AWS takes one of these with the other only
        together = MONITORING if changed.keys() & MONITORING.keys() and wanted.get("monitoring_interval") else ()
        sent = changed | {key: wanted[key] for key in together if key in wanted}
        params = {"DBInstanceIdentifier": name, **fields.all_params(MEMBER, sent)}
        params["ApplyImmediately"] = options["apply_immediately"]
        steps.append(Call("modify_db_instance", params, name, retry_if=PASSING | NEW_ROLE))
    steps += tag_steps(current, options, name)
    after = after_change(MEMBER, current, changed, options)
    if changed.get("monitoring_interval") == 0:
        after["monitoring_role_arn"] = None
    return steps, {**after, "pending_reboot": current["pending_reboot"] or "db_parameter_group_name" in changed}


def remove_member(identifier: str) -> Call:
    """Return the step that removes an instance of the cluster; the data belongs to the cluster and stays."""
    params = {"DBInstanceIdentifier": identifier, "SkipFinalSnapshot": True}
    gone = frozenset({"DBInstanceNotFound"})
    return Call("delete_db_instance", params, identifier, done_if=gone, retry_if=PASSING)


def is_scalers(member: Mapping[str, Any], options: Mapping[str, Any]) -> bool:
    """Tell whether a member is one that Application Auto Scaling has added, and that the options don't name."""
    named = {item["identifier"] for item in options["members"] or []}
    return member["identifier"].startswith(SCALED_BY_AWS) and member["identifier"] not in named


def is_surplus(current: Mapping[str, Any], options: Mapping[str, Any]) -> bool:
    """Tell whether a member is to be removed because the options don't name it."""
    named = {member["identifier"] for member in options["members"] or []}
    kept = options["members"] is None or not options["purge_members"] or current["identifier"] in named
    return not kept and not is_scalers(current, options)


def plan_members(current: Sequence[Mapping[str, Any]], options: Mapping[str, Any]) -> tuple[list[Step], list[Any]]:
    """Return the steps for all members, the new ones first, and the members as they will be."""
    wanted = {member["identifier"]: member for member in options["members"] or []}
    missing = [member for name, member in wanted.items() if name not in {item["identifier"] for item in current}]
    steps: list[Step] = [create_member(options, member) for member in missing]
    after = [new_member(options, member, not current and member == missing[0]) for member in missing]
    for found in current:
        name = found["identifier"]
        if is_scalers(found, options):
            after.append(dict(found))
        elif not is_surplus(found, options):
            changes, member = update_member(found, wanted.get(name), options)
            steps += changes
            after.append(member)
        elif found["status"] != "deleting":
            steps.append(remove_member(name))
    return steps, sorted(after, key=lambda member: member["identifier"])


def plan_change(current: Mapping[str, Any], options: Mapping[str, Any], offers: Sequence[rds.Offer]) -> Plan:
    """Return the plan for a cluster that exists.

    :raises NeedsReplacementError: what AWS cannot change in place differs.
    :raises InvalidOptionError: AWS does not make the change of version, or the cluster needs help.
    """
    refuse_replacement(current, wanted_once(current, options), fields.fixed(FIELDS), REPLACEMENT)
    name, changed = options["cluster_identifier"], cluster_changes(current, options, offers)
    moves = new_major(current, changed.get("engine_version"), options["engine"])
    moves_later = waits_for_version(current, changed, options) or (moves and not options["apply_immediately"])
    # a new major version brings the members' groups, too
    kept = {**options, INSTANCE_GROUP: None} if moves or moves_later else options
    member_steps, members = plan_members(current["members"], kept)
    # first, as AWS refuses it while it makes other changes
    steps = [*set_http_endpoint(current, changed), *modify_cluster(current, changed, options)]
    steps += [*tag_steps(current, options, name), *member_steps]
    if moves_later:
        changed.pop(rds.PARAMETERS, None)
    elif moves:
        members = [moved_member(member, options[INSTANCE_GROUP]) for member in members]
    elif rds.PARAMETERS in changed:
        there = {member["identifier"] for member in current["members"]}
        members = [{**member, "pending_reboot": member["identifier"] in there} for member in members]
    after = {**after_change(FIELDS, current, changed, options), "members": members}
    unseen = {rds.PASSWORD: ("as it is", "as the secret says")} if sets_password(changed, options) else {}
    return Plan(steps, current, after, unseen)


def moved_member(member: Mapping[str, Any], group: str | None) -> dict[str, Any]:
    """Return a member as a new major version leaves it.

    :param group: the DB parameter group that the request names; without one it gets AWS's default.
    """
    return {**member, "db_parameter_group_name": group or unknown(), "pending_reboot": False}


def refuse_stopped(current: Mapping[str, Any]) -> None:
    """Refuse to remove a stopped cluster, which AWS does not do.

    :raises InvalidOptionError: says to start it.
    """
    if current["status"] == "stopped":
        raise InvalidOptionError(
            f"DB cluster {current['cluster_identifier']} is stopped, and AWS removes only running ones: start it "
            "(aws rds start-db-cluster) and run again."
        )


def unavailable(current: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, str]:
    """Return those parts of a cluster that can't be used now, itself included, each with AWS's word for its state.

    What the scaler adds and removes at this moment counts for nothing.
    """
    parts = {f"DB cluster {current['cluster_identifier']}": current["status"]}
    own = [member for member in current["members"] if not is_scalers(member, options)]
    parts |= {f"instance {member['identifier']}": member["status"] for member in own}
    return {part: status for part, status in parts.items() if status not in USABLE}


def timestamp() -> str:
    """Return the time in UTC as a part of a name: C(20260131-235959)."""
    return time.strftime("%Y%m%d-%H%M%S", time.gmtime())


class ServerlessCluster(Resource):
    """An Aurora Serverless v2 cluster with its members."""

    service = "rds"
    kind = "DB cluster"
    aws_type = "AWS::RDS::DBCluster"
    arn_kind = "rds:cluster"
    also = (Kind(MEMBER_TYPE, "rds:db", "members"),)
    result_key = "cluster"
    tagging = tags.RDS
    fields = FIELDS
    named_by = "cluster_identifier"

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.offers: list[rds.Offer] = []
        self.first_look = 0.0
        # which members wait for a restart, by the last description
        self._waiting: list[str] = []

    def problems(self) -> list[str]:
        options, found = self.options, super().problems()
        found += aurora_capacity(options["min_capacity"], options["max_capacity"], options["seconds_until_auto_pause"])
        found += aurora_insights(
            options["database_insights_mode"],
            options["performance_insights"],
            options["performance_insights_retention_period"],
        )
        found += log_exports(options["engine"], options[rds.LOGS])
        found += backup_and_maintenance(
            "preferred_backup_window",
            options["preferred_backup_window"],
            options["preferred_maintenance_window"],
            WINDOW_MINUTES,
        )
        if options["manage_master_user_password"] and options["master_user_secret_arn"]:
            found.append("master_user_secret_arn and manage_master_user_password exclude each other: set one.")
        if options["monitoring_interval"] and not options["monitoring_role_arn"]:
            found.append(
                f"monitoring_interval {options['monitoring_interval']} needs a role: set monitoring_role_arn, or 0."
            )
        names = [member["identifier"] for member in options["members"] or []]
        for member in options["members"] or []:
            found += rds_identifier("members identifier", member["identifier"])
            found += out_of_range(f"promotion_tier of {member['identifier']}", member["promotion_tier"], 0, 15)
        if len(set(names)) < len(names):
            found.append(f"members {names!r} names an instance twice: remove one.")
        return found

    def describe(self) -> dict[str, Any] | None:
        current = rds.read_cluster(self.api, self.name)
        members = current["members"] if current and not self.absent else []
        self._waiting = [member["identifier"] for member in members if member["pending_reboot"]]
        if self._needs_offers(current):
            versions = self.api.pages("describe_db_engine_versions", "DBEngineVersions", Engine=self.options["engine"])
            self.offers = rds.offers_from_aws(versions)
        return current

    def _needs_offers(self, current: Mapping[str, Any] | None) -> bool:
        """Tell whether the plan has to choose a version, and has none to choose from yet."""
        wanted = self.options["engine_version"]
        if self.offers or not wanted or self.absent:
            return False
        if current is None or current["status"] == "deleting":
            return True
        if self.options["replace"] and differences(current, wanted_once(current, self.options)):
            return True
        return not has_version(pending.counted(current, applies_now(current, self.options)), self.options)

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        if found["status"] == "deleting":
            return []
        others = fields.no_settings(MEMBER)
        members = [Part(MEMBER_TYPE, item["identifier"], settings(item, *others)) for item in found["members"]]
        return [*super().parts(found), *members]

    def tagged(self, found: Mapping[str, Any]) -> list[Part]:
        # whose the scaler's members are says the cluster
        scaled = {item["identifier"] for item in found["members"] if is_scalers(item, self.options)}
        return [part for part in super().tagged(found) if part.type != MEMBER_TYPE or part.name not in scaled]

    def plan_create(self) -> Plan:
        name, options = self.name, self.options
        check_creation(options)
        offer = choose_version(options, self.offers)
        wanted = {"engine_lifecycle_support": rds.NO_EXTENDED_SUPPORT, **fields.given(wanted_cluster(options))}
        if offer:
            wanted["engine_version"] = offer.version
        params = fields.params(FIELDS, wanted, [row for row, value in wanted.items() if value != []])
        if options["tags"]:
            params["Tags"] = tags.to_list(options["tags"])
        steps: list[Step] = []
        if options["master_user_secret_arn"]:
            steps.append(read_secret(options))
            params["MasterUserPassword"] = Later("password")
            params.setdefault("MasterUsername", Later("username"))
        steps.append(Call("create_db_cluster", params, name))
        steps += [create_member(options, member) for member in options["members"] or []]
        return Plan(steps, None, new_cluster(options, wanted))

    def plan_update(self, current: dict[str, Any]) -> Plan:
        # created anew once it is gone
        if current["status"] == "deleting":
            return replace(self.plan_create(), before=current)
        return plan_change(current, self.options, self.offers)

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        name, options = self.name, self.options
        if current["status"] == "deleting":
            return Plan((), current, None)
        if current["deletion_protection"] and options["deletion_protection"] is not False:
            raise InvalidOptionError(
                f"DB cluster {name} is protected against deletion: set deletion_protection to false to remove it for "
                "good."
            )
        refuse_stopped(current)
        steps: list[Step] = []
        if current["deletion_protection"]:
            lift = {"DBClusterIdentifier": name, "DeletionProtection": False, "ApplyImmediately": True}
            steps.append(Call("modify_db_cluster", lift, name, retry_if=PASSING))
        steps += [remove_member(item["identifier"]) for item in current["members"] if item["status"] != "deleting"]
        params: dict[str, Any] = {"DBClusterIdentifier": name}
        if options["skip_final_snapshot"]:
            params["SkipFinalSnapshot"] = True
        else:
            begin = options["final_snapshot_identifier"] or f"{name}-final"
            params["FinalDBSnapshotIdentifier"] = f"{begin}-{timestamp()}"
        # AWS accepts it as soon as all instances are on their way out
        gone = frozenset(rds.CLUSTER_MISSING)
        steps.append(Call("delete_db_cluster", params, name, done_if=gone, retry_if=PASSING))
        return Plan(steps, current, None)

    def first_plan(self) -> Plan:
        # which versions AWS offers is not known, so that the wanted one stands for them
        wanted = self.options["engine_version"]
        self.offers = [rds.Offer(wanted, 0, math.inf)] if wanted else []
        return self.plan(None)

    def busy(self, current: dict[str, Any]) -> str:
        if self.absent:
            return ""
        status = current["status"]
        if status == "deleting":
            return status
        changes = cluster_changes(current, self.options, self.offers) or self.options["set_master_password"]
        return status if changes and status not in USABLE | STUCK else ""

    def listed(self, current: dict[str, Any]) -> bool:
        named = {member["identifier"] for member in self.options["members"] or []}
        if not named <= {member["identifier"] for member in current["members"]}:
            return False
        # without a wait, whoever waits later tells by the states alone
        return self.options["wait"] or self._is_taken_up(current)

    def _is_taken_up(self, current: dict[str, Any]) -> bool:
        """Tell whether AWS is at work on the change or done with it, or is not going to show that it is."""
        self.first_look = self.first_look or time.monotonic()
        at_work = bool(unavailable(current, self.options))
        return at_work or not self._unfinished(current) or time.monotonic() - self.first_look >= TAKE_UP_SECONDS

    def _unfinished(self, current: dict[str, Any]) -> bool:
        """Tell whether AWS still shows, or keeps pending, what is to be otherwise by now."""
        return self._password_pending(current) or self.unfinished(current).changed

    def _password_pending(self, current: Mapping[str, Any]) -> bool:
        options = self.options
        at_once = options["set_master_password"] and options["apply_immediately"]
        return bool(at_once) and rds.PASSWORD in current["pending"]

    def details(self) -> dict[str, Any]:
        if self._waiting:
            self.api.warn(REBOOT.format(names=" and ".join(self._waiting)))
        return {}

    def unfinished(self, current: dict[str, Any]) -> Plan:
        # AWS tells no password, so that setting it is always a change
        return plan_change(current, {**self.options, "set_master_password": False}, self.offers)

    def progress(self, current: dict[str, Any]) -> Progress:
        parts = unavailable(current, self.options)
        state = ", ".join(f"{part} {status}" for part, status in parts.items())
        failed = [f"{part} is {status}" for part, status in parts.items() if status in STUCK]
        if failed:
            return Progress(False, state, f"{', '.join(failed)}, which AWS does not leave by itself.")
        if not state and self._password_pending(current):
            state = "available, but the password is not set yet"
        return Progress(not state, state)


def main() -> None:
    """Entry point of the module."""
    manage(ServerlessCluster)


if __name__ == "__main__":
    main()
