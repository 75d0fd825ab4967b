# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tags between Ansible's shape (one dict) and the shapes of AWS's services."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import partial
from operator import itemgetter
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.plan import Call


def texts(tags: Mapping[str, Any] | None) -> dict[str, str] | None:
    """Return tags with their values as AWS stores them, as text; None stays None."""
    return None if tags is None else {name: str(value) for name, value in tags.items()}


def to_list(tags: Mapping[str, str] | None, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Return AWS's list of pairs for a dict of tags, sorted by name.

    :param key: what the service calls the name (C(Key), or C(key) in ECS).
    :param value: what the service calls the value.
    """
    return [{key: name, value: text} for name, text in sorted((tags or {}).items())]


def from_list(tags: Iterable[Mapping[str, Any]] | None, key: str = "Key", value: str = "Value") -> dict[str, str]:
    """Return a dict of tags for AWS's list of pairs, without AWS's own (C(aws:...))."""
    return {tag[key]: tag.get(value, "") for tag in tags or () if not tag[key].startswith("aws:")}


def not_aws(its_tags: Mapping[str, str]) -> dict[str, str]:
    """Return tags without AWS's own (C(aws:...))."""
    return {name: text for name, text in its_tags.items() if not name.startswith("aws:")}


@dataclass(frozen=True)
class Purge:
    """Which tags are removed that the user did not name; false when none is.

    :ivar enabled: whether any is.
    :ivar ignored: shell patterns for the names of tags that somebody else sets.
    """

    enabled: bool
    ignored: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether any tag may be removed."""
        return self.enabled

    def removes(self, name: str) -> bool:
        """Tell whether a tag that the user did not name is removed."""
        return self.enabled and not is_ignored(name, self.ignored)


def is_ignored(name: str, patterns: Iterable[str]) -> bool:
    """Tell whether the name of a tag matches one of the patterns."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def changes(
    current: Mapping[str, str], desired: Mapping[str, str] | None, purge: Purge | bool
) -> tuple[dict[str, str], list[str]]:
    """Compare tags.

    :param desired: None means that the user did not set tags, so nothing changes.
    :param purge: which tags that the user did not name are removed; true for all, false for none.
    :returns: the tags to set, and the names to remove.
    """
    if desired is None:
        return {}, []
    removes = (purge if isinstance(purge, Purge) else Purge(purge)).removes
    to_set = {name: text for name, text in desired.items() if current.get(name) != text}
    return to_set, sorted(name for name in current if name not in desired and removes(name))


def after(current: Mapping[str, str], desired: Mapping[str, str] | None, purge: Purge | bool) -> dict[str, str]:
    """Return the tags as they will be once L(changes) has been carried out."""
    to_set, to_remove = changes(current, desired, purge)
    return {name: text for name, text in {**current, **to_set}.items() if name not in to_remove}


@dataclass(frozen=True)
class Tagging:
    """How a service changes the tags of what exists.

    :ivar tag: the boto3 method that sets tags.
    :ivar untag: the one that removes them.
    :ivar which: the parameter of both that names the resource.
    :ivar of: reads its value out of a resource as its module describes it.
    :ivar tags: the parameter of the first with the tags.
    :ivar keys: the parameter of the second with their names.
    :ivar shape: makes of a dict of tags what the first takes.
    :ivar named: makes of a list of names what the second takes.
    :ivar listing: the boto3 method that lists them, with C(which); empty where descriptions have them.
    :ivar listed: reads them out of its reply, or out of a description.
    :ivar more: what the requests take beside C(which), to name the resource.
    """

    tag: str
    untag: str
    which: str
    of: Callable[[Mapping[str, Any]], Any] = itemgetter("arn")
    tags: str = "Tags"
    keys: str = "TagKeys"
    shape: Callable[[Mapping[str, str]], Any] = to_list
    named: Callable[[list[str]], Any] = list
    listing: str = ""
    listed: Callable[[Mapping[str, Any]], dict[str, str]] = itemgetter("tags")
    more: Mapping[str, Any] = field(default_factory=dict)

    def resource(self, found: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parameters of the requests that name a resource, which is as its module describes it."""
        return {**self.more, self.which: self.of(found)}


RESOURCE = ("tag_resource", "untag_resource")
CLOUDWATCH = Tagging(
    *RESOURCE, "ResourceARN", listing="list_tags_for_resource", listed=lambda reply: from_list(reply["Tags"])
)
APIGATEWAY = Tagging(*RESOURCE, "resourceArn", tags="tags", keys="tagKeys", shape=dict)
APIGATEWAYV2 = Tagging(*RESOURCE, "ResourceArn", tags="Tags", shape=dict)
ECS = replace(
    APIGATEWAY,
    shape=partial(to_list, key="key", value="value"),
    listed=lambda found: from_list(found.get("tags"), "key", "value"),
)
KMS = Tagging(
    *RESOURCE,
    "KeyId",
    itemgetter("id"),
    shape=partial(to_list, key="TagKey", value="TagValue"),
    listing="list_resource_tags",
    listed=lambda reply: from_list(reply["Tags"], "TagKey", "TagValue"),
)
LOGS = replace(APIGATEWAY, listing="list_tags_for_resource", listed=lambda reply: not_aws(reply.get("tags", {})))
BACKUP = Tagging(
    *RESOURCE,
    "ResourceArn",
    keys="TagKeyList",
    shape=dict,
    listing="list_tags",
    listed=lambda reply: not_aws(reply.get("Tags", {})),
)
ELASTICACHE = RDS = Tagging(
    "add_tags_to_resource",
    "remove_tags_from_resource",
    "ResourceName",
    listing="list_tags_for_resource",
    listed=lambda reply: from_list(reply["TagList"]),
)
SSM_PARAMETER = replace(RDS, which="ResourceId", of=itemgetter("name"), more={"ResourceType": "Parameter"})
ACM = Tagging(
    "add_tags_to_certificate",
    "remove_tags_from_certificate",
    "CertificateArn",
    keys="Tags",
    named=lambda names: [{"Key": name} for name in names],
    listing="list_tags_for_certificate",
    listed=lambda reply: from_list(reply["Tags"]),
)
ELBV2 = Tagging("add_tags", "remove_tags", "ResourceArns", lambda found: [found["arn"]])
IAM = Tagging("tag_role", "untag_role", "RoleName", itemgetter("name"), listed=lambda role: from_list(role.get("Tags")))
IAM_POLICY = Tagging(
    "tag_policy", "untag_policy", "PolicyArn", listing="list_policy_tags", listed=lambda reply: from_list(reply["Tags"])
)
WAFV2 = replace(CLOUDWATCH, listed=lambda reply: from_list(reply["TagInfoForResource"].get("TagList")))
SECRETSMANAGER = Tagging(*RESOURCE, "SecretId", listed=lambda secret: from_list(secret.get("Tags")))
SNS = Tagging(*RESOURCE, "ResourceArn", listing="list_tags_for_resource", listed=lambda reply: from_list(reply["Tags"]))
EC2 = Tagging("create_tags", "delete_tags", "Resources", lambda found: [found["id"]])
APPLICATION_AUTOSCALING = Tagging(
    *RESOURCE,
    "ResourceARN",
    shape=dict,
    listing="list_tags_for_resource",
    listed=lambda reply: not_aws(reply.get("Tags", {})),
)
ECR = Tagging(
    *RESOURCE,
    "resourceArn",
    tags="tags",
    keys="tagKeys",
    listing="list_tags_for_resource",
    listed=lambda reply: from_list(reply["tags"]),
)


def steps(
    tagging: Tagging,
    which: Mapping[str, Any],
    current: Mapping[str, str],
    options: Mapping[str, Any],
    subject: str,
    retry_if: frozenset[str] = frozenset(),
    service: str = "",
) -> list[Call]:
    """Return the requests that set the tags of an existing resource as a module's options say.

    :param which: the parameters of both requests that name the resource.
    :param subject: what users call it.
    :param retry_if: errors that pass after a while, as in C(Call.retry_if).
    :param service: the boto3 client's name, when it is not the module's first.
    """
    to_set, to_remove = changes(current, options["tags"], options["purge_tags"])
    found = []
    if to_set:
        sent = {**which, tagging.tags: tagging.shape(to_set)}
        found.append(Call(tagging.tag, sent, subject, service, retry_if=retry_if))
    if to_remove:
        sent = {**which, tagging.keys: tagging.named(to_remove)}
        found.append(Call(tagging.untag, sent, subject, service, retry_if=retry_if))
    return found
