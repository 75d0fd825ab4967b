#!/usr/bin/env bash
# amazon.aws.backup_plan says in check mode that the tags of a plan change, whatever they are.
#
# It takes check mode for "the tags differ" before it compares them. So a preview of a plan with tags is never unchanged, and a
# job that looks for drift by check mode reports this plan for ever; the run itself says, rightly, that nothing changed.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check ansible-core==2.19.14 boto3==1.44.5 botocore==1.44.5 'moto[server]==5.2.5'
# the collections come in the package ansible; 12.3.0 has amazon.aws 10.1.2
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

venv/bin/python -c 'import boto3; boto3.client("backup").create_backup_vault(BackupVaultName="example")'
cat > play.yml <<'YML'
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - amazon.aws.backup_plan:
        backup_plan_name: "{{ item.key }}"
        tags: "{{ item.value }}"
        rules:
          - rule_name: daily
            target_backup_vault_name: example
            schedule_expression: cron(0 3 ? * * *)
            start_window_minutes: 60
            completion_window_minutes: 180
      loop: "{{ {'bare': {}, 'tagged': {'Team': 'content'}} | dict2items }}"
      register: plans
    - debug:
        msg: "changed: {{ plans.results | selectattr('changed') | map(attribute='item.key') | join(', ') or 'none' }}"
YML
cat > versions.py <<'PY'
import json
import pathlib

import ansible_collections

manifest = pathlib.Path(list(ansible_collections.__path__)[0]) / "amazon" / "aws" / "MANIFEST.json"
print("amazon.aws", json.loads(manifest.read_text())["collection_info"]["version"])
PY
play() {
  venv/bin/ansible-playbook play.yml "$@" >play.log 2>&1 || { cat play.log >&2; exit 1; }
  grep -o '"msg": "[^"]*"' play.log | cut -d'"' -f4
}
{
  venv/bin/python versions.py
  echo "first run, $(play)"
  echo "second run, $(play)"
  echo "preview, $(play --check)"
} | tee seen

cat > expected <<'SEEN'
amazon.aws 10.1.2
first run, changed: bare, tagged
second run, changed: none
preview, changed: tagged
SEEN
diff expected seen
