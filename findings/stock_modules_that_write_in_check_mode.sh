#!/usr/bin/env bash
# Two stock modules say that they support check mode, and write in it.
#
# amazon.aws.cloudwatchlogs_log_group with another retention than the log group has, and
# community.aws.application_autoscaling_policy on nothing: after ansible-playbook --check, AWS is another one.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check ansible-core==2.19.14 boto3==1.44.5 botocore==1.44.5 'moto[server]==5.2.5'
# the collections come in the package ansible; 12.3.0 has amazon.aws 10.1.2 and community.aws 10.0.0
venv/bin/pip install --quiet --disable-pip-version-check --no-deps ansible==12.3.0

export AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing AWS_REGION=eu-west-1 AWS_DEFAULT_REGION=eu-west-1
export ANSIBLE_PYTHON_INTERPRETER="$folder/venv/bin/python" HOME="$folder"
port=$(venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export AWS_ENDPOINT_URL="http://127.0.0.1:$port"
venv/bin/moto_server --host 127.0.0.1 --port "$port" >server.log 2>&1 &
server=$!
for _try in $(seq 100); do
  if curl --silent --output /dev/null "$AWS_ENDPOINT_URL/moto-api/"; then break; fi
  sleep 0.2
done

cat > look.py <<'PY'
import sys

import boto3

if sys.argv[1:] == ["prepare"]:
    logs = boto3.client("logs")
    logs.create_log_group(logGroupName="/example")
    logs.put_retention_policy(logGroupName="/example", retentionInDays=7)
(group,) = boto3.client("logs").describe_log_groups(logGroupNamePrefix="/example")["logGroups"]
targets = boto3.client("application-autoscaling").describe_scalable_targets(ServiceNamespace="dynamodb")
print(f"days of retention: {group['retentionInDays']}, scalable targets: {len(targets['ScalableTargets'])}")
PY
cat > play.yml <<'YML'
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - amazon.aws.cloudwatchlogs_log_group:
        log_group_name: /example
        retention: 30
    - community.aws.application_autoscaling_policy:
        state: present
        policy_name: example
        service_namespace: dynamodb
        resource_id: table/example
        scalable_dimension: "dynamodb:table:ReadCapacityUnits"
        policy_type: TargetTrackingScaling
        minimum_tasks: 1
        maximum_tasks: 4
        target_tracking_scaling_policy_configuration:
          TargetValue: 60.0
          PredefinedMetricSpecification: {PredefinedMetricType: DynamoDBReadCapacityUtilization}
YML
cat > versions.py <<'PY'
import json
import pathlib

import ansible_collections

for name in ("amazon", "community"):
    manifest = pathlib.Path(list(ansible_collections.__path__)[0]) / name / "aws" / "MANIFEST.json"
    print(f"{name}.aws", json.loads(manifest.read_text())["collection_info"]["version"])
PY
{
  venv/bin/python versions.py
  echo "before: $(venv/bin/python look.py prepare)"
  venv/bin/ansible-playbook play.yml --check >play.log 2>&1 || { cat play.log >&2; exit 1; }
  echo "after --check: $(venv/bin/python look.py)"
} | tee seen

cat > expected <<'SEEN'
amazon.aws 10.1.2
community.aws 10.0.0
before: days of retention: 7, scalable targets: 0
after --check: days of retention: 30, scalable targets: 1
SEEN
diff expected seen
