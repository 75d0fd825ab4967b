"""Modules of other collections, as this collection's roles run them: what they change is told, a lost reply is none."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.streamflix.content_api.plugins.module_utils.stock import ANOTHER, RESOURCES, WANTED
from ansible_collections.streamflix.content_api.plugins.plugin_utils import in_process, stock, warm
from botocore.endpoint import Endpoint
from botocore.exceptions import ConnectionClosedError

from tests.support.changes import Change, listed

ROLE = SimpleNamespace(_role_collection=in_process.COLLECTION)
ALARM = "amazon.aws.cloudwatch_metric_alarm"
FILTER = "amazon.aws.cloudwatchlogs_log_group_metric_filter"
PARAMETERS = "amazon.aws.rds_cluster_param_group"
PARAMETER = "community.aws.ssm_parameter"
RECORD = "amazon.aws.route53"
POLICY = "amazon.aws.iam_managed_policy"
AN_ALARM: dict[str, Any] = {
    "name": "cpu",
    "metric_name": "CPUUtilization",
    "namespace": "AWS/ECS",
    "statistic": "Average",
    "comparison": "GreaterThanThreshold",
    "threshold": 80.0,
    "period": 60,
    "evaluation_periods": 3,
    "dimensions": {"ClusterName": "c"},
}
A_FILTER: dict[str, Any] = {
    "state": "present",
    "log_group_name": "/app",
    "filter_name": "errors",
    "filter_pattern": "ERROR",
    "metric_transformation": {"metric_name": "errors", "metric_namespace": "app", "metric_value": "1"},
}

Run = Callable[..., dict[str, Any]]


class Action(stock.StockAction):
    """Runs modules in this process without Ansible's executor."""

    def __init__(self, name: str, arguments: dict[str, Any], check: bool, printed: Callable[[], str]) -> None:
        self._task: Any = SimpleNamespace(check_mode=check, args=arguments, resolved_action=name, _role=ROLE)
        self._printed = printed
        self.runs: list[tuple[str, bool]] = []

    def _once(self, variables: dict[str, Any]) -> dict[str, Any]:
        return self._execute_module(self._task.resolved_action, self._task.args)

    def _execute_module(self, module_name: Any = None, module_args: Any = None, **_unused: Any) -> dict[str, Any]:
        self.runs.append((module_name, self._task.check_mode))
        collection, _unused_too, module = module_name.rpartition(".")
        program = importlib.import_module(f"ansible_collections.{collection}.plugins.modules.{module}")
        given = {**module_args, "_ansible_check_mode": self._task.check_mode}
        with patch_module_args(given), pytest.raises(SystemExit):
            program.main()
        return dict(json.loads(self._printed()))


@pytest.fixture
def action(aws: Any, capsys: pytest.CaptureFixture[str]) -> Callable[..., Action]:
    """Give a function that makes the action of a task with a module of the table."""

    def make(module: str, /, check: bool = False, **arguments: Any) -> Action:
        return Action(module, arguments, check, lambda: capsys.readouterr().out)

    return make


@pytest.fixture
def run(action: Callable[..., Action]) -> Run:
    """Give a function that runs such a task."""

    def manage(module: str, /, **arguments: Any) -> dict[str, Any]:
        return action(module, **arguments)._managed(module, {})

    return manage


@pytest.fixture
def told(run: Run) -> Callable[..., list[Change]]:
    """Give a function that previews a task and runs it, and returns the changes that both tell."""

    def tell(module: str, /, **arguments: Any) -> list[Change]:
        preview, done = (run(module, check=check, **arguments) for check in (True, False))
        assert preview["changes"] == done["changes"]
        assert bool(done["changes"]) == done["changed"] == preview["changed"]
        return listed(done)

    return tell


def test_what_is_loaded_is_what_is_managed() -> None:
    assert {name: resource.service for name, resource in RESOURCES.items()} == warm.STOCK


def test_the_life_of_an_alarm(told: Callable[..., list[Any]], aws: Callable[[str], Any]) -> None:
    [(action, kind, name, fields)] = told(ALARM, **AN_ALARM)
    assert (action, kind, name) == ("create", "AWS::CloudWatch::Alarm", "cpu")
    assert fields["threshold"] == (None, 80.0)
    assert fields["dimensions"] == (None, {"ClusterName": "c"})
    assert aws("cloudwatch").describe_alarms()["MetricAlarms"][0]["Threshold"] == 80.0
    assert told(ALARM, **AN_ALARM) == []
    changed = told(ALARM, **{**AN_ALARM, "threshold": 90.0, "ok_actions": ["arn:aws:sns:eu-west-1:1:t"]})
    wanted = {"threshold": (80.0, 90.0), "ok_actions": ([], ["arn:aws:sns:eu-west-1:1:t"])}
    assert changed == [("update", "AWS::CloudWatch::Alarm", "cpu", wanted)]
    [(action, _kind, _name, fields)] = told(ALARM, name="cpu", state="absent")
    assert (action, fields["threshold"]) == ("remove", (90.0, None))
    assert told(ALARM, name="cpu", state="absent") == []
    assert aws("cloudwatch").describe_alarms()["MetricAlarms"] == []


def test_what_an_alarm_is_to_be_without(told: Callable[..., list[Any]], aws: Callable[[str], Any]) -> None:
    told(ALARM, **AN_ALARM)
    alarm = aws("cloudwatch").describe_alarms()["MetricAlarms"][0]
    settings = ("AlarmName", "MetricName", "Namespace", "Statistic", "ComparisonOperator", "Threshold", "Period")
    kept = {key: alarm[key] for key in (*settings, "EvaluationPeriods", "Dimensions", "TreatMissingData")}
    aws("cloudwatch").put_metric_alarm(**kept, DatapointsToAlarm=2, AlarmDescription="by hand")
    [(_action, _kind, _name, fields)] = told(ALARM, **AN_ALARM)
    assert fields == {"datapoints_to_alarm": (2, None), "description": ("by hand", None)}
    assert "DatapointsToAlarm" not in aws("cloudwatch").describe_alarms()["MetricAlarms"][0]


def test_the_life_of_a_metric_filter(told: Callable[..., list[Any]], aws: Callable[[str], Any]) -> None:
    aws("logs").create_log_group(logGroupName="/app")
    [(action, kind, name, fields)] = told(FILTER, **A_FILTER)
    assert (action, kind, name) == ("create", "AWS::Logs::MetricFilter", "errors")
    assert fields["filter_pattern"] == (None, "ERROR")
    changed = told(FILTER, **{**A_FILTER, "filter_pattern": "WARN"})
    assert changed == [("update", "AWS::Logs::MetricFilter", "errors", {"filter_pattern": ("ERROR", "WARN")})]
    other = {**A_FILTER["metric_transformation"], "default_value": 0.0}
    [(_action, _kind, _name, fields)] = told(FILTER, **{**A_FILTER, "metric_transformation": other})
    assert fields == {"filter_pattern": ("WARN", "ERROR"), "metric_transformation.default_value": (None, 0.0)}
    assert told(FILTER, **{**A_FILTER, "state": "absent"})[0][0] == "remove"
    assert aws("logs").describe_metric_filters(logGroupName="/app")["metricFilters"] == []


def test_a_dimension_with_capital_letters_is_never_settled(run: Run, aws: Callable[[str], Any]) -> None:
    aws("logs").create_log_group(logGroupName="/app")
    for name, changed in (("path", False), ("Path", True)):
        more = {**A_FILTER["metric_transformation"], "dimensions": {name: "$.path"}}
        assert run(FILTER, **{**A_FILTER, "metric_transformation": more})["changed"]
        assert run(FILTER, **{**A_FILTER, "metric_transformation": more})["changed"] is changed


def test_a_name_that_begins_another_is_mistaken_for_it(run: Run, aws: Callable[[str], Any]) -> None:
    aws("logs").create_log_group(logGroupName="/app")
    assert run(FILTER, **{**A_FILTER, "filter_name": "errors-5xx"})["changed"]
    assert not run(FILTER, **A_FILTER)["changed"]
    assert [one["filterName"] for one in aws("logs").describe_metric_filters()["metricFilters"]] == ["errors-5xx"]


def reading(*buckets: str) -> dict[str, Any]:
    """Return a policy that lets read some buckets."""
    resources = [f"arn:aws:s3:::{bucket}/*" for bucket in buckets]
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": resources}],
    }


def default_document(aws: Callable[[str], Any]) -> tuple[dict[str, Any], int]:
    """Return the document of the one policy's default version, and how many versions it has."""
    iam = aws("iam")
    (policy,) = iam.list_policies(Scope="Local")["Policies"]
    version = iam.get_policy_version(PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"])
    return version["PolicyVersion"]["Document"], len(iam.list_policy_versions(PolicyArn=policy["Arn"])["Versions"])


def test_the_life_of_a_managed_policy(told: Callable[..., list[Any]], aws: Callable[[str], Any]) -> None:
    kind, policy = "AWS::IAM::ManagedPolicy", {"name": "read", "path": "/app/", "tags": {"Team": "api"}}
    [(action, its_type, name, fields)] = told(POLICY, **policy, policy=reading("a", "b"))
    assert (action, its_type, name) == ("create", kind, "read")
    assert fields["tags"] == (None, {"Team": "api"})
    assert default_document(aws) == (reading("a", "b"), 1)
    # the same in other words
    assert told(POLICY, **policy, policy=reading("b", "a")) == []
    [(action, _kind, _name, fields)] = told(POLICY, **{**policy, "tags": {"Team": "ops"}}, policy=reading("b", "a"))
    assert fields == {"tags.Team": ("api", "ops")}
    [(action, _kind, _name, fields)] = told(POLICY, **policy, policy=reading("c"))
    assert action == "update"
    assert fields == {
        "policy.Statement": (reading("a", "b")["Statement"], reading("c")["Statement"]),
        "tags.Team": ("ops", "api"),
    }
    assert default_document(aws) == (reading("c"), 2)
    assert told(POLICY, name="read", state="absent")[0][0] == "remove"
    assert aws("iam").list_policies(Scope="Local")["Policies"] == []


def test_the_sixth_version_takes_the_place_of_the_oldest(
    told: Callable[..., list[Any]], aws: Callable[[str], Any]
) -> None:
    for bucket in "abcdefg":
        told(POLICY, name="read", policy=reading(bucket))
        assert told(POLICY, name="read", policy=reading(bucket)) == []
    assert default_document(aws) == (reading("g"), 5)
    # one of those that are kept is the default again, and no further one is made
    told(POLICY, name="read", policy=reading("d"))
    assert default_document(aws) == (reading("d"), 5)
    versions = aws("iam").list_policy_versions(PolicyArn="arn:aws:iam::123456789012:policy/read")["Versions"]
    assert sorted(version["VersionId"] for version in versions) == ["v3", "v4", "v5", "v6", "v7"]


def test_the_life_of_a_dns_record(told: Callable[..., list[Any]], aws: Callable[[str], Any]) -> None:
    zone = aws("route53").create_hosted_zone(Name="example.com", CallerReference="1")["HostedZone"]["Id"][-22:]
    record = {
        "state": "present",
        "hosted_zone_id": zone,
        "record": "API.example.com",
        "type": "A",
        "alias": True,
        "alias_hosted_zone_id": "Z32O12XQLNTSW2",
        "value": ["one-1.eu-west-1.elb.amazonaws.com."],
        "overwrite": True,
    }
    name = ("AWS::Route53::RecordSet", "api.example.com A")
    made = {
        "value": (None, ["one-1.eu-west-1.elb.amazonaws.com"]),
        "alias_hosted_zone_id": (None, "Z32O12XQLNTSW2"),
        "alias_evaluate_target_health": (None, False),
        "type": (None, "A"),
        "record": (None, "api.example.com"),
    }
    assert told(RECORD, **record) == [("create", *name, made)]
    assert told(RECORD, **record) == []
    changed = {"alias_evaluate_target_health": (False, True)}
    assert told(RECORD, **record, alias_evaluate_target_health=True) == [("update", *name, changed)]
    plain = {key: value for key, value in record.items() if not key.startswith("alias")}
    plain |= {"value": ["192.0.2.1"], "ttl": 60}
    [(action, *_which, fields)] = told(RECORD, **plain)
    assert action == "update"
    assert fields["ttl"] == (None, 60)
    assert fields["alias_hosted_zone_id"] == ("Z32O12XQLNTSW2", None)
    assert told(RECORD, **{**plain, "state": "absent"})[0][:3] == ("remove", *name)
    left = aws("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    assert {one["Type"] for one in left} == {"NS", "SOA"}


def test_a_record_of_what_the_run_is_to_make(action: Callable[..., Action], aws: Callable[[str], Any]) -> None:
    zone = aws("route53").create_hosted_zone(Name="example.com", CallerReference="1")["HostedZone"]["Id"][-22:]
    later = action(stock.TELLER, check=True)
    asked = {
        "hosted_zone_id": zone,
        "record": "api.example.com",
        "type": "A",
        "alias": True,
        "value": ["(known after apply)."],
    }
    result = later._execute_module(stock.TELLER, {"module": RECORD, "arguments": asked})
    assert [change["action"] for change in result["changes"]] == ["create"]


def test_a_filter_in_a_group_that_the_run_is_to_make(action: Callable[..., Action]) -> None:
    later = action(stock.TELLER, check=True)
    asked = {**A_FILTER, "log_group_name": "(known after apply)"}
    result = later._execute_module(stock.TELLER, {"module": FILTER, "arguments": asked})
    assert [change["action"] for change in result["changes"]] == ["create"]


def test_a_parameter_group(told: Callable[..., list[Any]], aws: Callable[[str], Any]) -> None:
    group = {"name": "own", "db_parameter_group_family": "aurora-postgresql16", "description": "One"}
    kind = "AWS::RDS::DBClusterParameterGroup"
    made = {"tags": (None, {"Team": "one"})}
    assert told(PARAMETERS, **group, tags={"Team": "one"}) == [("create", kind, "own", made)]
    assert told(PARAMETERS, **group, tags={"Team": "two"}) == [("update", kind, "own", {"tags.Team": ("one", "two")})]
    assert told(PARAMETERS, **group) == []
    kept = {**group, "tags": {"Name": "own"}, "purge_tags": False}
    assert told(PARAMETERS, **kept) == [("update", kind, "own", {"tags.Name": (None, "own")})]
    assert told(PARAMETERS, name="own", state="absent")[0][:3] == ("remove", kind, "own")
    assert aws("rds").describe_db_cluster_parameter_groups()["DBClusterParameterGroups"] == []


def test_parameters_of_a_group_that_are_other_ones() -> None:
    class Api:
        def find(self, *_unused: Any, **_named: Any) -> dict[str, Any]:
            return {"DBClusterParameterGroupName": "own", "DBClusterParameterGroupArn": "arn"}

        def get(self, *_unused: Any, **_named: Any) -> dict[str, Any]:
            return {"TagList": []}

        def pages(self, *_unused: Any, **_named: Any) -> list[dict[str, Any]]:
            return [
                {"ParameterName": "rds.force_ssl", "ParameterValue": "0", "ApplyMethod": "immediate"},
                {"ParameterName": "work_mem", "ApplyMethod": "immediate"},
                {"ParameterName": "another", "ParameterValue": "1", "ApplyMethod": "immediate"},
            ]

    wanted = [
        {"parameter_name": "rds.force_ssl", "parameter_value": "1", "apply_method": "immediate"},
        {"parameter_name": "work_mem", "parameter_value": "64", "apply_method": "immediate"},
    ]
    api: Any = Api()
    resource = RESOURCES[PARAMETERS](api, {"name": "own", "parameters": wanted})
    [change] = resource.becomes(resource.describe())
    assert {item["field"]: (item["before"], item["after"]) for item in change["fields"]} == {
        "parameters.rds.force_ssl.value": ("0", "1"),
        "parameters.work_mem.value": (None, "64"),
    }


def test_a_parameter_whose_value_is_not_shown(told: Callable[..., list[Any]], aws: Callable[[str], Any]) -> None:
    asked = {"name": "/app/key", "string_type": "SecureString", "description": "One", "tags": {"Team": "one"}}
    [(action, kind, name, fields)] = told(PARAMETER, **asked, value="hush-1")
    assert (action, kind, name) == ("create", "AWS::SSM::Parameter", "/app/key")
    assert "hush" not in str(fields)
    other = {**asked, "description": "Two", "tags": {"Team": "two"}}
    [(_action, _kind, _name, fields)] = told(PARAMETER, **other, value="hush-1")
    assert fields == {"description": ("One", "Two"), "tags.Team": ("one", "two")}
    [(_action, _kind, _name, fields)] = told(PARAMETER, **other, value="hush-2")
    assert fields == {"value": (ANOTHER, WANTED)}
    assert told(PARAMETER, **other, value="hush-2") == []
    assert aws("ssm").get_parameter(Name="/app/key", WithDecryption=True)["Parameter"]["Value"] == "hush-2"
    assert told(PARAMETER, name="/app/key", state="absent")[0][0] == "remove"


def test_a_run_that_changes_nothing_takes_one_look(action: Callable[..., Action]) -> None:
    action(ALARM, **AN_ALARM)._managed(ALARM, {})
    again = action(ALARM, **AN_ALARM)
    assert again._managed(ALARM, {})["changed"] is False
    assert again.runs == [(ALARM, True)]


def test_a_preview_writes_nothing(action: Callable[..., Action], aws: Callable[[str], Any]) -> None:
    preview = action(ALARM, check=True, **AN_ALARM)
    assert preview._managed(ALARM, {})["changed"] is True
    assert [check for _name, check in preview.runs] == [True, True]
    assert aws("cloudwatch").describe_alarms()["MetricAlarms"] == []


def test_the_difference_is_shown(run: Run) -> None:
    run(ALARM, **AN_ALARM)
    shown = run(ALARM, **{**AN_ALARM, "threshold": 90.0})["diff"]
    assert (shown["before"]["threshold"], shown["after"]["threshold"]) == (80.0, 90.0)
    assert shown["before_header"] == "AWS::CloudWatch::Alarm cpu"


def test_what_a_module_refuses_is_its_own_error(run: Run) -> None:
    result = run(ALARM, name="cpu", statistic="Median")
    assert result["failed"]
    assert "Median" in result["msg"]
    assert "changes" not in result


@pytest.fixture
def lost(monkeypatch: pytest.MonkeyPatch, no_pauses: None) -> Callable[[str, int], list[str]]:
    """Give a function that lets the replies of an operation be lost, which AWS carries out all the same."""
    send = Endpoint._do_get_response
    sent: list[str] = []

    def lose(operation: str, times: int) -> list[str]:
        def answer(self: Endpoint, request: Any, operation_model: Any, context: Any) -> Any:
            answered = send(self, request, operation_model, context)
            if operation_model.name != operation:
                return answered
            sent.append(operation)
            return (None, ConnectionClosedError(endpoint_url="https://x")) if len(sent) <= times else answered

        monkeypatch.setattr(Endpoint, "_do_get_response", answer)
        return sent

    return lose


@pytest.mark.parametrize("times", [1, 7])
def test_a_lost_reply_to_a_creation(
    run: Run, aws: Callable[[str], Any], lost: Callable[[str, int], list[str]], times: int
) -> None:
    # botocore repeats the request, which AWS refuses then as the group is there
    sent = lost("CreateDBClusterParameterGroup", times)
    group = {"name": "own", "db_parameter_group_family": "aurora-postgresql16", "description": "One"}
    result = run(PARAMETERS, **group)
    assert result["changed"], result
    assert [change["action"] for change in result["changes"]] == ["create"]
    assert len(sent) >= 2
    assert len(aws("rds").describe_db_cluster_parameter_groups()["DBClusterParameterGroups"]) == 1


def failure(code: str = "", status: int = 400, message: str = "") -> dict[str, Any]:
    error = {"error": {"code": code}, "response_metadata": {"http_status_code": status}} if code else {}
    return {"failed": True, "msg": message or code, "boto3_version": "1", **error}


@pytest.mark.parametrize(
    ("result", "again"),
    [
        ({"changed": True}, False),
        (failure("DBSubnetGroupAlreadyExistsFault"), True),
        (failure("ResourceNotFoundException"), True),
        (failure("InternalFailure", 500), True),
        (failure("ThrottlingException", 503), False),
        (failure("AccessDenied", 403), False),
        (failure(message='Connection was closed before we received a valid response from endpoint URL: "x"'), True),
        (failure(message='Read timeout on endpoint URL: "x"'), True),
        (failure(message="Unable to locate credentials"), False),
        ({"failed": True, "msg": "endpoint URL is not what this argument takes"}, False),
    ],
)
def test_failures_after_which_a_module_looks_again(result: dict[str, Any], again: bool) -> None:
    assert stock.may_be_done(result) is again


@pytest.mark.usefixtures("no_pauses")
def test_what_goes_on_to_fail_is_told(action: Callable[..., Action], monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[Any] = []

    def fail(_self: Action, variables: Any) -> dict[str, Any]:
        tries.append(variables)
        return failure("InternalFailure", 500)

    monkeypatch.setattr(Action, "_once", fail)
    assert action(ALARM, **AN_ALARM)._for_real({})["failed"]
    assert len(tries) == 1 + len(stock.PAUSES_SECONDS)


def test_only_what_says_how_to_reach_aws_is_handed_on() -> None:
    asked = {"region": "eu-west-1", "aws_profile": "dev", "name": "cpu", "threshold": 1}
    assert stock.connection(asked) == {"region": "eu-west-1", "aws_profile": "dev"}


@pytest.mark.parametrize(
    ("resolved", "role", "module"),
    [
        ("streamflix.content_api.ec2_vpc", None, "ec2_vpc"),
        (ALARM, ROLE, ALARM),
        (ALARM, None, ""),
        (ALARM, SimpleNamespace(_role_collection="else.where"), ""),
        ("amazon.aws.ec2_vpc_net", ROLE, ""),
        ("ansible.builtin.debug", ROLE, ""),
        (None, ROLE, ""),
    ],
)
def test_modules_that_are_run_from_here(resolved: Any, role: Any, module: str) -> None:
    task: Any = SimpleNamespace(resolved_action=resolved, _role=role)
    assert in_process.module_of(task) == module
