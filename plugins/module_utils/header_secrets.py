# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Values of HTTP headers that are secrets of Secrets Manager: whoever sends the header has one, and nobody else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import InvalidOptionError, is_unknown

NO_SECRET = frozenset({"ResourceNotFoundException"})
# RuleCondition: a value of a header, which both API Gateway and a load balancer take
LONGEST_VALUE = 128


@dataclass(frozen=True)
class Source:
    """Where the value of a header is from.

    :ivar name: name or ARN of the secret.
    :ivar field: the field of the secret, which holds JSON.
    :ivar usage: further fields with what they have to be, as a list of pairs.
    """

    name: str
    field: str
    usage: tuple[tuple[str, Any], ...] = ()


def secret_value(reply: Mapping[str, Any], source: Source, check_mode: bool = False) -> str:
    """Return the value of a header, out of a secret that holds JSON.

    :param reply: of GetSecretValue.
    :param check_mode: whether what the further fields say may be yet to come.
    :raises InvalidOptionError: the secret has no such value, or not the further fields. No value is in the error.
    """
    try:
        held = json.loads(reply.get("SecretString", ""))
    except ValueError:
        held = None
    fields = held if isinstance(held, dict) else {}
    value = fields.get(source.field)
    if not value or not isinstance(value, str):
        raise InvalidOptionError(
            f"secret {source.name!r} has no field {source.field!r} with a text: set secret_field to one."
        )
    if len(value) > LONGEST_VALUE or set(value) & set("*?\\'"):
        raise InvalidOptionError(
            f"the field {source.field!r} of secret {source.name!r} is no value for a header: AWS takes up to "
            f"{LONGEST_VALUE} characters, * ? \\ would match others, and ' would end it. Generate another one."
        )
    missing = {key: wanted for key, wanted in source.usage if fields.get(key) != wanted and not is_unknown(wanted)}
    if missing and not check_mode:
        raise InvalidOptionError(
            f"secret {source.name!r} does not say {missing}, so it is not known whether its value is taken there. "
            "First run what lets it be taken."
        )
    return value


def read(api: Api, sources: Iterable[Source]) -> dict[str, str | None]:
    """Return the values of headers by the names of their secrets; None for one that is not there in check mode.

    :raises InvalidOptionError: a secret does not exist, or as L(secret_value).
    """
    found: dict[str, str | None] = {}
    for source in sources:
        if is_unknown(source.name):
            continue
        reply = api.get("get_secret_value", NO_SECRET, "secretsmanager", SecretId=source.name)
        if reply is None and not api.check_mode:
            raise InvalidOptionError(f"There is no secret {source.name!r}, which the options name: create it first.")
        found[source.name] = secret_value(reply, source, api.check_mode) if reply else None
    return found
