"""A process that runs stock modules, one after the other, with the collections of its own interpreter.

It says which releases these are, then reads a line of JSON for each run (C(module), C(arguments), C(check), C(lose))
and answers with one: what the module returned. It needs nothing of this project, so that another interpreter with other
releases can run it as a file.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.metadata
import io
import json
import pathlib
import sys
import time
import traceback
from collections.abc import Iterator
from typing import Any

from ansible.module_utils.testing import patch_module_args
from ansible.plugins.loader import init_plugin_loader
from botocore.endpoint import Endpoint
from botocore.exceptions import ConnectionClosedError

READS = ("Describe", "Get", "List", "Head", "BatchGet", "Search", "Test")
# modules that wait for something sleep between two looks; here it is there at once
LONGEST_PAUSE_SECONDS = 0.02


@contextlib.contextmanager
def lost_reply(lose: bool) -> Iterator[None]:
    """Lose the reply of the first request that writes, which AWS carries out all the same."""
    send = Endpoint._do_get_response
    lost: list[str] = []

    def answer(self: Endpoint, request: Any, operation_model: Any, context: Any) -> Any:
        answered = send(self, request, operation_model, context)
        if lost or operation_model.name.startswith(READS):
            return answered
        lost.append(operation_model.name)
        return None, ConnectionClosedError(endpoint_url=request.url)

    if lose:
        Endpoint._do_get_response = answer
    try:
        yield
    finally:
        Endpoint._do_get_response = send


def run(module: str, arguments: dict[str, Any], check: bool, lose: bool) -> dict[str, Any]:
    """Run a module and return what it printed; C(failed) and C(msg) when it raised an error."""
    namespace, collection, name = module.split(".")
    code = importlib.import_module(f"ansible_collections.{namespace}.{collection}.plugins.modules.{name}")
    printed = io.StringIO()
    given = {**arguments, "_ansible_check_mode": check, "_ansible_diff": True}
    try:
        with patch_module_args(given), lost_reply(lose), contextlib.redirect_stdout(printed):
            code.main()
    except SystemExit:
        lines = [line for line in printed.getvalue().splitlines() if line.startswith("{")]
        return dict(json.loads(lines[-1]))
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        return {"failed": True, "msg": f"{type(error).__name__}: {error} ({where.name})"}
    return {"failed": True, "msg": "ended without a result"}


def releases() -> dict[str, str]:
    """Return the releases of the collections that this interpreter finds, and of ansible-core."""
    found = {"ansible-core": importlib.metadata.version("ansible-core")}
    for name in ("amazon.aws", "community.aws"):
        package = importlib.import_module(f"ansible_collections.{name}")
        text = pathlib.Path(package.__path__[0], "MANIFEST.json").read_text(encoding="utf-8")
        found[name] = json.loads(text)["collection_info"]["version"]
    return found


def main() -> None:
    """Say which releases run, and answer until the input ends."""
    sleep = time.sleep
    time.sleep = lambda seconds: sleep(min(seconds, LONGEST_PAUSE_SECONDS))
    init_plugin_loader([])
    output = sys.stdout
    sys.stdout = sys.stderr
    print(json.dumps(releases()), file=output, flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(run(**asked), default=str), file=output, flush=True)


if __name__ == "__main__":
    main()
