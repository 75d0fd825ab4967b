# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rows of a module's table that have a policy document, as IAM and the policies of other services have it."""

from __future__ import annotations

from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field
from ansible_collections.streamflix.content_api.plugins.module_utils.iam.policies import document_of, same, text_of
from ansible_collections.streamflix.content_api.plugins.module_utils.iam.rules import policy_document


def policy_row(aws: str, member: str = "", **more: Any) -> Field:
    """Return the row of an option with a policy document, which decides who may do what.

    :param aws: as L(Field.aws).
    :param member: the member of the description that has it, where that is another one.
    :param more: further settings of the row.
    """
    shown = member or aws
    return Field(
        "dict",
        aws,
        read=lambda found: document_of(found[shown]),
        write=text_of,
        same=same,
        whole=True,
        exposes=True,
        rule=policy_document,
        **more,
    )
