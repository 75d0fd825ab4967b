"""What exists under our name without our tags: left alone, or taken over when asked for."""

from __future__ import annotations

from typing import Any

import pytest

OWNER = {"ManagedBy": "streamflix.content_api"}
TAGS = {"Environment": "dev", **OWNER}
STACK = {"Application": "streamflix", **TAGS}
GROUP: dict[str, Any] = {"name": "/ecs/api", "owner_tags": OWNER, "tags": TAGS, "retention_in_days": 7}
VPC: dict[str, Any] = {
    "name": "vpc",
    "cidr": "10.0.0.0/16",
    "owner_tags": OWNER,
    "identifying_tags": TAGS,
    "tags": TAGS,
}


def tag_list(pairs: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": name, "Value": text} for name, text in pairs.items()]


def make_vpc(aws: Any, **pairs: str) -> str:
    specification = {"ResourceType": "vpc", "Tags": tag_list({"Name": "vpc", **pairs})}
    return aws("ec2").create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=[specification])["Vpc"]["VpcId"]


def named_vpcs(aws: Any) -> list[dict[str, Any]]:
    return aws("ec2").describe_vpcs(Filters=[{"Name": "tag:Name", "Values": ["vpc"]}])["Vpcs"]


@pytest.mark.parametrize("check", [True, False])
def test_one_made_by_hand_is_refused(aws: Any, run_module: Any, check: bool) -> None:
    aws("logs").create_log_group(logGroupName="/ecs/api", tags={"Team": "ops"})
    failed = run_module("logs_log_group", check=check, **GROUP)
    assert failed["failed"]
    assert failed["msg"].startswith(
        "AWS::Logs::LogGroup /ecs/api is not ours: it lacks ManagedBy=streamflix.content_api, and has Team=ops."
    )
    assert "-e platform_adopt=true" in failed["msg"]
    (group,) = aws("logs").describe_log_groups()["logGroups"]
    assert "retentionInDays" not in group


def test_one_made_by_hand_is_adopted_when_asked_for(aws: Any, run_module: Any) -> None:
    aws("logs").create_log_group(logGroupName="/ecs/api")
    preview = run_module("logs_log_group", check=True, adopt=True, **GROUP)
    done = run_module("logs_log_group", adopt=True, **GROUP)
    assert preview["changes"] == done["changes"]
    assert [change["action"] for change in done["changes"]] == ["update"]
    assert aws("logs").list_tags_log_group(logGroupName="/ecs/api")["tags"] == TAGS
    assert not run_module("logs_log_group", **GROUP)["changed"]


def test_a_removal_leaves_it_alone(aws: Any, run_module: Any) -> None:
    aws("logs").create_log_group(logGroupName="/ecs/api")
    for check in (True, False):
        left = run_module("logs_log_group", check=check, state="absent", **{**GROUP, "adopt": True})
        assert (left["changed"], left["state"], left["changes"]) == (False, "present", [])
        assert "AWS::Logs::LogGroup /ecs/api is not ours" in left["warnings"][0]
    assert len(aws("logs").describe_log_groups()["logGroups"]) == 1


def test_what_is_created_carries_the_owners_tags(aws: Any, run_module: Any) -> None:
    run_module("logs_log_group", name="/ecs/api", owner_tags=OWNER)
    assert aws("logs").list_tags_log_group(logGroupName="/ecs/api")["tags"] == OWNER
    assert not run_module("logs_log_group", name="/ecs/api", owner_tags=OWNER)["changed"]
    assert run_module("logs_log_group", name="/ecs/api", owner_tags=OWNER, state="absent")["state"] == "absent"


def test_without_owner_tags_a_name_is_enough(aws: Any, run_module: Any) -> None:
    aws("logs").create_log_group(logGroupName="/ecs/api")
    assert not run_module("logs_log_group", name="/ecs/api")["changed"]
    assert run_module("logs_log_group", name="/ecs/api", state="absent")["changed"]


@pytest.mark.parametrize("pairs", [{}, {"Environment": "dev"}, {"ManagedBy": "terraform"}])
def test_no_second_vpc_beside_one_of_that_name(aws: Any, run_module: Any, pairs: dict[str, str]) -> None:
    vpc_id = make_vpc(aws, **pairs)
    failed = run_module("ec2_vpc", **VPC)
    assert "AWS::EC2::VPC vpc is not ours: it lacks" in failed["msg"]
    assert [vpc["VpcId"] for vpc in named_vpcs(aws)] == [vpc_id]
    adopted = run_module("ec2_vpc", adopt=True, **VPC)
    assert adopted["vpc"]["id"] == vpc_id
    assert adopted["vpc"]["tags"] == {"Name": "vpc", **TAGS}
    assert not run_module("ec2_vpc", **VPC)["changed"]


def test_a_vpc_with_another_cidr_is_not_adopted(aws: Any, run_module: Any) -> None:
    make_vpc(aws)
    failed = run_module("ec2_vpc", adopt=True, **{**VPC, "cidr": "10.1.0.0/16"})
    assert failed["needs_replacement"] == ["cidr"]


@pytest.mark.parametrize("check", [True, False])
def test_no_second_vpc_beside_ours_with_another_tag(aws: Any, run_module: Any, check: bool) -> None:
    vpc_id = make_vpc(aws, Environment="prod", **OWNER)
    failed = run_module("ec2_vpc", check=check, **VPC)
    assert failed["msg"].startswith(
        f"VPC vpc ({vpc_id}) has the tags Environment=prod instead of Environment=dev, so it is another stack's"
    )
    assert len(named_vpcs(aws)) == 1


@pytest.mark.parametrize("lacks", STACK)
@pytest.mark.parametrize("state", ["present", "absent"])
def test_another_environments_is_not_ours(aws: Any, run_module: Any, lacks: str, state: str) -> None:
    its_tags = {**STACK, lacks: "another"}
    aws("logs").create_log_group(logGroupName="/ecs/api", tags=its_tags)
    done = run_module("logs_log_group", **{**GROUP, "owner_tags": STACK, "tags": STACK, "state": state})
    said = done["msg"] if state == "present" else done["warnings"][0]
    assert f"/ecs/api is not ours: it lacks {lacks}={STACK[lacks]}, and has" in said
    (group,) = aws("logs").describe_log_groups()["logGroups"]
    assert "retentionInDays" not in group
    assert aws("logs").list_tags_log_group(logGroupName="/ecs/api")["tags"] == its_tags


@pytest.mark.parametrize(
    ("its_tags", "said"),
    [
        ({"Environment": "prod"}, "has the tags Environment=prod instead of Environment=dev"),
        ({"Application": "other"}, "has the tags Application=other instead of Application=streamflix"),
        ({"ManagedBy": "terraform"}, "AWS::EC2::VPC vpc is not ours: it lacks ManagedBy=streamflix.content_api"),
    ],
)
def test_no_vpc_beside_another_environments(aws: Any, run_module: Any, its_tags: dict[str, str], said: str) -> None:
    vpc_id = make_vpc(aws, **{**STACK, **its_tags})
    failed = run_module("ec2_vpc", **{**VPC, "owner_tags": STACK, "identifying_tags": STACK, "tags": STACK})
    assert said in failed["msg"]
    (vpc,) = named_vpcs(aws)
    assert (vpc["VpcId"], len(vpc["Tags"])) == (vpc_id, 4)


def test_a_vpc_of_somebody_else_in_another_environment_is_another_one(aws: Any, run_module: Any) -> None:
    make_vpc(aws, Environment="prod")
    assert run_module("ec2_vpc", **VPC)["changes"][0]["action"] == "create"
    assert len(named_vpcs(aws)) == 2
    assert not run_module("ec2_vpc", **VPC)["changed"]


@pytest.mark.parametrize("state", ["present", "absent"])
def test_no_second_api_beside_ours_with_another_tag(aws: Any, run_module: Any, state: str) -> None:
    api_id = aws("apigateway").create_rest_api(name="api", tags={"Environment": "prod", **OWNER})["id"]
    options = {"name": "api", "backend_url": "http://alb", "stage_name": "dev", "owner_tags": OWNER, "tags": TAGS}
    failed = run_module("apigateway_proxy", state=state, **options)
    assert f"REST API api ({api_id}) has the tags Environment=prod instead of Environment=dev" in failed["msg"]
    assert len(aws("apigateway").get_rest_apis()["items"]) == 1


def test_of_a_set_only_ours_is_removed(aws: Any, run_module: Any) -> None:
    vpc_id = make_vpc(aws)
    ec2 = aws("ec2")
    for name, pairs in (("ours", TAGS), ("theirs", {"Environment": "dev"})):
        specification = {"ResourceType": "security-group", "Tags": tag_list(pairs)}
        ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc_id, TagSpecifications=[specification])
    groups = [{"name": "ours", "description": "ours"}, {"name": "theirs", "description": "theirs"}]
    wanted = {"vpc_id": vpc_id, "security_groups": groups, "owner_tags": OWNER}
    refused = run_module("ec2_security_groups", close_default_group=True, tags=TAGS, **wanted)
    assert "AWS::EC2::SecurityGroup theirs is not ours" in refused["msg"]
    assert "SecurityGroup default" not in refused["msg"]
    removed = run_module("ec2_security_groups", state="absent", **wanted)
    assert removed["actions"] == ["delete_security_group ours"]
    assert "theirs is not ours" in removed["warnings"][0]
    left = {
        group["GroupName"]
        for group in ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["SecurityGroups"]
    }
    assert left == {"default", "theirs"}


def test_a_role_made_by_hand(aws: Any, run_module: Any) -> None:
    aws("iam").create_role(RoleName="tasks", AssumeRolePolicyDocument='{"Version": "2012-10-17", "Statement": []}')
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    options = {"name": "tasks", "assume_role_policy_document": trust, "owner_tags": OWNER, "tags": TAGS}
    assert "AWS::IAM::Role tasks is not ours: it lacks" in run_module("iam_role", **options)["msg"]
    assert run_module("iam_role", adopt=True, **options)["changed"]
    assert not run_module("iam_role", **options)["changed"]


def test_no_second_api_beside_one_of_that_name(aws: Any, run_module: Any) -> None:
    apigateway = aws("apigateway")
    api_id = apigateway.create_rest_api(name="api", tags={"Environment": "dev"})["id"]
    options = {"name": "api", "backend_url": "http://alb", "stage_name": "dev", "owner_tags": OWNER, "tags": TAGS}
    assert "AWS::ApiGateway::RestApi api is not ours" in run_module("apigateway_proxy", **options)["msg"]
    left = run_module("apigateway_proxy", name="api", owner_tags=OWNER, tags=TAGS, state="absent")
    assert (left["changed"], left["state"]) == (False, "present")
    assert run_module("apigateway_proxy", adopt=True, **options)["api"]["id"] == api_id
    assert not run_module("apigateway_proxy", **options)["changed"]
    assert len(apigateway.get_rest_apis()["items"]) == 1


def test_a_load_balancer_of_another_type_is_not_removed(aws: Any, run_module: Any) -> None:
    vpc_id = make_vpc(aws)
    subnet = aws("ec2").create_subnet(VpcId=vpc_id, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    aws("elbv2").create_load_balancer(Name="alb", Type="network", Subnets=[subnet], Tags=tag_list(OWNER))
    left = run_module("elbv2_load_balancer", name="alb", state="absent")
    assert (left["changed"], left["state"]) == (False, "present")
    assert "its type is network, not application" in left["warnings"][0]
    assert len(aws("elbv2").describe_load_balancers()["LoadBalancers"]) == 1
