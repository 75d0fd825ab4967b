"""What the callback knows of a play before its tasks run."""

from __future__ import annotations

from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play import Play
from ansible.vars.manager import VariableManager
from ansible_collections.streamflix.content_api.plugins.callback.recap import modules_of

OURS = "streamflix.content_api"


def test_finds_the_modules_of_a_play_in_their_order() -> None:
    play = {
        "hosts": "stacks",
        "gather_facts": False,
        "pre_tasks": [{f"{OURS}.stack_preflight": {}}],
        "tasks": [
            {
                "block": [{f"{OURS}.ec2_vpc": {"name": "v"}}, {"block": [{f"{OURS}.ec2_subnets": {}}]}],
                "rescue": [{"ansible.builtin.debug": {"msg": "no"}}],
                "always": [{f"{OURS}.iam_role": {"name": "r"}}],
            },
            {"collections": [OURS], "ecs_cluster": {"name": "c"}},
            {"ansible.builtin.include_tasks": "more.yml"},
        ],
    }
    loader = DataLoader()
    loaded = Play.load(play, variable_manager=VariableManager(loader=loader), loader=loader)
    assert list(modules_of(loaded.get_tasks())) == [
        "stack_preflight",
        "ec2_vpc",
        "ec2_subnets",
        "iam_role",
        "ecs_cluster",
    ]
