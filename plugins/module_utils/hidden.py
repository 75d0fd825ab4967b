# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Texts that nobody is to see, such as the value of a header that only two services know."""

from __future__ import annotations

import hashlib
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.plan import UNKNOWN

# stands for a text that may be a secret
NOT_SHOWN = "(not shown)"


class Hidden(str):
    """A text that is shown as another one, and compared by what it is.

    Wherever it is printed or made JSON of, only what is shown goes there. It equals no plain text.
    """

    secret: str

    def __new__(cls, secret: str, shown: str = NOT_SHOWN) -> Hidden:
        """Keep a text.

        :param shown: what stands for it.
        """
        text = super().__new__(cls, shown)
        text.secret = secret
        return text

    def __reduce__(self) -> tuple[type[Hidden], tuple[str, str]]:
        """Return what makes a copy of it."""
        return type(self), (self.secret, str.__str__(self))

    def __eq__(self, other: object) -> bool:
        """Tell whether another text is hidden too, and the same."""
        return isinstance(other, Hidden) and self.secret == other.secret

    def __ne__(self, other: object) -> bool:
        """Tell the opposite."""
        return not self == other

    def __hash__(self) -> int:
        """Return the same for equal texts."""
        return hash(self.secret)


def revealed(text: Any) -> Any:
    """Return what AWS gets: the hidden text itself, anything else as it is."""
    return text.secret if isinstance(text, Hidden) else text


def digested(value: Any) -> Any:
    """Return data with what stands for each hidden text, so that another text is another value, for a fingerprint.

    :returns: it is unknown where the text is.
    """
    if isinstance(value, dict):
        return {key: digested(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [digested(item) for item in value]
    if not isinstance(value, Hidden):
        return value
    return UNKNOWN if value.secret == UNKNOWN else hashlib.sha256(value.secret.encode()).hexdigest()


def order(text: str) -> tuple[str, str]:
    """Return by what texts are sorted: hidden ones among themselves by what they are."""
    return str.__str__(text), str(revealed(text))
