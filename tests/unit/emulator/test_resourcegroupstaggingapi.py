"""The emulator's tagging API lists what AWS lists, where moto does not."""

from __future__ import annotations

from typing import Any

import pytest

TAGS = [{"Key": "Environment", "Value": "dev"}]


def listed(aws: Any, **filters: Any) -> list[str]:
    wanted = {"TagFilters": [{"Key": "Environment", "Values": ["dev"]}], **filters}
    pages = aws("resourcegroupstaggingapi").get_paginator("get_resources").paginate(**wanted)
    return [entry["ResourceARN"] for entry in pages.build_full_result()["ResourceTagMappingList"]]


@pytest.fixture
def subnets(aws: Any) -> list[str]:
    ec2 = aws("ec2")
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    return [
        ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"eu-west-1{zone}")["Subnet"][
            "SubnetId"
        ]
        for number, zone in enumerate("ab")
    ]


def test_a_page_ends_after_so_many_tags_only_where_that_is_asked_for(aws: Any) -> None:
    many = [*({"Key": f"k{number}", "Value": "v"} for number in range(39)), *TAGS]
    for number in range(3):
        tags = [{"ResourceType": "vpc", "Tags": many}]
        aws("ec2").create_vpc(CidrBlock=f"10.{number}.0.0/16", TagSpecifications=tags)

    def first_page(**how: int) -> int:
        wanted = {"TagFilters": [{"Key": "Environment", "Values": ["dev"]}], **how}
        return len(aws("resourcegroupstaggingapi").get_resources(**wanted)["ResourceTagMappingList"])

    assert first_page(ResourcesPerPage=100) == 3
    assert first_page(ResourcesPerPage=2) == 2
    assert first_page(TagsPerPage=100) == 2


def test_addresses_endpoints_and_flow_logs(aws: Any, subnets: list[str]) -> None:
    ec2 = aws("ec2")
    vpc_id = ec2.describe_subnets(SubnetIds=subnets)["Subnets"][0]["VpcId"]

    def tagged(kind: str) -> list[dict[str, Any]]:
        return [{"ResourceType": kind, "Tags": TAGS}]

    address = ec2.allocate_address(Domain="vpc", TagSpecifications=tagged("elastic-ip"))["AllocationId"]
    endpoint = ec2.create_vpc_endpoint(
        VpcId=vpc_id, ServiceName="com.amazonaws.eu-west-1.s3", TagSpecifications=tagged("vpc-endpoint")
    )["VpcEndpoint"]["VpcEndpointId"]
    aws("s3").create_bucket(Bucket="flows", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    (flow_log,) = ec2.create_flow_logs(
        ResourceIds=[vpc_id],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination="arn:aws:s3:::flows",
        TagSpecifications=tagged("vpc-flow-log"),
    )["FlowLogIds"]
    root = "arn:aws:ec2:eu-west-1:123456789012"
    assert set(listed(aws)) == {
        f"{root}:elastic-ip/{address}",
        f"{root}:vpc-endpoint/{endpoint}",
        f"{root}:vpc-flow-log/{flow_log}",
    }
    assert listed(aws, ResourceTypeFilters=["ec2:elastic-ip"]) == [f"{root}:elastic-ip/{address}"]
    ec2.release_address(AllocationId=address)
    assert len(listed(aws)) == 2


def test_groups_of_rds(aws: Any, subnets: list[str]) -> None:
    rds = aws("rds")
    rds.create_db_subnet_group(
        DBSubnetGroupName="group", DBSubnetGroupDescription="group", SubnetIds=subnets, Tags=TAGS
    )
    rds.create_db_cluster_parameter_group(
        DBClusterParameterGroupName="parameters",
        DBParameterGroupFamily="aurora-postgresql16",
        Description="parameters",
        Tags=TAGS,
    )
    assert sorted(listed(aws)) == [
        "arn:aws:rds:eu-west-1:123456789012:cluster-pg:parameters",
        "arn:aws:rds:eu-west-1:123456789012:subgrp:group",
    ]


def test_listeners(aws: Any, subnets: list[str]) -> None:
    elbv2 = aws("elbv2")
    balancer = elbv2.create_load_balancer(Name="alb", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    listener = elbv2.create_listener(
        LoadBalancerArn=balancer,
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}],
        Tags=TAGS,
    )["Listeners"][0]["ListenerArn"]
    assert listed(aws) == [listener]


def test_apis_and_stages(aws: Any) -> None:
    apigateway = aws("apigateway")
    api_id = apigateway.create_rest_api(name="api", tags={"Environment": "dev"})["id"]
    root = f"arn:aws:apigateway:eu-west-1::/restapis/{api_id}"
    assert listed(aws) == [root]
    root_id = apigateway.get_resources(restApiId=api_id)["items"][0]["id"]
    apigateway.put_method(restApiId=api_id, resourceId=root_id, httpMethod="ANY", authorizationType="NONE")
    apigateway.put_integration(restApiId=api_id, resourceId=root_id, httpMethod="ANY", type="MOCK")
    deployment = apigateway.create_deployment(restApiId=api_id)["id"]
    apigateway.create_stage(restApiId=api_id, stageName="dev", deploymentId=deployment, tags={"Environment": "dev"})
    assert listed(aws) == [root, f"{root}/stages/dev"]
    assert listed(aws, TagFilters=[{"Key": "Environment", "Values": ["prod"]}]) == []


def test_all_pages(aws: Any) -> None:
    for number in range(7):
        aws("apigateway").create_rest_api(name=f"api-{number}", tags={"Environment": "dev"})
    assert len(set(listed(aws, ResourcesPerPage=3))) == 7


def test_tags_are_taken_away_in_every_service(aws: Any, subnets: list[str]) -> None:
    balancer = aws("elbv2").create_load_balancer(Name="alb", Subnets=subnets, Tags=TAGS)["LoadBalancers"][0]
    aws("apigateway").create_rest_api(name="api", tags={"Environment": "dev", "Team": "ops"})
    aws("rds").create_db_subnet_group(
        DBSubnetGroupName="group", DBSubnetGroupDescription="group", SubnetIds=subnets, Tags=TAGS
    )
    address = [{"ResourceType": "elastic-ip", "Tags": TAGS}]
    aws("ec2").allocate_address(Domain="vpc", TagSpecifications=address)
    held = listed(aws)
    assert len(held) == 4
    assert balancer["LoadBalancerArn"] in held
    tagging = aws("resourcegroupstaggingapi")
    assert tagging.untag_resources(ResourceARNList=held, TagKeys=["Environment"])["FailedResourcesMap"] == {}
    assert listed(aws) == []
    assert aws("apigateway").get_rest_apis()["items"][0]["tags"] == {"Team": "ops"}
