"""The collection as Galaxy's users have it: its package, installed, and a folder with what the README says."""

from __future__ import annotations

import pathlib
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import yaml

from emulator.modes import Modes
from tests.support import account, playbook, server
from tests.tools import importer

PLACE = pathlib.Path("ansible_collections", "streamflix", "content_api")
TIMEOUT_SECONDS = 120
# of a run's output: where the outputs are handed to workflows
SHOW_STATISTICS = {"ANSIBLE_SHOW_CUSTOM_STATS": "true"}


def blocks(language: str) -> list[str]:
    """Return the code of a language that the README shows in its section for users of the package."""
    readme = (playbook.ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.partition("\n## From Galaxy\n")[2].partition("\n## ")[0]
    return re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)


@dataclass(frozen=True)
class Project:
    """A user's folder, with the collection installed elsewhere.

    :ivar folder: where commands run.
    :ivar collections: where the collection is installed.
    """

    folder: pathlib.Path
    collections: pathlib.Path
    endpoint: str

    @property
    def environment(self) -> dict[str, str]:
        """All that commands know of the machine."""
        return {
            "PATH": f"{pathlib.Path(sys.executable).parent}:/usr/bin:/bin",
            "HOME": str(self.folder / "home"),
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_COLLECTIONS_PATH": str(self.collections),
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def run(self, command: str, **settings: str) -> playbook.Run:
        """Run a command to its end.

        :param settings: further environment variables.
        """
        finished = subprocess.run(
            shlex.split(command),
            cwd=self.folder,
            env={**self.environment, **settings},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        return playbook.Run(finished.returncode, finished.stdout, playbook.recap(finished.stdout))

    def installed_files(self) -> dict[str, int]:
        """Return the installed files, with when each was written; not what Python keeps of them."""
        found = (self.collections / PLACE).rglob("*.*")
        return {str(file): file.stat().st_mtime_ns for file in found if file.suffix != ".pyc"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Give a user's folder as the README has it, and an empty account."""
    folder, collections = tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("collections")
    package = importer.build(tmp_path_factory.mktemp("package"))
    (folder / "home").mkdir()
    (folder / "stacks.yml").write_text(blocks("yaml")[0])
    (folder / "ansible.cfg").write_text(blocks("ini")[0])
    with server.running(Modes(rules=True, validate=True)) as endpoint:
        made = Project(folder, collections, endpoint)
        done = made.run(f"ansible-galaxy collection install {package} -p {collections} --offline")
        assert done.code == 0, done.output
        yield made


def test_the_readme_is_a_life_of_a_stack(project: Project) -> None:
    aws = server.clients(project.endpoint)
    empty, installed = account.snapshot(aws), project.installed_files()
    preview, deploy, drift, destroy = (line for line in blocks("sh")[-1].splitlines() if line)

    previewed = project.run(preview)
    assert previewed.code == 0, previewed.output
    assert account.snapshot(aws) == empty
    assert not (project.folder / "outputs").exists()

    deployed = project.run(deploy, **SHOW_STATISTICS)
    assert deployed.code == 0, deployed.output
    outputs = yaml.safe_load((project.folder / "outputs" / "dev.json").read_text())
    assert [vpc["VpcId"] for vpc in aws("ec2").describe_vpcs()["Vpcs"] if not vpc["IsDefault"]] == [outputs["vpc_id"]]
    statistics = deployed.output.partition("CUSTOM STATS")[2]
    assert re.search(r"stack_outputs\W+dev\W", statistics)
    assert all(str(value) in statistics for value in outputs.values())

    again = project.run(deploy)
    assert (again.code, again.changed) == (0, 0), again.output
    compared = project.run(drift)
    assert compared.code == 0, compared.output
    aws("logs").put_retention_policy(logGroupName="/ecs/streamflix-api-dev", retentionInDays=90)
    drifted = project.run(drift)
    assert drifted.code == 2, drifted.output
    assert "AWS::Logs::LogGroup /ecs/streamflix-api-dev" in drifted.output

    destroyed = project.run(destroy)
    assert destroyed.code == 0, destroyed.output
    left = account.difference(empty, account.snapshot(aws))
    # the logging role is the account's
    assert left.keys() == {"iam.Roles", "apigateway.account"}, left
    assert project.installed_files() == installed


def test_outputs_that_cannot_be_written_stop_a_preview(project: Project) -> None:
    preview = blocks("sh")[-1].splitlines()[0]
    stopped = project.run(f"{preview} -e outputs_directory=ansible.cfg")
    assert (stopped.code, stopped.stats["dev"]["ok"]) == (2, 0), stopped.output
    assert "ansible.cfg/dev.json cannot be written" in stopped.output


@pytest.mark.parametrize("book", ["site", "verify", "destroy", "release"])
def test_all_that_an_inventory_lacks_is_told_at_once(project: Project, book: str) -> None:
    (project.folder / "bare.yml").write_text("stacks: {hosts: {dev: }}\n")
    stopped = project.run(f"ansible-playbook streamflix.content_api.{book} -i bare.yml -e confirm=dev")
    assert (stopped.code, stopped.stats["dev"]["failed"]) == (2, 1), stopped.output
    message = " ".join(stopped.output.split())
    assert "Not set: aws_account_id (the AWS account of the stack, 12 digits), environment_suffix (" in message


def test_an_execution_environment_gets_ranges(project: Project) -> None:
    found = project.run(f"ansible-builder introspect {project.collections}")
    assert found.code == 0, found.output
    lines = yaml.safe_load(found.output)["python"]
    assert {re.split(r"[<>=]", line)[0] for line in lines} == {"boto3", "botocore"}
    assert not any("==" in line for line in lines)

    (project.folder / "execution-environment.yml").write_text(blocks("yaml")[1])
    made = project.run("ansible-builder create")
    assert made.code == 0, made.output


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
