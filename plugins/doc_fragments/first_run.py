# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An option of the modules that create what AWS has neither a unique name nor a token for."""

from __future__ import annotations


class ModuleDocFragment:
    """The C(first_run) documentation fragment."""

    DOCUMENTATION = r"""
options:
  first_run:
    description:
      - Whether it is certain that no earlier run can have created the resource, as when something with a unique name
        that each run creates before it did not exist.
      - Otherwise the module waits, before it creates anything, until the run is 6 seconds old. So AWS lists what an
        earlier run created that was interrupted just before.
    type: bool
    default: false
"""
