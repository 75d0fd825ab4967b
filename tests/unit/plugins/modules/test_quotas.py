"""The preflight module: the account's quotas against what is in use and what a stack that is not there yet adds."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.quotas import Quota
from emulator.services.apigateway.quotas import REGIONAL_APIS
from emulator.services.ec2.quotas import INTERFACES as EC2_INTERFACES
from emulator.services.ec2.quotas import NAT_GATEWAYS_A_ZONE, RULES_A_GROUP, VPCS
from emulator.services.service_quotas import requests

ACCOUNT = "123456789012"
STACK = {
    "network_app_name": "streamflix",
    "network_environment_suffix": "dev",
    "network_vpc_name": "streamflix-vpc-dev",
    "network_vpc_cidr": "10.0.0.0/16",
    "network_availability_zones": ["eu-west-1a", "eu-west-1b"],
    "network_public_subnet_cidrs": ["10.0.0.0/24", "10.0.1.0/24"],
    "network_private_subnet_cidrs": ["10.0.2.0/24", "10.0.3.0/24"],
    "network_nat_gateways": "per_az",
    "redis_num_cache_clusters": 2,
    "ecs_service_desired_count": 3,
    "apigw_name": "StreamFlix Content API dev",
    "apigw_endpoint_type": "REGIONAL",
    "apigw_timeout_in_millis": 29000,
}
LENGTHS = {"aurora_members": 2, "network_alb_ingress": 2}
# zones' gateways, subnets' of the balancer, members, nodes, tasks
INTERFACES = 2 + 2 + 2 + 2 + 3


def limited(monkeypatch: pytest.MonkeyPatch, quota: Quota, value: int) -> None:
    """Let the account have another quota, which may be a lower one than AWS's default."""
    known = requests.KNOWN
    monkeypatch.setitem(known, (quota.service, quota.code), Quota(quota.service, quota.code, quota.name, value))


def preflight(run_module: Any, lengths: dict[str, int] | None = None, **variables: Any) -> Any:
    """Run the module for a stack, with LENGTHS where nothing else is said."""
    limits = lengths or LENGTHS
    return run_module("stack_preflight", account_id=ACCOUNT, variables={**STACK, **variables}, lengths=limits)


def tagged(kind: str, name: str) -> list[dict[str, Any]]:
    """Return what gives a new resource its name."""
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": name}]}]


def test_a_stack_that_fits_is_let_through(aws: Any, run_module: Any) -> None:
    done = preflight(run_module)
    assert "failed" not in done
    assert "warnings" not in done


def test_all_quotas_that_are_too_low_come_at_once(aws: Any, run_module: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for _unused in range(4):
        aws("ec2").allocate_address(Domain="vpc")
    # the default one is there
    limited(monkeypatch, VPCS, 1)
    limited(monkeypatch, EC2_INTERFACES, INTERFACES - 1)
    limited(monkeypatch, NAT_GATEWAYS_A_ZONE, 0)
    limited(monkeypatch, REGIONAL_APIS, 0)
    limited(monkeypatch, RULES_A_GROUP, 70)
    failed = preflight(
        run_module,
        {**LENGTHS, "network_alb_ingress": 80},
        apigw_timeout_in_millis=60000,
        network_vpc_cidr="10.0.0.0/16",
    )
    lines = failed["msg"].splitlines()
    assert len(lines) == 8
    for start, remedy in {
        "network_alb_ingress has 80 rules, the quota of rules of a security group is 70": "--desired-value 80",
        "apigw_timeout_in_millis 60000 is beyond this account's quota, which is 29000": "--desired-value 60000",
        "The quota of regional REST APIs in eu-west-1 is 0, 0 are in use and the stack needs 1 more": "remove some",
        "The quota of VPCs in eu-west-1 is 1, 1 are in use and the stack needs 1 more": "--desired-value 2",
        f"The quota of network interfaces in eu-west-1 is {INTERFACES - 1}, 0 are in use": f"value {INTERFACES}",
        "The quota of Elastic IP addresses in eu-west-1 is 5, 4 are in use and the stack needs 2 more": "value 6",
        "The quota of NAT gateways of an availability zone in eu-west-1a is 0": "--quota-code L-FE5A380F",
        "The quota of NAT gateways of an availability zone in eu-west-1b is 0": "--quota-code L-FE5A380F",
    }.items():
        assert any(line.startswith(start) and remedy in line for line in lines), start


def test_a_raised_quota_is_enough(aws: Any, run_module: Any) -> None:
    for code, value in (("L-0EA8095F", 80), ("L-E5AE38E3", 60000)):
        service = "vpc" if value == 80 else "apigateway"
        aws("service-quotas").request_service_quota_increase(ServiceCode=service, QuotaCode=code, DesiredValue=value)
    lengths = {**LENGTHS, "network_alb_ingress": 80}
    assert "failed" not in preflight(run_module, lengths, apigw_timeout_in_millis=60000)


def test_what_an_interrupted_run_has_left_is_taken_again(aws: Any, run_module: Any) -> None:
    for number in range(5):
        name = f"streamflix-nat-{number + 1}-dev" if number < 2 else f"streamflix-nat-{number}-prod"
        aws("ec2").allocate_address(Domain="vpc", TagSpecifications=tagged("elastic-ip", name))
    assert "failed" not in preflight(run_module)


def test_a_stack_that_is_there_is_let_through(aws: Any, run_module: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, VPCS, 1)
    limited(monkeypatch, REGIONAL_APIS, 1)
    aws("ec2").create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=tagged("vpc", "streamflix-vpc-dev"))
    aws("apigateway").create_rest_api(name=STACK["apigw_name"], endpointConfiguration={"types": ["REGIONAL"]})
    assert "failed" not in preflight(run_module)


def test_a_cluster_that_is_there_needs_no_further_request(aws: Any, run_module: Any, troubled: Any) -> None:
    aws("rds").create_db_cluster(
        DBClusterIdentifier="streamflix-aurora-dev",
        Engine="aurora-postgresql",
        MasterUsername="postgres",
        MasterUserPassword="not-a-secret",
    )
    sent = troubled()
    sent.clear()
    preflight(run_module, aurora_cluster_identifier="streamflix-aurora-dev", aurora_engine_version="15.17")
    assert sent == ["GetCallerIdentity", "DescribeAvailabilityZones", "DescribeDBClusters"]


def test_a_gateway_of_another_zone_is_no_obstacle(aws: Any, run_module: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ec2 = aws("ec2")
    subnets = {item["AvailabilityZone"]: item["SubnetId"] for item in ec2.describe_subnets()["Subnets"]}
    limited(monkeypatch, NAT_GATEWAYS_A_ZONE, 1)
    ec2.create_nat_gateway(SubnetId=subnets["eu-west-1b"], ConnectivityType="private")
    assert "failed" not in preflight(run_module, network_nat_gateways="one")
    failed = preflight(run_module)
    assert "in eu-west-1b is 1, 1 are in use" in failed["msg"]
    assert "in eu-west-1a" not in failed["msg"]


@pytest.mark.parametrize("operation", ["GetServiceQuota", "DescribeVpcs", "DescribeAddresses", "GetRestApis"])
def test_what_may_not_be_read_is_warned_of(aws: Any, run_module: Any, troubled: Any, operation: str) -> None:
    troubled(operation, *["AccessDeniedException"] * 9)
    done = preflight(run_module)
    assert "failed" not in done
    assert all("A quota was not checked" in text and operation in text for text in done["warnings"])
    assert done["warnings"]


def test_the_default_counts_where_nothing_else_is_known(aws: Any, run_module: Any, troubled: Any) -> None:
    troubled("GetServiceQuota", *["NoSuchResourceException"] * 9)
    for _unused in range(4):
        aws("ec2").allocate_address(Domain="vpc")
    assert "The quota of Elastic IP addresses in eu-west-1 is 5, 4 are in use" in preflight(run_module)["msg"]


def test_the_name_of_another_stacks_rest_api_is_refused(aws: Any, run_module: Any) -> None:
    tags = {"Application": "streamflix", "Environment": "dev", "ManagedBy": "streamflix.content_api"}
    made = aws("apigateway").create_rest_api(name=STACK["apigw_name"], tags=tags)["id"]
    assert "failed" not in preflight(run_module, apigw_tags=tags)
    failed = preflight(run_module, apigw_tags={**tags, "Application": "another"})
    assert failed["msg"].startswith(f"apigw_name: REST API {STACK['apigw_name']} ({made}) has the tags ")
    assert "Application=streamflix instead of Application=another" in failed["msg"]
    assert "give one of the two another name" in failed["msg"]


def test_scaling_is_kept_within_fargates_quota(aws: Any, run_module: Any) -> None:
    scaling = {"min_capacity": 1, "max_capacity": 12}
    done = preflight(run_module, ecs_service_scaling=scaling, ecs_service_cpu=512)
    assert "failed" not in done
    failed = preflight(run_module, ecs_service_scaling={**scaling, "max_capacity": 13}, ecs_service_cpu=512)
    assert "ecs_service_scaling max_capacity 13 needs 7 vCPUs with ecs_service_cpu 512, the quota" in failed["msg"]
    assert "--service-code fargate --quota-code L-3032A538 --desired-value 7" in failed["msg"]
    raised = {"ServiceCode": "fargate", "QuotaCode": "L-3032A538", "DesiredValue": 100}
    aws("service-quotas").request_service_quota_increase(**raised)
    assert "failed" not in preflight(
        run_module, ecs_service_scaling={**scaling, "max_capacity": 13}, ecs_service_cpu=512
    )
