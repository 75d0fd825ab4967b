"""The Data API of a cluster: EnableHttpEndpoint and DisableHttpEndpoint.

Amazon RDS API Reference. CreateDBCluster turns it on, too; ModifyDBCluster does so for Aurora Serverless v1 only.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.rds import exceptions
from moto.rds.responses import RDSResponse

from emulator import caching
from emulator.patching import add
from emulator.services.rds.states import check_cluster_idle


def turn(response: Any, on: bool) -> ActionResult:
    """Turn the Data API of a cluster on or off."""
    arn = response.params.get("ResourceArn")
    cluster = next((one for one in response.backend.clusters.values() if one.db_cluster_arn == arn), None)
    if cluster is None:
        raise exceptions.RDSClientError("ResourceNotFoundFault", f"{arn} does not exist.")
    check_cluster_idle(cluster)
    cluster._enable_http_endpoint = on
    return ActionResult({"ResourceArn": arn, "HttpEndpointEnabled": on})


def enable_http_endpoint(self: RDSResponse) -> ActionResult:
    """Turn it on."""
    return turn(self, True)


def disable_http_endpoint(self: RDSResponse) -> ActionResult:
    """Turn it off."""
    return turn(self, False)


def install() -> None:
    """Put the operations into moto."""
    add(RDSResponse, "enable_http_endpoint", enable_http_endpoint)
    add(RDSResponse, "disable_http_endpoint", disable_http_endpoint)
    caching.forget()
