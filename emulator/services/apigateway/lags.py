"""What API Gateway refuses while an IAM role is new; AWS documents no lag of its reads."""

from __future__ import annotations

from emulator.eventual import Lag

LAGS: tuple[Lag, ...] = ()
ROLE_USERS = {
    "UpdateAccount": (
        "BadRequestException",
        "The role ARN does not have required permissions configured. Please grant trust permission for API Gateway "
        "and add the required role policy.",
    )
}
