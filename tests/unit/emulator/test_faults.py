"""Faults: what a client meets, as AWS's API references have it, and that it passes."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from emulator import journal
from emulator.errors import errors_of_services
from emulator.faults import LOST_RESPONSE, MOST_IN_A_ROW, REFUSALS, RESET
from emulator.modes import FaultRate, Modes
from tests.unit.emulator.conftest import Start

ALWAYS = FaultRate(seed=1, rate=1.0)
ENOUGH = 5 * (MOST_IN_A_ROW + 1)
READS = {
    "ec2": "describe_vpcs",
    "iam": "list_roles",
    "cloudwatch": "describe_alarms",
    "ecs": "list_clusters",
    "logs": "describe_log_groups",
    "secretsmanager": "list_secrets",
    "resourcegroupstaggingapi": "get_resources",
    "application-autoscaling": "describe_scalable_targets",
    "kms": "list_keys",
    "apigateway": "get_rest_apis",
    "sts": "get_caller_identity",
    "elbv2": "describe_load_balancers",
    "rds": "describe_db_clusters",
    "elasticache": "describe_replication_groups",
}
# the codes of the services' API references; botocore's standard mode tries again after each
CODES = {
    "ec2": {("RequestLimitExceeded", 503), ("InternalError", 500), ("Unavailable", 503)},
    "iam": {("Throttling", 400), ("ServiceFailure", 500), ("ServiceUnavailable", 503)},
    "sts": {("Throttling", 400), ("InternalFailure", 500), ("ServiceUnavailable", 503)},
    "ecs": {("ThrottlingException", 400), ("ServerException", 500), ("ServiceUnavailable", 503)},
    "logs": {("ThrottlingException", 400), ("InternalFailure", 500), ("ServiceUnavailableException", 500)},
    "apigateway": {
        ("TooManyRequestsException", 429),
        ("InternalFailure", 500),
        ("ServiceUnavailableException", 503),
    },
    "resourcegroupstaggingapi": {
        ("ThrottledException", 400),
        ("InternalServiceException", 500),
        ("ServiceUnavailable", 503),
    },
}


def outcome(request: Any, **params: Any) -> tuple[str, int]:
    """Send a request; return its error code and HTTP status."""
    try:
        return "", request(**params)["ResponseMetadata"]["HTTPStatusCode"]
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    except ConnectionClosedError:
        return "reset", 0


def params_of(service: str) -> dict[str, Any]:
    """Return what a read of a service cannot do without."""
    return {"ServiceNamespace": "ecs"} if service == "application-autoscaling" else {}


@pytest.mark.parametrize("service", READS)
def test_a_read_fails_with_the_codes_of_its_service(start: Start, service: str) -> None:
    client = start(Modes(faults=ALWAYS)).client(service)
    met = {outcome(getattr(client, READS[service]), **params_of(service)) for _unused in range(8 * ENOUGH)}
    errors = {item for item in met if item[1] >= 400}
    assert met == errors | {("", 200), ("reset", 0)}
    assert len(errors) == len(REFUSALS)
    assert errors == CODES.get(service, errors)
    own = errors_of_services().get(service)
    assert own is None or own.source


def test_faults_pass_after_four(start: Start, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "journal.jsonl"
    client = start(Modes(faults=ALWAYS, journal=file)).client("ec2")
    for _unused in range(ENOUGH):
        outcome(client.describe_vpcs)
    faults = [bool(entry.fault) for entry in journal.load(file)]
    assert faults == ([True] * MOST_IN_A_ROW + [False]) * 5


def test_botocore_comes_through_in_each_of_its_modes(start: Start) -> None:
    aws = start(Modes(faults=ALWAYS))
    # 5 tries are botocore's default in its legacy mode
    assert aws.client("sts", attempts=5).get_caller_identity()["Account"]
    assert aws.client("ec2", attempts=5).describe_vpcs()["Vpcs"]


def test_a_lost_response_hides_a_write_that_was_carried_out(start: Start, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "journal.jsonl"
    aws = start(Modes(faults=ALWAYS, journal=file))
    client = aws.client("ec2")
    for _unused in range(ENOUGH):
        outcome(client.create_vpc, CidrBlock="10.9.0.0/16")
    entries = journal.load(file).of("ec2", "CreateVpc")
    faults = entries.count_by_fault()
    assert set(faults) == {*REFUSALS, RESET, LOST_RESPONSE}
    carried_out = faults[LOST_RESPONSE] + ENOUGH // (MOST_IN_A_ROW + 1)
    patient = aws.client("ec2", attempts=5)
    vpcs = patient.describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.9.0.0/16"]}])["Vpcs"]
    assert len(vpcs) == carried_out
    lost = [entry for entry in entries if entry.fault == LOST_RESPONSE]
    assert {(entry.status, entry.error) for entry in lost} == {(journal.NO_REPLY, "HangUp")}


def test_the_same_seed_gives_the_same_faults(start: Start, tmp_path: pathlib.Path) -> None:
    def run(seed: int, name: str) -> list[str]:
        file = tmp_path / name
        aws = start(Modes(faults=FaultRate(seed, 0.5), journal=file))
        ec2, ecs = aws.client("ec2"), aws.client("ecs")
        for _unused in range(20):
            outcome(ec2.describe_vpcs)
            outcome(ecs.create_cluster, clusterName="one")
        return [entry.fault for entry in journal.load(file)]

    first = run(1, "first")
    assert run(1, "again") == first
    assert run(2, "other") != first
    assert 8 <= len([fault for fault in first if fault]) <= 32


def test_at_a_rate_of_0_nothing_fails(start: Start, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "journal.jsonl"
    client = start(Modes(faults=FaultRate(1, 0.0), journal=file)).client("ec2")
    assert {outcome(client.describe_vpcs) for _unused in range(10)} == {("", 200)}
    assert journal.load(file).count_by_fault() == {}
