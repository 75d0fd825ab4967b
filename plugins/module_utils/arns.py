# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Takes ARNs apart, and chooses them by patterns."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable
from dataclasses import dataclass

from ansible_collections.streamflix.content_api.plugins.module_utils.catalogue import TYPES


@dataclass(frozen=True)
class Target:
    """A resource, by the parts of its ARN.

    :ivar arn: its ARN.
    :ivar kind: service and type, such as C(ec2:vpc).
    :ivar name: what follows the type in the ARN: C(vpc-0123456789abcdef0), C(cluster/service).
    """

    arn: str
    kind: str
    name: str

    @property
    def type(self) -> str:
        """CloudFormation's name for its kind, or C(kind) where none is known here."""
        return TYPES.get(self.kind, self.kind)


def parse(arn: str) -> Target:
    """Take an ARN apart; services put the type before a slash, before a colon, or (API Gateway) into a path."""
    _unused, _unused, service, _unused, _unused, resource = arn.split(":", 5)
    if service == "apigateway":
        parts = resource.strip("/").split("/")
        kind = parts[2] if len(parts) > 2 else parts[0]
        return Target(arn, f"{service}:{kind}", resource.strip("/"))
    if service == "wafv2":
        # regional/webacl/NAME/ID
        scope, kind, name = [*resource.split("/", 2), "", ""][:3]
        return Target(arn, f"{service}:{scope}/{kind}", name)
    positions = [resource.find(mark) for mark in "/:" if mark in resource]
    if not positions:
        return Target(arn, f"{service}:", resource)
    cut = min(positions)
    return Target(arn, f"{service}:{resource[:cut]}", resource[cut + 1 :])


def matches(text: str, patterns: Iterable[str]) -> bool:
    """Tell whether a text fits one of the patterns, in which C(*) is any text."""
    return any(fnmatch.fnmatchcase(text, pattern) for pattern in patterns)
