"""Deploy inventories/prod on an emulator, let Prowler look at it, and compare with what docs/security.md accepts.

C(python -m tests.scan --prowler .cache/scan/bin/prowler) fails with all of severity high or critical that is not
accepted there, and with all that is accepted and no longer found.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
from typing import Any

from emulator.modes import Modes
from tests.scan import report
from tests.support import certificates, playbook, server

PAGE = playbook.ROOT / "docs" / "security.md"
# those of which the stack has something
SERVICES = (
    *("acm", "apigateway", "apigatewayv2", "backup", "cloudwatch", "ec2", "ecr", "ecs", "elasticache", "elbv2", "iam"),
    *("kms", "rds", "route53", "secretsmanager", "sns", "ssm", "vpc", "wafv2"),
)
SEVERITIES = ("critical", "high")
FORMAT = "json-ocsf"


def deploy(endpoint: str, directory: pathlib.Path) -> None:
    """Deploy prod.

    :raises SystemExit: it failed.
    """
    certificates.own_domain(server.clients(endpoint))
    run = playbook.run("site.yml", endpoint=endpoint, inventory="inventories/prod", outputs_directory=str(directory))
    if run.code != 0:
        raise SystemExit(run.output)


def scan(prowler: str, endpoint: str, directory: pathlib.Path) -> Any:
    """Return Prowler's report of the account behind an endpoint, as data.

    :raises CalledProcessError: Prowler cannot scan.
    """
    keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    surroundings = {**os.environ, **keys, "AWS_ENDPOINT_URL": endpoint, "AWS_DEFAULT_REGION": server.REGION}
    what = ["--service", *SERVICES, "--severity", *SEVERITIES, "--status", "FAIL", "--region", server.REGION]
    how = ["--output-formats", FORMAT, "--output-directory", str(directory), "--output-filename", "scan"]
    quietly = ["--no-banner", "--no-color", "--ignore-exit-code-3"]
    command = [prowler, "aws", *what, *how, *quietly]
    subprocess.run(command, env=surroundings, check=True, stdout=subprocess.DEVNULL)
    return json.loads((directory / "scan.ocsf.json").read_text(encoding="utf-8"))


def main() -> int:
    """Return the exit code: 0 when all that was found is accepted, and all that is accepted was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.scan", description=__doc__)
    parser.add_argument("--prowler", default="prowler", help="the program (default: of the search path)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, server.running(Modes(rules=True, validate=True)) as endpoint:
        directory = pathlib.Path(folder)
        deploy(endpoint, directory)
        found = report.findings(scan(arguments.prowler, endpoint, directory))
    page = report.accepted(PAGE.read_text(encoding="utf-8"))
    wrong = report.surprises(found, page)
    for line in wrong:
        print(line)
    print(f"{len(found)} findings of severity high or critical, {len(page)} rows accept some: {len(wrong)} surprises")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
