# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Names of images in ECR: which registry, repository, and tag or digest."""

from __future__ import annotations

import re
from dataclasses import dataclass

# 123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/api:1.2, or @sha256:..., or both
FORM = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)\.[^/]+/(?P<repository>[^:@]+)"
    r"(?::(?P<tag>[^@]+))?(?:@(?P<digest>.+))?"
)


@dataclass(frozen=True)
class Image:
    """An image in ECR.

    :ivar account, region: of the registry.
    :ivar repository: its name.
    :ivar tag: C(latest) where neither tag nor digest are given, as for Docker.
    :ivar digest: empty without one; then the tag says which image.
    """

    account: str
    region: str
    repository: str
    tag: str
    digest: str

    @property
    def id(self) -> dict[str, str]:
        """Return how requests of ECR name it: by its digest, which comes before the tag."""
        return {"imageDigest": self.digest} if self.digest else {"imageTag": self.tag}

    @property
    def reference(self) -> str:
        """Return its digest or its tag."""
        return self.digest or self.tag


def parse(image: str) -> Image | None:
    """Return the image that a name stands for; None when it is not in ECR."""
    found = FORM.fullmatch(image)
    if found is None:
        return None
    account, region, repository, tag, digest = found.group("account", "region", "repository", "tag", "digest")
    return Image(account, region, repository, tag or ("" if digest else "latest"), digest or "")
