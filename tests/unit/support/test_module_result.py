"""What a test sees of a module that failed where it expected another result."""

from __future__ import annotations

from typing import Any

import pytest


def test_a_failed_module_fails_the_test_with_its_own_message(aws: Any, run_module: Any) -> None:
    failed = run_module("logs_log_group", name="a b")
    assert failed["failed"]
    with pytest.raises(AssertionError, match="rename it") as error:
        failed["log_group"]
    assert "returned no 'log_group'" in str(error.value)


def test_what_a_module_does_not_return_is_no_key_of_it(aws: Any, run_module: Any) -> None:
    with pytest.raises(KeyError):
        run_module("logs_log_group", name="one")["group"]
