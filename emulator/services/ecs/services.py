"""ECS services: what CreateService and UpdateService refuse and keep, and a removal that drains the service first."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ecs import models
from moto.ecs.exceptions import ECSException, InvalidParameterException, ServiceNotFoundException
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.elbv2 import elbv2_backends

from emulator.patching import wrap
from emulator.services.ecs import capacity, deployments, strategies
from emulator.services.ecs.scheduler import LOCK, advance, look_after, new_deployment, say
from emulator.services.ecs.task_definitions import active_definition
from emulator.services.ecs.tasks import now
from emulator.services.logs import writers

FULL = 100  # percent of the desired count
OF_STRATEGY = {"LINEAR": "linearConfiguration", "CANARY": "canaryConfiguration", "ROLLING": "earlySuccessCriteria"}


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
    strategy = {**defaults, **present, **(given or {})}["strategy"]
    # what goes with another strategy is not carried over
    gone = {member for name, member in OF_STRATEGY.items() if name != strategy}
    return {**defaults, **{key: value for key, value in present.items() if key not in gone}, **(given or {})}


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


def _check_strategy(backend: Any, configuration: dict[str, Any], balancers: list[dict[str, Any]]) -> None:
    """Refuse a strategy that shifts traffic without what it is shifted with.

    Amazon ECS API Reference, DeploymentConfiguration and AdvancedConfiguration; Developer Guide, "Application Load
    Balancer resources for blue/green, linear, and canary deployments": the rule forwards to the service's target group.
    """
    strategy = configuration["strategy"]
    for name, member in OF_STRATEGY.items():
        if configuration.get(member) and strategy != name:
            raise InvalidParameterException(f"{member} is only valid with the deployment strategy {name}.")
    if strategy == strategies.ROLLING:
        return
    elbv2 = elbv2_backends[backend.account_id][backend.region_name]
    for balancer in balancers:
        more = balancer.get("advancedConfiguration") or {}
        missing = [key for key in ("alternateTargetGroupArn", "productionListenerRule", "roleArn") if not more.get(key)]
        if missing:
            text = f"advancedConfiguration needs {', '.join(missing)} with the deployment strategy {strategy}."
            raise InvalidParameterException(text)
        if more["alternateTargetGroupArn"] not in elbv2.target_groups:
            raise InvalidParameterException("The specified alternate target group does not exist.")
        for key in ("productionListenerRule", "testListenerRule"):
            rules = elbv2.describe_rules(None, [more[key]]) if more.get(key) else None
            forwards = [arn for rule in rules or [] for action in rule.actions for arn in _forwarded(action)]
            if rules is not None and balancer["targetGroupArn"] not in forwards:
                raise InvalidParameterException(f"The {key} does not forward to the target group of the service.")


def _forwarded(action: Any) -> list[str]:
    """Return the target groups that an action of a rule forwards to."""
    config = action.data.get("ForwardConfig") or {}
    several = [group["TargetGroupArn"] for group in config.get("TargetGroups", [])]
    return several or [arn for arn in [action.data.get("TargetGroupArn")] if arn]


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
    definition = active_definition(backend, self._get_param("taskDefinition"))
    if definition.network_mode == "awsvpc" and network is None:
        text = "Network Configuration must be provided when networkMode 'awsvpc' is specified."
        raise InvalidParameterException(text)
    _check_deployment(None, self._get_params())
    capacity.check_creation(cluster, self._get_params())
    balancers = self._get_param("loadBalancers") or []
    if self._get_param("healthCheckGracePeriodSeconds") is not None and not balancers:
        text = "Health check grace period is only valid for services configured to use load balancers"
        raise InvalidParameterException(text)
    for balancer in balancers:
        _check_balancer(backend, definition, balancer)
    _check_strategy(backend, _deployment_configuration(self._get_param("deploymentConfiguration"), {}), balancers)


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
    capacity.keep(service, self._get_param("capacityProviderStrategy") or [])
    service.enable_execute_command = self._get_bool_param("enableExecuteCommand", False)
    service.enable_ecs_managed_tags = self._get_bool_param("enableECSManagedTags", False)
    service.network_configuration = network or {}
    service.platform_version = service.platform_version or "LATEST"
    service.platform_family = "Linux"
    service.client_token = self._get_param("clientToken")
    service.created_at = now()
    service.last_completed, service.last_balancers, service.emulator_watched = None, [], False
    service.history, service.revisions = [], {}
    service.deployments = [new_deployment(service)]
    deployments.begin(service._backend, service, service.deployments[0])
    service.running_count = service.pending_count = 0
    say(service, f"(deployment {service.deployments[0]['id']}) deployment started.")


def _redeploy(service: Any) -> None:
    """Start a new deployment; the present one goes on until the new one has replaced it."""
    for deployment in service.deployments:
        deployment["status"] = "ACTIVE"
    deployment = new_deployment(service)
    deployments.begin(service._backend, service, deployment)
    service.deployments.insert(0, deployment)


def _update(backend: Any, service: Any, given: dict[str, Any]) -> None:
    """Apply UpdateService: what concerns the tasks starts a new deployment, the rest takes effect in place."""
    deployment = _check_deployment(service, given)
    capacity.update(backend._get_cluster(service.cluster_name), service, given)
    before = (service.task_definition, service.network_configuration, service.load_balancers, service.platform_version)
    if given.get("taskDefinition"):
        service.task_definition = active_definition(backend, given["taskDefinition"]).arn
    definition = backend.describe_task_definition(service.task_definition)
    for balancer in given.get("loadBalancers") or []:
        _check_balancer(backend, definition, balancer)
    _check_strategy(backend, deployment[0], given.get("loadBalancers") or service.load_balancers)
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
        with LOCK:
            service = original(self).result["service"]
            _complete_service(self, service, network)
            look_after(backend, service)
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
        with LOCK:
            _update(backend, service, given)
            look_after(backend, service)
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
        writers.write(self.region_name)
        service.status, service.desired_count = "DRAINING", 0
        look_after(self, service)
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


def install() -> None:
    """Put the additions into moto."""
    _install_services()
    _install_service_reads_and_removal()
