# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks of a stack's variables that no single module can make, before anything is read from AWS.

What a single module can check is in its C(problems()).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import holding, hops, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.acm import names as certificates
from ansible_collections.streamflix.content_api.plugins.module_utils.acm.reading import arn_problems
from ansible_collections.streamflix.content_api.plugins.module_utils.apigateway import domains
from ansible_collections.streamflix.content_api.plugins.module_utils.apigateway.rules import header_to_send
from ansible_collections.streamflix.content_api.plugins.module_utils.cloudwatch.rules import (
    alarm_actions,
    alarm_periods,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2 import cidr
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2.rules import grpc_codes
from ansible_collections.streamflix.content_api.plugins.module_utils.iam.rules import own_policies
from ansible_collections.streamflix.content_api.plugins.module_utils.logs.rules import filter_names, log_metric
from ansible_collections.streamflix.content_api.plugins.module_utils.ownership import IDENTITY
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import is_unknown
from ansible_collections.streamflix.content_api.plugins.module_utils.rds.rules import named_twice
from ansible_collections.streamflix.content_api.plugins.module_utils.route53 import rules as route53
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import (
    HIGHEST_PORT,
    not_matching,
    out_of_range,
    too_few,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import LONGEST_WAIT_SECONDS

Variables = Mapping[str, Any]

# The keys of an entry of drift_ignore, each with a pattern.
DRIFT_IGNORE_PATTERNS = ("type", "name", "field")
LOCK_WORDS = ("true", "yes", "take", "break", "false", "no", "none")
DRIFT_IGNORE_FORM = "give entries with type, name, field (patterns, one at least) and reason."
# the findings about variables that every run needs
MEANINGS = {
    "aws_account_id": "the AWS account of the stack, 12 digits",
    "environment_suffix": "the environment's name, such as dev, which names and tags are made of",
}
# RFC 6797, Strict-Transport-Security, as Elastic Load Balancing takes it
HSTS = r"max-age=\d+( *; *(includeSubDomains|preload))*"
HSTS_ADVICE = "write max-age= and seconds, and after semicolons includeSubDomains or preload"
IGNORED_TAGS_FORM = "give entries with key (a pattern) and reason."


def check_required(required: Variables) -> list[str]:
    """Find all variables that have to be set and are not; returns one finding.

    :param required: their values by name.
    """
    missing = [name for name, value in required.items() if value in (None, "")]
    if not missing:
        return []
    listed = ", ".join(f"{name} ({MEANINGS[name]})" if name in MEANINGS else name for name in missing)
    return [f"Not set: {listed}. Set {'it' if len(missing) == 1 else 'them'} in the inventory."]


def check_network(variables: Variables) -> list[str]:
    """Find address ranges and zones that do not fit together."""
    if "network_vpc_cidr" not in variables:
        return []
    subnets = {
        variable: variables.get(variable) or []
        for variable in ("network_public_subnet_cidrs", "network_private_subnet_cidrs")
    }
    findings = cidr.check_subnets("network_vpc_cidr", str(variables["network_vpc_cidr"]), subnets)
    zones = variables.get("network_availability_zones") or []
    findings += too_few("network_availability_zones", zones, 2, "Aurora and the load balancer need two zones")
    findings += [
        f"{variable} {list(blocks)!r} has {len(blocks)} blocks, network_availability_zones has {len(zones)} zones: "
        "give each zone one block."
        for variable, blocks in subnets.items()
        if len(blocks) != len(zones)
    ]
    return findings


def check_listener(variables: Variables) -> list[str]:
    """Find a listener's port that the load balancer's security group does not let in.

    If the user gives security groups of their own, it is not known what these let in.
    """
    port, rules = variables.get("ecs_service_listener_port"), variables.get("network_alb_ingress")
    groups = variables.get("ecs_service_load_balancer_security_group_ids") or ()
    # the id of the network's own group is not known yet
    if port is None or rules is None or any(not is_unknown(group) for group in groups):
        return []
    redirect = variables.get("ecs_service_http_redirect_port") if variables.get("ecs_service_certificate_arn") else None
    # the listener's module reports what is no port
    return [
        f"{name} {value} is let in by no rule of network_alb_ingress, so that nobody reaches it: add a rule with this "
        "port."
        for name, value in (("ecs_service_listener_port", port), ("ecs_service_http_redirect_port", redirect))
        if isinstance(value, int) and 1 <= value <= HIGHEST_PORT and not any(lets_in(rule, value) for rule in rules)
    ]


def check_https(variables: Variables) -> list[str]:
    """Find settings of HTTPS on the load balancer that do not fit together, or that its API could not reach it by."""
    found = (
        arn_problems("certificate_arn", variables["certificate_arn"], "") if variables.get("certificate_arn") else []
    )
    arn = variables.get("ecs_service_certificate_arn")
    if not arn:
        hsts = variables.get("ecs_service_hsts")
        text = f"ecs_service_hsts {hsts!r} is for HTTPS only: set ecs_service_certificate_arn, or remove it."
        return [*found, text] if hsts else found
    found += arn_problems("ecs_service_certificate_arn", arn, "")
    for name, most in (
        ("ecs_service_certificate_timeout", LONGEST_WAIT_SECONDS),
        ("ecs_service_http_redirect_port", HIGHEST_PORT),
    ):
        found += out_of_range(name, variables.get(name), 0, most)
    found += not_matching("ecs_service_hsts", variables.get("ecs_service_hsts") or None, HSTS, HSTS_ADVICE)
    port, redirect = variables.get("ecs_service_listener_port"), variables.get("ecs_service_http_redirect_port")
    if port is not None and port == (redirect or 80):
        found.append(
            f"ecs_service_listener_port {port} is for HTTPS, and that of HTTP too: set another one, such as 443, or "
            "another ecs_service_http_redirect_port."
        )
    backend = str(variables.get("apigw_backend_url") or "")
    if backend.startswith("http://"):
        found.append(
            f"apigw_backend_url {backend!r} asks by HTTP, and the load balancer takes HTTPS only "
            "(ecs_service_certificate_arn): remove it, or give an https:// address with a name of the certificate."
        )
    return found + check_backend_name(variables, backend)


def check_backend_name(variables: Variables, backend: str) -> list[str]:
    """Find a name by which the API would ask the load balancer, and which its certificate is not for.

    :param backend: the address, as far as it is known.
    """
    where, name = backend_name(variables)
    if not name and is_unknown(backend):
        return [
            "ecs_service_certificate_arn is set, and nothing gives the load balancer a name. No certificate is for its "
            "own name, so that API Gateway would refuse it: add a name of the certificate to ecs_service_dns_records, "
            "or, behind a VPC link, set apigw_backend_server_name."
        ]
    its_names = names_of_certificate(variables)
    of_role = variables.get("certificate_domain_name") and is_unknown(variables.get("ecs_service_certificate_arn"))
    if not of_role or not name or certificates.covers(its_names, name):
        return []
    return [
        f"{where} {name!r}, which the certificate is not for ({', '.join(its_names)}): take a name of it, or add this "
        "one to certificate_subject_alternative_names."
    ]


def backend_name(variables: Variables) -> tuple[str, str]:
    """Return the name by which the API asks the load balancer with HTTPS, and in words where it is from."""
    server = str(variables.get("apigw_backend_server_name") or "")
    if server and not is_unknown(server):
        return "apigw_backend_server_name is", server
    records = variables.get("ecs_service_dns_records") or ()
    wanted = [str(one["name"]) for one in records if one.get("state") != "absent"]
    return "ecs_service_dns_records begins with", wanted[0] if wanted else ""


def check_private_way(variables: Variables) -> list[str]:
    """Find a private load balancer that the API is to reach over the Internet, or by a name that no certificate has.

    With a backend of the user's own, it is not known where that is.
    """
    scheme, connection = variables.get("ecs_service_load_balancer_scheme"), variables.get("apigw_connection_type")
    # the address of the stack's own is not known yet
    own = is_unknown(variables.get("apigw_backend_url", ""))
    advice = "write the host's name alone, such as api.example.com"
    server = variables.get("apigw_backend_server_name") or None
    found = not_matching("apigw_backend_server_name", server, r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", advice)
    if scheme != "internal" or connection != "INTERNET" or not own:
        return found
    return [
        *found,
        "apigw_connection_type 'INTERNET' does not lead to a load balancer with ecs_service_load_balancer_scheme "
        "'internal': set VPC_LINK, or the scheme internet-facing.",
    ]


def check_origin(variables: Variables) -> list[str]:
    """Find a secret header between the API and the load balancer that would protect nothing, or give itself away."""
    option = "ecs_service_origin_secret"
    slot = variables.get(option)
    if slot not in ("one", "two"):
        return []
    found = header_to_send("ecs_service_origin_header", str(variables.get("ecs_service_origin_header", "X")))
    priority = variables.get("ecs_service_origin_rule_priority")
    found += out_of_range("ecs_service_origin_rule_priority", priority, 1, 49999)
    found += out_of_range("ecs_service_origin_grace", variables.get("ecs_service_origin_grace"), 0, 3600)
    if not variables.get("ecs_service_certificate_arn"):
        found.append(
            f"{option} {slot!r} would go to the load balancer in plain text: set ecs_service_certificate_arn, or "
            "remove it."
        )
    if variables.get("ecs_service_load_balancer_scheme") == "internal":
        found.append(
            f"{option} {slot!r} is for a public load balancer. Nobody reaches one with "
            "ecs_service_load_balancer_scheme 'internal' but through its VPC link: remove it."
        )
    strategy = variables.get("ecs_service_deployment_strategy", "ROLLING")
    if strategy != "ROLLING":
        found.append(
            f"{option} {slot!r} does not go with ecs_service_deployment_strategy {strategy!r}, whose rules of "
            "the listener are for all requests: set ROLLING, or make the load balancer internal and remove it."
        )
    return found


def check_domain(variables: Variables) -> list[str]:
    """Find a custom domain name of the API that no record can have, or that has no certificate."""
    name, zone = variables.get("apigw_domain_name"), variables.get("apigw_domain_zone")
    if not name:
        return []
    found = domains.of_variables(variables)
    found += route53.records("apigw_domain_zone", [{"zone": zone, "name": name}]) if zone else []
    if variables.get("apigw_certificate_arn") and not is_unknown(variables["apigw_certificate_arn"]):
        return found
    of_role = names_of_certificate(variables)
    if not of_role:
        found.append(
            f"apigw_domain_name {name!r} needs a certificate: set apigw_certificate_arn, or have the role certificate."
        )
    elif not certificates.covers(of_role, str(name)):
        found.append(
            f"apigw_domain_name {name!r} is none of the certificate's names ({', '.join(of_role)}): take a name of it, "
            "or add this one to certificate_subject_alternative_names."
        )
    return found


def names_of_certificate(variables: Variables) -> list[str]:
    """Return the names that the certificate of the role certificate is for; none where the stack has no such role."""
    others = variables.get("certificate_subject_alternative_names") or ()
    return [str(name) for name in (variables.get("certificate_domain_name"), *others) if name]


def check_alarms(variables: Variables) -> list[str]:
    """Find alarms that CloudWatch would refuse, or that are there twice."""
    found = []
    for variable, value in sorted(variables.items()):
        if variable.endswith("_alarms"):
            names = [entry["name"] for entry in value or ()]
            found += [
                f"{variable} has {name} {names.count(name)} times: remove all but one."
                for name in dict.fromkeys(names)
                if names.count(name) > 1
            ]
            found += [text for entry in value or () for text in alarm_periods(f"{variable} {entry['name']}", entry)]
        elif variable.endswith("_alarm_actions"):
            found += alarm_actions(variable, value or ())
    return found


def check_rollback_alarms(variables: Variables) -> list[str]:
    """Find alarms that are to end deployments, or to be muted in them, and that nobody makes."""
    made = [entry["name"] for entry in variables.get("ecs_service_alarms") or ()]
    return [
        f"{variable} has {name}, which is not among ecs_service_alarms: add it there, or leave it out."
        for variable in ("ecs_service_rollback_on", "ecs_service_muted_in_rollouts")
        for name in variables.get(variable) or ()
        if name not in made
    ]


def check_published(variables: Variables) -> list[str]:
    """Find paths of parameters that Systems Manager would refuse, or that are its own."""
    form = r"(/(?!aws|ssm)[\w.-]+)+"
    return [
        finding
        for variable, value in sorted(variables.items())
        if variable.endswith("_published_path")
        for finding in not_matching(variable, value, form, "give a path such as /streamflix/dev/redis")
    ]


def check_log_metrics(variables: Variables) -> list[str]:
    """Find metrics of the service's log that CloudWatch would refuse, or that amazon.aws's module would mix up."""
    variable = "ecs_service_log_metrics"
    metrics = variables.get(variable) or ()
    found = filter_names(variable, [metric["name"] for metric in metrics])
    return found + [text for metric in metrics for text in log_metric(f"{variable} {metric['name']}", metric)]


def check_task_policies(variables: Variables) -> list[str]:
    """Find managed policies of the service's task role that IAM would refuse."""
    option, role = "ecs_service_task_policies", variables.get("ecs_service_task_role_name", "")
    return own_policies(option, f"{role}-", variables.get(option) or {})


def check_parameters(variables: Variables) -> list[str]:
    """Find parameters that are given twice, or beside a group of the user's own."""
    found = []
    for option in ("aurora_parameters", "aurora_instance_parameters"):
        found += named_twice(option, variables.get(option) or ())
    for tier in ("aurora", "redis"):
        own, group = variables.get(f"{tier}_parameters"), variables.get(f"{tier}_parameter_group_name")
        if own is not None and group:
            found.append(
                f"{tier}_parameter_group_name {group!r} has parameters of its own: remove it, or {tier}_parameters."
            )
    return found


def check_vpc_endpoints(variables: Variables) -> list[str]:
    """Find services that are listed twice, and those that have no gateway endpoint."""
    variable = "network_vpc_endpoints"
    entries = variables.get(variable) or ()
    services = [entry["service"] for entry in entries]
    found = [
        f"{variable} has {name!r} {services.count(name)} times: remove all but one."
        for name in dict.fromkeys(services)
        if services.count(name) > 1
    ]
    return found + [
        f"{variable} has {entry['service']!r} with the type gateway, which S3 and DynamoDB have only: set interface."
        for entry in entries
        if entry.get("type") == "gateway" and entry["service"].rpartition(".")[2] not in ("s3", "dynamodb")
    ]


def check_dns_records(variables: Variables) -> list[str]:
    """Find DNS names of the load balancer that no hosted zone can have."""
    return route53.records("ecs_service_dns_records", variables.get("ecs_service_dns_records") or ())


def entries_of(variables: Variables, option: str) -> dict[str, Any]:
    """Return what a variable sets: its specification has put None for all that it leaves out."""
    return {name: value for name, value in (variables.get(option) or {}).items() if value is not None}


def check_service_scaling(variables: Variables) -> list[str]:
    """Find scaling of the service that cannot work with its number of tasks or the addresses of its subnets."""
    option = "ecs_service_scaling"
    scaling = entries_of(variables, option)
    if not scaling:
        return []
    found = check_scaling(option, scaling, ("cpu", "memory", "requests_per_target", "metrics"))
    largest, desired = scaling.get("max_capacity"), variables.get("ecs_service_desired_count")
    if largest is None:
        return found
    if desired is not None and not 0 <= desired <= largest:
        found.append(
            f"ecs_service_desired_count {desired} is not between 0 and max_capacity {largest} of {option}: change it, "
            "or raise max_capacity."
        )
    return found + check_addresses(option, largest, variables)


def check_reader_scaling(variables: Variables) -> list[str]:
    """Find scaling of Aurora's readers that cannot work with those that are listed."""
    option = "aurora_reader_scaling"
    scaling = entries_of(variables, option)
    if not scaling:
        return []
    found = check_scaling(option, scaling, ("cpu", "connections"))
    largest, listed = scaling.get("max_capacity"), len(variables.get("aurora_members") or ()) - 1
    if largest is not None and largest < listed:
        found.append(
            f"{option} max_capacity {largest} is below the {listed} readers of aurora_members, which the scaler never "
            "removes: raise it, or list fewer."
        )
    return found


def check_scaling(option: str, scaling: Mapping[str, Any], targets: tuple[str, ...]) -> list[str]:
    """Find scaling without bounds, or by nothing.

    :param option: the name of the variable.
    :param targets: what it can scale by, besides a schedule.
    """
    missing = [name for name in ("min_capacity", "max_capacity") if scaling.get(name) is None]
    found = [f"{option} has no {' and no '.join(missing)}: set both, or {{}} to end the scaling."] if missing else []
    if not any(scaling.get(name) for name in (*targets, "scheduled_actions")):
        found.append(f"{option} scales by nothing: set one of {', '.join(targets)}, scheduled_actions.")
    return found


def check_addresses(option: str, largest: int, variables: Variables) -> list[str]:
    """Find more tasks than the network's private subnets have addresses for, besides the data stores.

    If the user gives subnets of their own, it is not known how many these have.
    """
    blocks = variables.get("network_private_subnet_cidrs") or ()
    given = variables.get("ecs_service_subnet_ids") or ()
    if not blocks or any(not is_unknown(subnet) for subnet in given):
        return []
    readers = (variables.get("aurora_reader_scaling") or {}).get("max_capacity") or 0
    members = max(len(variables.get("aurora_members") or ()), readers + 1)
    others = members + int(variables.get("redis_num_cache_clusters") or 0)
    free = sum(cidr.usable_addresses(block) for block in blocks) - others
    if largest <= free:
        return []
    return [
        f"{option} max_capacity {largest} needs an address for each task, and network_private_subnet_cidrs "
        f"{list(blocks)!r} have {free} left: lower it, or take larger blocks."
    ]


def check_api_request(variables: Variables) -> list[str]:
    """Find what the API cannot be asked with once it is deployed."""
    names = ("path", "status", "at", "timeout", "retries", "delay")
    before = "apigw_check_"
    return hops.problems({name: variables.get(before + name) for name in names}, before)


def check_protocol_version(variables: Variables) -> list[str]:
    """Find a version of HTTP that the load balancer would refuse without TLS, and codes that it does not have."""
    option, code = "ecs_service_protocol_version", "ecs_service_health_check_grpc_code"
    version = variables.get(option)
    found = grpc_codes(code, variables[code]) if variables.get(code) else []
    if version in (None, "HTTP1") or variables.get("ecs_service_certificate_arn"):
        return found
    return [*found, f"{option} {version!r} needs a listener of HTTPS: set ecs_service_certificate_arn, or HTTP1."]


def lets_in(rule: Mapping[str, Any], port: int) -> bool:
    """Tell whether a rule for incoming connections opens a TCP port; others report rules that cannot be read."""
    protocol, first = str(rule.get("protocol") or "tcp"), rule.get("from_port")
    if protocol not in ("tcp", "6"):
        return protocol in ("-1", "all")
    try:
        return first is None or int(first) <= port <= int(rule.get("to_port") or first)
    except (TypeError, ValueError):
        return True


def check_account_id(value: Any) -> list[str]:
    """Find what is no id of an AWS account: a number may have lost the zeros that it began with."""
    if isinstance(value, str) and re.fullmatch(r"\d{12}", value):
        return []
    return [f"aws_account_id {value!r} is not the id of an AWS account as a text: write it as 12 digits, in quotes."]


def check_drift_ignore(variables: Variables) -> list[str]:
    """Find entries of the list of ignored differences that do not say what they ignore, or why."""

    def check(entry: Mapping[str, str]) -> list[str]:
        if entry.keys() & set(DRIFT_IGNORE_PATTERNS):
            return []
        return ["would ignore everything: give it a type, a name or a field."]

    return check_entries(variables, "drift_ignore", DRIFT_IGNORE_PATTERNS, DRIFT_IGNORE_FORM, check)


def check_platform_tags(variables: Variables) -> list[str]:
    """Find tags of a stack that lack what distinguishes it from all others."""
    if "platform_tags" not in variables:
        return []
    own = variables["platform_tags"] or {}
    if not isinstance(own, Mapping):
        return [f"platform_tags {own!r} is not a dict: give tags by their names."]
    missing = [name for name in IDENTITY if not str(own.get(name) or "").strip()]
    if not missing:
        return []
    return [
        f"platform_tags {dict(own)!r} has no {', '.join(missing)}: what carries {', '.join(IDENTITY)} as the stack "
        "does is the stack's, and nothing else is touched. Add it."
    ]


def check_ignored_tags(variables: Variables) -> list[str]:
    """Find entries of the list of ignored tags that name no tag, give no reason, or match tags of the stack itself."""
    own = variables.get("platform_tags") or {}

    def check(entry: Mapping[str, str]) -> list[str]:
        if not entry.get("key"):
            return [f"has no key: {IGNORED_TAGS_FORM}"]
        taken = ", ".join(name for name in sorted(own) if tags.is_ignored(name, [entry["key"]]))
        return [f"stands for {taken} of platform_tags too, which is the stack's own: name others'."] if taken else []

    return check_entries(variables, "platform_ignored_tags", ("key",), IGNORED_TAGS_FORM, check)


def check_lock(variables: Variables) -> list[str]:
    """Find settings of the stack's lock with which no playbook can work."""
    word = variables.get("platform_lock")
    found = []
    if word is not None and str(word).lower() not in LOCK_WORDS:
        words = "true (wait for another run), break, and false (go without a lock)"
        found.append(f"platform_lock {word!r} is none of {words}.")
    for name, lowest in (
        ("platform_lock_timeout", 0),
        ("platform_lock_expires_after", holding.SHORTEST_EXPIRY_SECONDS),
    ):
        value = variables.get(name)
        if value is not None and not str(value).isdecimal():
            found.append(f"{name} {value!r} is no number of seconds: set {lowest} to {holding.LONGEST_SECONDS}.")
        elif value is not None:
            found += out_of_range(name, int(value), lowest, holding.LONGEST_SECONDS)
    return found


def check_entries(
    variables: Variables,
    variable: str,
    patterns: tuple[str, ...],
    form: str,
    check: Callable[[Mapping[str, str]], list[str]],
) -> list[str]:
    """Find what is wrong with a list of entries, each with patterns and the reason for it.

    :param variable: the name of the list.
    :param form: what to give, in words.
    :param check: finds what is wrong with the patterns of one entry.
    """
    entries = variables.get(variable) or []
    if not isinstance(entries, (list, tuple)):
        return [f"{variable} {entries!r} is not a list: {form}"]
    return [
        f"{variable}[{place}] {entry!r} {finding}"
        for place, entry in enumerate(entries)
        for finding in check_entry(entry, patterns, form, check)
    ]


def check_entry(
    entry: Any, patterns: tuple[str, ...], form: str, check: Callable[[Mapping[str, str]], list[str]]
) -> list[str]:
    """Find what is wrong with one entry of a list of patterns with reasons; parameters as for L(check_entries)."""
    if not isinstance(entry, Mapping) or not all(isinstance(value, str) for value in entry.values()):
        return [f"is not a dict of texts: {form}"]
    unknown = sorted(entry.keys() - {*patterns, "reason"})
    findings = [f"has the unknown key {key}: {form}" for key in unknown]
    if not entry.get("reason", "").strip():
        findings.append("has no reason: say why it is no drift.")
    return findings + check(entry)


def check_variables(variables: Variables) -> list[str]:
    """Return all findings about a stack's variables; what is not given is not checked.

    :param variables: the roles' variables by their own names.
    """
    return [
        *check_network(variables),
        *check_drift_ignore(variables),
        *check_platform_tags(variables),
        *check_ignored_tags(variables),
        *check_lock(variables),
    ]
