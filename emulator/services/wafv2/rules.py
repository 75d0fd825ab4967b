"""WAF: a web ACL that guards something stays.

AWS WAF API Reference, DeleteWebACL.
"""

from __future__ import annotations

from emulator.rules.registry import Account, refuse_if, rule
from emulator.wire import AwsRequest


@rule("wafv2", "DeleteWebACL")
def guards_nothing(request: AwsRequest, account: Account) -> None:
    """Refuse while a resource is associated with it."""
    wanted = request.parameters.get("Id")
    guards = any(acl.id == wanted and acl.associated_resources for acl in account.of("wafv2").wacls.values())
    text = "AWS WAF could not perform the operation because your resource is being used by another resource"
    refuse_if(guards, "WAFAssociatedItemException", f"{text} or is associated with another resource.")
