"""Parameters of Aurora clusters: what a family has, and what AWS refuses in a change.

Amazon RDS API Reference, DescribeDBClusterParameters and ModifyDBClusterParameterGroup; Aurora User Guide, "Aurora
PostgreSQL cluster-level parameters". A family has some four hundred of them; here are those that are set most.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from moto.core.responses import ActionResult
from moto.rds import exceptions
from moto.rds.models import RDSBackend
from moto.rds.responses import RDSResponse

from emulator.patching import wrap
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
    """

    kind: str
    allowed: str
    default: str | None = None
    applies: str = DYNAMIC
    modifiable: bool = True


BOOLEAN = ("boolean", "0,1")
PARAMETERS = {
    "idle_in_transaction_session_timeout": Parameter("integer", f"0-{BIGGEST}", "86400000"),
    "log_connections": Parameter(*BOOLEAN),
    "log_disconnections": Parameter(*BOOLEAN),
    "log_min_duration_statement": Parameter("integer", f"-1-{BIGGEST}"),
    "log_statement": Parameter("string", "none,ddl,mod,all"),
    "max_connections": Parameter("integer", "6-262143", "LEAST({DBInstanceClassMemory/9531392},5000)", STATIC),
    "rds.force_ssl": Parameter(*BOOLEAN, "0"),
    "rds.logical_replication": Parameter(*BOOLEAN, "0", STATIC),
    "ssl_ca_file": Parameter("string", "", "/rdsdbdata/rds-metadata/ca-cert.pem", STATIC, modifiable=False),
    "statement_timeout": Parameter("integer", f"0-{BIGGEST}"),
    "work_mem": Parameter("integer", f"64-{BIGGEST}"),
}
# Aurora User Guide, "Requiring SSL/TLS": on by default from version 17 on
ENCRYPTED_FROM = 17


def takes(parameter: Parameter, value: str) -> bool:
    """Tell whether a parameter takes a value."""
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


def shown(family: str, own: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the parameters of a group as AWS lists them.

    :param own: those that somebody has set, by name.
    """
    found = []
    for name, parameter in PARAMETERS.items():
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


def refused(wanted: dict[str, Any]) -> Exception | None:
    """Return how AWS refuses the change of a parameter; None when it takes it."""
    name, value = wanted["ParameterName"], wanted.get("ParameterValue", "")
    parameter = PARAMETERS.get(name)
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


def group_of(backend: Any, name: str) -> tuple[str, dict[str, Any]]:
    """Return the family of a group, and what is set in it; AWS's own groups have nothing set.

    :raises DBClusterParameterGroupNotFoundError: there is none.
    """
    families = {
        f"default.{family_of(engine, one)}": family_of(engine, one) for engine in OFFERED for one in OFFERED[engine]
    }
    if name in families:
        return families[name], {}
    group = backend.db_cluster_parameter_groups.get(name)
    if group is None:
        raise exceptions.DBClusterParameterGroupNotFoundError(name)
    return group.db_parameter_group_family, group.parameters


def install() -> None:
    """Put the parameters into moto."""

    @wrap(RDSResponse, "describe_db_cluster_parameters")
    def describe_db_cluster_parameters(original: Any, self: Any) -> ActionResult:
        """List all parameters of a group, or those with one source."""
        family, own = group_of(self.backend, self.params["DBClusterParameterGroupName"])
        every, source = shown(family, own), self.params.get("Source")
        return ActionResult({"Parameters": [one for one in every if source in (None, one["Source"])]})

    @wrap(RDSBackend, "modify_db_cluster_parameter_group")
    def modify_db_cluster_parameter_group(
        original: Any,
        self: Any,
        db_cluster_parameter_group_name: str,
        db_cluster_parameter_group_parameters: list[dict[str, Any]],
    ) -> Any:
        """Refuse what AWS refuses; a value that is there already is no change, not even of how it is applied."""
        wanted = list(db_cluster_parameter_group_parameters)
        if len(wanted) > MOST_AT_ONCE:
            raise exceptions.InvalidParameterValue(f"The number of parameters exceeds {MOST_AT_ONCE}.")
        for failure in filter(None, map(refused, wanted)):
            raise failure
        family, own = group_of(self, db_cluster_parameter_group_name)
        values = {one["ParameterName"]: one.get("ParameterValue") for one in shown(family, own)}
        changed = [one for one in wanted if values[one["ParameterName"]] != one["ParameterValue"]]
        return original(self, db_cluster_parameter_group_name, changed)

    @wrap(RDSBackend, "delete_db_cluster_parameter_group")
    def delete_db_cluster_parameter_group(original: Any, self: Any, db_cluster_parameter_group_name: str) -> Any:
        """Refuse while a cluster uses it (InvalidDBParameterGroupState)."""
        users = [one for one in self.clusters.values() if one.parameter_group == db_cluster_parameter_group_name]
        if users:
            text = "One or more database instances are still members of this parameter group"
            text = f"{text} {db_cluster_parameter_group_name}, so the group cannot be deleted"
            raise exceptions.RDSClientError("InvalidDBParameterGroupState", text)
        return original(self, db_cluster_parameter_group_name)
