"""The task definition module: a revision only when something differs, each read back with plain boto3."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils import memory, runner
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs.rules import FARGATE_MEMORY, fargate_size
from ansible_collections.streamflix.content_api.plugins.modules import ecs_task_definition as module
from botocore.client import BaseClient

FAMILY = "streamflix-api-dev"
TRUST = '{"Version": "2012-10-17", "Statement": []}'
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:streamflix-db-dev-AbCdEf"


@pytest.fixture
def options(aws: Any) -> dict[str, Any]:
    iam = aws("iam")
    execution, task = (
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"] for name in ("execution", "task")
    )
    return {
        "family": FAMILY,
        "cpu": 256,
        "memory": 512,
        "execution_role_arn": execution,
        "task_role_arn": task,
        "containers": [
            {
                "name": "ApiContainer",
                "image": "public.ecr.aws/nginx/nginx:1.29.3",
                "port_mappings": [{"container_port": 80}],
                "environment": {"REDIS_PORT": 6379, "ENVIRONMENT": "dev", "REDIS_TLS": True},
                "secrets": {"DB_HOST": f"{SECRET}:host::", "DB_PASSWORD": f"{SECRET}:password::"},
                "log_configuration": {
                    "log_driver": "awslogs",
                    "options": {
                        "awslogs-group": "/ecs/streamflix-api-dev",
                        "awslogs-region": "eu-west-1",
                        "awslogs-stream-prefix": "streamflix-api",
                    },
                },
                "health_check": {"command": ["CMD-SHELL", "curl -f http://localhost/"]},
            }
        ],
        "tags": {"Environment": "dev"},
    }


def listed(aws: Any, status: str = "ACTIVE") -> list[str]:
    arns = aws("ecs").list_task_definitions(familyPrefix=FAMILY, status=status, sort="DESC")["taskDefinitionArns"]
    return [arn.rpartition("/")[2] for arn in arns]


def newest(aws: Any) -> dict[str, Any]:
    return aws("ecs").describe_task_definition(taskDefinition=FAMILY, include=["TAGS"])


def test_registers_what_the_preview_shows(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    preview = run_module("ecs_task_definition", check=True, **options)
    assert preview["changed"]
    assert listed(aws) == []

    done = run_module("ecs_task_definition", **options)
    assert done["changed"]
    assert done["actions"] == preview["actions"] == ["register_task_definition streamflix-api-dev"]
    assert done["diff"]["before"] == {}
    for key in module.COMPARED:
        assert done["task_definition"][key] == preview["task_definition"][key]
    assert done["task_definition"]["arn"].endswith("task-definition/streamflix-api-dev:1")

    found = newest(aws)
    definition = found["taskDefinition"]
    assert (definition["cpu"], definition["memory"], definition["networkMode"]) == ("256", "512", "awsvpc")
    assert definition["requiresCompatibilities"] == ["FARGATE"]
    assert definition["executionRoleArn"].endswith("role/execution")
    assert definition["taskRoleArn"].endswith("role/task")
    assert definition["runtimePlatform"] == {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"}
    container = definition["containerDefinitions"][0]
    assert {item["name"]: item["value"] for item in container["environment"]} == {
        "REDIS_PORT": "6379",
        "ENVIRONMENT": "dev",
        "REDIS_TLS": "true",
    }
    assert {item["name"]: item["valueFrom"] for item in container["secrets"]} == {
        "DB_HOST": f"{SECRET}:host::",
        "DB_PASSWORD": f"{SECRET}:password::",
    }
    assert container["logConfiguration"]["options"]["awslogs-stream-prefix"] == "streamflix-api"
    assert container["healthCheck"]["command"] == ["CMD-SHELL", "curl -f http://localhost/"]
    assert found["tags"] == [{"key": "Environment", "value": "dev"}]


def test_second_run_changes_nothing(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    first = run_module("ecs_task_definition", **options)
    for check in (True, False):
        again = run_module("ecs_task_definition", check=check, **options)
        assert not again["changed"]
        assert again["actions"] == []
        assert again["diff"]["before"] == again["diff"]["after"]
        assert again["task_definition"] == first["task_definition"]
    assert listed(aws) == [f"{FAMILY}:1"]


def test_every_option_survives_a_second_run(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    options |= {
        "runtime_platform": {"cpu_architecture": "ARM64"},
        "ephemeral_storage": 30,
        "volumes": [
            {"name": "run"},
            {
                "name": "media",
                "efs": {"file_system_id": "fs-01234567", "iam": True, "access_point_id": "fsap-01234567"},
            },
            {
                "name": "cache",
                "efs": {"file_system_id": "fs-01234567", "root_directory": "/cache", "transit_encryption_port": 2050},
            },
            {"name": "plain", "efs": {"file_system_id": "fs-01234567", "transit_encryption": False}},
        ],
        "enable_fault_injection": True,
    }
    main = options["containers"][0]
    main |= {
        "cpu": 128,
        "memory": 256,
        "memory_reservation": 128,
        "command": ["nginx", "-g", "daemon off;"],
        "entry_point": ["/docker-entrypoint.sh"],
        "working_directory": "/srv",
        "user": "101:101",
        "readonly_root_filesystem": True,
        "linux_parameters": {
            "init_process_enabled": True,
            "add_capabilities": ["SYS_PTRACE"],
            "drop_capabilities": ["NET_RAW", "MKNOD"],
            "tmpfs": [
                {"container_path": "/tmp/b", "size": 16, "mount_options": ["noexec", "mode=1777"]},
                {"container_path": "/tmp/a", "size": 16},
            ],
        },
        "mount_points": [{"source_volume": "run", "container_path": "/run"}],
        "environment_files": ["arn:aws:s3:::config/b.env", "arn:aws:s3:::config/a.env"],
        "repository_credentials": SECRET,
        "version_consistency": "disabled",
        "restart_policy": {"enabled": True, "ignored_exit_codes": [137, 0], "restart_attempt_period": 60},
        "ulimits": [
            {"name": "nproc", "soft_limit": 1, "hard_limit": 2},
            {"name": "nofile", "soft_limit": 65535, "hard_limit": 65535},
        ],
        "system_controls": {"net.ipv4.tcp_keepalive_time": 120},
        "docker_labels": {"com.streamflix/Part": "Api"},
        "stop_timeout": 60,
        "start_timeout": 60,
    }
    main["port_mappings"] = [
        {"container_port": 9000, "protocol": "udp"},
        {"container_port": 80, "name": "web", "app_protocol": "http"},
    ]
    sidecar = {
        "name": "Sidecar",
        "image": "public.ecr.aws/docker/library/busybox:1.37",
        "essential": False,
        "depends_on": [{"container_name": "ApiContainer", "condition": "HEALTHY"}],
    }
    router = {
        "name": "Router",
        "image": "public.ecr.aws/aws-observability/aws-for-fluent-bit:2.34.0",
        "firelens_configuration": {"type": "fluentbit", "options": {"enable-ecs-log-metadata": True}},
        "restart_policy": {"restart_attempt_period": 300},
        "version_consistency": "enabled",
    }
    routed = {
        "name": "Routed",
        "image": "public.ecr.aws/docker/library/busybox:1.37",
        "log_configuration": {
            "log_driver": "awsfirelens",
            "options": {"Name": "http"},
            "secret_options": {"Header": SECRET},
        },
    }
    options["containers"] += [sidecar, router, routed]
    assert run_module("ecs_task_definition", **options)["changed"]
    assert not run_module("ecs_task_definition", **options)["changed"]

    found = newest(aws)["taskDefinition"]
    assert found["enableFaultInjection"]
    assert found["ephemeralStorage"] == {"sizeInGiB": 30}
    assert {volume["name"]: volume.get("efsVolumeConfiguration") for volume in found["volumes"]} == {
        "run": None,
        "media": {
            "fileSystemId": "fs-01234567",
            "rootDirectory": "/",
            "transitEncryption": "ENABLED",
            "authorizationConfig": {"accessPointId": "fsap-01234567", "iam": "ENABLED"},
        },
        "cache": {
            "fileSystemId": "fs-01234567",
            "rootDirectory": "/cache",
            "transitEncryption": "ENABLED",
            "transitEncryptionPort": 2050,
        },
        "plain": {"fileSystemId": "fs-01234567", "rootDirectory": "/"},
    }
    api, _sidecar, router, routed = found["containerDefinitions"]
    assert api["environmentFiles"] == [
        {"value": "arn:aws:s3:::config/b.env", "type": "s3"},
        {"value": "arn:aws:s3:::config/a.env", "type": "s3"},
    ]
    assert api["repositoryCredentials"] == {"credentialsParameter": SECRET}
    assert api["versionConsistency"] == "disabled"
    assert api["restartPolicy"] == {"enabled": True, "ignoredExitCodes": [0, 137], "restartAttemptPeriod": 60}
    assert {limit["name"]: (limit["softLimit"], limit["hardLimit"]) for limit in api["ulimits"]} == {
        "nofile": (65535, 65535),
        "nproc": (1, 2),
    }
    assert api["systemControls"] == [{"namespace": "net.ipv4.tcp_keepalive_time", "value": "120"}]
    linux = api["linuxParameters"]
    assert linux["initProcessEnabled"]
    assert linux["capabilities"] == {"add": ["SYS_PTRACE"], "drop": ["MKNOD", "NET_RAW"]}
    assert [(mount["containerPath"], mount["size"]) for mount in linux["tmpfs"]] == [("/tmp/a", 16), ("/tmp/b", 16)]
    assert router["firelensConfiguration"] == {"type": "fluentbit", "options": {"enable-ecs-log-metadata": "true"}}
    # as AWS has it
    assert router["user"] == "0"
    assert routed["logConfiguration"]["secretOptions"] == [{"name": "Header", "valueFrom": SECRET}]


CHANGES: list[tuple[str, Any]] = [
    ("image", "public.ecr.aws/nginx/nginx:1.29.4"),
    ("environment", {"ENVIRONMENT": "dev"}),
    ("secrets", {"DB_HOST": f"{SECRET}:host::"}),
    ("port_mappings", [{"container_port": 8080}]),
    ("health_check", None),
    ("command", ["true"]),
    ("readonly_root_filesystem", True),
]


@pytest.mark.parametrize(("key", "value"), CHANGES, ids=[key for key, _unused in CHANGES])
def test_any_difference_makes_a_revision(
    aws: Any, run_module: Any, options: dict[str, Any], key: str, value: Any
) -> None:
    run_module("ecs_task_definition", **options)
    changed = copy.deepcopy(options)
    changed["containers"][0][key] = value
    preview = run_module("ecs_task_definition", check=True, **changed)
    done = run_module("ecs_task_definition", **changed)
    assert preview["changed"]
    assert done["changed"]
    assert done["task_definition"]["containers"] == preview["task_definition"]["containers"]
    assert listed(aws) == [f"{FAMILY}:2", f"{FAMILY}:1"]
    assert not run_module("ecs_task_definition", **changed)["changed"]


def test_what_somebody_added_by_hand_is_a_difference(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ecs_task_definition", **options)
    found = newest(aws)["taskDefinition"]
    container = found["containerDefinitions"][0] | {"privileged": False, "hostname": "by-hand"}
    kept = ("family", "cpu", "memory", "networkMode", "requiresCompatibilities", "executionRoleArn", "taskRoleArn")
    aws("ecs").register_task_definition(**{key: found[key] for key in kept}, containerDefinitions=[container])
    done = run_module("ecs_task_definition", **options)
    assert done["changed"]
    assert "hostname" in done["diff"]["before"]["containers"][0]
    assert "hostname" not in newest(aws)["taskDefinition"]["containerDefinitions"][0]


def test_tags_change_without_a_revision(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ecs_task_definition", **options)
    options["tags"] = {"Owner": "api"}
    run_module("ecs_task_definition", purge_tags=False, **options)
    assert {tag["key"] for tag in newest(aws)["tags"]} == {"Environment", "Owner"}
    done = run_module("ecs_task_definition", **options)
    assert done["actions"] == ["untag_resource streamflix-api-dev:1"]
    assert newest(aws)["tags"] == [{"key": "Owner", "value": "api"}]
    assert listed(aws) == [f"{FAMILY}:1"]


def test_old_revisions_are_deregistered(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    for number in range(4):
        options["containers"][0]["environment"] = {"NUMBER": number}
        done = run_module("ecs_task_definition", keep_revisions=2, **options)
    assert done["actions"][1:] == [f"deregister_task_definition {FAMILY}:2"]
    assert listed(aws) == [f"{FAMILY}:4", f"{FAMILY}:3"]
    assert [arn.rpartition(":")[2] for arn in done["task_definition"]["revisions"]] == ["4", "3"]


def test_another_family_with_the_same_beginning_is_left_alone(
    aws: Any, run_module: Any, options: dict[str, Any]
) -> None:
    run_module("ecs_task_definition", **{**options, "family": f"{FAMILY}-admin"})
    run_module("ecs_task_definition", **options)
    run_module("ecs_task_definition", family=FAMILY, state="absent")
    assert aws("ecs").describe_task_definition(taskDefinition=f"{FAMILY}-admin")["taskDefinition"]["status"] == "ACTIVE"


def test_removes_every_revision_and_removes_again(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    for number in range(12):
        options["containers"][0]["environment"] = {"NUMBER": number}
        run_module("ecs_task_definition", keep_revisions=11, **options)
    preview = run_module("ecs_task_definition", check=True, family=FAMILY, state="absent")
    assert len(listed(aws)) == 11
    done = run_module("ecs_task_definition", family=FAMILY, state="absent")
    assert done["actions"] == preview["actions"]
    assert [action.split()[0] for action in done["actions"]].count("delete_task_definitions") == 2
    assert done["task_definition"] == {}
    assert listed(aws) == listed(aws, "INACTIVE") == []
    assert not run_module("ecs_task_definition", family=FAMILY, state="absent")["changed"]

    back = run_module("ecs_task_definition", **options)
    assert back["task_definition"]["revision"] == 13


def test_a_refused_deletion_is_an_error() -> None:
    reply = {"failures": [{"arn": "arn:aws:ecs:eu-west-1:1:task-definition/x:1", "reason": "still ACTIVE"}]}
    with pytest.raises(module.AwsError, match="x:1 failed: Failure: still ACTIVE"):
        module.none_failed(reply)


def test_ids_known_after_apply_are_taken_in_check_mode(run_module: Any, options: dict[str, Any]) -> None:
    options["containers"][0]["environment"]["REDIS_ENDPOINT"] = "(known after apply)"
    options["execution_role_arn"] = "(known after apply)"
    preview = run_module("ecs_task_definition", check=True, **options)
    assert preview["task_definition"]["arn"] == "(known after apply)"


@pytest.mark.parametrize(
    ("changes", "container", "message"),
    [
        ({"cpu": 256, "memory": 4096}, {}, "memory 4096 does not go with cpu 256 on Fargate: set 512, 1024, 2048"),
        ({"cpu": 300}, {}, "cpu 300 is no size of Fargate"),
        ({"ephemeral_storage": 20}, {}, "ephemeral_storage 20 is out of range"),
        ({"execution_role_arn": None}, {}, "set execution_role_arn"),
        ({}, {"essential": False}, "no essential container"),
        ({}, {"cpu": 512}, "ask for cpu 512 together, the task has 256"),
        ({}, {"environment": {"DB_HOST": "x"}}, "both set DB_HOST"),
        ({}, {"log_configuration": {"log_driver": "awslogs"}}, "lacks awslogs-group"),
    ],
)
def test_bad_options_are_refused(
    aws: Any, run_module: Any, options: dict[str, Any], changes: dict[str, Any], container: dict[str, Any], message: str
) -> None:
    options |= changes
    options["containers"][0] |= container
    failed = run_module("ecs_task_definition", **options)
    assert failed["failed"]
    assert message in failed["msg"]
    assert listed(aws) == []


def test_the_sizes_of_fargate() -> None:
    assert fargate_size(1024, 8192) == []
    assert "2048 to 8192 in steps of 1024" in fargate_size(1024, 9216)[0]
    assert "32768 to 122880 in steps of 8192" in fargate_size(16384, 32768 + 1024)[0]
    counts = {cpu: len(memory) for cpu, memory in FARGATE_MEMORY.items()}
    assert counts == {256: 3, 512: 4, 1024: 7, 2048: 13, 4096: 23, 8192: 12, 16384: 12, 32768: 3}
    pairs = itertools.chain.from_iterable(FARGATE_MEMORY.values())
    assert all(memory % 512 == 0 for memory in pairs)


def test_tells_what_becomes_of_it(changes_of: Any, options: dict[str, Any]) -> None:
    kind, (container,) = "AWS::ECS::TaskDefinition", options["containers"]
    container |= {"environment": {"A": "1"}}
    for key in ("secrets", "log_configuration", "health_check"):
        del container[key]
    image, ports = container["image"], [{"container_port": 80, "protocol": "tcp"}]
    shown = {"image": image, "essential": True, "port_mappings": ports, "environment": {"A": "1"}}
    created = {
        "cpu": (None, 256),
        "memory": (None, 512),
        "network_mode": (None, "awsvpc"),
        "requires_compatibilities": (None, ["FARGATE"]),
        "execution_role_arn": (None, options["execution_role_arn"]),
        "task_role_arn": (None, options["task_role_arn"]),
        "runtime_platform": (None, {"cpu_architecture": "X86_64", "operating_system_family": "LINUX"}),
        "volumes": (None, []),
        "containers": (None, {"ApiContainer": shown}),
        "enable_fault_injection": (None, False),
        "other": (None, {}),
        "tags": (None, {"Environment": "dev"}),
    }
    assert changes_of("ecs_task_definition", **options) == [("create", kind, FAMILY, created)]
    container["image"] = "nginx:2"
    changed = {"containers.ApiContainer.image": (image, "nginx:2")}
    assert changes_of("ecs_task_definition", **options) == [("update", kind, FAMILY, changed)]
    assert changes_of("ecs_task_definition", **options) == []
    container["environment"] = {"A": "2"}
    changed = {
        "containers.ApiContainer.environment.A": ("1", "2"),
        "old_revisions": ([f"{FAMILY}:2", f"{FAMILY}:1"], []),
    }
    assert changes_of("ecs_task_definition", keep_revisions=1, **options) == [("update", kind, FAMILY, changed)]
    ((action, its_type, name, fields),) = changes_of("ecs_task_definition", family=FAMILY, state="absent")
    assert (action, its_type, name, fields["cpu"]) == ("remove", kind, FAMILY, (256, None))


def test_foretells_what_aws_fills_in(assert_foretold: Any, aws: Any) -> None:
    required = {"family": FAMILY, "cpu": 256, "memory": 512, "containers": [{"name": "a", "image": "b"}]}
    assert_foretold("ecs_task_definition", "task_definition", **required)


OWNER = {"ManagedBy": "streamflix.content_api"}
RUNS = {"cluster": "cluster", "name": "api"}


@pytest.fixture
def pipeline(aws: Any) -> Callable[..., str]:
    """Give a function that registers a revision with another image, without tags, and deploys it when it is told to."""
    ecs = aws("ecs")
    ecs.create_cluster(clusterName=RUNS["cluster"])

    def release(image: str, deploy: bool = True, **changes: Any) -> str:
        found = newest(aws)["taskDefinition"]
        kept = ("family", "cpu", "memory", "networkMode", "requiresCompatibilities", "executionRoleArn", "taskRoleArn")
        container = found["containerDefinitions"][0] | {"image": image} | changes
        definition = {key: found[key] for key in kept} | {"containerDefinitions": [container]}
        arn = ecs.register_task_definition(**definition)["taskDefinition"]["taskDefinitionArn"]
        if deploy:
            run_revision(aws, arn)
        return arn

    return release


def run_revision(aws: Any, arn: str, tags: Mapping[str, str] = MappingProxyType(OWNER)) -> None:
    """Let the service run a revision; it is made when there is none yet."""
    ecs = aws("ecs")
    if ecs.describe_services(cluster=RUNS["cluster"], services=[RUNS["name"]])["services"]:
        ecs.update_service(cluster=RUNS["cluster"], service=RUNS["name"], taskDefinition=arn)
        return
    listed_tags = [{"key": key, "value": value} for key, value in tags.items()]
    ecs.create_service(
        cluster=RUNS["cluster"],
        serviceName=RUNS["name"],
        taskDefinition=arn,
        desiredCount=0,
        launchType="FARGATE",
        networkConfiguration={
            "awsvpcConfiguration": {"subnets": [aws("ec2").describe_subnets()["Subnets"][0]["SubnetId"]]}
        },
        tags=listed_tags,
    )


def image_of(aws: Any, revision: str = FAMILY) -> str:
    reply = aws("ecs").describe_task_definition(taskDefinition=revision)
    return reply["taskDefinition"]["containerDefinitions"][0]["image"]


def test_a_pipelines_revision_in_our_family_is_repaired(
    aws: Any, run_module: Any, changes_of: Any, options: dict[str, Any], pipeline: Any
) -> None:
    options |= {"owner_tags": OWNER}
    run_module("ecs_task_definition", **options)
    pipeline("pushed:2", deploy=False)
    kind, image = "AWS::ECS::TaskDefinition", options["containers"][0]["image"]
    tags_back = {"tags.Environment": (None, "dev"), "tags.ManagedBy": (None, OWNER["ManagedBy"])}
    changed = {"containers.ApiContainer.image": ("pushed:2", image), **tags_back}
    assert changes_of("ecs_task_definition", **options) == [("update", kind, FAMILY, changed)]
    assert image_of(aws) == image
    # the same image, but no tags
    pipeline(image, deploy=False)
    assert changes_of("ecs_task_definition", **options) == [("update", kind, FAMILY, tags_back)]
    assert changes_of("ecs_task_definition", **options) == []


def test_a_removal_takes_a_pipelines_revisions_too(
    aws: Any, run_module: Any, options: dict[str, Any], pipeline: Any
) -> None:
    run_module("ecs_task_definition", **options, owner_tags=OWNER)
    for number in (2, 3):
        pipeline(f"pushed:{number}", deploy=False)
    done = run_module("ecs_task_definition", family=FAMILY, owner_tags=OWNER, state="absent")
    assert done["state"] == "absent"
    assert listed(aws) == listed(aws, "INACTIVE") == []


def test_the_service_says_whose_the_family_is_when_no_revision_does(
    aws: Any, run_module: Any, options: dict[str, Any], pipeline: Any
) -> None:
    options |= {"owner_tags": OWNER}
    first = run_module("ecs_task_definition", **options)["task_definition"]["arn"]
    pipeline("pushed:2")
    aws("ecs").deregister_task_definition(taskDefinition=first)
    assert "is not ours" in run_module("ecs_task_definition", **options)["msg"]
    assert run_module("ecs_task_definition", **options, service=RUNS)["changed"]
    assert image_of(aws) == options["containers"][0]["image"]


@pytest.mark.parametrize("service_tags", [{}, {"ManagedBy": "somebody"}])
def test_a_family_of_which_nothing_is_ours_is_left_alone(
    aws: Any, run_module: Any, options: dict[str, Any], service_tags: dict[str, str]
) -> None:
    aws("ecs").create_cluster(clusterName=RUNS["cluster"])
    arn = run_module("ecs_task_definition", **options)["task_definition"]["arn"]
    run_revision(aws, arn, service_tags)
    options |= {"owner_tags": OWNER, "service": RUNS}
    for more in ({}, {"manage_images": False}):
        assert "is not ours: it lacks ManagedBy=" in run_module("ecs_task_definition", **options, **more)["msg"]
    left = run_module("ecs_task_definition", family=FAMILY, owner_tags=OWNER, service=RUNS, state="absent")
    assert (left["changed"], left["state"]) == (False, "present")
    assert listed(aws) == [f"{FAMILY}:1"]


@pytest.fixture
def left_to_pipeline(aws: Any, run_module: Any, options: dict[str, Any], pipeline: Any) -> dict[str, Any]:
    """Give the options with which a revision was registered, which runs, whose images are the pipeline's."""
    options |= {"owner_tags": OWNER, "service": RUNS, "manage_images": False}
    run_revision(aws, run_module("ecs_task_definition", **options)["task_definition"]["arn"])
    return options


def test_an_image_that_is_left_to_a_pipeline_is_no_difference(
    run_module: Any, aws: Any, left_to_pipeline: dict[str, Any], pipeline: Any
) -> None:
    deployed = pipeline("pushed:2")
    for check in (True, False):
        done = run_module("ecs_task_definition", check=check, **left_to_pipeline)
        assert (done["changed"], done["changes"]) == (False, [])
        assert done["task_definition"]["arn"] == deployed
    # registered, but not deployed: that is the pipeline's to do
    pipeline("pushed:3", deploy=False)
    done = run_module("ecs_task_definition", **left_to_pipeline)
    assert (done["changed"], done["task_definition"]["arn"]) == (False, deployed)
    assert aws("ecs").describe_task_definition(taskDefinition=deployed, include=["TAGS"])["tags"] == []


def test_other_changes_keep_the_image_that_runs(
    aws: Any, run_module: Any, changes_of: Any, left_to_pipeline: dict[str, Any], pipeline: Any
) -> None:
    pipeline("pushed:2")
    pipeline("pushed:3", deploy=False)
    left_to_pipeline["containers"][0]["image"] = "ours:9"
    left_to_pipeline["cpu"] = 512
    left_to_pipeline["memory"] = 1024
    ((action, _kind, _name, fields),) = changes_of("ecs_task_definition", **left_to_pipeline)
    assert (action, fields["cpu"]) == ("update", (256, 512))
    assert not any("image" in field for field in fields)
    assert image_of(aws) == "pushed:2"
    assert {tag["key"] for tag in newest(aws)["tags"]} == {"Environment", "ManagedBy"}
    # not deployed yet, as after a run that was killed: it is not registered once more
    again = run_module("ecs_task_definition", **left_to_pipeline)
    assert (again["changed"], again["task_definition"]["revision"]) == (False, 4)


def test_what_a_pipeline_changes_besides_the_image_is_a_difference(
    aws: Any, changes_of: Any, left_to_pipeline: dict[str, Any], pipeline: Any
) -> None:
    pipeline("pushed:2", command=["true"])
    ((_action, _kind, _name, fields),) = changes_of("ecs_task_definition", **left_to_pipeline)
    assert fields["containers.ApiContainer.command"] == (["true"], None)
    assert image_of(aws) == "pushed:2"


def test_without_a_service_the_newest_revision_says_the_image(
    aws: Any, run_module: Any, left_to_pipeline: dict[str, Any], pipeline: Any
) -> None:
    pipeline("pushed:2")
    aws("ecs").delete_service(cluster=RUNS["cluster"], service=RUNS["name"], force=True)
    done = run_module("ecs_task_definition", **left_to_pipeline)
    assert (done["changed"], done["task_definition"]["containers"][0]["image"]) == (False, "pushed:2")


def test_images_are_left_to_nobody_without_a_service(run_module: Any, options: dict[str, Any]) -> None:
    failed = run_module("ecs_task_definition", **options, manage_images=False)
    assert "manage_images is false, so set service" in failed["msg"]


def add_to_replies(monkeypatch: pytest.MonkeyPatch, **added: Any) -> None:
    """Let AWS add keys to each task definition that it describes, and to its containers."""
    send = BaseClient._make_api_call

    def answer(client: BaseClient, operation: str, params: dict[str, Any]) -> Any:
        reply = send(client, operation, params)
        if operation == "DescribeTaskDefinition":
            reply["taskDefinition"].update(added)
            for container in reply["taskDefinition"]["containerDefinitions"]:
                container.update(added)
                container["portMappings"][0].update(added)
        return reply

    monkeypatch.setattr(BaseClient, "_make_api_call", answer)


def test_what_aws_adds_is_no_difference(
    aws: Any, run_module: Any, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    add_to_replies(monkeypatch, pidMode="task", somethingNew={"enabled": True})
    assert run_module("ecs_task_definition", **options)["changed"]
    assert not run_module("ecs_task_definition", **options)["changed"]
    assert listed(aws) == [f"{FAMILY}:1"]
    done = run_module("ecs_task_definition", **{**options, "cpu": 512, "memory": 1024})
    (change,) = done["changes"]
    assert {field["field"] for field in change["fields"]} == {"cpu", "memory"}


def test_a_setting_that_aws_shows_otherwise_ends_the_wait_with_its_name(
    aws: Any, run_module: Any, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    add_to_replies(monkeypatch, cpu="999")
    monkeypatch.setattr(runner, "APPEAR_SECONDS", 0.3)
    failed = run_module("ecs_task_definition", **options)
    assert "cpu: wanted 256, seen 999" in failed["msg"]
    assert "so nothing was sent a second time" in failed["msg"]
    assert listed(aws) == [f"{FAMILY}:1"]


@pytest.fixture
def in_vain(run_module: Any, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Give the options with which a revision was registered that AWS shows with another size."""
    monkeypatch.setattr(runner, "APPEAR_SECONDS", 0.3)
    add_to_replies(monkeypatch, cpu="999")
    assert run_module("ecs_task_definition", **options)["failed"]
    return options


def test_what_aws_shows_otherwise_is_not_registered_again(
    aws: Any, run_module: Any, in_vain: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    send = BaseClient._make_api_call

    def listening(client: BaseClient, operation: str, params: dict[str, Any]) -> Any:
        sent.append(operation)
        return send(client, operation, params)

    monkeypatch.setattr(BaseClient, "_make_api_call", listening)
    for check in (True, False, False):
        failed = run_module("ecs_task_definition", check=check, **in_vain)
        assert "An earlier run asked AWS for " in failed["msg"]
        assert "cpu: wanted 256, seen 999" in failed["msg"]
        assert memory.TAG in failed["msg"]
    assert set(sent) == {"ListTaskDefinitions", "DescribeTaskDefinition"}
    assert listed(aws) == [f"{FAMILY}:1"]


def test_what_aws_shows_otherwise_holds_up_no_other_change(aws: Any, run_module: Any, in_vain: dict[str, Any]) -> None:
    in_vain["containers"][0]["image"] = "nginx:2"
    assert "cpu: wanted 256, seen 999" in run_module("ecs_task_definition", **in_vain)["msg"]
    assert image_of(aws) == "nginx:2"
    assert "An earlier run asked" in run_module("ecs_task_definition", **in_vain)["msg"]
    assert listed(aws) == [f"{FAMILY}:2", f"{FAMILY}:1"]


def test_what_aws_shows_right_by_now_is_remembered_no_longer(
    aws: Any, run_module: Any, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(runner, "APPEAR_SECONDS", 0.3)
        add_to_replies(patch, cpu="999")
        assert run_module("ecs_task_definition", **options)["failed"]
    assert memory.TAG in {tag["key"] for tag in newest(aws)["tags"]}
    done = run_module("ecs_task_definition", **options)
    assert done["actions"] == [f"untag_resource {FAMILY}:1"]
    assert newest(aws)["tags"] == [{"key": "Environment", "value": "dev"}]
    assert not run_module("ecs_task_definition", **options)["changed"]


def test_what_a_pipeline_runs_hides_no_revision_that_was_asked_for_in_vain(
    aws: Any, run_module: Any, left_to_pipeline: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "APPEAR_SECONDS", 0.3)
    left_to_pipeline["cpu"] = 512
    left_to_pipeline["memory"] = 1024
    with monkeypatch.context() as patch:
        add_to_replies(patch, cpu="999")
        assert run_module("ecs_task_definition", **left_to_pipeline)["failed"]
        assert "An earlier run asked" in run_module("ecs_task_definition", **left_to_pipeline)["msg"]
    assert listed(aws) == [f"{FAMILY}:2", f"{FAMILY}:1"]


def test_roles_that_a_revision_had_are_told(run_module: Any, options: dict[str, Any]) -> None:
    assert not run_module("ecs_task_definition", **options).get("warnings")
    for check in (True, False):
        other = run_module("ecs_task_definition", check=check, **{**options, "task_role_arn": None})
        assert other["changed"]
        assert options["task_role_arn"] in other["warnings"][0]
    unknown = {**options, "execution_role_arn": "(known after apply)"}
    assert not run_module("ecs_task_definition", check=True, **unknown).get("warnings")


def test_a_preview_tells_a_further_revision_by_its_family(run_module: Any, options: dict[str, Any]) -> None:
    first = run_module("ecs_task_definition", **options)["task_definition"]
    preview = run_module("ecs_task_definition", check=True, **options | {"cpu": 512, "memory": 1024})["task_definition"]
    family = first["arn"].removesuffix(":1")
    assert family.endswith(f"task-definition/{FAMILY}")
    assert (preview["arn"], preview["family"]) == (f"{family}:(known after apply)", FAMILY)


REGISTRY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
PUSHED = '{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "layers": [{"digest": "%s"}]}'
LISTED = """{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [
  {"digest": "sha256:1", "platform": {"os": "linux", "architecture": "arm64"}}]}"""


def push(aws: Any, manifest: str, tag: str) -> str:
    reply = aws("ecr").put_image(repositoryName="api", imageManifest=manifest, imageTag=tag)
    return reply["image"]["imageId"]["imageDigest"]


def test_a_tag_is_registered_by_its_digest_and_followed(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    aws("ecr").create_repository(repositoryName="api")
    main = options["containers"][0]
    options["pin_images"] = True
    main["image"] = f"{REGISTRY}/api:1.0"
    for check in (True, False):
        refused = run_module("ecs_task_definition", check=check, **options)
        assert "repository api of account 123456789012 has none with 1.0" in refused["msg"]
    assert listed(aws) == []

    digests = []
    for number, content in ((1, "a"), (2, "b")):
        digests.append(push(aws, PUSHED % content, "1.0"))
        preview = run_module("ecs_task_definition", check=True, **options)
        done = run_module("ecs_task_definition", **options)
        assert done["changes"] == preview["changes"] != []
        assert newest(aws)["taskDefinition"]["containerDefinitions"][0]["image"] == f"{REGISTRY}/api@{digests[-1]}"
        assert listed(aws)[0] == f"{FAMILY}:{number}"
        assert not run_module("ecs_task_definition", **options)["changed"]
    assert digests[0] != digests[1]
    # images elsewhere stay as they are
    main["image"] = "public.ecr.aws/nginx/nginx:1.29.3"
    run_module("ecs_task_definition", **options)
    assert newest(aws)["taskDefinition"]["containerDefinitions"][0]["image"] == main["image"]


def test_an_image_for_another_processor_is_not_registered(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    aws("ecr").create_repository(repositoryName="api")
    push(aws, LISTED, "1.0")
    options["containers"][0]["image"] = f"{REGISTRY}/api:1.0"
    refused = run_module("ecs_task_definition", **options, pin_images=True)
    assert "is built for arm64, and the tasks run on X86_64" in refused["msg"]
    assert listed(aws) == []
    arm = {"cpu_architecture": "ARM64"}
    assert run_module("ecs_task_definition", **options, pin_images=True, runtime_platform=arm)["changed"]
