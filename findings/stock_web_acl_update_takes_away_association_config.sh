#!/usr/bin/env bash
# community.aws.wafv2_web_acl updates a web ACL without the body inspection limit that the web ACL has.
#
# AWS's UpdateWebACL replaces all that can be changed ("WAFV2 API Reference"), so what a request leaves out is gone. The module
# has no option for AssociationConfig and does not send back what it has read: a change of the description is a change of how
# much of a body is inspected. An emulator that keeps what is not sent, as moto does, hides it; so this looks at the request.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check ansible-core==2.19.14 boto3==1.44.5 botocore==1.44.5 'moto[server]==5.2.5'
# the collections come in the package ansible; 12.3.0 has community.aws 10.0.0
venv/bin/pip install --quiet --disable-pip-version-check --no-deps ansible==12.3.0

# moto's server, and beside it the body of each UpdateWebACL
cat > recorder.py <<'PY'
import io
import pathlib

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

moto = DomainDispatcherApplication(create_backend_app)


def recorded(environ, start_response):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    if environ.get("HTTP_X_AMZ_TARGET", "").endswith(".UpdateWebACL"):
        pathlib.Path("update").write_bytes(body)
    return moto({**environ, "wsgi.input": io.BytesIO(body)}, start_response)


server = make_server("127.0.0.1", 0, recorded, threaded=True)
pathlib.Path("port").write_text(str(server.server_port))
server.serve_forever()
PY
venv/bin/python recorder.py >server.log 2>&1 &
server=$!
for _try in $(seq 300); do
  if [ -s port ]; then break; fi
  sleep 0.1
done
export AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing AWS_REGION=eu-west-1 AWS_DEFAULT_REGION=eu-west-1
export ANSIBLE_PYTHON_INTERPRETER="$folder/venv/bin/python" HOME="$folder" AWS_ENDPOINT_URL="http://127.0.0.1:$(cat port)"

cat > make.py <<'PY'
import boto3

boto3.client("wafv2").create_web_acl(
    Name="example",
    Scope="REGIONAL",
    DefaultAction={"Allow": {}},
    Description="before",
    Rules=[],
    VisibilityConfig={"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": True, "MetricName": "example"},
    AssociationConfig={"RequestBody": {"API_GATEWAY": {"DefaultSizeInspectionLimit": "KB_64"}}},
)
PY
cat > play.yml <<'YML'
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - community.aws.wafv2_web_acl:
        state: present
        name: example
        scope: REGIONAL
        default_action: Allow
        description: after
        metric_name: example
        rules: []
YML
cat > look.py <<'PY'
import json
import pathlib

import ansible_collections
import boto3

manifest = pathlib.Path(list(ansible_collections.__path__)[0]) / "community" / "aws" / "MANIFEST.json"
print("community.aws", json.loads(manifest.read_text())["collection_info"]["version"])
client = boto3.client("wafv2")
(one,) = client.list_web_acls(Scope="REGIONAL")["WebACLs"]
found = client.get_web_acl(Name="example", Scope="REGIONAL", Id=one["Id"])["WebACL"]
print("GetWebACL answers:", found["AssociationConfig"])
print("UpdateWebACL sent:", ", ".join(sorted(json.loads(pathlib.Path("update").read_text()))))
PY
venv/bin/python make.py
venv/bin/ansible-playbook play.yml >play.log 2>&1 || { cat play.log >&2; exit 1; }
venv/bin/python look.py | tee seen

cat > expected <<'SEEN'
community.aws 10.0.0
GetWebACL answers: {'RequestBody': {'API_GATEWAY': {'DefaultSizeInspectionLimit': 'KB_64'}}}
UpdateWebACL sent: DefaultAction, Description, Id, LockToken, Name, Rules, Scope, VisibilityConfig
SEEN
diff expected seen
