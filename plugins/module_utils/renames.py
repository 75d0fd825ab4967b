# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Resources of a stack whose names its variables do not give any more.

Resources are found by their names. So if a name is changed, a run would make a second resource beside the first one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import existence, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api, AwsError
from ansible_collections.streamflix.content_api.plugins.module_utils.arns import Target, parse
from ansible_collections.streamflix.content_api.plugins.module_utils.ownership import IDENTITY
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import UNKNOWN, is_unknown

SERVICE = "resourcegroupstaggingapi"
RESOURCES_PER_PAGE = 100  # the most that GetResources takes
# services that take names in any case and keep them in lower case
ANY_CASE = ("AWS::RDS::", "AWS::ElastiCache::")
SECRET_SUFFIX = len("-AbCdEf")

ANOTHER_STACK = "or give the new names to a stack with tags of its own"
RELEASE = (
    "or release what is there, which then stays as it is and is yours to remove (ansible-playbook "
    'playbooks/release.yml -e confirm=STACK -e \'{{"release": ["{arn}"]}}\'), and run again'
)
RETAG = (
    "or give it the new name by hand (aws ec2 create-tags --resources {id} --tags Key=Name,Value={new}), and run again"
)


@dataclass(frozen=True)
class Advice:
    """Why a resource of a kind is not simply created again under another name.

    :ivar harm: what that would do.
    :ivar way: what the user can do besides setting the name back; C({arn}), C({id}) and C({new}) stand in it.
    """

    harm: str
    way: str = ANOTHER_STACK


ADVICE = {
    "AWS::EC2::VPC": Advice("a second network, to which AWS moves nothing", RETAG),
    "AWS::EC2::SecurityGroup": Advice("what has it changes over one by one, and is not reached meanwhile"),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": Advice("another address, and no targets until the service has moved"),
    "AWS::ECS::Cluster": Advice("a second service in it, and the one there is runs on", RELEASE),
    "AWS::ECS::Service": Advice("a second service, and the one there is runs on", RELEASE),
    "AWS::ECS::TaskDefinition": Advice("the service moves to it, and the revisions there are stay", RELEASE),
    "AWS::RDS::DBCluster": Advice("an empty database, to which the service moves", RELEASE),
    "AWS::RDS::DBSubnetGroup": Advice("AWS moves no cluster to another one"),
    "AWS::ElastiCache::ReplicationGroup": Advice("an empty cache, to which the service moves", RELEASE),
    "AWS::ElastiCache::SubnetGroup": Advice("AWS moves no replication group to another one"),
    "AWS::SecretsManager::Secret": Advice("a new password of the database, which the running tasks do not have"),
}
# a second one does no harm; the run names the first one
BESIDE = ("AWS::Logs::LogGroup", "AWS::ApiGateway::Stage")
# the new one takes over from the present one, which is then removed
MOVED = ("AWS::ElasticLoadBalancingV2::TargetGroup",)
KINDS = (*ADVICE, *BESIDE, *MOVED)


@dataclass(frozen=True)
class Found:
    """A resource of the stack, as the tagging API lists it.

    :ivar name: what its users call it, which its ARN or its tag C(Name) has.
    """

    target: Target
    name: str

    @property
    def type(self) -> str:
        """CloudFormation's name for its kind."""
        return self.target.type


def name_of(target: Target, its_tags: Mapping[str, str]) -> str:
    """Return what a resource is called."""
    service, _unused, kind = target.kind.partition(":")
    if service == "ec2":
        return its_tags.get("Name", "")
    if kind == "loadbalancer":
        return target.name.split("/")[1]
    if kind == "secret":
        return target.name[:-SECRET_SUFFIX]
    if kind in ("service", "stages"):
        return target.name.rpartition("/")[2]
    if kind == "targetgroup":
        return target.name.partition("/")[0]
    return target.name.partition(":")[0]


def found_in(listed: Iterable[Mapping[str, Any]]) -> list[Found]:
    """Return the resources in GetResources' list; of task definitions, one revision of each family."""
    found: dict[tuple[str, str], Found] = {}
    for entry in listed:
        target = parse(entry["ResourceARN"])
        one = Found(target, name_of(target, tags.from_list(entry.get("Tags"))))
        found[one.type, one.name] = one
    return list(found.values())


def comparable(aws_type: str, name: str) -> str:
    """Return a name in the form in which names are compared; that of a stage has the name of its API in front."""
    if aws_type == "AWS::ApiGateway::Stage":
        return name.rpartition(" ")[2]
    return name.lower() if aws_type.startswith(ANY_CASE) else name


def gives(wanted: str, name: str) -> bool:
    """Tell whether a name is a wanted one, in which a part may be an id that only AWS knows, such as that of an API."""
    return re.fullmatch(re.escape(wanted).replace(re.escape(UNKNOWN), "[^/]+"), name) is not None


def surplus(found: Iterable[Found], wanted: Mapping[str, Iterable[str]]) -> Iterator[tuple[Found, list[str]]]:
    """Yield the resources whose names are not wanted.

    :param wanted: for each kind that is managed, the names of all resources of the stack.
    :returns: each with those wanted names of its kind that no resource has.
    """
    there: dict[str, set[str]] = {}
    known = [one for one in found if one.type in KINDS and wanted.get(one.type)]
    for one in known:
        there.setdefault(one.type, set()).add(comparable(one.type, one.name))
    for one in known:
        names = {comparable(one.type, name): name for name in wanted[one.type]}
        if not any(gives(key, comparable(one.type, one.name)) for key in names):
            missing = (name for key, name in names.items() if not any(gives(key, other) for other in there[one.type]))
            yield one, sorted(missing)


def refusal(one: Found, missing: list[str]) -> str:
    """Return why no resource of another name may be created beside a resource, and what to do.

    :param missing: the names of the resources that would be created.
    """
    advice, new = ADVICE[one.type], ", ".join(missing)
    way = advice.way.format(arn=one.target.arn, id=one.target.name, new=new)
    return (
        f"{one.type} {one.name} is this stack's, and no variable names it any more, but {new}, which is not there. It "
        f"would be made beside it: {advice.harm}. Nothing was changed. Set the name back, {way}."
    )


def leftover(one: Found) -> str:
    """Return a warning about a resource that no variable names."""
    return (
        f"{one.type} {one.name} is this stack's, and no variable names it any more. It stays as it is: remove it by "
        f"hand when it is of no more use ({one.target.arn})."
    )


def roles_given_up(before: Iterable[str | None], after: Iterable[str | None]) -> list[str]:
    """Return a warning about IAM roles that are no longer used by something; the tagging API does not list roles.

    :param before: ARNs of the roles that it has; None for none.
    :param after: ARNs of those that it is to have.
    """
    kept = set(after)
    gone = {arn for arn in before if arn} - kept if not any(is_unknown(arn) for arn in kept) else set[str]()
    return [
        f"AWS::IAM::Role {arn.rpartition('/')[2]} was used until now, and no variable names it any more. It stays as "
        f"it is: remove it by hand when it is of no more use ({arn})."
        for arn in sorted(gone)
    ]


def listed(api: Api, stack_tags: Mapping[str, str], wanted: Mapping[str, Iterable[str]]) -> list[Found]:
    """Return the resources that carry a stack's tags.

    :param stack_tags: the tags of all resources of the stack, with those of C(IDENTITY); without them, nothing is read.
    :param wanted: as for L(surplus).
    :raises AwsError: AWS refuses or is not reached.
    """
    if not wanted or not stack_tags:
        return []
    filters = [{"Key": name, "Values": [str(stack_tags[name])]} for name in IDENTITY]
    page = {"ResourcesPerPage": RESOURCES_PER_PAGE, "TagFilters": filters}
    return found_in(api.pages("get_resources", "ResourceTagMappingList", SERVICE, **page))


def check(api: Api, found: Callable[[], list[Found]], wanted: Mapping[str, Iterable[str]]) -> list[str]:
    """Find changed names of resources that cannot be renamed; warn of other resources that no variable names.

    :param found: as L(listed).
    :param wanted: as for L(surplus).
    """
    try:
        # the tagging API lists it for hours after it is gone
        there = [(one, missing) for one, missing in surplus(found(), wanted) if not existence.look_up(api, one.target)]
    except AwsError as failure:
        api.warn(f"Whether names were changed was not checked, so the run may make a second of something: {failure}")
        return []
    for one, missing in there:
        if one.type in BESIDE or not missing:
            api.warn(leftover(one))
    return [refusal(one, missing) for one, missing in there if missing and one.type in ADVICE]
