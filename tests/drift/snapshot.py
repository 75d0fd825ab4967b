"""All that an account says of the platform's resources, read with plain boto3 and made comparable.

Two snapshots are equal when the accounts differ only in what a repair may change: times,
and what AWS numbers. So identifiers give way to names, and what only says when or how often is left out.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.account import Client, pages

HIDDEN_DIGITS = 12

# what says when, how often, or who: not what
VOLATILE = frozenset(
    {
        "ResponseMetadata",
        # times
        "AutomaticRestartTime",
        "ClusterCreateTime",
        "CreateDate",
        "CreateTime",
        "CreatedDate",
        "CreatedTime",
        "CreationTime",
        "EarliestRestorableTime",
        "IOOptimizedNextAllowedModificationTime",
        "InstanceCreateTime",
        "LastAccessedDate",
        "LastChangedDate",
        "LatestRestorableTime",
        "ReplicationGroupCreateTime",
        "CacheClusterCreateTime",
        "CacheNodeCreateTime",
        "RoleLastUsed",
        "createdAt",
        "createdDate",
        "creationTime",
        "lastUpdatedDate",
        "registeredAt",
        "updatedAt",
        # what comes of others' roles and log groups
        "DeliverLogsErrorMessage",
        "DeliverLogsStatus",
        # numbers and names of AWS's own
        "RoleId",
        "SecurityGroupRuleId",
        "SecurityGroupRuleArn",
        "VersionIdsToStages",
        "SecretVersionsToStages",
        "VersionId",
        "DbClusterResourceId",
        "DbiResourceId",
        "deregisteredAt",
        "revision",
        "registeredBy",
        "storedBytes",
    }
)
SERVICE_FIELDS = (
    "serviceName",
    "status",
    "desiredCount",
    "runningCount",
    "taskDefinition",
    "launchType",
    "capacityProviderStrategy",
    "platformVersion",
    "loadBalancers",
    "serviceRegistries",
    "deploymentConfiguration",
    "deploymentController",
    "networkConfiguration",
    "healthCheckGracePeriodSeconds",
    "schedulingStrategy",
    "enableECSManagedTags",
    "propagateTags",
    "enableExecuteCommand",
    "tags",
)
CLUSTER_DETAILS = ["ATTACHMENTS", "CONFIGURATIONS", "SETTINGS", "TAGS"]


# kind, name, identifiers, and what is compared
Found = Iterator[tuple[str, str, list[str], Any]]
Reader = Callable[[Client], Found]


@dataclass(frozen=True)
class Snapshot:
    """An account at a moment.

    :ivar resources: by kind, each resource by its name, as a value that can be compared.
    :ivar names: the name of each resource by each of its identifiers.
    """

    resources: dict[str, dict[str, Any]]
    names: dict[str, str]


def take(aws: Client, more: Iterable[Reader] = ()) -> Snapshot:
    """Return a snapshot of an account.

    :param more: what reads kinds that are not here.
    """
    labels: dict[str, str] = {}
    names: dict[str, str] = {}
    found: dict[str, dict[str, Any]] = {}
    for reader in (
        network,
        security_groups,
        database,
        cache,
        balancing,
        containers,
        task_definitions,
        others,
        api,
        *more,
    ):
        for kind, name, identifiers, value in reader(aws):
            labels.update(dict.fromkeys(identifiers, f"<{kind} {name}>"))
            names.update(dict.fromkeys(identifiers, name))
            if value is not None:
                found.setdefault(kind, {})[name] = value
    plainly = {kind: {name: plain(value, labels) for name, value in items.items()} for kind, items in found.items()}
    return Snapshot(plainly, names)


def tags_of(item: Mapping[str, Any]) -> dict[str, str]:
    """Return a resource's tags, however its service writes them."""
    tags = item.get("Tags") or item.get("TagList") or []
    return {tag["Key"]: tag["Value"] for tag in tags}


def name_of(item: Mapping[str, Any], otherwise: str) -> str:
    """Return a resource's Name tag."""
    return tags_of(item).get("Name", otherwise)


def network(aws: Client) -> Found:
    """Yield what EC2 has but for the security groups."""
    ec2 = aws("ec2")
    for vpc in pages(ec2, "describe_vpcs", "Vpcs"):
        attributes = {
            name: ec2.describe_vpc_attribute(VpcId=vpc["VpcId"], Attribute=name)
            for name in ("enableDnsSupport", "enableDnsHostnames")
        }
        yield "vpc", name_of(vpc, vpc["VpcId"]), [vpc["VpcId"]], [vpc, attributes]
    for subnet in pages(ec2, "describe_subnets", "Subnets"):
        # what is free depends on the tasks of the day
        subnet.pop("AvailableIpAddressCount", None)
        yield "subnet", name_of(subnet, subnet["SubnetId"]), [subnet["SubnetId"]], subnet
    for gateway in pages(ec2, "describe_internet_gateways", "InternetGateways"):
        identifier = gateway["InternetGatewayId"]
        yield "internet gateway", name_of(gateway, identifier), [identifier], gateway
    for flow_log in pages(ec2, "describe_flow_logs", "FlowLogs"):
        yield "flow log", name_of(flow_log, flow_log["FlowLogId"]), [flow_log["FlowLogId"]], flow_log
    yield from nat_gateways(ec2)
    for table in pages(ec2, "describe_route_tables", "RouteTables"):
        ids = [table["RouteTableId"], *(entry["RouteTableAssociationId"] for entry in table["Associations"])]
        main = any(entry["Main"] for entry in table["Associations"])
        name = name_of(table, f"main of {table['VpcId']}" if main else table["RouteTableId"])
        yield "route table", name, ids, table


def nat_gateways(ec2: Any) -> Found:
    """Yield the NAT gateways that are there, and all addresses."""
    addresses = pages(ec2, "describe_addresses", "Addresses")
    for address in addresses:
        ids = [address[key] for key in ("AllocationId", "AssociationId", "PublicIp") if address.get(key)]
        # the gateway says which one it has
        for key in ("NetworkInterfaceId", "PrivateIpAddress", "NetworkInterfaceOwnerId"):
            address.pop(key, None)
        yield "address", name_of(address, address["AllocationId"]), ids, address
    for gateway in pages(ec2, "describe_nat_gateways", "NatGateways"):
        if gateway["State"] == "deleted":
            continue
        for entry in gateway["NatGatewayAddresses"]:
            for key in ("NetworkInterfaceId", "PrivateIp"):
                entry.pop(key, None)
        yield "nat gateway", name_of(gateway, gateway["NatGatewayId"]), [gateway["NatGatewayId"]], gateway


def security_groups(aws: Client) -> Found:
    """Yield the security groups with their rules."""
    ec2 = aws("ec2")
    rules: dict[str, list[Any]] = {}
    for rule in pages(ec2, "describe_security_group_rules", "SecurityGroupRules"):
        rules.setdefault(rule["GroupId"], []).append(rule)
    for group in pages(ec2, "describe_security_groups", "SecurityGroups"):
        group.pop("IpPermissions")
        group.pop("IpPermissionsEgress")
        name = f"{group['GroupName']} of {group['VpcId']}" if group["GroupName"] == "default" else group["GroupName"]
        yield "security group", name, [group["GroupId"]], {**group, "rules": rules.get(group["GroupId"], [])}


def database(aws: Client) -> Found:
    """Yield what Secrets Manager and RDS have; of a secret's value its keys, and a digest for each."""
    secrets, rds = aws("secretsmanager"), aws("rds")
    for secret in pages(secrets, "list_secrets", "SecretList"):
        value = json.loads(secrets.get_secret_value(SecretId=secret["ARN"])["SecretString"])
        hidden = {key: digest(item) for key, item in value.items()}
        yield "secret", secret["Name"], [secret["ARN"]], {**secret, "value": hidden}
    for group in pages(rds, "describe_db_subnet_groups", "DBSubnetGroups"):
        tags = rds.list_tags_for_resource(ResourceName=group["DBSubnetGroupArn"])["TagList"]
        yield "database subnets", group["DBSubnetGroupName"], [], {**group, "Tags": tags}
    for cluster in pages(rds, "describe_db_clusters", "DBClusters"):
        yield "database cluster", cluster["DBClusterIdentifier"], [], cluster
    for member in pages(rds, "describe_db_instances", "DBInstances"):
        yield "database instance", member["DBInstanceIdentifier"], [], member


def digest(value: Any) -> str:
    """Return a text that stands for a secret."""
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:HIDDEN_DIGITS]


def cache(aws: Client) -> Found:
    """Yield what ElastiCache has."""
    client = aws("elasticache")
    for group in pages(client, "describe_cache_subnet_groups", "CacheSubnetGroups"):
        tags = tags_of(client.list_tags_for_resource(ResourceName=group["ARN"])) if "ARN" in group else {}
        yield "cache subnets", group["CacheSubnetGroupName"], [], {**group, "tags": tags}
    for group in pages(client, "describe_cache_parameter_groups", "CacheParameterGroups"):
        name = group["CacheParameterGroupName"]
        if not name.startswith("default."):
            values = pages(client, "describe_cache_parameters", "Parameters", CacheParameterGroupName=name)
            tags = tags_of(client.list_tags_for_resource(ResourceName=group["ARN"]))
            yield "cache parameters", name, [], {**group, "values": values, "tags": tags}
    for group in pages(client, "describe_replication_groups", "ReplicationGroups"):
        tags = tags_of(client.list_tags_for_resource(ResourceName=group["ARN"]))
        yield "replication group", group["ReplicationGroupId"], [], {**group, "tags": tags}
    for node in pages(client, "describe_cache_clusters", "CacheClusters", ShowCacheNodeInfo=True):
        yield "cache node", node["CacheClusterId"], [], node


def balancing(aws: Client) -> Found:
    """Yield what Elastic Load Balancing has; its targets are the tasks of the day."""
    client = aws("elbv2")
    for balancer in pages(client, "describe_load_balancers", "LoadBalancers"):
        arn, name = balancer["LoadBalancerArn"], balancer["LoadBalancerName"]
        attributes = client.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
        yield "load balancer", name, [arn], [balancer, attributes, elb_tags(client, arn)]
        for listener in pages(client, "describe_listeners", "Listeners", LoadBalancerArn=arn):
            its_arn = listener["ListenerArn"]
            rules = client.describe_rules(ListenerArn=its_arn)["Rules"]
            for rule in rules:
                rule.pop("RuleArn")
            attributes = client.describe_listener_attributes(ListenerArn=its_arn)["Attributes"]
            whole = [listener, rules, attributes, elb_tags(client, its_arn)]
            yield "listener", f"{name} {listener['Port']}", [its_arn], whole
    for group in pages(client, "describe_target_groups", "TargetGroups"):
        arn = group["TargetGroupArn"]
        attributes = client.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
        yield "target group", group["TargetGroupName"], [arn], [group, attributes, elb_tags(client, arn)]


def elb_tags(client: Any, arn: str) -> Any:
    """Return the tags of a resource of Elastic Load Balancing."""
    return tags_of(client.describe_tags(ResourceArns=[arn])["TagDescriptions"][0])


def containers(aws: Client) -> Found:
    """Yield what ECS has but for the task definitions."""
    ecs = aws("ecs")
    arns = pages(ecs, "list_clusters", "clusterArns")
    clusters = ecs.describe_clusters(clusters=arns, include=CLUSTER_DETAILS)["clusters"] if arns else []
    for cluster in clusters:
        if cluster["status"] == "INACTIVE":
            continue
        yield "cluster", cluster["clusterName"], [], cluster
        services = pages(ecs, "list_services", "serviceArns", cluster=cluster["clusterArn"])
        described = (
            ecs.describe_services(cluster=cluster["clusterArn"], services=services, include=["TAGS"])["services"]
            if services
            else []
        )
        for service in described:
            states = [entry["status"] for entry in service["deployments"]]
            whole = {key: service.get(key) for key in SERVICE_FIELDS} | {"deployments": states}
            yield "service", service["serviceName"], [], whole


def task_definitions(aws: Client) -> Found:
    """Yield the newest active revision of each family; revisions that say the same have the same name."""
    ecs = aws("ecs")
    for family in pages(ecs, "list_task_definition_families", "families", status="ACTIVE"):
        arns = pages(ecs, "list_task_definitions", "taskDefinitionArns", familyPrefix=family, sort="DESC")
        for number, arn in enumerate(arns):
            reply = ecs.describe_task_definition(taskDefinition=arn, include=["TAGS"])
            definition = reply["taskDefinition"]
            definition.pop("taskDefinitionArn")
            content = {**definition, "tags": reply.get("tags")}
            text = json.dumps(plain(content, {}), sort_keys=True)
            # older ones are history: they are only named, for a service that runs one
            yield "task definition", f"{family} {digest(text)}", [arn], None if number else content


def others(aws: Client) -> Found:
    """Yield what CloudWatch Logs and IAM have."""
    logs, iam = aws("logs"), aws("iam")
    for group in pages(logs, "describe_log_groups", "logGroups"):
        tags = logs.list_tags_for_resource(resourceArn=group["arn"].removesuffix(":*"))["tags"]
        yield "log group", group["logGroupName"], [], {**group, "tags": tags}
    for listed in pages(iam, "list_roles", "Roles"):
        name = listed["RoleName"]
        inline = {
            policy: iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            for policy in pages(iam, "list_role_policies", "PolicyNames", RoleName=name)
        }
        attached = pages(iam, "list_attached_role_policies", "AttachedPolicies", RoleName=name)
        yield "role", name, [], [iam.get_role(RoleName=name)["Role"], inline, attached]


def api(aws: Client) -> Found:
    """Yield what API Gateway has; of the deployments those that a stage serves."""
    client = aws("apigateway")
    account = client.get_account()
    yield "api account", "", [], account
    for rest_api in pages(client, "get_rest_apis", "items"):
        number, name = rest_api["id"], rest_api["name"]
        yield "api", name, [number], rest_api
        for resource in pages(client, "get_resources", "items", restApiId=number, embed=["methods"]):
            yield "api resource", f"{name} {resource['path']}", [resource["id"]], resource
        described = {
            item["id"]: item.get("description", "")
            for item in pages(client, "get_deployments", "items", restApiId=number)
        }
        for stage in client.get_stages(restApiId=number)["item"]:
            deployment = stage.pop("deploymentId")
            yield "stage", f"{name} {stage['stageName']}", [], {**stage, "deployment": described[deployment]}


def plain(value: Any, names: Mapping[str, str]) -> Any:
    """Return a value without what is volatile, with names for identifiers, and lists in one order."""
    if isinstance(value, Mapping):
        return {
            renamed(str(key), names): plain(item, names)
            for key, item in value.items()
            if key not in VOLATILE and item not in (None, [], {}, "")
        }
    if isinstance(value, (list, tuple)):
        return sorted((plain(item, names) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    return renamed(value, names) if isinstance(value, str) else value if isinstance(value, (int, float)) else str(value)


IDENTIFIER = re.compile(r"arn:aws:[^\s\"]+|\b[a-z]+-[0-9a-f]{8,17}\b|\b\d+\.\d+\.\d+\.\d+\b|\b[a-z0-9]{6,12}\b")


def renamed(text: str, names: Mapping[str, str]) -> str:
    """Return a text with names in the place of identifiers."""

    def name(match: re.Match[str]) -> str:
        whole = match[0]
        return names.get(whole) or (whole if not whole.startswith("arn:") else whole[:4] + renamed(whole[4:], names))

    return IDENTIFIER.sub(name, text)


def difference(before: Snapshot, after: Snapshot) -> list[str]:
    """Return where two snapshots differ, in words."""
    return differing(before.resources, after.resources, "")


def differing(before: Any, after: Any, path: str) -> list[str]:
    """Return where two values differ.

    :param path: where they are.
    """
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        found: list[str] = []
        for key in sorted(before.keys() | after.keys()):
            found += differing(before.get(key), after.get(key), f"{path}/{key}")
        return found
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [text for pair in zip(before, after, strict=True) for text in differing(*pair, path)]
    return [] if before == after else [f"{path}: {shown(before)} -> {shown(after)}"]


def shown(value: Any) -> str:
    """Return a value short enough for a line."""
    text = json.dumps(value, default=str)
    return text if len(text) <= 120 else f"{text[:117]}..."


def lines(differences: Iterable[str], most: int = 6) -> str:
    """Return differences as one text."""
    listed = list(differences)
    rest = f" and {len(listed) - most} more" if len(listed) > most else ""
    return "; ".join(listed[:most]) + rest
