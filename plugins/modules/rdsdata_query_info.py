#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: rdsdata_query_info
short_description: Ask an Aurora database by the RDS Data API
version_added: 0.1.0
description:
  - Runs a query that reads, without a network path to the database, and returns its rows.
  - Waits while the database resumes. It runs in check mode, too, so that it must not be a statement that writes.
author: StreamFlix platform team (@streamflix)
options:
  cluster_arn:
    description: ARN of the cluster, which has to have the Data API turned on.
    type: str
    required: true
  secret_arn:
    description: ARN of the secret with C(username) and C(password).
    type: str
    required: true
  database:
    description: Name of the database.
    type: str
  sql:
    description: The query.
    type: str
    required: true
  wait_timeout:
    description: How long to wait for a database that resumes or begins, in seconds.
    type: int
    default: 300
extends_documentation_fragment:
  - streamflix.content_api.info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Is anything in it?
  streamflix.content_api.rdsdata_query_info:
    cluster_arn: arn:aws:rds:eu-west-1:123456789012:cluster:streamflix-aurora-dev
    secret_arn: arn:aws:secretsmanager:eu-west-1:123456789012:secret:streamflix-db-credentials-dev-a1b2c3
    database: streamflix
    sql: SELECT count(*) FROM titles
"""

RETURN = r"""
rows:
  description: The rows, each a list of values.
  returned: always
  type: list
  elements: list
  sample: [[1]]
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api, AwsError
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import InvalidOptionError
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import (
    Progress,
    WaitError,
    poll,
    run_info,
)

# a paused database begins to resume with the first statement
PASSING = frozenset({"DatabaseResumingException", "DatabaseUnavailableException"})


def value_of(field: Mapping[str, Any]) -> Any:
    """Return a value as the Data API gives it: under its type, or as null."""
    return None if field.get("isNull") else next(iter(field.values()), None)


def read(api: Api, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the module's result.

    :raises InvalidOptionError: the database does not answer in time.
    """
    params = {"resourceArn": options["cluster_arn"], "secretArn": options["secret_arn"], "sql": options["sql"]}
    database = {"database": options["database"]} if options["database"] else {}
    replies: list[dict[str, Any]] = []

    def ask() -> Progress:
        try:
            replies.append(api.call("execute_statement", subject=options["cluster_arn"], **params, **database))
        except AwsError as failure:
            if failure.code not in PASSING:
                raise
            return Progress(ready=False, state=failure.code)
        return Progress(ready=True)

    try:
        poll(f"database {options['cluster_arn']}", "ready", options["wait_timeout"], ask)
    except WaitError as error:
        raise InvalidOptionError(str(error)) from None
    return {"rows": [[value_of(field) for field in row] for row in replies[-1].get("records", [])]}


def main() -> None:
    """Entry point of the module."""
    module = AnsibleAWSModule(
        argument_spec={
            "cluster_arn": {"type": "str", "required": True},
            "secret_arn": {"type": "str", "required": True, "no_log": False},
            "database": {"type": "str"},
            "sql": {"type": "str", "required": True},
            "wait_timeout": {"type": "int", "default": 300},
        },
        supports_check_mode=True,
    )
    run_info(module, "rds-data", read, "cluster_arn")


if __name__ == "__main__":
    main()
