# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What target groups and load balancers have alike: attributes and tags, each told by a request of their own."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2 import attributes, reading
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field
from ansible_collections.streamflix.content_api.plugins.module_utils.plain import PlainResource

ATTRIBUTES = Field(
    "dict",
    "Attributes",
    read=lambda found: attributes.from_list(found["Attributes"]),
    write=attributes.to_list,
    normal=attributes.as_texts,
    merge=True,
    later=True,
    new={},
)


class BalancingResource(PlainResource):
    """A resource of Elastic Load Balancing version 2 that has attributes.

    :cvar attributes: the boto3 method that tells its attributes.
    """

    service = "elbv2"
    tagging = tags.ELBV2
    attributes: ClassVar[str]

    def find(self) -> dict[str, Any] | None:
        found = super().find()
        if found is None:
            return None
        (arn,) = self.remove.which
        # one that is being removed may vanish between two requests
        reply = self.api.get(self.attributes, self.read.gone, **{arn: found[arn]})
        if reply is None:
            return None
        found["Attributes"] = reply["Attributes"]
        return found

    def tags_of(self, item: dict[str, Any]) -> dict[str, str] | None:
        (arn,) = self.remove.which
        return reading.tags_of(self.api, item[arn], self.read.gone)
