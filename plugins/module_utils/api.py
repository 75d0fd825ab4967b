# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The one place from which AWS is called: clients, retries, pages, and errors that say what to do."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from ansible_collections.streamflix.content_api.plugins.module_utils import holding
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import path

try:
    from boto3.session import Session
    from botocore.config import Config
    from botocore.exceptions import (
        BotoCoreError,
        ClientError,
        ConnectionError,
        EndpointConnectionError,
        HTTPClientError,
        NoCredentialsError,
        PartialCredentialsError,
        SSOError,
        TokenRetrievalError,
    )
    from botocore.parsers import ResponseParserError
    from botocore.session import Session as SdkSession
except ImportError:
    pass  # AnsibleAWSModule reports a missing botocore

if TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

# Throttling and server errors of all services pass within this many tries of botocore's standard mode, which
# backs off up to 20 s between two of them.
MAX_ATTEMPTS = 10
# how the names of those methods of boto3 begin that change nothing
READING = ("check_", "describe_", "get_", "list_")
CONNECT_TIMEOUT_SECONDS = 10

DENIED = frozenset(
    {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "NotAuthorized"}
)
# Where the name of an action in IAM policies differs from the boto3 client and the operation: the service prefixes of
# the Service Authorization Reference, and API Gateway Management's actions, which are HTTP methods.
IAM_PREFIXES = {"elbv2": "elasticloadbalancing", "resourcegroupstaggingapi": "tag", "service-quotas": "servicequotas"}
BY_METHOD = frozenset({"apigateway"})
# AWS's own words for what is missing, which may be another action than the request's, such as iam:PassRole
MISSING = re.compile(r"not authorized to perform: (?P<action>[\w-]+:\w+)(?: on resource: (?P<resource>\S+))?")
# a service-linked role that a service could not make, or not use yet
SERVICE_ROLE = re.compile(r"Unable to assume IAM role: \S+/aws-service-role/(?P<service>[\w.-]+)/")
BAD_CREDENTIALS = frozenset(
    {
        "AuthFailure",
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
THROTTLED = frozenset(
    {
        "BandwidthLimitExceeded",
        "PriorRequestNotComplete",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "TooManyRequestsException",
    }
)
# the codes of all services for: it exists, it does not exist, it is in another state, someone else changes it
OUTDATED = re.compile(
    r"Already|Duplicate|Exists|NotFound|NoSuch|Nonexistent|Conflict|ConcurrentModif|OptimisticLock|IncorrectState"
    r"|Invalid\w*State(Fault)?$"
)
# what AWS says of good credentials in a region that the account has not turned on
UNKNOWN_THERE = frozenset({"AuthFailure", "InvalidClientTokenId", "UnrecognizedClientException"})
OPT_IN = (
    "turn the region on for the account (aws account enable-region --region-name REGION), or set another aws_region"
)
RENEW = "Renew the AWS credentials (aws sso login, or AWS_ACCESS_KEY_ID and its companions) and run again."
INCOMPLETE = "Run again; if it stays away, report it as an error of this collection."
# Two lists of AWS's, read one after the other, may differ for these seconds; how often they are read meanwhile.
AGREE_SECONDS = 6.0
AGREE_PAUSE_SECONDS = 0.5
PROXY = "Check for a proxy that answers in AWS's place, and AWS_ENDPOINT_URL if it is set."
QUOTA = frozenset(
    {
        "AddressLimitExceeded",
        "InstanceQuotaExceeded",
        "LimitExceeded",
        "LimitExceededException",
        "VpcLimitExceeded",
        "WAFLimitsExceededException",
    }
)


Found = TypeVar("Found")


class AwsError(Exception):
    """A request that AWS refused, or that never reached AWS.

    :ivar action: the IAM action, such as C(rds:CreateDBCluster); where that says too little also the operation,
        such as C(apigateway:GET (GetRestApis)).
    :ivar subject: the resource it concerns.
    :ivar code: AWS's error code; empty when AWS was not reached.
    :ivar uncertain: AWS may have carried it out all the same: the reply was lost, or AWS failed at it.
    """

    def __init__(
        self, action: str, subject: str, code: str, message: str, remedy: str, uncertain: bool = False
    ) -> None:
        self.action = action
        self.subject = subject
        self.code = code
        self.uncertain = uncertain
        about = f" on {subject}" if subject else ""
        reason = f"{code}: {message}" if code else message
        super().__init__(f"{action}{about} failed: {reason.rstrip('. ')}. {remedy}".strip())

    @property
    def outdated(self) -> bool:
        """Whether the resource differs from its description: made or removed meanwhile, or not known everywhere yet."""
        # EC2 has no code of its own for a VPC that has a gateway by now
        return bool(OUTDATED.search(self.code)) or (self.code == "InvalidParameterValue" and " already " in str(self))

    @property
    def throttled(self) -> bool:
        """Whether AWS has done nothing because there were too many requests."""
        return self.code in THROTTLED


class LostLockError(AwsError):
    """The run no longer holds its lock, so that it must not go on: another run may be at work."""

    def __init__(self, held: holding.Holding, why: str) -> None:
        message = f"this run has lost the lock of the stack ({held.name}, {held.id}): {why}"
        super().__init__(
            "Going on", "", "", message, "Nothing more was changed. Run again when no other run is at work."
        )


def iam_action(client: Any, service: str, operation: str) -> str:
    """Return the action that IAM policies allow or deny for a request.

    :param service: the name of the boto3 client.
    :param operation: AWS's name of the operation, such as C(DescribeLoadBalancers).
    """
    if service in BY_METHOD:
        return f"{service}:{client.meta.service_model.operation_model(operation).http['method']}"
    return f"{IAM_PREFIXES.get(service, service)}:{operation}"


def shown_action(client: Any, service: str, operation: str) -> str:
    """Return L(iam_action) for messages, with the operation where the action alone does not say which one it is."""
    action = iam_action(client, service, operation)
    return action if action.endswith(operation) else f"{action} ({operation})"


def remedy_for(code: str, action: str, message: str = "") -> str:
    """Return the advice for an AWS error code; empty when there is no more to say than AWS's own message does.

    :param action: the IAM action of the request.
    :param message: AWS's own, which may name the action and the resource that are not allowed.
    """
    if code in DENIED:
        named = MISSING.search(message)
        allowed = named["action"] if named else action
        where = f" on {named['resource']}" if named and named["resource"] not in (None, "*") else ""
        return f"Allow {allowed}{where} to the identity that runs this playbook."
    role = SERVICE_ROLE.search(message)
    if role:
        return (
            "AWS makes this service-linked role if the identity that runs this playbook may "
            "iam:CreateServiceLinkedRole. Allow that, or make the role (aws iam create-service-linked-role "
            f"--aws-service-name {role['service']}), and run again."
        )
    if code == "OptInRequired":
        return f"The account does not use this service or region yet: {OPT_IN}."
    if code in UNKNOWN_THERE:
        return f"{RENEW} If they work elsewhere, {OPT_IN}."
    if code in BAD_CREDENTIALS:
        return RENEW
    if code in QUOTA:
        return "Ask AWS for a higher quota, or remove what is no longer used, and run again."
    return ""


def remedy_for_connection(error: Exception) -> str:
    """Return the advice for a request that got no reply from AWS."""
    if isinstance(error, (NoCredentialsError, PartialCredentialsError)):
        return "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run with an IAM role."
    if isinstance(error, (SSOError, TokenRetrievalError)):
        return "The AWS sign-in is over: run aws sso login with the profile that AWS_PROFILE names, and run again."
    if isinstance(error, (EndpointConnectionError, ConnectionError)):
        return "Check the network, the region, and AWS_ENDPOINT_URL if it is set."
    return ""


def refused_item(reply: Any) -> dict[str, str]:
    """Return the error of the first item that AWS refused; the reply itself is no error, as in CreateFlowLogs."""
    items = reply.get("Unsuccessful") if isinstance(reply, dict) else None
    return items[0]["Error"] if items else {}


class Reply(dict[str, Any]):
    """A reply of AWS, or a part of one. C([key]) raises an error that names the key, if AWS has left it out."""

    def __init__(self, values: Mapping[str, Any], action: str, subject: str) -> None:
        """Take over what AWS said.

        :param action: as L(AwsError) has it.
        """
        super().__init__(values)
        self._asked = action, subject

    def __missing__(self, key: str) -> NoReturn:
        raise AwsError(*self._asked, "", f"AWS's reply lacks {key}", INCOMPLETE)

    def also(self, **known: Any) -> Reply:
        """Return the reply with what further requests have told."""
        return Reply({**self, **known}, *self._asked)


def checked(value: Any, action: str, subject: str) -> Any:
    """Return a reply with each of its parts as L(Reply), at every depth."""
    if isinstance(value, dict):
        return Reply({key: checked(item, action, subject) for key, item in value.items()}, action, subject)
    if isinstance(value, list):
        return [checked(item, action, subject) for item in value]
    return value


def missing_profile(name: str | None) -> str:
    """Return what is wrong with a run's profile; empty when the SDK's files have it, or no profile is named.

    :param name: the option C(profile); without it the SDK takes AWS_PROFILE.
    """
    session = SdkSession(profile=name or None)
    chosen, known = session.profile, sorted(session.available_profiles)
    if not chosen or chosen in known:
        return ""
    there = f"set one of {', '.join(known)}" if known else "there is none at all"
    return (
        f"The AWS profile {chosen!r}, which AWS_PROFILE or aws_connection names, is not in the SDK's files: {there}, "
        f"or make it with aws configure sso --profile {chosen}."
    )


def all_regions() -> list[str]:
    """Return the regions of all partitions that the installed SDK knows."""
    session = Session()
    return [
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("ec2", partition_name=partition)
    ]


def region_of_profile(profile: str | None) -> str | None:
    """Return the region that the SDK's configuration names.

    :param profile: a profile of it; without one, what is in force.
    """
    try:
        return Session(profile_name=profile).region_name
    except BotoCoreError:
        # whoever uses the profile says so
        return None


class Api:
    """AWS for one module: builds the client of each service once, retries requests, and explains errors.

    :ivar about: the resource that the module is about, for the errors of requests that name none.
    :ivar accepted: AWS's name of each operation that it has accepted, with the resource.
    :ivar held: the stack's lock, if this run holds it: it is renewed before a request, when it is time to.
    """

    def __init__(self, module: AnsibleAWSModule, service: str) -> None:
        """Keep the connection options of a module.

        :param service: the boto3 client that requests go to when they name none.
        """
        self.about = ""
        self.accepted: list[tuple[str, str]] = []
        self._module = module
        self._service = service
        self._clients: dict[str, Any] = {}
        # whether the request that is being sent must never be repeated
        self._once = False
        self.held = holding.read()
        self._renewing = False

    @property
    def check_mode(self) -> bool:
        """Whether the run is a preview, so that AWS does not have what earlier tasks would have created."""
        return self._module.check_mode

    @property
    def region(self) -> str:
        """The region that requests go to."""
        return self.client(self._service).meta.region_name

    @property
    def partition(self) -> str:
        """The partition of the region: C(aws), C(aws-cn), C(aws-us-gov), C(aws-eusc) and so on."""
        return self.client(self._service).meta.partition

    def warn(self, text: str) -> None:
        """Tell the user something that does not stop the run."""
        self._module.warn(text)

    def hide(self, text: str) -> None:
        """Keep a text, such as a token, out of all that the module prints."""
        self._module.no_log_values.add(text)

    def client(self, service: str = "") -> Any:
        """Return the boto3 client of a service, which sends a request up to C(MAX_ATTEMPTS) times.

        The user's C(aws_config) wins over that.
        """
        service = service or self._service
        if service not in self._clients:
            retries: Any = {"mode": "standard", "total_max_attempts": MAX_ATTEMPTS}
            config = Config(retries=retries, connect_timeout=CONNECT_TIMEOUT_SECONDS)
            client = self._module.client(service, config=config, aws_config=self._module.params["aws_config"] or {})
            client.meta.events.register("response-received", self._end_in_vain)
            self._clients[service] = client
        return self._clients[service]

    def _end_in_vain(
        self, parsed_response: Any, response_dict: Any, exception: Any, event_name: str, **_unused: Any
    ) -> None:
        """End a failed request before botocore repeats it: it must not be sent twice, or it exceeds a quota.

        A quota is throttling to botocore, which retries it for minutes.

        :raises ClientError: or what else the request failed with.
        """
        if exception is not None and self._once:
            raise exception
        if parsed_response is None or response_dict["status_code"] < HTTPStatus.MULTIPLE_CHOICES:
            return
        if self._once or parsed_response.get("Error", {}).get("Code") in QUOTA:
            raise ClientError(parsed_response, event_name.rpartition(".")[2])

    def call(self, operation: str, service: str = "", /, subject: str = "", **params: Any) -> dict[str, Any]:
        """Send one request.

        :param operation: the boto3 method's name.
        :param service: by position only, as AWS's own parameters may have that name.
        :param subject: the resource, for the error's text.
        :returns: AWS's reply.
        :raises AwsError: when AWS refuses or is not reached.
        """
        return self._send(lambda client: getattr(client, operation)(**params), operation, service, subject)

    def call_once(self, operation: str, service: str = "", /, subject: str = "", **params: Any) -> dict[str, Any]:
        """Send one request as L(call), but never a second time.

        :raises AwsError: as L(call); C(throttled) and C(uncertain) tell what may be done about it.
        """
        self._once = True
        try:
            return self.call(operation, service, subject=subject, **params)
        finally:
            self._once = False

    def pages(self, operation: str, key: str, service: str = "", **params: Any) -> list[Any]:
        """Return all items of a list operation, over all its pages.

        A reply without the list is an error, as it does not mean that there is nothing: then every service sends an
        empty list.

        :param key: the reply's list, such as C(TargetGroups), with dots for what is inside of others.
        :raises AwsError: as L(call).
        """

        def read(client: Any) -> dict[str, Any]:
            if not client.can_paginate(operation):
                return getattr(client, operation)(**params)
            return client.get_paginator(operation).paginate(**params).build_full_result()

        return path(key)(self._send(read, operation, service, ""))

    def find(
        self, operation: str, key: str, missing: Iterable[str], service: str = "", **params: Any
    ) -> dict[str, Any] | None:
        """Return the only item of a list operation that names one resource, or None when it does not exist.

        :param missing: the AWS error codes that mean that it does not exist. A list without it does not mean that.
        :raises AwsError: for any other error, and when AWS lists nothing though the parameters name something.
        """
        try:
            items = self.pages(operation, key, service, **params)
        except AwsError as failure:
            if failure.code in set(missing):
                return None
            raise
        if not items and params:
            named = ", ".join(str(value) for value in params.values())
            raise self.incomplete(operation, service, f"{key} for {named}")
        return items[0] if items else None

    def incomplete(self, operation: str, service: str, lacks: str) -> AwsError:
        """Return the error for a reply that lacks something of which another reply says that it exists.

        :param lacks: what is missing, in words.
        """
        service = service or self._service
        client = self.client(service)
        name = client.meta.method_to_api_mapping.get(operation, operation)
        return AwsError(shown_action(client, service, name), self.about, "", f"AWS's reply lacks {lacks}", INCOMPLETE)

    def agreed(self, operation: str, service: str, read: Callable[[], tuple[Found, str]]) -> Found:
        """Read again for some seconds, until one reply of AWS agrees with another one.

        Something may come or go between two requests. If they still differ after that, it is not known what exists.

        :param operation: the boto3 method whose reply lacks something then.
        :param read: returns what it has found, and in words what a reply lacks of it; empty when nothing.
        :raises AwsError: they still differ.
        """
        end = time.monotonic() + AGREE_SECONDS
        while True:
            found, lacks = read()
            if not lacks:
                return found
            if time.monotonic() >= end:
                raise self.incomplete(operation, service, lacks)
            time.sleep(AGREE_PAUSE_SECONDS)

    def get(self, operation: str, missing: Iterable[str], service: str = "", /, **params: Any) -> dict[str, Any] | None:
        """Return the reply of an operation that reads one resource, or None when it does not exist.

        :param missing: the AWS error codes that mean that it does not exist.
        :raises AwsError: for any other error.
        """
        try:
            return self.call(operation, service, **params)
        except AwsError as failure:
            if failure.code in set(missing):
                return None
            raise

    def keep_lock(self, writes: bool) -> None:
        """Renew the lock that this run holds, if it is due.

        :param writes: whether something is about to be changed.
        :raises LostLockError: it is another's by now, or may be.
        """
        held, now = self.held, time.time()
        # boto3 makes clients in one thread only
        if held is None or self._renewing or threading.current_thread() is not threading.main_thread():
            return
        if not held.is_due(now, writes):
            return
        if held.is_over(now):
            raise LostLockError(held, f"it was last renewed at {holding.at(held.renewed)}, which is too long ago")
        once, self._once, self._renewing = self._once, False, True
        try:
            self._renew(held, now)
        except AwsError as failure:
            if failure.outdated or failure.code == "InvalidID":
                raise LostLockError(held, "another run has taken it, or somebody has removed it") from None
            if failure.code in DENIED:
                raise LostLockError(held, f"it cannot be renewed. {failure} {holding.WITHOUT}") from None
            raise
        finally:
            self._once, self._renewing = once, False
        self.held = holding.renewed(held, now)

    def _renew(self, held: holding.Holding, now: float) -> None:
        """Renew the lock, unless another run has broken it and waits for this one to notice."""
        # EC2's list lags and may not show the lock yet, so that its absence there means nothing
        named = [{"Name": "launch-template-name", "Values": [held.name]}]
        found = self.call("describe_launch_templates", "ec2", subject=held.name, Filters=named)
        for template in found["LaunchTemplates"]:
            marked = any(tag["Key"] == holding.BROKEN for tag in template.get("Tags", []))
            if marked and template["LaunchTemplateId"] == held.id:
                raise LostLockError(held, "another run has broken it (platform_lock=break)")
        pairs = [{"Key": holding.EXPIRES, "Value": held.expires(now)}]
        self.call("create_tags", "ec2", subject=held.name, Resources=[held.id], Tags=pairs)

    def _send(self, request: Any, operation: str, service: str, subject: str) -> Any:
        self.keep_lock(writes=not operation.startswith(READING))
        service, subject = service or self._service, subject or self.about
        client = self.client(service)
        operation = client.meta.method_to_api_mapping.get(operation, operation)
        action, shown = iam_action(client, service, operation), shown_action(client, service, operation)
        try:
            reply = request(client)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            message = error.response["Error"].get("Message", "")
            uncertain = error.response["ResponseMetadata"].get("HTTPStatusCode", 0) >= 500 and code not in THROTTLED
            raise AwsError(shown, subject, code, message, remedy_for(code, action, message), uncertain) from error
        except BotoCoreError as error:
            lost = isinstance(error, (HTTPClientError, ConnectionError))
            raise AwsError(shown, subject, "", str(error), remedy_for_connection(error), lost) from error
        except ResponseParserError as error:
            raise AwsError(shown, subject, "", f"AWS's reply cannot be read: {error}", PROXY, True) from error
        refused = refused_item(reply)
        if refused:
            code, message = refused.get("Code", ""), refused.get("Message", "")
            raise AwsError(shown, subject, code, message, remedy_for(code, action, message))
        self.accepted.append((operation, subject))
        return checked(reply, shown, subject)
