"""What AWS Backup refuses while an IAM role is new; AWS documents no lag of its reads."""

from __future__ import annotations

from emulator.eventual import Lag

LAGS: tuple[Lag, ...] = ()
# the text that users report, as in hashicorp/terraform-provider-aws, which waits for it
ROLE_USERS = {
    "CreateBackupSelection": ("InvalidParameterValueException", "IAM Role cannot be assumed by AWS Backup"),
}
