"""ECS: services that deploy, run tasks and register them with their target groups.

Without a timescale a deployment takes effect at the first read after the request, as if AWS were instantly done. With
one, tasks start, get healthy and stop in AWS's time, and the service scheduler looks after its service until it is
steady. A task definition with an image C(emulator/fails:<anything>) never gets healthy: its deployments fail as on
AWS, so that circuit breakers can be tried.
"""

from __future__ import annotations

import ipaddress
import math
import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2 import ec2_backends
from moto.ecs import models
from moto.ecs.exceptions import (
    ClusterNotFoundException,
    EcsClientException,
    ECSException,
    InvalidParameterException,
    ServiceNotFoundException,
    TaskDefinitionNotFoundException,
)
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.elbv2 import elbv2_backends
from moto.iam import iam_backends
from moto.logs import logs_backends
from moto.moto_api._internal import mock_random
from moto.utilities.utils import get_partition

from emulator import durations
from emulator.clock import clock
from emulator.patching import add, wrap
from emulator.services import logs
from emulator.services.elbv2 import drain_seconds

FAILING_IMAGE = "emulator/fails:"
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
RESERVED_ADDRESSES = 4  # the first ones of each subnet
LEAST_FAILURES, MOST_FAILURES = 3, 200  # the circuit breaker's threshold, of half the desired count
KEPT_EVENTS = 100
NO_LOG_GROUP = (
    "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to "
    "create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. ({})"
)
FULL = 100  # percent of the desired count
# UpdateTaskProtection: where none is given, and at most
PROTECTED_MINUTES = 120
MOST_PROTECTED_MINUTES = 2880
MOST_PROTECTED_AT_ONCE = 10
KEPT_DELETIONS = "_emulator_last_revisions"

# a deployment is moved on by whichever request reads it, and the server answers several at a time
_lock = threading.RLock()


def now() -> datetime:
    """Return the time of AWS."""
    return datetime.now(UTC)


class ServiceTask(models.Task):
    """A Fargate task that a service started, with an address in one of the service's subnets."""

    def __init__(self, backend: Any, service: Any, deployment: dict[str, Any], subnet: str) -> None:
        definition = backend.describe_task_definition(deployment["taskDefinition"])
        # moto's own network interface has an address outside of the subnet, and needs a VPC with host names
        without_network: Any = SimpleNamespace(
            arn=definition.arn, network_mode="", container_definitions=definition.container_definitions
        )
        super().__init__(
            cluster=backend._get_cluster(service.cluster_name),
            task_definition=without_network,
            container_instance_arn=None,
            resource_requirements=None,
            backend=backend,
            group=f"service:{service.name}",
            launch_type="FARGATE",
            started_by=deployment["id"],
            tags=_task_tags(service, definition),
            platform_version="1.4.0",
        )
        self.status = "PROVISIONING"
        self.platform_family = "Linux"
        self.connectivity = "CONNECTED"
        self.cpu, self.memory = definition.cpu, definition.memory
        self.created_at = now()
        self.started_at: datetime | None = None
        self.enable_execute_command = service.enable_execute_command
        # without a health check in the container, ECS knows nothing of its health
        self.health_status = "UNKNOWN"
        self.stop_code: str | None = None
        self.stopped_at: datetime | None = None
        self.targets: list[tuple[str, dict[str, Any]]] = []
        self.protected_until: datetime | None = None
        self._attach(subnet, service.network_configuration["awsvpcConfiguration"].get("securityGroups"))
        self.containers = [self._container(definition, container) for container in definition.container_definitions]

    @property
    def status(self) -> str | None:
        """The state that the service gave it; moto's own would go on to STOPPED by being read."""
        return self._status

    @status.setter
    def status(self, value: str) -> None:
        self._status = value

    def advance(self) -> None:
        """Stay as it is."""

    def _attach(self, subnet: str, groups: list[str] | None) -> None:
        ec2 = ec2_backends[self._account_id][self.region_name]
        self.address = _free_address(ec2, subnet)
        self._eni = ec2.create_network_interface(
            subnet=subnet,
            private_ip_address=self.address,
            group_ids=groups or [_default_group(ec2, subnet)],
            description=f"arn:{get_partition(self.region_name)}:ecs:{self.region_name}:{self._account_id}:attachment/{self.id}",
        )
        self._eni.status, self._eni.requester_managed = "in-use", True
        self.availability_zone = ec2.get_subnet(subnet).availability_zone
        details = {
            "subnetId": subnet,
            "networkInterfaceId": self._eni.id,
            "macAddress": self._eni.mac_address,
            "privateIPv4Address": self.address,
        }
        attachment: Any = {
            "id": self.id,
            "type": "ElasticNetworkInterface",
            "status": "ATTACHED",
            "details": [{"name": name, "value": value} for name, value in details.items()],
        }
        self.attachments.append(attachment)

    def _container(self, definition: Any, container: dict[str, Any]) -> Any:
        # moto knows only the first container of a task
        make: Any = models.Container
        made = make(SimpleNamespace(arn=definition.arn, container_definitions=[container]))
        made.task_arn = self.task_arn
        made.last_status = "PENDING"
        made.health_status = "HEALTHY" if container.get("healthCheck") else "UNKNOWN"
        made.exitCode = None
        made.network_interfaces = [{"attachmentId": self.id, "privateIpv4Address": self.address}]
        return made

    def start(self, load_balancers: list[dict[str, Any]]) -> None:
        """Go on from PROVISIONING to RUNNING, and then register with the target groups."""
        clock.later(durations.TASK_PROVISIONING.seconds, self._pend)
        seconds = durations.TASK_PROVISIONING.seconds + durations.TASK_PENDING.seconds
        clock.later(seconds, lambda: self._run(load_balancers))

    def _pend(self) -> None:
        if self.desired_status == "RUNNING":
            self.status = "PENDING"

    def _run(self, load_balancers: list[dict[str, Any]]) -> None:
        if self.desired_status != "RUNNING":
            return
        self.status, self.started_at = "RUNNING", now()
        for container in self.containers:
            container.last_status = "RUNNING"
        self.register(load_balancers)

    def register(self, load_balancers: list[dict[str, Any]]) -> None:
        """Become a target of the service's target groups."""
        elbv2 = elbv2_backends[self._account_id][self.region_name]
        for balancer in load_balancers:
            target = {"Id": self.address, "Port": balancer["containerPort"]}
            elbv2.register_targets(balancer["targetGroupArn"], [target])
            self.targets.append((balancer["targetGroupArn"], target))

    @property
    def is_protected(self) -> bool:
        """Whether no deployment may end it now."""
        return self.protected_until is not None and now() < self.protected_until

    @property
    def is_healthy(self) -> bool:
        """Whether it runs, and every target group has found it healthy."""
        elbv2 = elbv2_backends[self._account_id][self.region_name]
        groups = [(elbv2.target_groups[arn], target) for arn, target in self.targets if arn in elbv2.target_groups]
        seen = [group.health_for(target, elbv2.ec2_backend).status for group, target in groups]
        # a group that no load balancer uses any more checks nothing
        return self.status == "RUNNING" and not {"initial", "draining"} & set(seen)

    def stop(self, reason: str, code: str = "ServiceSchedulerInitiated") -> None:
        """End: leave the target groups, stop the containers, give the network interface back."""
        if self.desired_status == "STOPPED":
            return
        self.desired_status, self.status = "STOPPED", "DEACTIVATING"
        self.stopped_reason, self.stop_code = reason, code
        seconds = self._leave_target_groups()
        for state, duration in (
            ("STOPPING", durations.AT_ONCE),
            ("DEPROVISIONING", durations.TASK_STOPPING),
            ("STOPPED", durations.TASK_DEPROVISIONING),
        ):
            seconds += duration.seconds
            clock.later(seconds, partial(self._wind_down, state))

    def _leave_target_groups(self) -> float:
        """Return the seconds until the last connection may be cut."""
        elbv2 = elbv2_backends[self._account_id][self.region_name]
        seconds = [0.0]
        for arn, target in self.targets:
            group = elbv2.target_groups.get(arn)
            if group is not None and target["Id"] in group.targets:
                elbv2.deregister_targets(arn, [target])
                seconds.append(drain_seconds(group))
        self.targets = []
        return max(seconds)

    def _wind_down(self, state: str) -> None:
        self.status = state
        if state == "STOPPED":
            ec2_backends[self._account_id][self.region_name].enis.pop(self._eni.id, None)
            self.stopped_at = now()
        if state != "STOPPING":
            for container in self.containers:
                container.last_status, container.exitCode = "STOPPED", 0


def _default_group(ec2: Any, subnet: str) -> str:
    return ec2.get_default_security_group(ec2.get_subnet(subnet).vpc_id).id


def _free_address(ec2: Any, subnet: str) -> str:
    taken = {eni.private_ip_address for eni in ec2.enis.values() if eni.subnet.id == subnet}
    network = ipaddress.ip_network(ec2.get_subnet(subnet).cidr_block)
    free = (str(address) for number, address in enumerate(network) if number >= RESERVED_ADDRESSES)
    return next(address for address in free if address not in taken)


def _task_tags(service: Any, definition: Any) -> list[dict[str, str]]:
    source = {"SERVICE": service.tags, "TASK_DEFINITION": definition.tags}.get(service.propagate_tags, [])
    own = {
        "aws:ecs:clusterName": service.cluster_name,
        "aws:ecs:serviceName": service.name,
    }
    managed = [{"key": key, "value": value} for key, value in own.items()] if service.enable_ecs_managed_tags else []
    return [dict(tag) for tag in source] + managed


def _new_deployment(service: Any, reason: str = "") -> dict[str, Any]:
    number = f"ecs-svc/{mock_random.randint(10**18, 10**19 - 1)}"
    return {
        "id": number,
        "status": "PRIMARY",
        "taskDefinition": service.task_definition,
        "desiredCount": service.desired_count,
        "pendingCount": 0,
        "runningCount": 0,
        "failedTasks": 0,
        "createdAt": now(),
        "updatedAt": now(),
        "launchType": service.launch_type,
        "platformVersion": "1.4.0",
        "platformFamily": "Linux",
        "networkConfiguration": service.network_configuration or None,
        "rolloutState": "IN_PROGRESS",
        "rolloutStateReason": reason or f"ECS deployment {number} in progress.",
    }


def _say(service: Any, message: str) -> None:
    event = {"id": str(mock_random.uuid4()), "createdAt": now(), "message": f"(service {service.name}) {message}"}
    service.events.insert(0, event)
    del service.events[KEPT_EVENTS:]


def _present_tasks(backend: Any, service: Any, deployment: dict[str, Any] | None = None) -> list[ServiceTask]:
    """Return the tasks of a service, or of one of its deployments, that have not stopped."""
    return [
        task
        for task in backend.tasks.get(service.cluster_name, {}).values()
        if isinstance(task, ServiceTask)
        and task.group == f"service:{service.name}"
        and task.status != "STOPPED"
        and (deployment is None or task.started_by == deployment["id"])
    ]


def _tasks(backend: Any, service: Any, deployment: dict[str, Any] | None = None) -> list[ServiceTask]:
    """Return those tasks that run, or will."""
    return [task for task in _present_tasks(backend, service, deployment) if task.desired_status == "RUNNING"]


def _start_task(backend: Any, service: Any, deployment: dict[str, Any], number: int) -> ServiceTask:
    subnets = service.network_configuration["awsvpcConfiguration"]["subnets"]
    task = ServiceTask(backend, service, deployment, subnets[number % len(subnets)])
    backend.tasks.setdefault(service.cluster_name, {})[task.task_arn] = task
    return task


def _complete(backend: Any, service: Any, deployment: dict[str, Any]) -> None:
    """Bring a deployment to its desired count; end the older ones when its tasks are healthy."""
    running = _tasks(backend, service, deployment)
    for number in range(len(running), deployment["desiredCount"]):
        _start_task(backend, service, deployment, number).start(service.load_balancers)
    keep = _tasks(backend, service, deployment)[: deployment["desiredCount"]]
    if not all(task.is_healthy for task in keep):
        return
    for task in _tasks(backend, service):
        if task not in keep and not task.is_protected:
            task.stop(f"Scaling activity initiated by (deployment {deployment['id']})")
    older = service.deployments[1:]
    service.deployments = [deployment, *(entry for entry in older if _present_tasks(backend, service, entry))]
    if len(service.deployments) > 1:
        return
    if deployment["rolloutState"] != "COMPLETED":
        deployment["rolloutState"] = "COMPLETED"
        deployment["rolloutStateReason"] = f"ECS deployment {deployment['id']} completed."
        deployment["updatedAt"] = now()
        service.last_completed, service.last_balancers = deployment, service.load_balancers
        _say(service, f"(deployment {deployment['id']}) deployment completed.")
        _say(service, "has reached a steady state.")


def _fail(backend: Any, service: Any, deployment: dict[str, Any]) -> None:
    """Let a deployment's tasks stop again and again, and its circuit breaker, if any, end it."""
    while deployment["failedTasks"] < _most_failures(deployment):
        if _tasks(backend, service, deployment):
            return
        task = _start_task(backend, service, deployment, deployment["failedTasks"])
        task.start([])
        seconds = durations.TASK_PROVISIONING.seconds + durations.TASK_PENDING.seconds + durations.TASK_FAILURE.seconds
        clock.later(seconds, partial(_fail_task, service, deployment, task, _missing_log_group(backend, deployment)))
    if deployment["rolloutState"] != "FAILED":
        _give_up(service, deployment)


def _most_failures(deployment: dict[str, Any]) -> int:
    return min(max(math.ceil(deployment["desiredCount"] / 2), LEAST_FAILURES), MOST_FAILURES)


def _fail_task(service: Any, deployment: dict[str, Any], task: ServiceTask, log_group: str) -> None:
    if task.desired_status == "STOPPED":
        return
    if log_group:
        # the container never starts
        task.stop(NO_LOG_GROUP.format(log_group), "TaskFailedToStart")
    arn = service.load_balancers[0]["targetGroupArn"] if service.load_balancers else ""
    task.stop(f"Task failed ELB health checks in (target-group {arn})" if arn else "Essential container exited")
    _say(service, f"(task {task.id}) failed: {task.stopped_reason}")
    deployment["failedTasks"] += 1
    deployment["updatedAt"] = now()


def _give_up(service: Any, deployment: dict[str, Any]) -> None:
    """Let the circuit breaker, if any, end a deployment, and return to the last one that was completed."""
    breaker = service.deployment_configuration.get("deploymentCircuitBreaker", {})
    if not breaker.get("enable"):
        return
    deployment["rolloutState"] = "FAILED"
    deployment["rolloutStateReason"] = "ECS deployment circuit breaker: tasks failed to start."
    _say(service, f"(deployment {deployment['id']}) deployment failed: tasks failed to start.")
    last = service.last_completed
    if breaker.get("rollback") and last is not None:
        _roll_back(service, deployment, last)


def _roll_back(service: Any, failed: dict[str, Any], last: dict[str, Any]) -> None:
    failed["status"], failed["desiredCount"] = "ACTIVE", 0
    service.task_definition = last["taskDefinition"]
    service.network_configuration = last["networkConfiguration"]
    # a rollback goes back to the whole service revision
    service.load_balancers = service.last_balancers
    reason = f"ECS deployment circuit breaker: rolling back to deploymentId {last['id']}."
    service.deployments.insert(0, _new_deployment(service, reason))
    _say(service, f"rolling back to deployment {last['id']}.")


def _drained(backend: Any, service: Any) -> None:
    for task in _tasks(backend, service):
        task.stop(f"Scaling activity initiated by (deployment {task.started_by})")
    if not _present_tasks(backend, service):
        service.status, service.deployments = "INACTIVE", []


def _fails(backend: Any, deployment: dict[str, Any]) -> bool:
    definition = backend.describe_task_definition(deployment["taskDefinition"])
    if any(container["image"].startswith(FAILING_IMAGE) for container in definition.container_definitions):
        return True
    # tasks that run go on without their log group
    return deployment["rolloutState"] == "IN_PROGRESS" and bool(_missing_log_group(backend, deployment))


def _missing_log_group(backend: Any, deployment: dict[str, Any]) -> str:
    """Return a log group that a task is to write to and that there is not; empty when there is none.

    AWS takes such a task definition. Its tasks stop before their containers start (ECS Developer Guide, "Amazon ECS
    stopped tasks error messages", ResourceInitializationError: failed to validate logger args).
    """
    definition = backend.describe_task_definition(deployment["taskDefinition"])
    for container in definition.container_definitions:
        log = container.get("logConfiguration") or {}
        options = log.get("options") or {}
        groups = logs_backends[backend.account_id][options.get("awslogs-region") or backend.region_name].groups
        name = options.get("awslogs-group", "")
        made = options.get("awslogs-create-group") == "true"
        if log.get("logDriver") == "awslogs" and not made and name not in groups:
            return str(name)
    return ""


def _move_on(backend: Any, service: Any) -> None:
    if service.status == "DRAINING":
        _drained(backend, service)
    elif service.status == "ACTIVE" and service.deployments:
        primary = service.deployments[0]
        (_fail if _fails(backend, primary) else _complete)(backend, service, primary)
    for deployment in service.deployments:
        deployment["runningCount"], deployment["pendingCount"] = _counts(_tasks(backend, service, deployment))
    service.running_count, service.pending_count = _counts(_tasks(backend, service))


def _counts(tasks: list[ServiceTask]) -> tuple[int, int]:
    running = len([task for task in tasks if task.status == "RUNNING"])
    return running, len(tasks) - running


def _is_steady(service: Any) -> bool:
    """Tell whether nothing is under way; a deployment that failed for good stays as it is."""
    if service.status != "ACTIVE":
        return bool(service.status == "INACTIVE")
    primary = service.deployments[0]
    completed = len(service.deployments) == 1 and primary["rolloutState"] == "COMPLETED"
    return completed or primary["failedTasks"] >= _most_failures(primary)


def _look_after(backend: Any, service: Any) -> None:
    """Be the service scheduler: move a service on every few of AWS's seconds, until it is steady."""
    if not clock.runs or service.emulator_watched:
        return
    service.emulator_watched = True

    def look() -> None:
        with _lock:
            _move_on(backend, service)
        if _is_steady(service):
            service.emulator_watched = False
        else:
            clock.later(durations.SERVICE_LOOK.seconds, look)

    clock.later(durations.SERVICE_LOOK.seconds, look)


def advance(backend: Any) -> None:
    """Bring all Fargate services of a region to where they are by now, and count on their clusters."""
    with _lock:
        for service in backend.services.values():
            if hasattr(service, "last_completed"):
                _move_on(backend, service)
        for cluster in backend.clusters.values():
            _count(backend, cluster)


def _count(backend: Any, cluster: Any) -> None:
    services = [service for service in backend.services.values() if service.cluster_name == cluster.name]
    tasks = backend.tasks.get(cluster.name, {}).values()
    cluster.active_services_count = len([service for service in services if service.status == "ACTIVE"])
    cluster.running_tasks_count = len([task for task in tasks if task._status == "RUNNING"])
    cluster.pending_tasks_count = len([task for task in tasks if task._status in ("PROVISIONING", "PENDING")])


# --- clusters


def _install_exec_checks() -> None:
    def check(original: Any, self: Any) -> Any:
        """Refuse a log configuration of ECS Exec that nothing would use, and one that is missing.

        Amazon ECS API Reference, ExecuteCommandConfiguration: logConfiguration goes with the logging OVERRIDE.
        """
        given = (self._get_param("configuration") or {}).get("executeCommandConfiguration") or {}
        if (given.get("logging") == "OVERRIDE") != bool(given.get("logConfiguration")):
            raise InvalidParameterException("logConfiguration must be specified if, and only if, logging is OVERRIDE.")
        return original(self)

    for name in ("create_cluster", "update_cluster"):
        wrap(EC2ContainerServiceResponse, name)(check)


def _install_clusters() -> None:
    backend = models.EC2ContainerServiceBackend

    @wrap(backend, "_get_cluster")
    def get_cluster(original: Any, self: Any, name: str) -> Any:
        """Refuse everything but a description of a deleted cluster."""
        cluster = original(self, name)
        if cluster.status != "ACTIVE":
            raise ClusterNotFoundException
        return cluster

    @wrap(backend, "create_cluster")
    def create_cluster(original: Any, self: Any, cluster_name: str, *args: Any, **kwargs: Any) -> Any:
        """Return a cluster that exists as it is."""
        existing = self.clusters.get(cluster_name)
        if existing is not None and existing.status == "ACTIVE":
            return existing
        return original(self, cluster_name, *args, **kwargs)

    @wrap(backend, "list_clusters")
    def list_clusters(original: Any, self: Any) -> list[str]:
        """Leave deleted clusters out."""
        return [cluster.arn for cluster in self.clusters.values() if cluster.status == "ACTIVE"]

    @wrap(backend, "describe_clusters")
    def describe_clusters(original: Any, self: Any, cluster_names: list[str]) -> Any:
        """Show the counts of tasks and services as they are by now."""
        advance(self)
        return original(self, cluster_names)

    @wrap(backend, "delete_cluster")
    def delete_cluster(original: Any, self: Any, cluster_str: str) -> Any:
        """Refuse to delete a cluster with services, or with tasks that still run."""
        advance(self)
        cluster = self._get_cluster(cluster_str)
        if cluster.active_services_count:
            text = "The Cluster cannot be deleted while Services are active."
            raise ECSException("ClusterContainsServicesException", text)
        tasks = [task for task in self.tasks.get(cluster.name, {}).values() if isinstance(task, ServiceTask)]
        if cluster.running_tasks_count or any(task.status != "STOPPED" for task in tasks):
            raise ECSException("ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active.")
        return original(self, cluster_str)


# --- task definitions


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


def _check_containers(containers: list[dict[str, Any]], fargate: bool, execution_role: str | None) -> None:
    """Refuse containers without an image, that need a role that is missing, or that name a variable twice."""
    for container in containers:
        if not container.get("image"):
            raise EcsClientException("Container.image should not be null or empty.")
        driver = container.get("logConfiguration", {}).get("logDriver")
        if fargate and not execution_role and (container.get("secrets") or driver == "awslogs"):
            needs = "secrets" if container.get("secrets") else "log driver awslogs"
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
        container.setdefault("systemControls", [])
        container["portMappings"] = [
            {"protocol": "tcp", "hostPort": mapping["containerPort"], **mapping}
            for mapping in container.get("portMappings", [])
        ]
        if "healthCheck" in container:
            defaults = {"interval": 30, "timeout": 5, "retries": 3}
            container["healthCheck"] = {**defaults, **container["healthCheck"]}
        if "logConfiguration" in container:
            container["logConfiguration"].setdefault("secretOptions", [])
    definition.volumes = [{"host": {}, **volume} for volume in definition.volumes]


def _install_task_definitions() -> None:
    backend = models.EC2ContainerServiceBackend

    @wrap(backend, "register_task_definition")
    def register(original: Any, self: Any, family: str, container_definitions: list[Any], **params: Any) -> Any:
        """Check what AWS checks, and return its defaults."""
        fargate = "FARGATE" in (params.get("requires_compatibilities") or [])
        _check_fargate(params)
        _check_containers(container_definitions, fargate, params.get("execution_role_arn"))
        _check_roles(self, params.get("execution_role_arn"), params.get("task_role_arn"))
        definition = original(self, family, container_definitions, **params)
        definition.registered_at = now()
        _fill_defaults(definition)
        last = self.__dict__.setdefault(KEPT_DELETIONS, {})
        last[family] = definition.revision
        return definition

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


# --- services


def _active_definition(backend: Any, name: str) -> Any:
    definition = backend.describe_task_definition(name)
    if definition.status != "ACTIVE":
        raise EcsClientException("TaskDefinition is inactive")
    return definition


def _check_balancer(backend: Any, definition: Any, balancer: dict[str, Any]) -> None:
    """Refuse a target group that takes no task, or a port that the container has not."""
    elbv2 = elbv2_backends[backend.account_id][backend.region_name]
    arn = balancer["targetGroupArn"]
    group = elbv2.target_groups.get(arn)
    if group is None:
        raise InvalidParameterException(f"The specified target group does not exist. (target-group {arn})")
    if group.target_type != "ip" and definition.network_mode == "awsvpc":
        raise InvalidParameterException(
            f"The provided target group {arn} has target type {group.target_type}, which is incompatible with the "
            "awsvpc network mode specified in the task definition."
        )
    if not set(group.load_balancer_arns) & set(elbv2.load_balancers):
        text = f"The target group with targetGroupArn {arn} does not have an associated load balancer."
        raise InvalidParameterException(text)
    containers = {container["name"]: container for container in definition.container_definitions}
    name, port = balancer["containerName"], balancer["containerPort"]
    if name not in containers:
        raise InvalidParameterException(f"The container {name} does not exist in the task definition.")
    if port not in [mapping["containerPort"] for mapping in containers[name]["portMappings"]]:
        raise InvalidParameterException(f"The container {name} did not have a container port {port} defined.")


def _deployment_configuration(given: dict[str, Any] | None, present: dict[str, Any]) -> dict[str, Any]:
    defaults = {
        "deploymentCircuitBreaker": {"enable": False, "rollback": False},
        "maximumPercent": 200,
        "minimumHealthyPercent": 100,
        "alarms": {"alarmNames": [], "enable": False, "rollback": False},
        "strategy": "ROLLING",
        "bakeTimeInMinutes": 0,
    }
    return {**defaults, **present, **(given or {})}


def _check_deployment(service: Any, given: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Refuse percentages with which no task could be replaced, and rebalancing over zones without room for one more.

    Amazon ECS Developer Guide, "Balancing an Amazon ECS service across Availability Zones"; API Reference,
    CreateService: a new service is rebalanced unless the request says otherwise, UpdateService: it stays as it is. That
    both percentages may not be 100 is the text that users report. Others that let nothing move, AWS takes.

    :param service: None for a new one.
    :returns: the deployment configuration and the rebalancing as they will be.
    """
    present = {} if service is None else service.deployment_configuration
    configuration = _deployment_configuration(given.get("deploymentConfiguration"), present)
    most, least = configuration["maximumPercent"], configuration["minimumHealthyPercent"]
    if most == least == FULL:
        text = "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments."
        raise InvalidParameterException(text)
    by_itself = "DISABLED" if most == FULL else "ENABLED"
    rebalancing = given.get("availabilityZoneRebalancing")
    rebalancing = rebalancing or (by_itself if service is None else service.availability_zone_rebalancing)
    if rebalancing == "ENABLED" and most == FULL:
        text = "Availability Zone rebalancing is not supported for services with a maximumPercent of 100."
        raise InvalidParameterException(text)
    return configuration, rebalancing


def _network(given: dict[str, Any] | None) -> dict[str, Any] | None:
    if given is None:
        return None
    defaults = {"securityGroups": [], "assignPublicIp": "DISABLED"}
    return {"awsvpcConfiguration": {**defaults, **given["awsvpcConfiguration"]}}


def _check_create(self: Any, backend: Any, network: dict[str, Any] | None) -> None:
    """Refuse what CreateService refuses."""
    name = self._get_param("serviceName")
    cluster = backend._get_cluster(self._get_param("cluster", "default"))
    present = backend.services.get(f"{cluster.name}:{name}")
    if present is not None and present.status == "DRAINING":
        raise InvalidParameterException("Unable to Start a service that is still Draining.")
    if present is not None and present.status == "ACTIVE":
        raise InvalidParameterException("Creation of service was not idempotent.")
    definition = _active_definition(backend, self._get_param("taskDefinition"))
    if definition.network_mode == "awsvpc" and network is None:
        text = "Network Configuration must be provided when networkMode 'awsvpc' is specified."
        raise InvalidParameterException(text)
    _check_deployment(None, self._get_params())
    balancers = self._get_param("loadBalancers") or []
    if self._get_param("healthCheckGracePeriodSeconds") is not None and not balancers:
        text = "Health check grace period is only valid for services configured to use load balancers"
        raise InvalidParameterException(text)
    for balancer in balancers:
        _check_balancer(backend, definition, balancer)


def _same_request(self: Any, backend: Any) -> Any:
    """Return the service that a request with the same client token made."""
    token, name = self._get_param("clientToken"), self._get_param("serviceName")
    cluster = self._get_param("cluster", "default").split("/")[-1]
    present = backend.services.get(f"{cluster}:{name}")
    if token and present is not None and present.status == "ACTIVE" and present.client_token == token:
        return present
    return None


def _complete_service(self: Any, service: Any, network: dict[str, Any] | None) -> None:
    """Keep what moto drops, and start the first deployment."""
    grace = self._get_param("healthCheckGracePeriodSeconds")
    service.health_check_grace_period_seconds = 0 if grace is None and service.load_balancers else grace
    service.deployment_configuration, service.availability_zone_rebalancing = _check_deployment(
        None, self._get_params()
    )
    service.enable_execute_command = self._get_bool_param("enableExecuteCommand", False)
    service.enable_ecs_managed_tags = self._get_bool_param("enableECSManagedTags", False)
    service.network_configuration = network or {}
    service.platform_version = service.platform_version or "LATEST"
    service.platform_family = "Linux"
    service.client_token = self._get_param("clientToken")
    service.created_at = now()
    service.last_completed, service.last_balancers, service.emulator_watched = None, [], False
    service.deployments = [_new_deployment(service)]
    service.running_count = service.pending_count = 0
    _say(service, f"(deployment {service.deployments[0]['id']}) deployment started.")


def _redeploy(service: Any) -> None:
    """Start a new deployment; the present one goes on until the new one has replaced it."""
    for deployment in service.deployments:
        deployment["status"] = "ACTIVE"
    service.deployments.insert(0, _new_deployment(service))


def _update(backend: Any, service: Any, given: dict[str, Any]) -> None:
    """Apply UpdateService: what concerns the tasks starts a new deployment, the rest takes effect in place."""
    deployment = _check_deployment(service, given)
    before = (service.task_definition, service.network_configuration, service.load_balancers, service.platform_version)
    if given.get("taskDefinition"):
        service.task_definition = _active_definition(backend, given["taskDefinition"]).arn
    definition = backend.describe_task_definition(service.task_definition)
    for balancer in given.get("loadBalancers") or []:
        _check_balancer(backend, definition, balancer)
    network = _network(given.get("networkConfiguration"))
    if network is not None:
        service.network_configuration = service._validate_network(network)
    service.deployment_configuration, service.availability_zone_rebalancing = deployment
    for theirs, ours in {
        "desiredCount": "desired_count",
        "loadBalancers": "load_balancers",
        "platformVersion": "platform_version",
        "healthCheckGracePeriodSeconds": "health_check_grace_period_seconds",
        "enableExecuteCommand": "enable_execute_command",
        "enableECSManagedTags": "enable_ecs_managed_tags",
        "propagateTags": "propagate_tags",
    }.items():
        if given.get(theirs) is not None:
            setattr(service, ours, given[theirs])
    after = (service.task_definition, service.network_configuration, service.load_balancers, service.platform_version)
    if after != before or given.get("forceNewDeployment"):
        _redeploy(service)
    elif service.deployments:
        service.deployments[0]["desiredCount"] = service.desired_count


def _install_services() -> None:
    @wrap(EC2ContainerServiceResponse, "create_service")
    def create_service(original: Any, self: Any) -> Any:
        """Security groups are optional; nothing of the request is lost; the service really deploys."""
        backend = self.ecs_backend
        advance(backend)
        repeated = _same_request(self, backend)
        if repeated is not None:
            return ActionResult({"service": repeated})
        network = _network(self._get_param("networkConfiguration"))
        _check_create(self, backend, network)
        if network is not None:
            self._get_param("networkConfiguration")["awsvpcConfiguration"].setdefault("securityGroups", [])
        with _lock:
            service = original(self).result["service"]
            _complete_service(self, service, network)
            _look_after(backend, service)
        return ActionResult({"service": service})

    @wrap(EC2ContainerServiceResponse, "update_service")
    def update_service(original: Any, self: Any) -> Any:
        """Only what the request names changes."""
        backend, given = self.ecs_backend, self._get_params()
        advance(backend)
        name = given["service"].split("/")[-1]
        service = backend._get_service(given.get("cluster", "default"), name)
        if service.status != "ACTIVE":
            raise ECSException("ServiceNotActiveException", "Service was not ACTIVE.")
        with _lock:
            _update(backend, service, given)
            _look_after(backend, service)
        return ActionResult({"service": service})


def _install_service_reads_and_removal() -> None:
    backend = models.EC2ContainerServiceBackend

    @wrap(backend, "delete_service")
    def delete_service(original: Any, self: Any, cluster_name: str, service_name: str, force: bool) -> Any:
        """Drain a service until its tasks have stopped, and keep it as INACTIVE."""
        advance(self)
        service = self._get_service(cluster_name, service_name.split("/")[-1])
        if service.status == "INACTIVE":
            raise ServiceNotFoundException
        if service.desired_count and not force:
            raise InvalidParameterException("The service cannot be stopped while it is scaled above 0.")
        logs.write(self.region_name)
        service.status, service.desired_count = "DRAINING", 0
        _look_after(self, service)
        return service

    @wrap(backend, "describe_services")
    def describe_services(original: Any, self: Any, cluster_str: str, names: list[str]) -> Any:
        """Show services as they are by now."""
        advance(self)
        return original(self, cluster_str, names)

    @wrap(backend, "list_services")
    def list_services(original: Any, self: Any, cluster_str: str, *args: Any, **kwargs: Any) -> list[str]:
        """Leave deleted services out."""
        advance(self)
        active = {service.arn for service in self.services.values() if service.status == "ACTIVE"}
        return [arn for arn in original(self, cluster_str, *args, **kwargs) if arn in active]


# --- tasks


def _install_tasks() -> None:
    backend = models.EC2ContainerServiceBackend

    @wrap(backend, "list_tasks")
    def list_tasks(
        original: Any,
        self: Any,
        cluster_str: str | None = None,
        container_instance: str | None = None,
        family: str | None = None,
        started_by: str | None = None,
        service_name: str | None = None,
        desired_status: str | None = None,
    ) -> list[Any]:
        """Select by service; without a status, only tasks that are to run."""
        advance(self)
        wanted = desired_status or ("RUNNING" if cluster_str else None)
        tasks = original(self, cluster_str, container_instance, None, started_by, None, wanted)
        if service_name:
            name = service_name.split("/")[-1]
            self._get_service(cluster_str, name)
            tasks = [task for task in tasks if task.group == f"service:{name}"]
        if family:
            tasks = [task for task in tasks if f":task-definition/{family}:" in task.task_definition_arn]
        return tasks

    @wrap(backend, "describe_tasks")
    def describe_tasks(original: Any, self: Any, cluster_str: str, tasks: list[str]) -> list[Any]:
        """Show tasks as they are by now."""
        advance(self)
        return original(self, cluster_str, tasks)

    @wrap(backend, "stop_task")
    def stop_task(original: Any, self: Any, cluster_str: str, task_str: str, reason: str) -> Any:
        """Take a service's task that somebody stops out of the target group; the service starts another."""
        name = self._get_cluster(cluster_str).name
        for arn, task in self.tasks.get(name, {}).items():
            if isinstance(task, ServiceTask) and arn.endswith(task_str.split("/")[-1]):
                task.stop(reason or "Task stopped by user", "UserInitiated")
                _look_after(self, self._get_service(name, task.group.removeprefix("service:")))
                return task
        return original(self, cluster_str, task_str, reason)


def _set_task_protection(self: Any) -> Any:
    """Keep a service's running tasks from deployments; what is no such task is a failure beside the others."""
    backend, enabled = self.ecs_backend, self._get_bool_param("protectionEnabled", False)
    minutes, asked = self._get_param("expiresInMinutes") or PROTECTED_MINUTES, self._get_param("tasks") or []
    if not 1 <= int(minutes) <= MOST_PROTECTED_MINUTES:
        raise InvalidParameterException("expiresInMinutes must be between 1 and 2880.")
    if len(asked) > MOST_PROTECTED_AT_ONCE:
        raise InvalidParameterException("Too many tasks. Specify up to 10 tasks.")
    cluster = backend._get_cluster(self._get_param("cluster", "default"))
    tasks = {task.id: task for task in backend.tasks.get(cluster.name, {}).values()}
    shown, failures = [], []
    for arn in asked:
        task = tasks.get(arn.split("/")[-1])
        if task is None or task.desired_status == "STOPPED":
            failures.append({"arn": arn, "reason": "TASK_NOT_VALID" if task else "MISSING"})
            continue
        task.protected_until = now() + timedelta(minutes=int(minutes)) if enabled else None
        expiry = {"expirationDate": task.protected_until} if enabled else {}
        shown.append({"taskArn": arn, "protectionEnabled": enabled, **expiry})
    advance(backend)
    return ActionResult({"protectedTasks": shown, "failures": failures})


def install() -> None:
    """Put the additions into moto's ECS."""
    _install_clusters()
    _install_exec_checks()
    _install_task_definitions()
    _install_services()
    _install_service_reads_and_removal()
    _install_tasks()
    add(EC2ContainerServiceResponse, "update_task_protection", _set_task_protection)
