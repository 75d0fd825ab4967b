#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: stack_removal_preflight
short_description: Find what keeps AWS from removing a stack, before anything is removed
version_added: 0.1.0
description:
  - Looks for what keeps AWS from removing the stack and is not removed with it, such as VPC endpoints, network
    interfaces and security groups of others in its VPC, replicas of its secret, custom domain names and usage plans of
    its API, and deletion protection.
  - Fails with all findings at once, each with its id, owner, description and the remedy. Writes nothing.
  - Only what the options name is looked at. A resource that does not exist is not in the way.
  - Also finds the log groups that AWS has made for the stack's resources, so that they can be removed once nothing
    writes to them any more.
author: StreamFlix platform team (@streamflix)
options:
  vpc_name:
    description: The C(Name) tag of the VPC.
    type: str
  vpc_tags:
    description: Tags that the VPC, and all that is the stack's own in it, carries.
    type: dict
    default: {}
  drill_tags:
    description:
      - Tags of all that a restore drill makes in the VPC. What a killed drill has left there is no obstacle, but
        returned in RV(restore_drills), so that it can be removed.
    type: dict
    default: {}
  remove_guardduty_endpoint:
    description: Whether the removal takes what GuardDuty has put into the VPC, its endpoint and security group.
    type: bool
    default: false
  load_balancer_name:
    description: The stack's load balancer, which goes with it.
    type: str
  remove_protected_load_balancer:
    description: Whether the removal lifts the load balancer's deletion protection.
    type: bool
    default: false
  ecs_cluster_name:
    description: The stack's ECS cluster, which goes with it.
    type: str
  ecs_service_name:
    description: The stack's service in O(ecs_cluster_name). Other services and their tasks there are in the way.
    type: str
  db_cluster_identifier:
    description: The stack's Aurora cluster, which goes with it.
    type: str
  remove_deletion_protection:
    description: Whether the removal lifts the Aurora cluster's deletion protection.
    type: bool
    default: false
  replication_group_id:
    description: The stack's replication group of ElastiCache, which goes with it.
    type: str
  secret_name:
    description: The stack's secret. AWS removes none that is replicated to other regions.
    type: str
  rest_api_name:
    description: The stack's REST API. AWS removes none that a custom domain name leads to, or that is in a usage plan.
    type: str
  rest_api_tags:
    description: The tags that tell the REST API from others of that name.
    type: dict
    default: {}
  domain_name:
    description: The stack's custom domain name of API Gateway, which goes before its REST API.
    type: str
  vpc_link_name:
    description: The stack's VPC link of API Gateway, which goes with it. Others in the VPC are in the way.
    type: str
  log_group_names:
    description: The stack's log groups. AWS removes none with deletion protection.
    type: list
    elements: str
    default: []
  stack_tags:
    description:
      - Tags that all log groups of the stack carry. Log groups are also found by these, as an API that is gone no
        longer shows the names of its log groups.
    type: dict
    default: {}
  ownership_tags:
    description:
      - Tags that the stack's own resources carry. A removal leaves others alone, so their protection is not in the way.
    type: dict
    default: {}
extends_documentation_fragment:
  - streamflix.content_api.info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Stop if the network cannot be removed
  streamflix.content_api.stack_removal_preflight:
    vpc_name: streamflix-vpc-dev
    vpc_tags:
      Environment: dev
      ManagedBy: streamflix.content_api

- name: Stop if the database cannot be removed
  streamflix.content_api.stack_removal_preflight:
    db_cluster_identifier: streamflix-aurora-dev
    secret_name: streamflix-db-credentials-dev
"""

RETURN = r"""
obstacles:
  description: What is in the way; a failed task has it too.
  returned: always
  type: list
  elements: dict
  contains:
    type:
      description: CloudFormation's name for its kind.
      type: str
      sample: AWS::EC2::VPCEndpoint
    id:
      description: Its id or name.
      type: str
      sample: vpce-0123456789abcdef0
    owner:
      description: Whose it is, as far as AWS says.
      type: str
      sample: GuardDuty
    description:
      description: What AWS says of it.
      type: str
      sample: com.amazonaws.eu-west-1.guardduty-data
    remedy:
      description: What to do.
      type: str
      sample: Remove it by hand.
restore_drills:
  description: The names of those security groups in the VPC that killed restore drills have left, by O(drill_tags).
  returned: success
  type: list
  elements: str
  sample: [streamflix-restore-drill-dev]
vpc_links:
  description: The ids of the stack's own VPC links, by O(vpc_link_name), that have network interfaces in the VPC.
  returned: success
  type: list
  elements: str
  sample: [abc123]
log_groups:
  description:
    - Names of the log groups, besides O(log_group_names), that are to be removed with the stack. These are those to
      which the Aurora cluster, Redis, Container Insights of the ECS cluster and the stages of the API write, and those
      with O(stack_tags).
    - One with no tags, as AWS makes it, only while the resource that writes to it is there and has O(ownership_tags).
  returned: success
  type: list
  elements: str
  sample: [/aws/rds/cluster/streamflix-aurora-dev/postgresql]
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils import arns, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api, AwsError
from ansible_collections.streamflix.content_api.plugins.module_utils.apigateway import proxy as apigateway
from ansible_collections.streamflix.content_api.plugins.module_utils.apigatewayv2 import vpc_links
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2 import network as ec2
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2 import obstacles
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2.obstacles import Obstacle, Stack
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import InvalidOptionError
from ansible_collections.streamflix.content_api.plugins.module_utils.rds import reading as rds
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import options_of

# As many requests as botocore keeps connections for.
AT_ONCE = 10
VPC_FILTER = "vpc-id"
ATTACHED_FILTER = "attachment.vpc-id"
# What is asked for of a VPC: the reply's key, the operation and the filter; EC2 has none for either side of a peering.
IN_VPC = {
    "Subnets": ("describe_subnets", VPC_FILTER),
    "RouteTables": ("describe_route_tables", VPC_FILTER),
    "SecurityGroups": ("describe_security_groups", VPC_FILTER),
    "NetworkAcls": ("describe_network_acls", VPC_FILTER),
    "NatGateways": ("describe_nat_gateways", VPC_FILTER),
    "VpcEndpoints": ("describe_vpc_endpoints", VPC_FILTER),
    "NetworkInterfaces": ("describe_network_interfaces", VPC_FILTER),
    "InternetGateways": ("describe_internet_gateways", ATTACHED_FILTER),
    "VpnGateways": ("describe_vpn_gateways", ATTACHED_FILTER),
    "VpcPeeringConnections": ("describe_vpc_peering_connections", ""),
}
NO_CLUSTER = frozenset({"ClusterNotFoundException"})
# the code of Secrets Manager, and of CloudWatch Logs
NOT_FOUND = frozenset({"ResourceNotFoundException"})
NO_BALANCER = frozenset({"LoadBalancerNotFound"})
# the options that need a service; a VPC may need to be asked for databases
SERVICES = {
    "ec2": ("vpc_name",),
    "ecs": ("ecs_cluster_name",),
    "rds": ("db_cluster_identifier", "vpc_name"),
    "elbv2": ("load_balancer_name",),
    "secretsmanager": ("secret_name",),
    "apigateway": ("rest_api_name",),
    "logs": ("log_group_names", "db_cluster_identifier", "ecs_cluster_name", "rest_api_name"),
    "resourcegroupstaggingapi": ("stack_tags",),
}
# AWS's names of the log groups that it makes: Aurora's exports, Container Insights, execution logs of REST APIs; and
# what those of Redis begin with, where nobody has named them otherwise
AURORA_LOGS = "/aws/rds/cluster/"
INSIGHTS_LOGS = "/aws/ecs/containerinsights/"
API_LOGS = "API-Gateway-Execution-Logs_"
REDIS_LOGS = "/aws/vendedlogs/elasticache/"
MOST_TASKS = 100  # that DescribeTasks takes


@dataclass(frozen=True)
class Look:
    """One look at AWS, with the options of the module.

    :ivar log_groups: the names of the log groups that go with the stack, as they are found.
    :ivar drills: the names of the security groups of restore drills that were killed, as they are found.
    """

    api: Api
    options: Mapping[str, Any]
    pool: ThreadPoolExecutor
    log_groups: set[str] = field(default_factory=set)
    drills: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)

    def side_by_side(self, *reads: Callable[[], Any]) -> list[Any]:
        """Return what each of several reads returns; they are sent at the same time.

        Only what runs in no thread of the pool may ask for it: it would wait for itself.
        """
        return [future.result() for future in [self.pool.submit(read) for read in reads]]

    def ours(self, its_tags: Mapping[str, str]) -> bool:
        """Tell whether a removal takes what carries these tags."""
        return (tags.texts(self.options["ownership_tags"]) or {}).items() <= its_tags.items()


def in_vpc(look: Look, key: str, vpc_id: str) -> list[Any]:
    """Return everything of one kind in a VPC."""
    operation, by = IN_VPC[key]
    # the one whose parameter has no plural
    parameter = "Filter" if key == "NatGateways" else "Filters"
    filters: dict[str, Any] = {parameter: [{"Name": by, "Values": [vpc_id]}]} if by else {}
    return look.api.pages(operation, key, **filters)


def naming(look: Look, group_ids: list[str]) -> list[Any]:
    """Return the security groups, of all VPCs, whose rules name one of these."""
    filters = [[{"Name": by, "Values": group_ids}] for by in ec2.NAMING_RULES]
    return [item for by in filters for item in look.api.pages("describe_security_groups", "SecurityGroups", Filters=by)]


def task_interfaces(tasks: list[Any]) -> frozenset[str]:
    """Return the network interfaces that ECS has attached to tasks."""
    details = [detail for task in tasks for one in task.get("attachments", ()) for detail in one.get("details", ())]
    return frozenset(detail["value"] for detail in details if detail["name"] == "networkInterfaceId")


def tasks_of(look: Look) -> list[Any]:
    """Return the tasks of the stack's cluster, those that stop too."""
    cluster, found = look.options["ecs_cluster_name"], []
    for state in ("RUNNING", "STOPPED"):
        try:
            arns = look.api.pages("list_tasks", "taskArns", "ecs", cluster=cluster, desiredStatus=state)
        except AwsError as failure:
            if failure.code in NO_CLUSTER:
                return []
            raise
        for first in range(0, len(arns), MOST_TASKS):
            some = arns[first : first + MOST_TASKS]
            found += look.api.call("describe_tasks", "ecs", cluster=cluster, tasks=some)["tasks"]
    return found


def of_cluster(look: Look, tasks: list[Any]) -> list[Obstacle]:
    """Return what else than the stack's service runs in its ECS cluster: AWS removes none that is in use."""
    cluster = look.options["ecs_cluster_name"]
    groups = {task.get("group", ""): task for task in tasks if task.get("lastStatus") not in ("STOPPED", "DELETED")}
    groups.pop(f"service:{look.options['ecs_service_name']}", None)
    remedy = "Stop it, or move it to another cluster."
    return [
        Obstacle("AWS::ECS::Task", task["taskArn"], group, f"in cluster {cluster}", remedy)
        for group, task in sorted(groups.items())
    ]


def vpc(look: Look) -> list[Obstacle]:
    """Return what is in the way of the VPC's removal, and of that of the ECS cluster."""
    options = look.options
    wanted = tags.texts(options["vpc_tags"]) or {}
    reads = [
        lambda: ec2.find_vpc(look.api, options["vpc_name"], wanted) if options["vpc_name"] else None,
        lambda: tasks_of(look) if options["ecs_cluster_name"] else [],
    ]
    network, tasks = look.side_by_side(*reads)
    found = of_cluster(look, tasks)
    if network is None:
        return found
    vpc_id = network["VpcId"]
    listed = look.side_by_side(*[lambda key=key: in_vpc(look, key, vpc_id) for key in IN_VPC])
    inside: dict[str, list[Any]] = dict(zip(IN_VPC, listed, strict=True))
    drill_tags = tags.texts(options["drill_tags"]) or {}
    look.drills.update(obstacles.leave_out(inside, drill_tags))
    stack = Stack(
        identity=wanted,
        load_balancer=options["load_balancer_name"] or "",
        replication_group=options["replication_group_id"] or "",
        vpc_link=options["vpc_link_name"] or "",
        tasks=task_interfaces(tasks),
        guardduty=options["remove_guardduty_endpoint"],
    )
    if list(obstacles.peerings(inside["VpcPeeringConnections"], vpc_id)):
        # only over a peering may a rule name a group of another VPC
        known = {item["GroupId"] for item in inside["SecurityGroups"]}
        others = {item["GroupId"]: item for item in naming(look, sorted(known))}
        inside["SecurityGroups"] += [item for group_id, item in others.items() if group_id not in known]
    if any(item.get("Description") == obstacles.RDS_INTERFACE for item in inside["NetworkInterfaces"]):
        instances = look.api.pages("describe_db_instances", "DBInstances", "rds")
        kept = [item for item in instances if not obstacles.carries({"Tags": item.get("TagList")}, drill_tags)]
        found += obstacles.database_instances(kept, options["db_cluster_identifier"] or "", vpc_id)
    if any(item.get("InterfaceType") == obstacles.LINK_INTERFACE for item in inside["NetworkInterfaces"]):
        subnets = [item["SubnetId"] for item in inside["Subnets"]]
        links = vpc_links.read(look.api)
        found += obstacles.vpc_links(links, stack, subnets)
        look.links.update(link["id"] for link in links if obstacles.is_own_link(link, stack))
    return found + obstacles.of_vpc(inside, stack, vpc_id)


def database(look: Look) -> list[Obstacle]:
    """Return the Aurora cluster if it is protected, and the log groups that it exports to if they are."""
    options = look.options
    name = options["db_cluster_identifier"]
    if not name:
        return []
    cluster = rds.find_cluster(look.api, name)
    ours = cluster is not None and look.ours(tags.from_list(cluster.get("TagList")))
    found = written_to(look, f"{AURORA_LOGS}{name}/", ours)
    if cluster and ours and cluster.get("DeletionProtection") and not options["remove_deletion_protection"]:
        remedy = "To remove it all the same, set aurora_remove_deletion_protection to true."
        found.append(Obstacle("AWS::RDS::DBCluster", name, "", "protected against deletion", remedy))
    return found


def insights(look: Look) -> list[Obstacle]:
    """Return the log group of Container Insights of the ECS cluster if it is protected."""
    name = look.options["ecs_cluster_name"]
    if not name:
        return []
    clusters = look.api.call("describe_clusters", "ecs", clusters=[name], include=["TAGS"])["clusters"]
    there = [item for item in clusters if item["status"] != "INACTIVE"]
    ours = any(look.ours(tags.from_list(item.get("tags"), "key", "value")) for item in there)
    return written_to(look, f"{INSIGHTS_LOGS}{name}/performance", ours)


def load_balancer(look: Look) -> list[Obstacle]:
    """Return the load balancer if it is protected."""
    options = look.options
    name = options["load_balancer_name"]
    if not name or options["remove_protected_load_balancer"]:
        return []
    balancer = look.api.find("describe_load_balancers", "LoadBalancers", NO_BALANCER, "elbv2", Names=[name])
    if balancer is None:
        return []
    arn = balancer["LoadBalancerArn"]
    attributes = look.api.call("describe_load_balancer_attributes", "elbv2", LoadBalancerArn=arn)["Attributes"]
    if {"Key": "deletion_protection.enabled", "Value": "true"} not in attributes:
        return []
    listed = look.api.call("describe_tags", "elbv2", ResourceArns=[arn])["TagDescriptions"]
    if not look.ours(tags.from_list(listed[0]["Tags"] if listed else ())):
        return []
    remedy = "To remove it all the same, set ecs_service_load_balancer_remove_protected to true."
    return [Obstacle("AWS::ElasticLoadBalancingV2::LoadBalancer", name, "", "protected against deletion", remedy)]


def secret(look: Look) -> list[Obstacle]:
    """Return the replicas of the secret, or the secret itself when it is the replica of one in another region."""
    name = look.options["secret_name"]
    found = look.api.get("describe_secret", NOT_FOUND, "secretsmanager", SecretId=name) if name else None
    if found is None or "DeletedDate" in found or not look.ours(tags.from_list(found.get("Tags"))):
        return []
    remedy = (
        f"Remove it: aws secretsmanager remove-regions-from-replication --secret-id {name} --remove-replica-regions"
    )
    return [
        Obstacle("AWS::SecretsManager::Secret", name, "", f"replica in {item['Region']}", f"{remedy} {item['Region']}")
        for item in found.get("ReplicationStatus", ())
    ]


def domain_mappings(look: Look, domain: Mapping[str, Any], api_id: str) -> list[Obstacle]:
    """Return the base paths of a custom domain name that lead to an API."""
    which = {key: domain[key] for key in ("domainName", "domainNameId") if domain.get(key)}
    items = look.api.pages("get_base_path_mappings", "items", "apigateway", **which)
    remedy = "Let it lead to another API, or remove the mapping."
    return [
        Obstacle("AWS::ApiGateway::BasePathMapping", f"{domain['domainName']}/{item['basePath']}", "", "", remedy)
        for item in items
        if item["restApiId"] == api_id
    ]


def usage_plan(plan: Mapping[str, Any], api_id: str) -> list[Obstacle]:
    """Return a usage plan if a stage of the API is in it."""
    stages = [item["stage"] for item in plan.get("apiStages", ()) if item["apiId"] == api_id]
    described = ", ".join([plan["name"], *(f"with stage {stage}" for stage in stages)])
    remedy = "Take the stage out of it."
    return [Obstacle("AWS::ApiGateway::UsagePlan", plan["id"], "", described, remedy)] if stages else []


def rest_api(look: Look) -> list[Obstacle]:
    """Return what leads to the REST API."""
    name = look.options["rest_api_name"]
    if not name:
        return []
    everyone = look.api.pages("get_rest_apis", "items", "apigateway", limit=apigateway.PAGE)
    found = apigateway.choose(everyone, name, tags.texts(look.options["rest_api_tags"]))
    if found is None or not look.ours(found.get("tags") or {}):
        return []
    api_id = found["id"]
    plans = look.api.pages("get_usage_plans", "items", "apigateway", limit=apigateway.PAGE)
    listed = look.api.pages("get_domain_names", "items", "apigateway", limit=apigateway.PAGE)
    own = look.options["domain_name"]
    domains = [item for item in listed if item["domainName"] != own or not look.ours(item.get("tags") or {})]
    return [
        *(item for plan in plans for item in usage_plan(plan, api_id)),
        *(item for domain in domains for item in domain_mappings(look, domain, api_id)),
        *written_to(look, f"{API_LOGS}{api_id}/", ours=True),
    ]


def tags_of(look: Look, group: Mapping[str, Any]) -> dict[str, str]:
    """Return the tags of a log group; of one that is gone by now, none."""
    arn = group["arn"].removesuffix(":*")
    return (look.api.get("list_tags_for_resource", NOT_FOUND, "logs", resourceArn=arn) or {}).get("tags", {})


def written_to(look: Look, prefix: str, ours: bool) -> list[Obstacle]:
    """Note the log groups that AWS has made for a resource, and return those that are protected.

    :param prefix: what their names begin with.
    :param ours: whether the resource is there and ours. AWS makes them without tags, so that its own owner has them.
    """
    found = []
    for group in look.api.pages("describe_log_groups", "logGroups", "logs", logGroupNamePrefix=prefix):
        its_tags = tags_of(look, group)
        if look.ours(its_tags) if its_tags else ours:
            look.log_groups.add(group["logGroupName"])
            found += protection(group)
    return found


def tagged(look: Look) -> list[Obstacle]:
    """Note the log groups that AWS has made for what may be gone by now: those with the stack's tags."""
    wanted = tags.texts(look.options["stack_tags"])
    if wanted:
        filters = [{"Key": key, "Values": [value]} for key, value in wanted.items()]
        which = {"TagFilters": filters, "ResourceTypeFilters": ["logs"]}
        listed = look.api.pages("get_resources", "ResourceTagMappingList", "resourcegroupstaggingapi", **which)
        names = [arns.parse(item["ResourceARN"]).name.removesuffix(":*") for item in listed]
        theirs = (AURORA_LOGS, INSIGHTS_LOGS, API_LOGS, REDIS_LOGS)
        look.log_groups.update(name for name in names if name.startswith(theirs))
    return []


def log_group(look: Look, name: str) -> list[Obstacle]:
    """Return a log group if it is protected."""
    listed = look.api.pages("describe_log_groups", "logGroups", "logs", logGroupNamePrefix=name)
    group = next((item for item in listed if item["logGroupName"] == name), None)
    found = protection(group) if group else []
    return found if group and found and look.ours(tags_of(look, group)) else []


def protection(group: Mapping[str, Any]) -> list[Obstacle]:
    """Return a log group, as DescribeLogGroups gives it, if it is protected."""
    name = group["logGroupName"]
    if not group.get("deletionProtectionEnabled"):
        return []
    remedy = (
        "Lift it, to remove the logs too: aws logs put-log-group-deletion-protection "
        f"--log-group-identifier {name} --no-deletion-protection-enabled"
    )
    return [Obstacle("AWS::Logs::LogGroup", name, "", "protected against deletion", remedy)]


def find(api: Api, options: Mapping[str, Any]) -> tuple[list[Obstacle], dict[str, list[str]]]:
    """Return all that is in the way, and what else is to go: log groups that AWS has made, and what drills have left.

    :raises AwsError: AWS refuses or is not reached.
    :raises InvalidOptionError: which VPC or API is meant cannot be told.
    """
    # boto3 makes clients in one thread only
    for service, needed_by in SERVICES.items():
        if any(options[option] for option in needed_by):
            api.client(service)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        look = Look(api, options, pool)
        reads = [pool.submit(read, look) for read in (database, insights, load_balancer, secret, rest_api, tagged)]
        reads += [pool.submit(log_group, look, name) for name in dict.fromkeys(options["log_group_names"])]
        found: Iterator[list[Obstacle]] = iter([vpc(look), *(read.result() for read in reads)])
        every = [item for items in found for item in items]
        return every, {
            "log_groups": sorted(look.log_groups),
            "restore_drills": sorted(look.drills),
            "vpc_links": sorted(look.links),
        }


def main() -> None:
    """Entry point of the module."""
    named = ("vpc_name", "load_balancer_name", "ecs_cluster_name", "ecs_service_name", "db_cluster_identifier")
    module = AnsibleAWSModule(
        argument_spec={
            **{
                name: {"type": "str"}
                for name in (*named, "replication_group_id", "rest_api_name", "domain_name", "vpc_link_name")
            },
            "secret_name": {"type": "str", "no_log": False},
            "vpc_tags": {"type": "dict", "default": {}},
            "rest_api_tags": {"type": "dict", "default": {}},
            "drill_tags": {"type": "dict", "default": {}},
            "ownership_tags": {"type": "dict", "default": {}},
            "remove_guardduty_endpoint": {"type": "bool", "default": False},
            "remove_protected_load_balancer": {"type": "bool", "default": False},
            "remove_deletion_protection": {"type": "bool", "default": False},
            "log_group_names": {"type": "list", "elements": "str", "default": []},
            "stack_tags": {"type": "dict", "default": {}},
        },
        required_together=[("ecs_cluster_name", "ecs_service_name")],
        supports_check_mode=True,
    )
    try:
        found, also = find(Api(module, "ec2"), options_of(module))
    except (AwsError, InvalidOptionError) as error:
        module.fail_json(msg=str(error))
    listed = [item.as_dict() for item in found]
    if found:
        lines = "\n".join(f"- {item}" for item in found)
        module.fail_json(msg=f"Nothing was removed, as this is in the way:\n{lines}", obstacles=listed)
    module.exit_json(changed=False, obstacles=listed, **also)


if __name__ == "__main__":
    main()
