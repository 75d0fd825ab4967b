"""From a domain name of our own through API Gateway and a VPC link to a private load balancer, read back with boto3."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from emulator import journal
from emulator.modes import Modes
from tests.changes.catalogue import THREE_ZONES
from tests.support import account, playbook, server
from tests.support.certificates import certificate_for

ZONE, NAME = "example.com", "api.example.com"
TLS13 = "SecurityPolicy_TLS13_1_3_2025_09"
VARIABLES = {
    "ecs_service_load_balancer_scheme": "internal",
    "apigw_connection_type": "VPC_LINK",
    "apigw_security_policy": TLS13,
    "apigw_endpoint_access_mode": "STRICT",
    "apigw_domain_name": NAME,
    "apigw_domain_zone": ZONE,
    "apigw_disable_execute_api_endpoint": True,
}
# the data stores and the service stay where they are
ELSEWHERE = {
    **THREE_ZONES,
    "aurora_subnet_ids": "{{ network_outputs.private_subnet_ids[:2] }}",
    "redis_subnet_ids": "{{ network_outputs.private_subnet_ids[:2] }}",
    "ecs_service_subnet_ids": "{{ network_outputs.private_subnet_ids[:2] }}",
}


class Stack:
    """An account with a hosted zone and a certificate, and the stack in it."""

    def __init__(self, endpoint: str, file: pathlib.Path) -> None:
        self.endpoint, self.file = endpoint, file
        self.aws = server.clients(endpoint)
        self.aws("route53").create_hosted_zone(Name=ZONE, CallerReference="private")
        self.certificate = certificate_for(self.aws("acm"), NAME)
        self.empty = account.snapshot(self.aws)

    def run(self, book: str, *arguments: str, **variables: Any) -> playbook.Run:
        """Run a playbook of the stack."""
        where = {"apigw_certificate_arn": self.certificate, "outputs_directory": str(self.file.parent)}
        given = {**VARIABLES, **where, **variables}
        return playbook.run(book, *arguments, endpoint=self.endpoint, **given)

    def writes(self, run: playbook.Run) -> list[str]:
        """Return the operations with which a run changed something, in order."""
        entries = journal.load(self.file).since(run.started).writes()
        return [entry.operation for entry in entries if entry.time <= run.ended]

    def link(self) -> dict[str, Any]:
        """Return the only VPC link."""
        (found,) = self.aws("apigatewayv2").get_vpc_links()["Items"]
        return dict(found)

    def api(self) -> dict[str, Any]:
        """Return the only REST API."""
        (found,) = self.aws("apigateway").get_rest_apis()["items"]
        return dict(found)

    def ways(self) -> set[tuple[str, str, str]]:
        """Return connection, link and target of all integrations."""
        listed = self.aws("apigateway").get_resources(restApiId=self.api()["id"], embed=["methods"])["items"]
        found = [item["resourceMethods"]["ANY"]["methodIntegration"] for item in listed]
        return {(one["connectionType"], one["connectionId"], one["integrationTarget"]) for one in found}

    def records(self) -> dict[str, str]:
        """Return where the aliases of the zone lead."""
        zone = self.aws("route53").list_hosted_zones()["HostedZones"][0]["Id"]
        listed = account.pages(
            self.aws("route53"), "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone
        )
        return {one["Name"]: one["AliasTarget"]["DNSName"] for one in listed if "AliasTarget" in one}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Give the account."""
    file = tmp_path_factory.mktemp("private") / "journal.jsonl"
    with server.running(Modes(rules=True, validate=True, journal=file)) as endpoint:
        yield Stack(endpoint, file)


def told(run: playbook.Run) -> list[tuple[str, str, str]]:
    """Return what a run says that becomes of each resource."""
    return sorted((change["action"], change["type"], change["name"]) for change in run.changes)


def test_a_domain_name_leads_to_a_private_load_balancer(stack: Stack) -> None:
    preview = stack.run("site.yml", "--check")
    assert preview.code == 0, preview.output
    assert account.snapshot(stack.aws) == stack.empty
    deployed = stack.run("site.yml")
    assert deployed.code == 0, deployed.output
    assert told(deployed) == told(preview)

    (balancer,) = stack.aws("elbv2").describe_load_balancers()["LoadBalancers"]
    assert balancer["Scheme"] == "internal"
    assert stack.ways() == {("VPC_LINK", stack.link()["VpcLinkId"], balancer["LoadBalancerArn"])}
    api = stack.api()
    assert (api["securityPolicy"], api["endpointAccessMode"], api["disableExecuteApiEndpoint"]) == (
        TLS13,
        "STRICT",
        True,
    )
    gateway = stack.aws("apigateway")
    domain = gateway.get_domain_name(domainName=NAME)
    assert (domain["regionalCertificateArn"], domain["securityPolicy"]) == (stack.certificate, TLS13)
    (mapping,) = gateway.get_base_path_mappings(domainName=NAME)["items"]
    assert (mapping["basePath"], mapping["restApiId"], mapping["stage"]) == ("(none)", api["id"], "dev")
    assert stack.records() == {f"{NAME}.": f"{domain['regionalDomainName']}."}
    outputs = json.loads((stack.file.parent / "dev.json").read_text())
    assert outputs["api_gateway_url"] == f"https://{NAME}/"
    assert stack.writes(deployed).count("CreateDeployment") == 1

    again = stack.run("site.yml")
    assert (again.code, again.changed, again.changes) == (0, 0, []), again.output
    verified = stack.run("playbooks/verify.yml")
    assert verified.code == 0, verified.output


def test_the_own_address_goes_off_only_once_the_domain_name_answers(stack: Stack) -> None:
    gateway, elbv2, api = stack.aws("apigateway"), stack.aws("elbv2"), stack.api()["id"]
    (group,) = elbv2.describe_target_groups()["TargetGroups"]
    which = {"TargetGroupArn": group["TargetGroupArn"]}
    targets = [one["Target"] for one in elbv2.describe_target_health(**which)["TargetHealthDescriptions"]]
    # signed requests only, so that what asks the API has to sign, too
    signed = {"apigw_authorization": "AWS_IAM"}
    opened = [{"op": "replace", "path": "/disableExecuteApiEndpoint", "value": "false"}]
    gateway.update_rest_api(restApiId=api, patchOperations=opened)
    elbv2.deregister_targets(**which, Targets=targets)
    stopped = stack.run("site.yml", "--tags", "apigw", apigw_domain_timeout=0, **signed)
    (failure,) = stopped.failures
    assert f"https://{NAME}/ did not answer" in failure["message"]
    assert stack.api()["disableExecuteApiEndpoint"] is False

    elbv2.register_targets(**which, Targets=targets)
    preview = stack.run("site.yml", "--tags", "apigw", "--check", **signed)
    closed = stack.run("site.yml", "--tags", "apigw", **signed)
    assert closed.code == 0, closed.output
    assert told(closed) == told(preview)
    assert stack.api()["disableExecuteApiEndpoint"] is True
    again = stack.run("site.yml", "--tags", "apigw", **signed)
    assert (again.code, again.changed, again.changes) == (0, 0, []), again.output
    verified = stack.run("playbooks/verify.yml", **signed)
    assert verified.code == 0, verified.output
    # of a certificate that nobody has given
    mutual = stack.run(
        "playbooks/verify.yml", apigw_domain_mutual_tls={"truststore_uri": "s3://bucket/authorities.pem"}
    )
    assert mutual.code == 0, mutual.output
    assert f"https://{NAME}/ was not asked, because it wants a certificate" in " ".join(mutual.output.split())


def test_a_link_moves_to_other_subnets_before_the_old_one_goes(stack: Stack) -> None:
    before = stack.link()
    moved = stack.run("site.yml", **ELSEWHERE)
    assert moved.code == 0, moved.output
    after = stack.link()
    assert (len(before["SubnetIds"]), len(after["SubnetIds"])) == (2, 3)
    assert {way[1] for way in stack.ways()} == {after["VpcLinkId"]}
    order = stack.writes(moved)
    assert order.index("CreateVpcLink") < order.index("CreateDeployment") < order.index("DeleteVpcLink")
    again = stack.run("site.yml", "--tags", "apigw", **ELSEWHERE)
    assert (again.code, again.changed, again.changes) == (0, 0, []), again.output


def test_the_way_back_leaves_no_link(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "journal.jsonl"
    with server.running(Modes(rules=True, validate=True, journal=file)) as endpoint:
        aws = server.clients(endpoint)
        empty = account.snapshot(aws)

        def run(book: str, *arguments: str, **variables: Any) -> playbook.Run:
            done = playbook.run(book, *arguments, endpoint=endpoint, outputs_directory=str(tmp_path), **variables)
            assert done.code == 0, done.output
            return done

        run("site.yml", apigw_connection_type="VPC_LINK")
        linked = account.snapshot(aws)
        # a part of the stack leaves the link to whoever still goes through it
        run("site.yml", "--tags", "network")
        assert account.snapshot(aws) == linked
        back = run("site.yml", "--check")
        assert account.snapshot(aws) == linked
        done = run("site.yml")
        assert told(done) == told(back)
        order = [entry.operation for entry in journal.load(file).since(done.started).writes()]
        assert order.index("CreateDeployment") < order.index("DeleteVpcLink") < order.index("DeleteSecurityGroup")
        assert aws("apigatewayv2").get_vpc_links()["Items"] == []
        groups = {group["GroupName"] for group in aws("ec2").describe_security_groups()["SecurityGroups"]}
        assert "streamflix-link-dev" not in groups
        again = run("site.yml")
        assert (again.changed, again.changes) == (0, [])

        # and a removal takes one along that no run has removed
        run("site.yml", "--tags", "network,apigw", apigw_connection_type="VPC_LINK")
        run("playbooks/destroy.yml", confirm="dev")
        left = account.difference(empty, account.snapshot(aws))
        assert left.keys() <= {"rds.DBClusterSnapshots", "iam.Roles", "apigateway.account"}, left


def test_all_of_it_is_removed_in_order(stack: Stack) -> None:
    removed = stack.run("playbooks/destroy.yml", confirm="dev", **ELSEWHERE)
    assert removed.code == 0, removed.output
    left = account.difference(stack.empty, account.snapshot(stack.aws))
    # the logging role is the account's
    assert left.keys() <= {"rds.DBClusterSnapshots", "iam.Roles", "apigateway.account"}, left
    assert stack.records() == {}
    assert stack.aws("apigateway").get_domain_names()["items"] == []
    order = stack.writes(removed)
    needed = ["ChangeResourceRecordSets", "DeleteDomainName", "DeleteRestApi", "DeleteVpcLink", "DeleteSubnet"]
    assert sorted(needed, key=order.index) == needed
