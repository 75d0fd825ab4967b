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
