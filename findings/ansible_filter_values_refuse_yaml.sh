#!/usr/bin/env bash
# ansible-core's values and PyYAML: what a filter plugin is given looks like a dictionary, and PyYAML cannot write it.
#
# Since core 2.19 variables are subclasses of str and lazy containers. json.dumps takes them. yaml.safe_dump refuses them,
# since it knows exact types only, and yaml.dump fails because the containers refuse to be pickled. A copy in plain types,
# such as a way through JSON, is needed, or Ansible's own AnsibleDumper.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check ansible-core==2.19.14 PyYAML==6.0.3
unset "${!ANSIBLE_@}"
export ANSIBLE_HOME="$folder/home" NO_COLOR=1 ANSIBLE_LOCALHOST_WARNING=false

mkdir filter_plugins
cat > filter_plugins/written.py <<'PY'
import json

import yaml
from ansible.parsing.yaml.dumper import AnsibleDumper

WAYS = {
    "json.dumps": json.dumps,
    "yaml.safe_dump": yaml.safe_dump,
    "yaml.dump": yaml.dump,
    "yaml.dump with AnsibleDumper": lambda value: yaml.dump(value, Dumper=AnsibleDumper).strip(),
    "yaml.safe_dump of json": lambda value: yaml.safe_dump(json.loads(json.dumps(value))).strip(),
}


def written(value):
    """Return what each way writes, or the error's type."""
    done = [f"isinstance(value, dict) is {isinstance(value, dict)}"]
    for name, write in WAYS.items():
        try:
            done.append(f"{name}: {write(value)}")
        except Exception as error:
            done.append(f"{name}: {type(error).__name__}")
    return done


class FilterModule:
    def filters(self):
        return {"written": written}
PY
cat > play.yml <<'YAML'
- name: Write a variable
  hosts: localhost
  gather_facts: false
  vars:
    tier: {name: "{{ 'redis' }}"}
  tasks:
    - name: Say what came of it
      ansible.builtin.copy:
        content: "{{ tier | written | join('\n') }}\n"
        dest: "{{ playbook_dir }}/written"
        mode: "0600"
YAML
venv/bin/ansible-playbook -i localhost, -c local -e "ansible_python_interpreter=$folder/venv/bin/python" play.yml > log 2>&1 || { cat log; exit 1; }
{
  venv/bin/ansible --version > version
  sed -n 1p version
  venv/bin/python -c 'import yaml; print("PyYAML", yaml.__version__)'
  cat written
} | tee seen

cat > expected <<'SEEN'
ansible [core 2.19.14]
PyYAML 6.0.3
isinstance(value, dict) is True
json.dumps: {"name": "redis"}
yaml.safe_dump: RepresenterError
yaml.dump: NotImplementedError
yaml.dump with AnsibleDumper: name: redis
yaml.safe_dump of json: name: redis
SEEN
diff expected seen
