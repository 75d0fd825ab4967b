"""WAF: lock tokens in the form that its own service model wants of them."""

from __future__ import annotations

from typing import Any

from emulator.patching import wrap


def install() -> None:
    """Patch moto's WAF."""
    from moto.moto_api._internal import mock_random
    from moto.wafv2.models import FakeIPSet

    def lock(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
        """Give an IP set a whole token; moto's has six characters."""
        original(self, *args, **kwargs)
        self.lock_token = str(mock_random.uuid4())

    for name in ("__init__", "update"):
        wrap(FakeIPSet, name)(lock)
