"""Statements of the RDS Data API: the cluster has to be there, and the secret has to have its password.

Amazon RDS Data Service API Reference, ExecuteStatement. What a database answers is moto's (its queue of results), but
for C(SELECT 1) and other numbers.
"""

from __future__ import annotations

import json
import re
from typing import Any

from emulator.backends import backend_of
from emulator.patching import wrap

NUMBER = re.compile(r"\s*select\s+(\d+)\s*;?\s*", re.IGNORECASE)


def install() -> None:
    """Put the additions into moto."""
    from moto.core.exceptions import JsonRESTError
    from moto.rdsdata.responses import RDSDataServiceResponse

    @wrap(RDSDataServiceResponse, "execute_statement")
    def execute_statement(original: Any, self: Any) -> str:
        """Refuse what AWS refuses, and count."""
        arn, secret = self._get_param("resourceArn"), self._get_param("secretArn")
        refusal = wrong(self.region, arn, secret)
        if refusal:
            raise JsonRESTError(*refusal)
        number = NUMBER.fullmatch(self._get_param("sql"))
        if number:
            return json.dumps({"records": [[{"longValue": int(number[1])}]], "numberOfRecordsUpdated": 0})
        answer: str = original(self)
        return answer


def wrong(region: str, arn: str, secret: str) -> tuple[str, str] | None:
    """Return why no statement can run: the code and the message; None when it can.

    :param arn: that of the cluster.
    :param secret: the ARN of the secret with its user and password.
    """
    cluster = next((one for one in backend_of("rds", region).clusters.values() if one.db_cluster_arn == arn), None)
    if cluster is None:
        return "DatabaseNotFoundException", f"DB cluster {arn} doesn't exist."
    if not cluster._enable_http_endpoint:
        return "HttpEndpointNotEnabledException", "HttpEndpoint is not enabled for this cluster."
    if not any(member.status == "available" for member in cluster._members):
        return "DatabaseUnavailableException", "The writer instance in the DB cluster isn't available."
    password = json.loads(secret_text(region, secret) or "{}").get("password")
    if password is None:
        return "SecretsErrorException", "The secret doesn't exist, or holds no user and password."
    if password != cluster._master_user_password:
        return "DatabaseErrorException", "FATAL: password authentication failed"
    return None


def secret_text(region: str, arn: str) -> str:
    """Return what a secret holds; empty without one."""
    secrets = backend_of("secretsmanager", region).secrets
    found = next((one for one in secrets.values() if one.arn == arn and not one.is_deleted()), None)
    return found.versions[found.default_version_id]["secret_string"] if found else ""
