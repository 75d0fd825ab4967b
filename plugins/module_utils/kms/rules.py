# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS's limits of KMS keys; each rule returns its findings as sentences, as in L(common)."""

from __future__ import annotations

from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import not_matching

# CreateAlias in the AWS KMS API Reference
ALIAS = r"alias/(?!aws/)[A-Za-z0-9/_-]{1,250}"


def alias(option: str, value: str) -> list[str]:
    """Find what KMS refuses as the name of an alias, or keeps for AWS."""
    advice = "give alias/NAME, with at most 250 letters, digits, /, _ and -, and not beginning with alias/aws/"
    return not_matching(option, value, ALIAS, advice)
