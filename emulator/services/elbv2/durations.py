"""How long Elastic Load Balancing takes, in AWS's seconds; see L(emulator.durations)."""

from __future__ import annotations

from emulator.durations import Duration

LOAD_BALANCER_CREATION = Duration(180, "measured by users: public logs of terraform apply show 3m7s and 3m10s")
LOAD_BALANCER_INTERFACES = Duration(
    120,
    "measured by users: up to a minute (github.com/kubernetes-sigs/aws-load-balancer-controller/issues/208) or some "
    "minutes (github.com/hashicorp/terraform-provider-aws/issues/40) after the deletion",
)
TARGET_REGISTRATION = Duration(10, "assumed: from RegisterTargets to the first health check")
