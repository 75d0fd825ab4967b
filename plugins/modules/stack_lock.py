#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: stack_lock
short_description: Let only one run at a time change a stack
version_added: 0.1.0
description:
  - Takes the lock of a stack in its account and region, and gives it back. The playbooks of this collection do so.
  - The lock is an EC2 launch template that is named after the stack. EC2 gives a name only once, so if several runs try
    to create it, one succeeds, wherever they run. It costs nothing, no instance is ever made from it, and it is removed
    when the run ends. Its tags say who holds the lock, since when, for what, and until when.
  - The other modules renew the lock while the run goes on, together with their own requests, and stop as soon as the
    run has lost it. The lock of a run that was killed expires, and the next run takes it over.
  - The lock is not a part of the stack, so that this module never reports a change. In check mode it does nothing.
author: StreamFlix platform team (@streamflix)
options:
  state:
    description: V(present) takes the lock, V(absent) gives O(id) back.
    type: str
    choices: [present, absent]
    default: present
  stack_tags:
    description:
      - The tags of the stack. C(Application) and C(Environment) of them tell which stack it is. The lock gets
        C(Application), C(Environment) and C(ManagedBy).
      - Required if O(state=present).
    type: dict
  mode:
    description:
      - V(take) waits for another run, see O(wait_timeout).
      - V(break) takes the lock away from the run that holds it now. It marks it, and waits some 40 seconds so that the
        other run notices before it writes again, before it takes the lock. This is for runs that were killed.
      - V(none) does nothing, for identities that may not create launch templates. Nothing then keeps two runs apart.
    type: str
    choices: [take, break, none]
    default: take
  wait_timeout:
    description: For how many seconds to wait for another run before this one fails.
    type: int
    default: 60
  expires_after:
    description:
      - After how many seconds without a renewal another run may take the lock over. It is renewed every 5 minutes, or
        after a quarter of this time if that is less.
    type: int
    default: 1800
  id:
    description: The lock that this run holds, as RV(id) of O(state=present). Required if O(state=absent).
    type: str
  owner:
    description:
      - Who runs this, and where, for others to read.
      - Without this option the user and the host, and the job in AWX, GitHub Actions, GitLab or Jenkins.
    type: str
  what:
    description: What the run does, for others to read. Without this option the playbook with its tags and limit.
    type: str
notes:
  - Needs the permissions C(ec2:CreateLaunchTemplate), C(ec2:CreateTags), C(ec2:DescribeLaunchTemplates) and
    C(ec2:DeleteLaunchTemplate).
  - A module that runs elsewhere than C(ansible-playbook) does not renew the lock, as with another connection than
    P(ansible.builtin.local#connection) or with C(become).
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Does nothing in check mode.
    support: full
  diff_mode:
    description: There is nothing to show.
    support: none
"""

EXAMPLES = r"""
- name: Change the stack while nobody else does
  block:
    - name: Take the lock
      streamflix.content_api.stack_lock:
        stack_tags:
          Application: streamflix
          Environment: dev
          ManagedBy: streamflix.content_api
        wait_timeout: 600
      register: lock

    - name: Deploy Redis
      ansible.builtin.import_role:
        name: streamflix.content_api.redis
  always:
    - name: Give the lock back
      streamflix.content_api.stack_lock:
        state: absent
        id: "{{ lock.id }}"
      when: lock.id | default('') | length > 0
"""

RETURN = r"""
id:
  description: The launch template that is the lock. Empty when none was taken.
  returned: success
  type: str
  sample: lt-0123456789abcdef0
name:
  description: Its name. Empty when none was taken.
  returned: success
  type: str
  sample: streamflix-lock-streamflix-dev
removed:
  description: Other runs' locks that had expired, or that were broken, in words.
  returned: success
  type: list
  elements: str
  sample: []
given_back:
  description: Whether the lock was given back; always false with O(state=present).
  returned: success
  type: bool
  sample: false
"""

import getpass
import socket
import uuid
from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils import fields, holding, lock, ownership
from ansible_collections.streamflix.content_api.plugins.module_utils.api import DENIED, Api, AwsError
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field, Rows

FIELDS: Rows = {
    "state": Field(choices=("present", "absent"), default="present"),
    "stack_tags": Field("dict"),
    "mode": Field(choices=("take", "break", "none"), default="take"),
    "wait_timeout": Field("int", default=60, limits=(0, holding.LONGEST_SECONDS)),
    "expires_after": Field("int", default=1800, limits=(holding.SHORTEST_EXPIRY_SECONDS, holding.LONGEST_SECONDS)),
    "id": Field(),
    "owner": Field(),
    "what": Field(),
}


def check(options: Mapping[str, Any]) -> list[str]:
    """Find options that make no sense, each with its value and the remedy."""
    if options["state"] == "absent" or options["mode"] == "none":
        return []
    tags = options["stack_tags"] or {}
    missing = [key for key in ownership.STACK if not tags.get(key)]
    return fields.refusals(FIELDS, options) + [
        f"stack_tags lacks {key}, which tells one stack from others: add it to platform_tags." for key in missing
    ]


def whoever() -> str:
    """Return who runs this process, and where."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        # a container may give a number that has no name
        user = "somebody"
    return f"{user}@{socket.gethostname()}"


def take(api: Api, options: Mapping[str, Any]) -> dict[str, Any]:
    """Take the lock and return the module's result.

    :raises HeldError: another run holds it.
    :raises AwsError: AWS refuses or is not reached.
    """
    wanted = lock.Wanted(
        name=lock.name_of(options["stack_tags"]),
        stack_tags=ownership.identity(options["stack_tags"]),
        owner=options["owner"] or whoever(),
        what=options["what"] or "ansible",
        run=str(uuid.uuid4()),
        expires_after=options["expires_after"],
    )
    taking = lock.Taking(api, wanted, options["wait_timeout"], options["mode"] == "break")
    lock_id = taking.run()
    for text in taking.removed:
        api.warn(text)
    return {"id": lock_id, "name": wanted.name, "removed": taking.removed}


def give_back(api: Api, options: Mapping[str, Any]) -> dict[str, Any]:
    """Give the lock back and return the module's result.

    :raises AwsError: AWS does not allow it; that it does not answer is no error, as the work is done.
    :raises HeldError: it was gone, so that this run was not alone.
    """
    # it is not to be renewed once more
    api.held = None
    try:
        there = lock.give_back(api, options["id"])
    except AwsError as failure:
        if failure.code in DENIED:
            raise
        api.warn(f"The lock of the stack could not be given back, so the next run waits until it expires: {failure}")
        return {"given_back": False}
    if not there:
        raise lock.HeldError(
            f"The lock {options['id']} was gone before the end of this run, so another run may have been at work at "
            "the same time. Run again when no other run is at work."
        )
    return {"given_back": True}


def main() -> None:
    """Entry point of the module."""
    module = AnsibleAWSModule(
        argument_spec=fields.argument_spec(FIELDS),
        required_if=[("state", "present", ("stack_tags",)), ("state", "absent", ("id",))],
        supports_check_mode=True,
    )
    options = module.params
    findings = check(options)
    if findings:
        module.fail_json(msg=" ".join(findings))
    nothing = {"changed": False, "id": "", "name": "", "removed": [], "given_back": False}
    if module.check_mode or options["mode"] == "none":
        module.exit_json(**nothing)
    api = Api(module, "ec2")
    try:
        result = take(api, options) if options["state"] == "present" else give_back(api, options)
    except lock.HeldError as error:
        module.fail_json(msg=str(error))
    except AwsError as failure:
        module.fail_json(msg=lock.without_right(failure))
    module.exit_json(**nothing | result)


if __name__ == "__main__":
    main()
