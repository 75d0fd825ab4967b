# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What AWS WAF knows by a name, an id and a lock token: web ACLs and IP sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ansible_collections.streamflix.content_api.plugins.module_utils import fields, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plain import PlainResource, set_values
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    Plan,
    differences,
    refuse_replacement,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.wafv2 import rules
from ansible_collections.streamflix.content_api.plugins.module_utils.wafv2.offers import pages
from ansible_collections.streamflix.content_api.plugins.module_utils.wafv2.reading import (
    GONE,
    IN_USE,
    SCOPE,
    UNAVAILABLE,
)

NAMED: Rows = {
    "name": Field(aws="Name", required=True, always=True, rule=rules.name),
    "id": Field(aws="Id", assigned=True, always=True, shown_only=True, new=CHOSEN),
    "arn": Field(aws="ARN", assigned=True, always=True, shown_only=True, new=CHOSEN),
    # of this state of it; a change with an older one is refused
    "lock_token": Field(aws="LockToken", assigned=True, always=True, shown_only=True, new=CHOSEN, no_log=False),
}


class NamedResource(PlainResource):
    """A regional resource of AWS WAF that is found by its name in a list, and changed as a whole.

    :cvar noun: what boto3 calls it in C(create_...), C(get_...), C(update_...) and C(delete_...).
    :cvar lists: the boto3 method that lists all, and the member of its reply.
    :cvar member: the member with the description.
    :cvar settings: the rows that a creation and an update send.
    :cvar at_creation: those that a creation sends beside them.
    """

    service = "wafv2"
    tagging = tags.WAFV2
    noun: ClassVar[str]
    lists: ClassVar[tuple[str, str]]
    member: ClassVar[str]
    settings: ClassVar[tuple[str, ...]]
    at_creation: ClassVar[tuple[str, ...]] = ()

    def find(self) -> dict[str, Any] | None:
        listed = pages(self.api, *self.lists)
        its_id = next((item["Id"] for item in listed if item["Name"] == self.name), None)
        if its_id is None:
            return None
        reply = self.api.get(f"get_{self.noun}", GONE, Name=self.name, Id=its_id, Scope=SCOPE)
        return None if reply is None else reply[self.member].also(LockToken=reply["LockToken"])

    def tags_of(self, item: dict[str, Any]) -> dict[str, str] | None:
        reply = self.api.get(self.tagging.listing, GONE, ResourceARN=item["ARN"])
        return None if reply is None else self.tagging.listed(reply)

    def setting_params(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parameters of a creation or an update that set what the resource is to be.

        :param values: the resource as it will be.
        """
        return fields.params(self.fields, set_values(values), self.settings)

    def plan_create(self) -> Plan:
        its_tags = dict(self.options["tags"] or {})
        after = {**self.created(), "tags": its_tags}
        params = {
            **fields.params(self.fields, after, ("name", *self.at_creation)),
            "Scope": SCOPE,
            **self.setting_params(after),
            **self.creation_tags(its_tags),
        }
        return Plan([Call(f"create_{self.noun}", params, self.name, retry_if=UNAVAILABLE)], None, after)

    def plan_update(self, current: dict[str, Any]) -> Plan:
        wanted = self.merged(current)
        refuse_replacement(current, wanted, fields.fixed(self.fields), self.remedy)
        changed = differences(current, wanted)
        its_tags = tags.after(current["tags"], self.options["tags"], self.options["purge_tags"])
        after = {**current, **changed, "tags": its_tags}
        tagging = tags.steps(self.tagging, self.to_be_tagged(current), current["tags"], self.options, self.name)
        params = {**self._which(current), **self.setting_params(after)}
        update = [Call(f"update_{self.noun}", params, self.name, retry_if=UNAVAILABLE)] if changed else []
        return Plan([*update, *tagging], current, after)

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        which = self._which(current)
        return Plan([Call(f"delete_{self.noun}", which, self.name, done_if=GONE, retry_if=IN_USE)], current, None)

    def _which(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "Name": self.name,
            "Scope": SCOPE,
            "Id": current["id"],
            "LockToken": current["lock_token"],
        }
