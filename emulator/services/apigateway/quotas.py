"""API Gateway's quotas: Developer Guide, "Quotas for configuring and running a REST API"."""

from __future__ import annotations

from emulator.quotas import Quota

REGIONAL_APIS = Quota("apigateway", "L-AA0FF27B", "Regional APIs", 600, adjustable=False)
EDGE_APIS = Quota("apigateway", "L-B97207D0", "Edge-optimized APIs", 120, adjustable=False)
PRIVATE_APIS = Quota("apigateway", "L-A966AB5C", "Private APIs", 600, adjustable=False)
INTEGRATION_TIMEOUT = Quota("apigateway", "L-E5AE38E3", "Maximum integration timeout in milliseconds", 29000)
QUOTAS = (REGIONAL_APIS, EDGE_APIS, PRIVATE_APIS, INTEGRATION_TIMEOUT)
