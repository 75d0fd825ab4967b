"""How often API Gateway may be asked for some of its operations.

Amazon API Gateway Developer Guide, "Amazon API Gateway quotas": quotas for creating, deploying and managing an API.
They cannot be raised.
"""

from __future__ import annotations

from emulator.wire import AwsRequest

# AWS's seconds between two requests of an account
SECONDS = {
    "CreateRestApi": 3.0,
    "CreateDeployment": 5.0,
    "DeleteRestApi": 30.0,
    "UpdateAccount": 20.0,
    "CreateDomainName": 30.0,
    "UpdateDomainName": 30.0,
    "DeleteDomainName": 30.0,
}
# CreateRestApi of an API for the edge, which is the type that it makes when the request names none
EDGE_SECONDS = 30.0


def seconds_for(request: AwsRequest) -> float | None:
    """Return how long the next request of this kind has to wait; None: there is no pace for it."""
    if request.operation == "CreateRestApi":
        types = request.parameters.get("endpointConfiguration", {}).get("types") or ["EDGE"]
        if "EDGE" in types:
            return EDGE_SECONDS
    return SECONDS.get(request.operation)
