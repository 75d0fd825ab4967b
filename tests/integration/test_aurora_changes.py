"""The Aurora tier's password, and what its preview shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.playbook import Run

Client = Callable[[str], Any]


@pytest.fixture
def described_secret(aws: Client, environment: str) -> dict[str, Any]:
    return aws("secretsmanager").describe_secret(SecretId=f"streamflix-db-credentials-{environment}")


def part(output: str, task: str) -> str:
    """Return what a run printed of one task."""
    return output.partition(f" : {task}]")[2].partition("TASK [")[0]


def test_a_lost_password_reaches_the_cluster_even_after_an_interrupted_run(
    aws: Client, play: Any, described_secret: dict[str, Any]
) -> None:
    secretsmanager, arn = aws("secretsmanager"), described_secret["ARN"]

    def value() -> dict[str, Any]:
        return json.loads(secretsmanager.get_secret_value(SecretId=arn)["SecretString"])

    before = value()
    lost = {key: text for key, text in before.items() if key != "password"}
    secretsmanager.put_secret_value(SecretId=arn, SecretString=json.dumps(lost))

    # ends after the secret has its new password and before the cluster is asked
    interrupted = play("site.yml", "--tags", "aurora", aurora_database_name="films")
    assert "needs replacement" in interrupted.output
    assert set(before) - set(value()) == {"dbClusterIdentifier"}

    preview = play("site.yml", "--tags", "aurora", "--check")
    resumed = play("site.yml", "--tags", "aurora")
    assert resumed.code == 0, resumed.output
    for run in (preview, resumed):
        # no password can be read back from AWS: that it is sent to the cluster is a change of the cluster
        assert "changed:" in part(run.output, "Create or change the cluster and its instances")
        assert "changed:" in part(run.output, "Add how to reach the cluster that has the password to the credentials")
        assert run.changed == 2
    assert set(value()) == set(before)
    again = play("site.yml", "--tags", "aurora")
    assert again.changed == 0, again.output


def test_the_preview_of_a_new_stack_shows_the_host_in_the_secret(preview: Run) -> None:
    task = part(preview.output, "Add how to reach the cluster that has the password to the credentials")
    assert "changed:" in task
    assert "host: (known after apply)" in task
