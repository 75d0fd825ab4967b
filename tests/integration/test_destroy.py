"""The end of a stack: destroy, destroy again, deploy anew, destroy.

A file of its own, as files are what workers share out: it comes last.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import account

# the region's API Gateway logging role may be used by others in the account, so destroy leaves it
KEPT = {"iam.Roles", "apigateway.account"}


def only_the_logging_role(changed: dict[str, dict[str, list[str]]]) -> bool:
    """Tell whether the API Gateway logging role is all that was added."""
    added = changed.get("iam.Roles", {"added": []})["added"]
    return set(changed) <= KEPT and len(added) <= 1 and all("api-gateway" in name for name in added)


@pytest.mark.removes_the_stack
def test_destroy_leaves_the_account_as_it_was_and_can_be_repeated(
    aws: account.Client, play: Any, empty: account.Snapshot
) -> None:
    removed = play("playbooks/destroy.yml", confirm="dev")
    assert removed.code == 0, removed.output
    assert only_the_logging_role(account.difference(empty, account.snapshot(aws)))
    again = play("playbooks/destroy.yml", confirm="dev")
    assert again.code == 0, again.output
    assert again.changed == 0, again.output

    deployed = play("site.yml")
    assert deployed.code == 0, deployed.output
    removed = play("playbooks/destroy.yml", confirm="dev")
    assert removed.code == 0, removed.output
    assert only_the_logging_role(account.difference(empty, account.snapshot(aws)))
