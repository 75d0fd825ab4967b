"""The repository module: a whole life, its policies, and what keeps images that something runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.ecr import ecr_backends

from tests.support.life import Life, Setting, there

NAME = "streamflix/content-api-dev"
FAMILY = "streamflix-api-dev"
RUNS = {"cluster": "cluster", "name": FAMILY}
KEEP_TAGS, FREE_TAGS = "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION"


def rule(**changes: Any) -> dict[str, Any]:
    return {
        "rule_priority": 1,
        "tag_status": "untagged",
        "count_type": "sinceImagePushed",
        "count_number": 14,
        **changes,
    }


def in_aws(number: int, **selection: Any) -> dict[str, Any]:
    return {"rulePriority": number, "selection": selection, "action": {"type": "expire"}}


def reader(account: str) -> dict[str, Any]:
    statement = {
        "Sid": "Pull",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


OLD = in_aws(1, tagStatus="untagged", countType="sinceImagePushed", countUnit="days", countNumber=14)
NEW = in_aws(1, tagStatus="untagged", countType="sinceImagePushed", countUnit="days", countNumber=7)
PREVIEWS = in_aws(2, tagStatus="tagged", tagPatternList=["pr-*"], countType="imageCountMoreThan", countNumber=10)
LIFE = Life(
    "ecr_repository",
    {"name": NAME},
    (
        Setting("image_tag_mutability", "imageTagMutability", KEEP_TAGS, FREE_TAGS),
        Setting("image_tag_mutability_exclusion_filters", "filters", ["dev-*", "latest"], ["main"]),
        Setting("scan_on_push", "scanOnPush", True, False),
        Setting("repository_policy", "policy", reader("210987654321"), reader("210987654322")),
        Setting(
            "lifecycle_rules",
            "rules",
            [rule()],
            [
                rule(
                    rule_priority=2,
                    tag_status="tagged",
                    tag_pattern_list=["pr-*"],
                    count_type="imageCountMoreThan",
                    count_number=10,
                ),
                rule(count_number=7),
            ],
            shown=([OLD], [NEW, PREVIEWS]),
        ),
        Setting("encryption_type", "encryptionType", "KMS", "AES256", fixed=True),
    ),
)


@pytest.fixture
def read_back(aws: Any) -> Callable[[], dict[str, Any] | None]:
    def read() -> dict[str, Any] | None:
        ecr = aws("ecr")
        reply = there(lambda: ecr.describe_repositories(repositoryNames=[NAME]), "RepositoryNotFoundException")
        if not reply or not reply["repositories"]:
            return None
        (found,) = reply["repositories"]
        tags = ecr.list_tags_for_resource(resourceArn=found["repositoryArn"])["tags"]
        policy = there(lambda: ecr.get_repository_policy(repositoryName=NAME), "RepositoryPolicyNotFoundException")
        rules = there(lambda: ecr.get_lifecycle_policy(repositoryName=NAME), "LifecyclePolicyNotFoundException")
        return {
            **found,
            "scanOnPush": found["imageScanningConfiguration"]["scanOnPush"],
            "encryptionType": found["encryptionConfiguration"]["encryptionType"],
            "filters": sorted(one["filter"] for one in found.get("imageTagMutabilityExclusionFilters") or []),
            "policy": json.loads(policy["policyText"]) if policy else {},
            "rules": json.loads(rules["lifecyclePolicyText"])["rules"] if rules else [],
            "tags": {tag["Key"]: tag["Value"] for tag in tags},
        }

    return read


def test_lives_a_whole_life(run_module: Any, read_back: Any) -> None:
    LIFE.live(run_module, read_back)


@pytest.mark.parametrize("option", LIFE.changeable)
def test_changes_one_option_alone(run_module: Any, read_back: Any, option: str) -> None:
    LIFE.change(run_module, read_back, option)


@pytest.mark.parametrize("option", LIFE.fixed)
def test_refuses_what_aws_cannot_change(run_module: Any, read_back: Any, option: str) -> None:
    LIFE.refuse(run_module, read_back, option)


def test_leaves_alone_what_is_somebody_elses(run_module: Any, read_back: Any) -> None:
    LIFE.respect(run_module, read_back)


def test_exceptions_go_with_the_setting_that_has_them(run_module: Any, read_back: Any) -> None:
    run_module("ecr_repository", **LIFE.options)
    done = run_module("ecr_repository", name=NAME, image_tag_mutability="IMMUTABLE")
    assert done["actions"] == [f"put_image_tag_mutability {NAME}"]
    assert (read_back()["imageTagMutability"], read_back()["filters"]) == ("IMMUTABLE", [])
    assert not run_module("ecr_repository", name=NAME, image_tag_mutability="IMMUTABLE")["changed"]
    refused = run_module("ecr_repository", name=NAME, image_tag_mutability=KEEP_TAGS)
    assert "goes with no image_tag_mutability_exclusion_filters" in refused["msg"]


def test_policies_are_removed_and_others_stay(run_module: Any, read_back: Any) -> None:
    run_module("ecr_repository", **LIFE.options)
    assert run_module("ecr_repository", name=NAME, tags=LIFE.options["tags"])["actions"] == []
    done = run_module("ecr_repository", name=NAME, tags=LIFE.options["tags"], repository_policy={}, lifecycle_rules=[])
    assert done["actions"] == [f"delete_repository_policy {NAME}", f"delete_lifecycle_policy {NAME}"]
    found = read_back()
    assert (found["policy"], found["rules"]) == ({}, [])


def test_rules_of_somebody_elses_hand_are_a_difference(aws: Any, run_module: Any, read_back: Any) -> None:
    options = {"name": NAME, "lifecycle_rules": [rule()]}
    run_module("ecr_repository", **options)
    by_hand = json.dumps({"rules": [{**OLD, "description": "by hand"}]})
    aws("ecr").put_lifecycle_policy(repositoryName=NAME, lifecyclePolicyText=by_hand)
    assert run_module("ecr_repository", **options)["actions"] == [f"put_lifecycle_policy {NAME}"]
    assert read_back()["rules"] == [OLD]


def push(aws: Any, *tags: str) -> str:
    """Push an image with these tags, a minute after the last one, and return its digest."""
    kind = "application/vnd.oci.image.manifest.v1+json"
    layers = [{"digest": f"sha256:{tags[0]}", "size": 1}]
    manifest = {"schemaVersion": 2, "mediaType": kind, "config": {"size": 1}, "layers": layers}
    for tag in tags:
        reply = aws("ecr").put_image(repositoryName=NAME, imageManifest=json.dumps(manifest), imageTag=tag)
    images = ecr_backends[ACCOUNT]["eu-west-1"].repositories[NAME].images
    images[-1].image_pushed_at += 60 * len(images)
    return reply["image"]["imageId"]["imageDigest"]


def test_a_repository_with_images_stays_unless_forced(aws: Any, run_module: Any, read_back: Any) -> None:
    run_module("ecr_repository", name=NAME)
    push(aws, "1.0")
    for check in (True, False):
        left = run_module("ecr_repository", check=check, name=NAME, state="absent")
        assert (left["changed"], left["kept"], left["state"]) == (False, True, "present")
        assert "has images in it and stays" in left["warnings"][0]
    assert read_back() is not None
    preview = run_module("ecr_repository", check=True, name=NAME, state="absent", force=True)
    gone = run_module("ecr_repository", name=NAME, state="absent", force=True)
    assert gone["actions"] == preview["actions"] == [f"delete_repository {NAME}"]
    assert (gone["kept"], read_back()) == (False, None)


@pytest.fixture
def runs(aws: Any, run_module: Any) -> Callable[[str], str]:
    """Give a function that registers a revision with an image of the repository, by its tag or digest."""
    uri = run_module("ecr_repository", name=NAME)["repository"]["uri"]
    role = aws("iam").create_role(RoleName="execution", AssumeRolePolicyDocument='{"Statement": []}')["Role"]["Arn"]

    def register(which: str) -> str:
        made = aws("ecs").register_task_definition(
            family=FAMILY,
            cpu="256",
            memory="512",
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            executionRoleArn=role,
            containerDefinitions=[{"name": "api", "image": f"{uri}{which}"}],
        )
        return made["taskDefinition"]["taskDefinitionArn"]

    return register


KEPT = {"tag_status": "any", "count_type": "imageCountMoreThan"}


def test_rules_that_would_take_a_live_image_are_refused(aws: Any, run_module: Any, read_back: Any, runs: Any) -> None:
    digest = push(aws, "1.0")
    runs(f"@{digest}")
    for number in range(3):
        push(aws, f"2.{number}")
    for check in (True, False):
        refused = run_module(
            "ecr_repository", check=check, name=NAME, lifecycle_rules=[rule(**KEPT, count_number=3)], family=FAMILY
        )
        assert "rule 1 would remove image 1.0, which streamflix-api-dev:1 uses, now" in refused["msg"]
    assert read_back()["rules"] == []
    enough = [rule(**KEPT, count_number=4)]
    assert run_module("ecr_repository", name=NAME, lifecycle_rules=enough, family=FAMILY)["changed"]
    aged = [rule(tag_status="any")]
    refused = run_module("ecr_repository", name=NAME, lifecycle_rules=aged, family=FAMILY)
    assert "when it is old enough" in refused["msg"]
    other_tags = [rule(tag_status="tagged", tag_pattern_list=["2.*"])]
    assert run_module("ecr_repository", name=NAME, lifecycle_rules=other_tags, family=FAMILY)["changed"]
    # without the family nothing is known of what runs
    assert run_module("ecr_repository", name=NAME, lifecycle_rules=aged)["changed"]


def test_what_a_service_runs_counts_though_its_revision_is_deregistered(aws: Any, run_module: Any, runs: Any) -> None:
    push(aws, "1.0")
    arn = runs(":1.0")
    ecs = aws("ecs")
    ecs.create_cluster(clusterName=RUNS["cluster"])
    network = {"awsvpcConfiguration": {"subnets": [aws("ec2").describe_subnets()["Subnets"][0]["SubnetId"]]}}
    ecs.create_service(
        cluster=RUNS["cluster"],
        serviceName=RUNS["name"],
        taskDefinition=arn,
        desiredCount=0,
        launchType="FARGATE",
        networkConfiguration=network,
    )
    ecs.deregister_task_definition(taskDefinition=arn)
    rules = [rule(tag_status="any")]
    assert run_module("ecr_repository", check=True, name=NAME, lifecycle_rules=rules, family=FAMILY)["changed"]
    refused = run_module("ecr_repository", name=NAME, lifecycle_rules=rules, family=FAMILY, service=RUNS)
    assert "which streamflix-api-dev:1 uses" in refused["msg"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name": "Content-API"}, "name 'Content-API' is not possible"),
        ({"name": "a"}, "name 'a' is not possible"),
        ({"image_tag_mutability": KEEP_TAGS}, "goes with no image_tag_mutability_exclusion_filters []"),
        ({"image_tag_mutability_exclusion_filters": ["a"]}, "MUTABLE goes with"),
        (
            {"image_tag_mutability": KEEP_TAGS, "image_tag_mutability_exclusion_filters": ["a/b"]},
            "'a/b' is not possible",
        ),
        ({"image_tag_mutability": KEEP_TAGS, "image_tag_mutability_exclusion_filters": ["***"]}, "has 3 wildcards"),
        ({"image_tag_mutability": KEEP_TAGS, "image_tag_mutability_exclusion_filters": list("abcdef")}, "set 0 to 5"),
        ({"kms_key_id": "alias/mine"}, "kms_key_id 'alias/mine' needs encryption_type KMS"),
        ({"lifecycle_rules": [rule(), rule()]}, "rule_priority 1 more than once"),
        ({"lifecycle_rules": [rule(rule_priority=0)]}, "has rule_priority 0: set 1 or more"),
        ({"lifecycle_rules": [rule(count_number=0)]}, "has count_number 0: set 1 or more"),
        ({"lifecycle_rules": [rule(tag_status="tagged")]}, "says no tags"),
        ({"lifecycle_rules": [rule(tag_prefix_list=["v"])]}, "which goes without tags"),
        (
            {"lifecycle_rules": [rule(tag_status="tagged", tag_prefix_list=["v"], tag_pattern_list=["v*"])]},
            "AWS takes one of them",
        ),
        ({"lifecycle_rules": [rule(tag_status="tagged", tag_pattern_list=["*a*b*c*d*"])]}, "has 5 wildcards"),
        ({"lifecycle_rules": [rule(tag_status="any"), rule(rule_priority=2)]}, "AWS wants that last"),
        ({"lifecycle_rules": [rule(), rule(rule_priority=2)]}, "several rules with tag_status untagged"),
    ],
)
def test_bad_options_are_refused(aws: Any, run_module: Any, options: dict[str, Any], message: str) -> None:
    refused = run_module("ecr_repository", **{"name": NAME, **options})
    assert message in refused["msg"]
    assert aws("ecr").describe_repositories()["repositories"] == []
