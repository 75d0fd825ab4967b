# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS's limits of REST APIs; each rule returns its findings as sentences, as in L(common)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.iam.policies import text_of
from ansible_collections.streamflix.content_api.plugins.module_utils.iam.rules import policy_document
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import (
    not_matching,
    out_of_range,
    repeated,
)

LONGEST_NAME = 1024
# Developer Guide, "Amazon API Gateway important notes": headers that it sets, renames or drops
RESERVED_HEADERS = frozenset(
    {
        "accept-encoding",
        "authorization",
        "connection",
        "content-encoding",
        "content-length",
        "content-md5",
        "content-type",
        "date",
        "expect",
        "host",
        "max-forwards",
        "pragma",
        "proxy-authenticate",
        "range",
        "referer",
        "server",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "user-agent",
        "via",
        "www-authenticate",
    }
)
LONGEST_POLICY = 8192

# a delivery stream has to be named so
LOG_DESTINATION = (
    r"arn:aws[a-z-]*:(logs:[^:]+:\d{12}:log-group:|firehose:[^:]+:\d{12}:deliverystream/amazon-apigateway-).+"
)
# milliseconds: what every account has, and the most that AWS grants, to regional and private APIs only
DEFAULT_LONGEST_TIMEOUT, LONGEST_TIMEOUT = 29000, 300000
DESTINATION_ADVICE = "give the ARN of a log group, or of a delivery stream named amazon-apigateway-..."


# Developer Guide, "Supported security policies". What begins so is an enhanced one and wants an endpoint access mode.
ENHANCED = "SecurityPolicy_"
EDGE_POLICIES = (
    "SecurityPolicy_TLS13_2025_EDGE",
    "SecurityPolicy_TLS12_PFS_2025_EDGE",
    "SecurityPolicy_TLS12_2018_EDGE",
)
REGIONAL_POLICIES = (
    "SecurityPolicy_TLS13_1_3_2025_09",
    "SecurityPolicy_TLS13_1_3_FIPS_2025_09",
    "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_Ext2_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_Ext2_FIPS_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_2021_06",
)
LEGACY_POLICIES = ("TLS_1_0", "TLS_1_2")
ACCESS_MODES = ("BASIC", "STRICT")


def backend_address(option: str, url: str) -> list[str]:
    """Find what is no address of a backend."""
    if re.fullmatch(r"https?://[^/{}\s]+(/[^{}\s]*)?", url):
        return []
    return [f"{option} {url!r} is no address: write http://, the host, and no {{...}}."]


def name_of_stage(option: str, name: str) -> list[str]:
    """Find what AWS refuses as the name of a stage."""
    if re.fullmatch(r"[A-Za-z0-9_-]{1,128}", name):
        return []
    return [f"{option} {name!r} is no name of a stage: use 1 to 128 letters, digits, - and _."]


def not_negative(option: str, rate: float) -> list[str]:
    """Find a number of requests below none."""
    return [f"{option} {rate} is negative: set 0 to refuse every request, or more."] if rate < 0 else []


def policy(option: str, document: Mapping[str, Any]) -> list[str]:
    """Find what is no resource policy, or is too long for one; an empty one removes the policy."""
    if not document:
        return []
    found = policy_document(option, document)
    longer = len(text_of(document).encode()) - LONGEST_POLICY
    if longer > 0:
        found.append(f"{option} is {longer} bytes longer than AWS takes ({LONGEST_POLICY}): shorten it.")
    return found


def timeout(endpoint_type: str, milliseconds: int) -> list[str]:
    """Find a time for the backend's answer that AWS does not take for APIs of this type."""
    longest = DEFAULT_LONGEST_TIMEOUT if endpoint_type == "EDGE" else LONGEST_TIMEOUT
    return out_of_range("timeout_in_millis", milliseconds, 50, longest)


def security(endpoint_type: str, options: Mapping[str, Any]) -> list[str]:
    """Find a security policy that AWS does not take for this endpoint type, or that does not go with the access mode.

    :param endpoint_type: C(REGIONAL) or C(EDGE), of an API or a domain name.
    """
    policy, mode = options["security_policy"], options["endpoint_access_mode"]
    if policy is None:
        missing = (
            f"endpoint_access_mode {mode!r} goes with a security_policy that begins with {ENHANCED}: set that too."
        )
        return [missing] if mode else []
    fitting = EDGE_POLICIES if endpoint_type == "EDGE" else REGIONAL_POLICIES
    if policy.startswith(ENHANCED):
        found = (
            []
            if policy in fitting
            else [f"security_policy {policy!r} is not for endpoint type {endpoint_type}: choose {', '.join(fitting)}."]
        )
        if not mode:
            found.append(f"security_policy {policy!r} needs endpoint_access_mode: set STRICT or BASIC.")
        return found
    extra = f"endpoint_access_mode {mode!r} does not go with security_policy {policy!r}: leave it out."
    return [extra] if mode else []


def domain_name(option: str, name: str) -> list[str]:
    """Find what is no domain name; the first label of one may be C(*)."""
    label = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    return not_matching(option, name, rf"(\*\.)?({label}\.)+{label}", "give a name such as api.example.com")


def base_path(option: str, path: str) -> list[str]:
    """Find what AWS refuses as the base path of a domain name; an empty one stands for the whole domain."""
    return not_matching(option, path or None, r"[A-Za-z0-9$_.+!*'()/-]{1,300}", "use letters, digits and $-_.+!*'()/")


def connection(options: Mapping[str, Any]) -> list[str]:
    """Find a VPC link that is missing, or given without being used."""
    link = options["connection_type"] == "VPC_LINK"
    if link and not options["connection_id"]:
        return ["connection_type VPC_LINK needs connection_id: give the id of a VPC link, or set INTERNET."]
    unused = [key for key in ("connection_id", "integration_target") if options[key] and not link]
    return [f"{key} {options[key]!r} has no effect without connection_type VPC_LINK: set that too." for key in unused]


def headers_to_send(option: str, headers: Sequence[Mapping[str, Any]]) -> list[str]:
    """Find headers that API Gateway cannot send, or whose values a load balancer cannot compare."""
    names = [str(one["name"]) for one in headers]
    found = repeated(f"{option}[].name", [name.lower() for name in names])
    return found + [finding for name in names for finding in header_to_send(f"{option}[].name", name)]


def header_to_send(option: str, name: str) -> list[str]:
    """Find the name of a header that API Gateway cannot send, or a load balancer cannot compare."""
    found = not_matching(option, name, r"[A-Za-z0-9-]{1,40}", "use up to 40 letters, digits and hyphens")
    if name.lower() in RESERVED_HEADERS or name.lower().startswith("x-amz"):
        found.append(f"{option} {name!r} is a header that API Gateway keeps for itself: take another one.")
    return found


def secrecy(options: Mapping[str, Any]) -> list[str]:
    """Find what would show secret headers to others than the backend."""
    names = ", ".join(str(one["name"]) for one in options["secret_headers"] or ())
    if not names:
        return []
    found = []
    if (options["backend_url"] or "").startswith("http://"):
        found.append(
            f"secret_headers {names} would go to backend_url in plain text: write https://, or leave them out."
        )
    if options["data_trace_enabled"]:
        found.append(
            f"data_trace_enabled would write the values of secret_headers {names} into the log: set it to false, or "
            "leave them out."
        )
    return found


def variables(option: str, texts: Mapping[str, Any]) -> list[str]:
    """Find stage variables that AWS refuses."""
    return [
        f"{option} {name!r} or its value {str(value)!r} holds characters that AWS refuses: use letters, digits and _ "
        "in the name, and letters, digits and -._~:/?#&=, in the value."
        for name, value in texts.items()
        if not re.fullmatch(r"\w+", name, re.ASCII) or not re.fullmatch(r"[A-Za-z0-9._~:/?#&=,-]+", str(value))
    ]


def log_destination(option: str, log: Mapping[str, Any]) -> list[str]:
    """Find an access log that AWS refuses; without a destination there is none."""
    if not log["destination_arn"]:
        return []
    found = not_matching(f"{option}.destination_arn", log["destination_arn"], LOG_DESTINATION, DESTINATION_ADVICE)
    if not log["format"]:
        found.append(f"{option}.format is missing: write the line that is logged, or leave destination_arn empty.")
    return found
