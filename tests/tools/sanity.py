"""Run ansible-test sanity on a plain copy of the checkout: C(python -m tests.tools.sanity)."""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys

import ansible_test

from tests.tools.tree import ROOT, plain_copy

# its virtual environments are kept here between runs
HOME = ROOT / ".cache" / "ansible-test"
# ansible-test downloads a pip installer, unless its cache holds one. Python carries its own, which needs no network.
BOOTSTRAP = """import subprocess, sys
arguments = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
subprocess.check_call([sys.executable, "-m", "ensurepip", "--default-pip"])
subprocess.check_call([sys.executable, "-m", "pip", "install", *arguments])
"""


def bootstrap_path() -> pathlib.Path:
    """Return where the installed ansible-test looks for its pip installer."""
    source = pathlib.Path(ansible_test.__path__[0]) / "_internal" / "python_requirements.py"
    version = re.search(r"pip='([0-9.]+)'", source.read_text())
    if version is None:
        raise SystemExit(f"{source} does not say which pip it installs: adapt {__file__} to this ansible-core.")
    return HOME / ".ansible" / "test" / "cache" / f"get_pip_{version.group(1).replace('.', '_')}.py"


def environment() -> dict[str, str]:
    """Return the environment of ansible-test: a home of its own, but the user's pip settings."""
    settings = pathlib.Path.home() / ".config" / "pip" / "pip.conf"
    pip = {"PIP_CONFIG_FILE": str(settings)} if settings.exists() else {}
    return os.environ | {"HOME": str(HOME)} | pip


def main() -> int:
    """Run all sanity tests.

    :returns: ansible-test's exit code.
    """
    path = bootstrap_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(BOOTSTRAP)
    with plain_copy() as tree:
        # sanity needs a git checkout to tell sources from build products
        subprocess.run(["git", "init", "--quiet", tree], check=True)
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        command = [str(pathlib.Path(sys.executable).with_name("ansible-test")), "sanity", "--python", version]
        return subprocess.run([*command, *sys.argv[1:]], cwd=tree, env=environment(), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
