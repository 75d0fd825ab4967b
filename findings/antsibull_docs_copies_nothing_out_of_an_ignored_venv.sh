#!/usr/bin/env bash
# antsibull-docs does not find documentation of another collection that is installed in a .venv inside of a checkout.
#
# lint-collection-docs copies the collection and those that it depends on to a place of its own. What lies in a git
# repository it copies by "git ls-files". A virtual environment in the checkout lies in that repository, ignored, so git
# lists nothing of it: the other collection's copy is empty, its doc fragments are unknown, and each module that extends
# one is refused. Where git may not look above the virtual environment, all is well.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check ansible-core==2.19.14 antsibull-docs==2.28.0
export PATH="$folder/.venv/bin:$PATH"

collections=$(python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/ansible_collections
collection() { # FOLDER NAME DEPENDENCIES
  mkdir -p "$1/plugins/modules" "$1/plugins/doc_fragments" "$1/meta"
  printf 'namespace: example\nname: %s\nversion: 1.0.0\nauthors: [A]\nreadme: README.md\nlicense: [MIT]\ndependencies: %s\n' \
    "$2" "$3" > "$1/galaxy.yml"
  echo "requires_ansible: '>=2.19.0'" > "$1/meta/runtime.yml"
}
collection "$collections/example/base" base '{}'
# as installed collections have it
cat > "$collections/example/base/MANIFEST.json" <<'JSON'
{"collection_info": {"namespace": "example", "name": "base", "version": "1.0.0", "dependencies": {}}, "format": 1}
JSON
cat > "$collections/example/base/plugins/doc_fragments/common.py" <<'PY'
class ModuleDocFragment:
    DOCUMENTATION = """
options:
  region:
    description: Where.
    type: str
"""
PY
collection . mine '{example.base: "*"}'
cat > plugins/modules/one.py <<'PY'
DOCUMENTATION = """
module: one
short_description: One
description: One.
author: A (@a)
extends_documentation_fragment: [example.base.common]
"""
PY
echo .venv/ > .gitignore
git init --quiet . && git add .

{
  echo "as it is: $(antsibull-docs lint-collection-docs --plugin-docs . 2>&1 | grep -o 'unknown doc_fragment(s)' || true)"
  echo "git does not look above .venv: $(GIT_CEILING_DIRECTORIES="$folder" antsibull-docs lint-collection-docs --plugin-docs . && echo clean)"
} | tee seen

cat > expected <<'SEEN'
as it is: unknown doc_fragment(s)
git does not look above .venv: clean
SEEN
diff expected seen
