"""The life of a resource that a module manages: made, looked at again, changed, left to others, removed.

Each step is previewed, and AWS is read back by the test's own function, which uses plain boto3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

Run = Callable[..., Any]
# returns what AWS shows, with C(tags) as a dict; None when it does not exist
Read = Callable[[], Mapping[str, Any] | None]

TAGS = {"Environment": "dev", "Team": "content"}
OTHER_TAGS = {"Environment": "dev", "Owner": "api"}
OURS, THEIRS = {"ManagedBy": "streamflix.content_api"}, {"ManagedBy": "somebody"}


def there(ask: Callable[[], Mapping[str, Any]], *gone: str) -> dict[str, Any] | None:
    """Return the reply to a request of boto3, without what is of this request only; None for one of the error codes."""
    try:
        return {key: value for key, value in ask().items() if key != "ResponseMetadata"}
    except ClientError as error:
        if error.response["Error"]["Code"] in gone:
            return None
        raise


@dataclass(frozen=True)
class Setting:
    """One option of a module.

    :ivar option: its name.
    :ivar member: what AWS shows it as.
    :ivar first: the value with which the resource is created.
    :ivar second: another one.
    :ivar shown: how AWS shows both, where that is not as they are given.
    :ivar required: whether the module wants it with C(state=present).
    :ivar fixed: whether AWS cannot change it.
    """

    option: str
    member: str
    first: Any
    second: Any
    shown: tuple[Any, Any] | None = None
    required: bool = False
    fixed: bool = False

    def of(self, found: Mapping[str, Any] | None) -> Any:
        """Return what AWS shows of it."""
        return None if found is None else found.get(self.member)

    @property
    def in_aws(self) -> tuple[Any, Any]:
        """How AWS shows both values."""
        return self.shown or (self.first, self.second)


@dataclass(frozen=True)
class Life:
    """What a module is tried with.

    :ivar module: its name.
    :ivar named: the option that names the resource, with its value.
    :ivar settings: its other options.
    """

    module: str
    named: Mapping[str, Any]
    settings: tuple[Setting, ...]

    @property
    def changeable(self) -> list[str]:
        """The options that AWS can change."""
        return [setting.option for setting in self.settings if not setting.fixed]

    @property
    def fixed(self) -> list[str]:
        """The options that AWS cannot change."""
        return [setting.option for setting in self.settings if setting.fixed]

    @property
    def options(self) -> dict[str, Any]:
        """The options with which the resource is created."""
        return {**self.named, **{setting.option: setting.first for setting in self.settings}, "tags": TAGS}

    @property
    def fewest(self) -> dict[str, Any]:
        """The options that the module cannot do without."""
        return {**self.named, **{one.option: one.first for one in self.settings if one.required}}

    def live(self, run: Run, read: Read) -> None:
        """Create a resource, run again, change all of it, remove it, and remove it again."""
        self.create(run, read)
        self.stay(run, read, self.options)
        self.change_all(run, read)
        self.remove(run, read)

    def made(self, run: Run, options: Mapping[str, Any]) -> None:
        """Create it with these options."""
        done = run(self.module, **options)
        assert done["changed"], f"the run creates it: {done}"

    def create(self, run: Run, read: Read) -> None:
        """Create it, as a preview on nothing foretells."""
        foretold = run(self.module, check=True, **self.options)
        assert foretold["changed"], f"the preview creates it: {foretold}"
        assert read() is None, "a preview writes nothing"
        done = run(self.module, **self.options)
        assert done["changed"], f"the run creates it: {done}"
        assert done["actions"] == foretold["actions"], "the preview foretells the requests"
        assert done["changes"] == foretold["changes"], "the preview foretells the changes"
        self.compare(read(), 0, TAGS)

    def compare(self, found: Mapping[str, Any] | None, index: int, tags: Mapping[str, str]) -> None:
        """Compare AWS with the first (0) or the second (1) values of all that AWS can change, and with tags."""
        assert found is not None, "it exists"
        wanted = {one.option: one.in_aws[0 if one.fixed else index] for one in self.settings}
        assert {one.option: one.of(found) for one in self.settings} == wanted, "AWS shows the values of the options"
        assert found["tags"] == tags, "AWS shows the tags"

    def stay(self, run: Run, read: Read, options: Mapping[str, Any]) -> None:
        """Run again, with these options and with as few of them as can be: nothing changes."""
        before = read()
        fewest = {name: options[name] for name in self.fewest}
        for check in (True, False):
            for given in (options, fewest):
                again = run(self.module, check=check, **given)
                assert not again["changed"], f"a second run changes nothing: {again}"
                assert again["actions"] == [], "a second run sends nothing"
        assert read() == before, "a second run leaves all as it is"

    def change_all(self, run: Run, read: Read) -> None:
        """Change all that AWS can change, and the tags."""
        others = {one.option: one.second for one in self.settings if not one.fixed}
        options = {**self.options, **others, "tags": OTHER_TAGS}
        before = read()
        foretold = run(self.module, check=True, **options)
        assert read() == before, "a preview writes nothing"
        done = run(self.module, **options)
        assert done["actions"] == foretold["actions"], "the preview foretells the requests"
        assert done["changes"] == foretold["changes"], "the preview foretells the changes"
        self.compare(read(), 1, OTHER_TAGS)
        self.stay(run, read, options)

    def change(self, run: Run, read: Read, option: str) -> None:
        """Change one option: the preview names it and nothing else, and nothing else changes in AWS."""
        self.made(run, self.options)
        (changed,) = (one for one in self.settings if one.option == option)
        options = {**self.fewest, option: changed.second}
        foretold = run(self.module, check=True, **options)
        (told,) = foretold["changes"]
        fields = {field["field"].partition(".")[0] for field in told["fields"]}
        assert fields == {option}, f"the preview names {option}, and nothing else"
        self.compare(read(), 0, TAGS)
        done = run(self.module, **options)
        assert done["changes"] == foretold["changes"], "the preview foretells the changes"
        found = read()
        assert changed.of(found) == changed.in_aws[1], f"AWS shows the new value of {option}"
        others = tuple(one for one in self.settings if one is not changed)
        Life(self.module, self.named, others).compare(found, 0, TAGS)

    def refuse(self, run: Run, read: Read, option: str) -> None:
        """Ask for another value of what AWS cannot change: it is refused, with the option's name."""
        self.made(run, self.options)
        before = read()
        (changed,) = (one for one in self.settings if one.option == option)
        for check in (True, False):
            refused = run(self.module, check=check, **{**self.fewest, option: changed.second})
            assert refused.get("needs_replacement") == [option], f"{option} cannot be changed: {refused}"
        assert read() == before, "what is refused changes nothing"

    def respect(self, run: Run, read: Read) -> None:
        """Leave alone what somebody else owns, in a run that sets it and in a removal, until it is adopted."""
        self.made(run, {**self.options, "tags": THEIRS})
        before = read()
        refused = run(self.module, **self.options, owner_tags=OURS)
        assert refused.get("failed"), f"somebody else's is refused: {refused}"
        assert "is not ours" in refused["msg"]
        left = run(self.module, **self.named, state="absent", owner_tags=OURS)
        assert not left["changed"], "a removal leaves somebody else's"
        assert read() == before, "somebody else's stays as it is"
        assert run(self.module, **self.options, owner_tags=OURS, adopt=True)["changed"], "it is adopted"
        self.compare(read(), 0, {**TAGS, **OURS})

    def remove(self, run: Run, read: Read) -> None:
        """Remove it, as a preview foretells, and again."""
        gone = {**self.named, "state": "absent"}
        foretold = run(self.module, check=True, **gone)
        assert foretold["changed"], f"the preview removes it: {foretold}"
        assert read() is not None, "a preview writes nothing"
        done = run(self.module, **gone)
        assert done["actions"] == foretold["actions"], "the preview foretells the requests"
        assert done["changes"] == foretold["changes"], "the preview foretells the changes"
        assert read() is None, "it is gone"
        assert not run(self.module, **gone)["changed"], "a second removal changes nothing"
