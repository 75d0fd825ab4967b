"""What each module takes is what its documentation says, and it can preview."""

from __future__ import annotations

import importlib
import pathlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
import yaml
from ansible_collections.streamflix.content_api.plugins.module_utils import runner

from tests.support.playbook import ROOT

FILES = sorted((ROOT / "plugins" / "modules").glob("*.py"))
# the others are documentation only: their action plugins do it all
NAMES = [file.stem for file in FILES if "def main()" in file.read_text(encoding="utf-8")]
OURS = "streamflix.content_api"
# what a documentation says of an option that its argument spec says too; a text without a type is "str"
SAID = ("type", "elements", "choices", "default", "required", "aliases")
NOT_GIVEN = {"required": False, "type": "str"}


class TakenError(Exception):
    """A module has said what it takes."""

    def __init__(self, **taken: Any) -> None:
        self.taken = taken
        super().__init__("taken")


def documentation(file: pathlib.Path) -> dict[str, Any]:
    """Return a file's documentation."""
    text = file.read_text(encoding="utf-8").partition("DOCUMENTATION = r")[2]
    return yaml.safe_load(text.split('"""')[1])


def documented(name: str) -> dict[str, Any]:
    """Return the documented options of a module, with those of the collection's fragments."""
    document = documentation(ROOT / "plugins" / "modules" / f"{name}.py")
    options = {}
    for fragment in document.get("extends_documentation_fragment", ()):
        collection, _dot, its_name = fragment.rpartition(".")
        if collection == OURS:
            options |= documentation(ROOT / "plugins" / "doc_fragments" / f"{its_name}.py").get("options", {})
    return options | document.get("options", {})


def flat(options: Mapping[str, Any], inside: str, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what is said of each option, of those in others too.

    :param inside: the key of the options in an option.
    """
    for name, entry in options.items():
        yield place + name, {key: entry.get(key, NOT_GIVEN.get(key)) for key in SAID}
        yield from flat(entry.get(inside) or {}, inside, f"{place}{name}.")


def related(relation: str, entries: Any) -> Iterator[str]:
    """Yield the options that a relation between options names."""
    if relation == "required_by":
        entries = [(name, *others) for name, others in entries.items()]
    for entry in entries:
        yield from [entry[0], *entry[2]] if relation == "required_if" else entry


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], dict[str, Any]]:
    """Give a function that returns what a module declares to Ansible."""

    def refuse(**taken: Any) -> None:
        raise TakenError(**taken)

    def ask(name: str) -> dict[str, Any]:
        module = importlib.import_module(f"ansible_collections.streamflix.content_api.plugins.modules.{name}")
        # the modules of resources leave it to the runner
        for place in (module, runner):
            monkeypatch.setattr(place, "AnsibleAWSModule", refuse, raising=False)
        with pytest.raises(TakenError) as error:
            module.main()
        return error.value.taken

    return ask


@pytest.mark.parametrize("name", NAMES)
def test_a_module_takes_what_it_documents(taken: Callable[[str], dict[str, Any]], name: str) -> None:
    told = taken(name)
    spec = told.pop("argument_spec")
    assert dict(flat(spec, "options")) == dict(flat(documented(name), "suboptions"))
    assert told.pop("supports_check_mode") is True
    for relation, entries in told.items():
        assert set(related(relation, entries)) <= spec.keys(), f"{relation} names what is no option"
