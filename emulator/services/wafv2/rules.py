"""WAF: what something uses stays: a web ACL that guards a resource, and an IP set that a rule names.

AWS WAF API Reference, DeleteWebACL and DeleteIPSet. A wrong lock token is refused first, as one that is out of date.
"""

from __future__ import annotations

from emulator.rules.registry import Account, refuse_if, rule
from emulator.services.wafv2 import refusals, web_acls
from emulator.wire import AwsRequest

CODE = "WAFAssociatedItemException"
TEXT = (
    "AWS WAF could not perform the operation because your resource is being used by another resource or is associated "
    "with another resource."
)


@rule("wafv2", "DeleteWebACL")
def guards_nothing(request: AwsRequest, account: Account) -> None:
    """Refuse while a resource is associated with it."""
    backend, values = account.of("wafv2"), request.parameters
    web_acls.forget_removed(backend)
    found = [acl for acl in backend.wacls.values() if acl.id == values.get("Id")]
    guards = any(acl.associated_resources for acl in found if acl.lock_token == values.get("LockToken"))
    refuse_if(guards, CODE, TEXT)


@rule("wafv2", "DeleteIPSet")
def named_by_no_rule(request: AwsRequest, account: Account) -> None:
    """Refuse while a rule of a web ACL names it."""
    backend, values = account.of("wafv2"), request.parameters
    found = [one for one in backend.ip_sets.values() if one.ip_set_id == values.get("Id")]
    arns = {one.arn for one in found if one.lock_token == values.get("LockToken")}
    rules = [one for acl in backend.wacls.values() for one in acl.rules]
    statements = [item for one in rules for item in refusals.statements(one.statement)]
    refuse_if(any(inner.get("ARN") in arns for _kind, inner in statements), CODE, TEXT)
