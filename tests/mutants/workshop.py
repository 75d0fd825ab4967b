"""A place for mutmut to work in: the collection as it is imported, beside the tests."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
from collections.abc import Iterable

from mutmut.configuration import reset_config
from mutmut.mutation.file_mutation import MutatedFile, mutate_file_contents
from mutmut.stats import status_by_exit_code

from tests.mutants.modules import PLUGINS, ROOT, counts_whole, in_plan, its_tests

# mutmut identifies a fault by the name of its module, so the code must lie where the import finds it
COLLECTION = pathlib.Path("src", "ansible_collections", "streamflix", "content_api")
# what mutmut copies by itself, and what must not be seen from within
LEFT_OUT = {"tests", "plugins", "collections", "pyproject.toml"}
# mutmut's words for a fault that no test found
MISSED = ("survived", "no tests")


class Workshop:
    """Where faults are put into one file.

    :ivar module: the file, from the collection's C(plugins).
    :ivar plans_only: whether only the functions that plan get faults, where the others need not reach the wanted rate.
    """

    def __init__(self, module: pathlib.Path, home: pathlib.Path, plans_only: bool) -> None:
        self.module = module
        self._plans_only = plans_only and not counts_whole(module)
        self._directory = home / "-".join(module.with_suffix("").parts)
        self._log = home / f"{self._directory.name}.log"
        self._results = home / f"{self._directory.name}.json"

    @property
    def _file(self) -> pathlib.Path:
        return COLLECTION / "plugins" / self.module

    def run(self, step: int, again: bool, jobs: int) -> dict[str, bool]:
        """Put in one fault after the other, and let the tests run.

        :param step: try only each so many of the faults.
        :param again: try only what no test found in the last run, of the same code; the others count as they did.
        :param jobs: how many tests run at once.
        :returns: whether a test found it, by mutmut's name of the fault.
        :raises subprocess.CalledProcessError: mutmut failed, or the tests fail without any fault.
        """
        self._set_up()
        known = self._names()
        before = {name: found for name, found in self._kept().items() if name in known} if again else {}
        missed = [name for name, found in before.items() if not found]
        names = missed or ([] if before else known[::step])
        # without any name mutmut would try all
        if names:
            self._mutmut(names, jobs)
        found = before | self._found()
        self._results.write_text(json.dumps(found), encoding="utf-8")
        return found

    def _set_up(self) -> None:
        """Lay out the collection and the tests as they are now, without any result of before."""
        if self._directory.exists():
            shutil.rmtree(self._directory)
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(PLUGINS, self._directory / COLLECTION / "plugins", ignore=ignored)
        (self._directory / "tests").symlink_to(ROOT / "tests")
        self._configure()
        mutated = self._directory / "mutants"
        mutated.mkdir()
        for entry in ROOT.iterdir():
            if entry.name not in LEFT_OUT and not entry.name.startswith("."):
                (mutated / entry.name).symlink_to(entry)
        (mutated / "collections").symlink_to("src")
        (mutated / "plugins").symlink_to(COLLECTION / "plugins")
        (mutated / COLLECTION).mkdir(parents=True)
        (mutated / COLLECTION / "meta").symlink_to(ROOT / "meta")

    def _configure(self) -> None:
        settings = {
            "source_paths": ["src"],
            "only_mutate": [str(self._file)],
            "pytest_add_cli_args_test_selection": [str(file) for file in its_tests(self.module)],
            # unraisableexception collects all garbage at the end, which takes longer than most tests
            "pytest_add_cli_args": ["-p", "no:cacheprovider", "-p", "no:unraisableexception"],
            "use_git_change_detection": False,
            # of the clock, and the machine may have other things to do
            "timeout_constant": 20.0,
            "timeout_multiplier": 3.0,
            # each run of the tests begins in a process in which none has run before
            "process_isolation": "forkserver",
        }
        # the values are texts, numbers, and lists of texts, which TOML writes as JSON does
        lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
        project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
        text = "\n".join([project, "[tool.mutmut]", *lines, ""])
        (self._directory / "pyproject.toml").write_text(text, encoding="utf-8")

    def _names(self) -> list[str]:
        """Return the names of the faults that mutmut makes of the file."""
        names = [".".join([*self._file.with_suffix("").parts[1:], name]) for name in self._mutated().mutant_names]
        return [name for name in names if in_plan(name)] if self._plans_only else names

    def _mutmut(self, names: Iterable[str], jobs: int) -> None:
        command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(jobs), *names]
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        with self._log.open("w", encoding="utf-8") as log:
            subprocess.run(
                command, cwd=self._directory, stdout=log, stderr=subprocess.STDOUT, check=True, env=environment
            )

    def _kept(self) -> dict[str, bool]:
        """Return what the last runs have found."""
        return json.loads(self._results.read_text(encoding="utf-8")) if self._results.exists() else {}

    def _found(self) -> dict[str, bool]:
        meta = self._directory / "mutants" / self._file.with_suffix(".py.meta")
        codes = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"] if meta.exists() else {}
        return {name: status_by_exit_code[code] not in MISSED for name, code in codes.items() if code is not None}

    def code(self) -> str:
        """Return the file with all faults in it."""
        return self._mutated().code

    def _mutated(self) -> MutatedFile:
        code = (PLUGINS / self.module).read_text(encoding="utf-8")
        with contextlib.chdir(self._directory):
            reset_config()
            return mutate_file_contents(str(self._file), code)
