#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_task_definition
short_description: Manage the task definition of a Fargate service
version_added: 0.1.0
description:
  - Registers a new revision of a task definition when, and only when, the newest active one differs from the options.
  - A revision is registered as a whole, so an option that is left out means AWS's default, not the present value.
  - Unlike M(community.aws.ecs_taskdefinition) it knows the defaults that AWS adds, so a second run changes nothing.
  - The family is ours, with all its revisions, if any of them carries O(owner_tags), or if O(service) carries them and
    runs one of the revisions. So a pipeline may register revisions in it with any tags.
author: StreamFlix platform team (@streamflix)
options:
  family:
    description: Name of the family that the revisions belong to, at most 255 letters, digits, hyphens and underscores.
    type: str
    required: true
  cpu:
    description: CPU units of a task, V(256) to V(32768). 1024 are one vCPU. Required with O(state=present).
    type: int
  memory:
    description: Memory of a task in MiB. What Fargate takes depends on O(cpu). Required with O(state=present).
    type: int
  execution_role_arn:
    description: ARN of the role with which ECS pulls the image, reads the secrets and writes the log.
    type: str
  task_role_arn:
    description: ARN of the role of the application itself.
    type: str
  runtime_platform:
    description: What the tasks run on.
    type: dict
    suboptions:
      cpu_architecture:
        description: The processor.
        type: str
        choices: [X86_64, ARM64]
        default: X86_64
      operating_system_family:
        description: The operating system, such as V(LINUX) or V(WINDOWS_SERVER_2022_CORE).
        type: str
        default: LINUX
  ephemeral_storage:
    description: Size of a task's own disk in GiB, V(21) to V(200). Without it, tasks have 20 GiB.
    type: int
  volumes:
    description: The volumes of a task, for O(containers[].mount_points). Without O(volumes[].efs), on its own disk.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the volume.
        type: str
        required: true
      efs:
        description: The file system of EFS that it is, in place of the task's own disk.
        type: dict
        suboptions:
          file_system_id:
            description: Id of the file system, or its ARN.
            type: str
            required: true
          root_directory:
            description:
              - Directory of the file system that is mounted, V(/) unless set. An access point says it itself.
            type: str
          transit_encryption:
            description: Whether what goes to and from the file system is encrypted.
            type: bool
            default: true
          transit_encryption_port:
            description: Port for that. Without it, ECS chooses one.
            type: int
          access_point_id:
            description: Id of an access point, or its ARN, which says the directory and the user. Needs encryption.
            type: str
          iam:
            description: Whether EFS checks what O(task_role_arn) may do. Needs encryption.
            type: bool
  enable_fault_injection:
    description: Whether the containers may ask for faults of the task's network, for tests. V(false) unless set.
    type: bool
  containers:
    description: The containers of a task. Required with O(state=present).
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the container.
        type: str
        required: true
      image:
        description: The image, with a tag or a digest.
        type: str
        required: true
      essential:
        description: Whether the task ends when this container ends.
        type: bool
        default: true
      cpu:
        description: CPU units that are kept for this container.
        type: int
      memory:
        description: Memory in MiB at which this container is ended.
        type: int
      memory_reservation:
        description: Memory in MiB that is kept for this container.
        type: int
      port_mappings:
        description: The ports that the container listens on.
        type: list
        elements: dict
        suboptions:
          container_port:
            description: The port.
            type: int
            required: true
          protocol:
            description: The protocol.
            type: str
            choices: [tcp, udp]
            default: tcp
          name:
            description: Name of the port, for Service Connect.
            type: str
          app_protocol:
            description: Protocol on top of TCP, for Service Connect.
            type: str
            choices: [http, http2, grpc]
      environment:
        description: Environment variables. They can be read by everyone who can describe the task definition.
        type: dict
      environment_files:
        description:
          - ARNs of objects in S3 with environment variables, a line each, at most 10. Their names end in C(.env).
          - O(containers[].environment) comes before them. Of a variable in several files, the first one counts.
        type: list
        elements: str
      secrets:
        description:
          - Environment variables whose values ECS reads when a task starts, each with the ARN to read from.
          - The form V(<secret arn>:<key>::) takes one key of a secret in JSON; the bare ARN takes all of it.
        type: dict
      command:
        description: The command, in place of the image's own.
        type: list
        elements: str
      entry_point:
        description: The entry point, in place of the image's own.
        type: list
        elements: str
      working_directory:
        description: Directory in which the command runs.
        type: str
      user:
        description: User, or user and group, that the command runs as.
        type: str
      log_configuration:
        description: Where the output goes.
        type: dict
        suboptions:
          log_driver:
            description: The log driver.
            type: str
            choices: [awslogs, awsfirelens, splunk]
            required: true
          options:
            description: Options of the driver, by its own names.
            type: dict
          secret_options:
            description: Options whose values ECS reads when a task starts, each with the ARN to read from.
            type: dict
      firelens_configuration:
        description: Makes the container the FireLens router, to which containers with the driver V(awsfirelens) log.
        type: dict
        suboptions:
          type:
            description: The router's software.
            type: str
            choices: [fluentbit, fluentd]
            required: true
          options:
            description:
              - Options of FireLens, such as C(enable-ecs-log-metadata), C(config-file-type) and C(config-file-value).
              - Fargate takes only configuration files that are in the image (V(file)).
            type: dict
      repository_credentials:
        description: ARN of the secret with C(username) and C(password) of a registry that is private and not ECR.
        type: str
      version_consistency:
        description:
          - Whether all tasks of a deployment have the image that the tag meant when it began. V(enabled) unless set.
          - V(disabled) makes each task pull what the tag means at its start.
        type: str
        choices: [enabled, disabled]
      restart_policy:
        description: Whether ECS starts the container again when it ends, in place of the task.
        type: dict
        suboptions:
          enabled:
            description: Whether it does.
            type: bool
            default: true
          ignored_exit_codes:
            description: Exit codes after which it does not, at most 50.
            type: list
            elements: int
          restart_attempt_period:
            description: Seconds that the container has to run before it is started again, 60 to 1800. 300 unless set.
            type: int
      ulimits:
        description: Limits of the container's processes. Fargate sets V(nofile) to 65535 unless it is listed.
        type: list
        elements: dict
        suboptions:
          name:
            description: Which limit.
            type: str
            choices:
              - core
              - cpu
              - data
              - fsize
              - locks
              - memlock
              - msgqueue
              - nice
              - nofile
              - nproc
              - rss
              - rtprio
              - rttime
              - sigpending
              - stack
            required: true
          soft_limit:
            description: The limit that a process starts with.
            type: int
            required: true
          hard_limit:
            description: The limit up to which a process may raise its own.
            type: int
            required: true
      system_controls:
        description: Settings of the kernel by their names, such as C(net.ipv4.tcp_keepalive_time).
        type: dict
      health_check:
        description: How ECS finds out whether the container is healthy.
        type: dict
        suboptions:
          command:
            description: The command, beginning with V(CMD) or V(CMD-SHELL).
            type: list
            elements: str
            required: true
          interval:
            description: Seconds between two checks, 5 to 300.
            type: int
            default: 30
          timeout:
            description: Seconds until a check has failed, 2 to 60.
            type: int
            default: 5
          retries:
            description: Failures in a row that make the container unhealthy, 1 to 10.
            type: int
            default: 3
          start_period:
            description: Seconds after the start in which failures do not count, 0 to 300.
            type: int
      readonly_root_filesystem:
        description: Whether the container cannot write to its root file system.
        type: bool
        default: false
      linux_parameters:
        description: Settings of Linux containers.
        type: dict
        suboptions:
          init_process_enabled:
            description: Whether an init process forwards signals and collects ended processes.
            type: bool
          add_capabilities:
            description: Capabilities that the container has besides the usual ones. Fargate has one.
            type: list
            elements: str
            choices: [SYS_PTRACE]
          drop_capabilities:
            description: Usual capabilities that the container does not have, such as V(NET_RAW), or V(ALL).
            type: list
            elements: str
          tmpfs:
            description: Directories in memory, such as those that a container with a read-only root writes to.
            type: list
            elements: dict
            suboptions:
              container_path:
                description: Path in the container.
                type: str
                required: true
              size:
                description: The largest size in MiB. What is in it counts as memory of the container.
                type: int
                required: true
              mount_options:
                description: Options of the mount, such as V(noexec) or V(mode=0755).
                type: list
                elements: str
      mount_points:
        description: Where volumes appear in the container.
        type: list
        elements: dict
        suboptions:
          source_volume:
            description: Name of the volume, one of O(volumes).
            type: str
            required: true
          container_path:
            description: Path in the container.
            type: str
            required: true
          read_only:
            description: Whether the container cannot write to it.
            type: bool
            default: false
      depends_on:
        description: Other containers that have to come first.
        type: list
        elements: dict
        suboptions:
          container_name:
            description: Name of the other container.
            type: str
            required: true
          condition:
            description: What it has to have reached.
            type: str
            choices: [START, COMPLETE, SUCCESS, HEALTHY]
            required: true
      docker_labels:
        description: Labels of the container.
        type: dict
      start_timeout:
        description: Seconds that O(containers[].depends_on) waits for this container, 2 to 120.
        type: int
      stop_timeout:
        description: Seconds from SIGTERM to SIGKILL, 2 to 120.
        type: int
  service:
    description:
      - The service that runs the family. It shows whose the family is if no revision does, and with
        O(manage_images=false) which images run.
    type: dict
    suboptions:
      cluster:
        description: Name of its cluster.
        type: str
        required: true
      name:
        description: Its name.
        type: str
        required: true
  manage_images:
    description:
      - Whether containers are to have the images of O(containers).
      - Where M(streamflix.content_api.ecs_rollout) has brought another image, or an earlier one, that stays, with a
        warning, until O(containers) has another image than at that time. Requires O(service).
      - If V(false), each container keeps the image that O(service) runs it with, or when it runs none, that of the
        newest active revision. The images in O(containers) are for the first revision only. Tags of a revision that
        does not carry O(owner_tags), as somebody else registered it, stay as they are. Requires O(service).
    type: bool
    default: true
  pin_images:
    description:
      - Whether an image in ECR that O(containers) names by its tag is registered by the digest that the tag has now. So
        each revision goes on to mean the same image, and a tag that has moved is a difference.
      - An image that ECR does not have, or not for the processor of the tasks, is refused. It costs a request for each
        container with an image in ECR.
    type: bool
    default: false
  keep_revisions:
    description:
      - How many active revisions are left after a new one has been registered, the new one included, 1 to 1000.
      - Older ones are deregistered, whoever registered them; services that still run them go on. A rollback needs at
        least one older one.
    type: int
    default: 5
notes:
  - O(state=absent) deregisters and deletes every revision of the family. Tasks that run go on until they are stopped.
seealso:
  - module: streamflix.content_api.ecs_service
  - module: community.aws.ecs_taskdefinition
extends_documentation_fragment:
  - streamflix.content_api.resource
  - streamflix.content_api.first_run
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Task definition of the content API
  streamflix.content_api.ecs_task_definition:
    family: streamflix-api-dev
    cpu: 256
    memory: 512
    execution_role_arn: arn:aws:iam::123456789012:role/streamflix-ecs-execution-dev
    containers:
      - name: ApiContainer
        image: public.ecr.aws/nginx/nginx:1.29.3
        port_mappings:
          - container_port: 80
        environment:
          ENVIRONMENT: dev
        secrets:
          DB_PASSWORD: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:streamflix-db-dev-AbCdEf:password::"
        log_configuration:
          log_driver: awslogs
          options:
            awslogs-group: /ecs/streamflix-api-dev
            awslogs-region: eu-west-1
            awslogs-stream-prefix: streamflix-api
    tags:
      Environment: dev

- name: The same, with a pipeline that deploys new images
  streamflix.content_api.ecs_task_definition:
    family: streamflix-api-dev
    cpu: 256
    memory: 512
    containers:
      - name: ApiContainer
        image: public.ecr.aws/nginx/nginx:1.29.3
        port_mappings:
          - container_port: 80
    manage_images: false
    service:
      cluster: streamflix-cluster-dev
      name: streamflix-api-dev

- name: Remove all its revisions
  streamflix.content_api.ecs_task_definition:
    family: streamflix-api-dev
    state: absent
"""

RETURN = r"""
ready:
  description: Whether there is nothing left to wait for, so that a further run with O(wait=true) is not needed.
  returned: always
  type: bool
  sample: true
actions:
  description: The AWS requests that change something, in order; in check mode those that the real run would send.
  returned: always
  type: list
  elements: str
  sample: [register_task_definition streamflix-api-dev, 'deregister_task_definition streamflix-api-dev:1']
changes:
  description:
    - "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type),
      C(name), and C(fields) with the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: update
      type: AWS::ECS::TaskDefinition
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
task_definition:
  description:
    - The newest active revision, or in check mode the one that would be. Empty once removed.
    - With O(manage_images=false) the one that the service runs, if that fits the options.
  returned: always
  type: dict
  contains:
    arn:
      description: ARN with the revision.
      type: str
      sample: arn:aws:ecs:eu-west-1:123456789012:task-definition/streamflix-api-dev:7
    family:
      description: Name of the family.
      type: str
      sample: streamflix-api-dev
    revision:
      description: Number of the revision.
      type: int
      sample: 7
    revisions:
      description: ARNs of all active revisions, the newest first.
      type: list
      elements: str
      sample: ['arn:aws:ecs:eu-west-1:123456789012:task-definition/streamflix-api-dev:7']
    inactive_revisions:
      description: ARNs of revisions that are deregistered but not deleted; read only to remove them.
      type: list
      elements: str
      sample: []
    cpu:
      description: CPU units of a task.
      type: int
      sample: 256
    memory:
      description: Memory of a task in MiB.
      type: int
      sample: 512
    network_mode:
      description: Always V(awsvpc), as Fargate needs it.
      type: str
      sample: awsvpc
    requires_compatibilities:
      description: What it is checked against.
      type: list
      elements: str
      sample: [FARGATE]
    execution_role_arn:
      description: ARN of the role of ECS; null without one.
      type: str
      sample: arn:aws:iam::123456789012:role/streamflix-ecs-execution-dev
    task_role_arn:
      description: ARN of the role of the application; null without one.
      type: str
      sample: arn:aws:iam::123456789012:role/streamflix-ecs-task-dev
    runtime_platform:
      description: What the tasks run on.
      type: dict
      sample: {cpu_architecture: X86_64, operating_system_family: LINUX}
    ephemeral_storage:
      description: Size of a task's own disk in GiB; null for the 20 GiB that need no setting.
      type: int
      sample: 21
    volumes:
      description: The volumes.
      type: list
      elements: dict
      sample:
        - {name: tmp}
    containers:
      description: The containers with the keys of O(containers), without what is AWS's default.
      type: list
      elements: dict
      sample:
        - name: ApiContainer
          image: public.ecr.aws/nginx/nginx:1.29.3
          essential: true
          port_mappings:
            - {container_port: 80, protocol: tcp}
          environment: {ENVIRONMENT: dev}
    enable_fault_injection:
      description: Whether the containers may ask for faults of the task's network, for tests.
      type: bool
      sample: true
    other:
      description:
        - Settings that this module does not set, by their AWS names in snake_case.
        - Those of a revision with the tags of O(tags) are left out, as AWS has added them by itself.
      type: dict
      sample: {}
    tags:
      description: Tags of the revision.
      type: dict
      sample: {Environment: dev}
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ansible.module_utils.common.dict_transformations import camel_dict_to_snake_dict
from ansible_collections.streamflix.content_api.plugins.module_utils import fields, memory, renames, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api, AwsError, Reply
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part, settings
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs import containers, kept_images, registry
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs import reading as ecs
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs.rules import (
    container_health_checks,
    container_image,
    ecs_name,
    fargate_size,
    task_containers,
    task_execution_role,
    task_logging,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs.task_rules import task_problems
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.ownership import is_ours, owner_of
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    UNKNOWN,
    Call,
    Plan,
    Step,
    is_unknown,
    unchanged,
    unknown,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import out_of_range
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Resource, manage

ROLES = ("execution_role_arn", "task_role_arn")
# members of a description that only say what has become of a revision
HISTORY = frozenset(
    {
        "status",
        "requiresAttributes",
        "compatibilities",
        "registeredAt",
        "registeredBy",
        "deregisteredAt",
        "deleteRequestedAt",
    }
)
DELETED_AT_ONCE = 10  # DeleteTaskDefinitions
# how many revisions are asked whose they are, the oldest first, when neither the newest nor the service says so
ASKED_WHOSE = 100
# a new role is known to IAM some seconds before it is known to ECS
NEW_ROLE = frozenset({"ClientException: Role is not valid"})


PLATFORM: Rows = {
    "cpu_architecture": Field(
        aws="cpuArchitecture", choices=("X86_64", "ARM64"), default="X86_64", unset="X86_64", new="X86_64"
    ),
    "operating_system_family": Field(aws="operatingSystemFamily", default="LINUX", unset="LINUX", new="LINUX"),
}
FIELDS: Rows = {
    "first_run": Field("bool", default=False),
    "arn": Field(read="taskDefinitionArn", assigned=True, shown_only=True, always=True, new=CHOSEN),
    "family": Field(aws="family", required=True, shown_only=True, always=True, rule=ecs_name),
    "revision": Field("int", read="revision", assigned=True, shown_only=True, always=True, new=CHOSEN),
    "revisions": Field("list", read="revisions", assigned=True, shown_only=True),
    "inactive_revisions": Field("list", read="inactive_revisions", assigned=True, shown_only=True, new=[]),
    "cpu": Field("int", "cpu", read=lambda definition: int(definition.get("cpu") or 0), write=str),
    "memory": Field("int", "memory", read=lambda definition: int(definition.get("memory") or 0), write=str),
    "network_mode": Field(aws="networkMode", made=lambda _options: "awsvpc"),
    "requires_compatibilities": Field(
        "list",
        "requiresCompatibilities",
        read=fields.sorted_texts("requiresCompatibilities"),
        made=lambda _options: ["FARGATE"],
    ),
    "execution_role_arn": Field(aws="executionRoleArn", exposes=True),
    "task_role_arn": Field(aws="taskRoleArn", exposes=True),
    "runtime_platform": Field("dict", "runtimePlatform", rows=PLATFORM, unset={}, merge=True),
    "ephemeral_storage": Field(
        "int",
        "ephemeralStorage",
        read=lambda definition: (definition.get("ephemeralStorage") or {}).get("sizeInGiB"),
        write=lambda size: {"sizeInGiB": size},
        limits=(21, 200),
    ),
    "volumes": Field(
        "list",
        "volumes",
        read=containers.volumes_from_aws,
        normal=containers.normal_volumes,
        rows=containers.VOLUME,
        default=[],
    ),
    "containers": Field(
        "list",
        "containerDefinitions",
        read=containers.from_aws,
        normal=containers.normal_containers,
        rows=containers.CONTAINER,
    ),
    "enable_fault_injection": Field("bool", "enableFaultInjection", unset=False, new=False),
    # what has no row here, by AWS's names
    "other": Field("dict", read="other", assigned=True, unset={}, new={}),
    "service": Field("dict", rows={"cluster": Field(required=True), "name": Field(required=True)}),
    "manage_images": Field("bool", default=True),
    "pin_images": Field("bool", default=False),
    "keep_revisions": Field("int", default=5),
}
# what a new revision is made for
COMPARED = tuple(name for name, row in FIELDS.items() if row.described and not row.shown_only)


def other(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Read what is set of a revision and has no row."""
    known = {row.aws or row.read for row in FIELDS.values()} | HISTORY
    rest = {key: value for key, value in definition.items() if key not in known}
    return containers.normal({}, camel_dict_to_snake_dict(rest))


def from_aws(
    definition: Reply,
    definition_tags: Mapping[str, str],
    own_tags: Mapping[str, str] | None,
    revisions: Sequence[str],
    inactive: Sequence[str],
) -> dict[str, Any]:
    """Return a revision as DescribeTaskDefinition gives it, in this module's shape.

    Of one that this module has registered, as its tags say, only what this module can set: a revision never changes, so
    what else is in it AWS has added, and each further revision would have it too. In a revision that somebody else
    registered, it is a difference.

    :param own_tags: those that this module gives its revisions.
    :param revisions: ARNs of the family's active revisions, the newest first.
    :param inactive: ARNs of those that are deregistered.
    """
    whole = definition.also(revisions=list(revisions), inactive_revisions=list(inactive))
    found = {**fields.described(FIELDS, whole), "tags": dict(definition_tags)}
    if (own_tags or {}).items() <= found["tags"].items():
        return found
    return {**found, "containers": containers.from_aws(definition, whole=True), "other": other(definition)}


def wanted(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return a revision as the user asks for it; what is left out is as AWS has it by default."""
    return fields.created(FIELDS, fields.wanted(FIELDS, options))


def to_aws(desired: Mapping[str, Any], wanted_tags: Mapping[str, str]) -> dict[str, Any]:
    """Return the parameters of RegisterTaskDefinition."""
    sent = fields.params(FIELDS, desired, [name for name, row in FIELDS.items() if row.aws and desired[name]])
    return sent | ({tags.ECS.tags: tags.ECS.shape(wanted_tags)} if wanted_tags else {})


def label(arn: str) -> str:
    """Return family and revision of an ARN, such as C(streamflix-api-dev:7)."""
    return arn.rpartition("/")[2]


def plan_register(current: Mapping[str, Any] | None, options: Mapping[str, Any]) -> Plan:
    """Return the plan that registers a revision and deregisters those beyond what is kept."""
    family, desired = options["family"], wanted(options)
    wanted_tags = tags.after(current["tags"] if current else {}, options["tags"], options["purge_tags"])
    revisions = list(current["revisions"]) if current else []
    keep = options["keep_revisions"] - 1
    definition = to_aws(desired, wanted_tags)
    register = Call("register_task_definition", definition, family, retry_if=NEW_ROLE, once=True)
    old = revisions[keep:]
    drop = [Call("deregister_task_definition", {"taskDefinition": arn}, label(arn)) for arn in old]
    arn = f"{current['arn'].rpartition(':')[0]}:{UNKNOWN}" if current else unknown()
    after = {**desired, "arn": arn, "revisions": [arn, *revisions[:keep]], "tags": wanted_tags}
    unseen: dict[str, tuple[Any, Any]] = {"old_revisions": (list(map(label, old)), [])} if old else {}
    return Plan([register, *drop], current, after, unseen)


def with_images(options: Mapping[str, Any], images: Mapping[str, str]) -> dict[str, Any]:
    """Return the options with other images.

    :param images: by container; others keep theirs.
    """
    containers = [{**item, "image": images.get(item["name"], item["image"])} for item in options["containers"]]
    return {**options, "containers": containers}


def images_of(revision: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the image of each container of a revision in this module's shape; none when there is no revision."""
    return {item["name"]: item["image"] for item in (revision or {}).get("containers", []) if item.get("image")}


def differs(current: Mapping[str, Any], desired: Mapping[str, Any]) -> bool:
    """Tell whether a revision is not what is wanted; what is left out counts, as a revision is a whole."""
    return any(current[key] != desired[key] for key in COMPARED)


def plan_present(current: Mapping[str, Any] | None, options: Mapping[str, Any]) -> Plan:
    """Return the plan that makes the newest active revision what is wanted."""
    if current is None or differs(current, wanted(options)):
        return plan_register(current, options)
    arn = current["arn"]
    steps = tags.steps(tags.ECS, {"resourceArn": arn}, current["tags"], options, label(arn))
    after = {**current, "tags": tags.after(current["tags"], options["tags"], options["purge_tags"])}
    return Plan(steps, current, after)


def plan_left_to_others(current: Mapping[str, Any], options: Mapping[str, Any]) -> Plan:
    """Return the plan where the newest revision is somebody else's: its tags are not ours to set."""
    return plan_register(current, options) if differs(current, wanted(options)) else unchanged(current)


def none_failed(reply: Mapping[str, Any]) -> bool:
    """Read the reply of DeleteTaskDefinitions, which reports refusals as if it had worked.

    :raises AwsError: a revision was not deleted.
    """
    for failure in reply.get("failures", []):
        arn, reason = failure.get("arn", ""), failure.get("reason", "")
        raise AwsError("ecs:DeleteTaskDefinitions", label(arn), "Failure", reason, "Run again to delete the rest.")
    return True


def plan_remove(current: Mapping[str, Any]) -> Plan:
    """Return the plan that deregisters all active revisions and deletes every one of the family."""
    active = list(current["revisions"])
    every = [*current["inactive_revisions"], *active]
    steps: list[Step] = [Call("deregister_task_definition", {"taskDefinition": arn}, label(arn)) for arn in active]
    for start in range(0, len(every), DELETED_AT_ONCE):
        batch = every[start : start + DELETED_AT_ONCE]
        names = ", ".join(map(label, batch))
        steps.append(Call("delete_task_definitions", {"taskDefinitions": batch}, names, binds={"deleted": none_failed}))
    return Plan(steps, current, None)


class TaskDefinition(Resource):
    """A family of task definitions, seen through its newest active revision, or the one that its service runs."""

    service = "ecs"
    kind = "task definition"
    aws_type = "AWS::ECS::TaskDefinition"
    arn_kind = "ecs:task-definition"
    result_key = "task_definition"
    tagging = tags.ECS
    fields = FIELDS
    named_by = "family"
    required_if = (("state", "present", ("cpu", "memory", "containers")),)

    def __init__(self, api: Api, options: Mapping[str, Any]) -> None:
        super().__init__(api, options)
        self._images: dict[str, str] = {}
        # images by their digests, where the tags are to be followed
        self._pinned: dict[str, str] = {}
        self._family_is_ours = False
        self._given_up: set[str] = set()

    @property
    def keeps_images(self) -> bool:
        """Whether the images that run stay."""
        return not self.absent and not self.options["manage_images"]

    def problems(self) -> list[str]:
        found, options = super().problems(), self.options
        if self.absent:
            return found
        if self.keeps_images and not options["service"]:
            found.append("manage_images is false, so set service: its images are the ones to keep.")
        found += fargate_size(options["cpu"], options["memory"])
        found += out_of_range("keep_revisions", options["keep_revisions"], 1, 1000)
        found += task_containers(options["containers"], options["cpu"])
        found += task_problems(options)
        found += container_health_checks(options["containers"])
        images = dict.fromkeys(container["image"] for container in options["containers"])
        found += [text for image in images if not is_unknown(image) for text in container_image("image", image)]
        found += task_execution_role(options["containers"], options["execution_role_arn"])
        return found + task_logging(options["containers"])

    def _listed(self, status: str) -> list[str]:
        params = {"familyPrefix": self.name, "status": status, "sort": "DESC"}
        arns = self.api.pages("list_task_definitions", "taskDefinitionArns", **params)
        return [arn for arn in arns if label(arn).rpartition(":")[0] == self.name]

    def _read(self, arn: str, active: Sequence[str] = (), inactive: Sequence[str] = ()) -> dict[str, Any]:
        reply = self.api.call("describe_task_definition", taskDefinition=arn, include=["TAGS"])
        its_tags = tags.from_list(reply.get("tags"), "key", "value")
        return from_aws(reply["taskDefinition"], its_tags, self.options["tags"], active, inactive)

    def _service(self) -> dict[str, Any] | None:
        """Return the service when it runs a revision of the family, also one that is on its way out."""
        asked = self.options["service"]
        if not asked:
            return None
        found = ecs.find_service(self.api, asked["cluster"], asked["name"])
        service = None if found is None else ecs.service_from_aws(found)
        return service if service and ecs.family(service["task_definition"]) == self.name else None

    def describe(self) -> dict[str, Any] | None:
        active = self._listed("ACTIVE")
        inactive = self._listed("INACTIVE") if self.absent else []
        found = active or inactive
        newest = self._read(found[0], active, inactive) if found else None
        # something else than a run of this module may have said which revision runs
        others = not self.absent and newest is not None and kept_images.TAG in newest["tags"]
        service = self._service() if self.keeps_images or others else None
        runs = service["task_definition"] if service and service["status"] != "INACTIVE" else ""
        running = newest if found and runs == found[0] else self._read(runs, active) if runs else None
        self._images = self._kept_images(running, newest)
        self._pinned = self._pinned_images()
        if not found or newest is None:
            return None
        chosen = self._chosen(newest, running if runs in active else None)
        self._family_is_ours = self._is_family_ours(chosen, found, service)
        return chosen

    def _kept_images(self, running: Mapping[str, Any] | None, newest: Mapping[str, Any] | None) -> dict[str, str]:
        """Return the images that stay as they run, by container, whatever the options say."""
        if self.keeps_images:
            return images_of(running or newest)
        note = running["tags"].get(kept_images.TAG, "") if running and not self.absent else ""
        return kept_images.kept(note, images_of(running), images_of(self.options)) if note else {}

    def _pinned_images(self) -> dict[str, str]:
        """Return the images in ECR by the digests that their tags have now, by container; not of what stays as it is.

        :raises InvalidOptionError: ECR does not have one, or not for the processor of the tasks.
        """
        if self.absent or not self.options["pin_images"]:
            return {}
        platform = wanted(self.options)["runtime_platform"]["cpu_architecture"]
        chosen = {name: image for name, image in images_of(self.options).items() if name not in self._images}
        pinned = {name: registry.resolve(self.api, image, platform) for name, image in chosen.items()}
        return {name: image for name, image in pinned.items() if image != chosen[name]}

    def _chosen(self, newest: dict[str, Any], running: dict[str, Any] | None) -> dict[str, Any]:
        """Return the revision that is compared: the one that runs, unless only the newest is what is wanted.

        Or if that was asked for in vain: a further revision would be so too.
        """
        if running is None:
            return newest
        desired = wanted(self._asked())
        if not differs(running, desired):
            return running
        return newest if memory.TAG in newest["tags"] or not differs(newest, desired) else running

    def _is_family_ours(
        self, chosen: Mapping[str, Any], arns: Sequence[str], service: Mapping[str, Any] | None
    ) -> bool:
        """Tell whether any revision, or the service that runs one, is ours; asks AWS only when the first is not."""
        owner = owner_of(self.options)
        if is_ours(chosen["tags"], owner):
            return True
        service = service or self._service()
        if service and is_ours(service["tags"], owner):
            return True
        oldest = [arn for arn in reversed(arns) if arn != chosen["arn"]][:ASKED_WHOSE]
        return any(is_ours(self._read(arn)["tags"], owner) for arn in oldest)

    def foreign(self, found: Mapping[str, Any]) -> list[str]:
        """Judge the family, as a revision that somebody registered in it says nothing of the others."""
        return [] if self._family_is_ours else super().foreign(found)

    def _asked(self) -> dict[str, Any]:
        """Return the options with the images that are to be, and the note of those that a rollout has brought."""
        asked = with_images(self.options, {**self._pinned, **self._images})
        if self.keeps_images or not self._images or asked["tags"] is None:
            return asked
        note = kept_images.value(self._images, images_of(self.options))
        return {**asked, "tags": {**asked["tags"], kept_images.TAG: note}}

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        its_containers = {container["name"]: settings(container, "name") for container in found["containers"]}
        own = settings(found, *fields.no_settings(FIELDS))
        return [Part(self.aws_type, self.name, {**own, "containers": its_containers})]

    def plan_create(self) -> Plan:
        return plan_present(None, self._asked())

    def plan_update(self, current: dict[str, Any]) -> Plan:
        asked = self._asked()
        if self.keeps_images and not is_ours(current["tags"], owner_of(asked)):
            return plan_left_to_others(current, asked)
        before, after = ([side[key] for key in ROLES] for side in (current, asked))
        self._given_up.update(renames.roles_given_up(before, after))
        return plan_present(current, asked)

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        return plan_remove(current)

    def details(self) -> dict[str, Any]:
        for warning in sorted(self._given_up):
            self.api.warn(warning)
        configured = images_of(self.options) if self._images and not self.keeps_images else {}
        for name in sorted(self._images.keys() & configured.keys()):
            self.api.warn(
                f"Container {name} keeps the image {self._images[name]}, which a rollout or a rollback has put in the "
                f"place of {configured[name]}. It stays until its image is set to another one (ecs_service_image of "
                "the role)."
            )
        return {}


def main() -> None:
    """Entry point of the module."""
    manage(TaskDefinition)


if __name__ == "__main__":
    main()
