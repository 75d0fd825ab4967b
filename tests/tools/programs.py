"""The programs of plugins/modules that manage a resource, with its class and what they document."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from tests.support.modules import find_collections
from tests.tools.tree import ROOT

if TYPE_CHECKING:
    from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Resource

PLUGINS = ROOT / "plugins"
OURS = "streamflix.content_api."
MANAGES = re.compile(r"^    (manage|run)\(", re.MULTILINE)
BLOCK = '{name} = r"""\n(.*?)"""\n'


@dataclass(frozen=True)
class Program:
    """One file of plugins/modules.

    :ivar resource: the class of what it manages.
    """

    file: pathlib.Path
    resource: type[Resource]

    @property
    def name(self) -> str:
        """The module's name."""
        return self.file.stem

    def document(self, name: str) -> dict[str, Any]:
        """Return a block of its documentation, such as C(RETURN)."""
        return documented(self.file, name)

    def options(self) -> dict[str, Any]:
        """Return the documentation of its options, those of our fragments too."""
        told = self.document("DOCUMENTATION")
        found: dict[str, Any] = {}
        for fragment in told.get("extends_documentation_fragment", ()):
            file = PLUGINS / "doc_fragments" / f"{fragment.removeprefix(OURS)}.py"
            if fragment.startswith(OURS) and file.exists():
                found |= documented(file, "DOCUMENTATION").get("options", {})
        return found | told.get("options", {})


def documented(file: pathlib.Path, name: str) -> dict[str, Any]:
    """Return a block of documentation of a file, such as C(RETURN)."""
    return yaml.safe_load(block(file.read_text(encoding="utf-8"), name)[1])


def block(text: str, name: str) -> re.Match[str]:
    """Return the place of a block of documentation in a program's text.

    :raises ValueError: there is none.
    """
    found = re.search(BLOCK.format(name=name), text, re.DOTALL)
    if not found:
        raise ValueError(f"no {name}")
    return found


def programs() -> Iterator[Program]:
    """Yield the modules that manage a resource."""
    find_collections()
    from ansible_collections.streamflix.content_api.plugins.plugin_utils.rehearsal import declaration

    for file in sorted((PLUGINS / "modules").glob("*.py")):
        resource = declaration(file.stem).resource if MANAGES.search(file.read_text(encoding="utf-8")) else None
        if resource is not None:
            yield Program(file, resource)
