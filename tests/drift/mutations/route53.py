"""Drifts of the DNS name of the load balancer, in a hosted zone that is not the stack's."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.drift.mutation import CREATE, REMOVE, SERVICE, Mutation, Named
from tests.drift.snapshot import Found
from tests.support.account import Client, pages

ZONE, NAME, OTHER = "example.com", "api.example.com", "other.example.com"
VARIABLES = {"ecs_service_dns_records": [{"zone": ZONE, "name": NAME}]}
KIND = "AWS::Route53::RecordSet"
CHANGE = ("route53:ChangeResourceRecordSets",)


def prepare(aws: Client) -> None:
    """Make the hosted zone, which the stack only uses."""
    aws("route53").create_hosted_zone(Name=ZONE, CallerReference="drift")


def zone_id(aws: Client) -> str:
    """Return the id of the hosted zone."""
    return next(zone["Id"] for zone in aws("route53").list_hosted_zones()["HostedZones"])


def records(aws: Client) -> list[dict[str, Any]]:
    """Return the records of the hosted zone but for those that each zone has."""
    found = pages(aws("route53"), "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone_id(aws))
    return [record for record in found if record["Type"] not in ("NS", "SOA")]


def read(aws: Client) -> Found:
    """Yield the records."""
    for record in records(aws):
        yield "DNS record", f"{record['Name']} {record['Type']}", [], {key: record[key] for key in ("AliasTarget",)}


def change(aws: Client, action: str, **more: Any) -> None:
    """Change the record, or make one like it."""
    record = {**records(aws)[0], **more}
    changes = [{"Action": action, "ResourceRecordSet": record}]
    aws("route53").change_resource_record_sets(HostedZoneId=zone_id(aws), ChangeBatch={"Changes": changes})


def lead(aws: Client, **more: Any) -> None:
    """Let the record lead elsewhere."""
    change(aws, "UPSERT", AliasTarget={**records(aws)[0]["AliasTarget"], **more})


def drifts() -> Iterator[Mutation]:
    """Yield what can become of the record."""
    others = {
        # an earlier load balancer of this name
        "value": ("DNSName", "streamflix-alb-dev-99.eu-west-1.elb.amazonaws.com."),
        "alias_hosted_zone_id": ("HostedZoneId", "Z0000000000000"),
        "alias_evaluate_target_health": ("EvaluateTargetHealth", True),
    }
    for field, (member, value) in others.items():
        named = (Named(KIND, f"{NAME} A", (field,)),)
        yield Mutation(f"DNS record: {field}", partial(lead, **{member: value}), named, SERVICE, CHANGE, (NAME,))


MUTATIONS = (
    *drifts(),
    Mutation(
        "DNS record: removed",
        lambda aws: change(aws, "DELETE"),
        (Named(KIND, f"{NAME} A", action=CREATE),),
        SERVICE,
        CHANGE,
        (NAME,),
        sample=True,
    ),
    Mutation(
        "DNS record: another one that leads to the load balancer",
        lambda aws: change(aws, "CREATE", Name=OTHER),
        (Named(KIND, f"{OTHER} A", action=REMOVE),),
        SERVICE,
        CHANGE,
        (OTHER,),
    ),
)
