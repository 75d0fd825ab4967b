# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS's limits of repositories of ECR; each rule returns its findings, as in L(common)."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import not_matching, out_of_range

# RepositoryName and ImageTagMutabilityExclusionFilterValue in ECR's service model
PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
REPOSITORY = rf"(?=.{{2,256}}$){PART}(?:/{PART})*"
FILTER = r"[0-9a-zA-Z._*-]{1,128}"
MOST_FILTERS, MOST_WILDCARDS = 5, 2


def repository_name(option: str, value: str) -> list[str]:
    """Find what AWS refuses as the name of a repository."""
    advice = "use 2 to 256 lower-case letters and digits, with . _ - and / between them"
    return not_matching(option, value, REPOSITORY, advice)


def mutability_filters(option: str, filters: Sequence[str]) -> list[str]:
    """Find filters of tags that AWS does not take."""
    found = out_of_range(f"number of {option}", len(filters), 0, MOST_FILTERS)
    for one in filters:
        found += not_matching(option, one, FILTER, "use 1 to 128 letters, digits and the characters . _ * -")
        if one.count("*") > MOST_WILDCARDS:
            found.append(f"{option} {one!r} has {one.count('*')} wildcards, AWS takes {MOST_WILDCARDS}: use fewer.")
    return found


def same_key(shown: str | None, wanted: str) -> bool:
    """Tell whether a key is the one that was asked for: AWS may show its ARN, from which no alias can be told."""
    return shown == wanted or (shown or "").endswith(f"/{wanted}") or (bool(shown) and "alias/" in wanted)
