"""Tags that an auto-tagger sets on everything that the stack has: left alone where the inventory says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support import account

IGNORED = {"platform_ignored_tags": [{"key": "auto:*", "reason": "the cost tagger sets them"}]}
KEY, VALUE = "auto:owner", "platform"
WITHOUT_TAGS = {"AWS::ApiGateway::Deployment", "AWS::ApiGateway::Method", "AWS::ApiGateway::Resource"}


def ours(aws: account.Client) -> list[str]:
    """Return the ARNs of all that carries the stack's tag, as far as the tagging API knows it."""
    filters = [{"Key": "ManagedBy", "Values": ["streamflix.content_api"]}]
    found = aws("resourcegroupstaggingapi").get_paginator("get_resources").paginate(TagFilters=filters)
    return [item["ResourceARN"] for item in found.build_full_result()["ResourceTagMappingList"]]


def roles(aws: account.Client) -> list[str]:
    """Return the names of the stack's roles, which the tagging API does not know."""
    return [role["RoleName"] for role in account.pages(aws("iam"), "list_roles", "Roles")]


def tag(aws: account.Client, arn: str) -> None:
    """Set the tag on one resource, through its own service where moto's tagging API cannot."""
    if ":elasticloadbalancing:" in arn:
        aws("elbv2").add_tags(ResourceArns=[arn], Tags=[{"Key": KEY, "Value": VALUE}])
    elif ":apigateway:" in arn:
        aws("apigateway").tag_resource(resourceArn=arn, tags={KEY: VALUE})
    else:
        reply = aws("resourcegroupstaggingapi").tag_resources(ResourceARNList=[arn], Tags={KEY: VALUE})
        assert not reply["FailedResourcesMap"]


@pytest.fixture
def tagged(aws: account.Client) -> Iterator[None]:
    """Tag everything that the stack has, for the time of a test."""
    arns, names = ours(aws), roles(aws)
    for arn in arns:
        tag(aws, arn)
    for name in names:
        aws("iam").tag_role(RoleName=name, Tags=[{"Key": KEY, "Value": VALUE}])
    yield
    for arn in arns:
        reply = aws("resourcegroupstaggingapi").untag_resources(ResourceARNList=[arn], TagKeys=[KEY])
        assert not reply["FailedResourcesMap"]
    for name in names:
        aws("iam").untag_role(RoleName=name, TagKeys=[KEY])


def still_tagged(aws: account.Client) -> int:
    """Return how many of the stack's resources carry the tag, roles included."""
    filters = [{"Key": KEY, "Values": [VALUE]}]
    found = aws("resourcegroupstaggingapi").get_paginator("get_resources").paginate(TagFilters=filters)
    carry = [
        name for name in roles(aws) if {"Key": KEY, "Value": VALUE} in aws("iam").list_role_tags(RoleName=name)["Tags"]
    ]
    return len(found.build_full_result()["ResourceTagMappingList"]) + len(carry)


@pytest.mark.usefixtures("tagged")
def test_tags_of_an_auto_tagger_are_left_where_the_inventory_says_so(
    aws: account.Client, play: Any, written: Any, deployed_resources: Any
) -> None:
    before = still_tagged(aws)
    for arguments in (("--check",), ()):
        left = play("site.yml", *arguments, **IGNORED)
        assert (left.code, left.changed, left.changes) == (0, 0, []), left.output
        assert written(left) == []
    assert still_tagged(aws) == before
    # without it, every kind of resource that has tags would lose them
    told = play("site.yml", "--check").changes
    lost = {(change["type"], field["field"]) for change in told for field in change["fields"]}
    kinds = {kind for kind, field in lost if field == f"tags.{KEY}"}
    assert {field for _unused, field in lost} == {f"tags.{KEY}"}
    assert kinds == {kind for kind, _unused in deployed_resources if kind not in WITHOUT_TAGS}
