# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS's limits of SNS topics; each rule returns its findings as sentences, as in L(common)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ansible_collections.streamflix.content_api.plugins.module_utils.plan import is_unknown
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import kms_key, not_matching

# CreateTopic and Subscribe in the Amazon SNS API Reference
TOPIC_NAME = r"[A-Za-z0-9_-]{1,256}"
ARN_OF = r"arn:aws[a-z-]*:{}:[a-z0-9-]+:\d{{12}}:.+"
ENDPOINTS = {
    "email": (r"[^@\s]+@[^@\s]+", "give an e-mail address"),
    "email-json": (r"[^@\s]+@[^@\s]+", "give an e-mail address"),
    "https": (r"https://\S+", "give a URL that begins with https://"),
    "sms": (r"\+\d{6,15}", "give a telephone number that begins with + and the country's code"),
    "sqs": (ARN_OF.format("sqs"), "give the ARN of a queue"),
    "lambda": (ARN_OF.format("lambda"), "give the ARN of a function"),
    "firehose": (ARN_OF.format("firehose"), "give the ARN of a delivery stream"),
}
# who and with what, in front of the host
PASSWORD = re.compile(r"[a-z]+://[^/\s]*@")
AWS_KEY = "alias/aws/sns"


def topic_name(option: str, value: str) -> list[str]:
    """Find what SNS refuses in the name of a topic."""
    return not_matching(option, value, TOPIC_NAME, "give 1 to 256 letters, digits, _ and -")


def topic_key(option: str, value: str) -> list[str]:
    """Find what is no key, or one with which other services cannot publish; an empty text is none."""
    if AWS_KEY in value:
        why = "is AWS's own, whose policy lets no service publish, such as CloudWatch with its alarms"
        return [f"{option} {value!r} {why}: give a key of your own."]
    return kms_key(option, value) if value else []


def subscriptions(option: str, wanted: Sequence[Mapping[str, str]]) -> list[str]:
    """Find endpoints that do not fit their protocol, and subscriptions that are there twice."""
    found = []
    seen = set()
    for one in wanted:
        form, advice = ENDPOINTS[one["protocol"]]
        # the query of a URL is often a token
        shown = one["endpoint"].partition("?")[0] if one["protocol"] == "https" else one["endpoint"]
        if PASSWORD.match(one["endpoint"]):
            # never shown, not even here
            what = f"{option} {one['protocol']} endpoint has a name and a password in its URL"
            found.append(f"{what}, which AWS does not show, so that it could not be compared: leave them out.")
        elif not is_unknown(one["endpoint"]):
            found += not_matching(f"{option} {one['protocol']} endpoint", shown, form, advice)
        which = (one["protocol"], one["endpoint"])
        if which in seen:
            found.append(f"{option} has {one['protocol']} {shown!r} twice: remove one.")
        seen.add(which)
    return found
