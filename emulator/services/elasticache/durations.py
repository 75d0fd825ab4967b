"""How long ElastiCache takes, in AWS's seconds; see L(emulator.durations)."""

from __future__ import annotations

from emulator.durations import Duration

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
