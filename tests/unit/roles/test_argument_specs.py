"""What Ansible does with the argument specs of the roles before it compares anything with them."""

from __future__ import annotations

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.streamflix.content_api.plugins.plugin_utils import rehearsal

ROLES = sorted(role.name for role in rehearsal.ROLES.iterdir())


@pytest.mark.parametrize("role", ROLES)
def test_a_role_alone_needs_nothing_of_other_tiers_for_its_spec(role: str) -> None:
    # ansible-core makes out each default of a spec, also of a variable that is given
    own: dict[str, object] = {"environment_suffix": "dev"}
    for kind in ("defaults", "vars"):
        file = rehearsal.ROLES / role / kind / "main.yml"
        own.update(rehearsal.read(file) if file.exists() else {})
    templar = Templar(DataLoader(), own)
    for point in rehearsal.read(rehearsal.ROLES / role / "meta" / "argument_specs.yml")["argument_specs"].values():
        for name, option in point["options"].items():
            assert templar.template({name: option.get("default")})
