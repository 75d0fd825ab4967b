"""The account's quotas: what a new account has, as C(quotas.py) of a service's folder says, and what was raised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.backends import backend_of


@dataclass(frozen=True)
class Quota:
    """A quota of an account in a region.

    :ivar default: what a new account has.
    :ivar adjustable: whether AWS raises it.
    """

    service: str
    code: str
    name: str
    default: float
    adjustable: bool = True


def applied_quotas(backend: Any) -> dict[tuple[str, str], float]:
    """Return the quotas that were raised, as moto's records of the region keep them."""
    if not hasattr(backend, "applied_quotas"):
        backend.applied_quotas = {}
    found: dict[tuple[str, str], float] = backend.applied_quotas
    return found


def limit(quota: Quota, region: str) -> int:
    """Return the value of a quota that is in force in a region."""
    applied = applied_quotas(backend_of("service-quotas", region))
    return int(applied.get((quota.service, quota.code), quota.default))
