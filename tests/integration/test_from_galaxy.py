"""The collection where it is not a checkout, and checkouts where another copy of it is installed."""

from __future__ import annotations

import pathlib

import pytest

from tests.support import playbook

PLACE = pathlib.Path("ansible_collections", "streamflix", "content_api")


@pytest.mark.parametrize("book", ["site.yml", "playbooks/destroy.yml"])
def test_a_checkout_runs_its_own_code_beside_an_installed_copy(
    book: str, unused_endpoint: str, tmp_path: pathlib.Path
) -> None:
    installed = tmp_path / PLACE
    installed.mkdir(parents=True)
    # a copy that has nothing of what the playbook needs
    (installed / "galaxy.yml").write_text("namespace: streamflix\nname: content_api\nversion: 0.0.1\n")
    settings = {"ANSIBLE_COLLECTIONS_PATH": str(tmp_path)}
    listed = playbook.run(book, "--list-tasks", endpoint=unused_endpoint, settings=settings)
    assert listed.code == 0, listed.output
    assert "streamflix.content_api.preflight : Check" in listed.output
