"""Elastic Load Balancing version 2: attributes, names that stay unique, protection, and what uses a target group."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from emulator import durations, interfaces
from emulator.clock import clock
from emulator.patching import wrap

# DescribeLoadBalancerAttributes of a new Application Load Balancer
LOAD_BALANCER_ATTRIBUTES = {
    "access_logs.s3.bucket": "",
    "access_logs.s3.enabled": "false",
    "access_logs.s3.prefix": "",
    "client_keep_alive.seconds": "3600",
    "connection_logs.s3.bucket": "",
    "connection_logs.s3.enabled": "false",
    "connection_logs.s3.prefix": "",
    "deletion_protection.enabled": "false",
    "health_check_logs.s3.bucket": "",
    "health_check_logs.s3.enabled": "false",
    "health_check_logs.s3.prefix": "",
    "idle_timeout.timeout_seconds": "60",
    "load_balancing.cross_zone.enabled": "true",
    "routing.http.desync_mitigation_mode": "defensive",
    "routing.http.drop_invalid_header_fields.enabled": "false",
    "routing.http.preserve_host_header.enabled": "false",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
    "routing.http.xff_client_port.enabled": "false",
    "routing.http.xff_header_processing.mode": "append",
    "routing.http2.enabled": "true",
    "waf.fail_open.enabled": "false",
    "zonal_shift.config.enabled": "false",
}
# DescribeTargetGroupAttributes of a new HTTP target group of instances or addresses
TARGET_GROUP_ATTRIBUTES = {
    "deregistration_delay.timeout_seconds": "300",
    "load_balancing.algorithm.anomaly_mitigation": "off",
    "load_balancing.algorithm.type": "round_robin",
    "load_balancing.cross_zone.enabled": "use_load_balancer_configuration",
    "slow_start.duration_seconds": "0",
    "stickiness.app_cookie.cookie_name": "",
    "stickiness.app_cookie.duration_seconds": "86400",
    "stickiness.enabled": "false",
    "stickiness.lb_cookie.duration_seconds": "86400",
    "stickiness.type": "lb_cookie",
    "target_group_health.dns_failover.minimum_healthy_targets.count": "1",
    "target_group_health.dns_failover.minimum_healthy_targets.percentage": "off",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": "1",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": "off",
}
# DescribeListenerAttributes of a new HTTP listener; HTTPS has the request headers too
_RESPONSE_HEADERS = (
    "access_control_allow_credentials",
    "access_control_allow_headers",
    "access_control_allow_methods",
    "access_control_allow_origin",
    "access_control_expose_headers",
    "access_control_max_age",
    "content_security_policy",
    "strict_transport_security",
    "x_content_type_options",
    "x_frame_options",
)
_REQUEST_HEADERS = (
    "x_amzn_mtls_clientcert",
    "x_amzn_mtls_clientcert_issuer",
    "x_amzn_mtls_clientcert_leaf",
    "x_amzn_mtls_clientcert_serial_number",
    "x_amzn_mtls_clientcert_subject",
    "x_amzn_mtls_clientcert_validity",
    "x_amzn_tls_cipher_suite",
    "x_amzn_tls_version",
)
LISTENER_ATTRIBUTES = {
    "routing.http.response.server.enabled": "true",
    **{f"routing.http.response.{name}.header_value": "" for name in _RESPONSE_HEADERS},
}
HTTPS_LISTENER_ATTRIBUTES = {
    **LISTENER_ATTRIBUTES,
    **{f"routing.http.request.{name}.header_name": name.title().replace("_", "-") for name in _REQUEST_HEADERS},
}
HTTP = ("HTTP", "HTTPS")
GRPC_HEALTH_CHECK = {"healthcheck_path": "/AWS.ALB/healthcheck", "matcher": {"GrpcCode": "12"}}
LEAST_ZONES = 2
DEFAULT_POLICY = "ELBSecurityPolicy-2016-08"


def install() -> None:
    """Put the additions into moto."""
    _patch_load_balancers()
    _patch_load_balancer_life()
    _patch_attributes()
    _patch_target_groups()
    _patch_target_health()
    _patch_targets()
    _patch_listeners()


def _error(code: str, message: str) -> Exception:
    from moto.elbv2.exceptions import ELBClientError

    return ELBClientError(code, message)


def _patch_load_balancers() -> None:
    from moto.elbv2.models import ELBv2Backend, FakeLoadBalancer

    @wrap(FakeLoadBalancer, "__init__")
    def initialise(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
        """Give an Application Load Balancer all its attributes; an internal one also has an internal DNS name."""
        original(self, *args, **kwargs)
        if self.type == "application":
            self.attrs = dict(LOAD_BALANCER_ATTRIBUTES)
        if self.scheme == "internal":
            self.dns_name = f"internal-{self.dns_name}"

    @wrap(ELBv2Backend, "create_load_balancer")
    def create_load_balancer(original: Any, self: Any, name: str, security_groups: list[str], **kwargs: Any) -> Any:
        """Create one once: the same request again returns the same one, other settings are refused."""
        kwargs["scheme"] = kwargs.get("scheme") or "internet-facing"
        kwargs["loadbalancer_type"] = kwargs.get("loadbalancer_type") or "application"
        if kwargs["loadbalancer_type"] != "application":
            return original(self, name=name, security_groups=security_groups, **kwargs)
        _check_name(name)
        vpc_id = _check_subnets(self, kwargs)
        # AWS gives the VPC's default group to one that is created with none
        groups = security_groups or [_default_security_group(self, vpc_id)]
        _check_security_groups(self, groups)
        for existing in self.load_balancers.values():
            if existing.name == name:
                return _same_load_balancer(existing, groups, kwargs)
        return _provision(self, original(self, name=name, security_groups=groups, **kwargs))


def _patch_load_balancer_life() -> None:
    from moto.elbv2.models import ELBv2Backend, FakeLoadBalancer

    @wrap(FakeLoadBalancer, "activate")
    def activate(original: Any, self: Any) -> None:
        """Become active when it is time, not when it is read."""
        if not clock.runs:
            original(self)

    @wrap(ELBv2Backend, "delete_load_balancer")
    def delete_load_balancer(original: Any, self: Any, arn: str) -> None:
        """Keep one that is protected; one that does not exist is no error."""
        balancer = self.load_balancers.get(arn)
        if balancer is not None and balancer.attrs.get("deletion_protection.enabled") == "true":
            text = f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled"
            raise _error("OperationNotPermitted", text)
        original(self, arn)
        _note_users(self)
        for key in interfaces.keys(self.ec2_backend, f"{arn}/"):
            remove = partial(interfaces.remove, self.ec2_backend, key)
            clock.later(durations.LOAD_BALANCER_INTERFACES.seconds, remove)

    @wrap(ELBv2Backend, "set_security_groups")
    def set_security_groups(original: Any, self: Any, arn: str, sec_groups: list[str]) -> None:
        """Give the interfaces the groups too."""
        original(self, arn, sec_groups)
        _put_interfaces(self, self.load_balancers[arn])

    @wrap(ELBv2Backend, "set_subnets")
    def set_subnets(original: Any, self: Any, arn: str, *args: Any, **kwargs: Any) -> Any:
        """Leave the interfaces of other subnets behind, and make those of new ones."""
        zones = original(self, arn, *args, **kwargs)
        kept = {f"{arn}/{subnet.id}" for subnet in self.load_balancers[arn].subnets}
        for key in set(interfaces.keys(self.ec2_backend, f"{arn}/")) - kept:
            interfaces.remove(self.ec2_backend, key)
        _put_interfaces(self, self.load_balancers[arn])
        return zones


def _provision(backend: Any, balancer: Any) -> Any:
    """Make a new load balancer active in AWS's time, with a network interface in each subnet."""
    _put_interfaces(backend, balancer)
    if not clock.runs:
        return balancer
    balancer.emulator_active_at = clock.now() + durations.LOAD_BALANCER_CREATION.seconds

    def finish() -> None:
        balancer.state = "active"

    clock.later(durations.LOAD_BALANCER_CREATION.seconds, finish)
    return balancer


def _put_interfaces(backend: Any, balancer: Any) -> None:
    said = f"ELB {balancer.arn.partition(':loadbalancer/')[2]}"
    for subnet in balancer.subnets:
        key = f"{balancer.arn}/{subnet.id}"
        interfaces.put(backend.ec2_backend, key, subnet.id, list(balancer.security_groups), said)


def _check_name(name: str) -> None:
    """Refuse the names that AWS refuses."""
    if len(name) > 32:
        raise _error("ValidationError", f"The load balancer name '{name}' cannot be longer than '32' characters")
    if not re.fullmatch(r"[A-Za-z0-9-]+", name):
        text = "can only contain characters that are alphanumeric characters and hyphens(-)"
        raise _error("ValidationError", f"The load balancer name '{name}' {text}")
    if name.startswith("-") or name.endswith("-"):
        raise _error("ValidationError", f"The load balancer name '{name}' cannot begin or end with a hyphen(-)")
    if name.startswith("internal-"):
        raise _error("ValidationError", f"The load balancer name '{name}' cannot begin with 'internal-'")


def _check_subnets(backend: Any, settings: dict[str, Any]) -> str:
    """Refuse subnets that lie in one zone, share a zone, or lie in several VPCs; returns the VPC."""
    from moto.elbv2.exceptions import SubnetNotFoundError

    ids = _subnet_ids(settings)
    if not ids:
        raise SubnetNotFoundError()
    try:
        subnets = [backend.ec2_backend.get_subnet(subnet_id) for subnet_id in ids]
    except Exception as error:
        text = f"The subnet ID '{', '.join(ids)}' is not valid"
        raise _error("SubnetNotFound", text) from error
    zones = {subnet.availability_zone for subnet in subnets}
    if len({subnet.vpc_id for subnet in subnets}) > 1:
        raise _error("InvalidConfigurationRequest", "All subnets must belong to the same VPC")
    if len(zones) < len(subnets):
        text = "A load balancer cannot be attached to multiple subnets in the same Availability Zone"
        raise _error("InvalidConfigurationRequest", text)
    if len(zones) < LEAST_ZONES:
        text = "At least two subnets in two different Availability Zones must be specified"
        raise _error("ValidationError", text)
    return subnets[0].vpc_id


def _subnet_ids(settings: dict[str, Any]) -> list[str]:
    mapped = [mapping["SubnetId"] for mapping in settings.get("subnet_mappings") or []]
    return [*(settings.get("subnet_ids") or []), *mapped]


def _default_security_group(backend: Any, vpc_id: str) -> str:
    return backend.ec2_backend.get_default_security_group(vpc_id).id


def _check_security_groups(backend: Any, groups: list[str]) -> None:
    for group_id in groups:
        if backend.ec2_backend.get_security_group_from_id(group_id) is None:
            raise _error("InvalidSecurityGroup", f"The security group '{group_id}' does not exist")


def _same_load_balancer(existing: Any, groups: list[str], settings: dict[str, Any]) -> Any:
    """Return the existing load balancer if it was asked for with the same settings."""
    same = (
        existing.scheme == settings["scheme"]
        and existing.type == settings["loadbalancer_type"]
        and existing.ip_address_type == settings.get("ip_address_type", "ipv4")
        and {subnet.id for subnet in existing.subnets} == set(_subnet_ids(settings))
        and set(existing.security_groups) == set(groups)
    )
    if same:
        return existing
    text = f"A load balancer with the same name '{existing.name}' exists, but with different settings"
    raise _error("DuplicateLoadBalancerName", text)


def _patch_attributes() -> None:
    from moto.elbv2.models import ELBv2Backend, FakeLoadBalancer, FakeTargetGroup

    # moto refuses the newer ones
    FakeLoadBalancer.VALID_ATTRS |= LOAD_BALANCER_ATTRIBUTES.keys()

    @wrap(FakeTargetGroup, "__init__")
    def initialise(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
        """Give a target group for HTTP all its attributes, and none of the load balancer's."""
        original(self, *args, **kwargs)
        # since when its targets are registered, and until when those that left it drain, in AWS's seconds
        self.emulator_registered, self.emulator_drains = {}, {}
        if self.protocol in HTTP:
            self.attributes = dict(TARGET_GROUP_ATTRIBUTES)

    @wrap(ELBv2Backend, "modify_target_group_attributes")
    def modify_target_group_attributes(
        original: Any, self: Any, target_group_arn: str, attributes: dict[str, Any]
    ) -> None:
        """Refuse attributes that a target group for HTTP does not have."""
        group = self.target_groups.get(target_group_arn)
        if group is not None and group.protocol in HTTP:
            for key in attributes.keys() - TARGET_GROUP_ATTRIBUTES.keys():
                raise _error("ValidationError", f"Target group attribute key '{key}' is not recognized")
        original(self, target_group_arn, attributes)

    @wrap(ELBv2Backend, "modify_listener_attributes")
    def modify_listener_attributes(original: Any, self: Any, listener_arn: str, attrs: list[dict[str, str]]) -> Any:
        """Refuse attributes that a listener for HTTP does not have."""
        for listener in self.describe_listeners(None, [listener_arn]):
            known = listener.attributes.keys()
            for key in {pair["Key"] for pair in attrs} - known:
                raise _error("ValidationError", f"Listener attribute key '{key}' is not recognized")
        return original(self, listener_arn=listener_arn, attrs=attrs)


def _patch_target_groups() -> None:
    from moto.elbv2.models import ELBv2Backend
    from moto.elbv2.responses import ELBV2Response

    @wrap(ELBv2Backend, "create_target_group")
    def create_target_group(original: Any, self: Any, name: str, **settings: Any) -> Any:
        """Return the same target group to the same request.

        The health check goes over HTTP unless the request says otherwise, for HTTPS too; the version is HTTP1, and gRPC
        has a path and a code of its own (CreateTargetGroup: HealthCheckProtocol, ProtocolVersion, HealthCheckPath;
        Matcher).
        """
        if settings.get("protocol") in HTTP:
            settings["protocol_version"] = settings.get("protocol_version") or "HTTP1"
            own = GRPC_HEALTH_CHECK if settings["protocol_version"] == "GRPC" else {}
            for key, value in ({"healthcheck_protocol": "HTTP"} | own).items():
                settings[key] = settings.get(key) or value
        existing = next((group for group in self.target_groups.values() if group.name == name), None)
        if existing is None:
            return original(self, name, **settings)
        if not _same_target_group(existing, settings):
            text = f"A target group with the same name '{name}' exists, but with different settings"
            raise _error("DuplicateTargetGroupName", text)
        return existing

    @wrap(ELBV2Response, "modify_target_group")
    def modify_target_group(original: Any, self: Any) -> Any:
        """Take the codes of gRPC too."""
        result = original(self)
        code = self._get_param("Matcher.GrpcCode")
        if code:
            self.elbv2_backend.target_groups[self._get_param("TargetGroupArn")].matcher = {"GrpcCode": code}
        return result


def _patch_target_health() -> None:
    from moto.elbv2.models import FakeHealthStatus, FakeTargetGroup

    def state(seen: Any, status: str, reason: str, text: str) -> Any:
        return FakeHealthStatus(seen.instance_id, seen.port, seen.health_check_port, status, reason, text)

    @wrap(FakeTargetGroup, "health_for")
    def health_for(original: Any, self: Any, target: dict[str, Any], ec2_backend: Any) -> Any:
        """Check no target of a group that no load balancer uses; a new one is healthy after some checks."""
        seen = original(self, target, ec2_backend)
        if seen.status != "healthy":
            leaves = clock.runs and clock.now() < self.emulator_drains.get(target["Id"], 0)
            text = "Target deregistration is in progress"
            return state(seen, "draining", "Target.DeregistrationInProgress", text) if leaves else seen
        if not self.load_balancer_arns:
            text = "Target group is not configured to receive traffic from the load balancer"
            return state(seen, "unused", "Target.NotInUse", text)
        if clock.runs and clock.now() < healthy_at(self, target["Id"]):
            return state(seen, "initial", "Elb.InitialHealthChecking", "Initial health checks in progress")
        return seen


def _patch_targets() -> None:
    from moto.elbv2.models import ELBv2Backend, FakeTargetGroup

    @wrap(FakeTargetGroup, "register")
    def register(original: Any, self: Any, targets: list[dict[str, Any]]) -> None:
        """Note since when: a new target is checked first."""
        known = set(self.targets)
        original(self, targets)
        for target in targets:
            if target["Id"] not in known:
                self.emulator_registered[target["Id"]] = clock.now()

    @wrap(FakeTargetGroup, "deregister")
    def deregister(original: Any, self: Any, targets: list[dict[str, Any]]) -> None:
        """Note until when the targets drain."""
        original(self, targets)
        end = clock.now() + drain_seconds(self)
        self.emulator_drains.update({target["Id"]: end for target in targets})

    @wrap(ELBv2Backend, "describe_target_health")
    def describe_target_health(
        original: Any, self: Any, target_group_arn: str, targets: list[dict[str, Any]]
    ) -> list[Any]:
        """List those that drain, too."""
        shown = original(self, target_group_arn, targets)
        group = self.target_groups[target_group_arn]
        if targets or not clock.runs:
            return shown
        drain = [
            target
            for name, target in group.deregistered_targets.items()
            if clock.now() < group.emulator_drains.get(name, 0)
        ]
        return shown + [group.health_for(target, self.ec2_backend) for target in drain]


def drain_seconds(group: Any) -> float:
    """Return the seconds that a target drains after its deregistration."""
    return float(group.attributes.get("deregistration_delay.timeout_seconds", 300))


def healthy_at(group: Any, target: str) -> float:
    """Return AWS's second in which a target of a target group has passed the first health checks."""
    from moto.elbv2 import elbv2_backends

    balancers = elbv2_backends[group.account_id][group.region_name].load_balancers
    starts = [getattr(balancers.get(arn), "emulator_active_at", 0.0) for arn in group.load_balancer_arns]
    start = max([group.emulator_registered.get(target, 0.0) + durations.TARGET_REGISTRATION.seconds, *starts])
    return start + int(group.healthy_threshold_count) * int(group.health_check_interval_seconds)


def _same_target_group(existing: Any, settings: dict[str, Any]) -> bool:
    """Tell whether a target group has all that a request asks for; its tags are not compared."""
    asked = {name.replace("healthcheck", "health_check"): value for name, value in settings.items() if name != "tags"}
    return all(
        str(getattr(existing, name)).lower() == str(value).lower() for name, value in asked.items() if value is not None
    )


def _note_users(backend: Any) -> None:
    """Write into each target group which load balancers forward to it now; moto only ever adds."""
    for group in backend.target_groups.values():
        group.load_balancer_arns = [
            balancer.arn for balancer in backend.load_balancers.values() if _forwards(backend, balancer, group.arn)
        ]


def _forwards(backend: Any, balancer: Any, group_arn: str) -> bool:
    return any(
        group_arn in backend._get_target_group_arns_from(action_data=action.data)
        for listener in balancer.listeners.values()
        for rule in listener.rules.values()
        for action in rule.actions
    )


def _patch_listeners() -> None:
    from moto.elbv2.exceptions import DuplicateListenerError
    from moto.elbv2.models import ELBv2Backend

    @wrap(ELBv2Backend, "create_listener")
    def create_listener(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        """Create one per port: the same request again returns the same one, other settings are refused."""
        _check_protocol(kwargs)
        balancer = self.load_balancers.get(kwargs["load_balancer_arn"])
        for existing in balancer.listeners.values() if balancer is not None else ():
            if existing.port == kwargs["port"]:
                if _same_listener(existing, kwargs):
                    return existing
                raise DuplicateListenerError()
        listener = original(self, *args, **kwargs)
        if listener.protocol in HTTP:
            secure = listener.protocol == "HTTPS"
            listener.attributes = dict(HTTPS_LISTENER_ATTRIBUTES if secure else LISTENER_ATTRIBUTES)
        _complete(listener)
        _note_users(self)
        return listener

    @wrap(ELBv2Backend, "modify_listener")
    def modify_listener(original: Any, self: Any, arn: str, *args: Any, **kwargs: Any) -> Any:
        """Change one; plain HTTP has no certificate, policy, or attributes of TLS."""
        listener = original(self, arn, *args, **kwargs)
        if listener.protocol in HTTP:
            known = HTTPS_LISTENER_ATTRIBUTES if listener.protocol == "HTTPS" else LISTENER_ATTRIBUTES
            listener.attributes = {key: listener.attributes.get(key, value) for key, value in known.items()}
        _complete(listener)
        _note_users(self)
        return listener

    for name in ("create_rule", "modify_rule", "delete_rule", "delete_listener"):
        wrap(ELBv2Backend, name)(_then_note_users)


def _then_note_users(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    done = original(self, *args, **kwargs)
    _note_users(self)
    return done


def _check_protocol(settings: dict[str, Any]) -> None:
    """Refuse HTTPS without a certificate."""
    if settings["protocol"] == "HTTPS" and not settings.get("certificate"):
        raise _error("ValidationError", "A certificate must be specified for HTTPS listeners")


def _same_listener(existing: Any, settings: dict[str, Any]) -> bool:
    wanted = [{**action} for action in settings["actions"]]
    given = [getattr(action, "_given", action.data) for action in existing.default_actions]
    return (
        existing.protocol == settings["protocol"]
        and (existing.certificate or None) == (settings.get("certificate") or None)
        and given == wanted
    )


def _complete(listener: Any) -> None:
    """Show a listener as AWS does: a forward also as a ForwardConfig, all of a redirect, TLS only with HTTPS."""
    for order, action in enumerate(listener.default_actions, start=1):
        if not hasattr(action, "_given"):
            action._given = {**action.data}
        action.data.setdefault("Order", order)
        if action.type == "forward":
            _complete_forward(action.data)
        elif action.type == "redirect":
            _complete_redirect(action.data["RedirectConfig"])
        action.__dict__.update(action.data)
    if listener.protocol == "HTTP":
        listener.ssl_policy = None
        listener.certificate = None
        listener.certificates = []
    else:
        listener.ssl_policy = listener.ssl_policy or DEFAULT_POLICY


def _complete_forward(data: dict[str, Any]) -> None:
    config = data.setdefault("ForwardConfig", {})
    config.setdefault("TargetGroups", [{"TargetGroupArn": data.get("TargetGroupArn"), "Weight": 1}])
    config.setdefault("TargetGroupStickinessConfig", {"Enabled": False})
    if len(config["TargetGroups"]) == 1:
        data.setdefault("TargetGroupArn", config["TargetGroups"][0]["TargetGroupArn"])


def _complete_redirect(config: dict[str, Any]) -> None:
    came = {"Protocol": "#{protocol}", "Port": "#{port}", "Host": "#{host}", "Path": "/#{path}", "Query": "#{query}"}
    for key, value in came.items():
        config.setdefault(key, value)
