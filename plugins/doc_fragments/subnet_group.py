# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options of the modules of subnet groups."""

from __future__ import annotations


class ModuleDocFragment:
    """The C(subnet_group) documentation fragment."""

    DOCUMENTATION = r"""
options:
  name:
    description: Name of the subnet group, in lower case.
    type: str
    required: true
  description:
    description: What it is for. AWS needs one.
    type: str
  subnet_ids:
    description: Ids of all its subnets. RDS wants them in two Availability Zones or more.
    type: list
    elements: str
"""
