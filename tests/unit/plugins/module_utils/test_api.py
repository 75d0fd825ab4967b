"""How AWS is called: pages, retries, what is missing, and errors that say what to do."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any, ClassVar

import boto3
import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils import api as module
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api, AwsError, remedy_for
from botocore.stub import Stubber

PROFILE_VARIABLES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE")


class Module:
    """As much of AnsibleAWSModule as L(Api) needs; counts the clients that it is asked for."""

    check_mode = True
    params: ClassVar[dict[str, Any]] = {"aws_config": None}

    def __init__(self, **connection: Any) -> None:
        self.connection = connection
        self.asked: list[str] = []

    def client(self, service: str, config: Any, **_given: Any) -> Any:
        """Return a new client."""
        self.asked.append(service)
        return boto3.session.Session().client(service, region_name="eu-west-1", config=config, **self.connection)


def api_for(service: str, **connection: Any) -> Api:
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    return Api(Module(**{**keys, **connection}), service)


@pytest.fixture
def api() -> Api:
    return api_for("elasticache")


@pytest.fixture
def stub(api: Api) -> Iterator[Stubber]:
    with Stubber(api.client()) as stubber:
        yield stubber


@pytest.fixture
def no_sleep(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    delays: list[float] = []
    monkeypatch.setattr("botocore.endpoint.time.sleep", delays.append)
    return delays


def test_a_client_is_built_once_a_service() -> None:
    asked = Module(aws_access_key_id="testing", aws_secret_access_key="testing")
    api = Api(asked, "elasticache")
    assert api.client() is api.client("elasticache")
    api.client("sts")
    api.client("sts")
    assert asked.asked == ["elasticache", "sts"]
    assert (api.region, api.partition, api.check_mode) == ("eu-west-1", "aws", True)


def test_a_call_returns_the_reply(api: Api, stub: Stubber) -> None:
    stub.add_response("list_tags_for_resource", {"TagList": []}, {"ResourceName": "arn"})
    assert api.call("list_tags_for_resource", ResourceName="arn")["TagList"] == []


def test_a_key_that_aws_has_left_out_is_named(api: Api, stub: Stubber) -> None:
    stub.add_response("describe_cache_clusters", {"CacheClusters": [{"CacheClusterId": "x"}]})
    (node,) = api.call("describe_cache_clusters", subject="group x")["CacheClusters"]
    assert node.get("Engine") is None
    with pytest.raises(AwsError) as failure:
        node["Engine"]
    assert str(failure.value).startswith(
        "elasticache:DescribeCacheClusters on group x failed: AWS's reply lacks Engine. Run again"
    )


@pytest.mark.parametrize(
    ("service", "operation", "key"),
    [("elasticache", "describe_cache_clusters", "CacheClusters"), ("ecs", "describe_clusters", "clusters")],
)
def test_a_list_that_aws_has_left_out_is_not_an_empty_one(service: str, operation: str, key: str) -> None:
    api = api_for(service)
    with Stubber(api.client()) as stub:
        stub.add_response(operation, {})
        with pytest.raises(AwsError, match=f"AWS's reply lacks {key}"):
            api.pages(operation, key)


def test_an_item_that_is_refused_in_a_reply_is_an_error() -> None:
    """EC2 API Reference, CreateFlowLogs: Unsuccessful."""
    api = api_for("ec2")
    given = {"ResourceIds": ["vpc-1"], "ResourceType": "VPC", "LogGroupName": "/vpc"}
    refused = {"ResourceId": "vpc-1", "Error": {"Code": "FlowLogAlreadyExists", "Message": "There is one."}}
    with Stubber(api.client()) as stub:
        stub.add_response("create_flow_logs", {"FlowLogIds": [], "Unsuccessful": [refused]}, given)
        stub.add_response("create_flow_logs", {"FlowLogIds": ["fl-1"], "Unsuccessful": []}, given)
        with pytest.raises(AwsError) as raised:
            api.call("create_flow_logs", "", "flow log f", **given)
        assert api.accepted == []
        assert api.call("create_flow_logs", "", "flow log f", **given)["FlowLogIds"] == ["fl-1"]
    assert str(raised.value) == "ec2:CreateFlowLogs on flow log f failed: FlowLogAlreadyExists: There is one."
    assert raised.value.outdated
    assert api.accepted == [("CreateFlowLogs", "flow log f")]


def test_all_pages_are_read(api: Api, stub: Stubber) -> None:
    stub.add_response("describe_cache_clusters", {"Marker": "next", "CacheClusters": [{"CacheClusterId": "a"}]}, {})
    second = {"CacheClusters": [{"CacheClusterId": "b"}]}
    stub.add_response("describe_cache_clusters", second, {"Marker": "next"})
    assert [item["CacheClusterId"] for item in api.pages("describe_cache_clusters", "CacheClusters")] == ["a", "b"]
    stub.assert_no_pending_responses()


def test_an_operation_without_pages_is_read_once() -> None:
    api = api_for("ecs")
    with Stubber(api.client()) as stub:
        stub.add_response("describe_clusters", {"clusters": [{"clusterName": "a"}]}, {"clusters": ["a"]})
        assert api.pages("describe_clusters", "clusters", clusters=["a"]) == [{"clusterName": "a"}]


def test_find_returns_the_only_item_or_none(api: Api, stub: Stubber) -> None:
    groups = [{"ReplicationGroupId": "x"}]
    stub.add_response("describe_replication_groups", {"ReplicationGroups": groups})
    stub.add_response("describe_replication_groups", {"ReplicationGroups": []})
    stub.add_client_error("describe_replication_groups", "ReplicationGroupNotFoundFault", "none", 404)
    wanted = ("describe_replication_groups", "ReplicationGroups", ("ReplicationGroupNotFoundFault",))
    assert api.find(*wanted) == groups[0]
    assert api.find(*wanted) is None
    assert api.find(*wanted) is None


def test_an_empty_list_does_not_say_that_what_was_named_is_missing(api: Api, stub: Stubber) -> None:
    stub.add_response("describe_replication_groups", {"ReplicationGroups": []})
    with pytest.raises(
        AwsError, match=r"DescribeReplicationGroups.* failed: AWS's reply lacks ReplicationGroups for x\."
    ):
        api.find("describe_replication_groups", "ReplicationGroups", ("NotFound",), ReplicationGroupId="x")


def test_what_is_missing_is_none_and_other_errors_are_raised(api: Api, stub: Stubber) -> None:
    stub.add_client_error("list_tags_for_resource", "CacheClusterNotFound", "none", 404)
    stub.add_client_error("list_tags_for_resource", "InvalidARN", "bad", 400)
    stub.add_client_error("describe_replication_groups", "InvalidParameterValue", "bad", 400)
    assert api.get("list_tags_for_resource", ("CacheClusterNotFound",), ResourceName="arn") is None
    with pytest.raises(AwsError) as failure:
        api.get("list_tags_for_resource", ("CacheClusterNotFound",), ResourceName="arn")
    assert failure.value.code == "InvalidARN"
    with pytest.raises(AwsError):
        api.find("describe_replication_groups", "ReplicationGroups", ("ReplicationGroupNotFoundFault",))


def test_throttling_is_tried_again_until_it_passes(aws: Any, no_sleep: list[float]) -> None:
    from botocore.awsrequest import AWSResponse
    from botocore.compat import HTTPHeaders

    class Raw:
        def stream(self) -> Iterator[bytes]:
            yield b"<ErrorResponse><Error><Code>Throttling</Code><Message>slow down</Message></Error></ErrorResponse>"

    api = api_for("elasticache")
    refused = iter(range(3))

    def answer(request: Any, **_: Any) -> AWSResponse | None:
        if next(refused, None) is None:
            return None
        return AWSResponse(request.url, 400, HTTPHeaders(), Raw())

    api.client().meta.events.register_first("before-send", answer)
    assert api.call("describe_replication_groups")["ReplicationGroups"] == []
    assert len(no_sleep) == 3


def test_a_refusal_names_the_action_the_resource_and_the_remedy(api: Api, stub: Stubber) -> None:
    stub.add_client_error("delete_replication_group", "AccessDenied", "User x is not authorized.", 403)
    with pytest.raises(AwsError) as failure:
        api.call("delete_replication_group", subject="streamflix-redis-dev", ReplicationGroupId="streamflix-redis-dev")
    assert failure.value.action == "elasticache:DeleteReplicationGroup"
    assert failure.value.subject == "streamflix-redis-dev"
    assert str(failure.value) == (
        "elasticache:DeleteReplicationGroup on streamflix-redis-dev failed: AccessDenied: User x is not authorized. "
        "Allow elasticache:DeleteReplicationGroup to the identity that runs this playbook."
    )


@pytest.mark.parametrize(
    ("service", "operation", "params", "action", "shown"),
    [
        ("rds", "describe_db_clusters", {}, "rds:DescribeDBClusters", "rds:DescribeDBClusters"),
        (
            "elbv2",
            "describe_load_balancers",
            {},
            "elasticloadbalancing:DescribeLoadBalancers",
            "elasticloadbalancing:DescribeLoadBalancers",
        ),
        ("resourcegroupstaggingapi", "get_resources", {}, "tag:GetResources", "tag:GetResources"),
        ("apigateway", "get_rest_apis", {}, "apigateway:GET", "apigateway:GET (GetRestApis)"),
        (
            "apigateway",
            "tag_resource",
            {"resourceArn": "arn", "tags": {}},
            "apigateway:PUT",
            "apigateway:PUT (TagResource)",
        ),
    ],
)
def test_a_refusal_names_the_action_as_policies_do(
    service: str, operation: str, params: dict[str, Any], action: str, shown: str
) -> None:
    api = api_for(service)
    api.about = "thing x"
    with Stubber(api.client()) as stub:
        stub.add_client_error(operation, "AccessDenied", "No.", 403)
        with pytest.raises(AwsError) as failure:
            api.call(operation, **params)
    expected = f"{shown} on thing x failed: AccessDenied: No. Allow {action} to the identity that runs this playbook."
    assert str(failure.value) == expected


def test_what_aws_says_is_missing_is_what_is_to_be_allowed() -> None:
    arn = "arn:aws:iam::123456789012:role/streamflix-task-dev"
    message = f"User: x is not authorized to perform: iam:PassRole on resource: {arn} because no policy allows it"
    advice = remedy_for("AccessDeniedException", "ecs:RegisterTaskDefinition", message)
    assert advice == f"Allow iam:PassRole on {arn} to the identity that runs this playbook."
    anywhere = (
        "User: x is not authorized to perform: ecs:ListTaskDefinitions on resource: * because no policy allows it"
    )
    assert " on " not in remedy_for("AccessDeniedException", "ecs:ListTaskDefinitions", anywhere)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("UnauthorizedOperation", "Allow ec2:RunInstances"),
        ("ExpiredToken", "Renew the AWS credentials"),
        ("VpcLimitExceeded", "higher quota"),
        ("LimitExceeded", "higher quota"),
        ("InvalidParameterValue", ""),
    ],
)
def test_each_kind_of_error_has_its_remedy(code: str, words: str) -> None:
    advice = remedy_for(code, "ec2:RunInstances")
    assert (words in advice) if words else advice == ""


def test_a_run_without_credentials_says_how_to_give_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    for name in PROFILE_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    api = Api(Module(), "elasticache")
    with pytest.raises(AwsError) as failure:
        api.call("describe_replication_groups")
    assert failure.value.code == ""
    assert "AWS_PROFILE" in str(failure.value)


def test_an_endpoint_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch, no_sleep: list[float]) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    monkeypatch.setattr(module, "MAX_ATTEMPTS", 2)
    api = api_for("elasticache", endpoint_url=f"http://127.0.0.1:{port}")
    with pytest.raises(AwsError) as failure:
        api.call("describe_replication_groups")
    assert f"127.0.0.1:{port}" in str(failure.value)
    assert "AWS_ENDPOINT_URL" in str(failure.value)
    assert len(no_sleep) == 1


def test_a_reply_that_is_lost_leaves_it_open_whether_aws_carried_it_out(no_sleep: list[float]) -> None:
    from botocore.exceptions import ConnectionClosedError

    def break_off(request: Any, **_: Any) -> None:
        sent.append(request.url)
        raise ConnectionClosedError(endpoint_url=request.url)

    sent: list[str] = []
    api = api_for("elasticache")
    api.client("elasticache").meta.events.register("before-send", break_off)
    with pytest.raises(AwsError) as failure:
        api.call_once("create_replication_group", ReplicationGroupId="one", ReplicationGroupDescription="one")
    assert failure.value.uncertain
    assert len(sent) == 1
    assert no_sleep == []


@pytest.mark.parametrize(
    ("code", "status", "uncertain", "outdated", "throttled"),
    [
        ("InternalFailure", 500, True, False, False),
        ("ServiceUnavailable", 503, True, False, False),
        ("RequestLimitExceeded", 503, False, False, True),
        ("Throttling", 400, False, False, True),
        ("InvalidVpcID.NotFound", 400, False, True, False),
        ("NoSuchEntity", 404, False, True, False),
        ("EntityAlreadyExists", 409, False, True, False),
        ("RouteAlreadyExists", 400, False, True, False),
        ("InvalidPermission.Duplicate", 400, False, True, False),
        ("InvalidDBClusterStateFault", 400, False, True, False),
        ("InvalidReplicationGroupState", 400, False, True, False),
        ("ConflictException", 409, False, True, False),
        ("InvalidParameterValue", 400, False, False, False),
        ("DependencyViolation", 400, False, False, False),
        ("AccessDenied", 403, False, False, False),
    ],
)
def test_an_error_tells_what_may_be_done_about_it(
    api: Api, stub: Stubber, code: str, status: int, uncertain: bool, outdated: bool, throttled: bool
) -> None:
    stub.add_client_error("delete_replication_group", code, "No.", status)
    with pytest.raises(AwsError) as failure:
        api.call("delete_replication_group", ReplicationGroupId="one")
    found = failure.value
    assert (found.uncertain, found.outdated, found.throttled) == (uncertain, outdated, throttled)


def test_a_vpc_that_has_a_gateway_by_now_is_not_as_it_was_described() -> None:
    message = "Network vpc-1 already has an internet gateway attached"
    assert AwsError("ec2:AttachInternetGateway", "", "InvalidParameterValue", message, "").outdated


def test_parameters_that_the_service_does_not_have_are_an_error_too(api: Api) -> None:
    with pytest.raises(AwsError) as failure:
        api.call("describe_replication_groups", Nonsense=1)
    assert "Nonsense" in str(failure.value)
