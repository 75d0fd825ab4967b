"""Two hosts of one inventory with the same names stop before anything is sent, also when only one of them is run."""

from __future__ import annotations

import pathlib

import pytest
import yaml

from tests.support import playbook

HOSTS = {
    "dev": {"environment_suffix": "dev"},
    "blue": {"environment_suffix": "blue", "aurora_cluster_identifier": "streamflix-aurora-dev"},
    "green": {"environment_suffix": "{{ no_such_variable }}"},
}
SAID = (
    "of the inventory would have the same in account 123456789012, region eu-west-1: aurora_cluster_identifier "
    "'streamflix-aurora-dev'. Nothing was touched."
)


@pytest.fixture
def inventory(tmp_path: pathlib.Path) -> str:
    """Give dev's inventory with two more hosts; what dev's own names are made of is its variables."""
    ours = playbook.ROOT / "inventories" / "dev" / "group_vars" / "all"
    for file in ours.glob("*.yml"):
        variables = yaml.safe_load(file.read_text())
        # a host's own come before
        variables.pop("environment_suffix", None)
        target = tmp_path / "group_vars" / "all" / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(yaml.safe_dump(variables))
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump({"stacks": {"hosts": HOSTS}}))
    return str(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "stopped"),
    [
        (("site.yml",), ("dev", "blue")),
        (("site.yml", "--limit", "dev"), ("dev",)),
        (("playbooks/destroy.yml", "--limit", "blue", "-e", "confirm=blue"), ("blue",)),
        (("playbooks/release.yml", "--limit", "blue", "-e", "confirm=blue"), ("blue",)),
    ],
)
def test_hosts_with_the_same_names_stop_at_once(
    inventory: str, unused_endpoint: str, arguments: tuple[str, ...], stopped: tuple[str, ...]
) -> None:
    run = playbook.run(*arguments, endpoint=unused_endpoint, inventory=inventory)
    assert run.code != 0
    told = [item["message"] for item in run.failures if SAID in item["message"]]
    assert len(told) == len(stopped), run.output
    for host, text in zip(sorted(stopped), sorted(told), strict=True):
        other = {"dev": "blue", "blue": "dev"}[host]
        assert text.startswith(f"Hosts {host}, {other} ")
    assert not any("Could not connect" in item["message"] for item in run.failures), run.output
