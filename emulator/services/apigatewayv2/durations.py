"""How long API Gateway version 2 takes, in AWS's seconds; see L(emulator.durations)."""

from __future__ import annotations

from emulator.durations import Duration

VPC_LINK_CREATION = Duration(
    120, "API Gateway Developer Guide, Set up VPC links V2: this process can take a few minutes"
)
VPC_LINK_DELETION = Duration(120, "assumed: as long as its network interfaces take to come")
