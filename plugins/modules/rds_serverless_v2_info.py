#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: rds_serverless_v2_info
short_description: Read Aurora Serverless v2 clusters with their instances
version_added: 0.1.0
description:
  - Reads one cluster by its identifier, or all Serverless v2 clusters of the region that have the given tags.
author: StreamFlix platform team (@streamflix)
options:
  cluster_identifier:
    description: Identifier of the cluster. One that does not exist gives an empty list.
    type: str
  tags:
    description:
      - Tags that a cluster must have, names and values. It may have more.
      - Without this option, and without O(cluster_identifier), all clusters are given.
    type: dict
extends_documentation_fragment:
  - streamflix.content_api.info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: One cluster
  streamflix.content_api.rds_serverless_v2_info:
    cluster_identifier: streamflix-aurora-dev

- name: All clusters of the platform
  streamflix.content_api.rds_serverless_v2_info:
    tags:
      Application: streamflix
"""

RETURN = r"""
clusters:
  description: >-
    The clusters by identifier, each as M(streamflix.content_api.rds_serverless_v2) returns it under C(cluster).
  returned: always
  type: list
  elements: dict
  sample:
    - cluster_identifier: streamflix-aurora-dev
      status: available
      endpoint: streamflix-aurora-dev.cluster-c1a2b3c4d5e6.eu-west-1.rds.amazonaws.com
      reader_endpoint: streamflix-aurora-dev.cluster-ro-c1a2b3c4d5e6.eu-west-1.rds.amazonaws.com
      port: 5432
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.rds import reading as rds
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import run_info


def read(api: Api, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the module's result."""
    wanted = options["tags"] or {}
    if not options["cluster_identifier"]:
        return {"clusters": rds.read_clusters(api, wanted)}
    cluster = rds.read_cluster(api, options["cluster_identifier"])
    is_wanted = cluster is not None and wanted.items() <= cluster["tags"].items()
    return {"clusters": [cluster] if is_wanted else []}


def main() -> None:
    """Entry point of the module."""
    module = AnsibleAWSModule(
        argument_spec={"cluster_identifier": {"type": "str"}, "tags": {"type": "dict"}}, supports_check_mode=True
    )
    run_info(module, "rds", read, "cluster_identifier")


if __name__ == "__main__":
    main()
