"""Drifts of the credentials."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.drift.mutation import AURORA, BY_HAND, LOST_TAG, OTHER_TAGS, TAG_FIELDS, Mutation, Named, tag_list
from tests.drift.mutations import rds
from tests.support.account import Client

SECRET, KIND = "streamflix-db-credentials-dev", "AWS::SecretsManager::Secret"


def describe(aws: Client) -> None:
    """Give the secret another description."""
    aws("secretsmanager").update_secret(SecretId=SECRET, Description=BY_HAND)


def set_key(aws: Client, key: str, value: Any) -> None:
    """Change a key of the secret's value; None removes it."""
    client = aws("secretsmanager")
    fields = json.loads(client.get_secret_value(SecretId=SECRET)["SecretString"])
    fields[key] = value
    left = {name: text for name, text in fields.items() if text is not None}
    client.put_secret_value(SecretId=SECRET, SecretString=json.dumps(left))


def retag(aws: Client) -> None:
    """Change a tag, add one, remove one."""
    aws("secretsmanager").tag_resource(SecretId=SECRET, Tags=tag_list(OTHER_TAGS))
    aws("secretsmanager").untag_resource(SecretId=SECRET, TagKeys=[LOST_TAG])


def remove(aws: Client) -> None:
    """Let the secret be removed in a week."""
    aws("secretsmanager").delete_secret(SecretId=SECRET, RecoveryWindowInDays=7)


def keys() -> Iterator[Mutation]:
    """Yield changes of the keys that the stack sets."""
    for key, value in {
        "engine": "mysql",
        "port": 3306,
        "dbname": "other",
        "host": "db.example.com",
        "username": "admin",
    }.items():
        yield Mutation(
            f"secret: {key} changed",
            partial(set_key, key=key, value=value),
            (Named(KIND, SECRET, (f"fields.{key}",)),),
            AURORA,
            ("secretsmanager:PutSecretValue",),
        )
    # without it nobody knows that the cluster has this password, so it is set
    yield Mutation(
        "secret: dbClusterIdentifier removed",
        partial(set_key, key="dbClusterIdentifier", value=None),
        (Named(KIND, SECRET, ("fields.dbClusterIdentifier",)), Named(rds.CLUSTER, rds.NAME, ("master_user_password",))),
        AURORA,
        ("rds:ModifyDBCluster", "secretsmanager:PutSecretValue"),
    )


MUTATIONS = (
    Mutation(
        "secret: description",
        describe,
        (Named(KIND, SECRET, ("description",)),),
        AURORA,
        ("secretsmanager:UpdateSecret",),
    ),
    *keys(),
    # its value can't be read before it is restored, and comes back as it was
    Mutation(
        "secret: scheduled for deletion",
        remove,
        (Named(KIND, SECRET, ("scheduled_for_deletion", "fields")),),
        AURORA,
        ("secretsmanager:RestoreSecret",),
    ),
    Mutation(
        "secret: tags",
        retag,
        (Named(KIND, SECRET, TAG_FIELDS),),
        AURORA,
        ("secretsmanager:TagResource", "secretsmanager:UntagResource"),
    ),
)
