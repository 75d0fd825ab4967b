"""The generated secret module: create, merge, restore, remove, and that the password stays where it is."""

from __future__ import annotations

import json
from typing import Any

import pytest

MODULE = "secretsmanager_generated_secret"
NAME = "streamflix-db-credentials-dev"
PLACE = {"host": "db.example.com", "port": 5432, "engine": "postgres", "dbname": "streamflix"}
USAGE = {"dbClusterIdentifier": "streamflix-aurora-dev"}


@pytest.fixture
def options() -> dict[str, Any]:
    return {
        "name": NAME,
        "description": "Credentials of the Aurora cluster",
        "template": {"username": "postgres"},
        "tags": {"Environment": "dev"},
    }


def value(aws: Any) -> dict[str, Any]:
    return json.loads(aws("secretsmanager").get_secret_value(SecretId=NAME)["SecretString"])


def versions(aws: Any) -> int:
    return len(aws("secretsmanager").describe_secret(SecretId=NAME)["VersionIdsToStages"])


def test_creates_what_the_preview_shows(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    preview = run_module(MODULE, check=True, **options)
    assert preview["changed"]
    assert aws("secretsmanager").list_secrets()["SecretList"] == []

    done = run_module(MODULE, **options)
    assert done["actions"] == preview["actions"] == [f"create_secret {NAME}"]
    assert done["secret"] == {**preview["secret"], "arn": done["secret"]["arn"]}
    assert done["secret"]["fields"] == {"username": "postgres"}

    described = aws("secretsmanager").describe_secret(SecretId=NAME)
    assert described["Description"] == "Credentials of the Aurora cluster"
    assert described["Tags"] == [{"Key": "Environment", "Value": "dev"}]
    assert value(aws)["username"] == "postgres"
    assert len(value(aws)["password"]) == 32
    assert value(aws)["password"].isalnum()


def test_the_password_is_nowhere_to_be_seen(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    results = [run_module(MODULE, **options)]
    password = value(aws)["password"]
    results += [run_module(MODULE, **{**options, "fields": PLACE}) for _unused in range(2)]
    results += [run_module(MODULE, name=NAME), run_module(MODULE, name=NAME, state="absent")]
    assert all(password not in json.dumps(result) for result in results)


def test_second_run_changes_nothing(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module(MODULE, **options)
    for check in (True, False):
        again = run_module(MODULE, check=check, **options)
        assert not again["changed"]
        assert again["actions"] == []
        assert again["diff"]["before"] == again["diff"]["after"]
    assert versions(aws) == 1


def test_fields_known_later_are_merged_and_the_password_stays(
    aws: Any, run_module: Any, options: dict[str, Any]
) -> None:
    run_module(MODULE, **options)
    password = value(aws)["password"]
    preview = run_module(MODULE, check=True, **{**options, "fields": PLACE})
    assert "host" not in value(aws)

    done = run_module(MODULE, **{**options, "fields": PLACE})
    assert done["secret"] == preview["secret"]
    assert done["actions"] == preview["actions"] == [f"put_secret_value {NAME}"]
    assert value(aws) == {"username": "postgres", "password": password, **PLACE}
    assert not run_module(MODULE, **{**options, "fields": PLACE})["changed"]
    # a call that names fewer fields takes none away
    assert not run_module(MODULE, **options)["changed"]
    assert value(aws)["host"] == "db.example.com"


def test_a_field_without_a_value_is_only_looked_up(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    asked = {**options, "fields": {"host": None}}
    assert run_module(MODULE, check=True, **asked)["secret"]["fields"] == {"username": "postgres"}
    run_module(MODULE, **asked)
    assert "host" not in value(aws)
    run_module(MODULE, **{**options, "fields": PLACE})
    found = run_module(MODULE, **asked)
    assert not found["changed"]
    assert found["secret"]["fields"] == {"username": "postgres", "host": "db.example.com"}


def test_a_changed_field_shows_before_and_after(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module(MODULE, **{**options, "fields": PLACE})
    done = run_module(MODULE, **{**options, "fields": {**PLACE, "host": "new.example.com"}})
    assert done["diff"]["before"]["fields"]["host"] == "db.example.com"
    assert done["diff"]["after"]["fields"]["host"] == "new.example.com"
    assert value(aws)["host"] == "new.example.com"


def test_fields_of_others_are_kept_and_not_shown(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module(MODULE, **options)
    aws("secretsmanager").put_secret_value(
        SecretId=NAME, SecretString=json.dumps({**value(aws), "token": "do-not-show"})
    )
    done = run_module(MODULE, **{**options, "fields": PLACE})
    assert value(aws)["token"] == "do-not-show"
    assert "do-not-show" not in json.dumps(done)


def test_a_missing_password_is_generated(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    aws("secretsmanager").create_secret(Name=NAME, SecretString='{"username": "postgres", "password": ""}')
    done = run_module(MODULE, name=NAME, template={"username": "postgres"})
    assert done["changed"]
    assert len(value(aws)["password"]) == 32
    assert not run_module(MODULE, name=NAME, template={"username": "postgres"})["changed"]


def test_description_and_tags_are_updated(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module(MODULE, **options)
    changed = {**options, "description": "Other", "tags": {"Owner": "api"}}
    preview = run_module(MODULE, check=True, **changed)
    done = run_module(MODULE, **changed)
    assert done["secret"] == preview["secret"]
    described = aws("secretsmanager").describe_secret(SecretId=NAME)
    assert described["Description"] == "Other"
    assert described["Tags"] == [{"Key": "Owner", "Value": "api"}]
    run_module(MODULE, **{**changed, "tags": {"Environment": "dev"}, "purge_tags": False})
    assert len(aws("secretsmanager").describe_secret(SecretId=NAME)["Tags"]) == 2


def test_removes_with_a_window_and_restores(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module(MODULE, **options)
    password = value(aws)["password"]
    preview = run_module(MODULE, check=True, name=NAME, state="absent", recovery_window_in_days=7)
    assert preview["changed"]
    assert value(aws)["password"] == password

    assert run_module(MODULE, name=NAME, state="absent", recovery_window_in_days=7)["changed"]
    assert "DeletedDate" in aws("secretsmanager").describe_secret(SecretId=NAME)
    assert not run_module(MODULE, name=NAME, state="absent", recovery_window_in_days=7)["changed"]

    preview = run_module(MODULE, check=True, **{**options, "fields": PLACE})
    done = run_module(MODULE, **{**options, "fields": PLACE})
    assert done["actions"] == preview["actions"] == [f"restore_secret {NAME}", f"put_secret_value {NAME}"]
    assert done["secret"] == preview["secret"]
    assert value(aws) == {"username": "postgres", "password": password, **PLACE}
    assert not run_module(MODULE, **{**options, "fields": PLACE})["changed"]


def test_removes_at_once_even_when_scheduled(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module(MODULE, **options)
    run_module(MODULE, name=NAME, state="absent")
    done = run_module(MODULE, name=NAME, state="absent", recovery_window_in_days=0)
    assert done["changed"]
    assert aws("secretsmanager").list_secrets(IncludePlannedDeletion=True)["SecretList"] == []
    assert not run_module(MODULE, name=NAME, state="absent", recovery_window_in_days=0)["changed"]
    assert run_module(MODULE, **options)["actions"] == [f"create_secret {NAME}"]


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"recovery_window_in_days": 3}, "recovery_window_in_days 3"),
        ({"password_length": 4}, "password_length 4"),
        ({"name": "no spaces"}, "'no spaces'"),
        ({"fields": {"password": "x"}}, "generate_key 'password'"),
        ({"usage": {"password": "x"}}, "generate_key 'password'"),
        ({"usage": {"username": "x"}}, "usage ['username']"),
        ({"in_use": True}, "in_use is true without usage"),
    ],
)
def test_wrong_options_are_refused(run_module: Any, options: dict[str, Any], wrong: dict[str, Any], text: str) -> None:
    failed = run_module(MODULE, **{**options, **wrong})
    assert failed["failed"]
    assert text in failed["msg"]


def test_a_secret_that_is_no_json_is_not_shown(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    aws("secretsmanager").create_secret(Name=NAME, SecretString="do-not-show")
    failed = run_module(MODULE, **options)
    assert "JSON object" in failed["msg"]
    assert "do-not-show" not in json.dumps(failed)


def test_punctuation_in_the_password_survives(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module(MODULE, **options, exclude_punctuation=False, password_length=200)
    password = value(aws)["password"]
    assert not password.isalnum()
    run_module(MODULE, **{**options, "fields": PLACE})
    assert value(aws)["password"] == password


def test_characters_that_a_database_refuses_stay_out(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module(MODULE, **options, exclude_punctuation=False, exclude_characters='/@" ', password_length=2000)
    password = value(aws)["password"]
    assert not password.isalnum()
    assert not set(password) & set('/@" ')


class TestUsage:
    """The secret itself shows whether its password has been set where it is used."""

    @pytest.fixture
    def before(self, options: dict[str, Any]) -> dict[str, Any]:
        """Give the options of the task before the password is set."""
        return {**options, "usage": USAGE}

    @pytest.fixture
    def after(self) -> dict[str, Any]:
        """Give the options of the task after it."""
        return {"name": NAME, "usage": USAGE, "in_use": True, "fields": {"host": "db.example.com"}}

    def test_is_noted_once_and_stays(
        self, aws: Any, run_module: Any, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        previews = [run_module(MODULE, check=True, **each) for each in (before, after)]
        created, noted = run_module(MODULE, **before), run_module(MODULE, **after)
        assert [item["secret"]["in_use"] for item in previews] == [False, True]
        assert [item["secret"]["in_use"] for item in (created, noted)] == [False, True]
        assert previews[1]["actions"] == noted["actions"] == [f"put_secret_value {NAME}"]
        assert previews[1]["secret"]["fields"] == noted["secret"]["fields"]
        assert value(aws).items() >= {**USAGE, "host": "db.example.com"}.items()
        for again in (run_module(MODULE, **each) for each in (before, after)):
            assert not again["changed"]
            assert again["secret"]["in_use"]
        assert versions(aws) == 2

    def test_is_not_noted_before_it_is_true(self, aws: Any, run_module: Any, before: dict[str, Any]) -> None:
        for _unused in range(2):
            assert not run_module(MODULE, **before)["secret"]["in_use"]
            assert "dbClusterIdentifier" not in value(aws)

    def test_elsewhere_is_not_here(
        self, aws: Any, run_module: Any, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        run_module(MODULE, **before)
        run_module(MODULE, **after)
        other = run_module(MODULE, **{**before, "usage": {"dbClusterIdentifier": "other"}})
        assert (other["changed"], other["secret"]["in_use"]) == (False, False)

    def test_ends_with_a_new_password_in_the_same_request(
        self, aws: Any, run_module: Any, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        run_module(MODULE, **before)
        run_module(MODULE, **after)
        lost = {key: field for key, field in value(aws).items() if key != "password"}
        aws("secretsmanager").put_secret_value(SecretId=NAME, SecretString=json.dumps(lost))
        preview = run_module(MODULE, check=True, **before)
        done = run_module(MODULE, **before)
        assert done["actions"] == preview["actions"] == [f"put_secret_value {NAME}"]
        assert done["secret"] == preview["secret"]
        assert not done["secret"]["in_use"]
        assert len(value(aws)["password"]) == 32
        assert "dbClusterIdentifier" not in value(aws)
        # the run was interrupted here: the next one still says so
        assert not run_module(MODULE, **before)["secret"]["in_use"]

    def test_is_never_noted_together_with_a_new_password(
        self, aws: Any, run_module: Any, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        aws("secretsmanager").create_secret(Name=NAME, SecretString=json.dumps(USAGE))
        done = run_module(MODULE, **after)
        assert not done["secret"]["in_use"]
        assert set(value(aws)) == {"host", "password"}

    def test_an_old_value_read_after_a_new_password_counts_for_nothing(
        self,
        aws: Any,
        run_module: Any,
        before: dict[str, Any],
        after: dict[str, Any],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        from moto.secretsmanager.models import SecretsManagerBackend

        old = json.dumps({"username": "postgres", **USAGE})
        aws("secretsmanager").create_secret(Name=NAME, SecretString=old)
        read = SecretsManagerBackend.get_secret_value

        def stale(self: Any, *args: Any, **kwargs: Any) -> Any:
            return {**read(self, *args, **kwargs), "SecretString": old}

        monkeypatch.setattr(SecretsManagerBackend, "get_secret_value", stale)
        assert not run_module(MODULE, **before)["secret"]["in_use"]

    def test_a_restored_secret_keeps_it(
        self, aws: Any, run_module: Any, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        run_module(MODULE, **before)
        run_module(MODULE, **after)
        run_module(MODULE, name=NAME, state="absent")
        preview = run_module(MODULE, check=True, **before)
        done = run_module(MODULE, **before)
        assert preview["secret"]["in_use"]
        assert done["secret"]["in_use"]


class TestChanges:
    """What the changes tell, and of the password in words only."""

    KIND = "AWS::SecretsManager::Secret"

    def test_of_a_secret_that_is_created_changed_and_removed(
        self, aws: Any, changes_of: Any, options: dict[str, Any]
    ) -> None:
        created = {
            "arn": "(known after apply)",
            "description": "Credentials of the Aurora cluster",
            "kms_key_id": "",
            "scheduled_for_deletion": False,
            "fields": {"username": "postgres", "password": "(generated, not shown)"},
            "tags": {"Environment": "dev"},
        }
        fields = {field: (None, value) for field, value in created.items()}
        assert changes_of(MODULE, **options) == [("create", self.KIND, NAME, fields)]
        fields = {"fields.host": (None, "db.example.com")}
        with_host = {**options, "fields": {"host": "db.example.com"}}
        assert changes_of(MODULE, **with_host) == [("update", self.KIND, NAME, fields)]
        ((action, _unused, name, fields),) = changes_of(MODULE, name=NAME, state="absent")
        assert (action, name) == ("remove", NAME)
        assert fields["fields"] == ({"password": "(not shown)"}, None)
        assert changes_of(MODULE, **options)[0][3]["scheduled_for_deletion"] == (True, False)

    def test_of_a_password_that_was_missing(self, aws: Any, changes_of: Any) -> None:
        aws("secretsmanager").create_secret(Name=NAME, SecretString=json.dumps({"username": "postgres", **USAGE}))
        fields = {
            "fields.password": ("(none)", "(generated, not shown)"),
            "fields.dbClusterIdentifier": ("streamflix-aurora-dev", None),
        }
        changes = changes_of(MODULE, name=NAME, template={"username": "postgres"}, usage=USAGE)
        assert changes == [("update", self.KIND, NAME, fields)]


def test_the_key_is_that_of_the_options(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    first, second = (aws("kms").create_key()["KeyMetadata"]["Arn"] for _unused in range(2))
    for key in (first, second):
        preview = run_module(MODULE, check=True, **options, kms_key_id=key)
        done = run_module(MODULE, **options, kms_key_id=key)
        assert done["changes"] == preview["changes"]
        assert done["secret"]["kms_key_id"] == key
        assert aws("secretsmanager").describe_secret(SecretId=NAME)["KmsKeyId"] == key
    assert not run_module(MODULE, **options, kms_key_id=second)["changed"]


def test_a_preview_shows_what_a_task_adds_to_the_secret_that_an_earlier_one_makes(aws: Any, run_module: Any) -> None:
    (change,) = run_module(MODULE, check=True, name=NAME, fields=PLACE, usage=USAGE, in_use=True)["changes"]
    assert change["action"] == "update"
    told = {item["field"]: (item["before"], item["after"]) for item in change["fields"]}
    assert told == {f"fields.{name}": (None, value) for name, value in {**PLACE, **USAGE}.items()}


@pytest.mark.parametrize(("codes", "times"), [(["ResourceNotFoundException"], 1)])
def test_one_that_is_gone_by_now_is_no_failed_removal(
    run_module: Any, options: dict[str, Any], sent_until_removed: Any, codes: list[str], times: int
) -> None:
    run_module(MODULE, **options)
    assert sent_until_removed(MODULE, "DeleteSecret", *codes, name=NAME, wait=False) == times
