"""Makes the roles' defaults, and the tables of variables in their READMEs, out of their argument specs."""

from __future__ import annotations

import json
import pathlib
import re
from collections.abc import Iterator
from typing import Any

import yaml

from tests.tools.module_docs import WIDTH, Indented, flow

# what other tiers publish and what only an inventory or a run has
OF_OTHERS = re.compile(
    r"\b(?:\w+_outputs|ansible_playbook_python|aws_account_id|aws_connection|content_api\.ownership|inventory_hostname"
    r"|platform_domain_name)\b"
)
BEGIN, END = "<!-- variables -->", "<!-- /variables -->"


def cell(text: str) -> str:
    """Return a text as one table cell."""
    return re.sub(r"\s+", " ", text).replace("|", "\\|").strip()


def default(option: dict[str, Any]) -> str:
    """Return an option's default as code; empty when it has none."""
    if option.get("required"):
        return "required"
    if "default" not in option:
        return ""
    value = option["default"]
    return f"`{cell(value if isinstance(value, str) and value else json.dumps(value))}`"


def kind(option: dict[str, Any]) -> str:
    """Return an option's type, with what a list holds and which values are allowed."""
    name = option.get("type", "str")
    if "elements" in option:
        name += f" of {option['elements']}"
    if "choices" in option:
        name += ": " + ", ".join(str(choice) for choice in option["choices"])
    return cell(name)


def description(option: dict[str, Any]) -> str:
    """Return an option's description as one text."""
    text = option.get("description", "")
    return cell(text if isinstance(text, str) else " ".join(text))


def table(options: dict[str, dict[str, Any]]) -> str:
    """Return the Markdown table of a role's variables."""
    lines = ["| variable | type | default | |", "|---|---|---|---|"]
    lines += [
        f"| `{name}` | {kind(option)} | {default(option)} | {description(option)} |" for name, option in options.items()
    ]
    return "\n".join(lines)


def all_options(role: pathlib.Path) -> dict[str, dict[str, Any]]:
    """Return the options of all entry points of a role."""
    specs = yaml.safe_load((role / "meta" / "argument_specs.yml").read_text())["argument_specs"]
    options: dict[str, dict[str, Any]] = {}
    for spec in specs.values():
        options |= spec.get("options", {})
    return options


def all_defaults(role: pathlib.Path) -> dict[str, Any]:
    """Return the values that a role's variables have when nobody sets them."""
    path = role / "defaults" / "main.yml"
    return (yaml.safe_load(path.read_text()) if path.exists() else None) or {}


def of_defaults(name: str, defaults: dict[str, Any]) -> dict[str, Any]:
    """Return the default of a variable as its spec would have it; nothing when there is none."""
    return {"default": defaults[name]} if name in defaults else {}


def needs_others(name: str, defaults: dict[str, Any]) -> bool:
    """Tell whether a default is made of what a role does not have by itself, so that its spec cannot have it.

    ansible-core makes out each default of a spec, also when the variable is given.
    """
    text = json.dumps(defaults[name])
    within = set(re.findall(r"\w+", text)) & defaults.keys() - {name}
    return bool(OF_OTHERS.search(text)) or any(needs_others(one, defaults) for one in within)


def spec_takes(option: dict[str, Any], value: Any) -> bool:
    """Tell whether a default can stand in a spec: Ansible's documentation takes a template for a text only."""
    return option.get("type", "str") == "str" or not (isinstance(value, str) and "{{" in value)


def undocumented(role: pathlib.Path) -> list[str]:
    """Find where a role's defaults and its argument specs disagree."""
    defaults = all_defaults(role)
    options = all_options(role)
    documented = {name: option["default"] for name, option in options.items() if "default" in option}
    # what is required may have a default that says so in its own words
    optional = {name: value for name, value in defaults.items() if not options.get(name, {}).get("required")}
    expected = {
        name
        for name, value in optional.items()
        if name not in options or (spec_takes(options[name], value) and not needs_others(name, defaults))
    }
    names = sorted(expected ^ documented.keys())
    findings = [
        f"{role.name}: {name} is not both in defaults/main.yml and in meta/argument_specs.yml: make docs"
        for name in names
    ]
    findings += [
        f"{role.name}: {name} has the default {defaults[name]!r}, but {documented[name]!r} in meta/argument_specs.yml"
        for name in sorted(defaults.keys() & documented.keys())
        if defaults[name] != documented[name]
    ]
    return findings


def line(name: str, value: Any) -> str:
    """Return a variable as defaults/main.yml has it."""
    short = f"{name}: {flow(value)}\n"
    if len(short) <= WIDTH or not isinstance(value, (dict, list)):
        return short
    return yaml.dump({name: value}, Dumper=Indented, sort_keys=False, width=WIDTH, allow_unicode=True)


def place_of(name: str, text: str) -> re.Match[str] | None:
    """Return the place of a variable in the text of defaults/main.yml; None when it is not there."""
    return re.search(rf"^{name}:.*\n(?:[ -].*\n)*", text, re.MULTILINE)


def with_defaults(text: str, options: dict[str, dict[str, Any]]) -> str:
    """Return defaults/main.yml with the defaults of a role's specs; a new one stands behind the option before it.

    :param text: what is there.
    """
    end = len(text)
    for name, option in options.items():
        place = place_of(name, text)
        values = yaml.safe_load(text) or {}
        if "default" in option and (name not in values or values[name] != option["default"]):
            new = line(name, option["default"])
            start, stop = place.span() if place else (end, end)
            text = text[:start] + new + text[stop:]
            place = place_of(name, text)
        end = place.end() if place else end
    return text


def with_table(readme: str, options: dict[str, dict[str, Any]]) -> str:
    """Return a README with the present table between the markers.

    :raises ValueError: the markers are missing.
    """
    before, begin, rest = readme.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"no {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{table(options)}\n{END}{after}"


def roles(tree: pathlib.Path) -> list[pathlib.Path]:
    """Return the folders of all roles."""
    return sorted(path for path in (tree / "roles").iterdir() if path.is_dir())


def wanted(tree: pathlib.Path) -> Iterator[tuple[pathlib.Path, str]]:
    """Yield each role's defaults as its specs have them, and then its README, whose table follows from both."""
    for role in roles(tree):
        file, readme = role / "defaults" / "main.yml", role / "README.md"
        text = file.read_text() if file.exists() else "---\n"
        current = with_defaults(text, all_options(role))
        if file.exists() or current != text:
            yield file.relative_to(tree), current
        options = {name: option | of_defaults(name, all_defaults(role)) for name, option in all_options(role).items()}
        yield readme.relative_to(tree), with_table(readme.read_text(), options)


def disagreements(tree: pathlib.Path) -> list[str]:
    """Find where defaults and argument specs of roles disagree in what nobody can write but people."""
    return [text for role in roles(tree) for text in undocumented(role)]
