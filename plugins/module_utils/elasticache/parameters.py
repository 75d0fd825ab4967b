# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is in parameter groups of ElastiCache: which parameters a family has, and which values they take."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api, AwsError
from ansible_collections.streamflix.content_api.plugins.module_utils.elasticache.reading import PARAMETER_GROUP_MISSING
from ansible_collections.streamflix.content_api.plugins.module_utils.elasticache.rules import (
    parameter_group_family,
    parameter_group_name,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.allowed_values import within
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import not_matching

# ModifyCacheParameterGroup and ResetCacheParameterGroup
MOST_AT_ONCE = 20
# AWS's defaults say of these that they cannot be modified, but in a group of one's own they can: AWS CLI Command
# Reference, describe-engine-default-parameters and describe-cache-parameters
CONDITIONAL = frozenset({"activerehashing", "databases"})
NAME = r"[a-z][a-z0-9-]*"
WHOLE = re.compile(r"-?\d+")


def text(value: Any) -> str:
    """Return a parameter's value as AWS has it: C(yes) and C(no) for a bool."""
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)


def texts(parameters: Mapping[str, Any]) -> dict[str, str]:
    """Return parameters with their values as AWS has them, sorted by name."""
    return {name: text(value) for name, value in sorted(parameters.items())}


def parameter_values(option: str, parameters: Mapping[str, Any]) -> list[str]:
    """Find what names no parameter, and what is no value of one."""
    found = []
    for name, value in parameters.items():
        found += not_matching(option, str(name), NAME, "name a parameter such as maxmemory-policy")
        if value is None or isinstance(value, (list, dict)):
            found.append(f"{option}.{name} {value!r} is no value: give a text, a number, true or false.")
    return found


# a group: its options, and what AWS shows of it
ROWS: Rows = {
    "arn": Field(read="ARN", assigned=True, always=True, new=CHOSEN),
    "name": Field(
        aws="CacheParameterGroupName", required=True, always=True, normal=str.lower, rule=parameter_group_name
    ),
    "cache_parameter_group_family": Field(aws="CacheParameterGroupFamily", fixed=True, rule=parameter_group_family),
    "description": Field(aws="Description", fixed=True),
    "parameters": Field("dict", read=itemgetter("parameters"), normal=texts, new={}, later=True, rule=parameter_values),
}


def family_of(engine: str, version: str) -> str:
    """Return the family of parameter groups that a version takes, such as C(redis7), C(redis6.x) or C(redis5.0).

    :param version: the whole version, or the beginning of one.
    """
    major, _dot, rest = version.partition(".")
    if engine != "redis" or not major.isdigit() or int(major) > 6:
        return f"{engine}{major}"
    return "redis6.x" if major == "6" else f"redis{major}.{rest.partition('.')[0] or '0'}"


def defaults(api: Api, family: str) -> list[dict[str, Any]]:
    """Return the parameters of a family as AWS's own group has them, as items of DescribeEngineDefaultParameters.

    :raises AwsError: as L(Api.call), also of a family that AWS does not have.
    """
    which = {"CacheParameterGroupFamily": family}
    return api.pages("describe_engine_default_parameters", "EngineDefaults.Parameters", "elasticache", **which)


def of_group(api: Api, name: str) -> list[dict[str, Any]] | None:
    """Return the parameters of a group, as items of DescribeCacheParameters; None when it is gone.

    :raises AwsError: as L(Api.call).
    """
    try:
        return api.pages("describe_cache_parameters", "Parameters", "elasticache", CacheParameterGroupName=name)
    except AwsError as failure:
        if failure.code in PARAMETER_GROUP_MISSING:
            return None
        raise


def differing(
    listed: Sequence[Mapping[str, Any]], usual: Sequence[Mapping[str, Any]], named: Mapping[str, Any]
) -> dict[str, str]:
    """Return the values of a group's parameters that are not the usual ones, and those that are named.

    :param listed: items of DescribeCacheParameters. Their C(Source) tells nothing: AWS says C(user) of all that can be
        modified.
    :param usual: as L(defaults).
    """
    of_engine = {item["ParameterName"]: item.get("ParameterValue", "") for item in usual}
    values = {item["ParameterName"]: item.get("ParameterValue", "") for item in listed}
    return {name: value for name, value in sorted(values.items()) if name in named or value != of_engine.get(name)}


def listed(api: Api, name: str | None) -> list[dict[str, Any]]:
    """Return one group, or all but AWS's own, as items of DescribeCacheParameterGroups; none when there is none.

    :raises AwsError: as L(Api.call).
    """
    operation, key = "describe_cache_parameter_groups", "CacheParameterGroups"
    if not name:
        return [one for one in api.pages(operation, key) if not one["CacheParameterGroupName"].startswith("default.")]
    group = api.find(operation, key, PARAMETER_GROUP_MISSING, CacheParameterGroupName=name.lower())
    return [group] if group else []


def read(api: Api, group: Mapping[str, Any]) -> dict[str, Any] | None:
    """Complete a group by its parameters and tags; None when it is gone.

    :param group: an item of DescribeCacheParameterGroups.
    :raises AwsError: as L(Api.call).
    """
    own = of_group(api, group["CacheParameterGroupName"])
    reply = api.get("list_tags_for_resource", PARAMETER_GROUP_MISSING, ResourceName=group["ARN"])
    if own is None or reply is None:
        return None
    values = differing(own, defaults(api, group["CacheParameterGroupFamily"]), {})
    return {**fields.described(ROWS, {**group, "parameters": values}), "tags": tags.from_list(reply["TagList"])}


def takes(known: Mapping[str, Any], value: str) -> bool:
    """Tell whether a parameter may take a value.

    :param known: an item of DescribeCacheParameters.
    """
    allowed = known.get("AllowedValues")
    # several words are for AWS to judge, as of rename-commands
    if not allowed or " " in value or value in allowed.split(","):
        return True
    if known.get("DataType") != "integer":
        return value == ""
    return WHOLE.fullmatch(value) is not None and within(allowed, value)


def refused_in_new(api: Api, option: str, wanted: Mapping[str, Any], family: str) -> list[str]:
    """Return what L(refused) finds for a group that is not there yet; nothing of a family that AWS does not have.

    :raises AwsError: as L(Api.call).
    """
    if not wanted:
        return []
    try:
        listed = defaults(api, family)
    except AwsError as failure:
        if failure.code == "InvalidParameterValue":
            return []
        raise
    return refused(option, texts(wanted), listed, family, conditional=True)


def refused(
    option: str, wanted: Mapping[str, str], listed: Sequence[Mapping[str, Any]], family: str, conditional: bool = False
) -> list[str]:
    """Find parameters that a family does not have, that cannot be modified, or whose value AWS does not allow.

    :param listed: items of DescribeCacheParameters, or as L(defaults).
    :param conditional: whether these are those of AWS's own group.
    """
    known = {item["ParameterName"]: item for item in listed}
    found = []
    for name, value in wanted.items():
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]}?" if close else "remove it."
            found.append(f"{option} has {name!r}, which {family} does not have: {hint}")
        elif not known[name].get("IsModifiable") and not (conditional and name in CONDITIONAL):
            found.append(f"{option} has {name!r}, which AWS lets nobody modify in {family}: remove it.")
        elif not takes(known[name], value):
            allowed = known[name]["AllowedValues"]
            found.append(f"{option}.{name} {value!r} is not allowed in {family}: AWS takes {allowed}.")
    return found
