"""Drifts of the repository of the service's images."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.drift.mutation import BY_HAND, CREATE, LOST_TAG, OTHER_TAGS, TAG_FIELDS, Mutation, Named, tag_list
from tests.drift.snapshot import Found
from tests.support.account import Client
from tests.support.life import there

ROLES = ("ecr",)
ECR, KIND, NAME = "ecr", "AWS::ECR::Repository", "streamflix/content-api-dev"
READER = {"Sid": "Pull", "Effect": "Allow", "Principal": {"AWS": "210987654321"}, "Action": "ecr:BatchGetImage"}
VARIABLES = {
    "ecr_image_tag_mutability": "IMMUTABLE_WITH_EXCLUSION",
    "ecr_image_tag_mutability_exclusion_filters": ["dev-*"],
    "ecr_repository_policy": {"Version": "2012-10-17", "Statement": [READER]},
}


def repository(aws: Client) -> dict[str, Any]:
    """Return the repository."""
    return aws("ecr").describe_repositories(repositoryNames=[NAME])["repositories"][0]


def read(aws: Client) -> Found:
    """Yield the repository with its policies."""
    ecr = aws("ecr")
    reply = there(lambda: ecr.describe_repositories(repositoryNames=[NAME]), "RepositoryNotFoundException")
    if reply is None:
        return
    (found,) = reply["repositories"]
    names = ("imageTagMutability", "imageTagMutabilityExclusionFilters", "imageScanningConfiguration")
    policy = there(lambda: ecr.get_repository_policy(repositoryName=NAME), "RepositoryPolicyNotFoundException")
    rules = there(lambda: ecr.get_lifecycle_policy(repositoryName=NAME), "LifecyclePolicyNotFoundException")
    policies = {
        "policy": json.loads(policy["policyText"]) if policy else None,
        "rules": json.loads(rules["lifecyclePolicyText"]) if rules else None,
    }
    listed = ecr.list_tags_for_resource(resourceArn=found["repositoryArn"])["tags"]
    tags = sorted((one["Key"], one["Value"]) for one in listed)
    shown = {**{name: found.get(name) for name in names}, **policies, "tags": tags}
    yield "repository", NAME, [found["repositoryArn"]], shown


def asked(operation: str, **params: Any) -> Callable[[Client], Any]:
    """Return a change: one request about the repository."""
    return lambda aws: getattr(aws("ecr"), operation)(repositoryName=NAME, **params)


def retag(aws: Client) -> None:
    """Set, add and remove a tag."""
    arn = repository(aws)["repositoryArn"]
    aws("ecr").tag_resource(resourceArn=arn, tags=tag_list(OTHER_TAGS))
    aws("ecr").untag_resource(resourceArn=arn, tagKeys=[LOST_TAG])


def drift(name: str, change: Callable[[Client], Any], fields: tuple[str, ...], *repair: str, **more: Any) -> Mutation:
    """Return a drift of the repository."""
    requests = tuple(f"ecr:{operation}" for operation in repair)
    return Mutation(f"repository: {name}", change, (Named(KIND, NAME, fields),), ECR, requests, **more)


OPEN = json.dumps({"Version": "2012-10-17", "Statement": [{**READER, "Sid": BY_HAND, "Principal": "*"}]})
SHORT = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 1}
RULES = json.dumps({"rules": [{"rulePriority": 1, "selection": SHORT, "action": {"type": "expire"}}]})
FILTERS = [{"filterType": "WILDCARD", "filter": "v*"}]
MUTABILITY, EXCEPTIONS = "image_tag_mutability", "image_tag_mutability_exclusion_filters"
MUTATIONS = (
    drift(
        "tags move",
        asked("put_image_tag_mutability", imageTagMutability="MUTABLE"),
        (MUTABILITY, EXCEPTIONS),
        "PutImageTagMutability",
    ),
    drift(
        "other tags move",
        asked(
            "put_image_tag_mutability",
            imageTagMutability="IMMUTABLE_WITH_EXCLUSION",
            imageTagMutabilityExclusionFilters=FILTERS,
        ),
        (EXCEPTIONS,),
        "PutImageTagMutability",
    ),
    drift(
        "no scan",
        asked("put_image_scanning_configuration", imageScanningConfiguration={"scanOnPush": False}),
        ("scan_on_push",),
        "PutImageScanningConfiguration",
    ),
    drift(
        "open to all", asked("set_repository_policy", policyText=OPEN), ("repository_policy",), "SetRepositoryPolicy"
    ),
    drift("policy removed", asked("delete_repository_policy"), ("repository_policy",), "SetRepositoryPolicy"),
    drift(
        "another lifecycle",
        asked("put_lifecycle_policy", lifecyclePolicyText=RULES),
        ("lifecycle_rules",),
        "PutLifecyclePolicy",
        sample=True,
    ),
    drift("no lifecycle", asked("delete_lifecycle_policy"), ("lifecycle_rules",), "PutLifecyclePolicy"),
    drift("tags", retag, TAG_FIELDS, "TagResource", "UntagResource"),
    Mutation(
        "repository: removed",
        lambda aws: aws("ecr").delete_repository(repositoryName=NAME, force=True),
        (Named(KIND, NAME, action=CREATE),),
        ECR,
        ("ecr:CreateRepository", "ecr:SetRepositoryPolicy", "ecr:PutLifecyclePolicy"),
    ),
)
