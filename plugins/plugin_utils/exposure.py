# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Finds changes that decide who may do something in the account, or who may reach something over the network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.catalogue import EXPOSING
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import UPDATE, differing, is_list
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import is_unknown
from ansible_collections.streamflix.content_api.plugins.plugin_utils.recap import Change, Field

# What our modules manage says it in its tables. This is for the kinds of stock modules, and for what AWS shows beside
# our options: types by CloudFormation's names and fields, both as patterns; the first that fits a type counts.
FURTHER: Sequence[tuple[str, tuple[str, ...]]] = (
    ("AWS::IAM::*", ("*polic*", "permissions_boundary*", "roles*", "groups*", "users*")),
    ("AWS::KMS::*", ("*policy*", "*grant*")),
    ("AWS::SecretsManager::*", ("*policy*", "kms_key_id")),
    ("AWS::EC2::SecurityGroup*", ("*ingress*", "*egress*")),
    ("AWS::RDS::*", ("publicly_accessible", "*security_group*")),
    ("AWS::ElastiCache::*", ("*security_group*",)),
    ("AWS::ApiGateway::*", ("*authoriz*", "*api_key_required", "*policy*", "endpoint_type*", "*role_arn")),
)
# Fields that say nothing of a new resource: the version of the language in which a policy is written.
NOISE = ("*.Version",)
# Of these, the resource itself is a permission, whatever its fields are.
ALWAYS = ("AWS::IAM::*",)


def exposing(changes: Iterable[Change]) -> list[Change]:
    """Return the changes that decide who may do or reach something, each with the fields that do."""
    found = []
    for change in changes:
        fields = list(deciding(change))
        listed = change["action"] != UPDATE and fits(change["type"], ALWAYS)
        if fields or listed:
            found.append({**change, "fields": fields})
    return found


def patterns_of(kind: str) -> tuple[str, ...]:
    """Return the patterns of the deciding fields of a type; empty when it has none."""
    told = [pattern for name in EXPOSING.get(kind, ()) for pattern in anywhere(name)]
    return *told, *next((fields for pattern, fields in FURTHER if fnmatchcase(kind, pattern)), ())


def anywhere(name: str) -> tuple[str, ...]:
    """Return the patterns of a setting and of what is inside of it, wherever it stands itself."""
    return name, f"{name}.*", f"*.{name}", f"*.{name}.*"


def deciding(change: Change) -> Iterator[Field]:
    """Yield the fields of a change that decide it; of a new resource, only those that open something."""
    patterns = patterns_of(change["type"])
    for part in (part for entry in change["fields"] for part in inner(entry)):
        if fits(part["field"], patterns) and (change["action"] == UPDATE or says_something(part)):
            yield part


def fits(name: str, patterns: Iterable[str]) -> bool:
    """Tell whether a name matches one of the patterns."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def says_something(entry: Field) -> bool:
    """Tell whether a field of a new or a removed resource opens or opened anything."""
    return not fits(entry["field"], NOISE) and not (says_nothing(entry["before"]) and says_nothing(entry["after"]))


def inner(entry: Field) -> Iterator[Field]:
    """Yield the fields inside a field that is a whole dict on one side: those of a new resource are listed whole."""
    before, after = entry["before"], entry["after"]
    if isinstance(before, Mapping) or isinstance(after, Mapping):
        for part in differing(entry["field"], before or {}, after or {}):
            yield from inner(part) if part != entry else [part]
    else:
        yield entry


def says_nothing(value: Any) -> bool:
    """Tell whether a value of a new resource opens nothing, or is only what AWS will assign."""
    if is_list(value):
        return all(map(says_nothing, value))
    return not value or (isinstance(value, str) and is_unknown(value))
