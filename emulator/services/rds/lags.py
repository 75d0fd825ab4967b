"""What RDS refuses while an IAM role is new; AWS documents no lag of its reads."""

from __future__ import annotations

from emulator.eventual import Lag

LAGS: tuple[Lag, ...] = ()
REFUSAL = (
    "InvalidParameterValue",
    "IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING",
)
ROLE_USERS = {"CreateDBInstance": REFUSAL, "ModifyDBInstance": REFUSAL}
