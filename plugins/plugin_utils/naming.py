# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rewrites a module's findings for the inventory: names of role variables in the place of option names."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from ansible.parsing.vault import EncryptedString

WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# how deep variables may refer to other variables
DEEPEST = 6
# the variables that roles publish, besides those that they declare
PUBLISHED = ("outputs", "left", "first_run", "retained")


class Names:
    """Knows which role variables are the source of each option of one task."""

    def __init__(
        self, args: Mapping[str, Any], values: Mapping[str, Any], variables: Mapping[str, Any], public: Collection[str]
    ) -> None:
        """Keep the arguments that a task passes to its module.

        :param args: its arguments before they are templated.
        :param values: the values of variables, as far as they are known.
        :param variables: all variables, before they are templated.
        :param public: the names of the variables that roles declare.
        """
        self._values = values
        self._variables = variables
        self._public = public
        self._texts = {option: list(texts(value)) for option, value in args.items()}
        self._paths: dict[str, list[str]] = {}
        for option, text in paths(args):
            self._paths.setdefault(option, []).append(text)

    def tell(self, finding: str) -> tuple[str, set[str]]:
        """Return a finding with variables in the place of options, and which variables it is about."""
        told, named = self._renamed(finding)
        if named:
            return told, named
        beginning = WORD.match(finding)
        option = beginning[0] if beginning else ""
        sources = self._sources(self._texts.get(option) or [text for all_ in self._texts.values() for text in all_])
        quoted = {name for name in sources if any(shown(value, finding) for value in values(self._values.get(name)))}
        if option not in self._texts and not quoted:
            return finding, set()
        about = quoted or sources
        return (f"{', '.join(sorted(about))}: {finding}" if about else finding), set(about)

    def _renamed(self, finding: str) -> tuple[str, set[str]]:
        named: set[str] = set()
        for option, variable in sorted(self._renames().items(), key=lambda pair: -len(pair[0])):
            told = pattern(option).sub(variable, finding)
            if told != finding:
                named.add(variable)
                finding = told
        return finding, named

    def _renames(self) -> dict[str, str]:
        """Return the options that come from one variable each, by their paths and, if that is unique, last names."""
        found: dict[str, str] = {}
        ends: dict[str, set[str]] = {}
        for option, found_texts in self._paths.items():
            direct = {word for text in found_texts for word in WORD.findall(text) if word in self._public}
            if len(direct) == 1:
                found[option] = next(iter(direct))
                ends.setdefault(option.rpartition(".")[2], set()).update(direct)
        return {**{end: next(iter(names)) for end, names in ends.items() if len(names) == 1}, **found}

    def _sources(self, found: Iterable[str], depth: int = 0) -> set[str]:
        """Return the declared variables in templates, also those behind the internal variables of roles."""
        names: set[str] = set()
        for word in {word for text in found for word in WORD.findall(text)}:
            if word in self._public:
                names.add(word)
            if word in self._variables and depth < DEEPEST:
                names |= self._sources(texts(self._variables[word]), depth + 1)
        return names


def pattern(option: str) -> re.Pattern[str]:
    """Return where a finding names an option; a plain word counts only if it cannot mean anything else."""
    word = rf"(?<![\w.-]){re.escape(option)}(?![\w-])"
    if "_" in option or "." in option:
        return re.compile(word)
    return re.compile(rf"^{word}|{word}(?= [\d'\[])|(?<='){word}(?=')|(?<=value of ){word}")


def shown(value: str, finding: str) -> bool:
    """Tell whether a finding shows a value, but not as a part of a longer word."""
    return bool(value) and re.search(rf"(?<![\w.-]){re.escape(value)}(?![\w-])", finding) is not None


def texts(value: Any) -> Iterator[str]:
    """Yield the texts of a value, also inside of lists and dicts, but no text from a vault."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from texts(item)
    elif value is not None and not isinstance(value, EncryptedString):
        yield str(value)


def values(value: Any) -> Iterator[str]:
    """Yield the texts of a value, without the keys of dicts."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from values(item)
    elif value is not None:
        yield str(value)


def paths(args: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text of a task's arguments with its option, such as C(health_check.path)."""
    if isinstance(args, Mapping):
        for key, value in args.items():
            yield from paths(value, f"{path}.{key}" if path else str(key))
    elif isinstance(args, (list, tuple)):
        for value in args:
            yield from paths(value, path)
    elif isinstance(args, str):
        yield path, args


def misspelt(given: Iterable[str], roles: Collection[str], known: Collection[str]) -> list[str]:
    """Find variables that begin with a role's name and are not its variables; name the most similar one.

    :param given: the names of all variables of a host.
    :param roles: the roles' names.
    :param known: the names of the variables that they have.
    """
    published = {f"{role}_{name}" for role in roles for name in PUBLISHED}
    findings = []
    for name in sorted(set(given) - set(known) - published):
        role = next((role for role in roles if name.startswith(f"{role}_")), "")
        if role:
            own = [one for one in known if one.startswith(f"{role}_")]
            # a variable with the same ending is more similar than any other
            longer = sorted((one for one in own if one.startswith(name)), key=len)
            near = longer or difflib.get_close_matches(name, own, n=1, cutoff=0.0)
            hint = f" Did you mean {near[0]}?" if near else ""
            findings.append(f"{name} is no variable of {role}.{hint} Give variables of your own another beginning.")
    return findings
