"""Route 53: records as AWS keeps and returns them."""

from __future__ import annotations

from typing import Any

from emulator.patching import wrap


def install() -> None:
    """Put the additions into moto."""
    from moto.route53.exceptions import Route53ClientError
    from moto.route53.models import Route53Backend

    @wrap(Route53Backend, "change_resource_record_sets")
    def change_resource_record_sets(original: Any, self: Any, zoneid: str, change_list: list[dict[str, Any]]) -> Any:
        """Keep names in lower case, aliases with a dot at the end, and a CNAME alone; remove only what is there.

        See "Domain name format" in the developer guide, and ChangeResourceRecordSets in the API reference.
        """
        present = {(one.name.rstrip("."), one.type): one for one in self.get_hosted_zone(zoneid).rrsets}
        for change in change_list:
            record = change["ResourceRecordSet"]
            record["Name"] = record["Name"].lower()
            if alias := record.get("AliasTarget"):
                alias["DNSName"] = alias["DNSName"].lower().rstrip(".") + "."
            which = (record["Name"].rstrip("."), record["Type"])
            if refusal := refused(change["Action"], record, which, present):
                raise Route53ClientError("InvalidChangeBatch", f"[{refusal}]")
        return original(self, zoneid, change_list)


def refused(action: str, record: dict[str, Any], which: tuple[str, str], present: dict[tuple[str, str], Any]) -> str:
    """Return why AWS refuses a change of a record; empty when it does not.

    :param which: name and type of the record.
    :param present: the records of the zone, by name and type.
    """
    name, its_type = which
    if action != "DELETE":
        others = {other for there, other in present if there == name and other != its_type}
        conflict = next((other for other in sorted(others) if "CNAME" in (other, its_type)), "")
        return conflict and (
            f"RRSet of type {its_type} with DNS name {name}. is not permitted because a conflicting RRSet of type "
            f"{conflict} with the same DNS name already exists in zone"
        )
    there = present.get(which)
    if there is None or not record.get("AliasTarget"):
        return ""
    same = there.alias_target and all(
        str(there.alias_target.get(key)).lower() == str(record["AliasTarget"].get(key)).lower()
        for key in ("DNSName", "HostedZoneId", "EvaluateTargetHealth")
    )
    return (
        ""
        if same
        else (
            f"Tried to delete resource record set [name='{name}.', type='{its_type}'] but the values provided do not "
            "match the current values"
        )
    )
