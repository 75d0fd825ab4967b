"""How long AWS Backup takes, in AWS's seconds; see L(emulator.durations)."""

from __future__ import annotations

from emulator.durations import Duration

JOB_START = Duration(60, "assumed: how long a job on demand is CREATED; a scheduled one waits within its start window")
AURORA_BACKUP = Duration(300, "assumed: an Aurora snapshot takes minutes, whatever its size, as its storage is shared")
POINT_DELETION = Duration(30, "assumed: how long a recovery point is DELETING")
