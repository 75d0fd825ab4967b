"""Scaling policies and scheduled actions: what AWS refuses, and the alarms of target tracking.

Application Auto Scaling API Reference, PutScalingPolicy, PutScheduledAction and their removals.
"""

from __future__ import annotations

import uuid
from typing import Any

from emulator.backends import backend_of
from emulator.patching import wrap
from emulator.services.application_autoscaling.scalable_targets import must_exist, refuse

TRACKING = "TargetTrackingScaling"
PER_TARGET = "ALBRequestCountPerTarget"
MOST_POLICIES = 50  # of a scalable target, Application Auto Scaling User Guide, "Quotas"
# how many minutes beyond the target call for more, and for less: AWS's own alarms
HIGH, LOW = ("AlarmHigh", "GreaterThanThreshold", 3, 1.0), ("AlarmLow", "LessThanThreshold", 15, 0.9)


def _check_tracking(configuration: dict[str, Any]) -> None:
    """Refuse a metric that is not told, or told twice, and one of requests without its target group."""
    predefined = configuration.get("PredefinedMetricSpecification")
    customized = configuration.get("CustomizedMetricSpecification")
    if bool(predefined) == bool(customized):
        refuse("Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be specified")
    if predefined and predefined["PredefinedMetricType"] == PER_TARGET and not predefined.get("ResourceLabel"):
        refuse(f"Resource label must be specified for predefined metric {PER_TARGET}")
    if predefined and predefined["PredefinedMetricType"] != PER_TARGET and predefined.get("ResourceLabel"):
        refuse(f"Resource label is not allowed for predefined metric {predefined['PredefinedMetricType']}")
    returned = [query for query in (customized or {}).get("Metrics", []) if query.get("ReturnData", True)]
    if (customized or {}).get("Metrics") and len(returned) != 1:
        refuse("Exactly one of the metric data queries must return data")


def _check_policy(known: Any, others: int, policy_type: str | None, body: dict[str, Any]) -> None:
    """Refuse what AWS refuses in a policy.

    :param known: the policy of this name, if there is one.
    :param others: how many its scalable target has.
    """
    if known is None and others >= MOST_POLICIES:
        refuse("Too many scaling policies for this scalable target", "LimitExceededException")
    if known is not None and policy_type not in (None, known.policy_type):
        refuse("Policy type cannot be changed")
    if body and (policy_type or known.policy_type) == TRACKING:
        _check_tracking(body)


def _track(backend: Any, policy: Any) -> None:
    """Make the two alarms of a policy that tracks a target, with names and descriptions as AWS gives them."""
    cloudwatch = backend_of("cloudwatch", backend.region_name)
    configuration = policy.target_tracking_scaling_policy_configuration
    metric = configuration.get("PredefinedMetricSpecification", {}).get("PredefinedMetricType", "Metric")
    action = f"{policy.policy_arn}:createdBy/{uuid.uuid4()}"
    kinds = (HIGH,) if configuration.get("DisableScaleIn") else (HIGH, LOW)
    for name, comparison, minutes, share in kinds:
        alarm = cloudwatch.put_metric_alarm(
            name=f"TargetTracking-{policy.resource_id}-{name}-{uuid.uuid4()}",
            namespace=f"AWS/{policy.service_namespace.upper()}",
            metric_name=metric,
            metric_data_queries=[],
            comparison_operator=comparison,
            evaluation_periods=minutes,
            period=60,
            threshold=configuration["TargetValue"] * share,
            statistic="Average",
            description=f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {action}.",
            dimensions=[],
            alarm_actions=[action],
        )
        policy.alarms.append(alarm)


def _install_policies(backend: Any, policies: Any) -> None:
    @wrap(backend, "put_scaling_policy")
    def put_scaling_policy(
        original: Any,
        self: Any,
        policy_name: str,
        service_namespace: str,
        resource_id: str,
        scalable_dimension: str,
        policy_body: dict[str, Any],
        policy_type: str | None,
    ) -> Any:
        """Refuse what AWS refuses; one that is there keeps its ARN, and its alarms are made anew."""
        which = (service_namespace, resource_id, scalable_dimension)
        must_exist(self, *which)
        known = self.policies.get(policies.formulate_key(*which, policy_name))
        others = sum(policy.resource_id == resource_id for policy in self.policies.values())
        _check_policy(known, others, policy_type, policy_body)
        if known is not None:
            known.delete_alarms(self.account_id, self.region_name)
        policy = original(self, policy_name, *which, policy_body, policy_type)
        policy.policy_arn = policy.policy_arn if known is None else known.policy_arn
        if policy.policy_type == TRACKING:
            _track(self, policy)
        return policy

    @wrap(policies, "create_alarms")
    def create_alarms(original: Any, self: Any) -> None:
        """Make none here: moto has no alarms for most namespaces, and takes their thresholds from nowhere."""

    @wrap(backend, "delete_scaling_policy")
    def delete_scaling_policy(original: Any, self: Any, policy_name: str, *which: str, **named: str) -> None:
        """Say that there is none by the code that AWS has for it."""
        key = policies.formulate_key(
            named["service_namespace"], named["resource_id"], named["scalable_dimension"], policy_name
        )
        if key not in self.policies:
            refuse(f"No scaling policy found: {policy_name}", "ObjectNotFoundException")
        original(self, policy_name, *which, **named)


def _install_actions(backend: Any) -> None:
    @wrap(backend, "put_scheduled_action")
    def put_scheduled_action(original: Any, self: Any, **given: Any) -> None:
        """Refuse what AWS refuses."""
        must_exist(self, given["service_namespace"], given["resource_id"], given["scalable_dimension"])
        bounds = given["scalable_target_action"] or {}
        smallest, largest = bounds.get("MinCapacity"), bounds.get("MaxCapacity")
        if smallest is None and largest is None:
            refuse("At least one of minimum capacity and maximum capacity should be provided")
        if smallest is not None and largest is not None and smallest > largest:
            refuse("Maximum capacity cannot be less than minimum capacity")
        original(self, **given)

    @wrap(backend, "delete_scheduled_action")
    def delete_scheduled_action(original: Any, self: Any, **given: str) -> None:
        """Say that there is none, as AWS does."""
        before = len(self.scheduled_actions)
        original(self, **given)
        if len(self.scheduled_actions) == before:
            refuse(f"No scheduled action found: {given['scheduled_action_name']}", "ObjectNotFoundException")


def install() -> None:
    """Put the additions into moto."""
    from moto.applicationautoscaling.models import ApplicationAutoscalingBackend, FakeApplicationAutoscalingPolicy

    _install_policies(ApplicationAutoscalingBackend, FakeApplicationAutoscalingPolicy)
    _install_actions(ApplicationAutoscalingBackend)
