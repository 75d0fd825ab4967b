"""How long reads of IAM miss what is new, and how long other services cannot use a new role."""

from __future__ import annotations

from emulator.eventual import Lag

# for so long the services refuse a role: C(ROLE_USERS) of their C(lags.py)
ROLE_USE = 10.0
SOURCE = "IAM User Guide, Troubleshoot IAM: Changes that I make are not always immediately visible"
ROLES = Lag("iam", "CreateRole", "roles", 4.0, SOURCE)
LAGS = (ROLES, Lag("iam", "CreatePolicy", "managed_policies", 4.0, SOURCE))
