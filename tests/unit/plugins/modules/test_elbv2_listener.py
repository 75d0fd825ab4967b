"""The listener module: create, update, no change, remove, each read back with plain boto3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2 import actions

from tests.support import certificates

LATER = "(known after apply)"
CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"


@pytest.fixture
def stack(aws: Any) -> dict[str, str]:
    """Give a load balancer and two target groups."""
    ec2, elbv2 = aws("ec2"), aws("elbv2")
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    gateway_id = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(VpcId=vpc_id, InternetGatewayId=gateway_id)
    subnets = [
        ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.0.{index}.0/24", AvailabilityZone=f"eu-west-1{zone}")
        for index, zone in enumerate("ab")
    ]
    balancer = elbv2.create_load_balancer(Name="alb", Subnets=[subnet["Subnet"]["SubnetId"] for subnet in subnets])
    groups = [
        elbv2.create_target_group(Name=name, Protocol="HTTP", Port=80, VpcId=vpc_id, TargetType="ip")
        for name in ("blue", "green")
    ]
    blue, green = (group["TargetGroups"][0]["TargetGroupArn"] for group in groups)
    return {"arn": balancer["LoadBalancers"][0]["LoadBalancerArn"], "blue": blue, "green": green}


@pytest.fixture
def certificate(aws: Any) -> str:
    return certificates.issued(aws, "example.com")


@pytest.fixture
def options(stack: dict[str, str]) -> dict[str, Any]:
    return {
        "load_balancer_arn": stack["arn"],
        "port": 80,
        "protocol": "HTTP",
        "target_group_arn": stack["blue"],
        "tags": {"Environment": "dev"},
    }


@pytest.fixture
def read_back(aws: Any, stack: dict[str, str]) -> Callable[[], list[dict[str, Any]]]:
    def read() -> list[dict[str, Any]]:
        elbv2 = aws("elbv2")
        found = elbv2.describe_listeners(LoadBalancerArn=stack["arn"])["Listeners"]
        for listener in found:
            described = elbv2.describe_tags(ResourceArns=[listener["ListenerArn"]])["TagDescriptions"][0]["Tags"]
            listener["tags"] = {tag["Key"]: tag["Value"] for tag in described}
        return found

    return read


def test_creates_what_the_preview_shows(run_module: Any, options: Any, stack: Any, read_back: Any) -> None:
    preview = run_module("elbv2_listener", check=True, **options)
    assert preview["changed"]
    assert read_back() == []

    done = run_module("elbv2_listener", **options)
    assert done["changed"]
    assert done["actions"] == preview["actions"] == ["create_listener alb:80"]
    of_balancer = done["listener"]["arn"].rpartition("/")[0]
    assert {**done["listener"], "arn": f"{of_balancer}/{LATER}"} == preview["listener"]

    (listener,) = read_back()
    assert (listener["Protocol"], listener["Port"], listener["LoadBalancerArn"]) == ("HTTP", 80, stack["arn"])
    (action,) = listener["DefaultActions"]
    assert (action["Type"], action["TargetGroupArn"]) == ("forward", stack["blue"])
    assert listener["tags"] == {"Environment": "dev"}
    assert done["listener"]["arn"] == listener["ListenerArn"]


def test_second_run_changes_nothing(run_module: Any, options: Any, read_back: Any) -> None:
    run_module("elbv2_listener", **options)
    before = read_back()
    for check in (True, False):
        again = run_module("elbv2_listener", check=check, **options)
        assert not again["changed"]
        assert again["actions"] == []
    assert read_back() == before


def test_another_target_group(run_module: Any, options: Any, stack: Any, read_back: Any) -> None:
    run_module("elbv2_listener", **options)
    options |= {"target_group_arn": stack["green"], "tags": {"Owner": "api"}}
    preview = run_module("elbv2_listener", check=True, **options)
    assert read_back()[0]["DefaultActions"][0]["TargetGroupArn"] == stack["blue"]

    done = run_module("elbv2_listener", **options)
    assert done["listener"] == preview["listener"]
    assert done["diff"]["before"]["default_actions"] == [{"type": "forward", "target_group_arn": stack["blue"]}]
    assert done["diff"]["after"]["default_actions"] == [{"type": "forward", "target_group_arn": stack["green"]}]
    (listener,) = read_back()
    assert listener["DefaultActions"][0]["TargetGroupArn"] == stack["green"]
    assert listener["tags"] == {"Owner": "api"}
    assert not run_module("elbv2_listener", **options)["changed"]


def test_a_redirect_to_https(run_module: Any, options: Any, read_back: Any) -> None:
    run_module("elbv2_listener", **options)
    del options["target_group_arn"]
    options["redirect"] = {}
    done = run_module("elbv2_listener", **options)
    assert done["actions"] == ["modify_listener alb:80"]
    (action,) = read_back()[0]["DefaultActions"]
    assert action["Type"] == "redirect"
    redirect = action["RedirectConfig"]
    assert (redirect["Protocol"], redirect["Port"], redirect["StatusCode"]) == ("HTTPS", "443", "HTTP_301")
    assert not run_module("elbv2_listener", **options)["changed"]


def test_an_answer_of_its_own(run_module: Any, options: Any, read_back: Any) -> None:
    run_module("elbv2_listener", **options)
    del options["target_group_arn"]
    options["fixed_response"] = {"status_code": "403", "content_type": "application/json", "message_body": "{}"}
    preview = run_module("elbv2_listener", check=True, **options)
    done = run_module("elbv2_listener", **options)
    assert done["actions"] == preview["actions"] == ["modify_listener alb:80"]
    assert done["changes"] == preview["changes"]
    (action,) = read_back()[0]["DefaultActions"]
    expected = {"StatusCode": "403", "ContentType": "application/json", "MessageBody": "{}"}
    assert (action["Type"], action["FixedResponseConfig"]) == ("fixed-response", expected)
    assert not run_module("elbv2_listener", **options)["changed"]
    options["fixed_response"]["status_code"] = "302"
    assert "set a code of 2xx" in run_module("elbv2_listener", **options)["msg"]


def test_https_and_back(run_module: Any, options: Any, certificate: str, read_back: Any) -> None:
    run_module("elbv2_listener", **options)
    secure = {**options, "protocol": "HTTPS", "certificate_arn": certificate, "ssl_policy": POLICY}
    preview = run_module("elbv2_listener", check=True, **secure)
    done = run_module("elbv2_listener", **secure)
    assert done["listener"] == preview["listener"]
    (listener,) = read_back()
    assert (listener["Protocol"], listener["SslPolicy"]) == ("HTTPS", POLICY)
    assert listener["Certificates"][0]["CertificateArn"] == certificate
    assert not run_module("elbv2_listener", **secure)["changed"]

    preview = run_module("elbv2_listener", check=True, **options)
    done = run_module("elbv2_listener", **options)
    assert done["listener"] == preview["listener"]
    assert (done["listener"]["certificate_arn"], done["listener"]["ssl_policy"]) == ("", "")


def test_further_certificates(aws: Any, run_module: Any, options: Any, certificate: str) -> None:
    one, two = (certificates.issued(aws, name) for name in ("example.net", "example.org"))
    secure = {**options, "protocol": "HTTPS", "certificate_arn": certificate, "ssl_policy": POLICY}
    for wanted, sent in (
        ([one], ["create_listener alb:80", "add_listener_certificates alb:80"]),
        ([two], ["add_listener_certificates alb:80", "remove_listener_certificates alb:80"]),
        ([], ["remove_listener_certificates alb:80"]),
    ):
        secure["additional_certificate_arns"] = wanted
        preview = run_module("elbv2_listener", check=True, **secure)
        done = run_module("elbv2_listener", **secure)
        assert done["actions"] == preview["actions"] == sent
        assert done["changes"] == preview["changes"]
        listed = aws("elbv2").describe_listener_certificates(ListenerArn=done["listener"]["arn"])["Certificates"]
        assert [item["CertificateArn"] for item in listed] == [certificate, *wanted]
        assert not run_module("elbv2_listener", **secure)["changed"]
    secure["additional_certificate_arns"] = [one, one]
    assert "more than once" in run_module("elbv2_listener", **secure)["msg"]


def test_attributes(aws: Any, run_module: Any, options: Any) -> None:
    options["attributes"] = {"routing.http.response.server.enabled": False}
    done = run_module("elbv2_listener", **options)
    assert done["listener"]["attributes"]["routing.http.response.server.enabled"] == "false"
    pairs = aws("elbv2").describe_listener_attributes(ListenerArn=done["listener"]["arn"])["Attributes"]
    assert {"Key": "routing.http.response.server.enabled", "Value": "false"} in pairs
    assert not run_module("elbv2_listener", **options)["changed"]


def test_removes_and_removes_again(aws: Any, run_module: Any, options: Any, stack: Any, read_back: Any) -> None:
    run_module("elbv2_listener", **options)
    gone = {"load_balancer_arn": stack["arn"], "port": 80, "state": "absent"}
    assert run_module("elbv2_listener", check=True, **gone)["changed"]
    assert len(read_back()) == 1
    done = run_module("elbv2_listener", **gone)
    assert done["changed"]
    assert done["listener"] == {}
    assert read_back() == []
    assert not run_module("elbv2_listener", **gone)["changed"]
    aws("elbv2").delete_load_balancer(LoadBalancerArn=stack["arn"])
    assert not run_module("elbv2_listener", **gone)["changed"]


def test_previews_with_ids_that_do_not_exist_yet(run_module: Any) -> None:
    preview = run_module(
        "elbv2_listener",
        check=True,
        load_balancer_arn=f"loadbalancer/app/alb/{LATER}",
        port=80,
        protocol="HTTP",
        target_group_arn=LATER,
    )
    assert preview["actions"] == ["create_listener alb:80"]
    assert preview["listener"]["default_actions"] == [{"type": "forward", "target_group_arn": LATER}]


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"protocol": "HTTPS"}, "set certificate_arn"),
        ({"certificate_arn": CERTIFICATE}, "is for HTTPS only"),
        ({"port": 0}, "set 1 to 65535"),
        ({"redirect": {}}, "mutually exclusive"),
        ({"target_group_arn": None}, "set one of target_group_arn, redirect"),
    ],
)
def test_refuses_what_aws_would_refuse(run_module: Any, options: Any, wrong: dict[str, Any], text: str) -> None:
    failed = run_module("elbv2_listener", **{**options, **wrong})
    assert failed["failed"]
    assert text in failed["msg"]


def test_reads_a_forward_as_aws_repeats_it() -> None:
    action = {
        "Type": "forward",
        "TargetGroupArn": "arn:blue",
        "Order": 1,
        "ForwardConfig": {
            "TargetGroups": [{"TargetGroupArn": "arn:blue", "Weight": 1}],
            "TargetGroupStickinessConfig": {"Enabled": False},
        },
    }
    assert actions.from_aws(action) == {"type": "forward", "target_group_arn": "arn:blue"}


def test_sees_a_split_of_the_traffic_as_drift() -> None:
    groups = [{"TargetGroupArn": "arn:blue", "Weight": 9}, {"TargetGroupArn": "arn:green", "Weight": 1}]
    action = {"Type": "forward", "Order": 1, "ForwardConfig": {"TargetGroups": groups}}
    assert actions.from_aws(action) == {
        "type": "forward",
        "target_groups": {"arn:blue": 9, "arn:green": 1},
    }


def test_tells_what_becomes_of_it(changes_of: Any, options: dict[str, Any], stack: dict[str, str]) -> None:
    kind, name = "AWS::ElasticLoadBalancingV2::Listener", "alb 80"
    blue, green = ({"type": "forward", "target_group_arn": stack[color]} for color in ("blue", "green"))
    created = {
        "port": (None, 80),
        "protocol": (None, "HTTP"),
        "certificate_arn": (None, ""),
        "additional_certificate_arns": (None, []),
        "ssl_policy": (None, ""),
        "default_actions": (None, [blue]),
        "attributes": (None, {}),
        "tags": (None, {"Environment": "dev"}),
    }
    assert changes_of("elbv2_listener", **options) == [("create", kind, name, created)]
    options["target_group_arn"] = stack["green"]
    assert changes_of("elbv2_listener", **options) == [("update", kind, name, {"default_actions": ([blue], [green])})]
    assert changes_of("elbv2_listener", **options) == []
    place = {"load_balancer_arn": stack["arn"], "port": 80}
    removed = {key: (value, None) for key, (_unused, value) in created.items()} | {"default_actions": ([green], None)}
    assert changes_of("elbv2_listener", **place, state="absent") == [("remove", kind, name, removed)]


def test_a_listener_of_ours_on_another_port_is_told_and_stays(
    aws: Any, run_module: Any, options: Any, stack: Any, read_back: Any
) -> None:
    owned = {**options, "owner_tags": {"ManagedBy": "streamflix.content_api"}}
    first = run_module("elbv2_listener", **owned)
    assert (first["others"], first.get("warnings")) == ([], None)
    action = [{"Type": "forward", "TargetGroupArn": stack["blue"]}]
    aws("elbv2").create_listener(LoadBalancerArn=stack["arn"], Port=8081, Protocol="HTTP", DefaultActions=action)

    expected = [{"arn": first["listener"]["arn"], "port": 80}]
    for check in (True, False, False):
        moved = run_module("elbv2_listener", check=check, **{**owned, "port": 8080})
        assert moved["others"] == expected
        assert any("alb 80 is this stack's" in warning for warning in moved["warnings"])
    known = run_module("elbv2_listener", **{**owned, "port": 8080}, other_ports=[80])
    assert (known["others"], known.get("warnings")) == ([], None)
    assert not moved["changed"]
    assert sorted(listener["Port"] for listener in read_back()) == [80, 8080, 8081]


def test_requests_stay_with_the_old_targets_while_those_of_another_group_come(
    aws: Any, run_module: Any, options: Any, stack: Any, read_back: Any
) -> None:
    run_module("elbv2_listener", **options)
    aws("elbv2").register_targets(TargetGroupArn=stack["blue"], Targets=[{"Id": "10.0.0.4", "Port": 80}])
    options |= {"target_group_arn": stack["green"], "keep_targets": True}
    preview = run_module("elbv2_listener", check=True, **options)
    done = run_module("elbv2_listener", **options)
    assert (done["actions"], done["changes"]) == (preview["actions"], preview["changes"])
    assert done["moving_from"] == preview["moving_from"] == [stack["blue"]]
    groups = read_back()[0]["DefaultActions"][0]["ForwardConfig"]["TargetGroups"]
    assert {group["TargetGroupArn"]: group["Weight"] for group in groups} == {stack["blue"]: 1, stack["green"]: 0}
    again = run_module("elbv2_listener", **options)
    assert (again["changed"], again["moving_from"]) == (False, [stack["blue"]])


def test_an_attribute_changes_and_the_others_stay(aws: Any, run_module: Any, options: Any) -> None:
    def attributes() -> dict[str, str]:
        described = aws("elbv2").describe_listener_attributes(ListenerArn=arn)["Attributes"]
        return {item["Key"]: item["Value"] for item in described}

    server = "routing.http.response.server.enabled"
    arn = run_module("elbv2_listener", **options)["listener"]["arn"]
    before = attributes()
    done = run_module("elbv2_listener", **options, attributes={server: False})
    assert done["actions"] == ["modify_listener_attributes alb:80"]
    assert attributes() == {**before, server: "false"}


def test_a_preview_knows_that_aws_chooses_a_policy_for_https(run_module: Any, options: Any, certificate: str) -> None:
    assert run_module("elbv2_listener", check=True, **options)["listener"]["ssl_policy"] == ""
    secure = {**options, "protocol": "HTTPS", "certificate_arn": certificate}
    assert run_module("elbv2_listener", check=True, **secure)["listener"]["ssl_policy"] == LATER
    assert run_module("elbv2_listener", **secure)["listener"]["ssl_policy"].startswith("ELBSecurityPolicy-")


@pytest.mark.parametrize(
    ("codes", "times"), [(["ListenerNotFound"], 1), (["LoadBalancerNotFound"], 1), (["ResourceInUse"] * 9, 10)]
)
def test_what_is_gone_or_in_use_for_a_while_is_no_failed_removal(
    run_module: Any, options: Any, stack: Any, sent_until_removed: Any, codes: list[str], times: int
) -> None:
    run_module("elbv2_listener", **options)
    which = {"load_balancer_arn": stack["arn"], "port": 80, "wait": times > 1}
    assert sent_until_removed("elbv2_listener", "DeleteListener", *codes, **which) == times
