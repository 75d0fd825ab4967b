# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS's limits of REST APIs; each rule returns its findings as sentences, as in L(common)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.iam.policies import text_of
from ansible_collections.streamflix.content_api.plugins.module_utils.iam.rules import policy_document
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import (
    not_matching,
    out_of_range,
)

LONGEST_POLICY = 8192

# a delivery stream has to be named so
LOG_DESTINATION = (
    r"arn:aws[a-z-]*:(logs:[^:]+:\d{12}:log-group:|firehose:[^:]+:\d{12}:deliverystream/amazon-apigateway-).+"
)
# milliseconds: what every account has, and the most that AWS grants, to regional and private APIs only
DEFAULT_LONGEST_TIMEOUT, LONGEST_TIMEOUT = 29000, 300000
DESTINATION_ADVICE = "give the ARN of a log group, or of a delivery stream named amazon-apigateway-..."


def apigateway_proxy(options: Mapping[str, Any]) -> list[str]:
    """Find what AWS refuses in the options of M(streamflix.content_api.apigateway_proxy)."""
    longest = DEFAULT_LONGEST_TIMEOUT if options["endpoint_type"] == "EDGE" else LONGEST_TIMEOUT
    found = out_of_range("timeout_in_millis", options["timeout_in_millis"], 50, longest)
    found += out_of_range("keep_deployments", options["keep_deployments"], 1, 1000)
    if not re.match(r"https?://[^/{]", options["backend_url"]) or "{" in options["backend_url"]:
        found.append(f"backend_url {options['backend_url']!r} is no address: write http://, the host, and no {{...}}.")
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,128}", options["stage_name"]):
        found.append(
            f"stage_name {options['stage_name']!r} is no name of a stage: use 1 to 128 letters, digits, - and _."
        )
    for key in ("throttling_burst_limit", "throttling_rate_limit"):
        if (options[key] or 0) < 0:
            found.append(f"{key} {options[key]} is negative: set 0 to refuse every request, or more.")
    return found + apigateway_connection(options) + apigateway_stage(options) + apigateway_policy(options)


def apigateway_policy(options: Mapping[str, Any]) -> list[str]:
    """Find what is no resource policy, or is too long for one; an empty one removes the policy."""
    policy = options["resource_policy"]
    if not policy:
        return []
    found = policy_document("resource_policy", policy)
    longer = len(text_of(policy).encode()) - LONGEST_POLICY
    if longer > 0:
        found.append(f"resource_policy is {longer} bytes longer than AWS takes ({LONGEST_POLICY}): shorten it.")
    return found


def apigateway_connection(options: Mapping[str, Any]) -> list[str]:
    """Find a VPC link that is missing, or given without being used."""
    link = options["connection_type"] == "VPC_LINK"
    if link and not options["connection_id"]:
        return ["connection_type VPC_LINK needs connection_id: give the id of a VPC link, or set INTERNET."]
    unused = [key for key in ("connection_id", "integration_target") if options[key] and not link]
    return [f"{key} {options[key]!r} has no effect without connection_type VPC_LINK: set that too." for key in unused]


def apigateway_stage(options: Mapping[str, Any]) -> list[str]:
    """Find stage variables and an access log that AWS refuses."""
    found = []
    for name, value in (options["stage_variables"] or {}).items():
        if not re.fullmatch(r"\w+", name, re.ASCII) or not re.fullmatch(r"[A-Za-z0-9._~:/?#&=,-]+", str(value)):
            found.append(
                f"stage_variables {name!r} or its value {str(value)!r} holds characters that AWS refuses: use letters, "
                "digits and _ in the name, and letters, digits and -._~:/?#&=, in the value."
            )
    log = options["access_log"]
    if log and log["destination_arn"]:
        found += not_matching("access_log.destination_arn", log["destination_arn"], LOG_DESTINATION, DESTINATION_ADVICE)
    if log and log["destination_arn"] and not log["format"]:
        found.append("access_log.format is missing: write the line that is logged, or leave destination_arn empty.")
    return found
