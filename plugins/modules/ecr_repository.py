#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ecr_repository
short_description: Manage a repository of Amazon Elastic Container Registry
version_added: 0.1.0
description:
  - Creates, changes and removes a repository of images, found by its name, with its policies.
  - ECR cannot keep an image because something runs it. So lifecycle rules that would take an image of O(family) or
    O(service) are refused, by what is in the repository when the rules change.
  - A removal leaves a repository with images in it, unless O(force).
author: StreamFlix platform team (@streamflix)
options:
  name:
    description: Name of the repository, 2 to 256 lower-case letters, digits, and the characters . _ - / between them.
    type: str
    required: true
  image_tag_mutability:
    description:
      - Whether a tag, once pushed, stays with its image. With V(IMMUTABLE) a push of a tag that exists is refused.
      - V(IMMUTABLE_WITH_EXCLUSION) and V(MUTABLE_WITH_EXCLUSION) do not hold for the tags of
        O(image_tag_mutability_exclusion_filters).
    type: str
    choices: [MUTABLE, IMMUTABLE, IMMUTABLE_WITH_EXCLUSION, MUTABLE_WITH_EXCLUSION]
  image_tag_mutability_exclusion_filters:
    description: Tags for which it does not hold, one to five, in which V(*) stands for any text, such as V(dev-*).
    type: list
    elements: str
  scan_on_push:
    description: Whether an image is scanned for known vulnerabilities when it has been pushed.
    type: bool
  encryption_type:
    description: How images are encrypted, V(AES256) unless set. AWS cannot change it.
    type: str
    choices: [AES256, KMS, KMS_DSSE]
  kms_key_id:
    description: Alias, id or ARN of a key, with V(KMS) and V(KMS_DSSE). AWS's own key unless set. AWS cannot change it.
    type: str
  repository_policy:
    description:
      - Policy document that says who else may use the repository, such as another account. V({}) removes it.
      - Without it, a policy that the repository has stays.
    type: dict
  lifecycle_rules:
    description:
      - Rules by which ECR removes images, at most once a day. An image belongs to the rule with the lowest
        O(lifecycle_rules[].rule_priority) that selects it, and to no other. V([]) removes all rules.
      - Without it, rules that the repository has stay.
    type: list
    elements: dict
    suboptions:
      rule_priority:
        description: Number of the rule; lower ones come first. Each rule has its own.
        type: int
        required: true
      description:
        description: What the rule is for.
        type: str
      tag_status:
        description: Which images the rule selects. V(any) is for the last rule only.
        type: str
        choices: [tagged, untagged, any]
        required: true
      tag_pattern_list:
        description: With V(tagged), patterns in which V(*) stands for any text. An image has to have a tag for each.
        type: list
        elements: str
      tag_prefix_list:
        description: With V(tagged), the same by what tags begin with.
        type: list
        elements: str
      count_type:
        description: Whether all but the newest images go (V(imageCountMoreThan)), or those older than some days.
        type: str
        choices: [imageCountMoreThan, sinceImagePushed]
        required: true
      count_number:
        description: How many images stay, or for how many days.
        type: int
        required: true
  family:
    description: Family of task definitions. Of its active revisions no lifecycle rule may take the image.
    type: str
  service:
    description: The service that runs O(family). Of what it runs no lifecycle rule may take the image either.
    type: dict
    suboptions:
      cluster:
        description: Name of its cluster.
        type: str
        required: true
      name:
        description: Its name.
        type: str
        required: true
  force:
    description: Whether O(state=absent) removes the repository with the images that are in it.
    type: bool
    default: false
seealso:
  - module: community.aws.ecs_ecr
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Repository of the content API, with tags that stay
  streamflix.content_api.ecr_repository:
    name: streamflix/content-api-dev
    image_tag_mutability: IMMUTABLE
    scan_on_push: true
    lifecycle_rules:
      - rule_priority: 1
        description: Images that have lost their tags
        tag_status: untagged
        count_type: sinceImagePushed
        count_number: 14
    family: streamflix-api-dev
    service:
      cluster: streamflix-cluster-dev
      name: streamflix-api-dev
    tags:
      Environment: dev

- name: Remove it, if it is empty
  streamflix.content_api.ecr_repository:
    name: streamflix/content-api-dev
    state: absent
"""

RETURN = r"""
repository:
  description: The repository as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    arn:
      description: ARN of the repository.
      type: str
      sample: arn:aws:ecr:eu-west-1:123456789012:repository/streamflix/content-api-dev
    uri:
      description: What the names of its images begin with.
      type: str
      sample: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/streamflix/content-api-dev
    name:
      description: Name of the repository.
      type: str
      sample: streamflix/content-api-dev
    image_tag_mutability:
      description: Whether tags stay with their images.
      type: str
      sample: IMMUTABLE
    image_tag_mutability_exclusion_filters:
      description: Tags for which that does not hold.
      type: list
      elements: str
      sample: []
    scan_on_push:
      description: Whether images are scanned when they have been pushed.
      type: bool
      sample: true
    encryption_type:
      description: How images are encrypted.
      type: str
      sample: AES256
    kms_key_id:
      description: The key; empty with V(AES256).
      type: str
      sample: ""
    repository_policy:
      description: The policy; null where O(repository_policy) is not set, as it is not read then.
      type: dict
      sample: {}
    lifecycle_rules:
      description: The rules; null where O(lifecycle_rules) is not set, as they are not read then.
      type: list
      elements: dict
      sample:
        - {rule_priority: 1, tag_status: untagged, count_type: sinceImagePushed, count_number: 14}
    tags:
      description: Its tags.
      type: dict
      sample: {Environment: dev}
kept:
  description: Whether a removal has left the repository, as it has images in it.
  returned: always
  type: bool
  sample: false
ready:
  description: Whether there is nothing left to wait for, so that a further run with O(wait=true) is not needed.
  returned: always
  type: bool
  sample: true
actions:
  description: The AWS requests that change something, in order; in check mode those that the real run would send.
  returned: always
  type: list
  elements: str
  sample: []
changes:
  description:
    - "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type),
      C(name), and C(fields) with the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: update
      type: AWS::ECR::Repository
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.ecr import lifecycle
from ansible_collections.streamflix.content_api.plugins.module_utils.ecr.rules import (
    mutability_filters,
    repository_name,
    same_key,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs import reading as ecs
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs import registry
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.iam.policies import document_of, same, text_of
from ansible_collections.streamflix.content_api.plugins.module_utils.iam.rules import policy_document
from ansible_collections.streamflix.content_api.plugins.module_utils.plain import PlainResource, Read, Write, set_values
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    InvalidOptionError,
    Plan,
    unchanged,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import manage

GONE = frozenset({"RepositoryNotFoundException"})
NO_POLICY = GONE | {"RepositoryPolicyNotFoundException"}
NO_RULES = GONE | {"LifecyclePolicyNotFoundException"}
NO_CLUSTER = frozenset({"ClusterNotFoundException"})
WHICH = {"repositoryName": "name"}
MUTABILITY = "image_tag_mutability"
FILTERS = "image_tag_mutability_exclusion_filters"
SENT_FILTERS = "imageTagMutabilityExclusionFilters"
EXCLUSION = frozenset({"IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION"})

FIELDS: Rows = {
    "arn": Field(read="repositoryArn", assigned=True, always=True, new=CHOSEN),
    "uri": Field(read="repositoryUri", assigned=True, always=True, new=CHOSEN),
    "name": Field(aws="repositoryName", required=True, always=True, rule=repository_name),
    "image_tag_mutability": Field(
        aws="imageTagMutability",
        new="MUTABLE",
        unset="MUTABLE",
        choices=("MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION"),
    ),
    "image_tag_mutability_exclusion_filters": Field(
        "list",
        "imageTagMutabilityExclusionFilters",
        read=lambda found: sorted(one["filter"] for one in found.get("imageTagMutabilityExclusionFilters") or []),
        write=lambda filters: [{"filterType": "WILDCARD", "filter": text} for text in filters],
        normal=sorted,
        new=[],
    ),
    "scan_on_push": Field("bool", "imageScanningConfiguration.scanOnPush", new=False, unset=False),
    "encryption_type": Field(
        aws="encryptionConfiguration.encryptionType",
        new="AES256",
        unset="AES256",
        fixed=True,
        choices=("AES256", "KMS", "KMS_DSSE"),
    ),
    "kms_key_id": Field(aws="encryptionConfiguration.kmsKey", fixed=True, unset="", new=CHOSEN, same=same_key),
    "repository_policy": Field(
        "dict",
        "policyText",
        read=lambda found: found["policy"],
        write=text_of,
        same=same,
        whole=True,
        later=True,
        new={},
        exposes=True,
        rule=lambda option, policy: policy_document(option, policy) if policy else [],
    ),
    "lifecycle_rules": Field(
        "list",
        "lifecyclePolicyText",
        read=lambda found: found["lifecycle"],
        write=lifecycle.to_text,
        normal=lifecycle.normal,
        rows={
            name: Field(row.type, required=row.required, choices=row.choices) for name, row in lifecycle.RULE.items()
        },
        later=True,
        new=[],
        rule=lifecycle.problems,
    ),
    "family": Field(),
    "service": Field("dict", rows={"cluster": Field(required=True), "name": Field(required=True)}),
    "force": Field("bool", default=False),
}


def checked(plan: Plan) -> Plan:
    """Return a plan whose repository has filters if, and only if, its setting of tags has exceptions.

    :raises InvalidOptionError: it has not, so AWS would refuse it.
    """
    after = plan.after or {}
    if bool(after[FILTERS]) != (after[MUTABILITY] in EXCLUSION):
        with_or_without = "no " if after[MUTABILITY] in EXCLUSION else ""
        raise InvalidOptionError(
            f"{MUTABILITY} {after[MUTABILITY]} goes with {with_or_without}{FILTERS} {after[FILTERS]}, which AWS "
            "refuses: set filters with IMMUTABLE_WITH_EXCLUSION or MUTABLE_WITH_EXCLUSION, and only with these."
        )
    return plan


class Repository(PlainResource):
    """A repository of images."""

    service = "ecr"
    kind = "repository"
    aws_type = "AWS::ECR::Repository"
    arn_kind = "ecr:repository"
    result_key = "repository"
    tagging = tags.ECR
    fields = FIELDS
    read = Read("describe_repositories", "repositories", "repositoryNames", several=True, gone=GONE)
    create = Write("create_repository")
    changes = (
        Write(
            "put_image_tag_mutability",
            WHICH,
            ("image_tag_mutability", "image_tag_mutability_exclusion_filters"),
            whole=True,
        ),
        Write("put_image_scanning_configuration", WHICH, ("scan_on_push",)),
        Write(
            "set_repository_policy",
            WHICH,
            ("repository_policy",),
            clear="delete_repository_policy",
            done_if=NO_POLICY,
        ),
        Write(
            "put_lifecycle_policy",
            WHICH,
            ("lifecycle_rules",),
            clear="delete_lifecycle_policy",
            done_if=NO_RULES,
        ),
    )
    remove = Write("delete_repository", WHICH, done_if=GONE)
    remedy = "Make a repository of another name, push the images there, and remove this one when nothing uses it."

    # sentences about images in use that the rules would take
    _endangered: tuple[str, ...] = ()
    _holds_images = False

    def problems(self) -> list[str]:
        found, options = super().problems(), self.options
        if self.absent:
            return found
        found += mutability_filters("image_tag_mutability_exclusion_filters", options[FILTERS] or [])
        if options["kms_key_id"] and (options["encryption_type"] or "AES256") == "AES256":
            key = options["kms_key_id"]
            found.append(f"kms_key_id {key!r} needs encryption_type KMS or KMS_DSSE: set it, or leave the key out.")
        return found

    def find(self) -> dict[str, Any] | None:
        found = super().find()
        if found is None:
            return None
        policy, rules = self._policy(), self._rules()
        self._holds_images = self.absent and bool(self._some_images())
        wanted = lifecycle.normal(self.options["lifecycle_rules"] or [])
        self._endangered = tuple(self._in_danger(wanted)) if wanted and wanted != rules else ()
        return {**found, "policy": policy, "lifecycle": rules}

    def _policy(self) -> dict[str, Any] | None:
        """Read the repository's policy; only when it is to be set."""
        if self.options["repository_policy"] is None or self.absent:
            return None
        reply = self.api.get("get_repository_policy", NO_POLICY, repositoryName=self.name)
        return document_of(reply["policyText"]) if reply else {}

    def _rules(self) -> list[dict[str, Any]] | None:
        """Read the lifecycle rules; only when they are to be set."""
        if self.options["lifecycle_rules"] is None or self.absent:
            return None
        reply = self.api.get("get_lifecycle_policy", NO_RULES, repositoryName=self.name)
        return lifecycle.from_text(reply["lifecyclePolicyText"]) if reply else []

    def _some_images(self) -> list[Any]:
        reply = self.api.get("list_images", GONE, repositoryName=self.name, maxResults=1)
        return reply["imageIds"] if reply else []

    def _in_danger(self, rules: list[dict[str, Any]]) -> list[str]:
        """Return in words which images that are in use the rules would take; asks AWS only when rules change."""
        used = {
            (image.digest or image.tag): user for user, image in self._images_in_use() if image.repository == self.name
        }
        if not used:
            return []
        every = self.api.pages("describe_images", "imageDetails", repositoryName=self.name)
        return lifecycle.endangered(rules, every, used)

    def _images_in_use(self) -> Iterator[tuple[str, registry.Image]]:
        """Yield the images in ECR of the family's active revisions and of what the service runs, with the revision."""
        family, service = self.options["family"], self.options["service"]
        arns = (
            self.api.pages("list_task_definitions", "taskDefinitionArns", "ecs", familyPrefix=family) if family else []
        )
        if service:
            which = {"cluster": service["cluster"], "services": [service["name"]]}
            reply = self.api.get("describe_services", NO_CLUSTER, "ecs", **which) or {"services": []}
            arns += [one["taskDefinition"] for found in reply["services"] for one in found.get("deployments", [])]
        for arn in dict.fromkeys(arns):
            definition = self.api.call("describe_task_definition", "ecs", taskDefinition=arn)["taskDefinition"]
            for container in definition["containerDefinitions"]:
                image = registry.parse(container["image"])
                if image:
                    yield ecs.revision(arn), image

    def merged(self, current: Mapping[str, Any]) -> dict[str, Any]:
        wanted = super().merged(current)
        if wanted[MUTABILITY] is not None and wanted[MUTABILITY] not in EXCLUSION and not wanted[FILTERS]:
            wanted[FILTERS] = []
        return wanted

    def change_steps(self, changed: Iterable[str], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Call]:
        steps = super().change_steps(changed, before, after)
        # AWS takes no empty list
        return [
            replace(step, params=set_values(step.params)) if step.params.get(SENT_FILTERS) == [] else step
            for step in steps
        ]

    def plan_create(self) -> Plan:
        return checked(super().plan_create())

    def plan_update(self, current: dict[str, Any]) -> Plan:
        if self._endangered:
            listed = "; ".join(self._endangered)
            raise InvalidOptionError(f"lifecycle_rules of {self.name} would take what is in use: {listed}.")
        return checked(super().plan_update(current))

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        if self._holds_images and not self.options["force"]:
            return unchanged(current)
        step = Call(self.remove.operation, self.remove.resource(current), self.name, done_if=GONE)
        with_images = {**step.params, "force": True}
        return Plan([replace(step, params=with_images) if self.options["force"] else step], current, None)

    def details(self) -> dict[str, Any]:
        kept = self._holds_images and not self.options["force"]
        if kept:
            self.api.warn(f"Repository {self.name} has images in it and stays. To remove it with them, set force.")
        return {"kept": kept}


def main() -> None:
    """Entry point of the module."""
    manage(Repository)


if __name__ == "__main__":
    main()
