"""Drifts of the stack's own key."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.drift.mutation import BY_HAND, LOST_TAG, OTHER_TAGS, TAG_FIELDS, Mutation, Named, tag_list
from tests.drift.snapshot import Found
from tests.support.account import Client

ROLES = ("kms",)
KMS, KIND, ALIAS = "kms", "AWS::KMS::Key", "alias/streamflix-dev"


def key(aws: Client) -> dict[str, Any]:
    """Return the stack's key, which its description tells from others."""
    kms = aws("kms")
    keys = (kms.describe_key(KeyId=one["KeyId"])["KeyMetadata"] for one in kms.list_keys()["Keys"])
    return next(one for one in keys if one["Description"] in (BY_HAND, "StreamFlix content API, dev"))


def read(aws: Client) -> Found:
    """Yield the key with its policy and its rotation, and the alias."""
    kms, found = aws("kms"), key(aws)
    which = {"KeyId": found["KeyId"]}
    shown = {name: found[name] for name in ("Description", "KeyState", "KeySpec", "KeyUsage")}
    rotation = kms.get_key_rotation_status(**which)
    policy = json.loads(kms.get_key_policy(PolicyName="default", **which)["Policy"])
    names = [one["AliasName"] for one in kms.list_aliases(**which)["Aliases"]]
    listed = kms.list_resource_tags(**which)["Tags"]
    tags = sorted((one["TagKey"], one["TagValue"]) for one in listed)
    about = {"rotation": [rotation["KeyRotationEnabled"], rotation.get("RotationPeriodInDays")], "policy": policy}
    yield "key", ALIAS, [found["KeyId"]], {**shown, **about, "aliases": names, "tags": tags}


def asked(operation: str, **params: Any) -> Callable[[Client], Any]:
    """Return a change: one request about the key."""
    return lambda aws: getattr(aws("kms"), operation)(KeyId=key(aws)["KeyId"], **params)


def retag(aws: Client) -> None:
    """Set, add and remove a tag."""
    which = {"KeyId": key(aws)["KeyId"]}
    aws("kms").tag_resource(Tags=tag_list(OTHER_TAGS, "TagKey", "TagValue"), **which)
    aws("kms").untag_resource(TagKeys=[LOST_TAG], **which)


def drift(name: str, change: Callable[[Client], Any], fields: tuple[str, ...], *repair: str, **more: Any) -> Mutation:
    """Return a drift of the key."""
    requests = tuple(f"kms:{operation}" for operation in repair)
    return Mutation(f"key: {name}", change, (Named(KIND, ALIAS, fields),), KMS, requests, **more)


def open_to_all(aws: Client) -> None:
    """Let anybody use the key."""
    statement = {"Sid": BY_HAND, "Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}
    which = {"KeyId": key(aws)["KeyId"], "PolicyName": "default"}
    policy = json.loads(aws("kms").get_key_policy(**which)["Policy"])
    policy["Statement"].append(statement)
    aws("kms").put_key_policy(Policy=json.dumps(policy), **which)


ROTATION = ("enable_key_rotation", "rotation_period_in_days")
MUTATIONS = (
    drift(
        "description", asked("update_key_description", Description=BY_HAND), ("description",), "UpdateKeyDescription"
    ),
    drift("policy", open_to_all, ("policy",), "PutKeyPolicy", sample=True),
    drift("rotation off", asked("disable_key_rotation"), ROTATION, "EnableKeyRotation"),
    drift("rotation period", asked("enable_key_rotation", RotationPeriodInDays=90), ROTATION[1:], "EnableKeyRotation"),
    drift("disabled", asked("disable_key"), ("key_state",), "EnableKey"),
    drift(
        "in deletion",
        asked("schedule_key_deletion", PendingWindowInDays=7),
        ("key_state", *ROTATION),
        *("CancelKeyDeletion", "EnableKey", "EnableKeyRotation"),
    ),
    drift("alias removed", lambda aws: aws("kms").delete_alias(AliasName=ALIAS), ("named",), "CreateAlias"),
    drift("tags", retag, TAG_FIELDS, "TagResource", "UntagResource"),
)
