"""How often API Gateway version 2 may be asked for some operations, as L(emulator.services.apigateway.paces) has it."""

from __future__ import annotations

from emulator.wire import AwsRequest

SECONDS = {"CreateVpcLink": 15.0, "DeleteVpcLink": 30.0}


def seconds_for(request: AwsRequest) -> float | None:
    """Return how long the next request of this kind has to wait; None: there is no pace for it."""
    return SECONDS.get(request.operation)
