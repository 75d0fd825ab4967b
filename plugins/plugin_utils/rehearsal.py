# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Goes through the roles' tasks without AWS, as a preview on an empty account does, to find what modules would refuse.

Each task that calls a module of this collection is templated with the host's variables. Its arguments are checked by
the module's own argument spec and its own C(refusals()). What it would return is registered for the tasks that follow,
with L(plan.UNKNOWN) for what AWS assigns. So each rule of a module is applied here, too.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import pathlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from ansible.errors import AnsibleError, AnsibleTemplateSyntaxError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.yaml import SafeLoader
from ansible.module_utils.errors import AnsibleValidationErrorMultiple, UnsupportedError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template
from ansible_collections.streamflix.content_api.plugins.module_utils import ownership, partitions, runner, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.iam.policies import as_list
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import UNKNOWN, InvalidOptionError, Plan
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Resource
from ansible_collections.streamflix.content_api.plugins.module_utils.stock import RESOURCES, StockResource
from ansible_collections.streamflix.content_api.plugins.plugin_utils import inside, naming, warm

ROLES = pathlib.Path(__file__).parents[2] / "roles"
COLLECTION = "streamflix.content_api."
# the tasks of a deployment: first what all roles request, then what the tiers wait for, then what scales and watches
# them, then what binds the optional roles to them
STAGES = ("request", "ready", "scale", "watch", "attach")
# a template that is only a variable
ALONE = re.compile(r"\{\{ (\w+) \}\}")
# how Ansible says that a variable, or a key of one, is undefined
NOWHERE = re.compile(r"'\w+' is undefined|'dict' has no attribute")
OPTIONAL = re.compile(r"\{\{ (\w+) \| default\(omit(?:, true)?\) \}\}")
# how an argument spec says that options are missing
LACKING = re.compile(r"missing|one of the following is required|are required together")
# of a text
CLASS = re.compile(r"<class '[\w.]*_AnsibleTaggedStr'>")
# what variables of an inventory are; magic ones, such as hostvars, are more
PLAIN = (str, list, dict)
# the errors that a resource may raise with bad options; its findings say why
BROKEN = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class NotAskedError(Exception):
    """A module asks AWS for something although nothing may be read yet."""


@dataclass(frozen=True)
class Nowhere:
    """Stands for L(Api) without AWS: it knows what a preview on an empty account knows."""

    region: str
    check_mode: bool = True
    accepted: tuple[tuple[str, str], ...] = ()

    @property
    def partition(self) -> str:
        """The partition of the region."""
        return partitions.name_of(self.region)

    def hide(self, _text: str) -> None:
        """Do nothing: what is found here shows no such text."""

    def call(self, *_operation: Any, **_params: Any) -> Any:
        """Refuse any request.

        :raises NotAskedError: always.
        """
        raise NotAskedError

    pages = get = find = call_once = call


def trusted(value: Any) -> Any:
    """Return what was read from a role with its texts as templates."""
    if isinstance(value, dict):
        return {key: trusted(item) for key, item in value.items()}
    if isinstance(value, list):
        return [trusted(item) for item in value]
    return trust_as_template(value) if isinstance(value, str) else value


@functools.cache
def read(file: pathlib.Path) -> Any:
    """Return what is in a YAML file of a role; not to be changed."""
    return trusted(yaml.load(file.read_text(encoding="utf-8"), SafeLoader))


def each_task(tasks: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield tasks, those inside of blocks too, whether or not they would run."""
    for task in tasks:
        yield from each_task(task["block"]) if "block" in task else (task,)


def defaults_of(role: str) -> Mapping[str, Any]:
    """Return the values that a role's variables have when nobody sets them."""
    file = ROLES / role / "defaults" / "main.yml"
    return read(file) if file.exists() else {}


def prepare() -> None:
    """Read what all roles do and what their modules take, once, in the process from which workers are forked."""
    for file in ROLES.glob("*/tasks/*.yml"):
        for task in each_task(read(file)) if file.stem in STAGES else ():
            for action in task:
                if module := module_of(action):
                    declaration(module)
    for kind in ("meta/argument_specs", "defaults/main"):
        for file in ROLES.glob(f"*/{kind}.yml"):
            read(file)


def module_of(action: str) -> str:
    """Return the module that a key of a task stands for, as L(warm.expect) takes it; empty when it is none of those."""
    return action if action in warm.STOCK else action.removeprefix(COLLECTION) if action.startswith(COLLECTION) else ""


class DeclaredError(Exception):
    """A module has declared what it takes, and is to go no further."""


@dataclass(frozen=True)
class Declaration:
    """What a module takes.

    :ivar spec: the arguments of L(ArgumentSpecValidator).
    :ivar resource: what it manages; None when it only reads.
    """

    spec: Mapping[str, Any]
    resource: type[Resource] | None


@functools.cache
def declaration(module: str) -> Declaration:
    """Return what a module declares as it starts, without running it.

    :param module: its name, as L(module_of) returns it.
    """
    if module in warm.STOCK:
        return of_stock(module)
    program = importlib.import_module(f"{warm.MODULES}.{module}")
    spec: dict[str, Any] = {}
    resources: list[type[Resource]] = []

    def keep_spec(supports_check_mode: bool = False, **declared: Any) -> None:
        spec.update(declared)

    def keep_resource(_module: Any, resource: Any, *_unused: Any, **_named: Any) -> None:
        if isinstance(resource, type) and issubclass(resource, Resource):
            resources.append(resource)

    def keep_both(resource: type[Resource]) -> None:
        keep_spec(**runner.declared(resource))
        keep_resource(None, resource)

    keepers = {"AnsibleAWSModule": keep_spec, "manage": keep_both, "run": keep_resource, "run_info": keep_resource}
    with inside.replaced(program, **{name: keep for name, keep in keepers.items() if hasattr(program, name)}):
        program.main()
    return Declaration(spec, resources[0] if resources else None)


def of_stock(module: str) -> Declaration:
    """Return what a module of C(warm.STOCK) declares."""
    program = importlib.import_module(warm.programs(module)[-1])
    spec: dict[str, Any] = {}

    def keep(supports_check_mode: bool = False, **declared: Any) -> None:
        spec.update(declared)
        raise DeclaredError

    with inside.replaced(program, AnsibleAWSModule=keep), contextlib.suppress(DeclaredError):
        program.main()
    return Declaration(spec, RESOURCES[module])


@dataclass
class Outcome:
    """The result of a rehearsal.

    :ivar findings: what would be refused, in words, without repetition.
    :ivar variables: the roles' variables that have a value of the right type.
    :ivar whole: whether all tasks could be gone through, so that what is undefined now would also be undefined in the
        run.
    :ivar made: type and name of the resources that the run would create in an empty account.
    """

    findings: list[str] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)
    whole: bool = True
    made: set[tuple[str, str]] = field(default_factory=set)

    @property
    def resources(self) -> dict[str, list[str]]:
        """Return the names of all resources that the stack is to have, by kind; empty when not all are known."""
        names: dict[str, list[str]] = {}
        for aws_type, name in sorted(self.made) if self.whole else ():
            names.setdefault(aws_type, []).append(name)
        return names

    def add(self, findings: Iterable[str]) -> None:
        """Add findings, without repetition."""
        self.findings += [text for text in dict.fromkeys(findings) if text not in self.findings]


class Rehearsal:
    """One rehearsal of the roles of one host."""

    def __init__(self, loader: DataLoader, variables: Mapping[str, Any], region: str) -> None:
        """Begin with the variables of the play's host.

        :param loader: reads the roles' files.
        :param region: the region that requests would go to.
        """
        self.outcome = Outcome()
        self._loader = loader
        self._raw = variables
        self._variables = dict(variables)
        self._own_templar = Templar(loader, self._variables)
        # values of variables that nothing in the run changes
        self._made_out: dict[str, Any] = {}
        self._api: Any = Nowhere(region)
        self._specs: dict[str, Any] = {}
        self._defaults: dict[str, Any] = {}
        # variables of the wrong type, for which there is a finding already
        self._bad: set[str] = set()
        # the variables that tasks register or set, whether or not their values are known here
        self._published = {f"{role.name}_{what}" for role in ROLES.iterdir() for what in naming.PUBLISHED}
        # those of them that are not wholly known here
        self._partial: set[str] = set()
        # how many arguments need an unknown value, because an earlier task could not be gone through
        self._missed = 0

    def run(self, specs: Mapping[str, Mapping[str, Any]]) -> Outcome:
        """Go through all roles, stage by stage.

        :param specs: the roles, in their order, with the argument specs of their variables.
        """
        self._specs = {name: spec for options in specs.values() for name, spec in options.items()}
        self._defaults = {name: value for role in specs for name, value in defaults_of(role).items()}
        self._check_types()
        for stage in STAGES:
            for role in specs:
                file = ROLES / role / "tasks" / f"{stage}.yml"
                self._go_through_all(file, read(file) if file.exists() else (), self._variables)
        self._check_rest()
        return self.outcome

    def _template(self, value: Any, variables: dict[str, Any]) -> Any:
        return self._templar(variables).template(self._filled(value))

    def _templar(self, variables: dict[str, Any]) -> Templar:
        return self._own_templar if variables is self._variables else Templar(self._loader, variables)

    def _filled(self, value: Any) -> Any:
        """Return a value in which variables that stand alone and are known already are put in, to save time."""
        if isinstance(value, dict):
            return {key: self._filled(item) for key, item in value.items() if not self._left_out(item)}
        if isinstance(value, list):
            return [self._filled(item) for item in value]
        alone = ALONE.fullmatch(value) if isinstance(value, str) else None
        return self._made_out[alone[1]] if alone and alone[1] in self._made_out else value

    def _left_out(self, value: Any) -> bool:
        """Tell whether a value is to be left out, as its variable is not set."""
        optional = OPTIONAL.fullmatch(value) if isinstance(value, str) else None
        return optional is not None and optional[1] not in self._variables

    def _check_types(self) -> None:
        """Find variables of the wrong type; the role's default stands for one, so that the rest can be checked."""
        unchecked = [name for name in self._specs if name in self._variables]
        while unchecked:
            errors = {name: found for name in unchecked if (found := self._type_errors(name))}
            # a variable made from a bad one gets no finding of its own
            roots = {name: found for name, found in errors.items() if not self._made_of(name) & errors.keys()}
            for name, found in roots.items():
                self.outcome.add(found)
                self._bad.add(name)
                self._variables[name] = self._defaults.get(name)
            unchecked = [name for name in errors if name not in roots] if roots else []

    def _made_of(self, name: str) -> set[str]:
        return {word for text in naming.texts(self._raw[name]) for word in naming.WORD.findall(text)}

    def _type_errors(self, name: str) -> list[str]:
        """Return what is wrong with the type of a variable that needs nothing of the run; keep its value."""
        try:
            value = self._template({name: self._variables[name]}, self._variables)
        except AnsibleError:
            return []
        result = ArgumentSpecValidator({name: self._specs[name]}).validate(value)
        if name in value and not result.error_messages:
            self.outcome.variables[name] = result.validated_parameters[name]
            # so that it is templated once, not wherever it is used
            self._variables[name] = self._made_out[name] = value[name]
        # for a text that is no number, Ansible only shows the class
        return [CLASS.sub(repr(value.get(name)), text) for text in messages(result.errors)]

    def _check_rest(self) -> None:
        """Check variables made from what roles publish, and find those that would be undefined in the run, too."""
        failed: dict[str, list[str]] = {}
        for name in sorted(self._specs.keys() - self.outcome.variables.keys() - self._bad):
            if name in self._variables:
                try:
                    self._template(self._variables[name], self._variables)
                except AnsibleError as error:
                    if self._fails_in_the_run(name, error):
                        failed.setdefault(str(error), []).append(name)
                else:
                    self.outcome.add(self._type_errors(name))
        for reason, names in failed.items():
            # a variable made from an undefined one gets no finding of its own
            roots = [one for one in names if not (self._reached(one) - {one}) & {*names}]
            self.outcome.add([f"{', '.join(roots or names)} cannot be made out: {reason}"])

    def _fails_in_the_run(self, name: str, error: AnsibleError) -> bool:
        """Tell whether the cause for a variable to be undefined also exists in the run."""
        if isinstance(error, AnsibleTemplateSyntaxError):
            return True
        published = self._reached(name) & self._published
        if published & self._partial or published - self._variables.keys():
            return False
        # a preview has all variables that the run will have, but not the values that AWS assigns
        values = (text for one in published for text in naming.values(self._variables[one]))
        return bool(NOWHERE.search(str(error))) or not any(UNKNOWN in text for text in values)

    def _reached(self, name: str) -> set[str]:
        """Return the variables from which a variable is made, directly or through others."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            found.add(one := waiting.pop())
            value = self._raw.get(one)
            templates = (text for text in naming.texts(value) if "{{" in text) if isinstance(value, PLAIN) else ()
            waiting += {word for text in templates for word in naming.WORD.findall(text)} - found
        return found

    def _go_through(self, file: pathlib.Path, variables: dict[str, Any]) -> None:
        self._go_through_all(file, read(file) or (), variables)

    def _go_through_all(
        self, file: pathlib.Path, tasks: Iterable[Mapping[str, Any]], variables: dict[str, Any]
    ) -> None:
        for task in tasks:
            own = {**variables, **task["vars"]} if "vars" in task else variables
            if self._applies(task, own):
                for action, args in task.items():
                    self._rehearse(file, action, args, task, own)

    def _applies(self, task: Mapping[str, Any], variables: dict[str, Any]) -> bool:
        """Tell whether a task would run; if that is not known, it counts as one that would."""
        conditions = task.get("when", True)
        try:
            templar = self._templar(variables)
            return all(templar.evaluate_conditional(one) for one in as_list(conditions))
        except AnsibleError:
            return True

    def _rehearse(
        self, file: pathlib.Path, action: str, args: Any, task: Mapping[str, Any], variables: dict[str, Any]
    ) -> None:
        name, register = action.rpartition(".")[2], task.get("register")
        self._published |= {register} if register else set(args) if name == "set_fact" else set()
        if module := module_of(action):
            returned = self._called(module, args or {}, task.get("loop"), variables)
            if register and returned is not None:
                self._variables[register] = returned
                # of what such a module returns, no more is known
                self._partial |= {register} if module in warm.STOCK else set()
            self.outcome.whole &= returned is not None
        elif name == "set_fact":
            missed = self._missed
            self._variables.update(self._known(args, variables))
            self._partial |= set(args) if self._missed > missed else set()
        elif name == "block":
            self._go_through_all(file, args, variables)
        elif name == "import_tasks":
            self._go_through(file.parent / args, variables)
        elif name == "include_tasks":
            self._wait(file.parent / args["file"], variables)
        elif name == "assert":
            self._assert(args, variables)

    def _assert(self, args: Mapping[str, Any], variables: dict[str, Any]) -> None:
        try:
            templar = self._templar(variables)
            if not all(templar.evaluate_conditional(condition) for condition in as_list(args["that"])):
                self.outcome.add([str(templar.template(args["fail_msg"]))])
        except AnsibleError:
            self.outcome.whole = False

    def _known(self, args: Mapping[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        """Return arguments with their values; without those that need unknown values."""
        try:
            return self._template(args, variables)
        except AnsibleError:
            return dict(self._known_items(args, variables))

    def _known_items(self, args: Mapping[str, Any], variables: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        for option, value in args.items():
            if isinstance(value, Mapping):
                yield option, self._known(value, variables)
                continue
            try:
                yield from self._template({option: value}, variables).items()
            except AnsibleError:
                self._missed += 1

    def _wait(self, file: pathlib.Path, variables: dict[str, Any]) -> None:
        """Check the arguments of tasks that only run once AWS has begun, without using what they would return."""
        for task in each_task(read(file)):
            for action, args in task.items():
                if module := module_of(action):
                    self._asked(module, args or {}, variables)
                elif action.endswith(".import_tasks") and self._applies(task, variables):
                    self._wait(file.parent / args, variables)

    def _asked(self, module: str, raw: Mapping[str, Any], variables: dict[str, Any]) -> tuple[Resource | None, bool]:
        """Put the arguments of a task to its module.

        :returns: the resource; None when arguments are missing or refused; and whether it refuses any.
        """
        declared, missed = declaration(module), self._missed
        args = self._known(raw, variables)
        options, errors = validated(declared.spec, args)
        if self._missed > missed:
            # arguments are missing here only
            self._tell([text for text in errors if not LACKING.search(text)], raw)
            return None, bool(errors)
        self._tell(errors, raw)
        if options is None or declared.resource is None:
            return None, bool(errors)
        resource = declared.resource(self._api, options)
        refusals = resource.refusals()
        self._tell(refusals, raw)
        return resource, bool(refusals)

    def _called(self, module: str, raw: Mapping[str, Any], loop: Any, variables: dict[str, Any]) -> Any:
        """Put the arguments of a task to its module, for each item of its loop; returns results, None as L(_call)."""
        if loop is None:
            return self._call(module, raw, variables)
        items = self._known({"loop": loop}, variables).get("loop")
        results = [self._call(module, raw, {**variables, "item": item}) for item in items or ()]
        if items is None or None in results:
            return None
        pairs = zip(results, items, strict=True)
        return {"results": [{**result, "item": item} for result, item in pairs if result is not None]}

    def _call(self, module: str, raw: Mapping[str, Any], variables: dict[str, Any]) -> dict[str, Any] | None:
        """Put the arguments of a task to its module, and return its result; None when that is not known."""
        resource, refused = self._asked(module, raw, variables)
        if resource is None:
            return None
        try:
            planned = resource.first_plan()
            made = resource.parts(planned.after) if planned.after else []
            self.outcome.made |= {(part.type, part.name) for part in made}
            return previewed(resource, planned)
        except InvalidOptionError as error:
            self._tell([str(error)], raw)
        except NotAskedError:
            return None
        except BROKEN:
            if not refused and not self._bad:
                raise
        return None

    def _tell(self, findings: list[str], raw: Mapping[str, Any]) -> None:
        """Add the findings of a module, unless they are about a variable that is known to be wrong."""
        if not findings:
            return
        names = naming.Names(raw, self.outcome.variables, self._raw, self._specs)
        told = [names.tell(finding) for finding in findings]
        self.outcome.add(text for text, sources in told if not self._bad & sources)


def messages(errors: AnsibleValidationErrorMultiple) -> list[str]:
    """Return what an argument spec refuses, in Ansible's words; nothing about options with unknown values."""
    return [
        f"Unsupported parameters: {error.msg}" if isinstance(error, UnsupportedError) else str(error.msg)
        for error in errors.errors
    ]


def validated(declared: Mapping[str, Any], args: Mapping[str, Any]) -> tuple[dict[str, Any] | None, list[str]]:
    """Return a module's options, as its runner gets them, and what its argument spec refuses.

    What is refused is left out of the options; None when it cannot be.
    """
    validator = ArgumentSpecValidator(**declared)
    result = validator.validate(args)
    errors = messages(result.errors)
    if errors:
        refused = {option for option in args for error in errors if re.search(rf"\b{option}\b", error)}
        result = validator.validate({option: value for option, value in args.items() if option not in refused})
    if result.error_messages:
        return None, errors
    options = dict(result.validated_parameters)
    if "tags" in options:
        options["tags"] = tags.texts(options["tags"])
    return (ownership.owned_options(options) if "owner_tags" in options else options), errors


def previewed(resource: Resource, planned: Plan) -> dict[str, Any]:
    """Return the result that a module would have in a preview on an empty account.

    :param planned: what it plans there.
    """
    if isinstance(resource, StockResource):
        return {"changed": planned.after is not None}
    return {
        "changed": planned.changed,
        "ready": False,
        resource.result_key: resource.shown(planned.after),
        **resource.details(),
    }
