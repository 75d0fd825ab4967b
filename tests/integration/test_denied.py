"""A preview without the permission to read something: it names what is missing, and never takes it for nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from emulator.modes import Modes
from tests.support import account, modules, playbook, server

# the requests of the previews of an empty and of a deployed account, by the boto3 client, and their IAM actions by the
# the names of the Service Authorization Reference, where these differ
READS = {
    "apigateway": {"GetAccount", "GetDeployments", "GetResources", "GetRestApis", "GetStages"},
    "ec2": {
        "DescribeAddresses",
        "DescribeAvailabilityZones",
        "DescribeFlowLogs",
        "DescribeInternetGateways",
        "DescribeLaunchTemplates",
        "DescribeNatGateways",
        "DescribeNetworkInterfaces",
        "DescribeRouteTables",
        "DescribeSecurityGroups",
        "DescribeSubnets",
        "DescribeVpcAttribute",
        "DescribeVpcs",
    },
    "ecs": {"DescribeClusters", "DescribeServices", "DescribeTaskDefinition", "ListTaskDefinitions"},
    "elasticache": {
        "DescribeCacheClusters",
        "DescribeCacheEngineVersions",
        "DescribeCacheSubnetGroups",
        "DescribeReplicationGroups",
        "ListTagsForResource",
    },
    "elbv2": {
        "DescribeListeners",
        "DescribeLoadBalancerAttributes",
        "DescribeLoadBalancers",
        "DescribeTags",
        "DescribeTargetGroupAttributes",
        "DescribeTargetGroups",
    },
    "iam": {"GetRole", "GetRolePolicy", "ListAttachedRolePolicies", "ListRolePolicies"},
    "logs": {"DescribeLogGroups", "ListTagsForResource"},
    "rds": {
        "DescribeDBClusters",
        "DescribeDBEngineVersions",
        "DescribeDBInstances",
        "DescribeDBSubnetGroups",
        "ListTagsForResource",
    },
    "resourcegroupstaggingapi": {"GetResources"},
    "secretsmanager": {"DescribeSecret", "GetSecretValue"},
    "service-quotas": {"GetServiceQuota"},
    "sts": {"GetCallerIdentity"},
}
PREFIXES = {"elbv2": "elasticloadbalancing", "resourcegroupstaggingapi": "tag", "service-quotas": "servicequotas"}
# what the preflight compares quotas and names with, and finds other runs with; without it the run goes on, and other
# modules need most of it
COMPARED = {
    "DescribeAddresses",
    "DescribeLaunchTemplates",
    "DescribeNatGateways",
    "DescribeNetworkInterfaces",
    "DescribeVpcs",
    "GetResources",
    "GetRestApis",
    "GetServiceQuota",
}
# STS answers it always
NEVER_DENIED = ("sts", "GetCallerIdentity")


def iam_action(service: str, operation: str) -> str:
    """Return what the Service Authorization Reference calls a read."""
    if service == "apigateway":
        return "apigateway:GET"
    return f"{PREFIXES.get(service, service)}:{operation}"


@pytest.fixture(scope="module")
def previewed(
    endpoint: str, aws: account.Client, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, list[modules.Invocation]]]:
    """Give the modules of the previews of an empty account and of the deployed stack, by the account's endpoint."""
    found = {}
    with server.running() as nothing:
        for index, url in enumerate((nothing, endpoint)):
            file = tmp_path_factory.mktemp("invocations") / f"{index}.jsonl"
            run = playbook.run("site.yml", "--check", endpoint=url, settings=modules.settings(file))
            assert run.code == 0, run.output
            found[url] = modules.load(file)
        yield found


def test_each_missing_permission_fails_the_preview_and_is_named(
    previewed: dict[str, list[modules.Invocation]], monkeypatch: pytest.MonkeyPatch
) -> None:
    used = set()
    taken = []
    for url, invocations in previewed.items():
        process = modules.Process(monkeypatch, url)
        for invocation in invocations:
            for service, operation in process.reads_of(invocation):
                used.add((service, operation))
                if (service, operation) == NEVER_DENIED:
                    continue
                with process.denied(service, operation):
                    result = process.preview(invocation)
                wanted = f"Allow {iam_action(service, operation)} to the identity that runs this playbook."
                warned = invocation.module == "stack_preflight" and operation in COMPARED
                told = " ".join(result.get("warnings", [])) if warned else result.get("msg", "")
                if bool(result.get("failed")) == warned or wanted not in told or operation not in told:
                    taken.append(f"{invocation} without {service}:{operation}: {result.get('msg', 'went through')}")
    assert taken == []
    assert used == {(service, operation) for service, operations in READS.items() for operation in operations}


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("elasticloadbalancing:DescribeLoadBalancers", "load balancer streamflix-alb-dev"),
        ("apigateway:GET", "API Gateway account eu-west-1"),
    ],
)
def test_a_whole_preview_stops_at_what_it_may_not_read(action: str, resource: str) -> None:
    with server.running(Modes(deny=(action,))) as url:
        run = playbook.run("site.yml", "--check", endpoint=url)
    assert run.code != 0
    assert run.stats["dev"]["failed"] == 1
    failure = run.output.partition("[ERROR]")[2] or run.output
    assert f"is not authorized to perform: {action} " in failure
    assert resource in failure
    assert f"Allow {action}" in failure
