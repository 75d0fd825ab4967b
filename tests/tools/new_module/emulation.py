"""What the emulator needs for a new module: a kind that it keeps, where moto lacks the operations."""

from __future__ import annotations

import pathlib
from collections.abc import Collection

from tests.tools.new_module.blueprint import Blueprint

STUB = '''"""{service}: {words}, which moto lacks. They are kept as requests set them."""

from __future__ import annotations

from emulator.kept import Kept, Tagging

{constant} = Kept(
    "{plan.client}",
    "{kind}",
    name="{plan.by.member}",
    arn="{plan.arn}",
    create="{plan.create}",
    change="{plan.change}",
    read="{plan.read}",
    remove="{plan.remove}",
    which={which!r},
    key="{plan.key}",
    gone="{gone}",
    renamed={renamed!r},
    tagging=Tagging(
        "{tags.creation}",
        "{tags.tag}",
        "{tags.untag}",
        "{tags.listing}",
        which="{tags.which}",
        tags="{tags.tags}",
        keys="{tags.keys}",
        key="{tags.key}",
        value="{tags.value}",
    ),
)


def install() -> None:
    """Give moto what it lacks."""
    {constant}.install()
'''


def lacking(plan: Blueprint) -> list[str]:
    """Return the methods of a module that the emulator lacks; those for tags are another matter.

    :returns: all of them where moto has no such service.
    """
    import emulator
    from emulator.kept import responses_of

    # what moto lacks may be there by now
    emulator.install()
    wanted = [plan.create, plan.read, plan.remove, *([plan.change] if plan.change else [])]
    try:
        responses = responses_of(plan.client)
    except ValueError:
        return list(dict.fromkeys(wanted))
    return list(dict.fromkeys(method for method in wanted if not hasattr(responses, method)))


def can_be_kept(plan: Blueprint, lacks: Collection[str]) -> bool:
    """Tell whether moto has the service and none of the methods, and all of these take a name."""
    from emulator.kept import responses_of

    try:
        responses_of(plan.client)
    except ValueError:
        return False
    by_name = all(which.row == plan.by.name for which in plan.which.values())
    return by_name and {plan.create, plan.read, plan.remove} <= set(lacks)


def files(tree: pathlib.Path, plan: Blueprint, kind: str) -> dict[str, str]:
    """Return the texts of the stub's files by path; none where moto has the operations, or a part of them."""
    if not can_be_kept(plan, lacking(plan)):
        return {}
    client = plan.client.replace("-", "_")
    folder = f"emulator/services/{client}"
    renamed = {row.member: row.shown for row in (plan.by, *plan.rows) if row.shown != row.member}
    text = STUB.format(
        plan=plan,
        tags=plan.tags,
        kind=kind,
        service=plan.service,
        words=f"{plan.words}s",
        constant=f"{plan.thing.upper()}S",
        which={method: which.parameter for method, which in plan.which.items()},
        gone=next(iter(plan.gone), "ResourceNotFoundException"),
        renamed=renamed,
    )
    found = {f"{folder}/{plan.thing}s.py": text}
    if not (tree / folder).exists():
        found[f"{folder}/__init__.py"] = f'"""What the emulator knows of {plan.service}."""\n'
    return found


def says(plan: Blueprint, kept: bool) -> list[str]:
    """Return what is left to do in the emulator, in words."""
    lacks = lacking(plan)
    if kept or not lacks:
        return []
    place = f"emulator/services/{plan.client.replace('-', '_')}/"
    return [f"moto lacks {', '.join(lacks)}, and has the rest: the test needs them in {place}"]
