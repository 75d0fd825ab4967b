# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The file of a stack's outputs. Whether it can be written is checked before anything is deployed."""

from __future__ import annotations

import os
import pathlib

REMEDY = (
    "Set outputs_directory to a folder that can be written, or to '' for no file (outputs are shown and handed to "
    "set_stats all the same)."
)


def check(file: str) -> list[str]:
    """Find why a file cannot be written, without writing.

    :param file: its path, in which folders may still be missing; empty when no file is to be written.
    """
    reason = obstacle(pathlib.Path(file).absolute()) if file else ""
    return [f"outputs_directory: {file} cannot be written, as {reason}. {REMEDY}"] if reason else []


def obstacle(file: pathlib.Path) -> str:
    """Return what keeps this process from writing a file; empty when nothing does."""
    if os.path.isdir(file):
        return "it is a folder"
    if os.path.exists(file) and not os.access(file, os.R_OK):
        return "what is there may not be read"
    folder = next(parent for parent in file.parents if os.path.lexists(parent))
    if not os.path.isdir(folder):
        return f"{folder} is no folder"
    # this also finds a file system that is read-only
    return "" if os.access(folder, os.W_OK | os.X_OK) else f"{folder} is read-only for this user"
