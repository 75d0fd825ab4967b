"""Aurora clusters and their members: CreateDBCluster and CreateDBInstance, and their changes."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

from moto.rds import exceptions
from moto.rds.models import RDSBackend

from emulator import interfaces
from emulator.backends import network_of
from emulator.clock import clock
from emulator.patching import wrap
from emulator.services.rds import certificates, durations, monitoring, parameter_status, renames, storage
from emulator.services.rds.refusals import (
    check_creation,
    check_instance_group,
    check_member,
    check_parameters,
    check_password,
    check_settings,
    check_upgrade,
)
from emulator.services.rds.settings import defer, fill_defaults, follow_insights, note_settings
from emulator.services.rds.states import (
    check_cluster_grows,
    check_cluster_idle,
    check_instance,
    follow_version,
    keep_groups,
    show_change,
    upgrade_later,
)
from emulator.transitions import becomes_available, passes_through

# Aurora User Guide, "Using SSL/TLS to encrypt a connection": the authority of new instances, and the end of its root
EXTENDED_SUPPORT = "open-source-rds-extended-support"
DEFERRABLE = {
    "engine_version": ("engine_version", "EngineVersion"),
    "enable_iam_database_authentication": ("iam_auth", "IAMDatabaseAuthenticationEnabled"),
    "storage_type": ("storage_kind", "StorageType"),
}
MEMBER_DEFERRABLE = {
    "db_instance_class": ("db_instance_class", "DBInstanceClass"),
    "ca_certificate_identifier": ("ca_certificate_identifier", "CACertificateIdentifier"),
}


def put_interfaces(backend: Any, cluster: Any) -> None:
    """Give each member of a cluster its network interface, in the cluster's security groups."""
    group = backend.subnet_groups.get(cluster.db_subnet_group_name)
    subnets = [subnet.id for subnet in group._subnets] if group is not None else []
    for member in cluster._members:
        subnet = interfaces.first_subnet(network_of(backend), subnets, member.availability_zone)
        groups = cluster.vpc_security_group_ids or []
        interfaces.put(network_of(backend), member.arn, subnet, groups, "RDSNetworkInterface")


def emptiest_zone(backend: Any, cluster: Any) -> str | None:
    """Return the availability zone for a new member: AWS spreads them over those of the subnet group."""
    group = backend.subnet_groups.get(cluster.db_subnet_group_name)
    if group is None:
        return None
    taken = Counter(member.availability_zone for member in cluster._members)
    zones = [subnet["SubnetAvailabilityZone"]["Name"] for subnet in group.subnets]
    return min(zones, key=lambda zone: taken[zone])


def install_create() -> None:
    """Patch the creation of a cluster and of its members."""

    @wrap(RDSBackend, "create_db_cluster")
    def create_db_cluster(original: Any, self: Any, kwargs: dict[str, Any]) -> Any:
        """Refuse what AWS refuses, and give back every setting, defaults included."""
        check_creation(self, kwargs)
        storage.check(None, kwargs)
        fill_defaults(self, kwargs)
        cluster = original(self, kwargs)
        cluster.url_identifier = renames.endpoint_identifier(self)
        # moto takes it for Aurora Serverless v1 only
        cluster._enable_http_endpoint = bool(kwargs.get("enable_http_endpoint"))
        if not cluster.storage_encrypted:
            cluster.kms_key_id = None
        cluster.preferred_maintenance_window = cluster.preferred_maintenance_window.lower()
        cluster.database_insights_mode = "standard"
        cluster.engine_lifecycle_support = EXTENDED_SUPPORT
        cluster.performance_insights_enabled = False
        note_settings(cluster, kwargs)
        storage.note(cluster, kwargs)
        if clock.runs:
            becomes_available(cluster, durations.CLUSTER_CREATION)
        return cluster

    @wrap(RDSBackend, "create_db_instance")
    def create_db_instance(original: Any, self: Any, db_kwargs: dict[str, Any]) -> Any:
        """Give a member its cluster's subnet group and port, and spread members over the zones, as AWS does."""
        cluster = self.clusters.get(db_kwargs.get("db_cluster_identifier") or "")
        if cluster is None:
            return original(self, db_kwargs)
        check_member(cluster, db_kwargs)
        check_instance_group(self, cluster, db_kwargs.get("db_parameter_group_name"))
        monitoring.check(self, None, db_kwargs)
        authority = db_kwargs.get("ca_certificate_identifier")
        certificates.check(authority)
        check_cluster_grows(cluster)
        zone = emptiest_zone(self, cluster)
        if zone:
            db_kwargs.setdefault("availability_zone", zone)
        db_kwargs.setdefault("publicly_accessible", False)
        member = original(self, db_kwargs)
        if cluster.db_subnet_group_name in self.subnet_groups:
            member.db_subnet_group_name = cluster.db_subnet_group_name
        member.port = cluster.port
        certificates.put_on(member, authority)
        follow_insights(cluster)
        put_interfaces(self, cluster)
        member.dbi_resource_id = f"db-{hashlib.sha256(member.arn.encode()).hexdigest()[:26].upper()}"
        if clock.runs:
            member.status = "creating"
            becomes_available(member, durations.INSTANCE_CREATION)
        return member


def check_change(backend: Any, member: Any, wanted: dict[str, Any]) -> None:
    """Refuse what ModifyDBInstance refuses; another parameter group waits for a restart."""
    check_instance(member, deletion=False)
    certificates.check(wanted.get("ca_certificate_identifier"))
    monitoring.check(backend, member, wanted)
    cluster, group = backend.clusters.get(member.db_cluster_identifier or ""), wanted.get("db_parameter_group_name")
    if cluster is not None:
        check_instance_group(backend, cluster, group)
    if group not in (None, member.db_parameter_group_name):
        member.parameter_status = parameter_status.PENDING


def install_modify() -> None:
    """Patch ModifyDBCluster and ModifyDBInstance."""

    @wrap(RDSBackend, "modify_db_instance")
    def modify_db_instance(original: Any, self: Any, db_instance_identifier: str, db_kwargs: dict[str, Any]) -> Any:
        """Keep a new class for the maintenance window; a change at once takes what is pending with it, as on AWS."""
        member = self.databases.get(db_instance_identifier)
        pending = getattr(member, "pending_modified_values", None) or {}
        if db_kwargs.get("apply_immediately") and "DBInstanceClass" in pending:
            db_kwargs.setdefault("db_instance_class", pending["DBInstanceClass"])
        if member is not None:
            check_change(self, member, db_kwargs)
            defer(member, db_kwargs, MEMBER_DEFERRABLE)
        name = renames.of_member(self, member, db_kwargs) if member is not None else ""
        instance = original(self, db_instance_identifier, db_kwargs)
        if instance.ca_certificate_identifier in certificates.YEARS:
            certificates.put_on(instance, instance.ca_certificate_identifier)
        if name:
            renames.member(self, instance, name)
        else:
            passes_through(instance, "modifying", durations.DATABASE_CHANGE_SEEN, durations.INSTANCE_CHANGE)
        return instance

    @wrap(RDSBackend, "modify_db_cluster")
    def modify_db_cluster(original: Any, self: Any, kwargs: dict[str, Any]) -> Any:
        """Name an unknown cluster in an error, check the new settings, and give all of them back."""
        cluster = self.clusters.get(kwargs["db_cluster_identifier"])
        if cluster is None:
            raise exceptions.DBClusterNotFoundError(kwargs["db_cluster_identifier"])
        check_cluster_idle(cluster)
        check_settings(kwargs)
        storage.check(cluster, kwargs)
        # for Aurora Serverless v1 only
        kwargs.pop("enable_http_endpoint", None)
        check_upgrade(cluster, kwargs)
        check_parameters(self, cluster, kwargs)
        check_password(kwargs)
        keep_groups(cluster, kwargs)
        defer(cluster, kwargs, DEFERRABLE)
        upgrades = upgrade_later(cluster, kwargs)
        name = renames.of_cluster(self, cluster, kwargs)
        if kwargs.get("db_cluster_parameter_group_name") not in (None, cluster.parameter_group):
            parameter_status.of_cluster(cluster, parameter_status.PENDING)
        # moto looks for the creation's parameter name here
        exports = kwargs.pop("cloudwatch_logs_export_configuration", None) or {}
        result = original(self, kwargs)
        exported = {*cluster.enabled_cloudwatch_logs_exports, *exports.get("EnableLogTypes", [])}
        cluster.enabled_cloudwatch_logs_exports = sorted(exported - set(exports.get("DisableLogTypes", [])))
        follow_version(cluster, kwargs)
        cluster.preferred_maintenance_window = cluster.preferred_maintenance_window.lower()
        note_settings(cluster, kwargs)
        storage.note(cluster, kwargs)
        follow_insights(cluster)
        put_interfaces(self, cluster)
        if name:
            renames.cluster(self, cluster, name)
        else:
            show_change(cluster, upgrades)
        return result


def install() -> None:
    """Put the additions into moto."""
    install_create()
    install_modify()
