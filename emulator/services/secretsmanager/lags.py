"""How long lists of Secrets Manager miss what is new."""

from __future__ import annotations

from emulator.eventual import Lag

SOURCE = "Secrets Manager API Reference, ListSecrets: might not reflect changes from the last five minutes"
LAGS = (Lag("secretsmanager", "CreateSecret", "secrets", 60.0, SOURCE, only=("ListSecrets",)),)
