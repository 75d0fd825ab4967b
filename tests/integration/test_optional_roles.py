"""An optional role by its tag alone, on an account that has nothing yet: what the first steps of a user do."""

from __future__ import annotations

import pathlib

from tests.support import account, playbook, server


def test_the_repository_is_there_before_all_else(tmp_path: pathlib.Path) -> None:
    with server.running() as endpoint:
        aws = server.clients(endpoint)
        before = account.snapshot(aws)
        how = {"endpoint": endpoint, "inventory": "inventories/prod", "outputs_directory": str(tmp_path)}
        made = playbook.run("site.yml", "--tags", "ecr", **how)
        assert made.code == 0, made.output
        added = account.difference(before, account.snapshot(aws))
        assert added.keys() == {"ecr.repositories"}
        assert [name.rpartition("/")[2] for name in added["ecr.repositories"]["added"]] == ["content-api-prod"]
        again = playbook.run("site.yml", "--tags", "ecr", **how)
        assert (again.code, again.changes) == (0, []), again.output
