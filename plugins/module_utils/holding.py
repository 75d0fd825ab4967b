# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The lock that a run holds. All its modules know it from a small file in Ansible's temporary directory of the run.

Each module is a process of its own, so no module can renew the lock for the others. Each one renews it with its own
requests, when that is due; see L(Api).
"""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import time
from dataclasses import asdict, dataclass, replace

from ansible_collections.streamflix.content_api.plugins.module_utils import files

# the file's path, which a task's worker leaves to its module
VARIABLE = "STREAMFLIX_LOCK"
EXPIRES = "streamflix.content_api:lock-expires"
# set by a run that takes the lock away from another, which then stops
BROKEN = "streamflix.content_api:lock-broken"
ACTIONS = "ec2:CreateLaunchTemplate, ec2:CreateTags, ec2:DescribeLaunchTemplates and ec2:DeleteLaunchTemplate"
WITHOUT = (
    f"The lock that keeps two runs apart needs {ACTIONS}. Without these rights, go without it (-e platform_lock=false) "
    "and see to it that nobody else runs at the same time."
)
# AWS refuses requests of clocks that are wrong by more
MOST_WRONG_SECONDS = 300.0
RENEWAL_SECONDS = 300.0
# Before it writes, a run checks this often whether it still holds the lock. A run that breaks a lock waits as long.
CHECK_SECONDS = 30.0
# All of these times are at most this part of the time after which a lock expires.
MOST = 0.25
# the limits of its settings; a run that waits for AWS between two requests needs time to renew the lock
SHORTEST_EXPIRY_SECONDS, LONGEST_SECONDS = 20, 24 * 3600
TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def at(moment: float) -> str:
    """Return a moment as tags and messages have it, in UTC.

    :param moment: seconds since the epoch.
    """
    return time.strftime(TIME_FORMAT, time.gmtime(moment))


def check_seconds(expires_after: float) -> float:
    """Return after how many seconds a run checks, before it writes, whether it still holds its lock."""
    return min(CHECK_SECONDS, expires_after * MOST)


@dataclass(frozen=True)
class Holding:
    """A lock that this run has taken.

    :ivar id: the launch template's.
    :ivar name: likewise.
    :ivar expires_after: seconds from one renewal until others may take it.
    :ivar taken: when, in seconds since the epoch.
    :ivar renewed: when last, likewise.
    """

    id: str
    name: str
    expires_after: float
    taken: float
    renewed: float

    def is_due(self, now: float, writes: bool) -> bool:
        """Tell whether it is to be renewed before a request.

        :param writes: whether the request changes anything.
        """
        often = min(RENEWAL_SECONDS, self.expires_after * MOST)
        return now - self.renewed >= (check_seconds(self.expires_after) if writes else often)

    def is_over(self, now: float) -> bool:
        """Tell whether others may take it by now; their clocks may be ahead of ours."""
        return now - self.renewed >= self.expires_after - min(MOST_WRONG_SECONDS, self.expires_after * MOST)

    def expires(self, now: float) -> str:
        """Return when it expires if it is renewed now, for its tag."""
        return at(now + self.expires_after)


def read() -> Holding | None:
    """Return the lock that the run of this process holds for the task's host; None without one."""
    path = os.environ.get(VARIABLE)
    if not path:
        return None
    try:
        return Holding(**json.loads(pathlib.Path(path).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def write(path: pathlib.Path, held: Holding) -> None:
    """Tell the modules that follow which lock the run holds."""
    files.write(path, json.dumps(asdict(held)), files.PRIVATE)


def renewed(held: Holding, now: float) -> Holding:
    """Tell the modules that follow that the lock was renewed."""
    again = replace(held, renewed=now)
    # at the end of a run Ansible removes the directory
    with contextlib.suppress(FileNotFoundError):
        write(pathlib.Path(os.environ[VARIABLE]), again)
    return again


def seconds_ago() -> float:
    """Return for how many seconds the run has held its lock, so that it was the only one; infinite without a lock."""
    held = read()
    return time.time() - held.taken if held else float("inf")
