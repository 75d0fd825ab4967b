#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: elasticache_parameter_group_info
short_description: Read parameter groups of Amazon ElastiCache
version_added: 0.1.0
description:
  - Reads one parameter group, or all that are not AWS's own, with the parameters whose values are not the engine's.
author: StreamFlix platform team (@streamflix)
options:
  name:
    description: Name of the group; without it, all groups of the account in the region but AWS's own.
    type: str
seealso:
  - module: streamflix.content_api.elasticache_parameter_group
extends_documentation_fragment:
  - streamflix.content_api.info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Read the parameters of a stack's Redis
  streamflix.content_api.elasticache_parameter_group_info:
    name: streamflix-redis-dev-redis7
  register: found
"""

RETURN = r"""
parameter_groups:
  description: The groups, with the keys that M(streamflix.content_api.elasticache_parameter_group) returns.
  returned: always
  type: list
  elements: dict
  sample:
    - arn: arn:aws:elasticache:eu-west-1:123456789012:parametergroup:streamflix-redis-dev-redis7
      name: streamflix-redis-dev-redis7
      cache_parameter_group_family: redis7
      description: Parameters of streamflix-redis-dev
      parameters: {maxmemory-policy: allkeys-lru}
      tags: {Environment: dev}
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.elasticache import parameters
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import run_info


def read_groups(api: Api, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result of the module.

    :raises AwsError: AWS refuses or is not reached.
    """
    found = (parameters.read(api, item) for item in parameters.listed(api, options["name"]))
    return {"parameter_groups": [group for group in found if group is not None]}


def main() -> None:
    """Entry point of the module."""
    module = AnsibleAWSModule(argument_spec={"name": {"type": "str"}}, supports_check_mode=True)
    run_info(module, "elasticache", read_groups, "name")


if __name__ == "__main__":
    main()
