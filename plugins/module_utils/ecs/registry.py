# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Images in Amazon ECR: whether there is one, by which digest, and whether it runs on the processor of a task."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.api import DENIED, Api, AwsError
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import InvalidOptionError

# 123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/api:1.2, and the endpoints for IPv6 and FIPS
ECR = re.compile(
    r"(?P<registry>(?P<account>\d{12})\.dkr[.-]ecr(-fips)?\.(?P<region>[a-z0-9-]+)\.[^/]+)/(?P<repository>[^:@]+)"
    r"(:(?P<tag>[^@]+))?(@(?P<digest>sha256:[0-9a-fA-F]{64}))?"
)
MISSING = frozenset({"ImageNotFoundException", "RepositoryNotFoundException"})
# lists of images for several processors
INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
# ECS's names of processors, and those of images
PROCESSORS = {"X86_64": "amd64", "ARM64": "arm64"}
ARCHIVED = "ARCHIVED"


@dataclass(frozen=True)
class Image:
    """An image in ECR.

    :ivar registry: the name of the host that it is pulled from.
    :ivar account: whose it is.
    :ivar tag: C(latest) where neither it nor a digest is given.
    :ivar digest: empty where it is not given.
    """

    registry: str
    account: str
    region: str
    repository: str
    tag: str
    digest: str

    @property
    def wanted(self) -> dict[str, str]:
        """What names it in a request."""
        return {"imageDigest": self.digest} if self.digest else {"imageTag": self.tag}

    def by(self, digest: str) -> str:
        """Return its name by its digest, which never becomes another image."""
        return f"{self.registry}/{self.repository}@{digest}"


def parse(name: str) -> Image | None:
    """Return what the name of an image says of it; None when it is not in ECR."""
    found = ECR.fullmatch(name)
    if found is None:
        return None
    parts = {key: text or "" for key, text in found.groupdict().items()}
    return Image(**{**parts, "tag": parts["tag"] or "latest"})


def processors(manifest: str) -> list[str]:
    """Return the processors that a list of images has one for, sorted."""
    listed = json.loads(manifest).get("manifests", [])
    found = {item.get("platform", {}).get("architecture", "") for item in listed}
    # attestations stand beside images
    return sorted(found - {"", "unknown"})


def resolve(api: Api, name: str, architecture: str) -> str:
    """Return an image by its digest. One that is not in ECR, or that cannot be looked at, is returned as it is.

    :param name: as the user gives it.
    :param architecture: ECS's name of the task's processor.
    :raises InvalidOptionError: ECR does not have it, or not for that processor.
    :raises AwsError: as L(Api.call); in another account's registry, only when that was not reached.
    """
    image = parse(name)
    if image is None:
        return name
    if image.region != api.region:
        api.warn(
            f"Image {name} is in ECR of another region, {image.region}, so it was not looked for before the rollout."
        )
        return name
    try:
        found = described(api, name, image)
        check_processor(api, name, image, found, architecture)
    except AwsError as failure:
        if failure.code not in DENIED:
            raise
        api.warn(f"Image {name} was not looked for before the rollout: {failure}")
        return name
    return image.by(found["imageDigest"])


def described(api: Api, name: str, image: Image) -> Mapping[str, Any]:
    """Return an image as DescribeImages has it.

    :raises InvalidOptionError: there is none, or it cannot be pulled.
    """
    where = {"registryId": image.account, "repositoryName": image.repository}
    reply = api.get("describe_images", MISSING, "ecr", **where, imageIds=[image.wanted])
    if reply is None or not reply["imageDetails"]:
        raise InvalidOptionError(
            f"Image {name} is not in ECR: repository {image.repository} of account {image.account} has none with "
            f"{image.digest or image.tag}. Nothing was changed: push it, or name another."
        )
    found = reply["imageDetails"][0]
    if found.get("imageStatus") == ARCHIVED:
        raise InvalidOptionError(f"Image {name} is archived in ECR, so no task can pull it: restore it first.")
    return found


def check_processor(api: Api, name: str, image: Image, found: Mapping[str, Any], architecture: str) -> None:
    """Find that a list of images has none for a task's processor; of a single image ECR does not tell.

    :raises InvalidOptionError: it has none.
    """
    if found.get("imageManifestMediaType") not in INDEXES:
        return
    where = {"registryId": image.account, "repositoryName": image.repository}
    one = [{"imageDigest": found["imageDigest"]}]
    reply = api.call("batch_get_image", "ecr", **where, imageIds=one, acceptedMediaTypes=list(INDEXES))
    offered = [kind for item in reply["images"] for kind in processors(item["imageManifest"])]
    wanted = PROCESSORS.get(architecture, architecture)
    if offered and wanted not in offered:
        raise InvalidOptionError(
            f"Image {name} is built for {', '.join(offered)}, and the tasks run on {architecture} ({wanted}): build it "
            "for that, or change the tasks (ecs_service_cpu_architecture of the role) together with the image."
        )
