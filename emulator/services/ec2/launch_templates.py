"""EC2: launch templates as AWS names, tags, refuses and removes them.

Amazon EC2 API Reference, CreateLaunchTemplate and DeleteLaunchTemplate; Amazon EC2 Developer Guide, Error codes.
"""

from __future__ import annotations

import re
from typing import Any

from emulator.patching import wrap

NAME = re.compile(r"[a-zA-Z0-9()./_-]{3,128}")


def install() -> None:
    """Put the additions into moto's EC2."""
    from moto.ec2.models.launch_templates import LaunchTemplate, LaunchTemplateBackend

    _creation(LaunchTemplateBackend)
    _removal(LaunchTemplateBackend)
    _description(LaunchTemplateBackend)
    owner: Any = LaunchTemplate
    # moto keeps those of the creation
    owner.tags = property(lambda template: template.get_tags(), lambda _template, _tags: None)


def _creation(backend: Any) -> None:
    from moto.ec2.exceptions import EC2ClientError

    @wrap(backend, "create_launch_template")
    def create_launch_template(
        original: Any, self: Any, name: str, description: str, template_data: dict[str, Any], tag_spec: dict[str, Any]
    ) -> Any:
        """Refuse a name that AWS does not take, and a template in which nothing is set."""
        if not NAME.fullmatch(name or ""):
            text = (
                f"The launch template name {name!r} is malformed: 3 to 128 of the characters a-z, A-Z, 0-9, and ()./_-"
            )
            raise EC2ClientError("InvalidLaunchTemplateName.MalformedException", text)
        # moto has put the tags of the template itself there
        if not any(value for key, value in template_data.items() if key != "TagSpecifications"):
            raise EC2ClientError("MissingParameter", "The request must contain the parameter LaunchTemplateData")
        return original(self, name, description, template_data, tag_spec)


def _removal(backend: Any) -> None:
    from moto.ec2.exceptions import EC2ClientError, InvalidLaunchTemplateNameNotFoundWithNameError

    @wrap(backend, "delete_launch_template")
    def delete_launch_template(original: Any, self: Any, name: str | None, tid: str | None) -> Any:
        """Take an id or a name, and say what is not there as AWS does; the tags go with the template."""
        if bool(name) == bool(tid):
            code, text = "MissingParameter", "Either the launch template ID or the launch template name must be given"
            raise EC2ClientError("InvalidParameterCombination" if name else code, text)
        if name and name not in self.launch_template_name_to_ids:
            raise InvalidLaunchTemplateNameNotFoundWithNameError(name)
        if tid:
            self.get_launch_template(tid)
        template = original(self, name, tid)
        self.tags.pop(template.id, None)
        return template


def _description(backend: Any) -> None:
    @wrap(backend, "describe_launch_templates")
    def describe_launch_templates(
        original: Any, self: Any, template_names: Any = None, template_ids: Any = None, filters: Any = None
    ) -> Any:
        """Refuse ids that do not exist."""
        for template_id in template_ids or ():
            self.get_launch_template(template_id)
        return original(self, template_names, template_ids, filters)
