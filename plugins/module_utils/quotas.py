# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Compares the account's quotas with what is in use and what a stack adds.

What is in use is only read for a stack that is not there yet.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api, AwsError
from ansible_collections.streamflix.content_api.plugins.module_utils.apigateway.proxy import PAGE, choose
from ansible_collections.streamflix.content_api.plugins.module_utils.apigateway.rules import DEFAULT_LONGEST_TIMEOUT
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import InvalidOptionError

SERVICE = "service-quotas"
# as the role preflight has it
OWNER_TAG = "ManagedBy"
UNKNOWN_QUOTA = ("NoSuchResourceException",)
AT_ONCE = 10


@dataclass(frozen=True)
class Quota:
    """A quota of the account in a region.

    :ivar service: Service Quotas' name of the service.
    :ivar what: the resources that it limits, in words.
    :ivar adjustable: whether AWS raises it on request.
    """

    service: str
    code: str
    what: str
    adjustable: bool = True

    def remedy(self, wanted: int) -> str:
        """Return what the user can do to be allowed so many."""
        if not self.adjustable:
            return "remove some that are not used, as AWS does not raise this quota."
        return (
            f"ask AWS for {wanted} (aws service-quotas request-service-quota-increase --service-code {self.service} "
            f"--quota-code {self.code} --desired-value {wanted})"
        )


ADDRESSES = Quota("ec2", "L-0263D0A3", "Elastic IP addresses")
VPCS = Quota("vpc", "L-F678F1CE", "VPCs")
NAT_GATEWAYS = Quota("vpc", "L-FE5A380F", "NAT gateways of an availability zone")
INTERFACES = Quota("vpc", "L-DF5E4CA3", "network interfaces")
RULES = Quota("vpc", "L-0EA8095F", "rules of a security group")
APIS = {
    "REGIONAL": Quota("apigateway", "L-AA0FF27B", "regional REST APIs", adjustable=False),
    "EDGE": Quota("apigateway", "L-B97207D0", "edge-optimized REST APIs", adjustable=False),
    "PRIVATE": Quota("apigateway", "L-A966AB5C", "private REST APIs", adjustable=False),
}
TIMEOUT = Quota("apigateway", "L-E5AE38E3", "milliseconds of an integration timeout")
FARGATE = Quota("fargate", "L-3032A538", "vCPUs that tasks of Fargate have together")
# what every account has; up to it nothing needs to be asked
DEFAULT_RULES = 60
DEFAULT_FARGATE = 6
CPU_UNITS = 1024


@dataclass(frozen=True)
class Stack:
    """What a stack adds to an account.

    :ivar variables: of the roles, by their own names.
    :ivar lengths: of the lists that are not among them.
    """

    variables: Mapping[str, Any]
    lengths: Mapping[str, int]

    def count(self, variable: str) -> int:
        """Return how many entries a list has."""
        value = self.variables.get(variable)
        return self.lengths.get(variable, 0) if value is None else len(value)

    @property
    def nat_zones(self) -> Sequence[str]:
        """The availability zones that get a NAT gateway; a regional one counts in each of them."""
        zones = self.variables.get("network_availability_zones") or []
        return zones[: {"none": 0, "one": 1}.get(str(self.variables.get("network_nat_gateways")), len(zones))]

    @property
    def interfaces(self) -> int:
        """How many network interfaces there are at least: a load balancer has one in each of its subnets."""
        balancer = self.count("network_public_subnet_cidrs") if "ecs_service_desired_count" in self.variables else 0
        tasks = max(int(self.variables.get("ecs_service_desired_count") or 0), self.most_tasks)
        counted = int(self.variables.get("redis_num_cache_clusters") or 0) + tasks
        return len(self.nat_zones) + balancer + self.count("aurora_members") + counted

    @property
    def most_tasks(self) -> int:
        """How many tasks scaling may start; 0 without it."""
        return int((self.variables.get("ecs_service_scaling") or {}).get("max_capacity") or 0)

    def own_address(self, address: Mapping[str, Any]) -> bool:
        """Tell whether an address was left by an interrupted run, so that the next run uses it."""
        names = [re.escape(str(self.variables.get(f"network_{key}"))) for key in ("app_name", "environment_suffix")]
        name = tags.from_list(address.get("Tags")).get("Name", "")
        return not address.get("AssociationId") and bool(re.fullmatch(rf"{names[0]}-nat-\d+-{names[1]}", name))


def value_of(api: Api, quota: Quota) -> int:
    """Return the value of a quota that is in force; the default, if only that is known.

    :raises AwsError: AWS refuses or is not reached.
    """
    wanted = {"ServiceCode": quota.service, "QuotaCode": quota.code}
    reply = api.get("get_service_quota", UNKNOWN_QUOTA, SERVICE, **wanted)
    reply = reply or api.call("get_aws_default_service_quota", SERVICE, **wanted)
    return int(reply["Quota"]["Value"])


def beyond(quota: Quota, used: int, added: int, most: int, where: str) -> list[str]:
    """Find a quota that is too low for what is in use together with what a stack adds.

    :param where: the region or zone.
    """
    if used + added <= most:
        return []
    return [
        f"The quota of {quota.what} in {where} is {most}, {used} are in use and the stack needs {added} more: "
        f"{quota.remedy(used + added)}."
    ]


Check = Callable[[], list[str]]


def account_checks(api: Api, stack: Stack, vpcs: Sequence[Mapping[str, Any]]) -> Iterator[Check]:
    """Yield the checks for a VPC that is to be created.

    :param vpcs: all VPCs of the region.
    """
    region = api.region

    def addresses() -> list[str]:
        there = api.pages("describe_addresses", "Addresses", "ec2")
        others = [address for address in there if not stack.own_address(address)]
        return beyond(ADDRESSES, len(others), len(stack.nat_zones), value_of(api, ADDRESSES), region)

    def gateways() -> list[str]:
        there = api.pages("describe_nat_gateways", "NatGateways", "ec2")
        there = [gateway for gateway in there if gateway.get("State") in {"pending", "available", "deleting"}]
        most = value_of(api, NAT_GATEWAYS)
        if len(there) < most:
            return []
        zones = {item["SubnetId"]: item["AvailabilityZone"] for item in api.pages("describe_subnets", "Subnets", "ec2")}
        used = Counter(zones.get(gateway.get("SubnetId")) for gateway in there)
        return [text for zone in stack.nat_zones for text in beyond(NAT_GATEWAYS, used[zone], 1, most, zone)]

    def interfaces() -> list[str]:
        there = api.pages("describe_network_interfaces", "NetworkInterfaces", "ec2")
        return beyond(INTERFACES, len(there), stack.interfaces, value_of(api, INTERFACES), region)

    yield lambda: beyond(VPCS, len(vpcs), 1, value_of(api, VPCS), region)
    yield interfaces
    if stack.nat_zones:
        yield from (addresses, gateways)


def vpc_checks(api: Api, stack: Stack) -> Iterator[Check]:
    """Yield the checks for the VPC, unless it exists already."""
    name = stack.variables["network_vpc_name"]
    vpcs = api.pages("describe_vpcs", "Vpcs", "ec2")
    if all(tags.from_list(vpc.get("Tags")).get("Name") != name for vpc in vpcs):
        yield from account_checks(api, stack, vpcs)


def api_check(api: Api, stack: Stack) -> list[str]:
    """Find that there is no room for the REST API, unless it exists, or that another stack has its name."""
    kind, name = stack.variables.get("apigw_endpoint_type"), stack.variables["apigw_name"]
    wanted = stack.variables.get("apigw_tags") or {}
    apis = api.pages("get_rest_apis", "items", "apigateway", limit=PAGE)
    try:
        choose(apis, name, wanted, owner={key: text for key, text in wanted.items() if key == OWNER_TAG})
    except InvalidOptionError as taken:
        return [f"apigw_name: {taken}"]
    if kind not in APIS or any(item.get("name") == name for item in apis):
        return []
    there = [item for item in apis if kind in (item.get("endpointConfiguration") or {}).get("types", ())]
    return beyond(APIS[kind], len(there), 1, value_of(api, APIS[kind]), api.region)


def setting_checks(api: Api, stack: Stack) -> Iterator[Check]:
    """Yield the checks for a setting that needs more than every account is granted."""
    rules, timeout = stack.count("network_alb_ingress"), int(stack.variables.get("apigw_timeout_in_millis") or 0)
    vcpus = -(-stack.most_tasks * int(stack.variables.get("ecs_service_cpu") or 0) // CPU_UNITS)

    def group() -> list[str]:
        most = value_of(api, RULES)
        if rules <= most:
            return []
        return [f"network_alb_ingress has {rules} rules, the quota of {RULES.what} is {most}: {RULES.remedy(rules)}."]

    def integration() -> list[str]:
        most = value_of(api, TIMEOUT)
        if timeout <= most:
            return []
        return [
            f"apigw_timeout_in_millis {timeout} is beyond this account's quota, which is {most}: set {most} or less, "
            f"or {TIMEOUT.remedy(timeout)}; AWS may lower the account's rate of requests for it."
        ]

    def scaling() -> list[str]:
        most = value_of(api, FARGATE)
        if vcpus <= most:
            return []
        return [
            f"ecs_service_scaling max_capacity {stack.most_tasks} needs {vcpus} vCPUs with ecs_service_cpu "
            f"{stack.variables['ecs_service_cpu']}, the quota of {FARGATE.what} in {api.region} is {most}: lower "
            f"max_capacity, or {FARGATE.remedy(vcpus)}."
        ]

    if vcpus > DEFAULT_FARGATE:
        yield scaling
    if rules > DEFAULT_RULES:
        yield group
    if timeout > DEFAULT_LONGEST_TIMEOUT:
        yield integration


def check(api: Api, stack: Stack, missing: bool) -> list[str]:
    """Find all quotas that are too low for the stack. A quota that cannot be read is taken for enough, with a warning.

    :param missing: whether the stack may not exist yet.
    """
    checks = list(setting_checks(api, stack))
    variables = stack.variables
    new_vpc, new_api = missing and "network_vpc_name" in variables, missing and "apigw_name" in variables
    # boto3 makes clients in one thread only
    for service, needed in ((SERVICE, checks or new_vpc or new_api), ("ec2", new_vpc), ("apigateway", new_api)):
        if needed:
            api.client(service)
    with ThreadPoolExecutor(AT_ONCE) as pool:

        def begin(some: Iterable[Check]) -> list[Future[list[str]]]:
            return [pool.submit(attempt, api, one) for one in some]

        begun = begin([*checks, lambda: api_check(api, stack)] if new_api else checks)
        if new_vpc:
            # which checks follow depends on the VPCs
            begun += begin(attempt(api, lambda: vpc_checks(api, stack)))
        return [text for future in begun for text in future.result()]


def attempt(api: Api, one: Callable[[], Iterable[Any]]) -> list[Any]:
    """Return what a check finds, or the further checks that it yields; warn if it cannot be made."""
    try:
        return list(one())
    except AwsError as failure:
        api.warn(f"A quota was not checked, so the run may stop at it: {failure}")
        return []
