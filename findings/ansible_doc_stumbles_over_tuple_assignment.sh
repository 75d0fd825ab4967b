#!/usr/bin/env bash
# ansible-core's reader of documentation and valid Python do not agree on what an assignment is.
#
# A plugin that assigns to a tuple or to an attribute at module level runs, but each ansible-doc of it warns that it "failed
# to assign id", though the documentation is complete. ansible-test takes what ansible-doc writes to stderr for a failure, so
# that the sanity test "ansible-doc" refuses the plugin.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check ansible-core==2.19.14
unset "${!ANSIBLE_@}"
export ANSIBLE_HOME="$folder/home" ANSIBLE_COLLECTIONS_PATH="$folder" NO_COLOR=1 COLUMNS=200

plugins=ansible_collections/example/names/plugins/filter
mkdir -p $plugins
for name in pair attribute plain; do
  case $name in
    pair) line='FIRST, SECOND = "a", "b"' ;;
    attribute) line='FilterModule.first = "a"' ;;
    plain) line='FIRST = "a"' ;;
  esac
  cat > $plugins/$name.py <<PY
DOCUMENTATION = """
name: $name
short_description: Say a
description: Says a.
options: {_input: {description: Anything., type: raw, required: true}}
author: nobody (@nobody)
"""
RETURN = """
_value: {description: The letter., type: str}
"""


class FilterModule:
    def filters(self):
        return {"$name": lambda value: "a"}


$line
PY
done

{
  venv/bin/ansible-doc --version > out
  sed -n 1p out
  for name in plain pair attribute; do
    venv/bin/ansible-doc --type filter --json example.names.$name > out 2> err
    described=$(venv/bin/python -c 'import json; print(*(one["doc"]["short_description"] for one in json.load(open("out")).values()))')
    echo "$name: described as '$described', lines on stderr: $(grep -c 'failed to assign id' err || true)"
  done
} | tee seen

cat > expected <<'SEEN'
ansible-doc [core 2.19.14]
plain: described as 'Say a', lines on stderr: 0
pair: described as 'Say a', lines on stderr: 1
attribute: described as 'Say a', lines on stderr: 1
SEEN
diff expected seen
