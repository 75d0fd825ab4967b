"""The register of rules: a function for each operation that has some, and the account that it looks into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from moto.utilities.utils import get_partition

from emulator.backends import backend_of
from emulator.wire import AwsRequest, RefusalError


@dataclass(frozen=True)
class Account:
    """The resources of an account in one region, as moto keeps them."""

    region: str

    def of(self, service: str) -> Any:
        """Return moto's records of a service."""
        return backend_of(service, self.region)

    @property
    def partition(self) -> str:
        """The first part of all ARNs, such as C(aws)."""
        return get_partition(self.region)


def account_of(request: AwsRequest) -> Account:
    """Return the account and region that a request is for; the emulator has one account."""
    return Account(request.region)


Rule = Callable[[AwsRequest, Account], None]
_rules: dict[tuple[str, str], list[Rule]] = {}


def rule(service: str, *operations: str) -> Callable[[Rule], Rule]:
    """Return a decorator that registers a rule: a function that raises RefusalError or does nothing.

    :param service: the boto3 client's name.
    :param operations: AWS's names.
    """

    def register(function: Rule) -> Rule:
        for operation in operations:
            _rules.setdefault((service, operation), []).append(function)
        return function

    return register


def rules_of(request: AwsRequest) -> Iterator[Rule]:
    """Return the rules for a request's operation, in the order of their registration."""
    yield from _rules.get((request.service, request.operation), ())


def refuse_if(broken: object, code: str, message: str, status: int = 400) -> None:
    """Refuse a request if something speaks against it.

    :raises RefusalError: C(broken) is true.
    """
    if broken:
        raise RefusalError(code, message, status)
