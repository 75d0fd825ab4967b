"""How long reads of ECS miss what is new."""

from __future__ import annotations

from emulator.eventual import Lag

SOURCE = "Amazon ECS API Reference, RunTask: the API follows an eventual consistency model"
LAGS = (
    Lag(
        "ecs",
        "CreateCluster",
        "clusters",
        3.0,
        SOURCE,
        1.0,
        ("ClusterNotFoundException", "Cluster not found."),
        "name",
        ("cluster",),
    ),
    Lag("ecs", "CreateService", "services", 3.0, SOURCE),
)
# What refuses an IAM role while it is new. The texts are those that users report, as RegisterTaskDefinition's in
# terraform-aws-modules/terraform-aws-ecs.
ROLE_USERS = {
    "RegisterTaskDefinition": ("ClientException", "Role is not valid"),
    "CreateService": (
        "InvalidParameterException",
        "Unable to assume role and validate the specified targetGroupArn. Please verify that the ECS service role "
        "being passed has the proper permissions.",
    ),
}
