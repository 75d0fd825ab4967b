"""The tags of what modules of other collections manage: whose it is, set, left over; read back with plain boto3."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

MODULE = "ansible_collections.streamflix.content_api.plugins.modules.resource_tags"
PREFIX = "streamflix-api-dev-"
OWNER = {"Application": "streamflix", "Environment": "dev", "ManagedBy": "streamflix.content_api"}
FOREIGN = {"Application": "streamflix", "Environment": "prod"}
KINDS = {
    "AWS::CloudWatch::Alarm": ("cloudwatch", "tag_resource", "untag_resource"),
    "AWS::IAM::ManagedPolicy": ("iam", "tag_policy", "untag_policy"),
    "AWS::RDS::DBClusterParameterGroup": ("rds", "add_tags_to_resource", "remove_tags_from_resource"),
    "AWS::SSM::Parameter": ("ssm", "add_tags_to_resource", "remove_tags_from_resource"),
}


def pairs(tags: dict[str, str]) -> list[dict[str, str]]:
    """Return tags as AWS takes them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def make(aws: Any, kind: str) -> Callable[..., None]:
    """Give a function that makes a resource of the kind, as somebody else's module would."""

    def alarm(name: str, tags: dict[str, str]) -> None:
        aws("cloudwatch").put_metric_alarm(
            AlarmName=name,
            Namespace="AWS/ECS",
            MetricName="CPUUtilization",
            Statistic="Average",
            Period=60,
            EvaluationPeriods=1,
            Threshold=80,
            ComparisonOperator="GreaterThanThreshold",
            Tags=pairs(tags),
        )

    def group(name: str, tags: dict[str, str]) -> None:
        aws("rds").create_db_cluster_parameter_group(
            DBClusterParameterGroupName=name,
            DBParameterGroupFamily="aurora-postgresql15",
            Description="Made by hand",
            Tags=pairs(tags),
        )

    def parameter(name: str, tags: dict[str, str]) -> None:
        aws("ssm").put_parameter(Name=name, Value="by hand", Type="String", Tags=pairs(tags))

    def policy(name: str, tags: dict[str, str]) -> None:
        statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        aws("iam").create_policy(PolicyName=name, PolicyDocument=document, Path="/app/", Tags=pairs(tags))

    return {"cloudwatch": alarm, "iam": policy, "rds": group, "ssm": parameter}[KINDS[kind][0]]


@pytest.fixture
def tags_of(aws: Any, kind: str) -> Callable[[str], dict[str, str]]:
    def read(name: str) -> dict[str, str]:
        if kind == "AWS::CloudWatch::Alarm":
            (alarm,) = aws("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
            listed = aws("cloudwatch").list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
        elif kind == "AWS::IAM::ManagedPolicy":
            arn = f"arn:aws:iam::123456789012:policy/app/{name}"
            listed = aws("iam").list_policy_tags(PolicyArn=arn)["Tags"]
        elif kind == "AWS::SSM::Parameter":
            listed = aws("ssm").list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"]
        else:
            arn = f"arn:aws:rds:eu-west-1:123456789012:cluster-pg:{name}"
            listed = aws("rds").list_tags_for_resource(ResourceName=arn)["TagList"]
        return {tag["Key"]: tag["Value"] for tag in listed}

    return read


@pytest.fixture
def options(kind: str) -> dict[str, Any]:
    return {
        "type": kind,
        "name_prefix": PREFIX,
        "names": [f"{PREFIX}cpu"],
        "tags": {"Team": "api"},
        "owner_tags": OWNER,
    }


def test_nothing_is_there(aws: Any, run_module: Any, options: Any) -> None:
    for check in (True, False):
        done = run_module("resource_tags", check=check, **options)
        assert (done["changed"], done["surplus"], done["resources"], done["changes"]) == (False, [], {}, [])
        assert done["missing"] == [f"{PREFIX}cpu"]


def test_what_a_module_has_just_made_gets_its_tags(
    kind: str, run_module: Any, make: Any, tags_of: Any, options: Any
) -> None:
    preview = run_module("resource_tags", check=True, created=True, **options)
    make(f"{PREFIX}cpu", {})
    done = run_module("resource_tags", created=True, **options)
    assert preview["actions"] == done["actions"] == [f"{KINDS[kind][1]} {PREFIX}cpu"]
    assert preview["changes"] == done["changes"]
    assert done["changes"][0]["action"] == "update"
    wanted = {"Team": "api", **OWNER}
    assert {field["field"]: field["after"] for field in done["changes"][0]["fields"]} == {
        f"tags.{key}": value for key, value in wanted.items()
    }
    assert tags_of(f"{PREFIX}cpu") == wanted
    again = run_module("resource_tags", **options)
    assert (again["changed"], again["missing"]) == (False, [])


def test_what_is_waited_for_never_comes(
    aws: Any, run_module: Any, monkeypatch: pytest.MonkeyPatch, options: Any
) -> None:
    monkeypatch.setattr(f"{MODULE}.APPEAR_SECONDS", 0.1)
    done = run_module("resource_tags", created=True, **options)
    assert done["failed"]
    assert "cpu is not listed after" in done["msg"]


def test_what_has_other_tags_is_somebody_elses(run_module: Any, make: Any, tags_of: Any, options: Any) -> None:
    make(f"{PREFIX}cpu", FOREIGN)
    for check in (True, False):
        done = run_module("resource_tags", check=check, **options)
        assert done["failed"]
        assert f"{PREFIX}cpu is not ours: it lacks Environment=dev, ManagedBy=streamflix.content_api" in done["msg"]
    assert tags_of(f"{PREFIX}cpu") == FOREIGN
    run_module("resource_tags", adopt=True, **options)
    assert tags_of(f"{PREFIX}cpu") == {"Team": "api", **OWNER}


def test_what_others_have_tagged_and_a_run_could_not(
    kind: str, run_module: Any, make: Any, tags_of: Any, options: Any
) -> None:
    make(f"{PREFIX}cpu", {"auto:scanned": "yes"})
    assert run_module("resource_tags", **options)["failed"]
    done = run_module("resource_tags", ignored_tags=["auto:*"], **options)
    if kind == "AWS::CloudWatch::Alarm":
        assert done["changed"]
        assert tags_of(f"{PREFIX}cpu") == {"auto:scanned": "yes", "Team": "api", **OWNER}
    else:
        # its module tags it in the request that makes it, so no run of ours has left it so
        assert "is not ours" in done["msg"]
        assert tags_of(f"{PREFIX}cpu") == {"auto:scanned": "yes"}


def test_tags_that_differ_are_put_right(kind: str, run_module: Any, make: Any, tags_of: Any, options: Any) -> None:
    make(f"{PREFIX}cpu", {**OWNER, "Team": "other", "Extra": "1"})
    preview = run_module("resource_tags", check=True, **options)
    assert tags_of(f"{PREFIX}cpu")["Team"] == "other"
    done = run_module("resource_tags", **options)
    assert (
        done["changes"]
        == preview["changes"]
        == [
            {
                "action": "update",
                "type": kind,
                "name": f"{PREFIX}cpu",
                "fields": [
                    {"field": "tags.Extra", "before": "1", "after": None},
                    {"field": "tags.Team", "before": "other", "after": "api"},
                ],
            }
        ]
    )
    assert [action.split()[0] for action in done["actions"]] == list(KINDS[kind][1:])
    assert tags_of(f"{PREFIX}cpu") == {"Team": "api", **OWNER}


def test_only_what_is_ours_is_left_over(run_module: Any, make: Any, tags_of: Any, options: Any) -> None:
    for name, tags in {
        f"{PREFIX}cpu": OWNER,
        f"{PREFIX}memory": OWNER,
        f"{PREFIX}foreign": FOREIGN,
        f"{PREFIX}untagged": {},
        "streamflix-other-dev-cpu": OWNER,
    }.items():
        make(name, tags)
    done = run_module("resource_tags", **options)
    assert done["surplus"] == [f"{PREFIX}memory"]
    assert tags_of(f"{PREFIX}foreign") == FOREIGN
    assert run_module("resource_tags", **{**options, "names": []})["surplus"] == [f"{PREFIX}cpu", f"{PREFIX}memory"]


def test_refusals(aws: Any, run_module: Any, options: Any) -> None:
    done = run_module("resource_tags", **{**options, "names": ["other"]})
    assert "names has 'other', which does not begin with 'streamflix-api-dev-'" in done["msg"]
    done = run_module("resource_tags", **{**options, "names": [f"{PREFIX}{'x' * 250}"]})
    assert "has 269 characters, AWS takes at most 255: shorten it." in done["msg"]
