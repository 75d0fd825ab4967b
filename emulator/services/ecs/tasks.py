"""A task of an ECS service on Fargate: its states in AWS's time, its network interface, and its place as a target."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from types import SimpleNamespace
from typing import Any

from moto.ec2 import ec2_backends
from moto.ecs import models
from moto.elbv2 import elbv2_backends
from moto.utilities.utils import get_partition

from emulator.clock import clock
from emulator.durations import AT_ONCE
from emulator.services.ecs import capacity, durations
from emulator.services.elbv2.targets import drain_seconds

RESERVED_ADDRESSES = 4  # the first ones of each subnet


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
        self.capacity_provider_name = capacity.provider_of(
            deployment.get("capacityProviderStrategy") or [],
            [
                task.capacity_provider_name
                for task in backend.tasks.get(service.cluster_name, {}).values()
                if isinstance(task, ServiceTask) and task.started_by == deployment["id"] and task.status != "STOPPED"
            ],
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

    def stop(
        self,
        reason: str,
        code: str = "ServiceSchedulerInitiated",
        ended: Callable[[str], tuple[int | None, str | None]] = lambda _image: (0, None),
    ) -> None:
        """End: leave the target groups, stop the containers, give the network interface back.

        :param ended: returns the exit code and the reason of the container with an image.
        """
        if self.desired_status == "STOPPED":
            return
        self.ended = ended
        self.desired_status, self.status = "STOPPED", "DEACTIVATING"
        self.stopped_reason, self.stop_code = reason, code
        seconds = self._leave_target_groups()
        for state, duration in (
            ("STOPPING", AT_ONCE),
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
            containers: list[Any] = list(self.containers)
            for container in containers:
                container.last_status = "STOPPED"
                container.exitCode, container.reason = self.ended(container.image)


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
