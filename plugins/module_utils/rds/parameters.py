# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Parameters of Aurora clusters and of their instances: what a family has, and what AWS would refuse to set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ansible_collections.streamflix.content_api.plugins.module_utils.api import AwsError
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.allowed_values import within

if TYPE_CHECKING:
    from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api

SERVICE = "rds"
GONE = frozenset({"DBParameterGroupNotFound"})
MOST_AT_ONCE = 20
STATIC = "static"
IMMEDIATE, AT_REBOOT = "immediate", "pending-reboot"
# parameters as AWS lists them, by name
Known = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Level:
    """The parameter groups of clusters, or those of instances.

    :ivar kind: AWS's word for such groups.
    :ivar of_group: the boto3 method that lists the parameters of a group.
    :ivar which: its parameter with the name of the group.
    :ivar of_family: the boto3 method that lists those of a family.
    :ivar filtered: whether that one takes names.
    """

    kind: str
    of_group: str
    which: str
    of_family: str
    filtered: bool

    def read(self, api: Api, group: str, names: Sequence[str]) -> Known | None:
        """Return those parameters of a group that have these names; None when there is no such group.

        :raises AwsError: as L(Api.call).
        """
        try:
            # a family has hundreds of them, of which a reply lists one hundred
            listed = api.pages(self.of_group, "Parameters", SERVICE, **{self.which: group}, Filters=named(names))
        except AwsError as failure:
            if failure.code in GONE:
                return None
            raise
        return by_name(listed, names)

    def offered(self, api: Api, family: str, names: Sequence[str]) -> Known:
        """Return those parameters of a family that have these names, with the values of the engine.

        :raises AwsError: as L(Api.call), also for a family that AWS does not know.
        """
        asked = {"Filters": named(names)} if self.filtered else {}
        # of what is nested, all pages are put together in the same shape
        reply: Any = api.pages(self.of_family, "EngineDefaults", SERVICE, DBParameterGroupFamily=family, **asked)
        return by_name(reply["Parameters"], names)


CLUSTER = Level(
    "DB cluster parameter groups",
    "describe_db_cluster_parameters",
    "DBClusterParameterGroupName",
    "describe_engine_default_cluster_parameters",
    filtered=False,
)
INSTANCE = Level(
    "DB parameter groups",
    "describe_db_parameters",
    "DBParameterGroupName",
    "describe_engine_default_parameters",
    filtered=True,
)
# the variables with the parameters of each
OPTIONS = {"aurora_parameters": CLUSTER, "aurora_instance_parameters": INSTANCE}


def named(names: Sequence[str]) -> list[dict[str, Any]]:
    """Return the filter for parameters with these names."""
    return [{"Name": "parameter-name", "Values": list(names)}]


def by_name(listed: Iterable[Mapping[str, Any]], names: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """Return those of the listed parameters that have these names."""
    return {one["ParameterName"]: one for one in listed if one["ParameterName"] in names}


def takes(parameter: Mapping[str, Any], value: str) -> bool:
    """Tell whether a parameter takes a value, which may be a list with commas.

    :param parameter: as AWS lists it. Of a formula, such as C({DBInstanceClassMemory/9531392}), nothing can be told.
    """
    allowed = parameter.get("AllowedValues") or ""
    if not allowed or "{" in value:
        return True
    words = {one.strip().casefold() for one in allowed.split(",")}
    parts = [part.strip() for part in value.split(",")]
    return all(part.casefold() in words or within(allowed, part) for part in parts)


def problem(option: str, wanted: Mapping[str, Any], parameter: Mapping[str, Any] | None, where: str) -> str:
    """Return what AWS would refuse in one parameter, as a sentence; empty when nothing.

    :param wanted: an entry of the option.
    :param parameter: as AWS lists it; None when it does not.
    :param where: which groups it is for, in words.
    """
    name, value = wanted["parameter_name"], wanted["parameter_value"]
    if parameter is None:
        return f"{option} has {name!r}, which {where} do not have: correct its name, or remove it."
    if not parameter.get("IsModifiable", True):
        return f"{option} has {name!r}, which AWS lets nobody change: remove it."
    if not takes(parameter, value):
        return f"{option} {name} {value!r} is not possible: AWS takes {parameter['AllowedValues']}."
    if parameter.get("ApplyType") == STATIC and wanted.get("apply_method") == IMMEDIATE:
        return (
            f"{option} {name} is static, so that apply_method 'immediate' is not possible: set {AT_REBOOT}, and "
            "restart the instances when it suits."
        )
    return ""


def problems(option: str, wanted: Iterable[Mapping[str, Any]], known: Known, level: Level, family: str) -> list[str]:
    """Find what AWS would refuse in the parameters of an option.

    :param wanted: its entries, with C(parameter_name), C(parameter_value), C(apply_method).
    :param known: those of them that AWS has.
    """
    where = f"{level.kind} of {family}"
    found = (problem(option, one, known.get(one["parameter_name"]), where) for one in wanted)
    return [text for text in found if text]


def asked_for(variables: Mapping[str, Any]) -> bool:
    """Tell whether a stack's variables have any parameters."""
    return any(variables.get(option) for option in OPTIONS)


def check_stack(api: Api, variables: Mapping[str, Any]) -> list[str]:
    """Find what AWS would refuse in the variables with the parameters of a stack's cluster and of its instances.

    AWS's own group of the family is asked, by the names, which is one request. In a region where nobody has used the
    family yet there is none; then the family itself is.

    :raises AwsError: as L(Api.call).
    """
    version = str(variables.get("aurora_engine_version") or "")
    family = f"aurora-postgresql{version.split('.', maxsplit=1)[0]}"
    found = []
    for option, level in OPTIONS.items():
        wanted = variables.get(option) or ()
        names = [one["parameter_name"] for one in wanted]
        if not names or not version:
            continue
        try:
            known = level.read(api, f"default.{family}", names) or level.offered(api, family, names)
        except AwsError as failure:
            # a version that does not exist is told as such
            if failure.code != "InvalidParameterValue":
                raise
            continue
        found += problems(option, wanted, known, level, family)
    return found
