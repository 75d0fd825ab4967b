"""A role without the playbooks: it touches no resource of anybody else, and all its requests go to its region."""

from __future__ import annotations

import json
import pathlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.drift import snapshot
from tests.support import account, playbook, server

STACK = {"Application": "streamflix", "Environment": "dev", "ManagedBy": "streamflix.content_api"}
# the names are those of dev
FOREIGN = {**STACK, "Environment": "green"}
LOGGING_ROLE = "streamflix-api-gateway-logs-eu-west-1"
VARIABLES = {
    "ansible_connection": "local",
    "ansible_python_interpreter": "{{ ansible_playbook_python }}",
    "aws_account_id": "123456789012",
    "aws_region": "eu-west-1",
    "environment_suffix": "dev",
}
ROLES = ("network", "aurora", "redis", "ecs_service", "apigw")
OPTIONAL = ("kms", "ecr", "observability", "waf", "backup")
# of these, what is somebody else's stays too, as the account's lists have it
KEPT = (
    "kms.Keys",
    "sns.Topics",
    "ecr.repositories",
    "wafv2.WebACLs",
    "backup.BackupVaultList",
    "backup.BackupPlansList",
)
TOLD = re.compile(r'"msg": "CASE (\d+) (.*?)(?<!\\)"')


@dataclass(frozen=True)
class Case:
    """A role that meets something of somebody else's.

    :ivar says: a part of what it fails with; empty where it is to leave everything alone without failing.
    :ivar variables: of the role: names that are free for all that it makes before.
    """

    role: str
    says: str
    variables: dict[str, Any] = field(default_factory=dict)
    tasks: str = "request"


def not_ours(kind: str, name: str) -> str:
    return (
        f"AWS::{kind} {name} is not ours: it lacks Environment=dev, and has Application=streamflix, Environment=green"
    )


def inner(number: int, kind: str, name: str) -> Case:
    """Return a network in whose VPC, which is its own, something is somebody else's."""
    app = f"inner{number}"
    return Case("network", f"AWS::EC2::{kind} {name.format(app)} is not ours", {"network_app_name": app})


NETWORK = {"network_flow_log_group_name": "/alone/vpc"}
AURORA = {"aurora_secret_name": "alone"}
REDIS = {"redis_subnet_group_name": "alone"}
SERVICE: dict[str, Any] = {"ecs_service_load_balancer_name": "alone"}
BALANCED = {**SERVICE, "ecs_service_target_group_name": "alone"}
CLUSTERED = {**BALANCED, "ecs_service_cluster_name": "alone"}
LOGGED = {**CLUSTERED, "ecs_service_log_group_name": "/alone/ecs"}
RUN = {**LOGGED, "ecs_service_execution_role_name": "alone"}
# what a whole role needs whose request finds nothing of others
ROLLED = {**RUN, "ecs_service_task_role_name": "alone-task"}
ELB = "ElasticLoadBalancingV2"
CASES = (
    Case("network", not_ours("Logs::LogGroup", "/vpc/streamflix-vpc-dev")),
    Case(
        "network", "VPC streamflix-vpc-dev ({vpc}) has the tags Environment=green instead of Environment=dev", NETWORK
    ),
    Case(
        "network", not_ours("IAM::Role", "streamflix-flow-log-dev-eu-west-1"), {**NETWORK, "network_vpc_name": "alone"}
    ),
    inner(1, "InternetGateway", "{}-vpc-dev"),
    inner(2, "Subnet", "10.0.0.0/24"),
    inner(3, "SecurityGroup", "{}-alb-dev"),
    inner(4, "NatGateway", "{}-nat-1-dev"),
    inner(5, "RouteTable", "{}-public-1-dev"),
    inner(6, "FlowLog", "{}-vpc-dev"),
    Case("aurora", not_ours("SecretsManager::Secret", "streamflix-db-credentials-dev")),
    Case("aurora", not_ours("RDS::DBSubnetGroup", "streamflix-aurora-subnet-dev"), AURORA),
    Case(
        "aurora", not_ours("RDS::DBCluster", "streamflix-aurora-dev"), {**AURORA, "aurora_subnet_group_name": "alone"}
    ),
    Case("redis", not_ours("ElastiCache::SubnetGroup", "streamflix-redis-subnet-dev")),
    Case(
        "redis",
        not_ours("ElastiCache::ParameterGroup", "streamflix-redis-dev-redis7"),
        {**REDIS, "redis_parameters": {"timeout": 60}},
    ),
    Case("redis", not_ours("ElastiCache::ReplicationGroup", "streamflix-redis-dev"), REDIS),
    Case("ecs_service", not_ours(f"{ELB}::LoadBalancer", "streamflix-alb-dev")),
    Case("ecs_service", not_ours(f"{ELB}::TargetGroup", "streamflix-tg-dev"), SERVICE),
    Case("ecs_service", not_ours("ECS::Cluster", "streamflix-cluster-dev"), BALANCED),
    Case("ecs_service", not_ours("Logs::LogGroup", "/ecs/streamflix-api-dev"), CLUSTERED),
    Case("ecs_service", not_ours("IAM::Role", "streamflix-ecs-execution-dev-eu-west-1"), LOGGED),
    Case("ecs_service", not_ours("IAM::Role", "streamflix-ecs-task-dev-eu-west-1"), RUN),
    Case("ecs_service", not_ours("ECS::TaskDefinition", "streamflix-api-dev"), ROLLED, "main"),
    Case(
        "apigw",
        f"AWS::IAM::Role {LOGGING_ROLE} is not ours: it lacks ManagedBy=streamflix.content_api, and has no tags",
    ),
    Case("apigw", "Environment=green instead of Environment=dev", {"apigw_logging_role": False}),
    Case("kms", not_ours("KMS::Key", "alias/streamflix-dev")),
    Case("ecr", not_ours("ECR::Repository", "streamflix/content-api-dev")),
    Case("observability", not_ours("SNS::Topic", "streamflix-alarms-dev")),
    Case("waf", not_ours("Logs::LogGroup", "aws-waf-logs-streamflix-dev")),
    Case("waf", not_ours("WAFv2::WebACL", "streamflix-waf-dev"), {"waf_log_group_name": "aws-waf-logs-alone"}),
    Case("backup", not_ours("IAM::Role", "streamflix-backup-dev-eu-west-1")),
    Case("backup", not_ours("Backup::BackupVault", "streamflix-dev"), {"backup_role_name": "alone-backup"}),
    *(Case(role, "", {}, "detach") for role in ("waf", "backup", "observability")),
    *(Case(role, "", {}, "absent") for role in (*OPTIONAL, *ROLES[:-1])),
    Case("apigw", "Environment=green instead of Environment=dev", {}, "absent"),
)
# of these kinds, some are the network's own
OWN_KINDS = ("vpc", "security group", "route table")
# what is removed is left alone and named
LEFT = (
    "AWS::Logs::LogGroup /vpc/streamflix-vpc-dev",
    "AWS::IAM::Role streamflix-flow-log-dev-eu-west-1",
    "AWS::SecretsManager::Secret streamflix-db-credentials-dev",
    "AWS::RDS::DBSubnetGroup streamflix-aurora-subnet-dev",
    "AWS::RDS::DBCluster streamflix-aurora-dev",
    "AWS::RDS::DBInstance streamflix-aurora-dev-writer",
    "AWS::ElastiCache::SubnetGroup streamflix-redis-subnet-dev",
    "AWS::ElastiCache::ReplicationGroup streamflix-redis-dev",
    f"AWS::{ELB}::LoadBalancer streamflix-alb-dev",
    f"AWS::{ELB}::TargetGroup streamflix-tg-dev",
    "AWS::ECS::Service streamflix-api-dev",
    "AWS::ECS::TaskDefinition streamflix-api-dev",
    "AWS::ECS::Cluster streamflix-cluster-dev",
    "AWS::IAM::Role streamflix-ecs-execution-dev-eu-west-1",
    "AWS::IAM::Role streamflix-ecs-task-dev-eu-west-1",
    "AWS::Logs::LogGroup /ecs/streamflix-api-dev",
    "AWS::KMS::Key alias/streamflix-dev",
    "AWS::ECR::Repository streamflix/content-api-dev",
    "AWS::SNS::Topic streamflix-alarms-dev",
    "AWS::WAFv2::WebACL streamflix-waf-dev",
    "AWS::Backup::BackupVault streamflix-dev",
    "AWS::Backup::BackupPlan streamflix-dev",
    "AWS::IAM::Role streamflix-backup-dev-eu-west-1",
)


def specified(kind: str, name: str, tags: dict[str, str]) -> list[dict[str, Any]]:
    pairs = {**tags, "Name": name}
    return [{"ResourceType": kind, "Tags": [{"Key": key, "Value": text} for key, text in pairs.items()]}]


def vpcs_with_one_foreign_thing(ec2: Any) -> set[str]:
    """Make what the cases of L(inner) find, each in a VPC that is the network's own; gives what is not others'."""
    own = set()
    for number in range(1, 7):
        app = f"inner{number}"
        ours = {**STACK, "Application": app}
        vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=specified("vpc", f"{app}-vpc-dev", ours))[
            "Vpc"
        ]["VpcId"]

        own |= {f"{app}-vpc-dev", f"default of {vpc_id}", f"main of {vpc_id}"}

        def named(kind: str, name: str, app: str = app) -> list[dict[str, Any]]:
            return specified(kind, f"{app}-{name}-dev", {**FOREIGN, "Application": app})

        match number:
            case 1:
                gateway = ec2.create_internet_gateway(TagSpecifications=named("internet-gateway", "vpc"))
                identifier = gateway["InternetGateway"]["InternetGatewayId"]
                ec2.attach_internet_gateway(InternetGatewayId=identifier, VpcId=vpc_id)
            case 2:
                ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.0.0.0/24", TagSpecifications=named("subnet", "public-1"))
            case 3:
                tags = named("security-group", "alb")
                ec2.create_security_group(
                    VpcId=vpc_id, GroupName=f"{app}-alb-dev", Description="theirs", TagSpecifications=tags
                )
            case 4:
                subnet = ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.0.9.0/24")["Subnet"]["SubnetId"]
                address = ec2.allocate_address(Domain="vpc", TagSpecifications=named("elastic-ip", "nat-1"))
                ec2.create_nat_gateway(
                    SubnetId=subnet,
                    AllocationId=address["AllocationId"],
                    TagSpecifications=named("natgateway", "nat-1"),
                )
            case 5:
                ec2.create_route_table(VpcId=vpc_id, TagSpecifications=named("route-table", "public-1"))
            case 6:
                ec2.create_flow_logs(
                    ResourceIds=[vpc_id],
                    ResourceType="VPC",
                    TrafficType="REJECT",
                    LogGroupName=f"/vpc/{app}-vpc-dev",
                    DeliverLogsPermissionArn=f"arn:aws:iam::123456789012:role/{app}-flow-log-dev-eu-west-1",
                    TagSpecifications=named("vpc-flow-log", "vpc"),
                )
    return own


def others_stack(client: account.Client, endpoint: str, outputs: pathlib.Path) -> str:
    """Deploy a stack of another environment under dev's names, and let nothing use the logging role; gives its VPC."""
    variables = {"platform_tags": FOREIGN, "platform_optional_roles": list(OPTIONAL), "outputs_directory": str(outputs)}
    deployed = playbook.run("site.yml", endpoint=endpoint, redis_parameters={}, **variables)
    assert deployed.code == 0, deployed.output
    back_up(client)
    client("apigateway").update_account(patchOperations=[{"op": "replace", "path": "/cloudwatchRoleArn", "value": ""}])
    client("iam").untag_role(RoleName=LOGGING_ROLE, TagKeys=["ManagedBy"])
    named = [{"Name": "tag:Name", "Values": ["streamflix-vpc-dev"]}]
    return client("ec2").describe_vpcs(Filters=named)["Vpcs"][0]["VpcId"]


def back_up(client: account.Client) -> None:
    """Let AWS Backup make a recovery point of the cluster."""
    client("backup").start_backup_job(
        BackupVaultName="streamflix-dev",
        ResourceArn=client("rds").describe_db_clusters()["DBClusters"][0]["DBClusterArn"],
        IamRoleArn="arn:aws:iam::123456789012:role/streamflix-backup-dev-eu-west-1",
    )


def inputs(client: account.Client, vpc_id: str) -> dict[str, Any]:
    """Return what the roles would get of each other."""
    ec2 = client("ec2")
    within = [{"Name": "vpc-id", "Values": [vpc_id]}]
    subnets = ec2.describe_subnets(Filters=within)["Subnets"]
    groups = {
        item["GroupName"]: item["GroupId"] for item in ec2.describe_security_groups(Filters=within)["SecurityGroups"]
    }
    ids: dict[bool, list[str]] = {True: [], False: []}
    for item in subnets:
        ids[item["MapPublicIpOnLaunch"]].append(item["SubnetId"])
    return {
        "network_outputs": {
            "vpc_id": vpc_id,
            "public_subnet_ids": ids[True],
            "private_subnet_ids": ids[False],
            "alb_security_group_id": groups["streamflix-alb-dev"],
            "ecs_security_group_id": groups["streamflix-ecs-dev"],
            "database_security_group_id": groups["streamflix-database-dev"],
            "cache_security_group_id": groups["streamflix-cache-dev"],
        },
        "redis_outputs": {"primary_endpoint": "redis.example.com", "port": 6379},
        "aurora_outputs": {"secret_arn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:alone-aBcDeF"},
        "apigw_backend_url": "http://balancer.example.com",
    }


def case_tasks(number: int, case: Case) -> dict[str, Any]:
    """Return a block that uses a role and prints what it fails with."""
    role = {"name": f"streamflix.content_api.{case.role}", "tasks_from": case.tasks}
    # a loop says it of each item
    says = "ansible_failed_result.results | default([ansible_failed_result]) | map(attribute='msg') | join(' ')"
    told = {"msg": f"CASE {number} {{{{ {says} }}}}"}
    return {
        "block": [{"ansible.builtin.include_role": role, "vars": case.variables}],
        "rescue": [{"ansible.builtin.debug": told}],
    }


def play(directory: pathlib.Path, endpoint: str, tasks: list[dict[str, Any]], **variables: Any) -> playbook.Run:
    """Run tasks on one host with nothing but these variables; the environment names another region."""
    inventory, file = directory / "hosts.json", directory / "alone.yml"
    inventory.write_text(json.dumps({"stacks": {"hosts": {"alone": variables}}}))
    file.write_text(json.dumps([{"hosts": "stacks", "gather_facts": False, "tasks": tasks}]))
    elsewhere = {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1", "ANSIBLE_CALLBACK_RESULT_FORMAT": "json"}
    return playbook.run(str(file), endpoint=endpoint, inventory=str(inventory), settings=elsewhere)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Give the URL of an AWS of its own."""
    with server.running() as url:
        yield url


def test_nothing_of_others_is_touched(endpoint: str, tmp_path: pathlib.Path) -> None:
    client = server.clients(endpoint)
    vpc_id = others_stack(client, endpoint, tmp_path)
    own = vpcs_with_one_foreign_thing(client("ec2"))
    before, elsewhere = snapshot.take(client), server.clients(endpoint, "us-east-1")
    empty, listed = account.snapshot(elsewhere), account.snapshot(client)

    tasks = [case_tasks(number, case) for number, case in enumerate(CASES)]
    run = play(tmp_path, endpoint, tasks, **VARIABLES, **inputs(client, vpc_id))
    told = {int(number): text for number, text in TOLD.findall(run.output)}
    expected = {number: case.says.replace("{vpc}", vpc_id) for number, case in enumerate(CASES) if case.says}
    assert {number: expected.get(number, "") in text and expected.get(number, "") for number, text in told.items()} == (
        expected
    ), run.output
    said = " ".join(run.output.split())
    assert [name for name in LEFT if f"{name} is not ours" not in said] == [], run.output

    still = account.snapshot(client)
    assert {kind: still[kind] for kind in KEPT} == {kind: listed[kind] for kind in KEPT}
    after = snapshot.take(client).resources
    for kind, items in before.resources.items():
        others = {name: item for name, item in items.items() if kind not in OWN_KINDS or name not in own}
        assert others
        assert snapshot.differing(others, {name: after[kind].get(name) for name in others}, kind) == []
    assert account.snapshot(elsewhere) == {**empty, "iam.Roles": account.snapshot(client)["iam.Roles"]}


@pytest.mark.parametrize("given", [{}, {"environment_suffix": ""}], ids=["not set", "empty"])
def test_without_the_environments_name_nothing_is_asked(
    unused_endpoint: str, tmp_path: pathlib.Path, given: dict[str, str]
) -> None:
    variables = {name: value for name, value in VARIABLES.items() if name != "environment_suffix"}
    cases = [Case(role, "", {}, tasks) for role in ROLES for tasks in ("main", "request", "discover", "absent")]
    tasks = [case_tasks(number, case) for number, case in enumerate(cases)]
    run = play(tmp_path, unused_endpoint, tasks, **variables, **given)
    told = {int(number): text for number, text in TOLD.findall(run.output)}
    assert told.keys() == set(range(len(cases))), run.output
    for text in told.values():
        assert "environment_suffix is not set, and names and tags are made of it: set it to" in text
    assert "Could not connect" not in run.output
