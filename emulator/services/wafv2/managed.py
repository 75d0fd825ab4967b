"""The managed rule groups that AWS offers: their capacities, versions and rules.

AWS WAF Developer Guide, "AWS Managed Rules rule groups list". AWS has a few more groups, and releases new versions; the
groups of IP addresses have no versions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

VENDOR = "AWS"
VERSIONS = ("Version_1.0", "Version_1.1", "Version_2.0")


@dataclass(frozen=True)
class Group:
    """A managed rule group.

    :ivar name: its name.
    :ivar capacity: the web ACL capacity units that it takes.
    :ivar rules: the names of its rules.
    :ivar versioned: whether it has versions.
    """

    name: str
    capacity: int
    rules: tuple[str, ...]
    versioned: bool = True


def _of(prefix: str, *places: str) -> tuple[str, ...]:
    return tuple(f"{prefix}_{place}" for place in places)


REQUEST = ("BODY", "QUERYARGUMENTS", "URIPATH")
COMMON = (
    "NoUserAgent_HEADER",
    "UserAgent_BadBots_HEADER",
    *_of("SizeRestrictions", "QUERYSTRING", "Cookie_HEADER", "BODY", "URIPATH"),
    *_of("EC2MetaDataSSRF", "COOKIE", *REQUEST),
    *_of("GenericLFI", *REQUEST),
    *_of("RestrictedExtensions", "URIPATH", "QUERYARGUMENTS"),
    *_of("GenericRFI", *REQUEST),
    *_of("CrossSiteScripting", "COOKIE", *REQUEST),
)
BAD_INPUTS = (
    *_of("JavaDeserializationRCE", "HEADER", "BODY", "URIPATH", "QUERYSTRING"),
    "Host_localhost_HEADER",
    "PROPFIND_METHOD",
    "ExploitablePaths_URIPATH",
    *_of("Log4JRCE", "HEADER", "QUERYSTRING", "BODY", "URIPATH"),
)
SQL = (
    *_of("SQLi", "QUERYARGUMENTS", "BODY", "COOKIE", "URIPATH"),
    *_of("SQLiExtendedPatterns", "QUERYARGUMENTS", "BODY"),
)
GROUPS = {
    group.name: group
    for group in (
        Group("AWSManagedRulesCommonRuleSet", 700, COMMON),
        Group("AWSManagedRulesAdminProtectionRuleSet", 100, ("AdminProtection_URIPATH",)),
        Group("AWSManagedRulesKnownBadInputsRuleSet", 200, BAD_INPUTS),
        Group("AWSManagedRulesSQLiRuleSet", 200, SQL),
        Group("AWSManagedRulesLinuxRuleSet", 200, _of("LFI", "URIPATH", "QUERYSTRING", "HEADER")),
        Group("AWSManagedRulesUnixRuleSet", 100, _of("UNIXShellCommandsVariables", "QUERYSTRING", "BODY", "HEADER")),
        Group(
            "AWSManagedRulesAmazonIpReputationList",
            25,
            ("AWSManagedIPReputationList", "AWSManagedReconnaissanceList", "AWSManagedIPDDoSList"),
            versioned=False,
        ),
        Group("AWSManagedRulesAnonymousIpList", 50, ("AnonymousIPList", "HostingProviderIPList"), versioned=False),
    )
}


def listed() -> Iterator[dict[str, Any]]:
    """Yield the groups as ListAvailableManagedRuleGroups has them."""
    for group in GROUPS.values():
        yield {
            "VendorName": VENDOR,
            "Name": group.name,
            "VersioningSupported": group.versioned,
            "Description": f"The rules of {group.name}.",
        }


def find(vendor: str, name: str) -> Group | None:
    """Return a group; None when AWS offers none of the name."""
    return GROUPS.get(name) if vendor == VENDOR else None
