"""Limits of IAM's parameters that AWS's documents name and its service model lacks."""

from __future__ import annotations

from emulator.validation.checks import document
from emulator.validation.limit import Limit

LIMITS: tuple[Limit, ...] = (
    Limit(
        ("CreatePolicy", "CreatePolicyVersion"),
        "PolicyDocument",
        document(6144),
        "IAM User Guide, IAM and AWS STS quotas",
        "LimitExceeded",
        409,
    ),
    Limit(
        ("PutRolePolicy",),
        "PolicyDocument",
        document(10240),
        "IAM User Guide, IAM and AWS STS quotas",
        "LimitExceeded",
        409,
    ),
    Limit(
        ("CreateRole",),
        "AssumeRolePolicyDocument",
        document(2048),
        "IAM User Guide, IAM and AWS STS quotas",
        "LimitExceeded",
        409,
    ),
    Limit(
        ("UpdateAssumeRolePolicy",),
        "PolicyDocument",
        document(2048),
        "IAM User Guide, IAM and AWS STS quotas",
        "LimitExceeded",
        409,
    ),
)
