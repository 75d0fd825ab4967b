# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files that readers see whole or not at all."""

from __future__ import annotations

import os
import pathlib
import tempfile

PRIVATE, READABLE = 0o600, 0o644


def write(path: pathlib.Path, text: str, mode: int = READABLE) -> None:
    """Write a file, in the place of one that is there; its directory has to be there.

    :param mode: who may read it, as for C(chmod), whatever the umask is.
    :raises OSError: it cannot be written.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with open(handle, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(name, mode)
    os.replace(name, path)
