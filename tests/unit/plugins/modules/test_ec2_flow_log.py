"""The flow log module: create, replace, tags, remove, each read back with plain boto3."""

from __future__ import annotations

from typing import Any

import pytest
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.flow_logs import FlowLogsBackend

from tests.unit.plugins.modules.conftest import LOST

NAME, GROUP = "streamflix-vpc-dev", "/vpc/streamflix-vpc-dev"
ROLE = "arn:aws:iam::123456789012:role/streamflix-flow-log-dev-eu-west-1"
TAGS = {"Environment": "dev"}
BOTH = {"Environment": "dev", "Name": NAME}
CREATE, DELETE = f"create_flow_logs {NAME}", f"delete_flow_logs {NAME}"


@pytest.fixture
def vpc_id(aws: Any) -> str:
    aws("logs").create_log_group(logGroupName=GROUP)
    return new_vpc(aws)


@pytest.fixture
def options(vpc_id: str) -> dict[str, Any]:
    return {
        "vpc_id": vpc_id,
        "name": NAME,
        "log_group_name": GROUP,
        "deliver_logs_permission_arn": ROLE,
        "traffic_type": "REJECT",
        "tags": dict(TAGS),
    }


def new_vpc(aws: Any) -> str:
    return aws("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]


def add(aws: Any, vpc_id: str, group: str, **tags: str) -> str:
    """Create a flow log by hand."""
    made = aws("ec2").create_flow_logs(
        ResourceType="VPC",
        ResourceIds=[vpc_id],
        TrafficType="ALL",
        LogGroupName=group,
        DeliverLogsPermissionArn=ROLE,
        TagSpecifications=[
            {"ResourceType": "vpc-flow-log", "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
        ],
    )
    return made["FlowLogIds"][0]


def read(aws: Any) -> list[dict[str, Any]]:
    found = aws("ec2").describe_flow_logs()["FlowLogs"]
    return [{**item, "Tags": {tag["Key"]: tag["Value"] for tag in item["Tags"]}} for item in found]


def test_creates_what_the_preview_shows(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    preview = run_module("ec2_flow_log", check=True, **options)
    assert (preview["changed"], preview["actions"], read(aws)) == (True, [CREATE], [])
    assert preview["flow_log"]["id"] == "fl-(known after apply)"

    done = run_module("ec2_flow_log", **options)
    assert (done["changed"], done["actions"]) == (True, [CREATE])
    by_aws = {"id": "", "log_format": ""}
    assert {**done["flow_log"], **by_aws} == {**preview["flow_log"], **by_aws}
    (found,) = read(aws)
    assert found["FlowLogId"] == done["flow_log"]["id"]
    assert (found["ResourceId"], found["LogGroupName"], found["DeliverLogsPermissionArn"]) == (
        options["vpc_id"],
        GROUP,
        ROLE,
    )
    assert (found["TrafficType"], found["MaxAggregationInterval"], found["Tags"]) == ("REJECT", 600, BOTH)
    assert found["DeliverLogsStatus"] == "SUCCESS"


def test_second_run_changes_nothing(run_module: Any, options: dict[str, Any]) -> None:
    first = run_module("ec2_flow_log", **options)
    for check in (True, False):
        again = run_module("ec2_flow_log", check=check, **options)
        assert (again["changed"], again["actions"], again["flow_log"]) == (False, [], first["flow_log"])


@pytest.mark.parametrize(
    ("option", "value", "key"),
    [
        ("traffic_type", "ALL", "TrafficType"),
        ("max_aggregation_interval", 60, "MaxAggregationInterval"),
        ("log_format", "${srcaddr} ${action}", "LogFormat"),
        ("deliver_logs_permission_arn", f"{ROLE}-2", "DeliverLogsPermissionArn"),
        ("log_group_name", "/vpc/other", "LogGroupName"),
    ],
)
def test_what_aws_cannot_change_is_made_anew(
    aws: Any, run_module: Any, changes_of: Any, options: dict[str, Any], option: str, value: Any, key: str
) -> None:
    before = run_module("ec2_flow_log", **options)["flow_log"]
    aws("logs").create_log_group(logGroupName="/vpc/other")
    ((action, kind, name, fields),) = changes_of("ec2_flow_log", **{**options, option: value})
    assert (action, kind, name) == ("update", "AWS::EC2::FlowLog", NAME)
    assert fields == {"id": (before["id"], "fl-(known after apply)"), option: (before[option], value)}
    (found,) = read(aws)
    assert (found[key], found["Tags"]) == (value, BOTH)
    assert found["FlowLogId"] != before["id"]
    assert not run_module("ec2_flow_log", **{**options, option: value})["changed"]


@pytest.mark.parametrize("beside", [True, False])
def test_the_new_one_is_there_before_the_old_one_goes(
    aws: Any, run_module: Any, options: Any, troubled: Any, beside: bool
) -> None:
    old = run_module("ec2_flow_log", **options)["flow_log"]["id"]
    # whether AWS takes a second one to the same destination
    sent = troubled("CreateFlowLogs", *([] if beside else ["FlowLogAlreadyExists"]))
    sent.clear()
    preview = run_module("ec2_flow_log", check=True, **{**options, "max_aggregation_interval": 60})
    done = run_module("ec2_flow_log", **{**options, "max_aggregation_interval": 60})
    assert done["actions"] == preview["actions"] == [CREATE, DELETE, CREATE]
    writes = [name for name in sent if not name.startswith("Describe")]
    assert writes == ["CreateFlowLogs", "DeleteFlowLogs", "CreateFlowLogs"]
    (found,) = read(aws)
    assert (found["MaxAggregationInterval"], found["FlowLogId"] != old) == (60, True)
    assert not run_module("ec2_flow_log", **{**options, "max_aggregation_interval": 60})["changed"]


BUCKET = {
    "log_destination_type": "s3",
    "log_destination": "arn:aws:s3:::flow-logs/dev/",
    "file_format": "parquet",
    "hive_compatible_partitions": True,
    "per_hour_partition": True,
}
FILES = {"FileFormat": "parquet", "HiveCompatiblePartitions": True, "PerHourPartition": True}


def test_records_go_to_a_bucket_and_back_to_a_log_group(
    aws: Any, run_module: Any, changes_of: Any, options: dict[str, Any]
) -> None:
    where = {"LocationConstraint": "eu-west-1"}
    aws("s3").create_bucket(Bucket="flow-logs", CreateBucketConfiguration=where)
    group = {"log_group_name": options.pop("log_group_name")}
    group["deliver_logs_permission_arn"] = options.pop("deliver_logs_permission_arn")
    run_module("ec2_flow_log", **options, **BUCKET)
    (found,) = read(aws)
    assert (found["LogDestination"], found["DestinationOptions"]) == (BUCKET["log_destination"], FILES)
    assert found.get("LogGroupName") is None
    assert not run_module("ec2_flow_log", **options, **BUCKET)["changed"]
    hourly = {**BUCKET, "per_hour_partition": False}
    ((_action, _kind, _name, fields),) = changes_of("ec2_flow_log", **options, **hourly)
    assert set(fields) == {"id", "per_hour_partition"}
    ((_action, _kind, _name, fields),) = changes_of("ec2_flow_log", **options, **group)
    assert {"log_destination_type", "log_group_name", "deliver_logs_permission_arn"} <= set(fields)
    (found,) = read(aws)
    assert (found["LogDestinationType"], found["LogGroupName"]) == ("cloud-watch-logs", GROUP)
    assert not run_module("ec2_flow_log", **options, **group)["changed"]


@pytest.mark.parametrize(
    ("wrong", "finding"),
    [
        ({"log_destination_type": "s3"}, "log_destination_type 's3' needs log_destination"),
        ({"log_group_name": None}, "'cloud-watch-logs' needs log_group_name"),
        ({**BUCKET, "log_destination": "flow-logs"}, "log_destination 'flow-logs' is not possible"),
    ],
)
def test_a_destination_that_is_none_is_refused_first(run_module: Any, options: Any, wrong: Any, finding: str) -> None:
    given = {key: value for key, value in {**options, **wrong}.items() if value is not None}
    assert finding in run_module("ec2_flow_log", **given)["msg"]


def test_a_format_that_is_not_set_stays_when_it_is_made_anew(aws: Any, run_module: Any, options: Any) -> None:
    run_module("ec2_flow_log", **options, log_format="${action}")
    run_module("ec2_flow_log", **{**options, "traffic_type": "ALL"})
    assert [item["LogFormat"] for item in read(aws)] == ["${action}"]


def test_an_empty_format_is_none(aws: Any, run_module: Any, options: Any) -> None:
    run_module("ec2_flow_log", **options, log_format="")
    assert [item["LogFormat"].split()[0] for item in read(aws)] == ["${version}"]
    assert not run_module("ec2_flow_log", **options, log_format="")["changed"]


def test_tags_are_brought_to_what_is_wanted(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    made = run_module("ec2_flow_log", **options)["flow_log"]
    ec2 = aws("ec2")
    ec2.create_tags(Resources=[made["id"]], Tags=[{"Key": "Environment", "Value": "x"}, {"Key": "Own", "Value": "y"}])
    preview = run_module("ec2_flow_log", check=True, **options)
    done = run_module("ec2_flow_log", **options)
    assert done["actions"] == preview["actions"] == [f"create_tags {NAME}", f"delete_tags {NAME}"]
    assert [item["Tags"] for item in read(aws)] == [BOTH]
    assert done["flow_log"] == made


@pytest.mark.parametrize("state", ["present", "absent"])
def test_further_ones_of_the_name_are_removed_and_others_are_not(
    aws: Any, run_module: Any, options: dict[str, Any], state: str
) -> None:
    for group in ("/former", "/other"):
        aws("logs").create_log_group(logGroupName=group)
    others = {add(aws, options["vpc_id"], "/other", Name="other"), add(aws, new_vpc(aws), GROUP, Name=NAME)}
    made = run_module("ec2_flow_log", **options, owner_tags={"ManagedBy": "us"})["flow_log"]
    # as a run leaves it that was interrupted before it could delete the former one
    add(aws, options["vpc_id"], "/former", Name=NAME, ManagedBy="us")
    owned = {**options, "owner_tags": {"ManagedBy": "us"}, "state": state}
    preview = run_module("ec2_flow_log", check=True, **owned)
    done = run_module("ec2_flow_log", **owned)
    assert done["actions"] == preview["actions"] == [DELETE] * (1 if state == "present" else 2)
    left = {made["id"]} if state == "present" else set()
    assert {item["FlowLogId"] for item in read(aws)} == others | left
    assert not run_module("ec2_flow_log", **owned)["changed"]


def test_one_that_lost_its_name_gets_it_back(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    made = run_module("ec2_flow_log", **options)["flow_log"]
    aws("ec2").delete_tags(Resources=[made["id"]], Tags=[{"Key": "Name"}])
    assert run_module("ec2_flow_log", **options)["actions"] == [f"create_tags {NAME}"]
    assert [(item["FlowLogId"], item["Tags"]) for item in read(aws)] == [(made["id"], BOTH)]


def test_one_without_its_name_is_somebody_elses_unless_adopted(aws: Any, run_module: Any, options: Any) -> None:
    made = add(aws, options["vpc_id"], GROUP, Team="ops")
    owned = {**options, "traffic_type": "ALL", "owner_tags": {"ManagedBy": "us"}}
    refused = run_module("ec2_flow_log", **owned)
    assert "not ours" in refused["msg"]
    done = run_module("ec2_flow_log", **owned, adopt=True)
    assert done["actions"] == [f"create_tags {NAME}", f"delete_tags {NAME}"]
    assert [(item["FlowLogId"], item["Tags"]) for item in read(aws)] == [(made, {**BOTH, "ManagedBy": "us"})]


def test_is_removed_when_the_vpc_is_gone(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ec2_flow_log", **options)
    aws("ec2").delete_vpc(VpcId=options["vpc_id"])
    given = {"name": NAME, "state": "absent"}
    preview = run_module("ec2_flow_log", check=True, **given)
    assert (preview["actions"], len(read(aws))) == ([DELETE], 1)
    done = run_module("ec2_flow_log", **given)
    assert (done["state"], done["flow_log"], read(aws)) == ("absent", {}, [])
    assert not run_module("ec2_flow_log", **given)["changed"]


def test_a_preview_on_a_vpc_that_is_not_there_yet(run_module: Any, options: dict[str, Any]) -> None:
    preview = run_module("ec2_flow_log", check=True, **{**options, "vpc_id": "vpc-(known after apply)"})
    assert preview["actions"] == [CREATE]


def test_a_role_that_is_new_is_waited_for(
    run_module: Any, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    create, asked = FlowLogsBackend.create_flow_logs, []

    def create_flow_logs(self: Any, **given: Any) -> Any:
        asked.append(given)
        if len(asked) == 1:
            raise EC2ClientError("InvalidParameter", "Unable to assume given IAM role")
        return create(self, **given)

    monkeypatch.setattr(FlowLogsBackend, "create_flow_logs", create_flow_logs)
    assert run_module("ec2_flow_log", **options)["changed"]
    assert len(asked) == 2


def test_a_lost_reply_makes_no_second_one(aws: Any, run_module: Any, options: dict[str, Any], troubled: Any) -> None:
    troubled("CreateFlowLogs", LOST)
    assert run_module("ec2_flow_log", **options)["changed"]
    assert len(read(aws)) == 1


def test_a_log_group_name_that_aws_refuses(run_module: Any, options: dict[str, Any]) -> None:
    refused = run_module("ec2_flow_log", **{**options, "log_group_name": "no space"})
    assert "log_group_name 'no space' may hold only" in refused["msg"]


def test_a_role_that_it_had_is_told(run_module: Any, options: dict[str, Any]) -> None:
    assert not run_module("ec2_flow_log", **options).get("warnings")
    for check in (True, False):
        other = run_module("ec2_flow_log", check=check, **{**options, "deliver_logs_permission_arn": f"{ROLE}-2"})
        assert other["changed"]
        assert ROLE in other["warnings"][0]
