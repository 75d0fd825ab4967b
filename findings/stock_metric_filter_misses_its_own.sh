#!/usr/bin/env bash
# amazon.aws.cloudwatchlogs_log_group_metric_filter does not find "errors" where "errors-fatal" is, too.
#
# It asks AWS for what begins with the name, and where that is more than one filter it takes its own for missing. So a filter
# that is as it should be has changed in every run, and state: absent leaves it there and says that nothing had to be done.
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

cat > play.yml <<'YML'
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - amazon.aws.cloudwatchlogs_log_group:
        log_group_name: /example
    - amazon.aws.cloudwatchlogs_log_group_metric_filter:
        state: present
        log_group_name: /example
        filter_name: "{{ item }}"
        filter_pattern: "{{ item }}"
        metric_transformation:
          metric_name: "{{ item }}"
          metric_namespace: example
          metric_value: "1"
      loop: [errors-fatal, errors]
      register: filters
    - debug:
        msg: "changed: {{ filters.results | selectattr('changed') | map(attribute='item') | join(', ') }}"
YML
cat > look.py <<'PY'
import boto3

found = boto3.client("logs").describe_metric_filters(logGroupName="/example")["metricFilters"]
print(f"there: {', '.join(sorted({one['filterName'] for one in found}))}")
PY
cat > absent.yml <<'YML'
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - amazon.aws.cloudwatchlogs_log_group_metric_filter:
        state: absent
        log_group_name: /example
        filter_name: errors
      register: removal
    - debug:
        msg: "removed: {{ removal.changed }}"
YML
cat > versions.py <<'PY'
import importlib.metadata
import json
import pathlib

import ansible_collections

manifest = pathlib.Path(list(ansible_collections.__path__)[0]) / "amazon" / "aws" / "MANIFEST.json"
print("amazon.aws", json.loads(manifest.read_text())["collection_info"]["version"])
print("moto", importlib.metadata.version("moto"))
PY
play() {
  venv/bin/ansible-playbook "$1.yml" >play.log 2>&1 || { cat play.log >&2; exit 1; }
  grep -o '"msg": "[^"]*"' play.log | cut -d'"' -f4
}
{
  venv/bin/python versions.py
  for run in 1 2 3; do echo "run $run, $(play play)"; done
  play absent
  venv/bin/python look.py
} | tee seen

cat > expected <<'SEEN'
amazon.aws 10.1.2
moto 5.2.5
run 1, changed: errors-fatal, errors
run 2, changed: errors
run 3, changed: errors
removed: False
there: errors, errors-fatal
SEEN
diff expected seen
