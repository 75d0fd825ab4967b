#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: apigateway_proxy_info
short_description: Read a REST API of API Gateway that passes everything to one HTTP backend
version_added: 0.1.0
description:
  - Finds the API as M(streamflix.content_api.apigateway_proxy) does, by its name together with the tags C(Application),
    C(Environment) and C(ManagedBy), and returns it in the same form.
author: StreamFlix platform team (@streamflix)
options:
  name:
    description: Name of the REST API.
    type: str
    required: true
  stage_name:
    description: Name of the stage to look at. Without this option it is the API's only one.
    type: str
  tags:
    description: Tags that tell it from others of the same name.
    type: dict
seealso:
  - module: streamflix.content_api.apigateway_proxy
extends_documentation_fragment:
  - streamflix.content_api.info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Look up the API of an environment
  streamflix.content_api.apigateway_proxy_info:
    name: StreamFlix Content API dev
    tags:
      Application: streamflix
      Environment: dev
  register: found

- name: Show its address
  ansible.builtin.debug:
    msg: "{{ found.api.url | default('there is no such API') }}"
"""

RETURN = r"""
api:
  description:
    - The API, each key as in RV(streamflix.content_api.apigateway_proxy#module:api).
    - Empty if it does not exist.
  returned: always
  type: dict
  sample:
    id: a1b2c3d4e5
    name: StreamFlix Content API dev
    description: API for StreamFlix content metadata
    status: AVAILABLE
    endpoint_type: REGIONAL
    url: https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/dev/
    root_resource_id: f6g7h8i9j0
    proxy_resource_id: k1l2m3
    root: {authorization: NONE, integration: {type: HTTP_PROXY, uri: "http://example.com"}}
    proxy: {authorization: NONE, integration: {type: HTTP_PROXY, uri: "http://example.com/{proxy}"}}
    extra: []
    resource_policy: {}
    security_policy: TLS_1_0
    endpoint_access_mode: ''
    disable_execute_api_endpoint: false
    api_settings: {api_key_source: HEADER, binary_media_types: []}
    supplements: {}
    content_hash: 0123456789abcdef
    deployment_id: n4o5p6
    deployments: [{id: n4o5p6, content_hash: 0123456789abcdef, stages: [dev]}]
    stage: {name: dev, throttling_burst_limit: 5000, throttling_rate_limit: 2000.0, logging_level: "OFF"}
    tags: {Application: streamflix, Environment: dev}
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils import fields
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.apigateway import proxy as gateway
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import run_info

OPTIONS: Rows = {**fields.only(gateway.FIELDS, "name", "stage_name"), "tags": Field("dict")}


def read(api: Api, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the module's result: C(api), empty when it does not exist."""
    return {"api": gateway.read(api, options["name"], options["stage_name"], options["tags"]) or {}}


def main() -> None:
    """Entry point of the module."""
    module = AnsibleAWSModule(argument_spec=fields.argument_spec(OPTIONS), supports_check_mode=True)
    run_info(module, "apigateway", read, "name")


if __name__ == "__main__":
    main()
