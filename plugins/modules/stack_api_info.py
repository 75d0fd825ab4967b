#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: stack_api_info
short_description: Ask an API through API Gateway, and tell which hop fails
version_added: 0.1.0
description:
  - Sends one request to an API of API Gateway, and tells how long each hop took. These are the lookup of the name, the
    connection, TLS, and the answer.
  - Fails when the answer is none of O(status). Then it says which hop is at fault - the name, the connection, TLS, API
    Gateway itself, its integration, the load balancer, or the service - as the answer's headers show, and what to look
    at.
  - Where C(AWS_ENDPOINT_URL) or O(endpoint_url) sends all requests to AWS elsewhere, this one goes there too, with the
    API's name in the header C(Host).
author: StreamFlix platform team (@streamflix)
options:
  url:
    description: The URL of the API's stage.
    type: str
    required: true
  path:
    description: What to ask for, after O(url).
    type: str
    default: /
  method:
    description: The method of HTTP.
    type: str
    choices: [GET, HEAD]
    default: GET
  authorization:
    description:
      - V(AWS_IAM) signs the request (Signature Version 4) with the credentials with which the module asks AWS. They
        need C(execute-api:Invoke) on the API.
    type: str
    choices: [NONE, AWS_IAM]
    default: NONE
  client_cert:
    description: File with the certificate that the client shows, in PEM, for an API that wants one (mutual TLS).
    type: path
  client_key:
    description: File with its private key, in PEM, unless O(client_cert) holds that too.
    type: path
  status:
    description: The codes that are right, such as V(200) or V(200-299,404).
    type: str
    default: "200"
  at:
    description:
      - Where to send the request instead of to the host of O(url), whose name it bears in the header C(Host). So a
        private API is asked through its VPC endpoint, and a name of your own before it leads anywhere.
    type: str
  timeout:
    description: Seconds that each hop may take. API Gateway itself waits 29 seconds for an integration.
    type: int
    default: 30
  retries:
    description: How often to try again, unless the answer is right. A new stage takes some seconds.
    type: int
    default: 4
  delay:
    description: Seconds between two tries.
    type: float
    default: 3
extends_documentation_fragment:
  - streamflix.content_api.info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Ask the API
  streamflix.content_api.stack_api_info:
    url: https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/dev/
    path: /health
    status: 200-299
"""

RETURN = r"""
hop:
  description:
    - Who gave the last answer, or where the request ended. V(dns), V(connect), V(tls), V(api_gateway), V(integration),
      V(load_balancer) or V(service).
  returned: always
  type: str
  sample: service
status:
  description: The code of the last answer; 0 when there was none.
  returned: always
  type: int
  sample: 200
milliseconds:
  description: What each hop of the last answer took; empty when there was none.
  returned: always
  type: dict
  sample: {dns: 2, connect: 11, tls: 24, answer: 38}
tries:
  description: How often the API was asked.
  returned: always
  type: int
  sample: 1
url:
  description: What was asked for.
  returned: always
  type: str
  sample: https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/dev/health
"""

import os
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

try:
    from boto3.session import Session
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.exceptions import BotoCoreError
except ImportError:
    pass  # AnsibleAWSModule says that it is missing

from ansible_collections.amazon.aws.plugins.module_utils.botocore import get_aws_connection_info
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils import hops
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import not_matching


def signature(module: AnsibleAWSModule) -> Callable[[str, str], Mapping[str, str]]:
    """Return what signs a request with the credentials of the module: the headers, by method and URL."""
    region, _endpoint, known = get_aws_connection_info(module)
    names = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token", "profile_name")
    try:
        found = Session(**{name: known.get(name) for name in names}).get_credentials()
    except BotoCoreError as error:
        module.fail_json(msg=f"There are no credentials to sign the request with: {error}")
    if found is None or not region:
        module.fail_json(msg="There are no credentials, or no region, to sign the request with: set both.")

    def headers(method: str, url: str) -> Mapping[str, str]:
        request = AWSRequest(method=method, url=url, headers={"Host": urlsplit(url).netloc})
        SigV4Auth(found.get_frozen_credentials(), "execute-api", region).add_auth(request)
        return dict(request.headers.items())

    return headers


def ask(url: str, at: str, manner: hops.Manner, options: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Ask once.

    :param at: as the option.
    :returns: what the module returns of it, and what is wrong, in words; empty when nothing is.
    """
    try:
        journey = hops.travel(url, at, manner)
    except hops.HopError as error:
        return {"hop": error.hop, "status": 0, "milliseconds": {}}, str(error)
    hop = hops.answered_by(journey.status, journey.headers)
    found = {"hop": hop, "status": journey.status, "milliseconds": journey.milliseconds}
    right = hop == hops.SERVICE and hops.accepted(journey.status, options["status"])
    return found, "" if right else hops.in_words(journey)


def main() -> None:
    """Entry point of the module."""
    module = AnsibleAWSModule(
        argument_spec={
            "url": {"type": "str", "required": True},
            "path": {"type": "str", "default": "/"},
            "method": {"type": "str", "choices": ["GET", "HEAD"], "default": "GET"},
            "authorization": {"type": "str", "choices": ["NONE", "AWS_IAM"], "default": "NONE"},
            "client_cert": {"type": "path"},
            "client_key": {"type": "path", "no_log": False},
            "status": {"type": "str", "default": "200"},
            "at": {"type": "str"},
            "timeout": {"type": "int", "default": 30},
            "retries": {"type": "int", "default": 4},
            "delay": {"type": "float", "default": 3},
        },
        required_by={"client_key": ["client_cert"]},
        supports_check_mode=True,
    )
    options = module.params
    form = "give a URL such as https://host/stage/"
    wrong = not_matching("url", options["url"], r"https?://[^\s/]+(/\S*)?", form) + hops.problems(options)
    if wrong:
        module.fail_json(msg="\n".join(wrong))
    manner = hops.Manner(
        options["method"],
        options["timeout"],
        (options["client_cert"] or "", options["client_key"] or ""),
        **({"headers": signature(module)} if options["authorization"] == "AWS_IAM" else {}),
    )
    at = options["at"] or options["endpoint_url"] or os.environ.get("AWS_ENDPOINT_URL", "")
    url = options["url"].rstrip("/") + options["path"]
    for number in range(options["retries"] + 1):
        if number:
            time.sleep(options["delay"])
        found, wrong_answer = ask(url, at, manner, options)
        found |= {"tries": number + 1, "url": url}
        if not wrong_answer:
            module.exit_json(changed=False, **found)
    took = ", ".join(f"{hop} {milliseconds} ms" for hop, milliseconds in found["milliseconds"].items())
    module.fail_json(
        msg=f"{url} did not answer with {options['status']} from the service in {found['tries']} tries. It ended at "
        f"{found['hop']}: {wrong_answer}. {hops.ADVICE[found['hop']]}{f' The last one took: {took}.' if took else ''}",
        **found,
    )


if __name__ == "__main__":
    main()
