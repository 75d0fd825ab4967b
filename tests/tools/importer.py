"""Build the collection and import it as Galaxy would: C(python -m tests.tools.importer)."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile

from tests.tools.tree import ROOT

# what must never reach a user through Galaxy
UNWANTED = (".venv", ".cache", "collections/ansible_collections", "playbooks/collections", ".git", ".ci", "outputs")
CONFIGURATION = """[galaxy-importer]
CHECK_REQUIRED_TAGS=True
RUN_ANSIBLE_DOC=True
RUN_ANSIBLE_LINT=False
"""


def program(name: str) -> str:
    """Return the path of a command of this virtual environment."""
    return str(pathlib.Path(sys.executable).with_name(name))


def build(directory: pathlib.Path) -> pathlib.Path:
    """Build the collection's package in a directory, and return its path."""
    command = [program("ansible-galaxy"), "collection", "build", "--output-path", str(directory)]
    subprocess.run(command, cwd=ROOT, check=True)
    return next(directory.glob("*.tar.gz"))


def main() -> int:
    """Build, look into the package, import.

    :returns: 0 when all is well.
    """
    with tempfile.TemporaryDirectory() as directory:
        output = pathlib.Path(directory)
        package = build(output)
        with tarfile.open(package) as archive:
            unwanted = [name for name in archive.getnames() if name.startswith(UNWANTED)]
        if unwanted:
            print("The package carries what it must not: " + ", ".join(unwanted[:5]), file=sys.stderr)
            return 1
        settings = output / "galaxy-importer.cfg"
        settings.write_text(CONFIGURATION)
        finished = subprocess.run(
            [sys.executable, "-m", "galaxy_importer.main", str(package)],
            cwd=directory,
            env=os.environ | {"GALAXY_IMPORTER_CONFIG": str(settings)},
            capture_output=True,
            text=True,
            check=False,
        )
    log = finished.stdout + finished.stderr
    print(log)
    return 1 if finished.returncode or "ERROR" in log else 0


if __name__ == "__main__":
    sys.exit(main())
