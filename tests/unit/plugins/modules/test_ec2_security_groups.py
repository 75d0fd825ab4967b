"""The security groups module: create, update, no change, remove, each read back with plain boto3."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2 import listening
from ansible_collections.streamflix.content_api.plugins.modules import ec2_security_groups

ALB, ECS, DB = "streamflix-alb-dev", "streamflix-ecs-dev", "streamflix-database-dev"
TAGS = {"Environment": "dev"}
EVERYWHERE = {"protocol": "-1", "cidr": "0.0.0.0/0", "description": "Allow all outbound traffic by default"}


@pytest.fixture
def vpc_id(aws: Any) -> str:
    return aws("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]


@pytest.fixture
def options(vpc_id: str) -> dict[str, Any]:
    return {
        "vpc_id": vpc_id,
        "security_groups": [
            {
                "name": ALB,
                "description": "The load balancer",
                "ingress": [
                    {"from_port": 80, "cidr": "0.0.0.0/0", "description": "HTTP"},
                    {"from_port": 443, "cidr": "::/0", "description": "HTTPS"},
                ],
                "egress": [dict(EVERYWHERE)],
            },
            {
                "name": ECS,
                "description": "The tasks",
                "ingress": [{"from_port": 8080, "group": ALB, "description": "From ALB"}],
            },
            {
                "name": DB,
                "description": "The database",
                "ingress": [{"from_port": 5432, "group": ECS, "description": "From ECS"}],
                "egress": [],
            },
        ],
        "tags": dict(TAGS),
    }


def read_back(aws: Any, vpc_id: str) -> dict[str, dict[str, Any]]:
    found = aws("ec2").describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["SecurityGroups"]
    return {
        group["GroupName"]: {**group, "tags": {tag["Key"]: tag["Value"] for tag in group.get("Tags", [])}}
        for group in found
    }


def without_ids(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            **group,
            "id": None,
            "ingress": [{**rule, "group_id": "group_id" in rule} for rule in group["ingress"]],
            "egress": [{**rule, "group_id": "group_id" in rule} for rule in group["egress"]],
        }
        for group in groups
    ]


def test_creates_what_the_preview_shows(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    preview = run_module("ec2_security_groups", check=True, **options)
    assert preview["changed"]
    assert list(read_back(aws, options["vpc_id"])) == ["default"]

    done = run_module("ec2_security_groups", **options)
    assert done["actions"] == preview["actions"]
    assert without_ids(done["security_groups"]) == without_ids(preview["security_groups"])

    found = read_back(aws, options["vpc_id"])
    alb, ecs, database = found[ALB], found[ECS], found[DB]
    assert alb["Description"] == "The load balancer"
    assert alb["tags"] == {"Name": ALB, "Environment": "dev"}
    ports = {rule["FromPort"]: rule for rule in alb["IpPermissions"]}
    assert ports[80]["IpRanges"] == [{"CidrIp": "0.0.0.0/0", "Description": "HTTP"}]
    assert ports[443]["Ipv6Ranges"] == [{"CidrIpv6": "::/0", "Description": "HTTPS"}]
    assert alb["IpPermissionsEgress"][0]["IpRanges"][0]["Description"] == "Allow all outbound traffic by default"
    assert ecs["IpPermissions"][0]["UserIdGroupPairs"][0]["GroupId"] == alb["GroupId"]
    assert ecs["IpPermissionsEgress"][0]["IpRanges"] == [{"CidrIp": "0.0.0.0/0"}]
    assert database["IpPermissions"][0]["UserIdGroupPairs"][0]["GroupId"] == ecs["GroupId"]
    assert database["IpPermissions"][0]["UserIdGroupPairs"][0]["Description"] == "From ECS"
    assert database["IpPermissionsEgress"] == []


def test_second_run_changes_nothing(run_module: Any, options: dict[str, Any]) -> None:
    first = run_module("ec2_security_groups", **options)
    for check in (True, False):
        again = run_module("ec2_security_groups", check=check, **options)
        assert not again["changed"]
        assert again["actions"] == []
        assert again["security_groups"] == first["security_groups"]
        assert again["diff"]["before"] == again["diff"]["after"]


def test_rules_become_exactly_those_listed(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ec2_security_groups", **options)
    before = read_back(aws, options["vpc_id"])
    options["security_groups"][0]["ingress"] = [
        {"from_port": 80, "cidr": "0.0.0.0/0", "description": "Plain HTTP"},
        {"from_port": 8000, "to_port": 8010, "protocol": "udp", "cidr": "10.0.0.0/16"},
    ]
    options["security_groups"][1]["ingress"][0]["description"] = "From the load balancer"
    preview = run_module("ec2_security_groups", check=True, **options)
    assert read_back(aws, options["vpc_id"]) == before

    done = run_module("ec2_security_groups", **options)
    assert done["security_groups"] == preview["security_groups"]
    assert done["actions"] == [
        f"authorize_security_group_ingress {ALB}",
        f"update_security_group_rule_descriptions_ingress {ALB}",
        f"revoke_security_group_ingress {ALB}",
        f"update_security_group_rule_descriptions_ingress {ECS}",
    ]
    found = read_back(aws, options["vpc_id"])
    rules = {(rule["IpProtocol"], rule["FromPort"], rule["ToPort"]): rule for rule in found[ALB]["IpPermissions"]}
    assert set(rules) == {("tcp", 80, 80), ("udp", 8000, 8010)}
    assert rules["tcp", 80, 80]["IpRanges"][0]["Description"] == "Plain HTTP"
    assert found[ECS]["IpPermissions"][0]["UserIdGroupPairs"][0]["Description"] == "From the load balancer"


def test_drift_is_put_right(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ec2_security_groups", **options)
    group_id = read_back(aws, options["vpc_id"])[DB]["GroupId"]
    aws("ec2").authorize_security_group_ingress(
        GroupId=group_id, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0"
    )
    assert run_module("ec2_security_groups", **options)["actions"] == [f"revoke_security_group_ingress {DB}"]
    assert [rule["FromPort"] for rule in read_back(aws, options["vpc_id"])[DB]["IpPermissions"]] == [5432]


def test_what_is_not_set_is_left_as_it_is(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ec2_security_groups", **options)
    before = read_back(aws, options["vpc_id"])
    for group in options["security_groups"]:
        group.pop("egress", None)
        for rule in group["ingress"]:
            del rule["description"]
    del options["security_groups"][0]["ingress"], options["tags"]
    assert not run_module("ec2_security_groups", **options)["changed"]
    assert read_back(aws, options["vpc_id"]) == before


def test_closes_the_default_group(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    preview = run_module("ec2_security_groups", check=True, close_default_group=True, **options)
    foretold = run_module(
        "ec2_security_groups", check=True, close_default_group=True, **{**options, "vpc_id": "vpc-(known after apply)"}
    )
    done = run_module("ec2_security_groups", close_default_group=True, **options)
    assert done["actions"] == preview["actions"] == foretold["actions"]
    assert done["actions"][-2:] == ["revoke_security_group_ingress default", "revoke_security_group_egress default"]
    group = read_back(aws, options["vpc_id"])["default"]
    assert (group["IpPermissions"], group["IpPermissionsEgress"]) == ([], [])
    assert "default" not in [group["name"] for group in done["security_groups"]]
    assert not run_module("ec2_security_groups", close_default_group=True, **options)["changed"]


def test_groups_may_refer_to_each_other_in_a_circle(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    options["security_groups"][0]["egress"] = [{"from_port": 8080, "group": ECS}]
    assert run_module("ec2_security_groups", **options)["changed"]
    assert not run_module("ec2_security_groups", **options)["changed"]
    gone = {"vpc_id": options["vpc_id"], "tags": TAGS, "state": "absent"}
    done = run_module("ec2_security_groups", **gone)
    assert [action.split()[0] for action in done["actions"]] == [
        "revoke_security_group_egress",
        "revoke_security_group_ingress",
        "revoke_security_group_ingress",
        *["delete_security_group"] * 3,
    ]
    assert list(read_back(aws, options["vpc_id"])) == ["default"]


def test_tags_that_are_not_named_go_only_when_purged(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ec2_security_groups", **options)
    options["tags"] = {"Owner": "api"}
    run_module("ec2_security_groups", purge_tags=False, **options)
    assert read_back(aws, options["vpc_id"])[DB]["tags"] == {"Name": DB, "Environment": "dev", "Owner": "api"}
    run_module("ec2_security_groups", **options)
    assert read_back(aws, options["vpc_id"])[DB]["tags"] == {"Name": DB, "Owner": "api"}


def test_another_description_needs_replacement(run_module: Any, options: dict[str, Any]) -> None:
    run_module("ec2_security_groups", **options)
    options["security_groups"][0]["description"] = "Something else"
    assert run_module("ec2_security_groups", **options)["needs_replacement"] == ["description"]


def test_removes_those_listed_and_removes_again(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ec2_security_groups", **options)
    gone = {"vpc_id": options["vpc_id"], "security_groups": [{"name": DB}, {"name": "none"}], "state": "absent"}
    preview = run_module("ec2_security_groups", check=True, **gone)
    assert preview["actions"] == [f"revoke_security_group_ingress {DB}", f"delete_security_group {DB}"]
    assert DB in read_back(aws, options["vpc_id"])
    assert run_module("ec2_security_groups", **gone)["actions"] == preview["actions"]
    assert DB not in read_back(aws, options["vpc_id"])
    assert not run_module("ec2_security_groups", **gone)["changed"]


def test_tells_which_groups_of_ours_nobody_lists(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    ours = {"ManagedBy": "streamflix.content_api"}
    options |= {"owner_tags": ours, "tags": ours}
    assert run_module("ec2_security_groups", **options)["surplus"] == []
    (database,) = [member for member in options["security_groups"] if member["name"] == DB]
    kept = [{**database, "ingress": []}]
    aws("ec2").create_security_group(GroupName="theirs", Description="x", VpcId=options["vpc_id"])
    listed = {member["name"] for member in options["security_groups"]}
    done = run_module("ec2_security_groups", check=True, **{**options, "security_groups": kept})
    assert done["surplus"] == sorted(listed - {DB})


def test_a_group_in_use_is_tried_again() -> None:
    groups = ec2_security_groups.SecurityGroups(None, {})
    groups._groups = {ALB: {"id": "sg-1", "name": ALB, "ingress": {}, "egress": {}}}
    (delete,) = groups.plan_remove(groups._groups).steps
    assert isinstance(delete, ec2_security_groups.Call)
    assert delete.retry_if == {"DependencyViolation"}
    assert delete.done_if == {"InvalidGroup.NotFound"}


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ({"from_port": 80}, "needs exactly one of cidr, group, group_id, prefix_list_id, it has none"),
        ({"from_port": 80, "cidr": "0.0.0.0/0", "group": ALB}, "it has cidr, group"),
        ({"cidr": "0.0.0.0/0"}, "protocol tcp needs from_port"),
        ({"from_port": 80000, "cidr": "0.0.0.0/0"}, "80000 is out of range"),
        ({"from_port": 90, "to_port": 80, "cidr": "0.0.0.0/0"}, "from_port 90 is above to_port 80"),
        ({"from_port": 80, "cidr": "all"}, "'all' is not a CIDR block"),
        ({"from_port": 80, "group": "nobody"}, "group 'nobody' is not in the list"),
        ({"from_port": 80, "cidr": "0.0.0.0/0", "description": "x" * 256}, "256 characters"),
    ],
)
def test_bad_rules_are_refused_before_anything_is_sent(
    aws: Any, run_module: Any, options: dict[str, Any], rule: dict[str, Any], text: str
) -> None:
    options["security_groups"][0]["ingress"] = [rule]
    failed = run_module("ec2_security_groups", **options)
    assert failed["failed"]
    assert text in failed["msg"]
    assert list(read_back(aws, options["vpc_id"])) == ["default"]


def test_bad_names_are_refused(run_module: Any, options: dict[str, Any]) -> None:
    options["security_groups"] = [
        {"name": "default", "description": "x"},
        {"name": "sg-mine", "description": "x"},
        {"name": "plain"},
    ]
    failed = run_module("ec2_security_groups", **options)["msg"]
    for text in ("'default' is kept by AWS", "'sg-mine' is kept by AWS", "description of plain is missing"):
        assert text in failed


KIND = "AWS::EC2::SecurityGroup"


def test_tells_what_becomes_of_each_group(run_module: Any, changes_of: Any, options: Any) -> None:
    created = changes_of("ec2_security_groups", close_default_group=True, **options)
    assert [change[:3] for change in created] == [
        ("update", KIND, "default"),
        *(("create", KIND, name) for name in (ALB, DB, ECS)),
    ]
    default, alb, database, ecs = (change[3] for change in created)
    open_way = {"protocol": "-1", "cidr": "0.0.0.0/0", "description": ""}
    http = {"protocol": "tcp", "from_port": 80, "to_port": 80, "cidr": "0.0.0.0/0", "description": "HTTP"}
    https = {"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr": "::/0", "description": "HTTPS"}
    assert default["egress"] == ([open_way], [])
    assert alb == {
        "id": (None, "sg-(known after apply)"),
        "description": (None, "The load balancer"),
        "ingress": (None, [http, https]),
        "egress": (None, [EVERYWHERE]),
        "tags": (None, {**TAGS, "Name": ALB}),
    }
    assert ecs["egress"] == (None, [open_way])
    assert ecs["ingress"][1][0]["group_id"] == "sg-(known after apply)"
    assert database["egress"] == (None, [])

    options["security_groups"][0]["ingress"][1] = {"from_port": 8443, "cidr": "::/0"}
    other = {**https, "from_port": 8443, "to_port": 8443, "description": ""}
    assert changes_of("ec2_security_groups", close_default_group=True, **options) == [
        ("update", KIND, ALB, {"ingress": ([https], [other])})
    ]

    found = run_module("ec2_security_groups", **options)["security_groups"][2]
    gone = {"vpc_id": options["vpc_id"], "security_groups": [{"name": DB}], "state": "absent"}
    fields = {key: (value, None) for key, value in found.items() if key != "name"}
    assert changes_of("ec2_security_groups", **gone) == [("remove", KIND, DB, fields)]


def test_a_preview_shows_a_rule_for_each_of_two_new_groups(run_module: Any, options: Any) -> None:
    options["security_groups"][2]["ingress"] = [{"from_port": 5432, "group": name} for name in (ALB, ECS)]
    preview = run_module("ec2_security_groups", check=True, **options)
    assert len(preview["security_groups"][2]["ingress"]) == 2


def test_a_replacement_names_the_group(run_module: Any, options: Any) -> None:
    run_module("ec2_security_groups", **options)
    options["security_groups"][1]["description"] = "Other"
    failed = run_module("ec2_security_groups", **options)
    assert f"{ECS} needs replacement" in failed["msg"]
    assert (failed["changes"][0]["action"], failed["changes"][0]["name"]) == ("replace", ECS)


def ports(aws: Any, vpc_id: str, group: str) -> list[int]:
    return sorted(rule["FromPort"] for rule in read_back(aws, vpc_id)[group]["IpPermissions"])


@pytest.fixture
def target(aws: Any, vpc_id: str) -> dict[str, Any]:
    """Give a target on port 8080 of a target group in the VPC."""
    elbv2 = aws("elbv2")
    made = elbv2.create_target_group(Name="tg", Protocol="HTTP", Port=8080, VpcId=vpc_id, TargetType="ip")
    found = {"TargetGroupArn": made["TargetGroups"][0]["TargetGroupArn"], "Targets": [{"Id": "10.0.2.4", "Port": 8080}]}
    elbv2.register_targets(**found)
    return found


def test_a_port_that_is_in_use_stays_open_until_its_users_have_moved(
    aws: Any, run_module: Any, options: Any, vpc_id: str, target: dict[str, Any]
) -> None:
    run_module("ec2_security_groups", **options)
    options["security_groups"][1]["ingress"][0]["from_port"] = 9090
    options["keep_used"] = True
    preview = run_module("ec2_security_groups", check=True, **options)
    done = run_module("ec2_security_groups", **options)
    assert preview["actions"] == done["actions"] == [f"authorize_security_group_ingress {ECS}"]
    assert ports(aws, vpc_id, ECS) == [8080, 9090]
    assert [(rule["group"], rule["from_port"]) for rule in done["kept"]] == [(ECS, 8080)]
    assert not run_module("ec2_security_groups", **options)["changed"]

    aws("elbv2").deregister_targets(**target)
    closed = run_module("ec2_security_groups", **options)
    assert closed["actions"] == [f"revoke_security_group_ingress {ECS}"]
    assert closed["kept"] == []
    assert ports(aws, vpc_id, ECS) == [9090]


@pytest.mark.usefixtures("target")
def test_a_moved_port_can_wait_until_its_users_have_agreed_to_move(
    aws: Any, run_module: Any, options: Any, vpc_id: str
) -> None:
    run_module("ec2_security_groups", **options)
    options["security_groups"][1]["ingress"][0]["from_port"] = 9090
    options["keep_used"] = True
    waiting = run_module("ec2_security_groups", defer_moved=True, **options)
    assert not waiting["changed"]
    assert [(rule["group"], rule["from_port"]) for rule in waiting["kept"]] == [(ECS, 8080)]
    assert ports(aws, vpc_id, ECS) == [8080]
    # a rule for somebody else waits for nobody
    options["security_groups"][1]["ingress"].append({"from_port": 9091, "cidr": "10.0.0.0/8"})
    assert run_module("ec2_security_groups", defer_moved=True, **options)["changed"]
    assert ports(aws, vpc_id, ECS) == [8080, 9091]


@pytest.mark.usefixtures("target")
def test_a_preview_closes_the_port_from_which_its_users_will_have_moved(
    aws: Any, run_module: Any, options: Any, vpc_id: str
) -> None:
    run_module("ec2_security_groups", **options)
    options["security_groups"][1]["ingress"][0]["from_port"] = 9090
    moved = {**options, "keep_used": True, "assume_moved": [ECS]}
    preview = run_module("ec2_security_groups", check=True, **moved)
    assert preview["actions"] == [
        f"authorize_security_group_ingress {ECS}",
        f"revoke_security_group_ingress {ECS}",
    ]
    assert preview["kept"] == []
    # a run sees for itself that they have not
    assert run_module("ec2_security_groups", **moved)["actions"] == [f"authorize_security_group_ingress {ECS}"]
    assert ports(aws, vpc_id, ECS) == [8080, 9090]


@pytest.mark.usefixtures("target")
def test_a_wider_rule_is_not_kept_for_a_port_that_is_open_anyway(
    aws: Any, run_module: Any, options: Any, vpc_id: str
) -> None:
    made = {group["name"]: group["id"] for group in run_module("ec2_security_groups", **options)["security_groups"]}
    wide = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 65535, "UserIdGroupPairs": [{"GroupId": made[ALB]}]}
    aws("ec2").authorize_security_group_ingress(GroupId=made[ECS], IpPermissions=[wide])
    assert run_module("ec2_security_groups", keep_used=True, **options)["changed"]
    assert ports(aws, vpc_id, ECS) == [8080]


def test_the_ports_of_databases_and_nodes_are_those_behind_their_group() -> None:
    clusters = [
        {"Port": 5432, "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1"}]},
        {"Port": 3306, "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-2"}]},
        {"VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1"}]},
    ]
    assert listening.database_ports(clusters, "sg-1") == {5432}
    nodes = [
        {"SecurityGroups": [{"SecurityGroupId": "sg-1"}], "CacheNodes": [{"Endpoint": {"Port": 6379}}, {}]},
        {"SecurityGroups": [{"SecurityGroupId": "sg-2"}], "CacheNodes": [{"Endpoint": {"Port": 6380}}]},
    ]
    assert listening.cache_ports(nodes, "sg-1") == {6379}


@pytest.mark.parametrize("form", ["{id}", "210987654321/{id}"])
def test_a_group_of_another_account_is_let_in_once(
    aws: Any, run_module: Any, options: dict[str, Any], form: str
) -> None:
    run_module("ec2_security_groups", **options)
    found = read_back(aws, options["vpc_id"])
    foreign = found[DB]["GroupId"]
    pair = {"GroupId": foreign, "UserId": "210987654321"}
    permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [pair]}
    aws("ec2").authorize_security_group_ingress(GroupId=found[ECS]["GroupId"], IpPermissions=[permission])
    options["security_groups"][1]["ingress"].append({"from_port": 443, "group_id": form.format(id=foreign)})
    again = run_module("ec2_security_groups", **options)
    assert (again["changed"], again["actions"], again["changes"]) == (False, [], [])
    options["security_groups"][1]["ingress"].pop()
    assert run_module("ec2_security_groups", **options)["actions"] == [f"revoke_security_group_ingress {ECS}"]
    (only,) = read_back(aws, options["vpc_id"])[ECS]["IpPermissions"]
    assert only["FromPort"] == 8080


@pytest.mark.parametrize(
    "operation",
    ["AuthorizeSecurityGroupIngress", "UpdateSecurityGroupRuleDescriptionsEgress", "RevokeSecurityGroupEgress"],
)
def test_a_new_group_may_be_unknown_for_a_while(
    aws: Any, run_module: Any, options: dict[str, Any], troubled: Any, operation: str
) -> None:
    sent = troubled(operation, *["InvalidGroup.NotFound"] * 20)
    assert run_module("ec2_security_groups", **options)["changed"]
    assert sent.count("CreateSecurityGroup") == 3
    assert sent.count(operation) > 20
    # the same request is sent again, and nothing is planned anew
    assert sent.count("DescribeSecurityGroups") == 2
    found = read_back(aws, options["vpc_id"])
    assert [len(found[name]["IpPermissions"]) for name in (ALB, ECS, DB)] == [2, 1, 1]
    assert found[DB]["IpPermissionsEgress"] == []


def test_a_rule_is_removed_whatever_its_description_says(
    aws: Any, run_module: Any, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_module("ec2_security_groups", **options, close_default_group=False)
    sent: list[Any] = []
    call = Api.call

    def note(self: Api, operation: str, *arguments: Any, **params: Any) -> Any:
        if operation.startswith("revoke"):
            sent.append(params["IpPermissions"])
        return call(self, operation, *arguments, **params)

    monkeypatch.setattr(Api, "call", note)
    for group in options["security_groups"]:
        group["ingress"] = group["ingress"][:1] if group["name"] == ALB else []
    run_module("ec2_security_groups", **options, close_default_group=True)
    # the database lets the tasks in again, and goes with them
    options["security_groups"][2]["ingress"] = [{"from_port": 5432, "group": ECS, "description": "From ECS"}]
    run_module("ec2_security_groups", **options, close_default_group=True)
    run_module("ec2_security_groups", vpc_id=options["vpc_id"], tags=TAGS, state="absent")
    assert list(read_back(aws, options["vpc_id"])) == ["default"]
    # one of the load balancer, one of each other, two of the default group, and the one before the removal
    assert len(sent) == 6
    assert "Description" not in str(sent)


@pytest.mark.parametrize(("codes", "times"), [(["InvalidGroup.NotFound"], 3), (["DependencyViolation"] * 9, 12)])
def test_what_is_gone_or_in_use_for_a_while_is_no_failed_removal(
    run_module: Any, options: dict[str, Any], sent_until_removed: Any, codes: list[str], times: int
) -> None:
    run_module("ec2_security_groups", **options)
    which = {"vpc_id": options["vpc_id"], "tags": TAGS, "wait": codes[0] != "InvalidGroup.NotFound"}
    assert sent_until_removed("ec2_security_groups", "DeleteSecurityGroup", *codes, **which) == times
