"""How long AWS takes, in its seconds: the emulator's clock lets them pass as fast as C(--timescale) says.

AWS documents few of these times. "Measured by users" is what public logs of C(terraform apply) and C(destroy) show,
rounded; "assumed" is a plausible value for what nobody publishes.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Duration:
    """A time, and where it is from."""

    seconds: float
    source: str


AT_ONCE = Duration(0, "the reply comes when it is done")

# --- RDS

CLUSTER_CREATION = Duration(
    90, "measured by users: 64 s (github.com/hashicorp/terraform-provider-aws/issues/28546) to 2 minutes"
)
CLUSTER_CHANGE = Duration(60, "assumed, for capacity and backup settings")
CLUSTER_UPGRADE = Duration(
    900, "assumed; Aurora User Guide, Upgrading PostgreSQL DB clusters: an upgrade takes from minutes to hours"
)
CLUSTER_DELETION = Duration(
    63, "measured by users: 1m3s after the last instance (github.com/tungbq/aws-lab-with-terraform/issues/100)"
)
CLUSTER_DELETION_LOOK = Duration(10, "assumed: how soon a deleting cluster notices that its last instance is gone")
INSTANCE_CREATION = Duration(
    480, "measured by users: a public log of terraform apply shows 6m21s, others up to 10 minutes"
)
INSTANCE_CHANGE = Duration(60, "assumed, for settings that need no restart")
INSTANCE_DELETION = Duration(
    600,
    "measured by users: nearly 10 minutes (github.com/terraform-aws-modules/terraform-aws-rds-aurora/pull/506), "
    "11m47s (github.com/tungbq/aws-lab-with-terraform/issues/100)",
)
DATABASE_CHANGE_SEEN = Duration(
    10, "measured by users: the status is still available for some seconds (github.com/ansible/ansible/issues/19751)"
)

# --- ElastiCache

GROUP_CREATION = Duration(
    540, "measured by users: 6m35s for one node (github.com/hashicorp/terraform/pull/8275), longer for several"
)
GROUP_CHANGE = Duration(90, "assumed for settings that restart no node, such as the snapshot window")
GROUP_SCALING = Duration(480, "assumed: about as long as a creation, for another node type, version or number of nodes")
NODE_DELETION = Duration(60, "assumed: how long a node that has left its group is still listed")
GROUP_DELETION = Duration(300, "assumed: about half of a creation")
GROUP_TAGGING = Duration(
    30, "measured by users: modifying for a while (github.com/hashicorp/terraform-provider-aws/pull/40320)"
)
GROUP_CHANGE_SEEN = Duration(
    5, "measured by users: still available at first (github.com/hashicorp/terraform-provider-aws/pull/40320)"
)

# --- EC2

NAT_GATEWAY_CREATION = Duration(110, "measured by users: public logs of terraform apply show 84 to 121 s")
NAT_GATEWAY_DELETION = Duration(60, "measured by users: public logs of terraform destroy show 42 to 61 s")
ENDPOINT_DELETION = Duration(
    120, "assumed: AWS PrivateLink Guide, Delete an interface endpoint, says that its network interfaces go, not when"
)
NAT_GATEWAY_LISTED = Duration(3600, "VPC User Guide, Delete a NAT gateway: it stays listed for about an hour")

# --- Elastic Load Balancing

LOAD_BALANCER_CREATION = Duration(180, "measured by users: public logs of terraform apply show 3m7s and 3m10s")
LOAD_BALANCER_INTERFACES = Duration(
    120,
    "measured by users: up to a minute (github.com/kubernetes-sigs/aws-load-balancer-controller/issues/208) or some "
    "minutes (github.com/hashicorp/terraform-provider-aws/issues/40) after the deletion",
)
TARGET_REGISTRATION = Duration(10, "assumed: from RegisterTargets to the first health check")

# --- ECS

TASK_PROVISIONING = Duration(
    15, "assumed; ECS Developer Guide, Task lifecycle: before the start, such as the network interface"
)
TASK_PENDING = Duration(20, "assumed: the image is pulled and the containers start")
TASK_STOPPING = Duration(
    30, "ECS Developer Guide, task definition parameters: stopTimeout is 30 seconds unless it is set"
)
TASK_DEPROVISIONING = Duration(15, "assumed: Fargate takes the network interface away (state DEPROVISIONING)")
TASK_FAILURE = Duration(60, "assumed: from the start of a container to the failed health checks that stop it")
SERVICE_LOOK = Duration(5, "assumed: how soon the service scheduler acts on what has changed")
