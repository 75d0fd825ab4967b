# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import os
import pathlib
import shlex
import time
from collections.abc import Mapping
from typing import Any

from ansible import context
from ansible_collections.streamflix.content_api.plugins.module_utils import holding
from ansible_collections.streamflix.content_api.plugins.modules.stack_lock import whoever
from ansible_collections.streamflix.content_api.plugins.plugin_utils.in_process import (
    TELL_ARGUMENTS,
    InProcessAction,
    lock_file,
)

# variables with the address of the job in which a playbook runs: GitLab, Jenkins, and systems that copy them
JOB_ADDRESSES = ("CI_JOB_URL", "BUILD_URL")
GITHUB = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
# AWX sets these extra variables, the second for those who know it as Tower
AWX_JOBS = ("awx_job_id", "tower_job_id")
AWX_USERS = ("awx_user_name", "tower_user_name")


def job_of(environment: Mapping[str, str], variables: Mapping[str, Any]) -> str:
    """Return the job that runs the playbook, by its address if that is known; empty outside of a job.

    :param environment: of C(ansible-playbook).
    :param variables: the host's.
    """
    number = next((str(variables[name]) for name in AWX_JOBS if name in variables), "")
    if number:
        address = environment.get("AWX_HOST", "").rstrip("/")
        user = next((f", started by {variables[name]}" for name in AWX_USERS if name in variables), "")
        return f"{address}/#/jobs/playbook/{number}{user}" if address else f"AWX job {number}{user}"
    if all(name in environment for name in GITHUB):
        server, repository, run = (environment[name] for name in GITHUB)
        return f"{server}/{repository}/actions/runs/{run}"
    return next((environment[name] for name in JOB_ADDRESSES if environment.get(name)), "")


def owner_of(environment: Mapping[str, str], variables: Mapping[str, Any]) -> str:
    """Return who runs the playbook, and where."""
    job = job_of(environment, variables)
    return f"{whoever()} ({job})" if job else whoever()


def command(arguments: Mapping[str, Any]) -> str:
    """Return the command line of C(ansible-playbook), without variables, which may be secret.

    :param arguments: its command line, as Ansible has read it.
    """
    words = [pathlib.Path(name).name for name in arguments.get("args") or ()]
    chosen = [tag for tag in arguments.get("tags") or () if tag != "all"]
    for option, values in (("--tags", chosen), ("--skip-tags", arguments.get("skip_tags") or ())):
        words += [option, ",".join(values)] if values else []
    if arguments.get("subset"):
        words += ["--limit", arguments["subset"]]
    return shlex.join(words)


class ActionModule(InProcessAction):
    """Takes a stack's lock, and passes it on to the modules that follow, so that they renew it."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the module, and keep the lock that it has taken in Ansible's temporary directory of this run."""
        variables = {**(task_vars or {}), **TELL_ARGUMENTS}
        told = {"owner": owner_of(os.environ, variables), "what": command(context.CLIARGS)}
        self._task.args = {**told, **self._task.args}
        result = super().run(tmp, variables)
        file = lock_file(str(variables.get("inventory_hostname")))
        if self._task.args.get("state") == "absent":
            file.unlink(missing_ok=True)
        elif result.get("id"):
            now, seconds = time.time(), float(result["invocation"]["module_args"]["expires_after"])
            holding.write(file, holding.Holding(result["id"], result["name"], seconds, taken=now, renewed=now))
        return result
