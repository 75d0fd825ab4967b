"""The platform's AWS resources by CloudFormation's type and by name: in an account, and in the requests of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from emulator.journal import Entries, Entry
from tests.support.account import KINDS, Client, pages, tag_name

Named = tuple[str, str]
Reader = Callable[[Mapping[str, Any]], str]

# what AWS creates with each VPC without being asked
MADE_BY_AWS = "default"
ANY, ROOT, PROXY = "ANY", "/", "/{proxy+}"


def in_account(aws: Client) -> Counter[Named]:
    """Return how many resources of each type and name there are, read with plain boto3."""
    found: Counter[Named] = Counter()
    for kind in KINDS:
        if kind.type:
            found.update((kind.type, kind.name_of(item)) for item in kind.listed(aws))
    found.update([*listeners(aws), *of_ecs(aws), *of_api_gateway(aws)])
    return found


def listeners(aws: Client) -> Iterator[Named]:
    """Yield the listeners of all load balancers."""
    for balancer in pages(aws("elbv2"), "describe_load_balancers", "LoadBalancers"):
        for item in pages(aws("elbv2"), "describe_listeners", "Listeners", LoadBalancerArn=balancer["LoadBalancerArn"]):
            yield "AWS::ElasticLoadBalancingV2::Listener", f"{balancer['LoadBalancerName']} {item['Port']}"


def of_ecs(aws: Client) -> Iterator[Named]:
    """Yield the clusters with their services, and the families of task definitions."""
    for arn in pages(aws("ecs"), "list_clusters", "clusterArns"):
        yield "AWS::ECS::Cluster", last(arn)
        for service in pages(aws("ecs"), "list_services", "serviceArns", cluster=arn):
            yield "AWS::ECS::Service", last(service)
    for arn in pages(aws("ecs"), "list_task_definitions", "taskDefinitionArns"):
        yield "AWS::ECS::TaskDefinition", last(arn).partition(":")[0]


def of_api_gateway(aws: Client) -> Iterator[Named]:
    """Yield the REST APIs with all that is in them."""
    client = aws("apigateway")
    for api in pages(client, "get_rest_apis", "items"):
        name, api_id = api["name"], api["id"]
        yield "AWS::ApiGateway::RestApi", name
        for resource in pages(client, "get_resources", "items", restApiId=api_id):
            if resource["path"] != ROOT:
                yield "AWS::ApiGateway::Resource", f"{name} {resource['path']}"
            for verb in resource.get("resourceMethods", {}):
                yield "AWS::ApiGateway::Method", f"{name} {verb} {resource['path']}"
        stages = client.get_stages(restApiId=api_id)["item"]
        for stage in stages:
            yield "AWS::ApiGateway::Stage", f"{name} {stage['stageName']}"
        for deployment in pages(client, "get_deployments", "items", restApiId=api_id):
            used = [stage["stageName"] for stage in stages if stage["deploymentId"] == deployment["id"]]
            yield "AWS::ApiGateway::Deployment", f"{name} {' '.join(used)}".strip()


def last(arn: str) -> str:
    """Return the part of an ARN behind its last slash."""
    return arn.rpartition("/")[2]


def tagged(params: Mapping[str, Any]) -> str:
    """Return the C(Name) tag that a request of EC2 gives to what it makes."""
    return tag_name(params["TagSpecifications"][0])


# what each creating request makes; those of API Gateway name an API by its id
CREATES: dict[tuple[str, str], tuple[str, Reader]] = {
    ("ec2", "CreateVpc"): ("AWS::EC2::VPC", tagged),
    ("ec2", "CreateInternetGateway"): ("AWS::EC2::InternetGateway", tagged),
    ("ec2", "CreateSubnet"): ("AWS::EC2::Subnet", tagged),
    ("ec2", "AllocateAddress"): ("AWS::EC2::EIP", tagged),
    ("ec2", "CreateNatGateway"): ("AWS::EC2::NatGateway", tagged),
    ("ec2", "CreateRouteTable"): ("AWS::EC2::RouteTable", tagged),
    ("ec2", "CreateFlowLogs"): ("AWS::EC2::FlowLog", tagged),
    ("ec2", "CreateSecurityGroup"): ("AWS::EC2::SecurityGroup", lambda params: params["GroupName"]),
    ("secretsmanager", "CreateSecret"): ("AWS::SecretsManager::Secret", lambda params: params["Name"]),
    ("rds", "CreateDBSubnetGroup"): ("AWS::RDS::DBSubnetGroup", lambda params: params["DBSubnetGroupName"]),
    ("rds", "CreateDBCluster"): ("AWS::RDS::DBCluster", lambda params: params["DBClusterIdentifier"]),
    ("rds", "CreateDBInstance"): ("AWS::RDS::DBInstance", lambda params: params["DBInstanceIdentifier"]),
    ("elasticache", "CreateCacheSubnetGroup"): (
        "AWS::ElastiCache::SubnetGroup",
        lambda params: params["CacheSubnetGroupName"],
    ),
    ("elasticache", "CreateCacheParameterGroup"): (
        "AWS::ElastiCache::ParameterGroup",
        lambda params: params["CacheParameterGroupName"],
    ),
    ("elasticache", "CreateReplicationGroup"): (
        "AWS::ElastiCache::ReplicationGroup",
        lambda params: params["ReplicationGroupId"],
    ),
    ("elbv2", "CreateLoadBalancer"): ("AWS::ElasticLoadBalancingV2::LoadBalancer", lambda params: params["Name"]),
    ("elbv2", "CreateTargetGroup"): ("AWS::ElasticLoadBalancingV2::TargetGroup", lambda params: params["Name"]),
    ("elbv2", "CreateListener"): (
        "AWS::ElasticLoadBalancingV2::Listener",
        lambda params: f"{params['LoadBalancerArn'].split('/')[-2]} {params['Port']}",
    ),
    ("ecs", "CreateCluster"): ("AWS::ECS::Cluster", lambda params: params["clusterName"]),
    ("ecs", "RegisterTaskDefinition"): ("AWS::ECS::TaskDefinition", lambda params: params["family"]),
    ("ecs", "CreateService"): ("AWS::ECS::Service", lambda params: params["serviceName"]),
    ("logs", "CreateLogGroup"): ("AWS::Logs::LogGroup", lambda params: params["logGroupName"]),
    ("iam", "CreateRole"): ("AWS::IAM::Role", lambda params: params["RoleName"]),
    ("apigatewayv2", "CreateVpcLink"): ("AWS::ApiGatewayV2::VpcLink", lambda params: params["Name"]),
    ("apigateway", "CreateRestApi"): ("AWS::ApiGateway::RestApi", lambda params: params["name"]),
    ("apigateway", "CreateDomainName"): ("AWS::ApiGateway::DomainName", lambda params: params["domainName"]),
    ("apigateway", "CreateBasePathMapping"): (
        "AWS::ApiGateway::BasePathMapping",
        lambda params: f"{params['domainName']}/{params.get('basePath', '')}",
    ),
    ("apigateway", "CreateResource"): (
        "AWS::ApiGateway::Resource",
        lambda params: f"{params['restApiId']} /{params['pathPart']}",
    ),
    ("apigateway", "PutMethod"): (
        "AWS::ApiGateway::Method",
        lambda params: f"{params['restApiId']} {params['httpMethod']} {params['resourceId']}",
    ),
    ("apigateway", "CreateDeployment"): (
        "AWS::ApiGateway::Deployment",
        lambda params: f"{params['restApiId']} {params['stageName']}",
    ),
    ("apigateway", "CreateStage"): (
        "AWS::ApiGateway::Stage",
        lambda params: f"{params['restApiId']} {params['stageName']}",
    ),
}
# writes that make nothing: what they set belongs to a resource that another request made
PROPERTIES = {
    # the settings of an account are always there
    "apigateway": {"PutIntegration", "UpdateAccount", "UpdateStage"},
    "ec2": {
        "AssociateRouteTable",
        "AttachInternetGateway",
        "AuthorizeSecurityGroupIngress",
        "CreateRoute",
        "ModifySubnetAttribute",
        "ModifyVpcAttribute",
        "RevokeSecurityGroupEgress",
        "RevokeSecurityGroupIngress",
        "UpdateSecurityGroupRuleDescriptionsEgress",
    },
    "elasticache": {"ModifyCacheParameterGroup"},
    "elbv2": {"ModifyLoadBalancerAttributes", "ModifyTargetGroupAttributes"},
    "iam": {"AttachRolePolicy", "PutRolePolicy"},
    "logs": {"PutRetentionPolicy"},
    "secretsmanager": {"PutSecretValue"},
}


def is_property(entry: Entry) -> bool:
    """Tell whether a write only sets something of a resource."""
    return entry.operation in PROPERTIES.get(entry.service, ())


def of_the_stack(entries: Entries) -> Entries:
    """Return the requests of a run without those for its lock, which is no part of the stack: gone with the run."""
    return Entries(entry for entry in entries if "LaunchTemplate" not in entry.operation)


def made_by(requests: Iterable[Entry], names: Mapping[str, str]) -> Counter[Named]:
    """Return the resources that writes make, each as often as a request makes it.

    :param names: what stands in a name for an id in a request, such as the name of an API.
    :raises KeyError: a write is neither known to make something nor to set a property.
    """
    entries = list(requests)
    # a deployment is made before the stage that shows it
    stages = {entry.parameters["restApiId"]: entry.parameters["stageName"] for entry in entries if is_stage(entry)}
    found: Counter[Named] = Counter()
    for entry in entries:
        if not is_property(entry):
            kind, name = CREATES[entry.service, entry.operation]
            stage = {"stageName": stages.get(entry.parameters.get("restApiId", ""), "")}
            words = name({**stage, **entry.parameters}).split(" ")
            found[kind, " ".join(names.get(word, word) for word in words)] += 1
    return found


def is_stage(entry: Entry) -> bool:
    """Tell whether a write makes a stage of an API, or changes one."""
    return entry.operation in ("CreateStage", "UpdateStage")


def names_of_ids(aws: Client) -> dict[str, str]:
    """Return what API Gateway's ids stand for: APIs by their names, resources by their paths."""
    client = aws("apigateway")
    names = {}
    for api in pages(client, "get_rest_apis", "items"):
        names[api["id"]] = api["name"]
        names |= {item["id"]: item["path"] for item in pages(client, "get_resources", "items", restApiId=api["id"])}
    return names


def created(changes: Iterable[Mapping[str, Any]]) -> Counter[Named]:
    """Return the resources that a run says that it creates."""
    return Counter((change["type"], change["name"]) for change in changes if change["action"] == "create")


def between(entries: Entries, start: float, end: float) -> Entries:
    """Return the requests of a time, seconds since the epoch."""
    return Entries(entry for entry in entries.since(start) if entry.time <= end)
