"""Key Management Service of the emulator as plain boto3 sees it."""

from __future__ import annotations

from typing import Any


def test_a_key_is_known_by_its_arn(aws: Any) -> None:
    client = aws("kms")
    arn = client.create_key()["KeyMetadata"]["Arn"]

    def state() -> str:
        return client.describe_key(KeyId=arn)["KeyMetadata"]["KeyState"]

    client.disable_key(KeyId=arn)
    assert state() == "Disabled"
    client.enable_key(KeyId=arn)
    assert state() == "Enabled"
    client.schedule_key_deletion(KeyId=arn, PendingWindowInDays=7)
    assert state() == "PendingDeletion"
    client.cancel_key_deletion(KeyId=arn)
    assert state() == "Disabled"
