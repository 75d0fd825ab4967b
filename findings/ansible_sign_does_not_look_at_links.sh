#!/usr/bin/env bash
# A signed Ansible project in which a link was turned to other code still passes ansible-sign.
#
# ansible-sign lists a project's files by distlib's Manifest, which takes regular files and goes into folders that are no
# links. So a link is in no list of checksums, whatever MANIFEST.in says: it may be turned elsewhere, out of the project too.
# A link that is new is not found either. What must not change should be files.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check ansible-sign==0.1.6 distlib==0.4.4
export GNUPGHOME="$folder/gpg" GPG_TTY=none
mkdir -m 700 "$GNUPGHOME"
gpg --quiet --batch --passphrase '' --quick-generate-key signer@example.com

mkdir -p project/shared/tasks elsewhere
echo "[]" > project/shared/tasks/main.yml
echo "- debug: {msg: not what was signed}" > elsewhere/main.yml
ln -s shared/tasks project/tasks
echo "global-include *" > project/MANIFEST.in
venv/bin/ansible-sign project gpg-sign project > signing

ln -sfn "$folder/elsewhere" project/tasks
{
  echo "signed: $(cut -d ' ' -f 3 project/.ansible-sign/sha256sum.txt | xargs)"
  echo "tasks/main.yml is now: $(cat project/tasks/main.yml)"
  venv/bin/ansible-sign project gpg-verify project | grep -o 'Checksum validation succeeded.'
} | tee seen

cat > expected <<'SEEN'
signed: MANIFEST.in shared/tasks/main.yml
tasks/main.yml is now: - debug: {msg: not what was signed}
Checksum validation succeeded.
SEEN
diff expected seen
