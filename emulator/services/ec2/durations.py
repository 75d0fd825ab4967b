"""How long EC2 takes, in AWS's seconds; see L(emulator.durations)."""

from __future__ import annotations

from emulator.durations import Duration

NAT_GATEWAY_CREATION = Duration(110, "measured by users: public logs of terraform apply show 84 to 121 s")
NAT_GATEWAY_DELETION = Duration(60, "measured by users: public logs of terraform destroy show 42 to 61 s")
ENDPOINT_DELETION = Duration(
    120, "assumed: AWS PrivateLink Guide, Delete an interface endpoint, says that its network interfaces go, not when"
)
NAT_GATEWAY_LISTED = Duration(3600, "VPC User Guide, Delete a NAT gateway: it stays listed for about an hour")
