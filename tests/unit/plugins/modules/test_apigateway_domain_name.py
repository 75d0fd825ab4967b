"""Custom domain names of API Gateway: made, changed, led elsewhere, given up, each read back with plain boto3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.certificates import certificate_for
from tests.support.life import there

MODULE = "apigateway_domain_name"
NAME = "api.example.com"
TAGS = {"Application": "streamflix", "Environment": "dev", "ManagedBy": "streamflix.content_api"}
DOMAIN, MAPPING = "AWS::ApiGateway::DomainName", "AWS::ApiGateway::BasePathMapping"
TLS13 = {"security_policy": "SecurityPolicy_TLS13_1_3_2025_09", "endpoint_access_mode": "STRICT"}
TRUST = {"truststore_uri": "s3://trusted/authorities.pem", "truststore_version": "1"}


@pytest.fixture
def client(aws: Any) -> Any:
    return aws("apigateway")


@pytest.fixture
def api(client: Any) -> str:
    """Give the id of an API with the stage C(dev)."""
    made = client.create_rest_api(name="api", endpointConfiguration={"types": ["REGIONAL"]})
    which = {"restApiId": made["id"], "resourceId": made["rootResourceId"], "httpMethod": "ANY"}
    client.put_method(**which, authorizationType="NONE")
    client.put_integration(**which, type="HTTP_PROXY", integrationHttpMethod="ANY", uri="http://example.com")
    client.create_deployment(restApiId=made["id"], stageName="dev")
    return str(made["id"])


@pytest.fixture
def options(aws: Any, api: str) -> dict[str, Any]:
    given = {"name": NAME, "certificate_arn": certificate_for(aws("acm"), NAME), "tags": TAGS, "owner_tags": TAGS}
    return {**given, "rest_api_id": api, "stage_name": "dev"}


@pytest.fixture
def read_back(client: Any) -> Callable[[], Any]:
    """Give a function that returns what AWS has of the domain name; None when there is none."""

    def read() -> Any:
        found = there(lambda: client.get_domain_name(domainName=NAME), "NotFoundException")
        if found is None:
            return None
        mappings = client.get_base_path_mappings(domainName=NAME)["items"]
        leads = {item["basePath"]: (item["restApiId"], item["stage"]) for item in mappings}
        mutual = found.get("mutualTlsAuthentication", {})
        return {
            "certificate": found["regionalCertificateArn"],
            "policy": found["securityPolicy"],
            "mode": found.get("endpointAccessMode"),
            "trust": (mutual.get("truststoreUri"), mutual.get("truststoreVersion")),
            "leads": leads,
            "tags": found["tags"],
        }

    return read


def test_a_domain_name_is_made_kept_and_removed(
    run_module: Any, changes_of: Any, options: Any, read_back: Any, api: str
) -> None:
    changes = changes_of(MODULE, **options, **TLS13)
    assert [change[:3] for change in changes] == [("create", MAPPING, f"{NAME}/"), ("create", DOMAIN, NAME)]
    assert read_back() == {
        "certificate": options["certificate_arn"],
        "policy": TLS13["security_policy"],
        "mode": "STRICT",
        "trust": (None, None),
        "leads": {"(none)": (api, "dev")},
        "tags": TAGS,
    }
    again = run_module(MODULE, **options, **TLS13)
    assert not again["changed"]
    assert again["domain_name"]["regional_domain_name"].endswith(".execute-api.eu-west-1.amazonaws.com")
    # what is left out stays
    assert not run_module(MODULE, **options)["changed"]

    gone = changes_of(MODULE, name=NAME, owner_tags=TAGS, state="absent")
    assert [change[:2] for change in gone] == [("remove", MAPPING), ("remove", DOMAIN)]
    assert read_back() is None
    assert not run_module(MODULE, name=NAME, state="absent")["changed"]


def test_its_preview_is_what_it_becomes(assert_foretold: Any, options: Any) -> None:
    assert_foretold(MODULE, "domain_name", apart=("status_message",), **options, **TLS13, mutual_tls=TRUST)


def test_settings_are_changed_in_place(
    changes_of: Any, run_module: Any, options: Any, read_back: Any, aws: Any
) -> None:
    run_module(MODULE, **options)
    other = certificate_for(aws("acm"), "*.example.com")
    wanted = {**options, **TLS13, "certificate_arn": other, "mutual_tls": TRUST, "tags": {**TAGS, "Team": "content"}}
    (change,) = changes_of(MODULE, **wanted)
    assert change == (
        "update",
        DOMAIN,
        NAME,
        {
            "certificate_arn": (options["certificate_arn"], other),
            "security_policy": ("TLS_1_2", TLS13["security_policy"]),
            "endpoint_access_mode": ("", "STRICT"),
            "mutual_tls.truststore_uri": (None, TRUST["truststore_uri"]),
            "mutual_tls.truststore_version": (None, "1"),
            "tags.Team": (None, "content"),
        },
    )
    found = read_back()
    assert (found["certificate"], found["policy"], found["mode"]) == (other, TLS13["security_policy"], "STRICT")
    assert (found["trust"], found["tags"]) == (tuple(TRUST.values()), {**TAGS, "Team": "content"})
    assert not run_module(MODULE, **wanted)["changed"]

    newer = {**wanted, "mutual_tls": {**TRUST, "truststore_version": "2"}}
    assert run_module(MODULE, **newer)["changed"]
    assert read_back()["trust"][1] == "2"
    plain = {key: value for key, value in wanted.items() if key != "endpoint_access_mode"}
    plain |= {"mutual_tls": {"truststore_uri": ""}, "security_policy": "TLS_1_2"}
    assert run_module(MODULE, **plain)["changed"]
    assert (read_back()["trust"], read_back()["policy"], read_back()["mode"]) == ((None, None), "TLS_1_2", None)
    assert not run_module(MODULE, **plain)["changed"]


def test_it_is_led_to_another_api(
    changes_of: Any, run_module: Any, options: Any, read_back: Any, client: Any, api: str
) -> None:
    first = {key: value for key, value in options.items() if key not in ("rest_api_id", "stage_name")}
    run_module(MODULE, **first)
    assert read_back()["leads"] == {}
    (made,) = changes_of(MODULE, **options)
    assert made == ("create", MAPPING, f"{NAME}/", {"rest_api_id": (None, api), "stage_name": (None, "dev")})
    deployed = client.get_stage(restApiId=api, stageName="dev")["deploymentId"]
    client.create_stage(restApiId=api, stageName="next", deploymentId=deployed)
    client.create_base_path_mapping(domainName=NAME, restApiId=api, stage="next", basePath="theirs")
    (moved,) = changes_of(MODULE, **{**options, "stage_name": "next"})
    assert moved == ("update", MAPPING, f"{NAME}/", {"stage_name": ("dev", "next")})
    assert read_back()["leads"] == {"(none)": (api, "next"), "theirs": (api, "next")}
    changes_of(MODULE, **options, base_path="v1")
    assert read_back()["leads"]["v1"] == (api, "dev")


def test_one_of_others_is_left_alone(run_module: Any, options: Any, read_back: Any) -> None:
    run_module(MODULE, **{**options, "tags": {"Team": "other"}, "owner_tags": None})
    refused = run_module(MODULE, **options)
    assert "is not ours: it lacks" in refused["msg"]
    assert not run_module(MODULE, name=NAME, owner_tags=TAGS, state="absent")["changed"]
    assert read_back()["tags"] == {"Team": "other"}


def test_one_of_another_type_is_left_alone(run_module: Any, options: Any, client: Any) -> None:
    client.create_domain_name(
        domainName=NAME, certificateArn="arn:aws:acm:us-east-1:123456789012:certificate/x", tags=TAGS,
        endpointConfiguration={"types": ["EDGE"]},
    )  # fmt: skip
    assert "is of type EDGE" in run_module(MODULE, **options)["msg"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": "api"}, "name 'api' is not possible: give a name such as api.example.com"),
        ({"certificate_arn": "certificate"}, "give the ARN of a certificate"),
        ({"security_policy": TLS13["security_policy"]}, "needs endpoint_access_mode"),
        ({"mutual_tls": {"truststore_uri": "https://trusted"}}, "mutual_tls.truststore_uri"),
        ({"base_path": "a path"}, "base_path 'a path' is not possible"),
        ({"stage_name": None}, "stage_name"),
    ],
)
def test_what_aws_refuses_is_refused_first(
    run_module: Any, options: Any, read_back: Any, changed: dict[str, Any], said: str
) -> None:
    assert said in run_module(MODULE, **{**options, **changed})["msg"]
    assert read_back() is None


def test_a_certificate_for_another_name_is_refused_by_aws(run_module: Any, options: Any, aws: Any) -> None:
    other = certificate_for(aws("acm"), "api.example.org")
    assert "does not match the certificate" in run_module(MODULE, **{**options, "certificate_arn": other})["msg"]


@pytest.mark.parametrize("code", ["TooManyRequestsException"])
def test_a_removal_waits_for_what_passes(sent_until_removed: Any, run_module: Any, options: Any, code: str) -> None:
    run_module(MODULE, **options)
    assert sent_until_removed(MODULE, "DeleteDomainName", code, code, name=NAME) == 3
