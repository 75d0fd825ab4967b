"""The longest chain of things that AWS provisions one after the other, in AWS's seconds, by the emulator's times."""

from __future__ import annotations

from emulator.services.acm import durations as acm
from emulator.services.apigatewayv2 import durations as apigatewayv2
from emulator.services.ec2 import durations as ec2
from emulator.services.ecs import durations as ecs
from emulator.services.elasticache import durations as elasticache
from emulator.services.elbv2 import durations as elbv2
from emulator.services.rds import durations as rds

# the inventory's health check: two good answers, 30 seconds apart
HEALTH_CHECK_SECONDS = 2 * 30.0

ROLLOUT = (
    ecs.SERVICE_LOOK.seconds
    + ecs.TASK_PROVISIONING.seconds
    + ecs.TASK_PENDING.seconds
    + elbv2.TARGET_REGISTRATION.seconds
    + HEALTH_CHECK_SECONDS
    + ecs.SERVICE_LOOK.seconds
)
# The containers need the database, and the address of Redis, which AWS assigns when the group is available. Their
# images come through the NAT gateway.
DEV = ROLLOUT + max(
    elasticache.GROUP_CREATION.seconds,
    rds.CLUSTER_CREATION.seconds,
    rds.INSTANCE_CREATION.seconds,
    ec2.NAT_GATEWAY_CREATION.seconds,
    elbv2.LOAD_BALANCER_CREATION.seconds,
)
# HTTPS needs a certificate, and the service a listener; the API's link to the load balancer comes beside the service
PRIVATE = max(
    DEV,
    ROLLOUT + acm.RECORD.seconds + acm.VALIDATION.seconds + elbv2.LOAD_BALANCER_CREATION.seconds,
    elbv2.LOAD_BALANCER_CREATION.seconds + apigatewayv2.VPC_LINK_CREATION.seconds,
)
DEPLOY = {"dev": DEV, "staging": PRIVATE, "prod": PRIVATE}
# Subnets and security groups can be removed when everything in them is gone.
DESTROY = max(
    rds.INSTANCE_DELETION.seconds + rds.CLUSTER_DELETION_LOOK.seconds + rds.CLUSTER_DELETION.seconds,
    elasticache.GROUP_DELETION.seconds,
    ecs.TASK_STOPPING.seconds + ecs.TASK_DEPROVISIONING.seconds + ec2.NAT_GATEWAY_DELETION.seconds,
    elbv2.LOAD_BALANCER_INTERFACES.seconds,
)
