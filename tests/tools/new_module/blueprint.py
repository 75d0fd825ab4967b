"""What botocore's model of a service says of one of its resources: the requests, their parameters, the tags."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import botocore.session
from botocore import xform_name
from botocore.model import OperationModel, ServiceModel, Shape

CREATE, CHANGE, READ, REMOVE = (
    ("create", "put", "register"),
    ("modify", "update"),
    ("describe", "get"),
    ("delete", "deregister"),
)
TYPES = {
    "string": "str",
    "character": "str",
    "integer": "int",
    "long": "int",
    "float": "float",
    "double": "float",
    "boolean": "bool",
    "map": "dict",
    "structure": "dict",
    "list": "list",
}
NUMBERS = ("int", "float")
# what a description leaves out of these is empty, not unknown
EMPTY: dict[str, Any] = {"str": "", "list": [], "dict": {}}
# these words of AWS's stay when the kind of resource in front of them goes: DashboardName is the name
SHORT = ("name", "description", "arn")
COMMON = ("state", "tags", "wait", "adopt")
MISSING = ("NotFound", "NoSuch", "NotExist")
DEEPEST = 3


class NoModuleError(Exception):
    """The tool cannot write this module; says why, and what to give it."""


@dataclass(frozen=True)
class Row:
    """One option.

    :ivar name: the option.
    :ivar member: the parameter that sets it.
    :ivar shown: the member of the description that shows it.
    :ivar type: Ansible's name of its type.
    :ivar source: where the parameter is, in words, for the documentation.
    :ivar choices: the values that AWS takes; empty for any.
    :ivar limits: the smallest and the largest number, if the model says both.
    :ivar longest: the most characters of a text; 0 for any.
    :ivar required: whether the creation needs it.
    :ivar fixed: whether no request changes it.
    :ivar json: whether it is a text in JSON.
    :ivar rows: what is inside of it.
    """

    name: str
    member: str
    shown: str
    type: str
    source: str
    choices: tuple[str, ...] = ()
    limits: tuple[float, float] | None = None
    longest: int = 0
    required: bool = False
    fixed: bool = False
    json: bool = False
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Tags:
    """How the service changes tags, as L(tags.Tagging) has it.

    :ivar creation: the parameter of the creation that takes them.
    :ivar key, value: what a pair calls its parts; empty where tags are a dict.
    :ivar reply: the member of the listing's reply, or of the description.
    """

    creation: str
    tag: str
    untag: str
    which: str
    several: bool
    tags: str
    keys: str
    listing: str
    reply: str
    key: str = ""
    value: str = ""


@dataclass(frozen=True)
class Which:
    """How a request says which resource.

    :ivar parameter: the parameter of it.
    :ivar row: the row with its value.
    :ivar several: whether it takes a list.
    """

    parameter: str
    row: str
    several: bool


@dataclass(frozen=True)
class Blueprint:
    """All that the files of a module are made of.

    :ivar name: the module.
    :ivar client: the boto3 client.
    :ivar thing: the resource, in snake_case: C(composite_alarm).
    :ivar service: the service's full name.
    :ivar create, change, read, remove: the boto3 methods; C(change) is the creation's where that overwrites.
    :ivar which: by method, how it says which resource.
    :ivar key: where the reply to C(read) has the resources; empty when it is the description.
    :ivar alone: whether it has one there, not a list.
    :ivar match: the member that has to be the name, where C(read) lists nothing instead of refusing what is not there.
    :ivar arn: the member of the description with the ARN.
    :ivar gone: the error codes for: it does not exist.
    :ivar left_out: the parameters without a row, each with the reason.
    """

    name: str
    client: str
    thing: str
    service: str
    create: str
    change: str
    read: str
    remove: str
    which: Mapping[str, Which]
    key: str
    alone: bool
    match: str
    by: Row
    rows: tuple[Row, ...]
    arn: str
    tags: Tags
    gone: tuple[str, ...]
    left_out: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What it is, for people: C(composite alarm)."""
        return self.thing.replace("_", " ")

    @property
    def class_name(self) -> str:
        """The name of its class: C(CompositeAlarm)."""
        return self.thing.title().replace("_", "")

    @property
    def overwrites(self) -> bool:
        """Whether the request that creates it also changes it."""
        return self.create == self.change

    @property
    def operations(self) -> tuple[str, ...]:
        """The boto3 methods that the module needs."""
        tagging = (self.tags.tag, self.tags.untag, *filter(None, [self.tags.listing]))
        return tuple(dict.fromkeys((self.create, self.read, self.remove, *filter(None, [self.change]), *tagging)))


@dataclass
class Service:
    """A service's model, by the names of boto3's methods."""

    client: str
    model: ServiceModel
    methods: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.methods = {xform_name(name): name for name in self.model.operation_names}

    def operation(self, method: str) -> OperationModel:
        """Return the model of a method.

        :raises NoModuleError: there is none of this name.
        """
        if method not in self.methods:
            raise NoModuleError(f"{self.client} has no {method}.")
        return self.model.operation_model(self.methods[method])

    def inputs(self, method: str) -> Mapping[str, Shape]:
        """Return the parameters of a method."""
        shape = self.operation(method).input_shape
        return shape.members if shape else {}

    def required(self, method: str) -> Collection[str]:
        """Return the parameters that a method needs."""
        shape = self.operation(method).input_shape
        return shape.required_members if shape else ()

    def outputs(self, method: str) -> Mapping[str, Shape]:
        """Return the members of a method's reply."""
        shape = self.operation(method).output_shape
        return shape.members if shape else {}

    def guess(self, verbs: Iterable[str], thing: str) -> str:
        """Return the method that does this to the resource, of several the one with the shortest name; or nothing."""
        for verb in verbs:
            found = [
                name
                for name in self.methods
                if name.startswith(f"{verb}_") and name.endswith((f"_{thing}", f"_{thing}s", f"_{thing}es"))
            ]
            if found:
                return min(found, key=lambda name: (len(name), name))
        return ""

    def first(self, methods: Iterable[str]) -> str:
        """Return the first method that the service has; nothing when it has none."""
        return next((name for name in methods if name in self.methods), "")

    def missing(self, methods: Iterable[str], listing: str) -> tuple[str, ...]:
        """Return the error codes that say that there is no such resource.

        :param methods: those about this kind.
        :param listing: the one that lists the tags of any kind; nothing where descriptions have them.
        """
        errors = [error for method in methods for error in self.operation(method).error_shapes]
        if listing:
            errors += [error for error in self.operation(listing).error_shapes if error.name.startswith("Resource")]
        codes = {error.metadata.get("error", {}).get("code") or error.name for error in errors if is_missing(error)}
        return tuple(sorted(codes))


def is_missing(error: Shape) -> bool:
    """Tell whether an error says that there is no such resource."""
    return any(word in error.name for word in MISSING)


def service_of(client: str) -> Service:
    """Return the model of a boto3 client.

    :raises NoModuleError: there is no such client.
    """
    session = botocore.session.get_session()
    if client not in session.get_available_services():
        raise NoModuleError(f"boto3 has no client {client!r}: name the module CLIENT_RESOURCE, or give CLIENT.")
    return Service(client, session.get_service_model(client))


def is_tags(name: str, shape: Shape) -> bool:
    """Tell whether a member holds tags."""
    return name.lower().endswith(("tags", "taglist")) and shape.type_name in ("list", "map")


def find_tags(members: Mapping[str, Shape]) -> str:
    """Return the member that holds tags; nothing when none does."""
    return next((name for name, shape in members.items() if is_tags(name, shape)), "")


def option_name(member: str, thing: str) -> str:
    """Return the name of the option for a parameter: C(name) for DashboardName of a dashboard."""
    name = xform_name(member)
    last = thing.rpartition("_")[2]
    front, _unused, word = name.rpartition("_")
    if word in SHORT and front and (front == thing or front.endswith(last)):
        return word
    # every module has an option of this name
    return f"{thing}_{name}" if name in COMMON else name


def plain_type(shape: Shape) -> str:
    """Return Ansible's name of a shape's type; empty for what no option can hold."""
    found = TYPES.get(shape.type_name, "")
    inner = getattr(shape, "member", None) if found == "list" else None
    return "" if inner is not None and inner.type_name not in ("string", "structure") else found


def limits_of(shape: Shape, kind: str) -> tuple[float, float] | None:
    """Return the smallest and the largest number, where the model says both."""
    told = shape.metadata
    return (told["min"], told["max"]) if kind in NUMBERS and {"min", "max"} <= told.keys() else None


def shown_as(member: str, description: Mapping[str, Shape], thing: str) -> str:
    """Return the member of a description that shows a parameter: of this name, or of one that means it."""
    if member in description:
        return member
    same = [name for name in description if option_name(name, thing) == option_name(member, thing)]
    longer = [name for name in description if name.startswith(member)]
    return next(iter(same + sorted(longer, key=len)), "")


def inside(shape: Shape, source: str, depth: int) -> tuple[Row, ...]:
    """Return the rows of what is inside of a structure, or of a list of structures.

    :raises NoModuleError: it is deeper than an option should be.
    """
    holder = shape.member if shape.type_name == "list" else shape
    if holder.type_name != "structure":
        return ()
    if depth > DEEPEST:
        raise NoModuleError("its parts have parts of their own: write its rows by hand")
    return tuple(
        row_of(name, member, name, source, "", depth, name in holder.required_members)
        for name, member in holder.members.items()
    )


def row_of(
    member: str, shape: Shape, shown: str, source: str, thing: str, depth: int, required: bool, fixed: bool = False
) -> Row:
    """Return the row of a parameter.

    :raises NoModuleError: no option can hold it.
    """
    kind = plain_type(shape)
    if not kind:
        raise NoModuleError(f"no option holds a {shape.type_name} of it: write its row by hand")
    return Row(
        option_name(member, thing) if thing else xform_name(member),
        member,
        shown,
        kind,
        source,
        tuple(getattr(shape, "enum", ()) or ()),
        limits_of(shape, kind),
        shape.metadata.get("max", 0) if kind == "str" else 0,
        required,
        fixed,
        kind == "str" and "JSON" in shape.documentation,
        inside(shape, source, depth + 1),
    )


@dataclass(frozen=True)
class Description:
    """Where the reply to a method has the resource.

    :ivar key: the member with what was found; empty when the reply is the description.
    :ivar alone: whether that is one, not a list.
    :ivar members: the members of the description.
    """

    key: str
    members: Mapping[str, Shape]
    alone: bool = False


def description_of(service: Service, method: str, by: str, thing: str) -> Description:
    """Return where a reply has the resource.

    :param by: the parameter with its name.
    :raises NoModuleError: the reply has it nowhere that the tool knows.
    """
    outputs = service.outputs(method)
    if shown_as(by, outputs, thing):
        return Description("", outputs)
    for name, shape in outputs.items():
        inner = shape.member if shape.type_name == "list" else shape
        if inner.type_name == "structure" and shown_as(by, inner.members, thing):
            return Description(name, inner.members, inner is shape)
    raise NoModuleError(f"nothing in the reply to {method} shows {by}: give another READ, or another BY.")


def tags_of(service: Service, create: str, thing: str, description: Mapping[str, Shape]) -> Tags:
    """Return how the service changes the tags of a resource.

    :raises NoModuleError: it has none, or changes them in a way that the tool does not know.
    """
    creation = find_tags(service.inputs(create))
    tag = service.first((f"tag_{thing}", "tag_resource", "add_tags_to_resource", "add_tags"))
    untag = service.first((f"untag_{thing}", "untag_resource", "remove_tags_from_resource", "remove_tags"))
    if not (creation and tag and untag):
        raise NoModuleError(
            f"{create} takes no tags, so that nothing says whose one is: write a Resource of its own, not a table."
        )
    parameters = service.inputs(tag)
    member = find_tags(parameters)
    which = next(name for name in parameters if name != member)
    keys = next(name for name in service.inputs(untag) if name != which)
    shape = parameters[member]
    key, value = pair_of(shape)
    own = find_tags(description)
    listing = "" if own else service.first((f"list_{thing}_tags", "list_tags_for_resource", "list_tags_of_resource"))
    if not own and (not listing or which not in service.inputs(listing)):
        raise NoModuleError(f"{service.client} has no request that lists tags by {which}: write its Tagging by hand.")
    reply = own or find_tags(service.outputs(listing))
    several = parameters[which].type_name == "list"
    return Tags(creation, tag, untag, which, several, member, keys, listing, reply, key, value)


def pair_of(shape: Shape) -> tuple[str, str]:
    """Return what a list of tags calls the parts of a pair; nothing for a dict."""
    if shape.type_name == "map":
        return "", ""
    names = list(shape.member.members)
    return next(name for name in names if "key" in name.lower()), next(
        name for name in names if "value" in name.lower()
    )


def rows_of(
    service: Service,
    create: str,
    change: str,
    thing: str,
    description: Mapping[str, Shape],
    left_out: list[str],
) -> Iterator[Row]:
    """Yield the rows of a creation's parameters.

    :param left_out: gets the parameters without a row, each with the reason.
    """
    changed = service.inputs(change) if change else {}
    for member, shape in service.inputs(create).items():
        if is_tags(member, shape) or shape.metadata.get("idempotencyToken"):
            continue
        shown = shown_as(member, description, thing)
        if not shown:
            left_out.append(f"{member}: no description shows it, so that nothing can compare it")
            continue
        source = f"C({member}) of {service.methods[create]}"
        required = member in service.required(create)
        try:
            yield row_of(member, shape, shown, source, thing, 0, required, member not in changed)
        except NoModuleError as reason:
            left_out.append(f"{member}: {reason}")


def named_by(service: Service, create: str, thing: str, given: str) -> str:
    """Return the parameter of the creation that names the resource.

    :raises NoModuleError: none is known.
    """
    members = list(service.inputs(create))
    if given:
        found = [name for name in members if xform_name(name) == given]
    else:
        found = [name for name in members if option_name(name, thing) == "name"]
    if not found:
        names = ", ".join(map(xform_name, members))
        raise NoModuleError(f"no parameter of {create} is its name: give BY, one of {names}.")
    return found[0]


def which_of(service: Service, method: str, by: str, thing: str) -> Which:
    """Return how a method says which resource: by its name, or else by its ARN.

    :param by: the parameter of the creation with its name.
    :raises NoModuleError: in no way that the tool knows.
    """
    inputs = service.inputs(method)
    wanted = option_name(by, thing)
    for row, names in (("name", {wanted, f"{wanted}s"}), ("arn", {"arn", "arns"})):
        for name, shape in inputs.items():
            if name in (by, f"{by}s") or option_name(name, thing) in names:
                return Which(name, wanted if row == "name" else row, shape.type_name == "list")
    raise NoModuleError(f"{method} takes no {by}: give another method, or another BY.")


def needed(found: str, variable: str, verbs: Iterable[str], thing: str) -> str:
    """Return a method's name.

    :raises NoModuleError: none was found.
    """
    if not found:
        raise NoModuleError(f"no method is called {' or '.join(verbs)}_..{thing}: give {variable}=METHOD.")
    return found


def draw(name: str, given: Mapping[str, str]) -> Blueprint:
    """Return the blueprint of a module.

    :param name: the module: the boto3 client and the resource, C(cloudwatch_dashboard).
    :param given: what is known better than by guessing: C(CLIENT, CREATE, CHANGE, READ, REMOVE, BY).
    :raises NoModuleError: it cannot be drawn; says what to give.
    """
    head, _unused, thing = name.partition("_")
    if not thing:
        raise NoModuleError(f"{name!r} is no CLIENT_RESOURCE, such as cloudwatch_dashboard.")
    service = service_of(given.get("CLIENT") or head)
    create, read, remove = (
        given.get(variable) or needed(service.guess(verbs, thing), variable, verbs, thing)
        for variable, verbs in (("CREATE", CREATE), ("READ", READ), ("REMOVE", REMOVE))
    )
    overwriting = create if create.startswith("put_") else ""
    change = given.get("CHANGE") or service.guess(CHANGE, thing) or overwriting
    by = named_by(service, create, thing, given.get("BY", ""))
    found = description_of(service, read, by, thing)
    tagging = tags_of(service, create, thing, found.members)
    left_out: list[str] = []
    rows = list(rows_of(service, create, change, thing, found.members, left_out))
    methods = dict.fromkeys((read, remove, *filter(None, [change])))
    which = {method: which_of(service, method, by, thing) for method in methods}
    if which[read].row == "arn":
        raise NoModuleError(f"{read} takes no {by}: give another READ, or another BY.")
    arn = next((member for member in found.members if option_name(member, thing) == "arn"), "")
    arn = arn or next((member for member in found.members if member.lower().endswith("arn")), "")
    return Blueprint(
        name,
        service.client,
        thing,
        service.model.metadata.get("serviceFullName", service.client),
        create,
        change,
        read,
        remove,
        which,
        found.key,
        found.alone,
        "" if service.missing((read,), "") or not found.key or found.alone else shown_as(by, found.members, thing),
        next(row for row in rows if row.member == by),
        tuple(row for row in rows if row.member != by),
        arn,
        tagging,
        service.missing((read, remove), tagging.listing),
        tuple(left_out),
    )
