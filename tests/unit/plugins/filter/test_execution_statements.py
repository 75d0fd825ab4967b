"""What ECS needs to start containers, and no more."""

from __future__ import annotations

from typing import Any

from ansible_collections.streamflix.content_api.plugins.filter.execution_statements import FilterModule

PLACE = {"partition": "aws", "region": "eu-west-1", "account": "123456789012"}
HERE = "eu-west-1:123456789012"
SECRET = f"arn:aws:secretsmanager:{HERE}:secret:db-AbCdEf"
OTHER = f"arn:aws:secretsmanager:{HERE}:secret:other-AbCdEf"
REGISTRY = f"arn:aws:secretsmanager:{HERE}:secret:registry-AbCdEf"
STREAMS = f"arn:aws:logs:{HERE}:log-group:/ecs/api:*"
KEY = f"arn:aws:kms:{HERE}:key/1"
READ = ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"]
ALWAYS: list[dict[str, Any]] = [
    {"Sid": "ReadSecret", "Effect": "Allow", "Action": READ, "Resource": SECRET},
    {
        "Sid": "WriteLogs",
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": STREAMS,
    },
]


def statements(*containers: dict[str, Any], **options: Any) -> list[dict[str, Any]]:
    return FilterModule().filters()["execution_statements"](containers, PLACE, SECRET, STREAMS, **options)


def by_sid(*containers: dict[str, Any], **options: Any) -> dict[str, Any]:
    return {item["Sid"]: item["Resource"] for item in statements(*containers, **options)}


def test_a_container_without_more_needs_the_secret_and_the_log() -> None:
    nginx = {"name": "api", "image": "public.ecr.aws/nginx/nginx:1", "secrets": {"DB_HOST": f"{SECRET}:host::"}}
    assert statements(nginx) == ALWAYS
    assert statements({"name": "api", "image": "nginx", "secrets": None, "log_configuration": None}) == ALWAYS


def test_each_secret_is_read_whole_where_a_key_of_it_is_named() -> None:
    api = {"secrets": {"A": f"{OTHER}:a::", "B": f"{OTHER}:b::"}, "repository_credentials": REGISTRY}
    log = {"log_configuration": {"log_driver": "splunk", "secret_options": {"token": OTHER}}}
    assert by_sid(api, log)["ReadSecret"] == sorted([SECRET, OTHER, REGISTRY])


def test_a_secret_that_is_known_after_the_run_only() -> None:
    unknown = "(known after apply)"
    filters = FilterModule().filters()
    (read, _write) = filters["execution_statements"]([{"secrets": {"A": f"{unknown}:a::"}}], PLACE, unknown, STREAMS)
    assert read["Resource"] == unknown


def test_parameters_by_arn_and_by_name() -> None:
    arn = f"arn:aws:ssm:{HERE}:parameter/a"
    assert by_sid({"secrets": {"A": arn, "B": "/team/b", "C": "c"}})["ReadParameters"] == [
        arn,
        f"arn:aws:ssm:{HERE}:parameter/c",
        f"arn:aws:ssm:{HERE}:parameter/team/b",
    ]


def test_files_of_environment_variables() -> None:
    found = by_sid({"environment_files": ["arn:aws:s3:::config/dir/a.env", "arn:aws:s3:::config/b.env"]})
    assert found["ReadEnvironmentFiles"] == ["arn:aws:s3:::config/b.env", "arn:aws:s3:::config/dir/a.env"]
    assert found["FindEnvironmentFiles"] == "arn:aws:s3:::config"


def test_images_in_ecr_are_pulled_from_their_repositories_only() -> None:
    registry = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
    images = [f"{registry}/team/api:1.2", f"{registry}/team/api@sha256:{'0' * 64}", "nginx:1"]
    found = by_sid(*({"image": image} for image in images))
    assert found["LogInToEcr"] == "*"
    assert found["PullImage"] == f"arn:aws:ecr:{HERE}:repository/team/api"
    other = by_sid({"image": images[0]}, {"image": "210987654321.dkr.ecr-fips.us-east-1.amazonaws.com/proxy"})
    assert other["PullImage"] == [
        f"arn:aws:ecr:{HERE}:repository/team/api",
        "arn:aws:ecr:us-east-1:210987654321:repository/proxy",
    ]


def test_customer_keys_decrypt_for_the_services_only() -> None:
    (statement,) = [item for item in statements({}, kms_key_arns=[KEY]) if item["Sid"] == "Decrypt"]
    services = [f"{service}.eu-west-1.amazonaws.com" for service in ("secretsmanager", "ssm", "s3")]
    assert statement == {
        "Sid": "Decrypt",
        "Effect": "Allow",
        "Action": "kms:Decrypt",
        "Resource": KEY,
        "Condition": {"StringEquals": {"kms:ViaService": services}},
    }
