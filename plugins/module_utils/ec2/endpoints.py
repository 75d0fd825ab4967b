# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How VPC endpoints are removed: AWS takes their network interfaces away some minutes after the request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.plan import Call, Wait

NO_ENDPOINT = frozenset({"InvalidVpcEndpointId.NotFound", "InvalidVpcEndpoint.NotFound"})


def state_of(reply: Mapping[str, Any]) -> str:
    """Return the state of the one endpoint in a reply of DescribeVpcEndpoints: C(gone), or AWS's word."""
    states = [item["State"].lower() for item in reply["VpcEndpoints"]]
    return next((state for state in states if state != "deleted"), "gone")


def deletion(its_id: str, name: str) -> Call:
    """Return the request that removes an endpoint."""
    return Call("delete_vpc_endpoints", {"VpcEndpointIds": [its_id]}, name, done_if=NO_ENDPOINT)


def end(its_id: str, name: str) -> Wait:
    """Return the pause until an endpoint is gone."""
    which, gone = {"VpcEndpointIds": [its_id]}, frozenset({"gone"})
    return Wait(f"VPC endpoint {name}", "describe_vpc_endpoints", which, state_of, until=gone, gone_if=NO_ENDPOINT)
