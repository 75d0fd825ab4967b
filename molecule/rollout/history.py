"""What the account itself says, by plain boto3: what became of the last deployments of a service.

C(history.py CLUSTER SERVICE) prints status and first image of each, the newest first, as JSON. The endpoint is that of
AWS_ENDPOINT_URL.
"""

from __future__ import annotations

import json
import sys

import boto3

REGION = "eu-west-1"
SHOWN = 10


def history(cluster: str, service: str) -> list[list[str]]:
    """Return status and first image of each service deployment, the newest first."""
    ecs = boto3.client("ecs", region_name=REGION)
    listed = ecs.list_service_deployments(cluster=cluster, service=service, maxResults=100)["serviceDeployments"]
    newest_first = sorted(listed, key=lambda item: item["createdAt"], reverse=True)[:SHOWN]
    arns = [item["targetServiceRevisionArn"] for item in newest_first]
    revisions = ecs.describe_service_revisions(serviceRevisionArns=arns)["serviceRevisions"]
    images = {item["serviceRevisionArn"]: item["containerImages"][0]["image"] for item in revisions}
    return [[item["status"], images[item["targetServiceRevisionArn"]]] for item in newest_first]


if __name__ == "__main__":
    print(json.dumps(history(*sys.argv[1:])))
