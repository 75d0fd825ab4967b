# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether ECR has the image that a stack is to run, asked before anything is touched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs import registry
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import InvalidOptionError, is_unknown

SERVICE = "ecr"
# what to do where the repository is still to be made
FIRST = "Before a first deployment, make the repository with site.yml --tags ecr, and push the image there."


def asked_for(variables: Mapping[str, Any], account: str, region: str) -> bool:
    """Tell whether a deployment runs an image of the stack's own registry, so that ECR is asked.

    :param variables: the stack's, as far as they are known; C(ecs_service_image) counts where the run decides on it.
    """
    image = str(variables.get("ecs_service_image") or "")
    found = None if is_unknown(image) or not variables.get("ecs_service_manage_image", True) else registry.parse(image)
    return found is not None and (found.account, found.region) == (account, region)


def check(api: Api, variables: Mapping[str, Any]) -> list[str]:
    """Find an image that ECR does not have, or not for the processor of the tasks.

    :param variables: those for which L(asked_for) is true.
    :raises AwsError: as L(registry.resolve).
    """
    architecture = str(variables.get("ecs_service_cpu_architecture") or "X86_64")
    try:
        registry.resolve(api, str(variables["ecs_service_image"]), architecture)
    except InvalidOptionError as error:
        return [f"ecs_service_image: {error} {FIRST}"]
    return []
