#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: sns_topic
short_description: Manage an SNS topic with its subscriptions
version_added: 0.1.0
description:
  - Creates, changes and removes a standard topic, found by its name in the account, with those who are told.
  - Unlike M(community.aws.sns_topic) it previews a topic that is not there yet, and says which subscriptions nobody has
    confirmed.
author: StreamFlix platform team (@streamflix)
options:
  name:
    description: Name of the topic, 1 to 256 letters, digits, C(_) and C(-).
    type: str
    required: true
  display_name:
    description: What e-mails and text messages show as their sender.
    type: str
  kms_key_id:
    description:
      - KMS key that encrypts messages, its id, ARN or alias; an empty text encrypts with none. AWS's own
        C(alias/aws/sns) is refused, as no service can publish with it.
      - The policy of the key has to let the services use it that publish.
    type: str
  account_id:
    description: The account of the topic. Without it, AWS is asked for that of the credentials in each run.
    type: str
  policy:
    description: Who may do what with the topic, as a policy document. A new one without it is open to its account only.
    type: dict
  subscriptions:
    description:
      - Who is told; others are removed with O(purge_subscriptions).
      - Somebody has to confirm an e-mail address, within two days; else AWS forgets it, and the next run asks again.
    type: list
    elements: dict
    suboptions:
      protocol:
        description: How.
        type: str
        choices: [email, email-json, https, sms, sqs, lambda, firehose]
        required: true
      endpoint:
        description:
          - The address, URL, telephone number or ARN.
          - The query of a URL is often a token. AWS shows it to whoever may list subscriptions, this module shows it to
            nobody.
        type: str
        required: true
  purge_subscriptions:
    description: Whether confirmed subscriptions that are not in O(subscriptions) are removed.
    type: bool
    default: true
seealso:
  - module: streamflix.content_api.kms_key
  - module: community.aws.sns_topic
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Where alarms go to
  streamflix.content_api.sns_topic:
    name: streamflix-alarms-dev
    subscriptions:
      - protocol: email
        endpoint: on-call@example.com
    tags:
      Environment: dev

- name: Remove it
  streamflix.content_api.sns_topic:
    name: streamflix-alarms-dev
    state: absent
"""

RETURN = r"""
topic:
  description: The topic as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:sns:eu-west-1:123456789012:streamflix-alarms-dev
    name:
      description: Name of the topic, 1 to 256 letters, digits, C(_) and C(-).
      type: str
      sample: example
    display_name:
      description: What e-mails and text messages show as their sender.
      type: str
      sample: example
    kms_key_id:
      description: KMS key that encrypts messages, its id, ARN or alias; an empty text encrypts with none.
      type: str
      sample: example
    policy:
      description: Who may do what with the topic, as a policy document.
      type: dict
      sample: {}
    subscriptions:
      description: Who is told; others are removed with O(purge_subscriptions).
      type: list
      elements: dict
      contains:
        protocol:
          description: How.
          type: str
          sample: email
        endpoint:
          description: The address, URL, telephone number or ARN.
          type: str
          sample: example
    tags:
      description: Its tags.
      type: dict
      sample: {Environment: dev}
unconfirmed:
  description: The endpoints that somebody still has to confirm.
  returned: always
  type: list
  elements: str
  sample: [on-call@example.com]
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
  sample: []
changes:
  description:
    - "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type),
      C(name), and C(fields) with the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: update
      type: AWS::SNS::Topic
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
"""

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.iam.rows import policy_row
from ansible_collections.streamflix.content_api.plugins.module_utils.plain import PlainResource, Read, Write
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import Call, path
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import too_long
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import manage
from ansible_collections.streamflix.content_api.plugins.module_utils.sns import rules

GONE = frozenset({"NotFound", "NotFoundException"})
PENDING = "PendingConfirmation"
LONGEST_DISPLAY_NAME = 100
URL = "https://"
# each is a request of its own once the topic is there
ATTRIBUTES = {"display_name": "DisplayName", "kms_key_id": "KmsMasterKeyId", "policy": "Policy"}

SUBSCRIPTION: Rows = {
    "protocol": Field(aws="Protocol", required=True, choices=tuple(rules.ENDPOINTS)),
    "endpoint": Field(aws="Endpoint", required=True),
}


def told(subscription: Mapping[str, str]) -> str:
    """Return the endpoint of a subscription without the query of a URL."""
    endpoint = subscription["endpoint"]
    return endpoint.partition("?")[0] if endpoint.startswith(URL) else endpoint


def ordered(subscriptions: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Return subscriptions in an order that does not depend on AWS, which has none."""
    pairs = sorted((one["protocol"], one["endpoint"]) for one in subscriptions)
    return [{"protocol": protocol, "endpoint": endpoint} for protocol, endpoint in pairs]


FIELDS: Rows = {
    "arn": Field(aws="TopicArn", assigned=True, always=True, new=CHOSEN),
    "name": Field(aws="Name", read="Name", required=True, rule=rules.topic_name),
    "account_id": Field(),
    "display_name": Field(
        aws="Attributes.DisplayName",
        read="DisplayName",
        new="",
        unset="",
        rule=lambda option, value: too_long(option, value, LONGEST_DISPLAY_NAME),
    ),
    "kms_key_id": Field(aws="Attributes.KmsMasterKeyId", read="KmsMasterKeyId", new="", unset="", rule=rules.topic_key),
    "policy": policy_row("Attributes.Policy", "Policy", new=CHOSEN),
    "subscriptions": Field(
        "list",
        read=itemgetter("subscriptions"),
        normal=ordered,
        new=[],
        later=True,
        exposes=True,
        rows=SUBSCRIPTION,
        rule=rules.subscriptions,
    ),
    "purge_subscriptions": Field("bool", default=True),
}


class Topic(PlainResource):
    """A standard topic of SNS."""

    service = "sns"
    kind = "topic"
    aws_type = "AWS::SNS::Topic"
    arn_kind = "sns:"
    result_key = "topic"
    tagging = tags.SNS
    fields = FIELDS
    read = Read("get_topic_attributes", "Attributes", "TopicArn", alone=True, gone=GONE)
    create = Write("create_topic", binds={"arn": path("TopicArn")})
    remove = Write("delete_topic", {"TopicArn": "arn"}, done_if=GONE)

    # as AWS lists them, by the last description
    _subscribed: Sequence[Mapping[str, Any]] = ()

    def __init__(self, api: Api, options: Mapping[str, Any]) -> None:
        super().__init__(api, options)
        self._hide_tokens(one["endpoint"] for one in options.get("subscriptions") or ())

    def find(self) -> dict[str, Any] | None:
        api = self.api
        account = self.options["account_id"] or api.call("get_caller_identity", "sts")["Account"]
        arn = f"arn:{api.partition}:sns:{api.region}:{account}:{self.name}"
        reply = api.get("get_topic_attributes", GONE, TopicArn=arn)
        if reply is None:
            return None
        self._subscribed = api.pages("list_subscriptions_by_topic", "Subscriptions", TopicArn=arn)
        self._hide_tokens(one["Endpoint"] for one in self._subscribed)
        listed = [{"protocol": one["Protocol"], "endpoint": one["Endpoint"]} for one in self._subscribed]
        return {**reply["Attributes"], "Name": self.name, "subscriptions": ordered(listed)}

    def _hide_tokens(self, endpoints: Iterable[str]) -> None:
        """Keep the queries of URLs, which often are tokens, out of what the module prints."""
        for endpoint in endpoints:
            query = endpoint.partition("?")[2]
            if endpoint.startswith(URL) and query:
                self.api.hide(query)

    def details(self) -> dict[str, Any]:
        pending = [one["Endpoint"] for one in self._subscribed if one["SubscriptionArn"] == PENDING]
        return {"unconfirmed": sorted(pending)}

    def merged(self, current: Mapping[str, Any]) -> dict[str, Any]:
        wanted = super().merged(current)
        if wanted["subscriptions"] is not None:
            kept = [one for one in current["subscriptions"] if one not in wanted["subscriptions"] and self._stays(one)]
            wanted["subscriptions"] = ordered([*wanted["subscriptions"], *kept])
        return wanted

    def _stays(self, subscription: Mapping[str, str]) -> bool:
        """Tell whether one that is not wanted stays: AWS ends none that nobody has confirmed."""
        return not self.options["purge_subscriptions"] or self._arn_of(subscription) == PENDING

    def _arn_of(self, subscription: Mapping[str, str]) -> str:
        which = (subscription["protocol"], subscription["endpoint"])
        return next(one["SubscriptionArn"] for one in self._subscribed if (one["Protocol"], one["Endpoint"]) == which)

    def change_steps(self, changed: Iterable[str], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Call]:
        """Return the requests that set what differs, and those for each subscription."""
        topic, differ = {"TopicArn": after["arn"]}, set(changed)
        steps = []
        for name, attribute in ATTRIBUTES.items():
            if name in differ:
                sent = {"AttributeName": attribute, "AttributeValue": FIELDS[name].write(after[name])}
                steps.append(Call("set_topic_attributes", {**topic, **sent}, self.name))
        had, has = before.get("subscriptions", []), after["subscriptions"]
        for one in has:
            if one not in had:
                sent = {"Protocol": one["protocol"], "Endpoint": one["endpoint"], "ReturnSubscriptionArn": True}
                steps.append(Call("subscribe", {**topic, **sent}, f"{self.name}/{told(one)}"))
        for one in had:
            if one not in has:
                gone = {"SubscriptionArn": self._arn_of(one)}
                steps.append(Call("unsubscribe", gone, f"{self.name}/{told(one)}", done_if=GONE))
        return steps


def main() -> None:
    """Entry point of the module."""
    manage(Topic)


if __name__ == "__main__":
    main()
