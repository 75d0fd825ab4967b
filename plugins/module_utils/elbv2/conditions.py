# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which requests a rule of a listener is for: conditions as AWS has them, and as the modules show them.

The values of a header may be secrets of Secrets Manager. A module only ever shows their names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.header_secrets import LONGEST_VALUE
from ansible_collections.streamflix.content_api.plugins.module_utils.hidden import NOT_SHOWN, Hidden, order, revealed
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import InvalidOptionError
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import too_long

# what a condition compares with texts: AWS's name of the field, and the member with the texts
TEXTS: Mapping[str, tuple[str, str]] = {
    "host_header": ("host-header", "HostHeaderConfig"),
    "path_pattern": ("path-pattern", "PathPatternConfig"),
    "http_request_method": ("http-request-method", "HttpRequestMethodConfig"),
    "source_ip": ("source-ip", "SourceIpConfig"),
}
OPTIONS = (*TEXTS, "query_string", "http_header")
# User Guide for Application Load Balancers, quotas: each rule; HttpHeaderConditionConfig
MOST_VALUES = 5
LONGEST_HEADER = 40


def header_from_aws(
    config: Mapping[str, Any], asked: Iterable[Mapping[str, Any]], secrets: Mapping[str, str | None]
) -> dict[str, Any]:
    """Return the condition on a header, without any value that the options do not name.

    :param asked: the headers of the rule's options.
    :param secrets: the values of secrets, by their names.
    """
    name, values = config["HttpHeaderName"], config["Values"]
    wanted = next((header for header in asked if header["name"] == name), {})
    named = {secrets.get(one): one for one in wanted.get("secret_ids") or []}
    listed = wanted.get("values") or []
    plain = {value if value in listed else Hidden(value) for value in values if value not in named}
    return header(name, plain, [named[value] for value in values if value in named])


def header(name: str, values: Iterable[str], secret_ids: Iterable[str]) -> dict[str, Any]:
    """Return a condition on a header in the modules' shape."""
    return {"name": name, "values": sorted(values, key=order), "secret_ids": sorted(secret_ids)}


def from_aws(
    conditions: Iterable[Mapping[str, Any]],
    asked: Iterable[Mapping[str, Any]] = (),
    secrets: Mapping[str, str | None] | None = None,
) -> dict[str, Any]:
    """Return the conditions of a rule in the modules' shape; only those that it has.

    :param asked, secrets: as for L(header_from_aws).
    """
    found: dict[str, Any] = {}
    options = {aws: (option, member) for option, (aws, member) in TEXTS.items()}
    asked = list(asked)
    for condition in conditions:
        option, member = options.get(condition["Field"], ("", ""))
        values = condition.get(member, {}).get("Values") or condition.get("Values")
        if option and values and option not in found:
            found[option] = sorted(values)
        elif condition["Field"] == "http-header" and condition.get("HttpHeaderConfig", {}).get("Values"):
            one = header_from_aws(condition["HttpHeaderConfig"], asked, secrets or {})
            found["http_header"] = sorted([*found.get("http_header", []), one], key=lambda it: it["name"])
        elif condition["Field"] == "query-string" and "query_string" not in found:
            pairs = condition["QueryStringConfig"]["Values"]
            found["query_string"] = query_string({"key": pair.get("Key"), "value": pair["Value"]} for pair in pairs)
        else:
            found["other"] = [*found.get("other", []), condition["Field"]]
    return found


def query_string(pairs: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return the pairs of a query string in the modules' shape."""
    listed = ({"key": pair["key"] or "", "value": pair["value"]} for pair in pairs)
    return sorted(listed, key=lambda pair: (pair["key"], pair["value"]))


def kept_values(one: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """Return the values of a header that the options do not name, and that stay all the same.

    :param one: the header of the options.
    :param found: the conditions of the rule as it is.
    :raises InvalidOptionError: with them there are more than AWS takes.
    """
    if not one["keep_values"]:
        return []
    has = [
        value for header in found.get("http_header", []) if header["name"] == one["name"] for value in header["values"]
    ]
    kept = [value for value in has if value not in (one["values"] or [])]
    number = len(kept) + count([one["values"] or [], one["secret_ids"] or []])
    if number > MOST_VALUES:
        raise InvalidOptionError(
            f"the header {one['name']} has {len(kept)} values that no option names. With them there would be {number}, "
            f"and AWS takes {MOST_VALUES}. Set keep_values to false once all clients send one that is named."
        )
    return kept


def wanted(rule: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the conditions that the options of a rule ask for, as L(from_aws).

    :param found: the conditions of the rule as it is; none for a new one.
    :raises InvalidOptionError: as L(kept_values).
    """
    asked: dict[str, Any] = {option: sorted(rule[option]) for option in TEXTS if rule[option]}
    if rule["query_string"]:
        asked["query_string"] = query_string(rule["query_string"])
    if rule["http_header"]:
        headers = [
            header(one["name"], [*(one["values"] or []), *kept_values(one, found)], one["secret_ids"] or [])
            for one in rule["http_header"]
        ]
        asked["http_header"] = sorted(headers, key=lambda it: it["name"])
    return asked


def to_aws(conditions: Mapping[str, Any], secrets: Mapping[str, str | None]) -> list[dict[str, Any]]:
    """Return conditions in the modules' shape as AWS takes them."""
    sent = [
        {"Field": aws, member: {"Values": conditions[option]}}
        for option, (aws, member) in TEXTS.items()
        if option in conditions
    ]
    if "query_string" in conditions:
        pairs = [
            {"Value": pair["value"], **({"Key": pair["key"]} if pair["key"] else {})}
            for pair in conditions["query_string"]
        ]
        sent.append({"Field": "query-string", "QueryStringConfig": {"Values": pairs}})
    for one in conditions.get("http_header", []):
        # the value of a secret that a preview cannot read yet is sent by nobody
        values = [*map(revealed, one["values"]), *(secrets.get(name) or NOT_SHOWN for name in one["secret_ids"])]
        config = {"HttpHeaderName": one["name"], "Values": values}
        sent.append({"Field": "http-header", "HttpHeaderConfig": config})
    return sent


def problems(option: str, rule: Mapping[str, Any]) -> list[str]:
    """Find what AWS refuses in the conditions that the options of a rule ask for."""
    headers = rule["http_header"] or []
    found = []
    for one in headers:
        found += too_long(f"{option}.http_header[].name", one["name"], LONGEST_HEADER)
        if one["name"].lower() == "host":
            found.append(f"{option}.http_header[].name {one['name']!r} is not possible: set host_header instead.")
        if not one["values"] and not one["secret_ids"]:
            found.append(f"{option}.http_header[] {one['name']!r} has no value: set values, secret_ids or both.")
    texts = [*(rule[name] or [] for name in TEXTS), *(one["values"] or [] for one in headers)]
    for text in (text for values in texts for text in values):
        found += too_long(f"{option}: the value", text, LONGEST_VALUE)
    number = count([*texts, *(one["secret_ids"] or [] for one in headers), rule["query_string"] or []])
    if not number:
        found.append(f"{option} has no condition: set at least one of {', '.join(OPTIONS)}.")
    if number > MOST_VALUES:
        found.append(f"{option} has {number} values in its conditions, AWS takes {MOST_VALUES}: make two rules of it.")
    return found


def count(lists: Iterable[Collection[Any]]) -> int:
    """Return how many values there are in all."""
    return sum(map(len, lists))
