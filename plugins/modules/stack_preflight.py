#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: stack_preflight
short_description: Check a stack's variables, the credentials and the account before anything is touched
version_added: 0.1.0
description:
  - Checks the variables of a stack against the limits that its modules know and against each other, then whether AWS is
    reachable, the credentials are valid and belong to the stack's account, and the region has what the variables ask
    for.
  - For a stack that does not exist yet, and for settings that need more than every account is granted, the account's
    quotas are read and compared with what is in use. Without the permission C(servicequotas:GetServiceQuota) it goes on
    with a warning.
  - Resources of a stack are found by their names. The stack's tags show names that were changed although AWS cannot
    rename the resource, which is a finding, and resources that no variable names any more, which gives a warning.
    Without the permission C(tag:GetResources) it goes on with
    a warning.
  - Hosts of one inventory that would have the same names or tags in the same account and region are refused first.
    These are the hosts of the play and of the group C(stacks); those that are not in the run, as with C(--limit),
    count as they are in the inventory.
  - Fails with all findings at once, each naming the variable, its value and the remedy. Writes nothing.
author: StreamFlix platform team (@streamflix)
options:
  account_id:
    description: The AWS account that the stack belongs to, 12 digits.
    type: str
    required: true
  roles:
    description:
      - Roles of this collection whose variables are checked, in the order in which they run. Each of their tasks is
        gone through with the variables of the host, and what the modules would refuse is found before AWS is asked for
        anything. A variable that bears the name of a role in front, and is none of its own, is found too.
    type: list
    elements: str
    default: []
  variables:
    description:
      - Variables of the roles by their own names, for checks of several together and against what AWS offers. Those
        that are compared with each other, such as zones and subnets, have to be given together.
      - With O(roles), those of the host are among them. Without both, only credentials, account and region are checked.
    type: dict
    default: {}
  lengths:
    description:
      - The number of entries of lists that O(variables) lacks, for checks that only count. With O(roles), the lists of
        the host are among them.
    type: dict
    default: {}
  check_images:
    description:
      - Whether an C(ecs_service_image) in ECR of this account and region has to be there, also for the processor of the
        tasks. Set V(false) for a run that does not deploy the service.
    type: bool
    default: true
  check_zones:
    description:
      - Whether the hosted zones in which the stack keeps DNS names have to be there. Set V(false) for a run that keeps
        none.
    type: bool
    default: true
  locked_by:
    description:
      - The tags of the stack, where the module is to warn of a run that holds the stack's lock, as
        M(streamflix.content_api.stack_lock) takes it. Without them, the module does not look for one.
    type: dict
    default: {}
  resources:
    description:
      - The names of all that the stack is to have, in lists by CloudFormation's names of the kinds. What has the
        stack's C(platform_tags) of O(variables) under another name, for which there is nothing yet, is found, as the
        run would make a second one beside it.
      - With O(roles), those of the host are among them.
    type: dict
    default: {}
  required:
    description:
      - Variables that have to be set, with their values. When some are empty, all of these are named, and nothing else
        is checked.
    type: dict
    default: {}
  outputs_path:
    description:
      - The file that the run writes at its end, as O(streamflix.content_api.stack_outputs#module:path). With O(roles),
        one that cannot be written is found, without writing.
    type: path
  cost:
    description:
      - With O(roles), lets the callback P(streamflix.content_api.recap#callback) tell what the run makes a month cost
        more or less. Both are as M(streamflix.content_api.stack_cost) takes them, and checked here.
    type: dict
    suboptions:
      prices:
        description: The table of prices, in place of the one that comes with the collection.
        type: path
      assumptions:
        description: What users do in a month.
        type: dict
        default: {}
extends_documentation_fragment:
  - streamflix.content_api.info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Stop when the credentials belong to another account
  streamflix.content_api.stack_preflight:
    account_id: "123456789012"

- name: Stop when the variables of a role cannot work
  streamflix.content_api.stack_preflight:
    account_id: "123456789012"
    roles: [redis]

- name: Stop when these variables cannot work
  streamflix.content_api.stack_preflight:
    account_id: "123456789012"
    variables:
      network_availability_zones: [eu-west-1a, eu-west-1b]
      network_vpc_cidr: 10.0.0.0/16
      network_public_subnet_cidrs: [10.0.0.0/24, 10.0.1.0/24]
      network_private_subnet_cidrs: [10.0.2.0/24, 10.0.3.0/24]
      aurora_engine_version: "15.17"
      aurora_cluster_identifier: streamflix-aurora-dev
"""

RETURN = r"""
account_id:
  description: The account that the credentials belong to.
  returned: success
  type: str
  sample: "123456789012"
caller_arn:
  description: Who the credentials belong to.
  returned: success
  type: str
  sample: arn:aws:iam::123456789012:user/deployer
cost_basis:
  description: What the callback P(streamflix.content_api.recap#callback) needs to tell the cost; empty without O(cost).
  returned: success
  type: dict
  sample:
    resources: {"AWS::EC2::NatGateway": 1}
    variables: {}
    assumptions: {}
    region: eu-west-1
    prices: prices.tsv
drift_ignore:
  description:
    - The differences that are no drift, as O(variables) gives them under C(drift_ignore). The callback
      P(streamflix.content_api.recap#callback) heeds them.
  returned: success
  type: list
  elements: dict
  sample:
    - {type: "AWS::ECS::Service", name: "*", field: desired_count, reason: set by hand in load tests}
other_run:
  description:
    - Which run is working on the stack of O(locked_by). Empty when none is, or without O(locked_by).
  returned: success
  type: dict
  contains:
    id:
      description: The launch template that is the lock.
      type: str
      sample: lt-0123456789abcdef0
    name:
      description: Its name.
      type: str
      sample: streamflix-lock-streamflix-dev
    owner:
      description: Who runs it, and where.
      type: str
      sample: alice@desk
    principal:
      description: The ARN of the identity that runs it.
      type: str
      sample: arn:aws:iam::123456789012:user/alice
    what:
      description: What it does.
      type: str
      sample: site.yml --tags network
    began:
      description: Since when.
      type: str
      sample: "2026-01-31T12:00:00Z"
    expires:
      description: Until when, unless it goes on.
      type: str
      sample: "2026-01-31T12:30:00Z"
region:
  description: The region that requests go to.
  returned: success
  type: str
  sample: eu-west-1
"""

import difflib
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils import lock, quotas, renames
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api, all_regions, missing_profile
from ansible_collections.streamflix.content_api.plugins.module_utils.backup import choices as backup
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs import stack_images
from ansible_collections.streamflix.content_api.plugins.module_utils.elasticache import parameters as cache_parameters
from ansible_collections.streamflix.content_api.plugins.module_utils.elasticache import reading as elasticache
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2 import scheme
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import InvalidOptionError
from ansible_collections.streamflix.content_api.plugins.module_utils.preflight import check_variables
from ansible_collections.streamflix.content_api.plugins.module_utils.rds import parameters as database_parameters
from ansible_collections.streamflix.content_api.plugins.module_utils.rds import reading as rds
from ansible_collections.streamflix.content_api.plugins.module_utils.route53 import records
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import run_info
from ansible_collections.streamflix.content_api.plugins.module_utils.wafv2 import choices


def check_region(region: str, known: list[str]) -> list[str]:
    """Find a region that AWS does not have.

    :param known: all regions, of all partitions.
    """
    if not region:
        return ["No region is set: set aws_region, or AWS_REGION in the environment."]
    if region in known:
        return []
    close = difflib.get_close_matches(region, known, n=1)
    hint = f"did you mean {close[0]}?" if close else "choose one such as eu-west-1."
    return [f"aws_region {region!r} is not an AWS region: {hint}"]


def check_zones(wanted: list[str], offered: list[str]) -> list[str]:
    """Find availability zones that the region does not offer to this account."""
    return [
        f"network_availability_zones has {zone!r}, which this account does not have: choose from {', '.join(offered)}."
        for zone in wanted
        if zone not in offered
    ]


def check_engine_version(wanted: str, offers: Sequence[rds.Offer]) -> list[str]:
    """Find an engine version that AWS does not offer with Serverless v2 in the region."""
    if rds.newest(offers, wanted):
        return []
    listed = ", ".join(offer.version for offer in offers) or "none"
    return [f"aurora_engine_version {wanted!r} is not offered with Serverless v2 here: choose one of {listed}."]


def read_offers(api: Api) -> list[rds.Offer]:
    """Return the versions of Aurora PostgreSQL that AWS offers with Serverless v2 in the region."""
    versions = api.pages("describe_db_engine_versions", "DBEngineVersions", "rds", Engine="aurora-postgresql")
    return rds.offers_from_aws(versions)


def check_cache(api: Api, variables: Mapping[str, Any]) -> list[str]:
    """Find a version of Redis or Valkey that AWS does not offer, or parameters that it does not have or allow.

    A replication group that is there may run a version that is not offered to new ones any more, or has been upgraded.
    """
    version, name = variables.get("redis_engine_version"), variables.get("redis_replication_group_id")
    if not version or not name:
        return []
    engine, group = str(variables.get("redis_engine") or "redis"), variables.get("redis_parameter_group_name")
    findings = elasticache.not_offered(api, engine, str(version), group)
    if findings and elasticache.find_group(api, str(name)) is not None:
        return []
    renamed = {"engine_version": "redis_engine_version", "cache_parameter_group_name": "redis_parameter_group_name"}
    refused = cache_parameters.refused_in_new(
        api,
        "redis_parameters",
        variables.get("redis_parameters") or {},
        cache_parameters.family_of(engine, str(version)),
    )
    return [*(re.sub(r"^\w+", lambda option: renamed[option[0]], finding) for finding in findings), *refused]


def check_new(api: Api, variables: Mapping[str, Any]) -> list[str]:
    """Find what AWS does not offer to a stack that is not there yet: versions, rules of AWS WAF, and backups."""
    version = variables.get("aurora_engine_version")
    named = version and variables.get("aurora_cluster_identifier")
    found = check_engine_version(str(version), read_offers(api)) if named else []
    found += [*check_cache(api, variables), *choices.check_stack(api, variables)]
    return found + backup.check_stack(api, variables)


def check_offers(api: Api, variables: Mapping[str, Any], lengths: Mapping[str, int]) -> list[str]:
    """Find zones, versions and numbers that AWS does not offer to this account in this region."""
    findings = []
    if variables.get("network_availability_zones"):
        zones = api.pages("describe_availability_zones", "AvailabilityZones", "ec2")
        offered = sorted(zone["ZoneName"] for zone in zones if zone["State"] == "available")
        findings += check_zones(variables["network_availability_zones"], offered)
    cluster = variables.get("aurora_cluster_identifier")
    # a cluster that is there may run a version that is not offered to new ones any more, and has its network
    if cluster and rds.find_cluster(api, cluster) is not None:
        return findings + quotas.check(api, quotas.Stack(variables, lengths), missing=False)
    # boto3 makes clients in one thread only
    for service, variable in (
        ("rds", "aurora_engine_version"),
        ("elasticache", "redis_engine_version"),
        (choices.offers.SERVICE, "waf_managed_rule_groups"),
        (backup.SERVICE, backup.TYPES),
    ):
        if variables.get(variable):
            api.client(service)
    with ThreadPoolExecutor(1) as pool:
        versions = pool.submit(check_new, api, variables)
        counted = quotas.check(api, quotas.Stack(variables, lengths), missing=True)
        return findings + versions.result() + counted


def raise_if_any(findings: list[str]) -> None:
    """Raise L(InvalidOptionError) with all findings, if there are any."""
    if findings:
        raise InvalidOptionError("\n".join(findings))


def preflight(api: Api, options: Mapping[str, Any]) -> dict[str, Any]:
    """Check everything and return who runs where.

    :raises InvalidOptionError: with all findings.
    """
    variables = options["variables"]
    no_profile = missing_profile(options.get("profile"))
    if no_profile:
        # nor is there a client, or a region
        raise InvalidOptionError(no_profile)
    raise_if_any([*check_region(api.region or "", all_regions()), *check_variables(variables)])
    identity = api.call("get_caller_identity")
    if identity["Account"] != options["account_id"]:
        raise InvalidOptionError(
            f"aws_account_id is {options['account_id']!r}, but the credentials belong to account "
            f"{identity['Account']!r} ({identity['Arn']}): use credentials of the stack's account, or correct "
            "aws_account_id in the inventory."
        )
    own_image = options["check_images"] and stack_images.asked_for(variables, identity["Account"], api.region or "")
    further = [scheme.SERVICE] * scheme.asked_for(variables) + [stack_images.SERVICE] * own_image
    further += [database_parameters.SERVICE] * database_parameters.asked_for(variables)
    for service in (renames.SERVICE, "ec2", *further):
        api.client(service)  # boto3 makes clients in one thread only
    with ThreadPoolExecutor(5) as pool:
        image = pool.submit(stack_images.check, api, variables) if own_image else None
        private = pool.submit(scheme.check, api, variables)
        database = pool.submit(database_parameters.check_stack, api, variables)
        other_run = pool.submit(lock.running, api, options["locked_by"])
        listed = pool.submit(renames.listed, api, variables.get("platform_tags") or {}, options["resources"])
        zones = records.check_stack(api, variables) if options["check_zones"] else []
        offers = [*zones, *check_offers(api, variables, options["lengths"])]
        images = image.result() if image else []
        others = [*images, *private.result(), *database.result()]
        raise_if_any([*offers, *others, *renames.check(api, listed.result, options["resources"])])
    return {
        "account_id": identity["Account"],
        "caller_arn": identity["Arn"],
        "cost_basis": {},
        "drift_ignore": list(variables.get("drift_ignore") or []),
        "other_run": other_run.result(),
        "region": api.region,
    }


def main() -> None:
    """Entry point of the module."""
    module = AnsibleAWSModule(
        argument_spec={
            "account_id": {"type": "str", "required": True},
            "roles": {"type": "list", "elements": "str", "default": []},
            "variables": {"type": "dict", "default": {}},
            "lengths": {"type": "dict", "default": {}},
            "locked_by": {"type": "dict", "default": {}},
            "resources": {"type": "dict", "default": {}},
            "check_images": {"type": "bool", "default": True},
            "check_zones": {"type": "bool", "default": True},
            "required": {"type": "dict", "default": {}},
            "outputs_path": {"type": "path"},
            "cost": {
                "type": "dict",
                "options": {"prices": {"type": "path"}, "assumptions": {"type": "dict", "default": {}}},
            },
        },
        supports_check_mode=True,
    )
    run_info(module, "sts", preflight)


if __name__ == "__main__":
    main()
