"""Parameters of Aurora clusters and of their instances: what a family has, and what AWS refuses in a change.

Amazon RDS API Reference, DescribeDBClusterParameters, DescribeEngineDefaultParameters and
ModifyDBClusterParameterGroup, and the same of instances; Aurora User Guide, "Aurora PostgreSQL cluster-level
parameters" and "instance-level parameters". A family has some four hundred of them; here are those that are set most.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from moto.core.responses import ActionResult
from moto.rds import exceptions
from moto.rds.models import RDSBackend
from moto.rds.responses import RDSResponse

from emulator.patching import add, wrap
from emulator.services.rds import parameter_status
from emulator.services.rds.versions import OFFERED, family_of

MOST_AT_ONCE = 20
DYNAMIC, STATIC = "dynamic", "static"
IMMEDIATE, AT_REBOOT = "immediate", "pending-reboot"
BIGGEST = 2147483647
RANGE = re.compile(r"(-?\d+)-(\d+)")


@dataclass(frozen=True)
class Parameter:
    """One parameter of a family.

    :ivar allowed: as AWS says it: values with commas, or the smallest and the largest number.
    :ivar default: the value of the engine; None where AWS shows none.
    :ivar instances: whether groups of instances have it too.
    """

    kind: str
    allowed: str
    default: str | None = None
    applies: str = DYNAMIC
    modifiable: bool = True
    instances: bool = True


LIBRARIES = "auto_explain,pgaudit,pg_cron,pg_hint_plan,pg_similarity,pg_stat_statements,plprofiler"
BOOLEAN = ("boolean", "0,1")
PARAMETERS = {
    "idle_in_transaction_session_timeout": Parameter("integer", f"0-{BIGGEST}", "86400000"),
    "idle_session_timeout": Parameter("integer", f"0-{BIGGEST}"),
    "log_connections": Parameter(*BOOLEAN),
    "log_disconnections": Parameter(*BOOLEAN),
    "log_min_duration_statement": Parameter("integer", f"-1-{BIGGEST}"),
    "log_statement": Parameter("string", "none,ddl,mod,all"),
    "max_connections": Parameter("integer", "6-262143", "LEAST({DBInstanceClassMemory/9531392},5000)", STATIC),
    "rds.force_ssl": Parameter(*BOOLEAN, "0", instances=False),
    "rds.logical_replication": Parameter(*BOOLEAN, "0", STATIC, instances=False),
    "shared_preload_libraries": Parameter("list", LIBRARIES, "pg_stat_statements", STATIC, instances=False),
    "ssl_ca_file": Parameter("string", "", "/rdsdbdata/rds-metadata/ca-cert.pem", STATIC, modifiable=False),
    "statement_timeout": Parameter("integer", f"0-{BIGGEST}"),
    "work_mem": Parameter("integer", f"64-{BIGGEST}"),
}
# Aurora User Guide, "Requiring SSL/TLS": on by default from version 17 on
ENCRYPTED_FROM = 17


def takes(parameter: Parameter, value: str) -> bool:
    """Tell whether a parameter takes a value."""
    if parameter.kind == "list":
        return set(value.split(",")) <= set(parameter.allowed.split(","))
    limits = RANGE.fullmatch(parameter.allowed)
    if limits:
        return re.fullmatch(r"-?\d+", value) is not None and int(limits[1]) <= int(value) <= int(limits[2])
    return not parameter.allowed or value in parameter.allowed.split(",")


def default_of(name: str, family: str) -> str | None:
    """Return the engine's value of a parameter."""
    major = re.search(r"\d+$", family)
    if name == "rds.force_ssl" and major and int(major[0]) >= ENCRYPTED_FROM:
        return "1"
    return PARAMETERS[name].default


def offered(of_cluster: bool) -> dict[str, Parameter]:
    """Return the parameters that groups of clusters have, or those of instances."""
    return {name: one for name, one in PARAMETERS.items() if of_cluster or one.instances}


def shown(family: str, own: Mapping[str, Any], of_cluster: bool = True) -> list[dict[str, Any]]:
    """Return the parameters of a group as AWS lists them.

    :param own: those that somebody has set, by name.
    """
    found = []
    for name, parameter in offered(of_cluster).items():
        entry: dict[str, Any] = {
            "ParameterName": name,
            "Source": "user" if name in own else "engine-default",
            "ApplyType": parameter.applies,
            "DataType": parameter.kind,
            "AllowedValues": parameter.allowed,
            "IsModifiable": parameter.modifiable,
            # of what nobody has set too
            "ApplyMethod": AT_REBOOT,
            "SupportedEngineModes": ["provisioned"],
        }
        value = default_of(name, family)
        found.append(entry | ({"ParameterValue": value} if value is not None else {}) | own.get(name, {}))
    return found


def refused(wanted: Mapping[str, Any], of_cluster: bool) -> Exception | None:
    """Return how AWS refuses the change of a parameter; None when it takes it."""
    name, value = wanted["ParameterName"], wanted.get("ParameterValue", "")
    parameter = offered(of_cluster).get(name)
    if parameter is None:
        return exceptions.InvalidParameterValue(f"Could not find parameter with name: {name}")
    if not parameter.modifiable:
        return exceptions.InvalidParameterValue(f"The parameter {name} cannot be modified.")
    if parameter.applies == STATIC and wanted.get("ApplyMethod") == IMMEDIATE:
        return exceptions.InvalidParameterCombination("cannot use immediate apply method for static parameter")
    if not takes(parameter, value):
        text = f"Invalid parameter value: {value} for: {name} allowed values are: {parameter.allowed}"
        return exceptions.InvalidParameterValue(text)
    return None


def families() -> set[str]:
    """Return all families of parameter groups."""
    return {family_of(engine, one) for engine, versions in OFFERED.items() for one in versions}


def check_family(family: str | None) -> None:
    """Refuse a family that no engine has.

    :raises InvalidParameterValue: names it.
    """
    if family and family.startswith("aurora-") and family not in families():
        raise exceptions.InvalidParameterValue(f"ParameterGroupFamily {family} is not a valid parameter group family")


def group_of(backend: Any, name: str, of_cluster: bool) -> tuple[str, dict[str, Any]]:
    """Return the family of a group, and what is set in it.

    AWS's own groups have nothing set. One is in a region when a cluster of its family is there.

    :raises DBClusterParameterGroupNotFoundError: there is none; or the same of instances.
    """
    group = (backend.db_cluster_parameter_groups if of_cluster else backend.db_parameter_groups).get(name)
    if group is not None:
        return (group.db_parameter_group_family if of_cluster else group.family), group.parameters
    used = {family_of(one.engine, one.engine_version) for one in backend.clusters.values() if one.engine in OFFERED}
    family = name.removeprefix("default.")
    if name.startswith("default.") and family in used:
        return family, {}
    if of_cluster:
        raise exceptions.DBClusterParameterGroupNotFoundError(name)
    raise exceptions.DBParameterGroupNotFoundError(name)


def listed(every: Iterable[dict[str, Any]], asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return those parameters that a request asks for, by their source and their names."""
    source, found = asked.get("Source"), list(every)
    for one in asked.get("Filters") or ():
        if one["Name"] != "parameter-name":
            raise exceptions.InvalidParameterValue(f"Unrecognized filter name: {one['Name']}")
        found = [parameter for parameter in found if parameter["ParameterName"] in one["Values"]]
    return [one for one in found if source in (None, one["Source"])]


def changed(backend: Any, name: str, wanted: list[dict[str, Any]], of_cluster: bool) -> list[dict[str, Any]]:
    """Return what a request changes in a group: a value that is there already is no change.

    :raises InvalidParameterValue: AWS refuses a part of it; or C(InvalidParameterCombination).
    """
    if len(wanted) > MOST_AT_ONCE:
        raise exceptions.InvalidParameterValue(f"The number of parameters exceeds {MOST_AT_ONCE}.")
    for one in wanted:
        failure = refused(one, of_cluster)
        if failure:
            raise failure
    family, own = group_of(backend, name, of_cluster)
    values = {one["ParameterName"]: one.get("ParameterValue") for one in shown(family, own, of_cluster)}
    return [one for one in wanted if values[one["ParameterName"]] != one["ParameterValue"]]


def keep_used(name: str, users: Iterable[Any]) -> None:
    """Refuse to remove a group that is AWS's own, or that something uses.

    :raises RDSClientError: C(InvalidDBParameterGroupState).
    """
    text = ""
    if name.startswith("default."):
        text = "Default parameter groups cannot be deleted"
    elif any(users):
        text = "One or more database instances are still members of this parameter group"
        text = f"{text} {name}, so the group cannot be deleted"
    if text:
        raise exceptions.RDSClientError("InvalidDBParameterGroupState", text)


def defaults(self: RDSResponse, of_cluster: bool) -> ActionResult:
    """Answer DescribeEngineDefaultClusterParameters, which takes no filter, or the same of instances."""
    family = self.params["DBParameterGroupFamily"]
    if family not in families():
        raise exceptions.InvalidParameterValue(f"ParameterGroupFamily {family} is not a valid parameter group family")
    every = shown(family, {}, of_cluster)
    found = every if of_cluster else listed(every, self.params)
    return ActionResult({"EngineDefaults": {"DBParameterGroupFamily": family, "Parameters": found}})


def install_clusters() -> None:
    """Patch the parameters of clusters."""

    @wrap(RDSResponse, "describe_db_cluster_parameters")
    def describe_db_cluster_parameters(original: Any, self: Any) -> ActionResult:
        """List all parameters of a group, or those that are asked for."""
        family, own = group_of(self.backend, self.params["DBClusterParameterGroupName"], True)
        return ActionResult({"Parameters": listed(shown(family, own), self.params)})

    @wrap(RDSBackend, "create_db_cluster_parameter_group")
    def create_db_cluster_parameter_group(original: Any, self: Any, *args: Any, **named: Any) -> Any:
        """Refuse a family that does not exist."""
        check_family(named.get("db_parameter_group_family"))
        return original(self, *args, **named)

    @wrap(RDSBackend, "modify_db_cluster_parameter_group")
    def modify_db_cluster_parameter_group(
        original: Any,
        self: Any,
        db_cluster_parameter_group_name: str,
        db_cluster_parameter_group_parameters: Iterable[dict[str, Any]],
    ) -> Any:
        """Refuse what AWS refuses; what waits for a restart of the instances shows in their status."""
        name = db_cluster_parameter_group_name
        differ = changed(self, name, list(db_cluster_parameter_group_parameters), True)
        parameter_status.of_cluster_group(self, name, differ)
        return original(self, name, differ)

    @wrap(RDSBackend, "delete_db_cluster_parameter_group")
    def delete_db_cluster_parameter_group(original: Any, self: Any, db_cluster_parameter_group_name: str) -> Any:
        """Refuse while a cluster uses it (InvalidDBParameterGroupState)."""
        name = db_cluster_parameter_group_name
        keep_used(name, (one.parameter_group == name for one in self.clusters.values()))
        return original(self, name)


def install_instances() -> None:
    """Patch the parameters of instances."""

    @wrap(RDSResponse, "describe_db_parameters")
    def describe_db_parameters(original: Any, self: Any) -> ActionResult:
        """List all parameters of a group, or those that are asked for."""
        family, own = group_of(self.backend, self.params["DBParameterGroupName"], False)
        if family not in families():
            return original(self)
        return ActionResult({"Parameters": listed(shown(family, own, False), self.params)})

    @wrap(RDSBackend, "describe_db_parameter_groups")
    def describe_db_parameter_groups(original: Any, self: Any, db_parameter_group_kwargs: dict[str, Any]) -> Any:
        """Name an unknown group in an error."""
        found, name = (
            original(self, db_parameter_group_kwargs),
            db_parameter_group_kwargs.get("db_parameter_group_name"),
        )
        if name and not found:
            raise exceptions.DBParameterGroupNotFoundError(name)
        return found

    @wrap(RDSBackend, "create_db_parameter_group")
    def create_db_parameter_group(original: Any, self: Any, db_parameter_group_kwargs: dict[str, Any]) -> Any:
        """Refuse a family that does not exist."""
        check_family(db_parameter_group_kwargs.get("db_parameter_group_family"))
        return original(self, db_parameter_group_kwargs)

    @wrap(RDSBackend, "modify_db_parameter_group")
    def modify_db_parameter_group(
        original: Any, self: Any, db_parameter_group_name: str, db_parameter_group_parameters: Iterable[dict[str, Any]]
    ) -> Any:
        """Refuse what AWS refuses; what waits for a restart of an instance shows in its status."""
        name, wanted = db_parameter_group_name, list(db_parameter_group_parameters)
        if group_of(self, name, False)[0] in families():
            wanted = changed(self, name, wanted, False)
            parameter_status.of_instance_group(self, name, wanted)
        return original(self, name, wanted)

    @wrap(RDSBackend, "delete_db_parameter_group")
    def delete_db_parameter_group(original: Any, self: Any, db_parameter_group_name: str) -> Any:
        """Refuse while an instance uses it (InvalidDBParameterGroupState)."""
        name = db_parameter_group_name
        keep_used(name, (one.db_parameter_group_name == name for one in self.databases.values()))
        return original(self, name)


def describe_engine_default_parameters(self: RDSResponse) -> ActionResult:
    """Answer DescribeEngineDefaultParameters, which moto lacks."""
    return defaults(self, of_cluster=False)


def describe_engine_default_cluster_parameters(self: RDSResponse) -> ActionResult:
    """Answer DescribeEngineDefaultClusterParameters, which moto lacks."""
    return defaults(self, of_cluster=True)


def install() -> None:
    """Put the parameters into moto."""
    install_clusters()
    install_instances()
    add(RDSResponse, "describe_engine_default_parameters", describe_engine_default_parameters)
    add(RDSResponse, "describe_engine_default_cluster_parameters", describe_engine_default_cluster_parameters)
