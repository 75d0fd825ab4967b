"""Resource Groups Tagging API: kinds that AWS lists and moto does not.

moto leaves out Elastic IP addresses, VPC endpoints, launch templates, DB subnet groups and cluster parameter groups,
listeners and their rules, plans of AWS Backup, and all of API Gateway and WAF; flow logs have an ARN of their own in
it. Nor does it take tags away there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from emulator import kept
from emulator.backends import backend_of
from emulator.patching import wrap

Item = tuple[str, dict[str, str], str]


def _ec2(account: str, region: str) -> Iterator[Item]:
    from moto.ec2.models import ec2_backends

    backend = ec2_backends[account][region]
    collections: dict[str, Iterable[Any]] = {
        "elastic-ip": (address for address in backend.addresses if address.allocation_id),
        "launch-template": backend.launch_templates.values(),
        "vpc-endpoint": backend.vpc_end_points.values(),
        "vpc-flow-log": backend.flow_logs.values(),
    }
    for kind, resources in collections.items():
        for resource in resources:
            name = resource.allocation_id if kind == "elastic-ip" else resource.id
            tags = dict(backend.tags.get(name, {}))
            yield f"arn:{backend.partition}:ec2:{region}:{account}:{kind}/{name}", tags, f"ec2:{kind}"


def _rds(account: str, region: str) -> Iterator[Item]:
    from moto.rds.models import rds_backends

    backend = rds_backends[account][region]
    collections: dict[str, Any] = {"subgrp": backend.subnet_groups, "cluster-pg": backend.db_cluster_parameter_groups}
    for kind, resources in collections.items():
        for resource in resources.values():
            yield resource.arn, {tag["Key"]: tag["Value"] for tag in resource.get_tags()}, f"rds:{kind}"


def _elbv2(account: str, region: str) -> Iterator[Item]:
    from moto.elbv2.models import elbv2_backends

    backend = elbv2_backends[account][region]
    tags_of = backend.tagging_service.get_tag_dict_for_resource
    for load_balancer in backend.load_balancers.values():
        for listener in load_balancer.listeners.values():
            yield listener.arn, tags_of(listener.arn), "elasticloadbalancing:listener"
            for arn in listener._non_default_rules:
                yield arn, tags_of(arn), "elasticloadbalancing:listener-rule"


def _apigateway(account: str, region: str) -> Iterator[Item]:
    from moto.apigateway.models import apigateway_backends

    backend = apigateway_backends[account][region]
    root = f"arn:{backend.partition}:apigateway:{region}::"
    for api in backend.apis.values():
        yield f"{root}/restapis/{api.id}", dict(api.tags or {}), "apigateway:restapis"
        for stage in api.stages.values():
            yield f"{root}/restapis/{api.id}/stages/{stage.name}", dict(stage.tags or {}), "apigateway:stages"
    for name, domain in backend.domain_names.items():
        yield f"{root}/domainnames/{name}", dict(domain.tags or {}), "apigateway:domainnames"
    others: dict[str, Any] = {"vpclinks": backend.vpc_links, "usageplans": backend.usage_plans}
    for kind, resources in others.items():
        for resource in resources.values():
            tags = resource.tags if isinstance(resource.tags, dict) else {}
            yield f"{root}/{kind}/{resource.id}", dict(tags), f"apigateway:{kind}"


def _wafv2(account: str, region: str) -> Iterator[Item]:
    from moto.wafv2.models import wafv2_backends

    backend = wafv2_backends[account][region]
    for kind, resources in (("webacl", backend.wacls), ("ipset", backend.ip_sets)):
        for arn in resources:
            pairs = backend.tagging_service.list_tags_for_resource(arn)["Tags"]
            yield arn, {tag["Key"]: tag["Value"] for tag in pairs}, f"wafv2:regional/{kind}"


def _backup(account: str, region: str) -> Iterator[Item]:
    from moto.backup.models import backup_backends

    backend = backup_backends[account][region]
    for plan in backend.plans.values():
        if plan.deletion_date is None:
            tags = backend.tagger.get_tag_dict_for_resource(plan.backup_plan_arn)
            yield plan.backup_plan_arn, tags, "backup:backup-plan"


def _apigatewayv2(account: str, region: str) -> Iterator[Item]:
    from moto.apigatewayv2.models import apigatewayv2_backends

    backend = apigatewayv2_backends[account][region]
    for link in backend.vpc_links.values():
        yield link.arn, backend.get_tags(link.arn), "apigateway:vpclinks"


def _kept(_account: str, region: str) -> Iterator[Item]:
    for item in kept.everything(region):
        yield item.arn, dict(item.tags), item.kind


def _untag_elbv2(backend: Any, arn: str, keys: list[str]) -> None:
    backend.remove_tags([arn], keys)


def _untag_apigateway(backend: Any, arn: str, keys: list[str]) -> None:
    kind, api_id, *below = arn.partition("::/")[2].split("/")
    if kind == "vpclinks":
        backend_of("apigatewayv2", backend.region_name).untag_resource(arn, keys)
        return
    if kind == "domainnames":
        item = backend.domain_names[api_id]
    else:
        item = backend.apis[api_id].stages[below[1]] if below else backend.apis[api_id]
    item.tags = {key: text for key, text in (item.tags or {}).items() if key not in keys}


def _untag(backend: Any, arn: str, keys: list[str]) -> None:
    backend.untag_resource(arn, keys)


# by the service as ARNs name it: the boto3 client's name, and how its tags are taken away
_UNTAG: dict[str, tuple[str, Any]] = {
    "apigateway": ("apigateway", _untag_apigateway),
    "backup": ("backup", _untag),
    "elasticloadbalancing": ("elbv2", _untag_elbv2),
    "wafv2": ("wafv2", _untag),
}


MOST_TAGS_A_PAGE = 500


def install() -> None:
    """Put the additions into moto."""
    _install_listing()
    _install_paging()
    _install_untagging()


def _install_listing() -> None:
    from moto.core.resource_tagging import TaggedResource, make_tag_matcher, match_resource_type
    from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend

    def added(self: Any) -> Iterator[Any]:
        for source in (_ec2, _rds, _elbv2, _apigateway, _apigatewayv2, _backup, _wafv2, _kept):
            for arn, tags, kind in source(self.account_id, self.region_name):
                if tags:
                    yield TaggedResource(arn=arn, tags=tags, resource_type=kind)

    @wrap(ResourceGroupsTaggingAPIBackend, "_get_resources_generator")
    def get_resources_generator(
        original: Any,
        self: Any,
        tag_filters: Any = None,
        resource_type_filters: Any = None,
        resource_arn_list: Any = None,
    ) -> Iterator[Any]:
        """Go on with the kinds that moto leaves out."""
        for resource in original(self, tag_filters, resource_type_filters, resource_arn_list):
            if resource.resource_type != "ec2:flow-logs":
                yield resource
        matches = make_tag_matcher(tag_filters)
        for resource in added(self):
            wanted = not resource_arn_list or resource.arn in resource_arn_list
            if wanted and matches(resource.tags) and match_resource_type(resource.resource_type, resource_type_filters):
                yield resource


def _install_paging() -> None:
    from moto.resourcegroupstaggingapi.responses import ResourceGroupsTaggingAPIResponse

    @wrap(ResourceGroupsTaggingAPIResponse, "_get_int_param")
    def get_int_param(original: Any, self: Any, name: str, default: int | None = None) -> int | None:
        """End a page after 100 tags only when TagsPerPage asks for it, as the API reference says; moto always does."""
        return original(self, name, MOST_TAGS_A_PAGE if name == "TagsPerPage" else default)


def _install_untagging() -> None:
    from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend

    @wrap(ResourceGroupsTaggingAPIBackend, "untag_resources")
    def untag_resources(
        original: Any, self: Any, resource_arn_list: list[str], tag_keys: list[str]
    ) -> dict[str, dict[str, Any]]:
        """Take tags away in the services, too, in which moto does not."""
        failed: dict[str, dict[str, Any]] = {}
        for arn in resource_arn_list:
            service = arn.split(":")[2]
            item = next((one for one in kept.everything(self.region_name) if one.arn == arn), None)
            if item:
                item.tags = {name: text for name, text in item.tags.items() if name not in tag_keys}
            elif service in _UNTAG:
                client, untag = _UNTAG[service]
                untag(backend_of(client, self.region_name), arn, tag_keys)
            else:
                failed |= original(self, [arn], tag_keys)
        return failed
