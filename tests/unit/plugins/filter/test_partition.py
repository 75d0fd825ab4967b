"""The partition of a region, as the SDK knows it."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.streamflix.content_api.plugins.filter.partition import FilterModule
from ansible_collections.streamflix.content_api.plugins.module_utils import partitions
from botocore.session import Session

partition = FilterModule().filters()["partition"]


@pytest.mark.parametrize("known", Session().get_available_partitions())
def test_is_that_of_the_sdk_for_each_region(known: str) -> None:
    regions = Session().get_available_regions("ec2", partition_name=known)
    assert {partition(region) for region in regions} <= {known}


@pytest.mark.parametrize(
    ("region", "name", "suffix"),
    [
        ("eu-west-1", "aws", "amazonaws.com"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
        ("eusc-de-east-1", "aws-eusc", "amazonaws.eu"),
        ("eu-west-99", "aws", "amazonaws.com"),
    ],
)
def test_has_a_name_and_a_domain(region: str, name: str, suffix: str) -> None:
    assert partition(region) == name
    assert partitions.dns_suffix(region) == suffix


def test_a_region_that_the_sdk_does_not_know_is_an_error() -> None:
    with pytest.raises(AnsibleFilterError, match=r"'eu-west' .* install a newer botocore"):
        partition("eu-west")
