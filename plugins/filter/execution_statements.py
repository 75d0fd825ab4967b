# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the execution role of a task has to be allowed, as its containers need it."""

from __future__ import annotations

DOCUMENTATION = r"""
name: execution_statements
short_description: What a task's execution role may do
version_added: 0.1.0
description:
  - Makes the statements of the policy with which ECS starts the containers of a task, no more than these need.
  - A secret that one of them names, a file of environment variables, the credentials of a registry, and an image in ECR
    each need a permission for that resource. Secrets in Systems Manager do, too, by ARN or by name.
author: StreamFlix platform team (@streamflix)
options:
  _input:
    description: The containers, with the keys of C(containers) of M(streamflix.content_api.ecs_task_definition).
    type: list
    elements: dict
    required: true
  place:
    description: C(partition), C(region) and C(account) of the task.
    type: dict
    required: true
  secret_arn:
    description: ARN of a secret that may be read in any case.
    type: str
    required: true
  log_streams_arn:
    description: ARN of the log streams that may be written.
    type: str
    required: true
  kms_key_arns:
    description: ARNs of the customer keys with which secrets, parameters or files are encrypted.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Show what ECS needs for a container with an image in ECR
  ansible.builtin.debug:
    msg: "{{ containers | streamflix.content_api.execution_statements(place, secret_arn, log_streams_arn) }}"
  vars:
    containers:
      - name: api
        image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/streamflix/api:1.4.2
    place: {partition: aws, region: eu-west-1, account: "123456789012"}
    secret_arn: arn:aws:secretsmanager:eu-west-1:123456789012:secret:streamflix-db-AbCdEf
    log_streams_arn: arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/streamflix-api:*
"""

RETURN = r"""
_value:
  description: The statements of the policy.
  type: list
  elements: dict
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.ecs.registry import parse

READ_SECRET = ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"]
PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
# what Secrets Manager, Systems Manager and S3 are called in the condition of a key
KEY_USERS = ("secretsmanager", "ssm", "s3")


def execution_statements(
    containers: Iterable[Mapping[str, Any]],
    place: Mapping[str, str],
    secret_arn: str,
    log_streams_arn: str,
    kms_key_arns: Iterable[str] = (),
) -> list[dict[str, Any]]:
    """Return the statements of an execution role's policy.

    :param containers: those of the task.
    :param place: C(partition), C(region) and C(account).
    :param secret_arn: a secret that may be read in any case.
    :param log_streams_arn: the log streams that may be written.
    :param kms_key_arns: customer keys with which something of that is encrypted.
    """
    all_of_them = list(containers)
    values = [value for container in all_of_them for value in secrets_of(container)]
    # the secret may be known only after the run, and then so is what names its keys
    others = [value for value in values if not value.startswith(secret_arn)]
    secrets = [":".join(value.split(":")[:7]) for value in others if ":secretsmanager:" in value]
    parameters = [value for value in others if ":secretsmanager:" not in value]
    files = [file for container in all_of_them for file in container.get("environment_files") or []]
    images = [str(container.get("image", "")) for container in all_of_them]
    found = [
        allow("ReadSecret", READ_SECRET, [secret_arn, *secrets]),
        allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], [log_streams_arn]),
        allow("ReadParameters", "ssm:GetParameters", [parameter_arn(name, place) for name in parameters]),
        allow("ReadEnvironmentFiles", "s3:GetObject", files),
        allow("FindEnvironmentFiles", "s3:GetBucketLocation", [file.partition("/")[0] for file in files]),
        *pull(images, place["partition"]),
        decrypt(list(kms_key_arns), place["region"]),
    ]
    return [statement for statement in found if statement["Resource"]]


def secrets_of(container: Mapping[str, Any]) -> list[str]:
    """Return where a container's secrets come from, those of its log and of its registry included."""
    log = container.get("log_configuration") or {}
    named = [*(container.get("secrets") or {}).values(), *(log.get("secret_options") or {}).values()]
    registry = container.get("repository_credentials")
    return [str(value) for value in [*named, *([registry] if registry else [])]]


def parameter_arn(name: str, place: Mapping[str, str]) -> str:
    """Return the ARN of a parameter of Systems Manager, which ECS takes by its name in its own region, too."""
    if name.startswith("arn:"):
        return name
    return f"arn:{place['partition']}:ssm:{place['region']}:{place['account']}:parameter/{name.lstrip('/')}"


def pull(images: Iterable[str], partition: str) -> list[dict[str, Any]]:
    """Return the statements for images that are in ECR: logging in knows no resources."""
    found = [image for image in map(parse, images) if image]
    repositories = [f"arn:{partition}:ecr:{one.region}:{one.account}:repository/{one.repository}" for one in found]
    return [
        allow("LogInToEcr", "ecr:GetAuthorizationToken", ["*"] if found else []),
        allow("PullImage", PULL, repositories),
    ]


def decrypt(keys: Sequence[str], region: str) -> dict[str, Any]:
    """Return the statement for customer keys: not to decrypt with them by itself."""
    services = [f"{service}.{region}.amazonaws.com" for service in KEY_USERS]
    condition = {"StringEquals": {"kms:ViaService": services}}
    return {**allow("Decrypt", "kms:Decrypt", keys), "Condition": condition}


def allow(sid: str, action: str | list[str], resources: Iterable[str]) -> dict[str, Any]:
    """Return a statement; a single resource is no list, as AWS gives it back so."""
    different = list(dict.fromkeys(resources))
    resource = different[0] if len(different) == 1 else sorted(different)
    return {"Sid": sid, "Effect": "Allow", "Action": action, "Resource": resource}


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return them by name."""
        return {"execution_statements": execution_statements}
