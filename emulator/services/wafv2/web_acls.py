"""Web ACLs: what AWS refuses, their capacity, updates that drop what is not sent, and the operations that moto lacks.

AWS WAF API Reference: UpdateWebACL replaces all settings; AssociateWebACL replaces the web ACL that guards a resource;
what is removed is guarded by none.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from emulator import caching
from emulator.backends import backend_of
from emulator.kept import parameters, result
from emulator.patching import add, wrap
from emulator.services.wafv2 import capacity, managed, refusals

# what an update without them takes away
UNSET = ("association_config", "captcha_config", "challenge_config", "custom_response_bodies", "token_domains")
KINDS = {"APPLICATION_LOAD_BALANCER": ":elasticloadbalancing:", "API_GATEWAY": ":apigateway:"}


def install() -> None:
    """Patch moto's web ACLs, and add the operations."""
    _install_settings()
    _install_associations()
    _install_logging()
    _install_operations()


def _install_settings() -> None:
    from moto.wafv2.models import FakeWebACL, WAFV2Backend
    from moto.wafv2.responses import WAFV2Response

    wrap(WAFV2Response, "create_web_acl")(_create)
    wrap(WAFV2Response, "update_web_acl")(_update)
    wrap(WAFV2Response, "list_tags_for_resource")(_list_tags)
    wrap(FakeWebACL, "to_dict")(_shown)
    wrap(WAFV2Backend, "delete_web_acl")(_delete)


def _create(original: Any, self: Any) -> Any:
    """Refuse what AWS refuses."""
    values = parameters("wafv2", self)
    refusals.check_scope(values["Scope"], self.region)
    if any(acl.name == values["Name"] for acl in self.wafv2_backend.wacls.values()):
        raise refusals.duplicate()
    refusals.check_web_acl(self.wafv2_backend, values)
    return original(self)


def _update(original: Any, self: Any) -> Any:
    """Refuse what AWS refuses, and drop what is not sent."""
    values, backend = parameters("wafv2", self), self.wafv2_backend
    acl = backend.get_web_acl(None, values["Name"], values["Id"])
    if acl.lock_token == values["LockToken"]:
        refusals.check_web_acl(backend, values)
        acl.rules, acl.description = [], ""
        for name in UNSET:
            setattr(acl, name, None)
    return original(self)


def _list_tags(original: Any, self: Any) -> Any:
    """Refuse to list those of something that is gone; see ListTagsForResource."""
    backend, arn = self.wafv2_backend, self._get_param("ResourceARN")
    kinds = (backend.wacls, backend.ip_sets, backend.rule_groups, backend.regex_pattern_sets)
    if ":global/" not in arn and not any(arn in kind for kind in kinds):
        raise refusals.missing(arn)
    return original(self)


def _shown(original: Any, self: Any) -> dict[str, Any]:
    """Show the capacity that its rules take, and the window that a rule without one has."""
    shown: dict[str, Any] = copy.deepcopy(original(self))
    for rule in shown["Rules"]:
        for kind, inner in refusals.statements(rule["Statement"]):
            if kind == "RateBasedStatement":
                inner.setdefault("EvaluationWindowSec", refusals.DEFAULT_WINDOW)
    return {**shown, "Capacity": capacity.of_rules(shown["Rules"])}


def _delete(original: Any, self: Any, name: str, scope: str, _id: str, lock_token: str) -> None:
    """Remove its logging with it."""
    arns = [arn for arn, acl in self.wacls.items() if acl.id == _id]
    original(self, name, scope, _id, lock_token)
    for arn in arns:
        self.logging_configurations.pop(arn, None)


def exists(region: str, arn: str) -> bool:
    """Tell whether a web ACL can guard a resource: the stage of a REST API, or an application load balancer."""
    if ":apigateway:" in arn:
        _unused, api_id, _unused, stage = arn.partition("::/restapis")[2].split("/")
        api = backend_of("apigateway", region).apis.get(api_id)
        return api is not None and stage in api.stages
    balancer = backend_of("elbv2", region).load_balancers.get(arn)
    return balancer is not None and balancer.type == "application"


def forget_removed(backend: Any) -> None:
    """End the associations of resources that are gone."""
    for acl in backend.wacls.values():
        acl.associated_resources = [arn for arn in acl.associated_resources if exists(backend.region_name, arn)]


def _install_associations() -> None:
    from moto.wafv2.models import WAFV2Backend

    @wrap(WAFV2Backend, "associate_web_acl")
    def associate_web_acl(original: Any, self: Any, web_acl_arn: str, resource_arn: str) -> None:
        """Refuse a resource that there is not, and take the place of another web ACL."""
        if web_acl_arn not in self.wacls or not exists(self.region_name, resource_arn):
            raise refusals.missing(resource_arn)
        for acl in self.wacls.values():
            acl.associated_resources = [arn for arn in acl.associated_resources if arn != resource_arn]
        original(self, web_acl_arn, resource_arn)

    @wrap(WAFV2Backend, "disassociate_web_acl")
    def disassociate_web_acl(original: Any, self: Any, resource_arn: str) -> None:
        """Refuse a resource that there is not."""
        if not exists(self.region_name, resource_arn):
            raise refusals.missing(resource_arn)
        original(self, resource_arn)

    @wrap(WAFV2Backend, "get_web_acl_for_resource")
    def get_web_acl_for_resource(original: Any, self: Any, resource_arn: str) -> Any:
        """Refuse a resource that there is not."""
        if not exists(self.region_name, resource_arn):
            raise refusals.missing(resource_arn)
        return original(self, resource_arn)


def _install_logging() -> None:
    from moto.wafv2.responses import WAFV2Response

    @wrap(WAFV2Response, "put_logging_configuration")
    def put_logging_configuration(original: Any, self: Any) -> Any:
        """Refuse what AWS refuses."""
        refusals.check_logging(self.wafv2_backend, parameters("wafv2", self)["LoggingConfiguration"])
        return original(self)


def _install_operations() -> None:
    from moto.wafv2.responses import WAFV2Response

    operations = (
        check_capacity,
        describe_managed_rule_group,
        list_available_managed_rule_group_versions,
        list_available_managed_rule_groups,
        list_resources_for_web_acl,
    )
    for operation in operations:
        add(WAFV2Response, operation.__name__, operation)
    # moto may know the operations of this class from an earlier request
    caching.forget()


def check_capacity(self: Any) -> Any:
    """Answer CheckCapacity."""
    rules: Iterable[Mapping[str, Any]] = parameters("wafv2", self)["Rules"]
    refusals.check_rules(self.wafv2_backend, rules)
    return result({"Capacity": capacity.of_rules(rules)})


def _group(self: Any) -> managed.Group:
    values = parameters("wafv2", self)
    group = managed.find(values["VendorName"], values["Name"])
    if group is None:
        raise refusals.missing(values["Name"])
    return group


def describe_managed_rule_group(self: Any) -> Any:
    """Answer DescribeManagedRuleGroup."""
    group = _group(self)
    rules = [{"Name": name, "Action": {"Block": {}}} for name in group.rules]
    return result({"Capacity": group.capacity, "Rules": rules, "LabelNamespace": f"awswaf:managed:aws:{group.name}:"})


def list_available_managed_rule_group_versions(self: Any) -> Any:
    """Answer ListAvailableManagedRuleGroupVersions."""
    versions = managed.VERSIONS if _group(self).versioned else ()
    default = {"CurrentDefaultVersion": versions[0]} if versions else {}
    return result({"Versions": [{"Name": name} for name in versions], **default})


def list_available_managed_rule_groups(self: Any) -> Any:
    """Answer ListAvailableManagedRuleGroups."""
    refusals.check_scope(parameters("wafv2", self)["Scope"], self.region)
    return result({"ManagedRuleGroups": list(managed.listed())})


def list_resources_for_web_acl(self: Any) -> Any:
    """Answer ListResourcesForWebACL, which lists one kind of resources only, load balancers unless it says which."""
    values, backend = parameters("wafv2", self), self.wafv2_backend
    forget_removed(backend)
    acl = backend.wacls.get(values["WebACLArn"])
    if acl is None:
        raise refusals.missing(values["WebACLArn"])
    part = KINDS.get(values.get("ResourceType", "APPLICATION_LOAD_BALANCER"), "?")
    return result({"ResourceArns": [arn for arn in acl.associated_resources if part in arn]})
