"""verify.yml fails when AWS is not what the inventory promises; each promise is broken behind the stack's back."""

from __future__ import annotations

from typing import Any

from tests.support import account, playbook

GROUP = "streamflix-redis-dev"
READER = "streamflix-aurora-dev-reader"
LOG_GROUP = "/ecs/streamflix-api-dev"
FLOW_LOG_GROUP = "/vpc/streamflix-vpc-dev"


def forget_the_logs_early(aws: account.Client) -> None:
    aws("logs").put_retention_policy(logGroupName=LOG_GROUP, retentionInDays=1)


def lose_the_records_of_the_traffic(aws: account.Client) -> None:
    aws("logs").delete_log_group(logGroupName=FLOW_LOG_GROUP)


def stop_failing_over(aws: account.Client) -> None:
    aws("elasticache").modify_replication_group(
        ReplicationGroupId=GROUP, AutomaticFailoverEnabled=False, MultiAZEnabled=False, ApplyImmediately=True
    )


def remove_the_reader(aws: account.Client) -> None:
    aws("rds").delete_db_instance(DBInstanceIdentifier=READER, SkipFinalSnapshot=True)


def cut_the_way_out(aws: account.Client) -> None:
    ec2 = aws("ec2")
    for table in ec2.describe_route_tables()["RouteTables"]:
        if any(route.get("NatGatewayId") for route in table["Routes"]):
            ec2.delete_route(RouteTableId=table["RouteTableId"], DestinationCidrBlock="0.0.0.0/0")
            return
    raise AssertionError("no table leads to a NAT gateway")


def throttle_all_requests(aws: account.Client) -> None:
    gateway = aws("apigateway")
    (api,) = gateway.get_rest_apis()["items"]
    patch = [{"op": "replace", "path": "/*/*/throttling/rateLimit", "value": "0"}]
    gateway.update_stage(restApiId=api["id"], stageName="dev", patchOperations=patch)


# the last check of the playbook first, so that each new fault is the first that it meets
FAULTS = {
    "The API answers": throttle_all_requests,
    "The containers' logs are kept as long as was asked for": forget_the_logs_early,
    "The cache is available, encrypted, and fails over": stop_failing_over,
    "The database is available, encrypted, and private": remove_the_reader,
    "The traffic is recorded, and the records are delivered": lose_the_records_of_the_traffic,
    "The network is in its zones, and each private subnet has a way out": cut_the_way_out,
}


def failed_tasks(run: playbook.Run) -> list[str]:
    return [failure["task"].partition(": ")[2] or failure["task"] for failure in run.failures]


def test_each_broken_promise_is_named_and_the_next_run_keeps_it_again(aws: account.Client, play: Any) -> None:
    for task, put_in in FAULTS.items():
        put_in(aws)
        verified = play("playbooks/verify.yml", apigw_check_retries=0)
        assert verified.code == 2, verified.output
        assert failed_tasks(verified) == [task]
        if put_in is lose_the_records_of_the_traffic:
            assert f"{FLOW_LOG_GROUP}: Access error" in verified.output
        assert verified.changed == 0

    repaired = play("site.yml")
    assert repaired.code == 0, repaired.output
    verified = play("playbooks/verify.yml")
    assert verified.code == 0, verified.output
