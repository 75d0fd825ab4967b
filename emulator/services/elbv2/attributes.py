"""The attributes of load balancers, target groups and listeners: what new ones have, and what AWS refuses."""

from __future__ import annotations

from typing import Any

from emulator.patching import wrap
from emulator.services.elbv2.errors import refusal

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


def install() -> None:
    """Put the additions into moto."""
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
                raise refusal("ValidationError", f"Target group attribute key '{key}' is not recognized")
        original(self, target_group_arn, attributes)

    @wrap(ELBv2Backend, "modify_listener_attributes")
    def modify_listener_attributes(original: Any, self: Any, listener_arn: str, attrs: list[dict[str, str]]) -> Any:
        """Refuse attributes that a listener for HTTP does not have."""
        for listener in self.describe_listeners(None, [listener_arn]):
            known = listener.attributes.keys()
            for key in {pair["Key"] for pair in attrs} - known:
                raise refusal("ValidationError", f"Listener attribute key '{key}' is not recognized")
        return original(self, listener_arn=listener_arn, attrs=attrs)
