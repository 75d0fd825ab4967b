#!/usr/bin/env bash
# amazon.aws.route53 cannot be in a play that gives all AWS modules their region.
#
# It is in the group amazon.aws.aws, whose other modules take "region" for the region to ask. Its own "region" is that of a
# latency record and needs an "identifier". So module_defaults that suit the whole group make a plain record fail.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check ansible-core==2.19.14 boto3==1.44.5 botocore==1.44.5
# the collections come in the package ansible; 12.3.0 has amazon.aws 10.1.2
venv/bin/pip install --quiet --disable-pip-version-check --no-deps ansible==12.3.0

export HOME="$folder" AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing
cat > play.yml <<'YML'
- hosts: localhost
  connection: local
  gather_facts: false
  vars:
    ansible_python_interpreter: "{{ ansible_playbook_python }}"
  module_defaults:
    group/amazon.aws.aws:
      region: eu-west-1
  tasks:
    - amazon.aws.route53:
        state: present
        zone: example.com
        record: www.example.com
        type: A
        value: 192.0.2.1
YML
cat > versions.py <<'PY'
import json
import pathlib

import ansible_collections

manifest = pathlib.Path(list(ansible_collections.__path__)[0]) / "amazon" / "aws" / "MANIFEST.json"
print("amazon.aws", json.loads(manifest.read_text())["collection_info"]["version"])
PY
{
  venv/bin/python versions.py
  venv/bin/ansible-playbook play.yml >play.log 2>&1 && echo "it runs" || grep -o -m 1 "missing parameter[^\"]*" play.log
} | tee seen

cat > expected <<'SEEN'
amazon.aws 10.1.2
missing parameter(s) required by 'region': identifier
SEEN
diff expected seen
