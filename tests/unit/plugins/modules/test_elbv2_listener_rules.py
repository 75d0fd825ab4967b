"""The module for the rules of a listener, each step read back with plain boto3."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

OURS = {"ManagedBy": "streamflix.content_api"}
SECRET, OTHER_SECRET = "kI3hVq8sDn2xYp5cTz7wLm4r", "bN6fGa9uJe1oRs0iKd8vXt3y"
KIND = "AWS::ElasticLoadBalancingV2::ListenerRule"
Options = dict[str, Any]
Read = Callable[[], dict[str, dict[str, Any]]]


@pytest.fixture
def stack(aws: Any) -> dict[str, str]:
    """Give a listener that answers 403, two target groups and a secret."""
    ec2, elbv2 = aws("ec2"), aws("elbv2")
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.0.{index}.0/24", AvailabilityZone=f"eu-west-1{zone}")
        for index, zone in enumerate("ab")
    ]
    ids = [subnet["Subnet"]["SubnetId"] for subnet in subnets]
    balancer = elbv2.create_load_balancer(Name="alb", Subnets=ids, Scheme="internal")["LoadBalancers"][0]
    groups = [
        elbv2.create_target_group(Name=name, Protocol="HTTP", Port=80, VpcId=vpc_id, TargetType="ip")
        for name in ("blue", "green", "red")
    ]
    refusal = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "403"}}
    listener = elbv2.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"], Port=80, Protocol="HTTP", DefaultActions=[refusal]
    )["Listeners"][0]
    held = json.dumps({"password": SECRET})
    aws("secretsmanager").create_secret(Name="origin-one", SecretString=held)
    blue, green, red = (group["TargetGroups"][0]["TargetGroupArn"] for group in groups)
    return {"listener": listener["ListenerArn"], "blue": blue, "green": green, "red": red}


@pytest.fixture
def read_back(aws: Any, stack: dict[str, str]) -> Read:
    """Give a function that returns the rules of the listener by name: priority, conditions, target groups, tags."""

    def read() -> dict[str, dict[str, Any]]:
        elbv2, found = aws("elbv2"), {}
        for rule in elbv2.describe_rules(ListenerArn=stack["listener"])["Rules"]:
            if rule["IsDefault"]:
                continue
            described = elbv2.describe_tags(ResourceArns=[rule["RuleArn"]])["TagDescriptions"][0]["Tags"]
            tags = {tag["Key"]: tag["Value"] for tag in described}
            groups = rule["Actions"][0].get("ForwardConfig", {}).get("TargetGroups", [])
            shares = {group["TargetGroupArn"]: group["Weight"] for group in groups}
            found[tags.get("Name", "")] = {**rule, "shares": shares, "tags": tags}
        return found

    return read


@pytest.fixture
def options(stack: dict[str, str]) -> Options:
    rule = {
        "name": "verified",
        "priority": 10,
        "http_header": [{"name": "X-Origin-Verify", "secret_ids": ["origin-one"]}],
        "target_groups": [{"arn": stack["blue"]}],
    }
    return {"listener_arn": stack["listener"], "rules": [rule], "tags": {"Team": "api"}, "owner_tags": OURS}


@pytest.fixture
def shared(stack: dict[str, str]) -> Options:
    """Give the options of two rules that share requests between two target groups, whose shares somebody else moves."""
    groups = [{"arn": stack["blue"], "weight": 100}, {"arn": stack["green"], "weight": 0}]
    rules = [
        {"name": "production", "priority": 10, "path_pattern": ["/*"], "target_groups": groups, "keep_weights": True},
        {
            "name": "test",
            "priority": 5,
            "http_header": [{"name": "X-Test", "values": ["yes"]}],
            "target_groups": groups,
        },
    ]
    return {"listener_arn": stack["listener"], "rules": rules, "owner_tags": OURS}


def values(rule: dict[str, Any]) -> list[str]:
    """Return the values of a header that a rule wants."""
    return rule["Conditions"][0]["HttpHeaderConfig"]["Values"]


def test_creates_what_the_preview_shows(run_module: Any, options: Options, stack: Any, read_back: Read) -> None:
    preview = run_module("elbv2_listener_rules", check=True, **options)
    assert read_back() == {}
    done = run_module("elbv2_listener_rules", **options)
    assert done["actions"] == preview["actions"] == ["create_rule verified"]
    assert done["changes"] == preview["changes"]
    rule = read_back()["verified"]
    assert (rule["Priority"], rule["shares"]) == ("10", {stack["blue"]: 1})
    assert rule["Conditions"][0]["HttpHeaderConfig"]["HttpHeaderName"] == "X-Origin-Verify"
    assert values(rule) == [SECRET]
    assert rule["tags"] == {"Name": "verified", "Team": "api", **OURS}
    assert done["rules"][0]["arn"] == rule["RuleArn"]


def test_second_run_changes_nothing(run_module: Any, options: Options, shared: Options, read_back: Read) -> None:
    options["rules"].append({**shared["rules"][0], "name": "wide", "priority": 20, "source_ip": ["10.0.0.0/8"]})
    query = [{"value": "b*"}, {"key": "a", "value": "1"}]
    redirect = {"priority": 7, "host_header": ["old.example.com"], "query_string": query, "redirect": {"port": 443}}
    options["rules"].append({"name": "moved", **redirect})
    answer = {"priority": 8, "http_request_method": ["TRACE"], "fixed_response": {"status_code": "405"}}
    options["rules"].append({"name": "answered", **answer})
    run_module("elbv2_listener_rules", **options)
    before = read_back()
    assert list(before) == ["verified", "wide", "moved", "answered"]
    for check in (True, False):
        again = run_module("elbv2_listener_rules", check=check, **options)
        assert (again["changed"], again["actions"]) == (False, [])
    assert read_back() == before


def test_two_secrets_while_one_takes_the_place_of_the_other(
    aws: Any, run_module: Any, options: Options, read_back: Read
) -> None:
    aws("secretsmanager").create_secret(Name="origin-two", SecretString=json.dumps({"password": OTHER_SECRET}))
    run_module("elbv2_listener_rules", **options)
    header = options["rules"][0]["http_header"][0]
    for secret_ids, expected in (
        (["origin-two", "origin-one"], {SECRET, OTHER_SECRET}),
        (["origin-two"], {OTHER_SECRET}),
    ):
        header["secret_ids"] = secret_ids
        preview = run_module("elbv2_listener_rules", check=True, **options)
        done = run_module("elbv2_listener_rules", **options)
        assert done["actions"] == preview["actions"] == ["modify_rule verified"]
        assert set(values(read_back()["verified"])) == expected
        assert done["rules"][0]["conditions"]["http_header"][0]["secret_ids"] == sorted(secret_ids)
        assert not run_module("elbv2_listener_rules", **options)["changed"]


def test_the_value_is_nowhere_to_be_seen(aws: Any, run_module: Any, options: Options) -> None:
    results = [run_module("elbv2_listener_rules", check=check, **options) for check in (True, False)]
    held = json.dumps({"password": OTHER_SECRET})
    aws("secretsmanager").put_secret_value(SecretId="origin-one", SecretString=held)
    options["rules"][0]["http_header"] = [{"name": "X-Other", "values": ["plain"]}]
    results += [run_module("elbv2_listener_rules", check=check, **options) for check in (True, False)]
    options["rules"] = []
    results += [run_module("elbv2_listener_rules", check=check, **options) for check in (True, False)]
    assert [result["changed"] for result in results] == [True] * 6
    shown = json.dumps(results)
    assert (SECRET in shown, OTHER_SECRET in shown, "plain" in shown) == (False, False, True)


def test_another_value_of_the_secret_is_a_change(aws: Any, run_module: Any, options: Options, read_back: Read) -> None:
    run_module("elbv2_listener_rules", **options)
    held = json.dumps({"password": OTHER_SECRET})
    aws("secretsmanager").put_secret_value(SecretId="origin-one", SecretString=held)
    (change,) = run_module("elbv2_listener_rules", check=True, **options)["changes"]
    (field,) = change["fields"]
    assert field["field"] == "conditions.http_header"
    assert field["before"] == [{"name": "X-Origin-Verify", "values": ["(not shown)"], "secret_ids": []}]
    run_module("elbv2_listener_rules", **options)
    assert values(read_back()["verified"]) == [OTHER_SECRET]


def test_a_secret_that_does_not_exist(run_module: Any, options: Options, read_back: Read) -> None:
    options["rules"][0]["http_header"][0]["secret_ids"] = ["origin-three"]
    assert run_module("elbv2_listener_rules", check=True, **options)["actions"] == ["create_rule verified"]
    failed = run_module("elbv2_listener_rules", **options)
    assert "There is no secret 'origin-three'" in failed["msg"]
    assert read_back() == {}


def test_another_field_of_the_secret(aws: Any, run_module: Any, options: Options, read_back: Read) -> None:
    held = json.dumps({"password": SECRET, "header": OTHER_SECRET})
    aws("secretsmanager").put_secret_value(SecretId="origin-one", SecretString=held)
    options["rules"][0]["http_header"][0]["secret_field"] = "header"
    run_module("elbv2_listener_rules", **options)
    assert values(read_back()["verified"]) == [OTHER_SECRET]


@pytest.mark.parametrize(
    ("asked", "config", "expected"),
    [
        (
            {"redirect": {"protocol": "HTTP", "port": 8080, "status_code": "HTTP_302"}},
            "RedirectConfig",
            {"Protocol": "HTTP", "Port": "8080", "StatusCode": "HTTP_302"},
        ),
        (
            {"fixed_response": {"content_type": "text/html", "message_body": "no", "status_code": "404"}},
            "FixedResponseConfig",
            {"ContentType": "text/html", "MessageBody": "no", "StatusCode": "404"},
        ),
    ],
)
def test_what_needs_no_target(
    run_module: Any, options: Options, read_back: Read, asked: Options, config: str, expected: dict[str, str]
) -> None:
    run_module("elbv2_listener_rules", **options)
    options["rules"][0] |= {"target_groups": None, **asked}
    assert run_module("elbv2_listener_rules", **options)["actions"] == ["modify_rule verified"]
    found = read_back()["verified"]["Actions"][0][config]
    assert expected.items() <= found.items()
    assert not run_module("elbv2_listener_rules", **options)["changed"]


@pytest.mark.parametrize("held", ["no json", '{"user": "x"}', '{"password": 7}', '{"password": "a*c"}'])
def test_a_secret_that_is_no_header(aws: Any, run_module: Any, options: Options, held: str) -> None:
    aws("secretsmanager").put_secret_value(SecretId="origin-one", SecretString=held)
    failed = run_module("elbv2_listener_rules", **options)
    assert "'origin-one'" in failed["msg"]
    assert "a*c" not in failed["msg"]


def test_weights_that_somebody_else_moves_stay(
    aws: Any, run_module: Any, shared: Options, stack: Any, read_back: Read
) -> None:
    run_module("elbv2_listener_rules", **shared)
    moved = [{"TargetGroupArn": stack[one], "Weight": weight} for one, weight in (("blue", 0), ("green", 100))]
    action = {"Type": "forward", "ForwardConfig": {"TargetGroups": moved}}
    for rule in read_back().values():
        aws("elbv2").modify_rule(RuleArn=rule["RuleArn"], Actions=[action])
    done = run_module("elbv2_listener_rules", **shared)
    # those of production stay, those of test are compared
    assert done["actions"] == ["modify_rule test"]
    found = read_back()
    assert found["production"]["shares"] == {stack["blue"]: 0, stack["green"]: 100}
    assert found["test"]["shares"] == {stack["blue"]: 100, stack["green"]: 0}


def forward_all(aws: Any, read_back: Read, target: str) -> None:
    """Let the production rule forward to one target group only."""
    action = {"Type": "forward", "TargetGroupArn": target}
    aws("elbv2").modify_rule(RuleArn=read_back()["production"]["RuleArn"], Actions=[action])


def test_kept_weights_are_those_of_the_listed_target_groups(
    aws: Any, run_module: Any, shared: Options, stack: Any, read_back: Read
) -> None:
    run_module("elbv2_listener_rules", **shared)
    forward_all(aws, read_back, stack["green"])
    assert not run_module("elbv2_listener_rules", **shared)["changed"]
    assert read_back()["production"]["shares"] == {stack["green"]: 1}


def test_a_target_group_that_answers_is_not_given_up_for_one_that_may_be_empty(
    aws: Any, run_module: Any, shared: Options, stack: Any, read_back: Read
) -> None:
    run_module("elbv2_listener_rules", **shared)
    forward_all(aws, read_back, stack["red"])
    for check in (True, False):
        refused = run_module("elbv2_listener_rules", check=check, **shared)
        assert refused["failed"]
        assert f"rule production sends requests to {stack['red']}" in refused["msg"]
    assert read_back()["production"]["shares"] == {stack["red"]: 1}


def test_two_rules_change_places_in_one_request(run_module: Any, shared: Options, read_back: Read) -> None:
    run_module("elbv2_listener_rules", **shared)
    shared["rules"][0]["priority"], shared["rules"][1]["priority"] = 5, 10
    preview = run_module("elbv2_listener_rules", check=True, **shared)
    done = run_module("elbv2_listener_rules", **shared)
    assert done["actions"] == preview["actions"] == ["set_rule_priorities production, test"]
    assert {name: rule["Priority"] for name, rule in read_back().items()} == {"production": "5", "test": "10"}


def test_ours_that_are_not_listed_go_and_others_stay(
    aws: Any, run_module: Any, shared: Options, stack: Any, read_back: Read
) -> None:
    condition, action = {"Field": "path-pattern", "Values": ["/a"]}, {"Type": "forward", "TargetGroupArn": stack["red"]}
    foreign = {"ListenerArn": stack["listener"], "Conditions": [condition], "Actions": [action]}
    aws("elbv2").create_rule(Priority=1, Tags=[{"Key": "Name", "Value": "theirs"}], **foreign)
    run_module("elbv2_listener_rules", **shared)
    # at the place of one that is to go
    shared["rules"] = [{**shared["rules"][0], "name": "new", "priority": 5}]
    assert not run_module("elbv2_listener_rules", **{**shared, "rules": []}, purge_rules=False)["changed"]
    done = run_module("elbv2_listener_rules", **shared)
    assert done["actions"] == ["delete_rule test", "create_rule new", "delete_rule production"]
    assert set(read_back()) == {"new", "theirs"}
    shared["rules"][0]["priority"] = 1
    failed = run_module("elbv2_listener_rules", **shared)
    assert "priority 1 is that of another rule" in failed["msg"]


def test_somebody_elses_of_the_same_name(
    aws: Any, run_module: Any, options: Options, stack: Any, read_back: Read
) -> None:
    condition, action = {"Field": "path-pattern", "Values": ["/a"]}, {"Type": "forward", "TargetGroupArn": stack["red"]}
    its_tags = [{"Key": "Name", "Value": "verified"}]
    aws("elbv2").create_rule(
        ListenerArn=stack["listener"], Conditions=[condition], Actions=[action], Priority=1, Tags=its_tags
    )
    before = read_back()
    assert "is not ours" in run_module("elbv2_listener_rules", **options)["msg"]
    gone = {"listener_arn": stack["listener"], "rules": [{"name": "verified"}], "state": "absent", "owner_tags": OURS}
    assert not run_module("elbv2_listener_rules", **gone)["changed"]
    assert read_back() == before
    adopted = run_module("elbv2_listener_rules", **options, adopt=True)
    assert adopted["actions"] == ["set_rule_priorities verified", "modify_rule verified", "add_tags verified"]
    assert values(read_back()["verified"]) == [SECRET]


def test_removes_those_listed_or_all_of_ours(run_module: Any, shared: Options, read_back: Read) -> None:
    run_module("elbv2_listener_rules", **shared)
    gone = {"listener_arn": shared["listener_arn"], "owner_tags": OURS, "state": "absent"}
    for more, left in (({"rules": [{"name": "test"}]}, {"production"}), ({}, set())):
        foretold = run_module("elbv2_listener_rules", check=True, **gone, **more)
        done = run_module("elbv2_listener_rules", **gone, **more)
        assert (done["actions"], done["changes"]) == (foretold["actions"], foretold["changes"])
        assert set(read_back()) == left
        assert not run_module("elbv2_listener_rules", **gone, **more)["changed"]


def test_tags_change(run_module: Any, options: Options, read_back: Read) -> None:
    run_module("elbv2_listener_rules", **options)
    run_module("elbv2_listener_rules", **{**options, "tags": None})
    assert read_back()["verified"]["tags"]["Team"] == "api"
    done = run_module("elbv2_listener_rules", **{**options, "tags": {"Owner": "core"}})
    assert done["actions"] == ["add_tags verified", "remove_tags verified"]
    assert read_back()["verified"]["tags"] == {"Name": "verified", "Owner": "core", **OURS}


def test_previews_a_listener_that_does_not_exist_yet(run_module: Any, options: Options) -> None:
    options["listener_arn"] = "arn:aws:x:listener/app/alb/(known after apply)"
    preview = run_module("elbv2_listener_rules", check=True, **options)
    assert preview["actions"] == ["create_rule verified"]
    assert preview["rules"][0]["arn"] == "(known after apply)"
    assert [change["name"] for change in preview["changes"]] == ["alb verified"]


def test_a_lost_reply_makes_no_second_rule(run_module: Any, troubled: Any, options: Options, read_back: Read) -> None:
    sent = troubled("CreateRule", "lost reply")
    assert run_module("elbv2_listener_rules", **options)["changed"]
    assert (sent.count("CreateRule"), len(read_back())) == (1, 1)


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"priority": None}, "has no priority"),
        ({"priority": 50001}, "set 1 to 50000"),
        ({"http_header": None}, "has no condition"),
        ({"http_header": [{"name": "X"}]}, "has no value"),
        ({"http_header": [{"name": "Host", "values": ["a"]}]}, "set host_header instead"),
        ({"http_header": [{"name": "X" * 41, "values": ["a"]}]}, "at most 40"),
        ({"path_pattern": ["/" + "a" * 128]}, "at most 128"),
        ({"path_pattern": ["/1", "/2", "/3", "/4", "/5"]}, "AWS takes 5"),
        ({"target_groups": None}, "needs one action"),
        ({"redirect": {}}, "needs one action"),
        ({"target_groups": [{"arn": "arn:a", "weight": 1000}]}, "set 0 to 999"),
        ({"target_groups": [{"arn": "arn:a"}, {"arn": "arn:a"}]}, "more than once"),
        ({"target_groups": [{"arn": f"arn:{one}"} for one in range(6)]}, "AWS takes 5"),
        ({"target_groups": None, "fixed_response": {"status_code": "301"}}, "set a code of"),
    ],
)
def test_refuses_what_aws_would_refuse(run_module: Any, options: Options, wrong: Options, text: str) -> None:
    options["rules"][0] |= wrong
    failed = run_module("elbv2_listener_rules", **options)
    assert failed["failed"]
    assert text in failed["msg"]


def test_names_and_priorities_are_listed_once(run_module: Any, options: Options) -> None:
    options["rules"] *= 2
    assert "'verified' is listed more than once" in run_module("elbv2_listener_rules", **options)["msg"]


def test_a_value_that_no_option_names_stays_until_it_is_taken_away(
    aws: Any, run_module: Any, options: Options, read_back: Read
) -> None:
    run_module("elbv2_listener_rules", **options)
    aws("secretsmanager").create_secret(Name="origin-two", SecretString=json.dumps({"password": OTHER_SECRET}))
    header = options["rules"][0]["http_header"][0]
    header |= {"secret_ids": ["origin-two"], "keep_values": True}
    results = [run_module("elbv2_listener_rules", check=check, **options) for check in (True, False)]
    assert [result["actions"] for result in results] == [["modify_rule verified"]] * 2
    assert set(values(read_back()["verified"])) == {SECRET, OTHER_SECRET}
    assert not run_module("elbv2_listener_rules", **options)["changed"]

    header["keep_values"] = False
    results += [run_module("elbv2_listener_rules", check=check, **options) for check in (True, False)]
    assert values(read_back()["verified"]) == [OTHER_SECRET]
    assert not run_module("elbv2_listener_rules", **options)["changed"]
    shown = json.dumps(results)
    assert not [secret for secret in (SECRET, OTHER_SECRET) if secret in shown]


def test_more_values_than_aws_takes_cannot_stay(aws: Any, run_module: Any, options: Options, read_back: Read) -> None:
    run_module("elbv2_listener_rules", **options)
    found = read_back()["verified"]
    several = {"HttpHeaderName": "X-Origin-Verify", "Values": list("abcde")}
    aws("elbv2").modify_rule(
        RuleArn=found["RuleArn"], Conditions=[{"Field": "http-header", "HttpHeaderConfig": several}]
    )
    options["rules"][0]["http_header"][0]["keep_values"] = True
    failed = run_module("elbv2_listener_rules", **options)
    assert "5 values that no option names" in failed["msg"]
    assert values(read_back()["verified"]) == list("abcde")


def test_it_tells_which_rules_there_are_besides(run_module: Any, options: Options) -> None:
    (rule,) = options["rules"]
    options["rules"].append({**rule, "name": "second", "priority": 11})
    run_module("elbv2_listener_rules", **options)
    options |= {"rules": [rule], "purge_rules": False}
    assert run_module("elbv2_listener_rules", **options)["others"] == ["second"]
