"""Giving resources up: the owner's tag goes, everything else stays."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils.api import AwsError
from ansible_collections.streamflix.content_api.plugins.modules import resourcegroupstaggingapi_release as release

MODULE = "resourcegroupstaggingapi_release"
OWNER = {"ManagedBy": "streamflix.content_api"}
TAGS = {"Environment": "dev", **OWNER}
PAIRS = [{"Key": name, "Value": text} for name, text in TAGS.items()]


@pytest.fixture
def held(aws: Any) -> list[str]:
    """Give the ARNs of a log group, a load balancer's target group and an API, all ours."""
    aws("logs").create_log_group(logGroupName="/ecs/api", tags=TAGS)
    vpc_id = aws("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    group = aws("elbv2").create_target_group(Name="tg", Protocol="HTTP", Port=80, VpcId=vpc_id, Tags=PAIRS)
    api_id = aws("apigateway").create_rest_api(name="api", tags=TAGS)["id"]
    return [
        aws("logs").describe_log_groups()["logGroups"][0]["logGroupArn"],
        group["TargetGroups"][0]["TargetGroupArn"],
        f"arn:aws:apigateway:eu-west-1::/restapis/{api_id}",
    ]


def owned(aws: Any) -> set[str]:
    filters = [{"Key": "ManagedBy", "Values": [OWNER["ManagedBy"]]}]
    found = aws("resourcegroupstaggingapi").get_resources(TagFilters=filters)["ResourceTagMappingList"]
    return {item["ResourceARN"] for item in found}


def test_gives_up_all_and_changes_nothing_the_second_time(aws: Any, run_module: Any, held: list[str]) -> None:
    preview = run_module(MODULE, check=True, resources=held, tags=OWNER)
    assert owned(aws) == set(held)
    done = run_module(MODULE, resources=held, tags=OWNER)
    assert done["released"] == preview["released"] == sorted(held)
    assert done["changes"] == preview["changes"]
    assert {change["type"] for change in done["changes"]} == {
        "AWS::ApiGateway::RestApi",
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        "AWS::Logs::LogGroup",
    }
    assert done["changes"][0]["fields"] == [
        {"field": "tags.ManagedBy", "before": "streamflix.content_api", "after": None}
    ]
    assert owned(aws) == set()
    assert aws("logs").list_tags_log_group(logGroupName="/ecs/api")["tags"] == {"Environment": "dev"}
    assert not run_module(MODULE, resources=held, tags=OWNER)["changed"]


@pytest.mark.parametrize("only", ["AWS::Logs::*", "arn:aws:logs:*:log-group:/ecs/*"])
def test_gives_up_a_part(aws: Any, run_module: Any, held: list[str], only: str) -> None:
    done = run_module(MODULE, resources=held, tags=OWNER, only=[only])
    assert done["released"] == held[:1]
    assert owned(aws) == set(held[1:])


def test_gives_up_roles(aws: Any, run_module: Any) -> None:
    iam = aws("iam")
    iam.create_role(RoleName="tasks", AssumeRolePolicyDocument="{}", Tags=PAIRS)
    done = run_module(MODULE, roles=["tasks", "no-such-role"], tags=OWNER)
    assert done["actions"] == ["untag_role tasks"]
    assert iam.list_role_tags(RoleName="tasks")["Tags"] == [{"Key": "Environment", "Value": "dev"}]


def test_gives_up_policies_of_iam(aws: Any, run_module: Any) -> None:
    iam = aws("iam")
    allowed = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    arn = iam.create_policy(PolicyName="media", Path="/a/", PolicyDocument=document, Tags=PAIRS)["Policy"]["Arn"]
    missing = arn.replace("media", "no-such-policy")
    done = run_module(MODULE, policies=[arn, missing], tags=OWNER)
    assert (done["actions"], done["released"]) == (["untag_policy media"], [arn])
    assert iam.list_policy_tags(PolicyArn=arn)["Tags"] == [{"Key": "Environment", "Value": "dev"}]
    assert not run_module(MODULE, policies=[arn], tags=OWNER)["changed"]


def test_somebody_elses_value_stays(aws: Any, run_module: Any) -> None:
    aws("logs").create_log_group(logGroupName="/theirs", tags={"ManagedBy": "terraform"})
    arn = aws("logs").describe_log_groups()["logGroups"][0]["logGroupArn"]
    assert not run_module(MODULE, resources=[arn], tags=OWNER)["changed"]


def test_no_tag_is_refused(aws: Any, run_module: Any) -> None:
    assert "tags is empty" in run_module(MODULE, resources=[], tags={})["msg"]


def test_twenty_at_once() -> None:
    current = {f"arn:aws:sns:eu-west-1:1:{number}": OWNER for number in range(45)}
    plan = release.plan_release(current, {"tags": OWNER, "only": []})
    assert [len(step.params["ResourceARNList"]) for step in plan.steps] == [20, 20, 5]


def test_a_refusal_inside_a_reply_is_an_error() -> None:
    failed = {"arn:x": {"StatusCode": 400, "ErrorCode": "InvalidParameterException", "ErrorMessage": "no"}}
    with pytest.raises(AwsError, match="UntagResources on arn:x failed: InvalidParameterException: no"):
        release.none_failed({"FailedResourcesMap": failed})
    assert release.none_failed({"FailedResourcesMap": {}})
