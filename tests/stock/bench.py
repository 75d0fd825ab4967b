"""Where stock modules run: an emulated account, its journal, and the worker that runs them."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import re
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

import jmespath
from botocore.exceptions import ClientError

from emulator import journal
from emulator.modes import Modes
from tests.stock.cases import Call, filled
from tests.support import server

WORKER = pathlib.Path(__file__).with_name("worker.py")
GONE = re.compile(r"NotFound|NoSuch|NonExist|Nonexist|DoesNotExist|Unknown")


@dataclass(frozen=True)
class Ran:
    """What became of one run of a module.

    :ivar result: what it returned.
    :ivar writes: what it asked AWS to change, such as C(CreateTopic).
    """

    result: Mapping[str, Any]
    writes: tuple[str, ...]

    @property
    def trouble(self) -> str:
        """Why it cannot count as a run; empty when it can."""
        if self.result.get("skipped"):
            return "skipped: no check mode"
        return f"failed: {self.result.get('msg')}" if self.result.get("failed") else ""

    @property
    def changed(self) -> bool:
        """Whether it says that something changed."""
        return bool(self.result.get("changed"))


class Bench:
    """An account in which stock modules run.

    :ivar releases: of ansible-core and of the collections.
    """

    def __init__(self, url: str, file: pathlib.Path, worker: tuple[IO[str], IO[str]]) -> None:
        self._url = url
        self._clients = server.clients(url)
        self._journal = file
        self._asked, self._answers = worker
        self.releases: Mapping[str, str] = json.loads(self._answers.readline())

    def run(self, module: str, arguments: Mapping[str, Any], check: bool = False, lose: bool = False) -> Ran:
        """Run a module.

        :param lose: lose the reply of its first request that writes.
        """
        before = len(journal.load(self._journal))
        json.dump({"module": module, "arguments": arguments, "check": check, "lose": lose}, self._asked)
        print(file=self._asked, flush=True)
        result = json.loads(self._answers.readline())
        sent = list(journal.load(self._journal))[before:]
        return Ran(result, tuple(entry.operation for entry in sent if entry.writes and entry.succeeded))

    def read(self, call: Call, names: Mapping[str, str]) -> Any:
        """Return what AWS says of a resource; None when there is none."""
        try:
            reply = getattr(self._clients(call.client), call.operation)(**filled(call.parameters, names))
        except ClientError as error:
            if GONE.search(error.response["Error"]["Code"]):
                return None
            raise
        return jmespath.search(call.path, reply) or None

    def prepare(self, given: Mapping[str, Call]) -> dict[str, str]:
        """Empty the account, make what has to be there before, and return it by name."""
        urllib.request.urlopen(urllib.request.Request(f"{self._url}/moto-api/reset", method="POST")).close()
        names: dict[str, str] = {}
        for name, call in given.items():
            names[name] = self.read(call, names)
        return names


@contextlib.contextmanager
def running(python: str) -> Iterator[Bench]:
    """Give an empty account.

    :param python: the interpreter of the worker.
    """
    with tempfile.TemporaryDirectory() as home:
        file = pathlib.Path(home, "journal.jsonl")
        with server.running(Modes(rules=True, journal=file)) as url:
            environment = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "ANSIBLE_"))}
            environment |= {
                "AWS_ENDPOINT_URL": url,
                "AWS_REGION": server.REGION,
                "AWS_DEFAULT_REGION": server.REGION,
                "AWS_ACCESS_KEY_ID": "testing",
                "AWS_SECRET_ACCESS_KEY": "testing",
                "AWS_EC2_METADATA_DISABLED": "true",
                "HOME": home,
            }
            with subprocess.Popen(
                [os.path.abspath(python), str(WORKER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=environment,
                cwd=home,
            ) as worker:
                assert worker.stdin is not None
                assert worker.stdout is not None
                yield Bench(url, file, (worker.stdin, worker.stdout))
                worker.stdin.close()
