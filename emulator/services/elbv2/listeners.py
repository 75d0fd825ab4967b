"""Listeners and their rules: one for each port, and actions as AWS shows them."""

from __future__ import annotations

from typing import Any

from emulator.patching import wrap
from emulator.services.elbv2.attributes import HTTP, HTTPS_LISTENER_ATTRIBUTES, LISTENER_ATTRIBUTES
from emulator.services.elbv2.errors import refusal
from emulator.services.elbv2.target_groups import note_users

DEFAULT_POLICY = "ELBSecurityPolicy-2016-08"


def install() -> None:
    """Put the additions into moto."""
    from moto.elbv2.exceptions import DuplicateListenerError
    from moto.elbv2.models import ELBv2Backend

    @wrap(ELBv2Backend, "create_listener")
    def create_listener(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        """Create one per port: the same request again returns the same one, other settings are refused."""
        _check_protocol(kwargs)
        _check_certificates(self, [kwargs.get("certificate")])
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
        note_users(self)
        return listener

    @wrap(ELBv2Backend, "modify_listener")
    def modify_listener(
        original: Any, self: Any, arn: str, port: Any, protocol: Any, policy: Any, certificates: Any, actions: Any
    ) -> Any:
        """Change one; plain HTTP has no certificate, policy, or attributes of TLS.

        Another default certificate takes the place of the present one, and the further ones stay.
        """
        given = [item["CertificateArn"] for item in certificates]
        _check_certificates(self, given)
        further = next(iter(self.describe_listeners(None, [arn]))).certificates[1:]
        listener = original(self, arn, port, protocol, policy, certificates, actions)
        if given:
            listener.certificates = [*given, *(item for item in further if item not in given)]
        if listener.protocol in HTTP:
            known = HTTPS_LISTENER_ATTRIBUTES if listener.protocol == "HTTPS" else LISTENER_ATTRIBUTES
            listener.attributes = {key: listener.attributes.get(key, value) for key, value in known.items()}
        _complete(listener)
        note_users(self)
        return listener

    _install_rules()
    _install_priorities()
    _install_further_certificates()


def _install_rules() -> None:
    from moto.elbv2.models import ELBv2Backend

    for name in ("create_rule", "modify_rule"):
        wrap(ELBv2Backend, name)(_show_as_aws)
    for name in ("delete_rule", "delete_listener"):
        wrap(ELBv2Backend, name)(_then_note_users)


def _install_further_certificates() -> None:
    from moto.elbv2.models import ELBv2Backend
    from moto.elbv2.responses import ELBV2Response

    @wrap(ELBv2Backend, "add_listener_certificates")
    def add_listener_certificates(original: Any, self: Any, arn: str, certificates: list[dict[str, Any]]) -> Any:
        """Refuse those that cannot be used, and keep each once."""
        asked = [item["CertificateArn"] for item in certificates]
        _check_certificates(self, asked)
        present = next(iter(self.describe_listeners(None, [arn]))).certificates
        return original(self, arn, [{"CertificateArn": item} for item in asked if item not in present])

    ELBV2Response.RESPONSE_KEY_PATH_TO_TRANSFORMER |= {
        f"{name}Output.Listeners.Listener.Certificates": _default_certificate
        for name in ("CreateListener", "DescribeListeners", "ModifyListener")
    }


def _default_certificate(arns: list[str]) -> list[dict[str, str]] | None:
    """Show only the default certificate: DescribeListeners."""
    return [{"CertificateArn": arn} for arn in arns[:1]] or None


def _install_priorities() -> None:
    from moto.elbv2.exceptions import PriorityInUseError
    from moto.elbv2.models import ELBv2Backend

    @wrap(ELBv2Backend, "set_rule_priorities")
    def set_rule_priorities(original: Any, self: Any, rule_priorities: list[dict[str, Any]]) -> Any:
        """Let rules change places: only the new order must be without conflicts (SetRulePriorities)."""
        rules = self.describe_rules(None, [item["RuleArn"] for item in rule_priorities])
        moved = {rule.arn for rule in rules}
        wanted = {item["Priority"] for item in rule_priorities}
        for rule in self.describe_rules(rules[0].listener_arn, None):
            if rule.arn not in moved and rule.priority in wanted:
                raise PriorityInUseError()
        for rule in rules:
            rule.priority = None
        return original(self, rule_priorities)


def _show_as_aws(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    """Show the actions of a rule as those of a listener."""
    rule = _then_note_users(original, self, *args, **kwargs)
    _complete_actions(rule.actions)
    return rule


def _then_note_users(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    done = original(self, *args, **kwargs)
    note_users(self)
    return done


def _check_protocol(settings: dict[str, Any]) -> None:
    """Refuse HTTPS without a certificate, one without HTTPS, and policies that AWS does not have."""
    from moto.elbv2.ssl_policies import SSL_POLICIES

    secure, certificate = settings["protocol"] == "HTTPS", settings.get("certificate")
    if secure and not certificate:
        raise refusal("ValidationError", "A certificate must be specified for HTTPS listeners")
    if certificate and settings["protocol"] == "HTTP":
        raise refusal("ValidationError", "A certificate cannot be specified for HTTP listeners")
    policy = settings.get("ssl_policy")
    if secure and policy and policy not in SSL_POLICIES:
        raise refusal("SSLPolicyNotFound", f"SSL policy '{policy}' not found")


def _check_certificates(backend: Any, arns: list[str | None]) -> None:
    """Refuse certificates of Certificate Manager that are of another region, not there, or not issued.

    The words are AWS's own, as users of terraform-provider-aws quote them (issues 26245 and 41789).
    """
    from moto.acm import acm_backends

    for arn in (arn for arn in arns if arn and ":acm:" in arn):
        region = arn.split(":")[3]
        if region != backend.region_name:
            raise refusal("ValidationError", f"Certificate ARN '{arn}' is not valid")
        known = acm_backends[backend.account_id][region]._certificates
        if arn not in known:
            raise refusal("CertificateNotFound", f"Certificate '{arn}' not found")
        known[arn].check()
        if known[arn].status != "ISSUED":
            needs = "must have a fully-qualified domain name, a supported signature, and a supported key size."
            raise refusal("UnsupportedCertificate", f"The certificate '{arn}' {needs}")


def _same_listener(existing: Any, settings: dict[str, Any]) -> bool:
    wanted = [{**action} for action in settings["actions"]]
    given = [getattr(action, "_given", action.data) for action in existing.default_actions]
    return (
        existing.protocol == settings["protocol"]
        and (existing.certificate or None) == (settings.get("certificate") or None)
        and given == wanted
    )


def _complete(listener: Any) -> None:
    """Show a listener as AWS does: TLS only with HTTPS, and its actions."""
    _complete_actions(listener.default_actions)
    if listener.protocol == "HTTP":
        listener.ssl_policy = None
        listener.certificate = None
        listener.certificates = []
    else:
        listener.ssl_policy = listener.ssl_policy or DEFAULT_POLICY
        listener.mutual_authentication = {"Mode": "off"}


def _complete_actions(actions: list[Any]) -> None:
    """Show actions as AWS does: a forward also as a ForwardConfig, all of a redirect."""
    for order, action in enumerate(actions, start=1):
        if not hasattr(action, "_given"):
            action._given = {**action.data}
        action.data.setdefault("Order", order)
        if action.type == "forward":
            _complete_forward(action.data)
        elif action.type == "redirect":
            _complete_redirect(action.data["RedirectConfig"])
        action.__dict__.update(action.data)


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
