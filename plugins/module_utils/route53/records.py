# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The DNS records that lead to a load balancer, in hosted zones that are not ours.

Records have no tags. Whose one is says where it leads: AWS makes the DNS name of a load balancer of its name, a number
and the region, so that a record that leads to an earlier load balancer of the same name is known, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ansible_collections.streamflix.content_api.plugins.module_utils import ownership, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2.load_balancer import LOAD_BALANCER_GONE
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import InvalidOptionError, unknown
from ansible_collections.streamflix.content_api.plugins.module_utils.route53 import rules
from ansible_collections.streamflix.content_api.plugins.module_utils.route53.rules import plain

SERVICE, BALANCERS = "route53", "elbv2"
OPTION, DOMAIN_OPTION = "ecs_service_dns_records", "apigw_domain_zone"
# which record of a load balancer has which addresses
TYPES = {"ipv4": ("A",), "dualstack": ("A", "AAAA"), "dualstack-without-public-ipv4": ("AAAA",)}
# what keeps a name from having a record of these types, or stands for all types
ALONE = "CNAME"


class Record(NamedTuple):
    """Which record.

    :ivar hosted_zone_id: the id of its hosted zone.
    :ivar name: its name, as L(plain) returns it.
    :ivar type: its type, such as C(A).
    """

    hosted_zone_id: str
    name: str
    type: str


@dataclass(frozen=True)
class Zone:
    """A hosted zone.

    :ivar id: its id, without C(/hostedzone/).
    :ivar name: its name, without the dot at its end.
    :ivar private: whether only VPCs ask it.
    """

    id: str
    name: str
    private: bool


def read_zones(api: Api) -> list[Zone]:
    """Return all hosted zones of the account.

    :raises AwsError: AWS refused, or was not reached.
    """
    found = api.pages("list_hosted_zones", "HostedZones", SERVICE)
    return [
        Zone(zone["Id"].rpartition("/")[2], plain(zone["Name"]), bool(zone.get("Config", {}).get("PrivateZone")))
        for zone in found
    ]


def named(zones: Iterable[Zone], which: str) -> list[Zone]:
    """Return the hosted zones with a name, or the one with an id."""
    its_id = rules.zone_id(which)
    return [zone for zone in zones if (zone.id == its_id if its_id else zone.name == plain(which))]


def check(zones: Sequence[Zone], wanted: Iterable[Mapping[str, str]], option: str = OPTION) -> list[str]:
    """Find records whose hosted zone does not exist, is not the only one of its name, or is for other names.

    One that is not wanted, with C(state) V(absent), is nowhere where there is no zone.

    :param zones: the hosted zones of the account.
    :param wanted: the records, with C(zone) and C(name).
    :param option: the variable that has them.
    """
    found: dict[str, None] = {}
    for record in wanted:
        if record.get("state") == "absent":
            continue
        zone = record["zone"]
        fitting = named(zones, zone)
        if not fitting:
            text = f"this account has no hosted zone {zone!r}: create it, or correct {option} ({listed(zones)})."
        elif len(fitting) > 1:
            text = f"this account has several hosted zones {zone!r}: give {option} the id of one ({listed(fitting)})."
        else:
            found |= dict.fromkeys(rules.inside(option, record["name"], fitting[0].name))
            continue
        found[f"{option} has {record['name']!r}, but {text}"] = None
    return list(found)


def listed(zones: Iterable[Zone]) -> str:
    """Return hosted zones in words."""
    words = (f"{zone.id} {zone.name}{' (private)' if zone.private else ''}" for zone in zones)
    return "there are " + (", ".join(words) or "none")


def check_stack(api: Api, variables: Mapping[str, Any]) -> list[str]:
    """Find records of a stack that cannot be, without changing anything; asks nothing of AWS when it has none.

    :param variables: those of the roles.
    :raises AwsError: as L(read_zones).
    """
    wanted = {OPTION: variables.get(OPTION) or []}
    if variables.get("apigw_domain_name") and variables.get(DOMAIN_OPTION):
        wanted[DOMAIN_OPTION] = [{"zone": variables[DOMAIN_OPTION], "name": variables["apigw_domain_name"]}]
    if not any(wanted.values()):
        return []
    zones = read_zones(api)
    return [finding for option, entries in wanted.items() for finding in check(zones, entries, option)]


def leads_to(record: Mapping[str, Any]) -> str:
    """Return in words where a record leads."""
    alias = record.get("AliasTarget")
    return plain(alias["DNSName"]) if alias else ", ".join(one["Value"] for one in record.get("ResourceRecords", ()))


def is_of_domain(record: Mapping[str, Any], names: Iterable[str], region: str) -> bool:
    """Tell whether a record of a custom domain name leads to API Gateway, and is the only one of its name and type.

    There is one regional domain name of a name in an account and a region. AWS gives it another address each time it is
    made, so that a record that leads to an earlier one is known, too.

    :param record: as Route 53 lists it.
    :param names: the domain names.
    """
    if record.get("SetIdentifier") or plain(record["Name"]) not in {plain(name) for name in names}:
        return False
    target = plain((record.get("AliasTarget") or {}).get("DNSName", ""))
    return re.fullmatch(rf"d-[a-z0-9]+\.execute-api\.{region}\.amazonaws\.com(\.cn)?", target) is not None


def is_of(record: Mapping[str, Any], load_balancer: str, region: str) -> bool:
    """Tell whether a record leads to a load balancer, and is not one of several of its name and type.

    :param record: as Route 53 lists it.
    :param load_balancer: the load balancer's name, which is unique in an account and a region.
    """
    if record.get("SetIdentifier"):
        return False
    target = plain((record.get("AliasTarget") or {}).get("DNSName", ""))
    made = rf"(dualstack\.)?(internal-)?{re.escape(load_balancer.lower())}-\d+\.{region}\.elb\.amazonaws\.com(\.cn)?"
    return re.fullmatch(made, target) is not None


def why_not(record: Mapping[str, Any], types: Iterable[str], adopt: bool) -> str:
    """Return why a record of a wanted name, which does not lead to our load balancer, is in the way.

    :param types: the types of the wanted records.
    :param adopt: whether to take over what is not ours.
    :returns: the reason and the remedy; empty when it is in nobody's way, or taken over.
    """
    its_name, its_type = plain(record["Name"]), record["Type"]
    about = f"The record {its_name} {its_type}, which leads to {leads_to(record)}, is not ours"
    if its_type == ALONE:
        return f"{about}. A name with a {ALONE} has no other record: remove it by hand, or give ours another name."
    if its_type not in types:
        return ""
    if record.get("SetIdentifier"):
        return (
            f"{about}, and one of several ({record['SetIdentifier']}): remove these by hand, or give ours another name."
        )
    if adopt:
        return ""
    return (
        f"{about}, as it leads elsewhere than ours would. Nothing of it was changed. To take it over, set "
        "adopt to true (with the playbooks: -e platform_adopt=true). Otherwise give ours another name, or remove it."
    )


def read_target(api: Api, options: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the load balancer as AWS describes it; None where records that lead to one of its name are not ours.

    A custom domain name of API Gateway is returned in the same form.

    :param options: those of M(route53_records_info).
    :raises InvalidOptionError: there is no load balancer that a record could lead to.
    :raises AwsError: AWS refused, or was not reached.
    """
    name, wanted = options["load_balancer_name"], any(one["state"] == "present" for one in options["records"])
    if name is None:
        leads = options["domain_target"]
        zone = leads["hosted_zone_id"] or unknown()
        return {"IpAddressType": "ipv4", "DNSName": leads["dns_name"] or unknown(), "CanonicalHostedZoneId": zone}
    found = api.find("describe_load_balancers", "LoadBalancers", LOAD_BALANCER_GONE, Names=[name])
    if found is None:
        if wanted and not api.check_mode:
            raise InvalidOptionError(f"There is no load balancer {name} in this account and region. Deploy it first.")
        return {"IpAddressType": "ipv4", "DNSName": unknown(), "CanonicalHostedZoneId": unknown()}
    arn, owner = found["LoadBalancerArn"], tags.texts(options["ownership_tags"]) or {}
    reply = api.call("describe_tags", ResourceArns=[arn]) if owner else {}
    its_tags = {
        key: value for one in reply.get("TagDescriptions", ()) for key, value in tags.from_list(one["Tags"]).items()
    }
    if ownership.is_ours(its_tags, owner):
        return found
    if wanted:
        raise InvalidOptionError(f"The load balancer {name} is not ours: it has {ownership.listed(its_tags)}.")
    return None


def read(api: Api, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the records that are to be, and those of ours that are no longer to be.

    :param api: of the load balancer's service, as Route 53 has no regions.
    :param options: those of M(route53_records_info).
    :raises InvalidOptionError: a hosted zone is missing, or a name is somebody else's.
    :raises AwsError: AWS refused, or was not reached.
    """
    target = read_target(api, options)
    if target is None:
        return {"records": [], "surplus": []}
    zones, entries = read_zones(api), options["records"]
    refuse(check(zones, entries))
    types = TYPES[target["IpAddressType"]]
    wanted = [
        Record(zone.id, plain(one["name"]), its_type)
        for one in entries
        for zone in named(zones, one["zone"])
        for its_type in types
        if one["state"] == "present"
    ]
    used = sorted({zone.id for one in entries for zone in named(zones, one["zone"])})
    pages = {
        zone: api.pages("list_resource_record_sets", "ResourceRecordSets", SERVICE, HostedZoneId=zone) for zone in used
    }
    present = [(Record(zone, plain(one["Name"]), one["Type"]), one) for zone, page in pages.items() for one in page]
    name, region = options["load_balancer_name"], api.region or ""
    domains = [one["name"] for one in entries]
    ours = [
        (which, one)
        for which, one in present
        if (is_of_domain(one, domains, region) if name is None else is_of(one, name, region))
    ]
    names = {(which.hosted_zone_id, which.name) for which in wanted}
    refuse(
        [
            reason
            for which, one in present
            if (which.hosted_zone_id, which.name) in names and (which, one) not in ours
            if (reason := why_not(one, types, options["adopt"]))
        ]
    )
    leads = {
        # as Route 53 returns it, or it would differ in each run
        "value": f"{plain(target['DNSName'])}.",
        "alias_hosted_zone_id": target["CanonicalHostedZoneId"],
        "alias_evaluate_target_health": False,
    }
    return {
        "records": [{**which._asdict(), **leads} for which in sorted(wanted)],
        "surplus": [{**which._asdict(), **target_of(one)} for which, one in ours if which not in wanted],
    }


def target_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return where an alias leads, as AWS wants it in the request that removes the record."""
    alias = record["AliasTarget"]
    return {
        "value": alias["DNSName"],
        "alias_hosted_zone_id": alias["HostedZoneId"],
        "alias_evaluate_target_health": alias["EvaluateTargetHealth"],
    }


def refuse(reasons: Sequence[str]) -> None:
    """Raise L(InvalidOptionError) with all reasons, if there are any."""
    if reasons:
        raise InvalidOptionError("\n".join(reasons))
