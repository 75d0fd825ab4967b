"""IP sets: unique names, CIDR ranges of their own version, and lock tokens in the form that WAF's model wants of them.

AWS WAF API Reference, CreateIPSet and UpdateIPSet: WAF takes all CIDR ranges except for /0.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Any

from emulator.patching import wrap
from emulator.services.wafv2.refusals import duplicate, invalid_if

MOST_ADDRESSES = 10_000


def install() -> None:
    """Patch moto's IP sets."""
    from moto.moto_api._internal import mock_random
    from moto.wafv2.models import FakeIPSet, WAFV2Backend

    def lock(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
        """Give an IP set a whole token; moto's has six characters."""
        original(self, *args, **kwargs)
        self.lock_token = str(mock_random.uuid4())

    for name in ("__init__", "update"):
        wrap(FakeIPSet, name)(lock)

    @wrap(WAFV2Backend, "create_ip_set")
    def create_ip_set(
        original: Any, self: Any, name: str, scope: str, description: str, version: str, addresses: Any, tags: Any
    ) -> Any:
        """Refuse a second one of the name, and what is no range."""
        if any(one.name == name and one.scope == scope for one in self.ip_sets.values()):
            raise duplicate()
        check_addresses(version, addresses)
        return original(self, name, scope, description, version, addresses, tags)

    @wrap(WAFV2Backend, "update_ip_set")
    def update_ip_set(
        original: Any, self: Any, name: str, scope: str, _id: str, description: Any, addresses: Any, token: str
    ) -> Any:
        """Refuse what is no range."""
        known = self.get_ip_set(name, scope, _id)
        check_addresses(known.ip_address_version, addresses)
        return original(self, name, scope, _id, description, addresses, token)


def check_addresses(version: str, addresses: Iterable[str]) -> None:
    """Refuse what is no CIDR range of the version, or all addresses."""
    given = list(addresses)
    invalid_if(len(given) > MOST_ADDRESSES, "IP_SET", f"more than {MOST_ADDRESSES} addresses")
    for text in given:
        try:
            network = ipaddress.ip_network(text, strict=False)
        except ValueError:
            network = None
        wrong = network is None or "/" not in text or f"IPV{network.version}" != version or network.prefixlen == 0
        invalid_if(wrong, "IP_ADDRESS", text)
