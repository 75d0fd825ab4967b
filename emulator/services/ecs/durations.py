"""How long ECS takes, in AWS's seconds; see L(emulator.durations)."""

from __future__ import annotations

from emulator.durations import Duration

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
