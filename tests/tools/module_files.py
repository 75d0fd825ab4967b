"""Makes what follows from a module's documentation: its action plugin, and its place in the groups of meta/runtime.yml.

The action plugin is the same for all but those that have one of their own.
"""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterable, Iterator, Mapping

MODULES = pathlib.Path("plugins/modules")
ACTIONS = pathlib.Path("plugins/action")
RUNTIME = pathlib.Path("meta/runtime.yml")
ACTION = """# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# Written by tests/tools/module_files.py.

from __future__ import annotations

from ansible_collections.streamflix.content_api.plugins.plugin_utils.in_process import InProcessAction


class ActionModule(InProcessAction):
    pass
"""
# the options that tell who is asked: a module without them asks nobody
CONNECTION = "amazon.aws.common.modules"
# the fragment with C(owner_tags)
RESOURCE = "streamflix.content_api.resource"
GROUPS = {"content_api": CONNECTION, "resources": RESOURCE}


def takes(documentation: str, fragment: str) -> bool:
    """Tell whether a module extends its documentation by a fragment."""
    return re.search(rf"^  - {re.escape(fragment)}$", documentation, re.MULTILINE) is not None


def takes_owner(documentation: str) -> bool:
    """Tell whether a module takes C(owner_tags), of the fragment or as an option of its own."""
    return takes(documentation, RESOURCE) or "\n  owner_tags:\n" in documentation


def groups(modules: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the modules of each group, without those of a group that it extends.

    :param modules: by name, the text of each module.
    """
    resources = sorted(name for name, text in modules.items() if takes_owner(text))
    others = sorted(name for name, text in modules.items() if takes(text, CONNECTION) and name not in resources)
    return {"content_api": others, "resources": resources}


def with_groups(runtime: str, members: Mapping[str, Iterable[str]]) -> str:
    """Return meta/runtime.yml with the members of its groups: the lines with a module, of each group."""
    for group, names in members.items():
        lines = "".join(f"    - {name}\n" for name in names)
        head = rf"(?<=^  {group}:\n)((?:    - metadata:\n(?:      .*\n)+)?)(?:    - \w+\n)*"
        runtime = re.sub(head, lambda found, lines=lines: found[1] + lines, runtime, flags=re.MULTILINE)
    return runtime


def wanted(tree: pathlib.Path) -> Iterator[tuple[pathlib.Path, str | None]]:
    """Yield each file with the text that it is to have; None for one that is to go."""
    modules = {path.stem: path.read_text() for path in (tree / MODULES).glob("*.py")}
    actions = {path.stem: path.read_text() for path in (tree / ACTIONS).glob("*.py")}
    for name in modules:
        if actions.get(name, ACTION) == ACTION:
            yield ACTIONS / f"{name}.py", ACTION
    for name, text in actions.items():
        if text == ACTION and name not in modules:
            yield ACTIONS / f"{name}.py", None
    yield RUNTIME, with_groups((tree / RUNTIME).read_text(), groups(modules))
