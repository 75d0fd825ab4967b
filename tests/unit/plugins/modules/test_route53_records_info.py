"""Whose the DNS records of a load balancer are: where a record leads decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

BALANCER = "streamflix-alb-dev"
TARGET = f"{BALANCER}-1.eu-west-1.elb.amazonaws.com."
OWNER = {"Environment": "dev"}
Run = Callable[..., dict[str, Any]]


@pytest.fixture
def balancer(aws: Any) -> Callable[..., dict[str, Any]]:
    """Give a function that makes the load balancer."""

    def make(ip_address_type: str = "ipv4", environment: str = "dev") -> dict[str, Any]:
        ec2 = aws("ec2")
        vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc_id)
        subnets = [
            ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.0.{place}.0/24", AvailabilityZone=f"eu-west-1{zone}")[
                "Subnet"
            ]
            for place, zone in enumerate("ab")
        ]
        return aws("elbv2").create_load_balancer(
            Name=BALANCER,
            Subnets=[subnet["SubnetId"] for subnet in subnets],
            IpAddressType=ip_address_type,
            Tags=[{"Key": "Environment", "Value": environment}],
        )["LoadBalancers"][0]

    return make


@pytest.fixture
def zone(aws: Any) -> str:
    """Give the id of a hosted zone example.com."""
    return (
        aws("route53")
        .create_hosted_zone(Name="example.com", CallerReference="1")["HostedZone"]["Id"]
        .rpartition("/")[2]
    )


@pytest.fixture
def put(aws: Any, zone: str) -> Callable[..., None]:
    """Give a function that sets a record: an alias, or one with values."""

    def change(name: str, leads_to: str, kind: str = "A", **more: Any) -> None:
        alias = {"HostedZoneId": "Z32O12XQLNTSW2", "DNSName": leads_to, "EvaluateTargetHealth": False}
        where = (
            {"AliasTarget": alias} if kind in ("A", "AAAA") else {"TTL": 60, "ResourceRecords": [{"Value": leads_to}]}
        )
        record = {"Name": name, "Type": kind, **where, **more}
        changes = [{"Action": "UPSERT", "ResourceRecordSet": record}]
        aws("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})

    return change


@pytest.fixture
def look(run_module: Run) -> Run:
    """Give a function that runs the module for one record."""

    def run(zone: str = "example.com", name: str = "API.example.com", state: str = "present", **options: Any) -> Any:
        records = [{"zone": zone, "name": name, "state": state}]
        return run_module(
            "route53_records_info", records=records, load_balancer_name=BALANCER, ownership_tags=OWNER, **options
        )

    return run


def which(records: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(record["name"], record["type"]) for record in records]


@pytest.mark.parametrize(
    ("addresses", "types"),
    [("ipv4", ["A"]), ("dualstack", ["A", "AAAA"])],
)
def test_the_records_are_of_the_load_balancers_addresses(
    balancer: Any, zone: str, look: Run, addresses: str, types: list[str]
) -> None:
    made = balancer(addresses)
    found = look()
    assert found["records"] == [
        {
            "hosted_zone_id": zone,
            "name": "api.example.com",
            "type": kind,
            "value": TARGET,
            "alias_hosted_zone_id": made["CanonicalHostedZoneId"],
            "alias_evaluate_target_health": False,
        }
        for kind in types
    ]
    assert found["surplus"] == []
    assert look(zone)["records"] == found["records"]


def test_where_it_leads_is_not_known_before_there_is_a_load_balancer(zone: str, look: Run) -> None:
    [record] = look(check=True)["records"]
    assert record["hosted_zone_id"] == zone
    assert "known after apply" in record["value"]
    assert "Deploy it first" in look()["msg"]


def test_all_others_that_lead_to_it_are_surplus(balancer: Any, zone: str, put: Any, look: Run) -> None:
    balancer()
    for name, target in (
        ("old", TARGET),
        ("earlier", f"dualstack.internal-{BALANCER}-99.eu-west-1.elb.amazonaws.com"),
        ("region", f"{BALANCER}-1.eu-west-2.elb.amazonaws.com"),
        ("longer", f"{BALANCER}-2-1.eu-west-1.elb.amazonaws.com"),
        ("*", TARGET),
    ):
        put(f"{name}.example.com", target)
    put("several.example.com", TARGET, SetIdentifier="one", Weight=1)
    put("api.example.com", TARGET)
    put("api.example.com", TARGET, "AAAA")
    found = look()
    surplus = [("*", "A"), ("api", "AAAA"), ("earlier", "A"), ("old", "A")]
    assert sorted(which(found["surplus"])) == [(f"{name}.example.com", kind) for name, kind in surplus]
    every = sorted([*which(found["surplus"]), ("api.example.com", "A")])
    removal = look(state="absent")
    assert removal["records"] == []
    assert sorted(which(removal["surplus"])) == every
    assert {record["hosted_zone_id"] for record in removal["surplus"]} == {zone}


def test_what_leads_elsewhere_is_somebody_elses_unless_adopted(balancer: Any, zone: str, put: Any, look: Run) -> None:
    balancer()
    put("api.example.com", "other-1.eu-west-1.elb.amazonaws.com")
    put("api.example.com", "words", "TXT")
    refused = look()["msg"]
    assert "api.example.com A, which leads to other-1.eu-west-1.elb.amazonaws.com" in refused
    assert "platform_adopt=true" in refused
    assert "TXT" not in refused
    assert which(look(adopt=True)["records"]) == [("api.example.com", "A")]
    assert look(state="absent")["surplus"] == []


@pytest.mark.parametrize("adopt", [False, True])
def test_what_no_record_can_be_beside_is_refused(balancer: Any, zone: str, put: Any, look: Run, adopt: bool) -> None:
    balancer()
    put("api.example.com", "elsewhere.example.org", "CNAME")
    assert "CNAME has no other record" in look(adopt=adopt)["msg"]
    put("www.example.com", TARGET, SetIdentifier="one", Weight=1)
    assert "one of several (one)" in look(name="www.example.com", adopt=adopt)["msg"]


def test_a_load_balancer_of_somebody_else_keeps_its_records(balancer: Any, zone: str, put: Any, look: Run) -> None:
    balancer(environment="prod")
    put("api.example.com", TARGET)
    assert "is not ours: it has Environment=prod" in look()["msg"]
    found = look(state="absent")
    assert (found["records"], found["surplus"]) == ([], [])


def test_hosted_zones_have_to_be_there(balancer: Any, aws: Any, zone: str, look: Run) -> None:
    balancer()
    refused = look("example.org", "api.example.org")["msg"]
    assert "no hosted zone 'example.org'" in refused
    assert f"{zone} example.com" in refused
    assert "outside of the zone 'example.com'" in look(zone, "api.example.org")["msg"]
    assert "outside of the zone 'example.com'" in look(zone, "apiexample.com")["msg"]
    # of a zone that is gone nothing has to be removed
    assert look("example.org", "api.example.org", "absent")["surplus"] == []
    second = aws("route53").create_hosted_zone(Name="example.com", CallerReference="2")["HostedZone"]["Id"]
    assert "several hosted zones" in look()["msg"]
    assert which(look(second)["records"]) == [("api.example.com", "A")]


D = "d-0123456789.execute-api.eu-west-1.amazonaws.com"
LEADS = {"dns_name": D, "hosted_zone_id": "ZLY8HYME6SFDD"}


@pytest.fixture
def look_at_domain(run_module: Run) -> Run:
    """Give a function that runs the module for the record of a custom domain name of API Gateway."""

    def run(state: str = "present", target: dict[str, str] | None = None, **options: Any) -> Any:
        records = [{"zone": "example.com", "name": "api.example.com", "state": state}]
        return run_module("route53_records_info", records=records, domain_target=target or {}, **options)

    return run


def test_the_record_of_a_domain_name_leads_to_api_gateway(zone: str, put: Any, look_at_domain: Run) -> None:
    leads = {"value": f"{D}.", "alias_hosted_zone_id": "ZLY8HYME6SFDD", "alias_evaluate_target_health": False}
    wanted = {"hosted_zone_id": zone, "name": "api.example.com", "type": "A", **leads}
    assert look_at_domain(target=LEADS) == {**look_at_domain(target=LEADS), "records": [wanted], "surplus": []}
    # one of an earlier domain name of this name is ours, and those of other names are not
    put("api.example.com", "d-9876543210.execute-api.eu-west-1.amazonaws.com")
    put("other.example.com", "d-5555555555.execute-api.eu-west-1.amazonaws.com")
    assert look_at_domain(target=LEADS)["records"] == [wanted]
    gone = look_at_domain(state="absent")
    assert which(gone["surplus"]) == [("api.example.com", "A")]
    assert gone["surplus"][0]["value"] == "d-9876543210.execute-api.eu-west-1.amazonaws.com."


def test_a_record_of_a_domain_name_that_leads_elsewhere_is_somebody_elses(put: Any, look_at_domain: Run) -> None:
    put("api.example.com", "d-0123456789.execute-api.eu-central-1.amazonaws.com")
    assert "is not ours, as it leads elsewhere" in look_at_domain(target=LEADS)["msg"]
    assert look_at_domain(state="absent")["surplus"] == []
    assert which(look_at_domain(target=LEADS, adopt=True)["records"]) == [("api.example.com", "A")]


def test_where_a_domain_name_leads_is_not_known_before_there_is_one(zone: str, look_at_domain: Run) -> None:
    unknown = {"dns_name": "(known after apply)", "hosted_zone_id": "(known after apply)"}
    [record] = look_at_domain(target=unknown, check=True)["records"]
    assert (record["hosted_zone_id"], record["value"]) == (zone, "(known after apply).")
