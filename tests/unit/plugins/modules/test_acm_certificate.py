"""The certificate module, each step read back with plain boto3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support import certificates

NAME = "api.example.com"
OURS = {"ManagedBy": "streamflix.content_api"}
Options = dict[str, Any]
Read = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def zone_id(aws: Any) -> str:
    return certificates.zone(aws, "example.com")


@pytest.fixture
def options(zone_id: str) -> Options:
    return {
        "domain_name": NAME,
        "subject_alternative_names": ["*.api.example.com", "www.example.com"],
        "tags": {"Environment": "dev"},
        "owner_tags": OURS,
    }


@pytest.fixture
def read_back(aws: Any) -> Read:
    def read() -> list[dict[str, Any]]:
        acm = aws("acm")
        keys = ["RSA_2048", "EC_prime256v1"]
        listed = acm.list_certificates(Includes={"keyTypes": keys})["CertificateSummaryList"]
        found = []
        for arn in (one["CertificateArn"] for one in listed):
            tags = acm.list_tags_for_certificate(CertificateArn=arn)["Tags"]
            certificate = acm.describe_certificate(CertificateArn=arn)["Certificate"]
            found.append({**certificate, "tags": {tag["Key"]: tag["Value"] for tag in tags}})
        return found

    return read


@pytest.fixture
def cnames(aws: Any, zone_id: str) -> Callable[[], list[str]]:
    """Give a function that returns the names of the CNAMEs in the hosted zone, but for their first label."""

    def read() -> list[str]:
        found = aws("route53").list_resource_record_sets(HostedZoneId=zone_id)["ResourceRecordSets"]
        return sorted(one["Name"].partition(".")[2] for one in found if one["Type"] == "CNAME")

    return read


def test_creates_what_the_preview_shows(run_module: Any, options: Options, read_back: Read, cnames: Any) -> None:
    preview = run_module("acm_certificate", check=True, **options)
    assert (read_back(), cnames()) == ([], [])
    done = run_module("acm_certificate", **options)
    assert done["actions"] == preview["actions"]
    assert done["actions"][0] == f"request_certificate {NAME}"
    assert done["changes"] == preview["changes"]
    kinds = [change["type"] for change in done["changes"]]
    assert kinds == ["AWS::CertificateManager::Certificate", *["AWS::Route53::RecordSet"] * 2]
    (certificate,) = read_back()
    assert (certificate["Status"], certificate["DomainName"]) == ("ISSUED", NAME)
    assert set(certificate["SubjectAlternativeNames"]) == {NAME, "*.api.example.com", "www.example.com"}
    assert certificate["tags"] == {"Environment": "dev", **OURS}
    # the name and its wildcard share one
    assert cnames() == ["api.example.com.", "www.example.com."]
    assert done["certificate"]["arn"] == certificate["CertificateArn"]
    assert done["certificate"]["status"] == "ISSUED"


def test_second_run_changes_nothing(run_module: Any, options: Options, read_back: Read, cnames: Any) -> None:
    run_module("acm_certificate", **options)
    before = read_back(), cnames()
    options["subject_alternative_names"].reverse()
    for check in (True, False):
        again = run_module("acm_certificate", check=check, **{**options, "domain_name": "API.example.com"})
        assert (again["changed"], again["actions"], again["surplus"]) == (False, [], [])
    assert (read_back(), cnames()) == before


def test_a_key_of_another_kind(run_module: Any, options: Options, read_back: Read) -> None:
    options["key_algorithm"] = "EC_prime256v1"
    done = run_module("acm_certificate", **options)
    (certificate,) = read_back()
    assert certificate["KeyAlgorithm"] == "EC-prime256v1"
    assert done["certificate"]["key_algorithm"] == "EC_prime256v1"
    assert not run_module("acm_certificate", **options)["changed"]


def test_other_names_are_another_certificate_and_the_old_one_goes_when_nothing_uses_it(
    run_module: Any, options: Options, read_back: Read
) -> None:
    old = run_module("acm_certificate", **options)["certificate"]["arn"]
    options["subject_alternative_names"] = []
    done = run_module("acm_certificate", **options)
    new = done["certificate"]["arn"]
    assert (new != old, done["surplus"]) == (True, [old])
    assert not run_module("acm_certificate", **options)["changed"]
    preview = run_module("acm_certificate", check=True, **options, purge_unused=True)
    done = run_module("acm_certificate", **options, purge_unused=True)
    assert done["changes"] == preview["changes"]
    assert [change["action"] for change in done["changes"]] == ["remove"]
    assert [certificate["CertificateArn"] for certificate in read_back()] == [new]


def test_somebody_elses_stays_and_is_taken_over_when_asked(
    aws: Any, run_module: Any, options: Options, read_back: Read
) -> None:
    theirs = certificates.requested(aws, NAME, "*.api.example.com", "www.example.com")
    preview = run_module("acm_certificate", check=True, **options, adopt=True)
    assert preview["certificate"]["arn"] == theirs
    ours = run_module("acm_certificate", **options)["certificate"]["arn"]
    gone = {"domain_name": NAME, "state": "absent", "owner_tags": OURS}
    assert ours != theirs
    assert run_module("acm_certificate", **gone)["changed"]
    assert [certificate["CertificateArn"] for certificate in read_back()] == [theirs]


def test_taking_one_over_removes_no_other_of_somebody_elses(
    aws: Any, run_module: Any, options: Options, read_back: Read
) -> None:
    theirs = [
        certificates.requested(aws, NAME, "*.api.example.com", "www.example.com"),
        certificates.requested(aws, NAME),
        certificates.requested(aws, NAME, "*.api.example.com", "www.example.com", KeyAlgorithm="EC_prime256v1"),
    ]
    done = run_module("acm_certificate", **options, adopt=True, purge_unused=True)
    assert done["certificate"]["arn"] == theirs[0]
    assert {certificate["CertificateArn"] for certificate in read_back()} == set(theirs)
    run_module("acm_certificate", domain_name=NAME, state="absent", owner_tags=OURS)
    assert {certificate["CertificateArn"] for certificate in read_back()} == set(theirs[1:])


def test_tags_change(run_module: Any, options: Options, read_back: Read) -> None:
    run_module("acm_certificate", **options)
    done = run_module("acm_certificate", **{**options, "tags": {"Owner": "core"}})
    assert done["actions"] == [f"add_tags_to_certificate {NAME}", f"remove_tags_from_certificate {NAME}"]
    assert read_back()[0]["tags"] == {"Owner": "core", **OURS}


@pytest.mark.parametrize("values", [(), ("_other.acm-validations.aws.",)])
def test_a_record_that_is_lost_or_changed_is_made_again(
    aws: Any, run_module: Any, options: Options, cnames: Any, zone_id: str, values: tuple[str, ...]
) -> None:
    record = run_module("acm_certificate", **options)["certificate"]["validation_records"][0]
    action, given = ("UPSERT", values) if values else ("DELETE", (record["value"] + ".",))
    certificates.change(aws, zone_id, action, record["name"], "CNAME", *given)
    preview = run_module("acm_certificate", check=True, **options)
    done = run_module("acm_certificate", **options)
    assert done["actions"] == preview["actions"] == [f"change_resource_record_sets {NAME} in {zone_id}"]
    assert done["changes"] == preview["changes"]
    assert [change["name"] for change in done["changes"]] == [record["name"]]
    assert len(cnames()) == 2
    assert not run_module("acm_certificate", **options)["changed"]


def test_removes_it_with_the_records_that_no_other_needs(
    aws: Any, run_module: Any, options: Options, read_back: Read, cnames: Any
) -> None:
    run_module("acm_certificate", **options)
    other = certificates.requested(aws, "www.example.com")
    gone = {"domain_name": NAME, "state": "absent", "owner_tags": OURS}
    foretold = run_module("acm_certificate", check=True, **gone)
    done = run_module("acm_certificate", **gone)
    assert (done["actions"], done["changes"]) == (foretold["actions"], foretold["changes"])
    assert [certificate["CertificateArn"] for certificate in read_back()] == [other]
    assert cnames() == ["www.example.com."]
    assert not run_module("acm_certificate", **gone)["changed"]


def test_records_stay_when_other_regions_need_them(run_module: Any, options: Options, cnames: Any) -> None:
    run_module("acm_certificate", **options)
    gone = {"domain_name": NAME, "state": "absent", "keep_validation_records": True}
    assert run_module("acm_certificate", **gone)["actions"] == [f"delete_certificate {NAME}"]
    assert len(cnames()) == 2


def test_a_removal_waits_for_what_uses_it(run_module: Any, options: Options, sent_until_removed: Any) -> None:
    run_module("acm_certificate", **options)
    codes = ["ResourceInUseException"] * 9
    assert sent_until_removed("acm_certificate", "DeleteCertificate", *codes, domain_name=NAME) == 10


def test_what_is_made_elsewhere_is_told(run_module: Any, options: Options, cnames: Any) -> None:
    options |= {"route53_validation": False, "wait": False, "domain_name": "api.example.net"}
    done = run_module("acm_certificate", **options)
    assert done["certificate"]["status"] == "PENDING_VALIDATION"
    assert {record["hosted_zone_id"] for record in done["certificate"]["validation_records"]} == {""}
    assert (done["ready"], cnames()) == (False, [])


def test_one_that_failed_is_requested_anew(
    aws: Any, run_module: Any, options: Options, zone_id: str, read_back: Read
) -> None:
    # after the request, so that the module cannot know
    dead = certificates.requested(aws, NAME, Tags=[{"Key": key, "Value": value} for key, value in OURS.items()])
    record = aws("acm").describe_certificate(CertificateArn=dead)["Certificate"]["DomainValidationOptions"][0]
    certificates.change(aws, zone_id, "CREATE", "example.com", "CAA", '0 issue "letsencrypt.org"')
    cname = record["ResourceRecord"]
    certificates.change(aws, zone_id, "CREATE", cname["Name"], "CNAME", cname["Value"])
    assert read_back()[0]["FailureReason"] == "CAA_ERROR"
    options["subject_alternative_names"] = []
    failed = run_module("acm_certificate", **options)
    assert "The CAA record of example.com keeps Amazon from issuing" in failed["msg"]
    certificates.change(aws, zone_id, "UPSERT", "example.com", "CAA", '0 issue "amazon.com"')
    done = run_module("acm_certificate", **options)
    assert (done["certificate"]["status"], done["surplus"]) == ("ISSUED", [dead])


def test_a_wait_that_cannot_end_says_why(
    aws: Any, run_module: Any, options: Options, zone_id: str, no_pauses: None
) -> None:
    options |= {"subject_alternative_names": [], "wait": False, "route53_validation": False}
    records = run_module("acm_certificate", **options)["certificate"]["validation_records"]
    waiting = run_module("acm_certificate", **{**options, "wait": True, "wait_timeout": 0})
    assert "PENDING_VALIDATION; it usually takes some minutes" in waiting["msg"]
    certificates.change(aws, zone_id, "CREATE", "example.com", "CAA", '0 issue ";"')
    certificates.change(aws, zone_id, "CREATE", records[0]["name"], "CNAME", records[0]["value"])
    failed = run_module("acm_certificate", **{**options, "wait": True})
    assert "does not let Amazon issue" in failed["msg"]


def test_the_wait_says_who_has_to_answer(aws: Any, run_module: Any, options: Options) -> None:
    arn = run_module("acm_certificate", **options)["certificate"]["arn"]
    from moto.acm import acm_backends

    acm_backends["123456789012"]["eu-west-1"]._certificates[arn].check = lambda: None
    acm_backends["123456789012"]["eu-west-1"]._certificates[arn].status = "PENDING_VALIDATION"
    waiting = run_module("acm_certificate", **options, wait_timeout=0)
    (server, *_others) = aws("route53").get_hosted_zone(Id=aws("route53").list_hosted_zones()["HostedZones"][0]["Id"])[
        "DelegationSet"
    ]["NameServers"]
    assert f"the registrar has to say that these answer: example.com by {server}" in waiting["msg"]


def test_the_nearest_zone_has_the_records_if_it_is_delegated(
    aws: Any, run_module: Any, options: Options, cnames: Any
) -> None:
    nearer = certificates.zone(aws, NAME)
    failed = run_module("acm_certificate", **options)
    assert f"The hosted zone {NAME} ({nearer}) is not delegated" in failed["msg"]
    certificates.change(aws, certificates.zone(aws, "example.com"), "CREATE", NAME, "NS", "ns-1.example.net.")
    run_module("acm_certificate", **options)
    assert cnames() == ["www.example.com."]
    found = aws("route53").list_resource_record_sets(HostedZoneId=nearer)["ResourceRecordSets"]
    assert [one["Type"] for one in found].count("CNAME") == 1


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"domain_name": "api.example.net"}, "no public hosted zone for api.example.net"),
        ({"hosted_zone_id": "Z1234"}, "hosted zone Z1234 is no public one"),
        ({"domain_name": "a_b.example.com"}, "is no name that a certificate can have"),
        ({"domain_name": "a" * 60 + ".example.com"}, "AWS takes 64"),
        ({"subject_alternative_names": ["a.example.com", "A.example.com"]}, "more than once"),
        ({"subject_alternative_names": ["a.*.example.com"]}, "is no name"),
    ],
)
def test_refuses_what_could_not_be_issued(
    run_module: Any, options: Options, read_back: Read, changed: Options, text: str
) -> None:
    for check in (True, False):
        failed = run_module("acm_certificate", check=check, **{**options, **changed})
        assert failed["failed"]
        assert text in failed["msg"]
    assert read_back() == []


def test_a_private_zone_validates_nothing(aws: Any, run_module: Any) -> None:
    vpc_id = aws("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    private = {"VPC": {"VPCRegion": "eu-west-1", "VPCId": vpc_id}, "HostedZoneConfig": {"PrivateZone": True}}
    certificates.zone(aws, "example.org", **private)
    assert "(private)" in run_module("acm_certificate", domain_name="api.example.org")["msg"]


def test_a_lost_reply_makes_no_second_certificate(
    run_module: Any, troubled: Any, options: Options, read_back: Read
) -> None:
    troubled("RequestCertificate", "lost reply")
    assert run_module("acm_certificate", **options)["changed"]
    assert len(read_back()) == 1
