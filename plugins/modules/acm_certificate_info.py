#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: acm_certificate_info
short_description: Look whether a certificate can be used for a name
version_added: 0.1.0
description:
  - Reads a certificate of AWS Certificate Manager, be it issued by AWS or imported.
  - Fails if it is of another region, is not issued, has expired, or is not for a name. One that AWS is still to issue
    is no failure when it is found by O(domain_name), or with O(wait=true) in check mode.
  - Writes nothing.
author: StreamFlix platform team (@streamflix)
options:
  certificate_arn:
    description: ARN of the certificate. Either this or O(domain_name) is needed.
    type: str
  domain_name:
    description: The own name of a certificate that AWS issues. Of several it is the best.
    type: str
  ownership_tags:
    description: Tags that a certificate has to carry to be found by O(domain_name).
    type: dict
    default: {}
  domain_names:
    description: Names that it has to be for.
    type: list
    elements: str
    default: []
  wait:
    description: Whether to wait until AWS has issued it.
    type: bool
    default: false
  wait_timeout:
    description: For how many seconds to wait.
    type: int
    default: 3600
extends_documentation_fragment:
  - streamflix.content_api.info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Stop at a certificate that is not for the API's name
  streamflix.content_api.acm_certificate_info:
    certificate_arn: arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012
    domain_names: [api.example.com]
"""

RETURN = r"""
exists:
  description: Whether there is one. Without one nothing is compared.
  returned: always
  type: bool
  sample: true
certificate:
  description: The certificate. Empty without one, but for an C(arn) that a preview does not know yet.
  returned: always
  type: dict
  contains:
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012
    domain_name:
      description: Its own name.
      type: str
      sample: api.example.com
    domain_names:
      description: All its names, sorted.
      type: list
      elements: str
      sample: [api.example.com]
    type:
      description: V(AMAZON_ISSUED), V(IMPORTED) or V(PRIVATE).
      type: str
      sample: AMAZON_ISSUED
    status:
      description: AWS's word for its state.
      type: str
      sample: ISSUED
    key_algorithm:
      description: What kind of key it has.
      type: str
      sample: RSA_2048
    not_after:
      description: Until when it is valid.
      type: str
      sample: "2027-12-29T23:59:59+00:00"
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils.acm.reading import read
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import run_info


def main() -> None:
    """Entry point of the module."""
    module = AnsibleAWSModule(
        argument_spec={
            "certificate_arn": {"type": "str"},
            "domain_name": {"type": "str"},
            "ownership_tags": {"type": "dict", "default": {}},
            "domain_names": {"type": "list", "elements": "str", "default": []},
            "wait": {"type": "bool", "default": False},
            "wait_timeout": {"type": "int", "default": 3600},
        },
        required_one_of=[("certificate_arn", "domain_name")],
        mutually_exclusive=[("certificate_arn", "domain_name")],
        supports_check_mode=True,
    )
    run_info(module, "acm", read, "certificate_arn")


if __name__ == "__main__":
    main()
