#!/usr/bin/env bash
# amazon.aws.backup_selection removes another selection than the one it is given by its documented option.
#
# It reads the alias selection_name only. Given backup_selection_name, which is what its documentation calls the option, it
# looks for no name at all and takes the first selection of the plan: that one's resources are no longer backed up.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check ansible-core==2.19.14 boto3==1.44.5 botocore==1.44.5
# the collections come in the package ansible; 12.3.0 has amazon.aws 10.1.2
venv/bin/pip install --quiet --disable-pip-version-check --no-deps ansible==12.3.0

# what AWS Backup answers about one plan with two selections, and what it was asked to delete
cat > backup.py <<'PY'
import http.server
import json
import pathlib

ROLE = {"IamRoleArn": "arn:aws:iam::123456789012:role/example"}
NAMES = ["database", "files"]
SELECTIONS = [{"SelectionId": f"id-of-{name}", "SelectionName": name, **ROLE} for name in NAMES]
PLAN = {"BackupPlanId": "p-1", "BackupPlanName": "daily", "BackupPlanArn": "arn:aws:backup:eu-west-1:123456789012:plan:p-1"}
ANSWERS = {
    "/backup/plans": {"BackupPlansList": [PLAN]},
    "/backup/plans/p-1": {**PLAN, "BackupPlan": {"BackupPlanName": "daily", "Rules": []}},
    "/tags/arn:aws:backup:eu-west-1:123456789012:plan:p-1": {"Tags": {}},
    "/backup/plans/p-1/selections": {"BackupSelectionsList": SELECTIONS},
}
for one in SELECTIONS:
    path = f"/backup/plans/p-1/selections/{one['SelectionId']}"
    ANSWERS[path] = {"SelectionId": one["SelectionId"], "BackupPlanId": "p-1", "BackupSelection": one}


class Backup(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path.split("?")[0].replace("%3A", ":").rstrip("/")
        self.answer(ANSWERS[path])

    def do_DELETE(self):
        pathlib.Path("deleted").write_text(self.path.rstrip("/").split("/")[-1])
        self.answer({})

    def answer(self, body):
        text = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Backup) as server:
    pathlib.Path("port").write_text(str(server.server_port))
    server.serve_forever()
PY
venv/bin/python backup.py >server.log 2>&1 &
server=$!
for _try in $(seq 100); do
  if [ -s port ]; then break; fi
  sleep 0.1
done
export AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing AWS_REGION=eu-west-1 AWS_ENDPOINT_URL="http://127.0.0.1:$(cat port)"
export ANSIBLE_PYTHON_INTERPRETER="$folder/venv/bin/python" HOME="$folder"

cat > play.yml <<'YML'
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - amazon.aws.backup_selection: "{{ {'state': 'absent', 'backup_plan_name': 'daily', option: 'files'} }}"
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
  for option in backup_selection_name selection_name; do
    venv/bin/ansible-playbook play.yml -e "option=$option" >play.log 2>&1 || { cat play.log >&2; exit 1; }
    echo "$option: files, deleted: $(cat deleted)"
  done
} | tee seen

cat > expected <<'SEEN'
amazon.aws 10.1.2
backup_selection_name: files, deleted: id-of-database
selection_name: files, deleted: id-of-files
SEEN
diff expected seen
