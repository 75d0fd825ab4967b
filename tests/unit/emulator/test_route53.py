"""Route 53 of the emulator as plain boto3 sees it."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError


def test_one_hosted_zone_for_each_reference(aws: Any) -> None:
    client = aws("route53")
    client.create_hosted_zone(Name="example.com", CallerReference="one")
    with pytest.raises(ClientError) as error:
        client.create_hosted_zone(Name="example.com", CallerReference="one")
    assert error.value.response["Error"]["Code"] == "HostedZoneAlreadyExists"
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409
    client.create_hosted_zone(Name="example.com", CallerReference="two")
    assert len(client.list_hosted_zones()["HostedZones"]) == 2


def test_records_are_kept_as_aws_keeps_them(aws: Any) -> None:
    client = aws("route53")
    zone = client.create_hosted_zone(Name="example.com", CallerReference="one")["HostedZone"]["Id"]
    alias = {"HostedZoneId": "Z32O12XQLNTSW2", "DNSName": "My-1.elb.amazonaws.com", "EvaluateTargetHealth": False}

    def change(action: str, **record: Any) -> None:
        changes = [{"Action": action, "ResourceRecordSet": {"Name": "API.example.com", **record}}]
        client.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})

    def refused(action: str, **record: Any) -> str:
        with pytest.raises(ClientError) as error:
            change(action, **record)
        assert error.value.response["Error"]["Code"] == "InvalidChangeBatch"
        return error.value.response["Error"]["Message"]

    change("CREATE", Type="A", AliasTarget=alias)
    [record] = [
        one for one in client.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"] if one["Type"] == "A"
    ]
    assert record["Name"] == "api.example.com."
    assert record["AliasTarget"] == {**alias, "DNSName": "my-1.elb.amazonaws.com."}
    beside = refused("CREATE", Type="CNAME", TTL=60, ResourceRecords=[{"Value": "elsewhere.example.com"}])
    assert "a conflicting RRSet of type A with the same DNS name" in beside
    other = {**alias, "DNSName": "other.elb.amazonaws.com"}
    assert "do not match the current values" in refused("DELETE", Type="A", AliasTarget=other)
    change("DELETE", Type="A", AliasTarget=alias)
    assert all(one["Type"] != "A" for one in client.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"])
