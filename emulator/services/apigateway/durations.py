"""How long API Gateway takes, in AWS's seconds; see L(emulator.durations)."""

from __future__ import annotations

from emulator.durations import Duration

SECURITY_POLICY_CHANGE = Duration(900, "API Gateway Developer Guide, How to change a security policy: about 15 minutes")
