"""The replication group module: create, update, no change, remove, each read back with plain boto3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.client import BaseClient

NAME = "streamflix-redis-dev"
MODULE = "elasticache_replication_group"


OPTIONS: dict[str, Any] = {
    "replication_group_id": NAME,
    "description": "StreamFlix content metadata cache",
    "engine": "redis",
    "engine_version": "7.1",
    "cache_node_type": "cache.t4g.micro",
    "num_cache_clusters": 2,
    "automatic_failover": True,
    "multi_az": True,
    "at_rest_encryption": True,
    "transit_encryption": True,
    "transit_encryption_mode": "required",
    "cache_subnet_group_name": "streamflix-redis-subnet-dev",
    "security_group_ids": ["sg-00000000000000001"],
    "port": 6379,
    "tags": {"Environment": "dev"},
}


@pytest.fixture
def options(aws: Any) -> dict[str, Any]:
    """Options of a group whose subnet group exists."""
    aws("elasticache").create_cache_subnet_group(
        CacheSubnetGroupName=OPTIONS["cache_subnet_group_name"],
        CacheSubnetGroupDescription="Subnet group for Redis cluster",
        SubnetIds=["subnet-00000000000000001", "subnet-00000000000000002"],
    )
    return dict(OPTIONS)


@pytest.fixture
def plain(options: dict[str, Any]) -> dict[str, Any]:
    """Options of a group without TLS and without replica."""
    changed = {"num_cache_clusters": 1, "automatic_failover": False, "multi_az": False, "transit_encryption": False}
    return {key: value for key, value in {**options, **changed}.items() if key != "transit_encryption_mode"}


@pytest.fixture
def group_in_moto(aws: Any) -> Callable[[], Any]:
    """Give access to moto's own record, to put it into states that AWS goes through."""
    from moto.elasticache.models import elasticache_backends

    return lambda: elasticache_backends["123456789012"]["eu-west-1"].replication_groups[NAME]


@pytest.fixture
def gone_at_third_look(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Give a function from which on AWS describes all groups twice more, and has none then."""
    from moto.elasticache.models import ElastiCacheBackend

    original = ElastiCacheBackend.describe_replication_groups

    def begin() -> None:
        looks = iter(range(100))

        def describe(self: Any, replication_group_id: str | None = None) -> Any:
            if next(looks) == 2:
                self.replication_groups.clear()
            return original(self, replication_group_id)

        monkeypatch.setattr(ElastiCacheBackend, "describe_replication_groups", describe)

    return begin


def read_back(aws: Any) -> dict[str, Any]:
    client = aws("elasticache")
    group = client.describe_replication_groups(ReplicationGroupId=NAME)["ReplicationGroups"][0]
    node = client.describe_cache_clusters(CacheClusterId=group["MemberClusters"][0])["CacheClusters"][0]
    pairs = client.list_tags_for_resource(ResourceName=group["ARN"])["TagList"]
    return {**node, **group, "tags": {pair["Key"]: pair["Value"] for pair in pairs}}


def requests(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """Record what is written from here on: operation and parameters."""
    from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api

    seen: list[tuple[str, dict[str, Any]]] = []
    original = Api.call

    def call(self: Any, operation: str, service: str = "", subject: str = "", **params: Any) -> Any:
        if not operation.startswith(("describe", "list")):
            seen.append((operation, params))
        return original(self, operation, service, subject, **params)

    monkeypatch.setattr(Api, "call", call)
    return seen


def test_creates_what_the_preview_shows(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    preview = run_module(MODULE, check=True, **options)
    assert preview["changed"]
    assert aws("elasticache").describe_replication_groups()["ReplicationGroups"] == []

    done = run_module(MODULE, **options)
    assert done["changed"]
    assert done["actions"] == preview["actions"] == [f"create_replication_group {NAME}"]
    group, predicted = done["replication_group"], preview["replication_group"]
    assert group.keys() == predicted.keys()
    for key in predicted.keys() - {"arn", "engine_version", "primary_endpoint", "reader_endpoint"}:
        assert predicted[key] in (group[key], "(known after apply)"), key
    assert group["engine_version"] == "7.1.0"
    assert group["primary_endpoint"]["port"] == predicted["primary_endpoint"]["port"] == 6379

    found = read_back(aws)
    assert (found["Engine"], found["EngineVersion"], found["CacheNodeType"]) == ("redis", "7.1.0", "cache.t4g.micro")
    assert found["MemberClusters"] == [f"{NAME}-001", f"{NAME}-002"]
    assert (found["AutomaticFailover"], found["MultiAZ"]) == ("enabled", "enabled")
    assert found["AtRestEncryptionEnabled"]
    assert (found["TransitEncryptionEnabled"], found["TransitEncryptionMode"]) == (True, "required")
    assert found["CacheSubnetGroupName"] == "streamflix-redis-subnet-dev"
    assert [entry["SecurityGroupId"] for entry in found["SecurityGroups"]] == ["sg-00000000000000001"]
    assert found["NodeGroups"][0]["PrimaryEndpoint"]["Port"] == 6379
    assert found["Description"] == "StreamFlix content metadata cache"
    assert found["tags"] == {"Environment": "dev"}


@pytest.mark.parametrize(("engine", "encrypted"), [("redis", False), ("valkey", True)])
def test_a_preview_knows_what_aws_fills_in(aws: Any, run_module: Any, engine: str, encrypted: bool) -> None:
    required = {"replication_group_id": NAME, "cache_node_type": "cache.t4g.micro", "engine": engine}
    preview = run_module(MODULE, check=True, **required)["replication_group"]
    assert preview["at_rest_encryption"] is encrypted
    assert preview["preferred_maintenance_window"] == "(known after apply)"
    assert preview.keys() == run_module(MODULE, **required)["replication_group"].keys()


def test_second_run_changes_nothing(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module(MODULE, **options)
    for check in (True, False):
        again = run_module(MODULE, check=check, **options)
        assert not again["changed"]
        assert again["actions"] == []
        assert again["diff"]["before"] == again["diff"]["after"]


def test_preview_takes_ids_that_are_not_known_yet(run_module: Any, options: dict[str, Any]) -> None:
    options["security_group_ids"] = ["sg-(known after apply)"]
    preview = run_module(MODULE, check=True, **options)
    assert preview["replication_group"]["security_group_ids"] == ["sg-(known after apply)"]


def test_update_sends_only_what_differs(
    aws: Any, run_module: Any, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_module(MODULE, **options)
    options["security_group_ids"] = ["sg-00000000000000003", "sg-00000000000000002"]
    options["snapshot_retention_limit"] = 5
    options["preferred_maintenance_window"] = "Sun:02:00-Sun:03:00"
    options["tags"] = {"Owner": "api"}
    preview = run_module(MODULE, check=True, **options)
    assert read_back(aws)["SnapshotRetentionLimit"] == 0

    written = requests(monkeypatch)
    done = run_module(MODULE, **options)
    assert done["replication_group"] == preview["replication_group"]
    assert [operation for operation, _unused in written] == [
        "add_tags_to_resource",
        "remove_tags_from_resource",
        "modify_replication_group",
    ]
    assert written[2][1] == {
        "ReplicationGroupId": NAME,
        "SecurityGroupIds": ["sg-00000000000000002", "sg-00000000000000003"],
        "SnapshotRetentionLimit": 5,
        "PreferredMaintenanceWindow": "sun:02:00-sun:03:00",
        "ApplyImmediately": True,
    }
    found = read_back(aws)
    assert found["SnapshotRetentionLimit"] == 5
    assert found["tags"] == {"Owner": "api"}
    options["security_group_ids"].reverse()
    assert not run_module(MODULE, **options)["changed"]


def test_snapshots_are_taken_when_asked_with_the_parameters_asked(
    aws: Any, run_module: Any, options: dict[str, Any], parameter_groups: Any
) -> None:
    parameter_groups(first="redis7", second="redis7")
    options |= {"snapshot_retention_limit": 1, "snapshot_window": "02:00-03:00", "cache_parameter_group_name": "first"}
    run_module(MODULE, **options)
    found = read_back(aws)
    assert (found["SnapshotWindow"], found["SnapshotRetentionLimit"]) == ("02:00-03:00", 1)
    assert found["CacheParameterGroup"]["CacheParameterGroupName"] == "first"
    assert not run_module(MODULE, **options)["changed"]

    changed = {**options, "snapshot_window": "04:00-05:00", "cache_parameter_group_name": "second"}
    assert run_module(MODULE, **changed)["actions"] == [f"modify_replication_group {NAME}"]
    found = read_back(aws)
    assert found["SnapshotWindow"] == "04:00-05:00"
    assert found["CacheParameterGroup"]["CacheParameterGroupName"] == "second"
    assert not run_module(MODULE, **changed)["changed"]


def test_tags_that_are_not_named_go_only_when_purged(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module(MODULE, **options)
    run_module(MODULE, replication_group_id=NAME, tags={"Owner": "api"}, purge_tags=False)
    assert read_back(aws)["tags"] == {"Environment": "dev", "Owner": "api"}
    run_module(MODULE, replication_group_id=NAME, tags={"Owner": "api"})
    assert read_back(aws)["tags"] == {"Owner": "api"}


def test_adds_nodes_before_failover_and_removes_them_after_it(
    aws: Any, run_module: Any, plain: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_module(MODULE, **plain)
    written = requests(monkeypatch)
    grown = {**plain, "num_cache_clusters": 3, "automatic_failover": True, "multi_az": True}
    preview = run_module(MODULE, check=True, **grown)
    done = run_module(MODULE, **grown)
    assert done["replication_group"] == preview["replication_group"]
    assert [operation for operation, _unused in written] == ["increase_replica_count", "modify_replication_group"]
    assert written[0][1]["NewReplicaCount"] == 2
    assert len(read_back(aws)["MemberClusters"]) == 3

    written.clear()
    run_module(MODULE, **plain)
    assert [operation for operation, _unused in written] == ["modify_replication_group", "decrease_replica_count"]
    found = read_back(aws)
    assert (found["MemberClusters"], found["AutomaticFailover"]) == ([f"{NAME}-001"], "disabled")
    assert not run_module(MODULE, **plain)["changed"]


def test_tls_on_an_existing_group_goes_through_preferred(
    aws: Any, run_module: Any, plain: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_module(MODULE, **plain)
    written = requests(monkeypatch)
    secured = {**plain, "transit_encryption": True, "transit_encryption_mode": "required"}
    preview = run_module(MODULE, check=True, **secured)
    done = run_module(MODULE, **secured)
    assert done["actions"] == preview["actions"]
    assert done["replication_group"]["transit_encryption_mode"] == "required"
    assert [params["TransitEncryptionMode"] for _unused, params in written] == ["preferred", "required"]
    assert read_back(aws)["TransitEncryptionMode"] == "required"
    assert not run_module(MODULE, **secured)["changed"]

    written.clear()
    run_module(MODULE, **plain)
    assert [params["TransitEncryptionEnabled"] for _unused, params in written] == [True, False]
    assert not read_back(aws)["TransitEncryptionEnabled"]


def test_tls_stops_at_preferred_when_asked(aws: Any, run_module: Any, plain: dict[str, Any]) -> None:
    run_module(MODULE, **plain)
    mixed = {**plain, "transit_encryption": True, "transit_encryption_mode": "preferred"}
    assert run_module(MODULE, **mixed)["actions"] == [f"modify_replication_group {NAME}"]
    assert read_back(aws)["TransitEncryptionMode"] == "preferred"


def test_access_control_comes_after_tls(
    aws: Any, run_module: Any, plain: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_module(MODULE, **plain)
    written = requests(monkeypatch)
    aws("elasticache").create_user_group(UserGroupId="api", Engine="redis", UserIds=["default"])
    secured = {**plain, "transit_encryption": True, "user_group_ids": ["api"]}
    run_module(MODULE, **secured)
    assert written[-1][1]["UserGroupIdsToAdd"] == ["api"]
    assert len(written) == 3
    assert read_back(aws)["UserGroupIds"] == ["api"]
    run_module(MODULE, **{**secured, "user_group_ids": []})
    assert read_back(aws)["UserGroupIds"] == []


def test_a_change_that_waits_for_the_window_is_not_sent_again(
    aws: Any, run_module: Any, options: dict[str, Any]
) -> None:
    run_module(MODULE, **options)
    bigger = {**options, "cache_node_type": "cache.t4g.small", "apply_immediately": False}
    done = run_module(MODULE, **bigger)
    assert done["changed"]
    assert done["replication_group"]["pending"] == {"cache_node_type": "cache.t4g.small"}
    assert read_back(aws)["CacheNodeType"] == "cache.t4g.micro"
    assert not run_module(MODULE, **bigger)["changed"]
    assert run_module(MODULE, **{**bigger, "apply_immediately": True})["changed"]
    assert read_back(aws)["CacheNodeType"] == "cache.t4g.small"


def test_a_preview_takes_a_parameter_group_that_the_run_is_to_make(run_module: Any, options: dict[str, Any]) -> None:
    named = {"cache_parameter_group_name": "to-be-made", "cache_parameter_group_family": "redis7"}
    assert run_module(MODULE, check=True, **options, **named)["changed"]
    run_module(MODULE, **options)
    (told,) = run_module(MODULE, check=True, **options, **named)["changes"]
    assert [one["field"] for one in told["fields"]] == ["cache_parameter_group_name"]


@pytest.fixture
def parameter_groups(aws: Any) -> Callable[..., None]:
    """Give a function that makes parameter groups: their names with their families."""

    def make(**families: str) -> None:
        for name, family in families.items():
            aws("elasticache").create_cache_parameter_group(
                CacheParameterGroupName=name, CacheParameterGroupFamily=family, Description=name
            )

    return make


def test_the_parameters_of_a_version_wait_with_it(
    aws: Any, run_module: Any, options: dict[str, Any], parameter_groups: Any
) -> None:
    parameter_groups(old="redis6.x", new="redis7")
    options.pop("transit_encryption_mode")
    run_module(MODULE, **{**options, "engine_version": "6.2", "cache_parameter_group_name": "old"})
    newer = {**options, "cache_parameter_group_name": "new", "apply_immediately": False}
    foretold = run_module(MODULE, check=True, **newer)
    done = run_module(MODULE, **newer)
    assert done["actions"] == [f"modify_replication_group {NAME}"]
    assert done["changes"] == foretold["changes"]
    (told,) = done["changes"]
    assert {one["field"] for one in told["fields"]} == {"pending.cache_parameter_group_name", "pending.engine_version"}
    found = read_back(aws)
    assert (found["EngineVersion"], found["CacheParameterGroup"]["CacheParameterGroupName"]) == ("6.2.0", "old")
    assert not run_module(MODULE, **newer)["changed"]

    assert run_module(MODULE, **{**newer, "apply_immediately": True})["changed"]
    found = read_back(aws)
    assert (found["EngineVersion"], found["CacheParameterGroup"]["CacheParameterGroupName"]) == ("7.1.0", "new")
    assert not run_module(MODULE, **newer)["changed"]


def test_parameters_that_wait_for_a_reboot_are_told_and_nothing_is_rebooted(
    aws: Any, run_module: Any, options: dict[str, Any], parameter_groups: Any
) -> None:
    parameter_groups(own="redis7")
    options["cache_parameter_group_name"] = "own"
    made = run_module(MODULE, **options)
    assert made["replication_group"]["parameter_apply_status"] == "in-sync"
    aws("elasticache").modify_cache_parameter_group(
        CacheParameterGroupName="own",
        ParameterNameValues=[{"ParameterName": "databases", "ParameterValue": "32"}],
    )
    for check in (True, False):
        again = run_module(MODULE, check=check, **options)
        assert not again["changed"]
        assert again["replication_group"]["parameter_apply_status"] == "pending-reboot"
        assert f"--cache-cluster-id {NAME}-001" in str(again["warnings"])
    for node in (1, 2):
        aws("elasticache").reboot_cache_cluster(CacheClusterId=f"{NAME}-00{node}", CacheNodeIdsToReboot=["0001"])
    assert not run_module(MODULE, **options).get("warnings")


def test_upgrades_to_valkey_in_one_request_and_not_back(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module(MODULE, **options)
    valkey = {**options, "engine": "valkey", "engine_version": "8.0"}
    assert run_module(MODULE, **valkey)["actions"] == [f"modify_replication_group {NAME}"]
    found = read_back(aws)
    assert (found["Engine"], found["EngineVersion"]) == ("valkey", "8.0.0")
    failed = run_module(MODULE, **options)
    assert failed["needs_replacement"] == ["engine"]


def test_valkey_waits_for_the_window_with_its_parameters(
    aws: Any, run_module: Any, options: dict[str, Any], parameter_groups: Any
) -> None:
    parameter_groups(old="redis7", new="valkey8")
    run_module(MODULE, **options, cache_parameter_group_name="old")
    valkey = {
        **options,
        "engine": "valkey",
        "engine_version": "8.1",
        "cache_parameter_group_name": "new",
        "apply_immediately": False,
    }
    foretold = run_module(MODULE, check=True, **valkey)
    done = run_module(MODULE, **valkey)
    assert done["changes"] == foretold["changes"]
    (told,) = done["changes"]
    names = {"cache_parameter_group_name", "engine", "engine_version"}
    assert {one["field"] for one in told["fields"]} == {f"pending.{name}" for name in names}
    found = read_back(aws)
    assert (found["Engine"], found["EngineVersion"]) == ("redis", "7.1.0")
    assert not run_module(MODULE, **valkey)["changed"]
    assert run_module(MODULE, **{**valkey, "apply_immediately": True})["changed"]
    found = read_back(aws)
    assert (found["Engine"], found["EngineVersion"]) == ("valkey", "8.1.0")
    assert found["CacheParameterGroup"]["CacheParameterGroupName"] == "new"
    assert not run_module(MODULE, **valkey)["changed"]


def test_a_minor_version_that_aws_installed_by_itself_is_no_difference(
    aws: Any, run_module: Any, options: dict[str, Any]
) -> None:
    valkey = {**options, "engine": "valkey", "engine_version": "8.0"}
    run_module(MODULE, **valkey)
    aws("elasticache").modify_replication_group(ReplicationGroupId=NAME, EngineVersion="8.1", ApplyImmediately=True)
    for replace in (False, True):
        again = run_module(MODULE, **valkey, replace=replace)
        assert not again["changed"]
        assert again["replication_group"]["engine_version"] == "8.1.0"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"engine_version": "7.9"}, "engine_version '7.9' is not offered for redis here: choose one of "),
        ({"cache_parameter_group_name": "default.valkey8"}, "is for valkey8, the engine needs redis7"),
        ({"cache_parameter_group_name": "none-such"}, "cache_parameter_group_name 'none-such' does not exist"),
        (
            {"cache_parameter_group_name": "to-be-made", "cache_parameter_group_family": "redis6.x"},
            "'to-be-made' is for redis6.x, the engine needs redis7",
        ),
    ],
)
def test_what_aws_does_not_offer_is_refused_in_the_preview_too(
    aws: Any, run_module: Any, options: dict[str, Any], troubled: Any, change: dict[str, Any], said: str
) -> None:
    sent = troubled()
    for check in (True, False):
        assert said in run_module(MODULE, check=check, **{**options, **change})["msg"]
    assert {name for name in sent if not name.startswith("Describe")} == set()
    run_module(MODULE, **options)
    sent.clear()
    run_module(MODULE, **options)
    assert "DescribeCacheEngineVersions" not in sent
    for check in (True, False):
        assert said in run_module(MODULE, check=check, **{**options, **change})["msg"]
    assert [name for name in sent if name.startswith("Modify")] == []


@pytest.mark.parametrize("change", [{"engine_version": "7.2"}, {"auto_minor_version_upgrade": False}])
def test_an_older_version_is_refused_and_replaces_nothing(
    aws: Any, run_module: Any, options: dict[str, Any], change: dict[str, Any]
) -> None:
    valkey = {**options, "engine": "valkey", "engine_version": "8.0"}
    run_module(MODULE, **{**valkey, "engine_version": "8.1"})
    before = read_back(aws)
    for check in (True, False):
        failed = run_module(MODULE, check=check, replace=True, **{**valkey, **change})
        assert "older than the replication group's 8.1.0, and AWS never goes back: set 8.1" in failed["msg"]
        assert "needs_replacement" not in failed
    assert read_back(aws) == before


def test_logs_are_turned_on_changed_and_off(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    slow = {"log_type": "slow-log", "destination": "/redis/slow"}
    run_module(MODULE, **options, log_delivery_configurations=[slow])
    assert not run_module(MODULE, **options, log_delivery_configurations=[slow])["changed"]
    engine = {"log_type": "engine-log", "destination": "/redis/engine", "log_format": "text"}
    run_module(MODULE, **options, log_delivery_configurations=[engine])
    (only,) = read_back(aws)["LogDeliveryConfigurations"]
    assert only["DestinationDetails"] == {"CloudWatchLogsDetails": {"LogGroup": "/redis/engine"}}
    assert only["LogFormat"] == "text"
    run_module(MODULE, **options, log_delivery_configurations=[])
    assert read_back(aws).get("LogDeliveryConfigurations", []) == []


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("port", 6380),
        ("at_rest_encryption", False),
        ("cache_subnet_group_name", "another"),
        ("kms_key_id", "11111111-2222-3333-4444-555555555555"),
    ],
)
def test_what_aws_cannot_change_needs_replacement(
    aws: Any, run_module: Any, options: dict[str, Any], option: str, value: Any
) -> None:
    run_module(MODULE, **options)
    before = read_back(aws)
    for check in (True, False):
        failed = run_module(MODULE, check=check, **{**options, option: value})
        assert failed["failed"]
        assert failed["needs_replacement"] == [option]
        assert str(value) in failed["msg"]
        assert "set replace (redis_replace of the role)" in failed["msg"]
    after = read_back(aws)
    for key in ("EngineVersion", "AtRestEncryptionEnabled", "CacheSubnetGroupName", "NodeGroups"):
        assert after[key] == before[key]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"replication_group_id": "9lives"}, "begin with a letter"),
        ({"replication_group_id": "a--b"}, "single hyphens"),
        ({"replication_group_id": "ends-"}, "not end with a hyphen"),
        ({"replication_group_id": "x" * 41}, "41 characters"),
        ({"num_cache_clusters": 1}, "automatic_failover needs a replica"),
        ({"num_cache_clusters": 7}, "out of range: set 1 to 6"),
        ({"automatic_failover": False}, "multi_az is true but automatic_failover is false"),
        ({"transit_encryption": False}, "transit_encryption_mode is 'required' but"),
        ({"transit_encryption_mode": "preferred", "user_group_ids": ["api"]}, "user_group_ids need"),
        ({"snapshot_retention_limit": 36}, "set 0 to 35"),
    ],
)
def test_bad_options_are_refused_before_any_request(
    run_module: Any, changes: dict[str, Any], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api

    monkeypatch.setattr(Api, "client", lambda self, service="": pytest.fail("AWS was called"))
    failed = run_module(MODULE, **{**OPTIONS, **changes})
    assert failed["failed"]
    assert words in failed["msg"]


def test_creation_without_a_node_type_is_refused(aws: Any, run_module: Any) -> None:
    failed = run_module(MODULE, check=True, replication_group_id=NAME)
    assert "cache_node_type is not set" in failed["msg"]


def test_removes_and_removes_again(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module(MODULE, **options)
    preview = run_module(MODULE, check=True, replication_group_id=NAME, state="absent")
    assert preview["changed"]
    assert read_back(aws)

    done = run_module(MODULE, replication_group_id=NAME, state="absent")
    assert done["actions"] == preview["actions"] == [f"delete_replication_group {NAME}"]
    assert done["diff"]["before"]["port"] == 6379
    assert done["diff"]["after"] == {}
    assert aws("elasticache").describe_replication_groups()["ReplicationGroups"] == []
    assert aws("elasticache").describe_snapshots()["Snapshots"] == []
    assert not run_module(MODULE, replication_group_id=NAME, state="absent")["changed"]


def test_removal_keeps_a_snapshot_each_time(
    aws: Any, run_module: Any, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter(range(100))
    module = f"ansible_collections.streamflix.content_api.plugins.modules.{MODULE}"
    monkeypatch.setattr(f"{module}.snapshot_name", lambda prefix: f"{prefix}-{next(seconds)}")
    for _unused in range(2):
        run_module(MODULE, **options)
        run_module(MODULE, replication_group_id=NAME, state="absent", final_snapshot_identifier="kept")
    names = [snapshot["SnapshotName"] for snapshot in aws("elasticache").describe_snapshots()["Snapshots"]]
    assert len(names) == 2
    assert all(name.startswith("kept-") for name in names)


def test_the_name_of_a_snapshot_has_the_time() -> None:
    from ansible_collections.streamflix.content_api.plugins.modules.elasticache_replication_group import snapshot_name

    assert snapshot_name(None) == ""
    prefix, _unused, stamp = snapshot_name("streamflix-final").rpartition("-")
    assert (prefix, len(stamp)) == ("streamflix-final", 14)


@pytest.mark.usefixtures("no_pauses")
def test_waits_for_a_group_that_is_being_removed(
    run_module: Any, options: dict[str, Any], group_in_moto: Any, gone_at_third_look: Any
) -> None:
    run_module(MODULE, **options)
    group_in_moto().status = "deleting"
    quick = run_module(MODULE, replication_group_id=NAME, state="absent", wait=False)
    assert not quick["changed"]
    gone_at_third_look()
    done = run_module(MODULE, replication_group_id=NAME, state="absent")
    assert not done["changed"]
    assert done["replication_group"] == {}


@pytest.mark.usefixtures("no_pauses")
def test_a_group_that_is_being_removed_is_created_again(
    aws: Any, run_module: Any, options: dict[str, Any], group_in_moto: Any, gone_at_third_look: Any
) -> None:
    run_module(MODULE, **options)
    group_in_moto().status = "deleting"
    assert run_module(MODULE, check=True, **options)["actions"] == [f"create_replication_group {NAME}"]
    gone_at_third_look()
    assert run_module(MODULE, **options)["changed"]
    assert read_back(aws)["Status"] == "available"


@pytest.mark.usefixtures("no_pauses")
def test_a_busy_group_is_changed_once_it_is_idle(
    aws: Any, run_module: Any, options: dict[str, Any], group_in_moto: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_module(MODULE, **options)
    group = group_in_moto()
    group.status = "modifying"
    delays: list[float] = []

    def sleep(seconds: float) -> None:
        delays.append(seconds)
        if len(delays) == 2:
            group.status = "available"

    monkeypatch.setattr("time.sleep", sleep)
    assert run_module(MODULE, **{**options, "snapshot_retention_limit": 1})["changed"]
    assert len(delays) == 2
    assert read_back(aws)["SnapshotRetentionLimit"] == 1


def test_a_group_that_is_being_created_counts_as_unchanged(
    run_module: Any, options: dict[str, Any], group_in_moto: Any
) -> None:
    run_module(MODULE, **options)
    group = group_in_moto()
    group.status = "creating"
    group.node_groups[0].update(primary_endpoint=None, reader_endpoint=None, node_group_members=[])
    again = run_module(MODULE, **options, wait=False)
    assert not again["changed"]
    assert again["replication_group"]["primary_endpoint"] is None
    assert again["replication_group"]["tags"] is None


def test_a_failed_creation_says_what_to_do(run_module: Any, options: dict[str, Any], group_in_moto: Any) -> None:
    run_module(MODULE, **options)
    group_in_moto().status = "create-failed"
    failed = run_module(MODULE, **options)
    assert "create-failed" in failed["msg"]
    assert "state=absent" in failed["msg"]
    assert run_module(MODULE, replication_group_id=NAME, state="absent", final_snapshot_identifier="x")["changed"]


def test_versions_are_compared_by_the_parts_that_are_given() -> None:
    from ansible_collections.streamflix.content_api.plugins.module_utils.elasticache.reading import begins_with
    from ansible_collections.streamflix.content_api.plugins.modules.elasticache_replication_group import older_version

    assert begins_with("7.1.0", "7.1")
    assert begins_with("6.2.6", "6.x")
    assert begins_with("7.1.0", "7")
    assert not begins_with("7.10.0", "7.1")
    assert older_version("7.1.0", "6.2")
    assert not older_version("7.1.0", "7")
    assert not older_version("7.9.0", "7.10")


def test_kms_keys_are_compared_by_id_or_arn() -> None:
    from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import same_key

    arn = "arn:aws:kms:eu-west-1:123456789012:key/1111"
    assert same_key(arn, "1111")
    assert same_key(arn, arn)
    assert same_key(arn, "alias/redis")
    assert not same_key(arn, "111")
    assert not same_key(None, "1111")


def test_tells_what_becomes_of_it(changes_of: Any, options: dict[str, Any]) -> None:
    kind = "AWS::ElastiCache::ReplicationGroup"
    ((action, its_type, name, fields),) = changes_of(MODULE, **options)
    assert (action, its_type, name) == ("create", kind, NAME)
    for key in set(options) - {"replication_group_id"}:
        assert fields[key] == (None, options[key]), key
    changed = {**options, "snapshot_retention_limit": 3}
    assert changes_of(MODULE, **changed) == [("update", kind, NAME, {"snapshot_retention_limit": (0, 3)})]
    assert changes_of(MODULE, **changed) == []
    ((action, its_type, name, fields),) = changes_of(MODULE, replication_group_id=NAME, state="absent")
    assert (action, its_type, name, fields["engine"]) == ("remove", kind, NAME, ("redis", None))


def test_what_waits_and_what_is_made_at_once_is_told(changes_of: Any, options: dict[str, Any]) -> None:
    def fields(**changes: Any) -> Any:
        return [change[3] for change in changes_of(MODULE, **{**options, **changes})]

    small, micro = "cache.t4g.small", "cache.t4g.micro"
    changes_of(MODULE, **options)
    assert fields(cache_node_type=small, apply_immediately=False) == [{"pending.cache_node_type": (None, small)}]
    assert fields(cache_node_type=small, apply_immediately=False) == []
    at_once = {"cache_node_type": (micro, small), "pending.cache_node_type": (small, None)}
    assert fields(cache_node_type=small) == [at_once]
    assert fields(cache_node_type=small) == []


@pytest.mark.parametrize("engine", ["redis", "valkey"])
def test_foretells_what_aws_fills_in(assert_foretold: Any, aws: Any, engine: str) -> None:
    required = {"replication_group_id": NAME, "cache_node_type": "cache.t4g.micro", "engine": engine}
    assert_foretold(MODULE, "replication_group", **required)


@pytest.mark.parametrize("snapshot", [None, "last"])
def test_is_replaced_on_demand(aws: Any, run_module: Any, options: dict[str, Any], snapshot: str | None) -> None:
    run_module(MODULE, **options)
    asked = {**options, "port": 6380, "replace": True, "wait": False, "final_snapshot_identifier": snapshot}
    preview = run_module(MODULE, check=True, **asked)
    assert read_back(aws)["NodeGroups"][0]["PrimaryEndpoint"]["Port"] == 6379
    done = run_module(MODULE, **asked)
    for result in (preview, done):
        assert result["changed"]
        (change,) = result["changes"]
        assert (change["action"], change["name"]) == ("replace", NAME)
        assert change["fields"][0] == {"field": "port", "before": 6379, "after": 6380}
        assert result["actions"] == [f"delete_replication_group {NAME}", f"create_replication_group {NAME}"]
        assert result["replication_group"]["port"] == 6380
    assert read_back(aws)["NodeGroups"][0]["PrimaryEndpoint"]["Port"] == 6380
    names = [item["SnapshotName"] for item in aws("elasticache").describe_snapshots()["Snapshots"]]
    assert [name.partition("-")[0] for name in names] == ([snapshot] if snapshot else [])
    assert not run_module(MODULE, **asked)["changed"]


def test_a_replacement_that_was_killed_is_completed(
    run_module: Any, options: dict[str, Any], group_in_moto: Any, gone_at_third_look: Any, no_pauses: None
) -> None:
    run_module(MODULE, **options)
    group_in_moto().status = "deleting"
    gone_at_third_look()
    done = run_module(MODULE, **{**options, "port": 6380, "replace": True, "wait": False})
    assert done["actions"] == [f"create_replication_group {NAME}"]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("lost", ["node records", "list of nodes"])
@pytest.mark.parametrize("replace", [True, False])
def test_what_aws_leaves_out_of_a_list_is_unknown_and_no_difference(
    options: dict[str, Any],
    run_module: Any,
    aws: Any,
    monkeypatch: pytest.MonkeyPatch,
    lost: str,
    check: bool,
    replace: bool,
) -> None:
    run_module(MODULE, **options)
    send = BaseClient._make_api_call

    def lacking(client: Any, operation: str, params: dict[str, Any]) -> Any:
        reply = send(client, operation, params)
        if operation == "DescribeCacheClusters" and lost == "node records":
            reply["CacheClusters"] = []
        if operation == "DescribeReplicationGroups" and lost == "list of nodes":
            del reply["ReplicationGroups"][0]["MemberClusters"]
        return reply

    monkeypatch.setattr(BaseClient, "_make_api_call", lacking)
    result = run_module(MODULE, check=check, replace=replace, **options)
    assert (result.get("failed"), result["changed"], result["changes"]) == (None, False, [])


@pytest.mark.parametrize("replace", [True, False])
def test_a_setting_that_aws_does_not_tell_replaces_nothing(
    options: dict[str, Any], run_module: Any, aws: Any, monkeypatch: pytest.MonkeyPatch, replace: bool
) -> None:
    run_module(MODULE, **options)
    send = BaseClient._make_api_call

    def lacking(client: Any, operation: str, params: dict[str, Any]) -> Any:
        reply = send(client, operation, params)
        if operation == "DescribeReplicationGroups":
            del reply["ReplicationGroups"][0]["AtRestEncryptionEnabled"]
        return reply

    monkeypatch.setattr(BaseClient, "_make_api_call", lacking)
    failed = run_module(MODULE, replace=replace, **options)
    assert failed["msg"].startswith(f"replication group {NAME}: AWS does not tell at_rest_encryption (wanted True)")
