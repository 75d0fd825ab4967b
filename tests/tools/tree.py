"""The checkout as ansible-test wants it: a plain tree at ansible_collections/streamflix/content_api."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

ROOT = pathlib.Path(__file__).parents[2]
PLACE = pathlib.Path("ansible_collections/streamflix/content_api")
# by them a checkout's playbooks find its own code
LINKS_TO_ITSELF = ("collections/ansible_collections", "playbooks/collections")
DEPENDENCIES = ("amazon/aws", "community/aws")


def sources() -> list[str]:
    """Return the paths of all files and links that git knows or does not ignore, from the checkout's root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in listed.stdout.split("\0") if os.path.lexists(ROOT / name) and name]


@contextmanager
def plain_copy() -> Iterator[pathlib.Path]:
    """Give a temporary copy of all sources, beside the collections that this one depends on."""
    with tempfile.TemporaryDirectory() as directory:
        place = pathlib.Path(directory) / PLACE
        for name in sources():
            if name.startswith(LINKS_TO_ITSELF):
                continue
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place / name)
        for dependency in DEPENDENCIES:
            link = place.parents[1] / dependency
            link.parent.mkdir(exist_ok=True)
            link.symlink_to(pathlib.Path(sysconfig.get_path("purelib"), "ansible_collections", dependency))
        yield place
