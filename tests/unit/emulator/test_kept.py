"""Kinds of resources that moto lacks and the emulator keeps, as plain boto3 sees them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.core.utils import method_names_from_class

from emulator import kept

STREAMS = kept.Kept(
    "cloudwatch",
    "cloudwatch:metric-stream",
    name="Name",
    arn="Arn",
    create="put_metric_stream",
    change="put_metric_stream",
    read="get_metric_stream",
    remove="delete_metric_stream",
    which=dict.fromkeys(("put_metric_stream", "get_metric_stream", "delete_metric_stream"), "Name"),
    gone="ResourceNotFoundException",
    tagging=kept.Tagging(),
)
ARN = "arn:aws:cloudwatch:eu-west-1:123456789012:metric-stream/one"
GIVEN = {
    "Name": "one",
    "FirehoseArn": "arn:aws:firehose:eu-west-1:123456789012:deliverystream/one",
    "RoleArn": "arn:aws:iam::123456789012:role/one",
    "OutputFormat": "json",
}


@pytest.fixture
def cloudwatch(aws: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Give a client of a CloudWatch that keeps metric streams; afterwards it is as it was."""
    responses = kept.responses_of("cloudwatch")
    before = dict(vars(responses))
    clients = set(kept.CLIENTS)
    STREAMS.install()
    STREAMS.install()
    # the emulator lets moto remember which operations a class has
    monkeypatch.setattr("moto.core.responses.method_names_from_class", method_names_from_class)
    yield aws("cloudwatch")
    for name in set(vars(responses)) - set(before):
        delattr(responses, name)
    for name in ("tag_resource", "untag_resource", "list_tags_for_resource"):
        setattr(responses, name, before[name])
    kept.CLIENTS.intersection_update(clients)


def tags_of(client: Any) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in client.list_tags_for_resource(ResourceARN=ARN)["Tags"]}


def code_of(request: Any, **params: Any) -> str:
    with pytest.raises(ClientError) as error:
        request(**params)
    return error.value.response["Error"]["Code"]


def test_what_is_set_is_shown_until_it_is_removed(cloudwatch: Any) -> None:
    assert cloudwatch.put_metric_stream(**GIVEN, Tags=[{"Key": "A", "Value": "1"}])["Arn"] == ARN
    found = cloudwatch.get_metric_stream(Name="one")
    assert {name: found[name] for name in GIVEN} == GIVEN
    assert tags_of(cloudwatch) == {"A": "1"}
    # AWS's documentation of PutMetricStream: the tags of one that exists stay as they are
    cloudwatch.put_metric_stream(**GIVEN | {"OutputFormat": "opentelemetry1.0"}, Tags=[{"Key": "B", "Value": "2"}])
    assert cloudwatch.get_metric_stream(Name="one")["OutputFormat"] == "opentelemetry1.0"
    assert tags_of(cloudwatch) == {"A": "1"}
    cloudwatch.delete_metric_stream(Name="one")
    assert code_of(cloudwatch.get_metric_stream, Name="one") == "ResourceNotFoundException"
    assert code_of(cloudwatch.delete_metric_stream, Name="one") == "ResourceNotFoundException"


def test_its_tags_change_beside_those_of_motos_own_kinds(cloudwatch: Any) -> None:
    cloudwatch.put_metric_stream(**GIVEN)
    cloudwatch.tag_resource(ResourceARN=ARN, Tags=[{"Key": "A", "Value": "1"}, {"Key": "B", "Value": "2"}])
    cloudwatch.untag_resource(ResourceARN=ARN, TagKeys=["A"])
    assert tags_of(cloudwatch) == {"B": "2"}
    alarm = {"AlarmName": "own", "ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1}
    cloudwatch.put_metric_alarm(**alarm, Tags=[{"Key": "C", "Value": "3"}])
    arn = cloudwatch.describe_alarms()["MetricAlarms"][0]["AlarmArn"]
    assert cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "C", "Value": "3"}]


def test_the_tagging_api_lists_it_and_takes_its_tags_away(cloudwatch: Any) -> None:
    cloudwatch.put_metric_stream(**GIVEN, Tags=[{"Key": "A", "Value": "1"}, {"Key": "B", "Value": "2"}])
    tagging = boto3.client("resourcegroupstaggingapi", region_name="eu-west-1")

    def listed(**how: Any) -> list[str]:
        found = tagging.get_resources(TagFilters=[{"Key": "A", "Values": ["1"]}], **how)
        return [one["ResourceARN"] for one in found["ResourceTagMappingList"]]

    assert listed() == listed(ResourceTypeFilters=["cloudwatch:metric-stream"]) == [ARN]
    assert tagging.untag_resources(ResourceARNList=[ARN], TagKeys=["A"])["FailedResourcesMap"] == {}
    assert listed() == []
    assert tags_of(cloudwatch) == {"B": "2"}


def test_a_reset_clears_it(cloudwatch: Any) -> None:
    from emulator.backends import backend_of

    cloudwatch.put_metric_stream(**GIVEN)
    backend_of("cloudwatch", "eu-west-1").reset()
    assert code_of(cloudwatch.get_metric_stream, Name="one") == "ResourceNotFoundException"
