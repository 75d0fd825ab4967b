"""The longest chain of what AWS provisions one after the other, in AWS's seconds, by the emulator's times."""

from __future__ import annotations

from emulator import durations

# the inventory's health check: so many good answers, so far apart
HEALTH_CHECK_SECONDS = 2 * 30.0

ROLLOUT = (
    durations.SERVICE_LOOK.seconds
    + durations.TASK_PROVISIONING.seconds
    + durations.TASK_PENDING.seconds
    + durations.TARGET_REGISTRATION.seconds
    + HEALTH_CHECK_SECONDS
    + durations.SERVICE_LOOK.seconds
)
# The containers get the address of Redis, which there is when the group is available, and need the database. Their
# images come through the NAT gateway.
DEPLOY = ROLLOUT + max(
    durations.GROUP_CREATION.seconds,
    durations.CLUSTER_CREATION.seconds,
    durations.INSTANCE_CREATION.seconds,
    durations.NAT_GATEWAY_CREATION.seconds,
    durations.LOAD_BALANCER_CREATION.seconds,
)
# Subnets and security groups can go when all that is in them is gone.
DESTROY = max(
    durations.INSTANCE_DELETION.seconds + durations.CLUSTER_DELETION_LOOK.seconds + durations.CLUSTER_DELETION.seconds,
    durations.GROUP_DELETION.seconds,
    durations.TASK_STOPPING.seconds + durations.TASK_DEPROVISIONING.seconds + durations.NAT_GATEWAY_DELETION.seconds,
    durations.LOAD_BALANCER_INTERFACES.seconds,
)
