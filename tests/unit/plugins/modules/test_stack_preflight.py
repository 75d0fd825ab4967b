"""The preflight module: region, account, zones and engine version against AWS."""

from __future__ import annotations

import json
from typing import Any

import pytest

ACCOUNT = "123456789012"


def test_says_who_runs_where(aws: Any, run_module: Any) -> None:
    done = run_module("stack_preflight", account_id=ACCOUNT)
    assert not done["changed"]
    assert (done["account_id"], done["region"]) == (ACCOUNT, "eu-west-1")
    assert done["caller_arn"].startswith(f"arn:aws:sts::{ACCOUNT}:")
    assert done["drift_ignore"] == []


def test_the_differences_to_ignore_are_handed_on(aws: Any, run_module: Any) -> None:
    entries = [{"field": "desired_count", "reason": "load tests"}]
    done = run_module("stack_preflight", account_id=ACCOUNT, region="eu-west-1", variables={"drift_ignore": entries})
    assert done["drift_ignore"] == entries


def test_another_account_is_refused(aws: Any, run_module: Any) -> None:
    failed = run_module("stack_preflight", account_id="210987654321")
    assert failed["failed"]
    assert "aws_account_id is '210987654321', but the credentials belong to account '123456789012'" in failed["msg"]


def test_an_unknown_region_is_refused_with_a_proposal(aws: Any, run_module: Any) -> None:
    failed = run_module("stack_preflight", account_id=ACCOUNT, region="eu-wset-1")
    assert failed["msg"] == "aws_region 'eu-wset-1' is not an AWS region: did you mean eu-west-1?"
    failed = run_module("stack_preflight", account_id=ACCOUNT, region="moon")
    assert "choose one such as eu-west-1" in failed["msg"]


def test_all_findings_about_variables_come_at_once(aws: Any, run_module: Any) -> None:
    variables = {"network_vpc_cidr": "10.0.0.0/8", "network_availability_zones": ["eu-west-1a"], "drift_ignore": "all"}
    failed = run_module("stack_preflight", account_id=ACCOUNT, variables=variables)
    assert len(failed["msg"].splitlines()) == 5


def test_zones_and_version_must_be_offered(aws: Any, run_module: Any) -> None:
    variables = {
        "network_availability_zones": ["eu-west-1a", "eu-west-1x"],
        "aurora_cluster_identifier": "streamflix-aurora-dev",
        "aurora_engine_version": "9.9",
    }
    failed = run_module("stack_preflight", account_id=ACCOUNT, variables=variables)
    assert "network_availability_zones has 'eu-west-1x'" in failed["msg"]
    assert "aurora_engine_version '9.9' is not offered" in failed["msg"]


def test_hosted_zones_must_be_there(aws: Any, run_module: Any) -> None:
    variables = {"ecs_service_dns_records": [{"zone": "example.com", "name": "api.example.com"}]}
    failed = run_module("stack_preflight", account_id=ACCOUNT, variables=variables)
    assert "ecs_service_dns_records has 'api.example.com', but this account has no hosted zone" in failed["msg"]
    assert "failed" not in run_module("stack_preflight", account_id=ACCOUNT, variables=variables, check_zones=False)
    aws("route53").create_hosted_zone(Name="example.com", CallerReference="1")
    assert "failed" not in run_module("stack_preflight", account_id=ACCOUNT, variables=variables)


def test_a_public_load_balancer_never_becomes_private(aws: Any, run_module: Any, troubled: Any) -> None:
    vpc = aws("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    made = [
        aws("ec2").create_subnet(VpcId=vpc, CidrBlock=f"10.0.{place}.0/24", AvailabilityZone=f"eu-west-1{zone}")
        for place, zone in enumerate("ab")
    ]
    subnets = [item["Subnet"]["SubnetId"] for item in made]
    private = {"ecs_service_load_balancer_name": "alb", "ecs_service_load_balancer_scheme": "internal"}
    assert "failed" not in run_module("stack_preflight", account_id=ACCOUNT, variables=private)

    aws("elbv2").create_load_balancer(Name="alb", Subnets=subnets, Scheme="internet-facing")
    failed = run_module("stack_preflight", account_id=ACCOUNT, variables=private)
    assert "the load balancer alb is internet-facing, and AWS never changes that" in failed["msg"]
    assert "set ecs_service_load_balancer_scheme: internet-facing and apigw_connection_type: INTERNET" in failed["msg"]

    sent = troubled()
    sent.clear()
    public = {**private, "ecs_service_load_balancer_scheme": "internet-facing"}
    assert "failed" not in run_module("stack_preflight", account_id=ACCOUNT, variables=public)
    assert "DescribeLoadBalancers" not in sent


def test_a_cluster_that_exists_may_run_an_old_version(aws: Any, run_module: Any) -> None:
    aws("rds").create_db_cluster(
        DBClusterIdentifier="streamflix-aurora-dev",
        Engine="aurora-postgresql",
        MasterUsername="postgres",
        MasterUserPassword="not-a-secret",
    )
    variables = {"aurora_cluster_identifier": "streamflix-aurora-dev", "aurora_engine_version": "9.9"}
    assert "failed" not in run_module("stack_preflight", account_id=ACCOUNT, variables=variables)


NEW = {"aurora_cluster_identifier": "streamflix-aurora-dev", "redis_replication_group_id": "streamflix-redis-dev"}


@pytest.mark.parametrize("is_used", [False, True])
def test_parameters_of_the_database_must_be_possible(aws: Any, run_module: Any, is_used: bool) -> None:
    if is_used:
        # then AWS has a group of its own for the family
        aws("rds").create_db_cluster(
            DBClusterIdentifier="one",
            Engine="aurora-postgresql",
            EngineVersion="15.17",
            MasterUsername="one",
            MasterUserPassword="password-1",
        )
    one = {"apply_method": "immediate"}
    variables = {
        "aurora_engine_version": "15.17",
        "aurora_parameters": [
            {**one, "parameter_name": "no_such", "parameter_value": "1"},
            {**one, "parameter_name": "rds.logical_replication", "parameter_value": "1"},
            {**one, "parameter_name": "shared_preload_libraries", "parameter_value": "pgaudit,nothing"},
        ],
        "aurora_instance_parameters": [
            {"parameter_name": "rds.force_ssl", "parameter_value": "1"},
            {"parameter_name": "statement_timeout", "parameter_value": "-2"},
            {"parameter_name": "work_mem", "parameter_value": "{DBInstanceClassMemory/9531392}"},
        ],
    }
    found = run_module("stack_preflight", account_id=ACCOUNT, variables=variables)["msg"].splitlines()
    begins = [
        "aurora_parameters has 'no_such', which DB cluster parameter groups of aurora-postgresql15 do not have",
        "aurora_parameters rds.logical_replication is static",
        "aurora_parameters shared_preload_libraries 'pgaudit,nothing' is not possible: AWS takes auto_explain,",
        "aurora_instance_parameters has 'rds.force_ssl', which DB parameter groups of aurora-postgresql15 do not have",
        "aurora_instance_parameters statement_timeout '-2' is not possible: AWS takes 0-2147483647.",
    ]
    assert len(found) == len(begins)
    for text, begin in zip(found, begins, strict=True):
        assert text.startswith(begin)


def test_versions_and_parameters_of_the_cache_must_be_offered(aws: Any, run_module: Any) -> None:
    variables = {**NEW, "redis_engine": "valkey", "redis_engine_version": "8.9"}
    failed = run_module("stack_preflight", account_id=ACCOUNT, variables=variables)
    assert failed["msg"] == (
        "redis_engine_version '8.9' is not offered for valkey here: choose one of 7.2, 8.0, 8.1, 8.2, 9.0."
    )
    older = {**NEW, "redis_engine_version": "7.1", "redis_parameter_group_name": "default.redis6.x"}
    failed = run_module("stack_preflight", account_id=ACCOUNT, variables=older)
    assert "redis_parameter_group_name 'default.redis6.x' is for redis6.x, the engine needs redis7" in failed["msg"]
    failed = run_module(
        "stack_preflight", account_id=ACCOUNT, variables={**older, "redis_parameter_group_name": "none-such"}
    )
    assert "redis_parameter_group_name 'none-such' does not exist" in failed["msg"]
    for version in ("7.1", "7", "6.x", "7.1.0"):
        variables = {**NEW, "redis_engine_version": version}
        assert "failed" not in run_module("stack_preflight", account_id=ACCOUNT, variables=variables)


def test_a_replication_group_that_exists_may_run_an_old_version(aws: Any, run_module: Any) -> None:
    aws("elasticache").create_replication_group(
        ReplicationGroupId="streamflix-redis-dev",
        ReplicationGroupDescription="the cache",
        Engine="redis",
        CacheNodeType="cache.t4g.micro",
    )
    variables = {**NEW, "redis_engine_version": "3.2"}
    assert "failed" not in run_module("stack_preflight", account_id=ACCOUNT, variables=variables)


def test_versions_are_asked_for_of_a_new_stack_only(aws: Any, run_module: Any, troubled: Any) -> None:
    variables = {**NEW, "aurora_engine_version": "15.17", "redis_engine_version": "7.1"}
    sent = troubled()
    run_module("stack_preflight", account_id=ACCOUNT, variables=variables)
    asked = ["DescribeCacheEngineVersions", "DescribeDBEngineVersions"]
    assert sorted(name for name in sent if "Version" in name) == asked
    aws("rds").create_db_cluster(
        DBClusterIdentifier="streamflix-aurora-dev",
        Engine="aurora-postgresql",
        MasterUsername="postgres",
        MasterUserPassword="not-a-secret",
    )
    sent.clear()
    run_module("stack_preflight", account_id=ACCOUNT, variables=variables)
    assert [name for name in sent if "Version" in name or "ReplicationGroup" in name] == []


STACK_TAGS = {"Application": "streamflix", "Environment": "dev", "ManagedBy": "streamflix.content_api"}


def test_a_run_that_holds_the_lock_is_warned_of(aws: Any, run_module: Any) -> None:
    asked = {"account_id": ACCOUNT, "locked_by": STACK_TAGS}
    alone = run_module("stack_preflight", **asked)
    assert (alone["other_run"], alone.get("warnings", [])) == ({}, [])
    held = run_module("stack_lock", stack_tags=STACK_TAGS, owner="alice@desk", what="site.yml")
    found = run_module("stack_preflight", **asked)
    assert {key: found["other_run"][key] for key in ("id", "owner", "what")} == {
        "id": held["id"],
        "owner": "alice@desk",
        "what": "site.yml",
    }
    assert "alice@desk" in str(found["warnings"])
    assert run_module("stack_preflight", account_id=ACCOUNT)["other_run"] == {}


def test_a_lock_that_has_expired_is_told_as_that(aws: Any, run_module: Any) -> None:
    held = run_module("stack_lock", stack_tags=STACK_TAGS)
    tags = [{"Key": "streamflix.content_api:lock-expires", "Value": "2020-01-31T12:00:00Z"}]
    aws("ec2").create_tags(Resources=[held["id"]], Tags=tags)
    found = run_module("stack_preflight", account_id=ACCOUNT, locked_by=STACK_TAGS)
    assert found["other_run"] == {}
    assert "did not end as it should" in str(found["warnings"])


def test_who_may_not_look_for_other_runs_is_told(aws: Any, run_module: Any, troubled: Any) -> None:
    troubled("DescribeLaunchTemplates", "UnauthorizedOperation")
    found = run_module("stack_preflight", account_id=ACCOUNT, locked_by=STACK_TAGS)
    assert "is not known" in str(found["warnings"])


def test_ecr_has_to_have_the_stacks_image(aws: Any, run_module: Any) -> None:
    image = f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/api:1.0"

    def refused(check_images: bool = True, **variables: Any) -> str:
        given = {"ecs_service_image": image, "ecs_service_cpu_architecture": "X86_64", **variables}
        done = run_module("stack_preflight", account_id=ACCOUNT, variables=given, check_images=check_images)
        return done["msg"] if done.get("failed") else ""

    missing = refused()
    assert "repository api of account 123456789012 has none with 1.0" in missing
    assert "site.yml --tags ecr" in missing
    aws("ecr").create_repository(repositoryName="api")
    assert "has none with 1.0" in refused()
    # a run that does not deploy the service, or a pipeline that does, and registries of others
    assert refused(check_images=False) == refused(ecs_service_manage_image=False) == ""
    for other in ("nginx:1.0", image.replace(ACCOUNT, "210987654321"), image.replace("eu-west-1", "us-east-1")):
        assert refused(ecs_service_image=other) == ""
    index = "application/vnd.oci.image.index.v1+json"
    manifests = [{"digest": "sha256:1", "platform": {"os": "linux", "architecture": "arm64"}}]
    manifest = json.dumps({"schemaVersion": 2, "mediaType": index, "manifests": manifests})
    aws("ecr").put_image(repositoryName="api", imageManifest=manifest, imageTag="1.0")
    assert "is built for arm64" in refused()
    assert refused(ecs_service_cpu_architecture="ARM64") == ""


def test_a_new_stack_finds_backups_turned_off_before_all_else(aws: Any, run_module: Any, troubled: Any) -> None:
    variables = {"aurora_cluster_identifier": "new", "backup_resource_types": ["Aurora", "Redshift"]}
    aws("backup").update_region_settings(ResourceTypeOptInPreference={"Aurora": False})
    refused = run_module("stack_preflight", account_id=ACCOUNT, variables=variables)
    assert "backup_resource_types Aurora, Redshift: AWS Backup does not save this" in refused["msg"]
    assert "Aurora=true,Redshift=true" in refused["msg"]
    aws("backup").update_region_settings(ResourceTypeOptInPreference={"Aurora": True, "Redshift": True})
    assert not run_module("stack_preflight", account_id=ACCOUNT, variables=variables).get("failed")
    # without the role there is nothing to ask for
    del variables["backup_resource_types"]
    sent = troubled()
    sent.clear()
    assert not run_module("stack_preflight", account_id=ACCOUNT, variables=variables).get("failed")
    assert "DescribeRegionSettings" not in sent
