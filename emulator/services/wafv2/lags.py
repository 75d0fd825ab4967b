"""How long AWS WAF refuses what names something new.

AWS WAF API Reference, CreateWebACL and AssociateWebACL: the time for propagation is from a few seconds to a number of
minutes, and WAFUnavailableEntityException means that AWS WAF couldn't retrieve a resource that was specified. Reads
show what is new at once.
"""

from __future__ import annotations

from emulator.eventual import Lag

SOURCE = "AWS WAF API Reference, AssociateWebACL and CreateWebACL, WAFUnavailableEntityException"
REFUSAL = (
    "WAFUnavailableEntityException",
    "AWS WAF couldn\u2019t retrieve the resource that you requested. Retry your request.",
)
LAGS = (
    Lag("wafv2", "CreateWebACL", "wacls", 0.0, SOURCE, 5.0, REFUSAL, named_in=("WebACLArn", "LoggingConfiguration")),
    Lag("wafv2", "CreateIPSet", "ip_sets", 0.0, SOURCE, 2.0, REFUSAL, named_in=("Rules",)),
)
