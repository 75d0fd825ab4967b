# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which images a rollout, or a rollback, has put in the place of those that the configuration says.

A tag of the revision notes, for each container with another image, what the configuration said then. As long as it says
the same, the container keeps its image; as soon as it says something else, that counts again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

TAG = "streamflix.content_api:rolled-out"
# of a newer revision than the one that was rolled back to: nothing is kept of it
SUPERSEDED = "superseded"
# hexadecimal digits; a tag's value has room for those of ten containers, which is as many as AWS takes
TOKEN_LENGTH = 16


def token(container: str, image: str) -> str:
    """Return what stands in the tag for a container and the image that the configuration has for it."""
    return hashlib.sha256(f"{container} {image}".encode()).hexdigest()[:TOKEN_LENGTH]


def value(containers: Iterable[str], configured: Mapping[str, str]) -> str:
    """Return the tag's value; empty when no container has another image than the configuration says.

    :param containers: those that have, as far as the configuration has them.
    :param configured: what it says.
    """
    return " ".join(token(name, configured[name]) for name in sorted(containers))


def others(images: Mapping[str, str], configured: Mapping[str, str]) -> list[str]:
    """Return the containers of a revision that do not have the image that the configuration says."""
    return [name for name, image in images.items() if configured.get(name, image) != image]


def kept(tag: str, images: Mapping[str, str], configured: Mapping[str, str]) -> dict[str, str]:
    """Return the images that stay although the configuration says others.

    :param tag: the tag's value of the revision that runs; empty for none.
    :param images: its images, by container.
    """
    noted = set(tag.split())
    return {name: images[name] for name, image in configured.items() if name in images and token(name, image) in noted}
