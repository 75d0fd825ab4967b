"""Where a module would wait for what earlier runs created, the role tells it whether there were any."""

from __future__ import annotations

import pathlib

import yaml
from ansible_collections.streamflix.content_api.plugins.plugin_utils.rehearsal import each_task

ROOT = pathlib.Path(__file__).parents[3]
COLLECTION = "streamflix.content_api"


def test_every_deployment_tells_it() -> None:
    modules = ROOT.glob("plugins/modules/*.py")
    waiting = {f"{COLLECTION}.{file.stem}" for file in modules if f"- {COLLECTION}.first_run" in file.read_text()}
    told = {}
    # the requests, and what only the service's end of the deployment creates
    for file in [path for name in ("request", "api", "ready") for path in ROOT.glob(f"roles/*/tasks/{name}.yml")]:
        for task in each_task(yaml.safe_load(file.read_text())):
            told |= {name: "first_run" in task[name] for name in waiting & task.keys()}
    assert told == dict.fromkeys(waiting, True)
