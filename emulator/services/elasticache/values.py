"""ElastiCache: what is in parameter groups, which moto lacks, and what AWS refuses in a change.

Amazon ElastiCache API Reference, DescribeCacheParameters, DescribeEngineDefaultParameters, ModifyCacheParameterGroup
and ResetCacheParameterGroup. Values, limits and sources are those of the AWS CLI's examples for redis5.0
(describe-engine-default-parameters, describe-cache-parameters), with the changes of later families as the User Guide,
"Engine specific parameters", has them. A family has some seventy parameters; here are those that are set most.

In a group of somebody's own, all that can be modified has the source C(user), whether it has been set or not
(github.com/hashicorp/terraform/issues/5854). Some parameters can be modified there only, and not by the engine's list.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from emulator.patching import add
from emulator.services.elasticache.parameters import DEFAULT, FAMILIES, found_group, refusal

MOST_AT_ONCE = 20
IMMEDIATE, AT_REBOOT = "immediate", "requires-reboot"
USER, SYSTEM = "user", "system"
RANGE = re.compile(r"(-?\d+)-(\d*)")
REDIS_5, REDIS_6 = ("redis2.6", "redis2.8", "redis3.2", "redis4.0", "redis5.0"), ("redis6.x",)
LISTPACK = ("redis7", "valkey7", "valkey8", "valkey9")
LAZY = (*REDIS_5, *REDIS_6, "redis7", "valkey7")


@dataclass(frozen=True)
class Parameter:
    """One parameter.

    :ivar allowed: as AWS says it: values and ranges with commas, C(0-) for no upper limit, C(-) for any number.
    :ivar default: the value of the engine; None where AWS shows none.
    :ivar modifiable: whether it can be modified: always, never, or (None) in a group of somebody's own.
    :ivar families: those that have it; empty for all of Redis OSS and Valkey.
    """

    kind: str
    allowed: str | None
    default: str | None
    modifiable: bool | None = True
    change: str = IMMEDIATE
    families: Collection[str] = ()

    def shown(self, name: str, own: bool, value: str | None) -> dict[str, Any]:
        """Return it as AWS lists it.

        :param own: whether it is in a group of somebody's own.
        """
        modifiable = own if self.modifiable is None else self.modifiable
        entry = {
            "ParameterName": name,
            "ParameterValue": value,
            "Description": f"{name}.",
            "Source": USER if own and modifiable else SYSTEM,
            "DataType": self.kind,
            "AllowedValues": self.allowed,
            "IsModifiable": modifiable,
            "MinimumEngineVersion": "5.0.0",
            "ChangeType": self.change,
        }
        return {key: text for key, text in entry.items() if text is not None}

    def takes(self, value: str) -> bool:
        """Tell whether it takes a value."""
        if self.allowed is None:
            return True
        if self.kind == "integer" and not re.fullmatch(r"-?\d+", value):
            return False
        # a number below zero is a value, and no range
        parts = re.findall(r"-?\d+-\d*|[^,]+", self.allowed)
        return any(value == part or part == "-" or _within(part, value) for part in parts)


def _within(part: str, value: str) -> bool:
    limits = RANGE.fullmatch(part)
    return bool(limits and int(limits[1]) <= int(value) <= int(limits[2] or value))


YES_NO = ("string", "yes,no")
POLICIES = "volatile-lru,allkeys-lru,volatile-lfu,allkeys-lfu,volatile-random,allkeys-random,volatile-ttl,noeviction"
PARAMETERS = {
    "acl-pubsub-default": Parameter(
        "string", "resetchannels,allchannels", "allchannels", families=(*REDIS_6, *LISTPACK)
    ),
    "activedefrag": Parameter(*YES_NO, "no"),
    "active-defrag-cycle-max": Parameter("integer", "1-75", "75"),
    "active-defrag-cycle-min": Parameter("integer", "1-75", "5"),
    "active-defrag-threshold-lower": Parameter("integer", "1-100", "10"),
    "active-defrag-threshold-upper": Parameter("integer", "1-100", "100"),
    "activerehashing": Parameter(*YES_NO, "yes", None, AT_REBOOT, families=(*REDIS_5, *REDIS_6)),
    "appendonly": Parameter(*YES_NO, "no", modifiable=False),
    "client-output-buffer-limit-pubsub-hard-limit": Parameter("integer", "0-", "33554432"),
    "close-on-replica-write": Parameter(*YES_NO, "yes"),
    "cluster-enabled": Parameter(*YES_NO, "no", None, AT_REBOOT),
    "databases": Parameter("integer", "1-1200000", "16", None, AT_REBOOT),
    "hash-max-listpack-entries": Parameter("integer", "0-", "512", families=LISTPACK),
    "hash-max-ziplist-entries": Parameter("integer", "0-", "512", families=(*REDIS_5, *REDIS_6)),
    "lazyfree-lazy-eviction": Parameter(*YES_NO, "no", families=LAZY),
    "lfu-log-factor": Parameter("integer", "1-", "10"),
    "list-max-ziplist-size": Parameter(
        "integer", "-5,-4,-3,-2,-1,1-", "-2", modifiable=False, families=(*REDIS_5, *REDIS_6)
    ),
    "lfu-decay-time": Parameter("integer", "0-", "1"),
    "list-compress-depth": Parameter("integer", "0-", "0"),
    "maxclients": Parameter("integer", "1-65000", "65000", modifiable=False, change=AT_REBOOT),
    "maxmemory-policy": Parameter("string", POLICIES, "volatile-lru"),
    "maxmemory-samples": Parameter("integer", "1-", "3"),
    "min-replicas-max-lag": Parameter("integer", "0-", "10"),
    "min-replicas-to-write": Parameter("integer", "0-", "0"),
    "notify-keyspace-events": Parameter("string", None, None),
    "repl-backlog-size": Parameter("integer", "16384-", "1048576"),
    "reserved-memory-percent": Parameter("integer", "0-100", "25"),
    "slowlog-log-slower-than": Parameter("integer", "-", "10000"),
    "slowlog-max-len": Parameter("integer", "0-", "128"),
    "tcp-keepalive": Parameter("integer", "0-", "300"),
    "timeout": Parameter("integer", "0,20-", "0"),
}


def of_family(family: str) -> dict[str, Parameter]:
    """Return the parameters of a family; Memcached's are not known here."""
    if family.startswith("memcached"):
        return {}
    return {name: one for name, one in PARAMETERS.items() if not one.families or family in one.families}


def is_own(group: dict[str, Any]) -> bool:
    """Tell whether a parameter group is somebody's own, and none of AWS's."""
    return not str(group["CacheParameterGroupName"]).startswith(DEFAULT)


def set_values(group: dict[str, Any]) -> dict[str, str]:
    """Return what has been set in a group, by name; changes of it stay. Descriptions do not show it."""
    kept: dict[str, str] = group.setdefault("emulator_values", {})
    return kept


def _refused(name: str, value: str | None, family: str) -> Exception | None:
    """Return how AWS refuses the change of a parameter; None when it takes it.

    The first text is one that the Terraform provider looks for, the second one users report
    (github.com/cloudposse/terraform-aws-elasticache-redis/issues/212); the third is assumed.
    """
    parameter = of_family(family).get(name)
    if parameter is None:
        return refusal("InvalidParameterValue", f"Parameter {name} doesn't exist")
    if parameter.modifiable is False:
        return refusal("InvalidParameterValue", f"The parameter {name} cannot be modified.")
    if value is not None and not parameter.takes(value):
        text = f"The value {value} of parameter {name} is not one of the allowed values {parameter.allowed}."
        return refusal("InvalidParameterValue", text)
    return None


def _asked(self: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the group that a change names, and the parameters; raise what AWS refuses."""
    wanted = self._get_params()
    group = found_group(self.elasticache_backend, wanted["CacheParameterGroupName"])
    parameters: list[dict[str, Any]] = wanted.get("ParameterNameValues") or []
    if not is_own(group):
        raise refusal("InvalidCacheParameterGroupState", "A default parameter group cannot be modified.")
    if len(parameters) > MOST_AT_ONCE:
        raise refusal("InvalidParameterValue", f"No more than {MOST_AT_ONCE} parameters can be modified at once.")
    family = group["CacheParameterGroupFamily"]
    for one in parameters:
        failure = _refused(one["ParameterName"], one.get("ParameterValue"), family)
        if failure:
            raise failure
    return group, parameters


def _await_reboot(backend: Any, group: dict[str, Any], changed: Collection[str]) -> None:
    """Let the nodes that use a group wait for a reboot, if it needs one of what has changed."""
    if not any(PARAMETERS[name].change == AT_REBOOT for name in changed):
        return
    for user in backend.replication_groups.values():
        if user.cache_parameter_group_name == group["CacheParameterGroupName"]:
            user.emulator_to_reboot = set(user.member_clusters)


def _named(group: dict[str, Any]) -> Any:
    from moto.core.responses import ActionResult

    return ActionResult({"CacheParameterGroupName": group["CacheParameterGroupName"]})


def _modify(self: Any) -> Any:
    """Answer ModifyCacheParameterGroup."""
    group, parameters = _asked(self)
    own = set_values(group)
    wanted = {one["ParameterName"]: one["ParameterValue"] for one in parameters}
    changed = [name for name, value in wanted.items() if own.get(name, PARAMETERS[name].default) != value]
    own.update(wanted)
    _await_reboot(self.elasticache_backend, group, changed)
    return _named(group)


def _reset(self: Any) -> Any:
    """Answer ResetCacheParameterGroup: of some parameters, or of all."""
    group, parameters = _asked(self)
    own = set_values(group)
    every = self._get_bool_param("ResetAllParameters", False)
    if every == bool(parameters):
        raise refusal("InvalidParameterCombination", "Give ParameterNameValues, or ResetAllParameters.")
    names = list(own) if every else [one["ParameterName"] for one in parameters]
    changed = [name for name in names if own.pop(name, PARAMETERS[name].default) != PARAMETERS[name].default]
    _await_reboot(self.elasticache_backend, group, changed)
    return _named(group)


def _shown(family: str, values: dict[str, str], own: bool) -> Iterator[dict[str, Any]]:
    for name, parameter in of_family(family).items():
        yield parameter.shown(name, own, values.get(name, parameter.default))


def _describe(self: Any) -> Any:
    """Answer DescribeCacheParameters: all of a group's, or those with one source."""
    from moto.core.responses import ActionResult

    group = found_group(self.elasticache_backend, self._get_param("CacheParameterGroupName"))
    values, source = set_values(group), self._get_param("Source")
    every = _shown(group["CacheParameterGroupFamily"], values, is_own(group))
    return ActionResult({"Parameters": [one for one in every if source in (None, one["Source"])]})


def _defaults(self: Any) -> Any:
    """Answer DescribeEngineDefaultParameters."""
    from moto.core.responses import ActionResult

    family = self._get_param("CacheParameterGroupFamily")
    if family not in FAMILIES:
        raise refusal("InvalidParameterValue", f"CacheParameterGroupFamily {family} is not a valid parameter value.")
    listed = list(_shown(family, {}, own=False))
    return ActionResult({"EngineDefaults": {"CacheParameterGroupFamily": family, "Parameters": listed}})


def _reboot(self: Any) -> Any:
    """Answer RebootCacheCluster: a node of a replication group takes its parameters."""
    from moto.core.responses import ActionResult

    backend, name = self.elasticache_backend, self._get_param("CacheClusterId")
    node = backend.describe_cache_clusters(name)[0]
    for group in backend.replication_groups.values():
        group.emulator_to_reboot = getattr(group, "emulator_to_reboot", set()) - {name}
    return ActionResult({"CacheCluster": node})


def install() -> None:
    """Put the operations into moto's ElastiCache."""
    from moto.elasticache.responses import ElastiCacheResponse

    for name, function in (
        ("describe_cache_parameters", _describe),
        ("describe_engine_default_parameters", _defaults),
        ("modify_cache_parameter_group", _modify),
        ("reset_cache_parameter_group", _reset),
        ("reboot_cache_cluster", _reboot),
    ):
        add(ElastiCacheResponse, name, function)
