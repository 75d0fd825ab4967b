# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The partition of a region, for ARNs that follow from names."""

from __future__ import annotations

DOCUMENTATION = r"""
name: partition
short_description: The partition of an AWS region
version_added: 0.1.0
description:
  - Returns the partition that a region belongs to, as it stands in ARNs. Makes no request.
  - The installed botocore says which partitions there are. A region that it does not know is an error.
author: StreamFlix platform team (@streamflix)
options:
  _input:
    description: The region, such as V(eu-west-1).
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Show the ARN that a role will have
  ansible.builtin.debug:
    msg: "arn:{{ aws_region | streamflix.content_api.partition }}:iam::{{ aws_account_id }}:role/example"
"""

RETURN = r"""
_value:
  description: The partition, such as V(aws), V(aws-cn), V(aws-us-gov) or V(aws-eusc).
  type: str
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.streamflix.content_api.plugins.module_utils import partitions


def partition(region: str) -> str:
    """Return the partition of a region.

    :raises AnsibleFilterError: the SDK knows none.
    """
    try:
        return partitions.name_of(region)
    except partitions.UnknownRegionError as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return them by name."""
        return {"partition": partition}
