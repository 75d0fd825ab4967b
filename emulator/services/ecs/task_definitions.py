"""ECS task definitions: what AWS refuses about them, its defaults, and revisions that go on counting."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ecs import models
from moto.ecs.exceptions import EcsClientException, TaskDefinitionNotFoundException
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.iam import iam_backends
from moto.utilities.utils import get_partition

from emulator.patching import wrap
from emulator.services.ecs import containers
from emulator.services.ecs.tasks import now

MIB_PER_GIB = 1024
# CPU units, and the memory in MiB that Fargate offers with them
FARGATE_MEMORY: dict[int, tuple[int, ...]] = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4096 + 1, MIB_PER_GIB)),
    1024: tuple(range(2048, 8192 + 1, MIB_PER_GIB)),
    2048: tuple(range(4096, 16384 + 1, MIB_PER_GIB)),
    4096: tuple(range(8192, 30720 + 1, MIB_PER_GIB)),
    8192: tuple(range(16384, 61440 + 1, 4 * MIB_PER_GIB)),
    16384: tuple(range(32768, 122880 + 1, 8 * MIB_PER_GIB)),
    32768: (61440, 122880, 249856),
}
KEPT_DELETIONS = "_emulator_last_revisions"


def _check_fargate(params: dict[str, Any]) -> None:
    """Refuse what RegisterTaskDefinition refuses for Fargate."""
    if "FARGATE" not in (params.get("requires_compatibilities") or []):
        return
    cpu, memory = params.get("cpu"), params.get("memory")
    if not cpu or not memory:
        raise EcsClientException("Fargate requires that 'cpu' be defined at the task level.")
    if int(memory) not in FARGATE_MEMORY.get(int(cpu), ()):
        text = f"No Fargate configuration exists for given values: {cpu} CPU, {memory} memory."
        raise EcsClientException(f"{text} See the Amazon ECS documentation for the valid values.")
    if params.get("network_mode") != "awsvpc":
        raise EcsClientException("Fargate only supports network mode 'awsvpc'.")


def _needs_role(container: dict[str, Any]) -> str:
    """Return what of a container needs an execution role on Fargate; empty for nothing."""
    log = container.get("logConfiguration", {})
    needs = {
        "secrets": container.get("secrets") or log.get("secretOptions"),
        "log driver awslogs": log.get("logDriver") == "awslogs",
        "environment files": container.get("environmentFiles"),
        "repository credentials": container.get("repositoryCredentials"),
        "ECR images": ".dkr.ecr." in container.get("image", ""),
    }
    return next((what for what, needed in needs.items() if needed), "")


def _check_containers(given: list[dict[str, Any]], fargate: bool, execution_role: str | None) -> None:
    """Refuse containers without an image, that need a role that is missing, or that name a variable twice."""
    for container in given:
        if not container.get("image"):
            raise EcsClientException("Container.image should not be null or empty.")
        needs = _needs_role(container)
        if fargate and not execution_role and needs:
            text = f"Fargate requires task definition to have execution role ARN to support {needs}."
            raise EcsClientException(text)
        names = {item["name"] for item in container.get("environment", [])}
        if names & {item["name"] for item in container.get("secrets", [])}:
            text = "The secret name must be unique and not shared with any new or existing environment variables"
            raise EcsClientException(f"{text} set on the container, such as '{container['name']}'.")


def _check_roles(self: Any, *arns: str | None) -> None:
    """Refuse roles that do not exist."""
    known = {role.arn for role in iam_backends[self.account_id][get_partition(self.region_name)].roles.values()}
    if any(arn and arn not in known for arn in arns):
        raise EcsClientException("Role is not valid")


def _fill_defaults(definition: Any) -> None:
    """AWS echoes what was left out."""
    for container in definition.container_definitions:
        containers.fill_in(container)
    definition.volumes = [{"host": {}, **volume} for volume in definition.volumes]


def install() -> None:
    """Put the additions into moto."""
    backend = models.EC2ContainerServiceBackend

    @wrap(backend, "register_task_definition")
    def register(original: Any, self: Any, family: str, container_definitions: list[Any], **params: Any) -> Any:
        """Check what AWS checks, and return its defaults."""
        fargate = "FARGATE" in (params.get("requires_compatibilities") or [])
        _check_fargate(params)
        _check_containers(container_definitions, fargate, params.get("execution_role_arn"))
        if fargate:
            containers.check(container_definitions, params.get("volumes") or [])
        _check_roles(self, params.get("execution_role_arn"), params.get("task_role_arn"))
        definition = original(self, family, container_definitions, **params)
        definition.registered_at = now()
        _fill_defaults(definition)
        last = self.__dict__.setdefault(KEPT_DELETIONS, {})
        last[family] = definition.revision
        return definition

    @wrap(EC2ContainerServiceResponse, "register_task_definition")
    def register_request(original: Any, self: Any) -> Any:
        """Keep what moto drops."""
        reply = original(self)
        reply.result["taskDefinition"].enable_fault_injection = self._get_param("enableFaultInjection")
        return reply

    @wrap(backend, "_get_last_task_definition_revision_id")
    def last_revision(original: Any, self: Any, family: str) -> int | None:
        """Go on counting after a deletion: AWS keeps the family's name."""
        return self.__dict__.get(KEPT_DELETIONS, {}).get(family) or original(self, family)

    @wrap(backend, "describe_task_definition")
    def describe(original: Any, self: Any, task_definition_str: str) -> Any:
        """Find the newest active revision of a family that is named without one."""
        name = task_definition_str.split("/")[-1]
        if ":" in name:
            return original(self, task_definition_str)
        revisions = self.task_definitions.get(name, {}).values()
        active = [definition for definition in revisions if definition.status == "ACTIVE"]
        if not active:
            raise TaskDefinitionNotFoundException
        return max(active, key=lambda definition: definition.revision)

    @wrap(backend, "deregister_task_definition")
    def deregister(original: Any, self: Any, task_definition_str: str) -> Any:
        """Say when."""
        definition = original(self, task_definition_str)
        definition.deregistered_at = now()
        return definition

    @wrap(EC2ContainerServiceResponse, "list_task_definitions")
    def list_definitions(original: Any, self: Any) -> Any:
        """Sort by revision, as C(sort) says."""
        arns = original(self).result["taskDefinitionArns"]
        order = sorted(arns, key=lambda arn: (arn.rsplit(":", 1)[0], int(arn.rsplit(":", 1)[1])))
        return ActionResult({"taskDefinitionArns": order[::-1] if self._get_param("sort") == "DESC" else order})


def active_definition(backend: Any, name: str) -> Any:
    """Return a task definition that a service may use.

    :raises EcsClientException: it is inactive.
    """
    definition = backend.describe_task_definition(name)
    if definition.status != "ACTIVE":
        raise EcsClientException("TaskDefinition is inactive")
    return definition
