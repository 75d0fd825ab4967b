"""The rollout module: an image goes out, fails and is rolled back, an earlier revision comes back; read with boto3."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils import progress
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs import kept_images
from moto.ecs.models import ecs_backends

from tests.support.changes import listed

CLUSTER, NAME = "streamflix-cluster-dev", "streamflix-api-dev"
FIRST, SECOND, THIRD = (f"public.ecr.aws/nginx/nginx:1.29.{number}" for number in range(3))
TAGS = {"Environment": "dev"}
BREAKER = {"enable": True, "rollback": True}
NO_BREAKER = {"enable": False, "rollback": False}
PULL, EXIT = "emulator/fails:pull", "emulator/fails:exit"


class World:
    """A service that runs its first revision, and shortcuts."""

    def __init__(self, aws: Any, run_module: Any) -> None:
        self.ecs, self.ecr = aws("ecs"), aws("ecr")
        trust = '{"Version": "2012-10-17", "Statement": []}'
        self.role = aws("iam").create_role(RoleName="execution", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        self._run = run_module
        ec2 = aws("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24", AvailabilityZone="eu-west-1a")
        self.network = {"subnets": [subnet["Subnet"]["SubnetId"]]}
        self.ecs.create_cluster(clusterName=CLUSTER)

    def register(self, *images: str, **more: Any) -> str:
        """Register a revision with a container for each image and return its ARN."""
        names = ("ApiContainer", "Sidecar")
        made = self.ecs.register_task_definition(
            family=NAME,
            cpu="256",
            memory="512",
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            executionRoleArn=self.role,
            containerDefinitions=[{"name": name, "image": image} for name, image in zip(names, images, strict=False)],
            tags=[{"key": "Environment", "value": "dev"}],
            **more,
        )
        return made["taskDefinition"]["taskDefinitionArn"]

    def deploy(self, definition: str, breaker: dict[str, Any] | None = None) -> None:
        """Let the service run a revision."""
        done = self._run(
            "ecs_service",
            cluster=CLUSTER,
            name=NAME,
            task_definition=definition.rpartition("/")[2],
            desired_count=2,
            **self.network,
            deployment={"circuit_breaker": breaker or BREAKER},
            tags=TAGS,
        )
        assert not done.get("failed"), done

    @property
    def found(self) -> dict[str, Any]:
        """The service as AWS describes it."""
        return self.ecs.describe_services(cluster=CLUSTER, services=[NAME])["services"][0]

    def roll(self, **options: Any) -> dict[str, Any]:
        """Run the module."""
        return self._run("ecs_rollout", cluster=CLUSTER, name=NAME, **{"wait_timeout": 5, **options})

    @property
    def runs(self) -> tuple[str, ...]:
        """The number of the revision that runs, and its images."""
        (service,) = self.ecs.describe_services(cluster=CLUSTER, services=[NAME])["services"]
        arn = service["taskDefinition"]
        assert {task["taskDefinitionArn"] for task in self.tasks()} == {arn}
        assert service["runningCount"] == 2
        definition = self.ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]
        return arn.rpartition(":")[2], *(item["image"] for item in definition["containerDefinitions"])

    def tasks(self) -> list[dict[str, Any]]:
        """Return the tasks that run."""
        arns = self.ecs.list_tasks(cluster=CLUSTER, serviceName=NAME)["taskArns"]
        return self.ecs.describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"] if arns else []

    def active(self) -> list[int]:
        """Return the numbers of the active revisions."""
        arns = self.ecs.list_task_definitions(familyPrefix=NAME, status="ACTIVE")["taskDefinitionArns"]
        return [int(arn.rpartition(":")[2]) for arn in arns]

    def tags(self, number: int) -> dict[str, str]:
        """Return the tags of a revision."""
        reply = self.ecs.describe_task_definition(taskDefinition=f"{NAME}:{number}", include=["TAGS"])
        return {tag["key"]: tag["value"] for tag in reply["tags"]}


@pytest.fixture
def world(aws: Any, run_module: Any) -> World:
    made = World(aws, run_module)
    made.deploy(made.register(FIRST))
    return made


def test_an_image_goes_out_in_two_writes_and_the_second_run_changes_nothing(world: World) -> None:
    before = world.ecs.describe_task_definition(taskDefinition=f"{NAME}:1")["taskDefinition"]
    preview = world.roll(image=SECOND, check=True)
    assert (world.runs, world.active()) == (("1", FIRST), [1])
    done = world.roll(image=SECOND)
    assert world.runs == ("2", SECOND)
    assert done["actions"] == preview["actions"] == [f"register_task_definition {NAME}", f"update_service {NAME}"]
    assert done["changes"] == preview["changes"]
    fields = {"task_definition": (f"{NAME}:1", f"{NAME}:(known after apply)"), "images.ApiContainer": (FIRST, SECOND)}
    assert listed(done) == [("update", "AWS::ECS::Service", NAME, fields)]
    assert done["service"]["images"] == {"ApiContainer": SECOND}
    # all else is as it was, tags too
    after = world.ecs.describe_task_definition(taskDefinition=f"{NAME}:2")["taskDefinition"]
    apart = {"taskDefinitionArn", "revision", "registeredAt", "containerDefinitions"}
    assert {key: value for key, value in after.items() if key not in apart} == {
        key: value for key, value in before.items() if key not in apart
    }
    assert world.tags(2) == TAGS
    again = world.roll(image=SECOND)
    assert (again["changed"], again["actions"]) == (False, [])


def test_surplus_revisions_go_and_what_ran_stays(world: World) -> None:
    for image in (SECOND, THIRD):
        assert world.roll(image=image)["changed"]
    done = world.roll(image=FIRST, keep_revisions=2)
    assert done["actions"][2:] == [f"deregister_task_definition {NAME}:{number}" for number in (2, 1)]
    assert world.active() == [3, 4]
    assert world.roll(image=SECOND, keep_revisions=1)["changed"]
    assert world.active() == [4, 5]


@pytest.mark.parametrize(
    ("image", "reasons"),
    [
        (PULL, ["CannotPullContainerError", "emulator/fails:pull"]),
        (EXIT, ["Essential container in task exited", "container ApiContainer: exit code 1"]),
    ],
)
@pytest.mark.parametrize(
    ("breaker", "by"),
    [
        (BREAKER, "Rolled back by Amazon ECS"),
        (NO_BREAKER, "Rolled back by this run, as the service has no circuit breaker that does it"),
        ({"enable": True, "rollback": False}, "Rolled back by this run, as the service has no circuit breaker"),
    ],
)
def test_a_failed_rollout_is_rolled_back_and_tells_why(
    world: World, image: str, reasons: list[str], breaker: dict[str, Any], by: str
) -> None:
    world.deploy(f"{NAME}:1", breaker)
    failed = world.roll(image=image, go_on_with="ansible-playbook rollout.yml -e image=...")
    assert failed["failed"]
    for words in (*reasons, by, f"the service runs {NAME}:1 again", f"{NAME}:2 was deregistered"):
        assert words in failed["msg"]
    assert failed["msg"].endswith("To go on, correct the cause and run: ansible-playbook rollout.yml -e image=...")
    assert (world.runs, world.active()) == (("1", FIRST), [1])
    # the next one goes out
    assert world.roll(image=SECOND)["changed"]
    assert world.runs == ("3", SECOND)


def test_tells_events_line_by_line(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    monkeypatch.setattr(progress, "show", lines.append)
    world.roll(image=PULL)
    told = " | ".join(lines)
    order = ["failed: CannotPullContainerError", "deployment failed", "rolling back to deployment", "completed"]
    places = [told.find(words) for words in order]
    assert places == sorted(places)
    assert -1 not in places
    assert len(set(lines)) == len(lines)
    assert all(line.startswith(f"service {NAME}: ") for line in lines)


def test_a_run_that_ended_before_the_service_was_updated_is_gone_on_with(world: World) -> None:
    world.register(SECOND)
    done = world.roll(image=SECOND)
    assert done["actions"] == [f"update_service {NAME}"]
    assert (world.runs, world.active()) == (("2", SECOND), [1, 2])


def test_tasks_are_renewed_once(world: World) -> None:
    """Those that began later than asked for stay."""
    running = world.register(FIRST)
    world.deploy(running)
    (first,) = world.found["deployments"]
    early = {"renewed_since": first["createdAt"].strftime("%Y-%m-%dT%H:%M:%SZ")}
    assert not world.roll(**early)["changed"]
    # as if they had begun a minute ago
    backend = ecs_backends["123456789012"]["eu-west-1"]
    (service,) = backend.services.values()
    service.deployments[0]["createdAt"] -= timedelta(minutes=1)
    late = {"renewed_since": first["createdAt"].strftime("%Y-%m-%dT%H:%M:%SZ")}
    done = world.roll(**late)
    assert done["actions"] == [f"update_service {NAME}"]
    assert world.found["deployments"][0]["id"] != first["id"]
    assert world.found["taskDefinition"] == running
    assert not world.roll(**late)["changed"]
    assert "write it as" in world.roll(renewed_since="yesterday")["msg"]


def test_which_container_gets_the_image(world: World) -> None:
    world.deploy(world.register(FIRST, SECOND))
    for named, said in ((None, "containers ApiContainer, Sidecar: say which"), ("Other", "no container 'Other'")):
        assert said in world.roll(image=THIRD, container=named)["msg"]
    assert world.runs == ("2", FIRST, SECOND)
    assert world.roll(image=THIRD, container="Sidecar")["changed"]
    assert world.runs == ("3", FIRST, THIRD)


def test_what_is_refused(world: World, run_module: Any) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({}, "Neither image nor revision is set"),
        ({"revision": "last"}, "set previous, or the number of a revision"),
        ({"image": "No Image"}, "no name of an image"),
        ({"image": SECOND, "owner_tags": {"ManagedBy": "somebody"}}, "is not ours"),
        ({"revision": "previous"}, "has nothing to go back to"),
        ({"revision": "7"}, f"There is no revision {NAME}:7. Active revisions: {NAME}:1"),
    ]
    for options, words in cases:
        assert words in world.roll(**options)["msg"]
    missing = run_module("ecs_rollout", cluster=CLUSTER, name="other", image=SECOND)
    assert "There is no ECS service other" in missing["msg"]
    assert (world.runs, world.active()) == (("1", FIRST), [1])


def push(world: World, manifest: str, tag: str = "1.0") -> str:
    """Push an image to ECR and return its digest."""
    return world.ecr.put_image(repositoryName="api", imageManifest=manifest, imageTag=tag)["image"]["imageId"][
        "imageDigest"
    ]


MANIFEST = '{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": {"digest": "1"}}'
INDEX = """{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [
  {"platform": {"os": "linux", "architecture": "%s"}}, {"platform": {"os": "unknown", "architecture": "unknown"}}]}"""
REGISTRY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"


def test_an_image_of_ecr_is_registered_by_its_digest(world: World) -> None:
    for image, said in ((f"{REGISTRY}/api:1.0", "is not in ECR: repository api"), (f"{REGISTRY}/api", "latest")):
        assert said in world.roll(image=image)["msg"]
    world.ecr.create_repository(repositoryName="api")
    digest = push(world, MANIFEST)
    assert "has none with 2.0" in world.roll(image=f"{REGISTRY}/api:2.0")["msg"]
    assert world.active() == [1]
    assert world.roll(image=f"{REGISTRY}/api:1.0")["changed"]
    assert world.runs == ("2", f"{REGISTRY}/api@{digest}")
    for same in (f"{REGISTRY}/api:1.0", f"{REGISTRY}/api@{digest}", f"{REGISTRY}/api:1.0@{digest}"):
        assert not world.roll(image=same)["changed"]
    # a rollback to it looks for it too
    assert world.roll(image=FIRST)["changed"]
    world.ecr.batch_delete_image(repositoryName="api", imageIds=[{"imageDigest": digest}])
    assert "is not in ECR" in world.roll(revision="previous")["msg"]
    assert world.runs == ("3", FIRST)


def test_a_list_of_images_has_to_have_one_for_the_processor(world: World) -> None:
    world.ecr.create_repository(repositoryName="api")
    push(world, INDEX % "arm64", "arm")
    push(world, INDEX % "amd64", "intel")
    refused = world.roll(image=f"{REGISTRY}/api:arm")
    assert "is built for arm64, and the tasks run on X86_64 (amd64)" in refused["msg"]
    assert world.active() == [1]
    assert world.roll(image=f"{REGISTRY}/api:intel")["changed"]


def test_goes_back_to_the_last_completed_revision_and_no_further(world: World) -> None:
    for image in (SECOND, THIRD):
        world.roll(image=image)
    preview = world.roll(revision="previous", check=True)
    assert world.runs == ("3", THIRD)
    done = world.roll(revision="previous")
    assert done["actions"] == preview["actions"] == [f"update_service {NAME}"]
    fields = {"task_definition": (f"{NAME}:3", f"{NAME}:2"), "images.ApiContainer": (THIRD, SECOND)}
    assert listed(done) == [("update", "AWS::ECS::Service", NAME, fields)] == listed(preview)
    assert world.runs == ("2", SECOND)
    again = world.roll(revision="previous")
    assert not again["changed"]
    assert "has been rolled back to streamflix-api-dev:2 already" in str(again["warnings"])
    # further back, and forward again, by number
    for number, image in ((1, FIRST), (3, THIRD)):
        assert world.roll(revision=str(number))["changed"]
        assert not world.roll(revision=str(number))["changed"]
        assert world.runs == (str(number), image)
    world.ecs.deregister_task_definition(taskDefinition=f"{NAME}:1")
    refused = world.roll(revision="1")["msg"]
    assert f"{NAME}:1 is deregistered" in refused
    assert f"ApiContainer: {FIRST}" in refused


def test_what_aws_has_rolled_back_is_not_rolled_back_again(world: World) -> None:
    world.roll(image=SECOND)
    assert world.roll(image=PULL)["failed"]
    again = world.roll(revision="previous")
    assert not again["changed"]
    assert world.runs == ("2", SECOND)


def test_a_deployment_under_way_is_stopped_and_rolled_back(world: World) -> None:
    world.deploy(f"{NAME}:1", NO_BREAKER)
    started = world.roll(image=PULL, wait=False)
    assert started["changed"]
    done = world.roll(revision="previous")
    assert done["actions"] == [f"stop_service_deployment {NAME}"]
    assert world.runs == ("1", FIRST)
    newest = world.ecs.list_service_deployments(cluster=CLUSTER, service=NAME)["serviceDeployments"][0]
    assert newest["status"] == "ROLLBACK_SUCCESSFUL"
    assert not world.roll(revision="previous")["changed"]


def test_a_rollout_takes_the_place_of_one_that_is_under_way(world: World) -> None:
    world.deploy(f"{NAME}:1", NO_BREAKER)
    assert world.roll(image=PULL, wait=False)["changed"]
    # the revision to which AWS goes back stays, whatever is kept
    preview = world.roll(image=SECOND, keep_revisions=1, check=True)
    done = world.roll(image=SECOND, keep_revisions=1)
    said = f"A deployment of {NAME}:2 is under way. This rollout takes its place"
    for result in (preview, done):
        assert [text for text in result["warnings"] if said in text and f"goes back to {NAME}:1" in text]
    assert done["actions"] == preview["actions"] == [f"register_task_definition {NAME}", f"update_service {NAME}"]
    assert (world.runs, world.active()) == (("3", SECOND), [1, 2, 3])
    # what fails in the place of one under way goes back to what completed last
    assert world.roll(image=PULL, wait=False)["changed"]
    failed = world.roll(image=EXIT)["msg"]
    assert (
        f"Rolled back by this run, as the service has no circuit breaker that does it: the service runs {NAME}:3"
        in failed
    )
    assert world.runs == ("3", SECOND)
    newest = world.ecs.list_service_deployments(cluster=CLUSTER, service=NAME)["serviceDeployments"]
    assert [one["status"] for one in newest[:2]] == ["ROLLBACK_SUCCESSFUL", "STOPPED"]


def test_the_same_image_again_follows_the_deployment_and_rolls_it_back(world: World) -> None:
    world.deploy(f"{NAME}:1", NO_BREAKER)
    assert world.roll(image=PULL, wait=False)["changed"]
    failed = world.roll(image=PULL)["msg"]
    assert f"the service runs {NAME}:1 again" in failed
    assert world.runs == ("1", FIRST)


def test_a_first_deployment_has_nothing_to_go_back_to(aws: Any, run_module: Callable[..., Any]) -> None:
    world = World(aws, run_module)
    world.register(PULL)
    run_module(
        "ecs_service",
        cluster=CLUSTER,
        name=NAME,
        task_definition=f"{NAME}:1",
        desired_count=1,
        wait=False,
        **world.network,
    )
    assert "Its first deployment is under way" in world.roll(revision="previous")["msg"]


def test_what_the_configuration_has_is_noted(world: World) -> None:
    configured = {"ApiContainer": FIRST}
    world.roll(image=SECOND, configured_images=configured)
    note = kept_images.token("ApiContainer", FIRST)
    assert world.tags(2) == {**TAGS, kept_images.TAG: note}
    # another rollout has the note too, and what the configuration has needs none
    world.roll(image=THIRD, configured_images={"ApiContainer": SECOND})
    assert world.tags(3)[kept_images.TAG] == kept_images.token("ApiContainer", SECOND)
    done = world.roll(revision="previous", configured_images=configured)
    assert done["actions"] == [f"update_service {NAME}"]
    done = world.roll(revision="1", configured_images={"ApiContainer": THIRD})
    assert done["actions"] == [f"tag_resource {NAME}:1", f"update_service {NAME}"]
    assert world.tags(1)[kept_images.TAG] == kept_images.token("ApiContainer", THIRD)


def test_what_was_newest_is_marked_when_the_configuration_says_it(world: World) -> None:
    world.deploy(world.register(SECOND))
    done = world.roll(revision="1", configured_images={"ApiContainer": SECOND})
    assert done["actions"] == [f"tag_resource {NAME}:1", f"tag_resource {NAME}:2", f"update_service {NAME}"]
    assert world.tags(2) == {**TAGS, kept_images.TAG: kept_images.SUPERSEDED}
    assert not world.roll(revision="1", configured_images={"ApiContainer": SECOND})["changed"]


@pytest.fixture
def configured(world: World, run_module: Any) -> Callable[..., dict[str, Any]]:
    """Give a function that registers what the configuration says, and lets the service run it, as a role does."""

    def site(image: str, check: bool = False, **more: Any) -> dict[str, Any]:
        done = run_module(
            "ecs_task_definition",
            check=check,
            family=NAME,
            containers=[{"name": "ApiContainer", "image": image}],
            service={"cluster": CLUSTER, "name": NAME},
            execution_role_arn=world.role,
            tags=TAGS,
            **{"cpu": 256, "memory": 512, **more},
        )
        if not check:
            world.deploy(done["task_definition"]["arn"])
        return done

    return site


def test_what_was_rolled_out_stays_until_the_configuration_changes(
    world: World, configured: Callable[..., dict[str, Any]]
) -> None:
    world.roll(image=SECOND, configured_images={"ApiContainer": FIRST})
    for check in (True, False):
        left = configured(FIRST, check)
        assert (left["changed"], left["changes"]) == (False, [])
        assert f"Container ApiContainer keeps the image {SECOND}" in str(left["warnings"])
    assert world.runs == ("2", SECOND)
    # another change does not undo it either
    assert configured(FIRST, cpu=512, memory=1024)["changed"]
    assert world.runs == ("3", SECOND)
    assert not configured(FIRST, cpu=512, memory=1024)["changed"]
    # the configuration says so too, and later on something else: what it says counts
    assert configured(SECOND, cpu=512, memory=1024)["actions"] == [f"untag_resource {NAME}:3"]
    assert not configured(SECOND, cpu=512, memory=1024)["changed"]
    assert configured(FIRST, cpu=512, memory=1024)["changed"]
    assert world.runs == ("4", FIRST)
    assert world.tags(4) == TAGS


def test_the_configuration_counts_again_when_it_says_something_new(
    world: World, configured: Callable[..., dict[str, Any]]
) -> None:
    world.roll(image=SECOND, configured_images={"ApiContainer": FIRST})
    done = configured(THIRD)
    assert (done["changed"], done.get("warnings", [])) == (True, [])
    assert (world.runs, world.tags(3)) == (("3", THIRD), TAGS)


def test_a_rollback_is_not_undone(world: World, configured: Callable[..., dict[str, Any]]) -> None:
    configured(SECOND)
    assert world.runs == ("2", SECOND)
    assert world.roll(revision="previous", configured_images={"ApiContainer": SECOND})["changed"]
    left = configured(SECOND)
    assert not left["changed"]
    assert f"keeps the image {FIRST}" in str(left["warnings"])
    assert world.runs == ("1", FIRST)
    assert configured(THIRD)["changed"]
    assert world.runs == ("3", THIRD)


def test_a_revision_that_failed_is_not_deployed_by_the_configuration(
    world: World, configured: Callable[..., dict[str, Any]]
) -> None:
    # the run was killed before it could deregister it
    note = [{"key": kept_images.TAG, "value": kept_images.token("ApiContainer", FIRST)}]
    world.ecs.tag_resource(resourceArn=world.register(PULL), tags=note)
    assert not configured(FIRST)["changed"]
    assert world.runs == ("1", FIRST)


def test_an_image_of_another_container_that_the_configuration_changed_meanwhile_is_not_kept(world: World) -> None:
    world.deploy(world.register(FIRST, FIRST))
    said = {"ApiContainer": FIRST, "Sidecar": SECOND}
    world.roll(image=THIRD, container="ApiContainer", configured_images=said)
    assert world.tags(3)[kept_images.TAG] == kept_images.token("ApiContainer", FIRST)
