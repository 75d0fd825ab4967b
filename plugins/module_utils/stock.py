# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The modules of other collections that roles call: what each of them manages, and how that is read from AWS.

Such a module says whether it changes something, but not what. So what it manages is read before, in the shape of its
own options, and compared with them. A module belongs here when C(make stock) finds nothing wrong with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from ansible_collections.streamflix.content_api.plugins.module_utils import changes, fields, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.iam.policies import document_of, same
from ansible_collections.streamflix.content_api.plugins.module_utils.plain import PlainResource, Read
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import Plan, different, is_unknown
from ansible_collections.streamflix.content_api.plugins.module_utils.rds.parameters import CLUSTER
from ansible_collections.streamflix.content_api.plugins.module_utils.route53.rules import plain

ANOTHER, WANTED = "(another value)", "(the wanted value)"


class StockResource(PlainResource):
    """A resource that a module of another collection manages. Its options are that module's.

    :cvar whole: whether the module sets back what is left out of its options.
    :cvar has_tags: whether the module sets its tags. Where it does not, and the kind has some, a run that ended early
        leaves a new one without any.
    :cvar hidden: the option whose value is never shown; empty when there is none.
    """

    whole: ClassVar[bool] = False
    has_tags: ClassVar[bool] = True
    hidden: ClassVar[str] = ""

    @staticmethod
    def beginning(_prefix: str, /) -> dict[str, Any]:
        """Return the parameters of C(read) that list all of its kind whose names begin with a text, or more of them."""
        return {}

    @classmethod
    def identity(cls, item: Mapping[str, Any]) -> dict[str, Any]:
        """Return the name of a resource, and its ARN where its tags are asked for with it.

        :param item: the resource as AWS describes it.
        """
        return fields.described({name: row for name, row in cls.fields.items() if name in ("name", "arn")}, item)

    def describe(self) -> dict[str, Any] | None:
        item = None if is_unknown(self.name) else self.find()
        if item is None:
            return None
        shown = fields.described(self.fields, item)
        if not self.has_tags:
            return shown
        its_tags = self.tags_of(item)
        return None if its_tags is None else {**shown, "tags": its_tags}

    def after(self, current: Mapping[str, Any] | None) -> dict[str, Any] | None:
        """Return the resource as the module will leave it; None when it will not exist.

        :param current: the resource as it is; None when it does not exist.
        """
        if self.absent:
            return None
        every = {name: self.options.get(name) for name in self.fields}
        wanted = fields.wanted(self.fields, every)
        found = dict(current or {})
        if self.whole:
            found |= {name: value for name, value in fields.created(self.fields, wanted).items() if name in wanted}
        found |= {name: value for name, value in wanted.items() if value is not None}
        for name, row in self.fields.items():
            if current is not None and row.same and row.same(current[name], found[name]):
                found[name] = current[name]
        if current is None:
            found = fields.given(found)
        if self.has_tags:
            its_tags, purge = tags.texts(self.options.get("tags")), bool(self.options.get("purge_tags"))
            found["tags"] = tags.after(found.get("tags", {}), its_tags, purge)
        return found

    def plan(self, current: dict[str, Any] | None) -> Plan:
        """Return what it is and what it will be; the requests are the module's own."""
        return Plan((), current, self.after(current))

    def becomes(self, current: Mapping[str, Any] | None) -> list[dict[str, Any]]:
        """Return what becomes of the resource when the module changes it, in the shape of L(changes.compare).

        :param current: as L(after) takes it.
        """
        after = self.after(current)
        before, then = (self.parts(found) if found is not None else [] for found in (current, after))
        found = changes.compare(before, then)
        if found or current is None or after is None:
            return found
        # it differs in something that no description shows
        unseen = [changes.field(self.hidden, ANOTHER, WANTED)] if self.hidden else []
        return [{"action": changes.UPDATE, "type": self.aws_type, "name": self.name, "fields": unseen}]


def name_row(member: str) -> Field:
    """Return the row of the option with a resource's name."""
    return Field("str", member, always=True, required=True)


def arn_row(member: str) -> Field:
    """Return the row of a resource's ARN, which its tags are asked for with."""
    return Field("str", member, assigned=True, shown_only=True, always=True)


# of its family and its description the module changes nothing
PARAMETER_GROUP: Rows = {
    "name": name_row("DBClusterParameterGroupName"),
    "parameters": Field(
        "list",
        "Parameters",
        normal=lambda wanted: {
            one["parameter_name"]: {"value": one["parameter_value"], "apply_method": one["apply_method"]}
            for one in wanted
        },
    ),
    "arn": arn_row("DBClusterParameterGroupArn"),
}


class ClusterParameterGroup(StockResource):
    """What M(amazon.aws.rds_cluster_param_group) manages."""

    service = "rds"
    kind = "DB cluster parameter group"
    aws_type = "AWS::RDS::DBClusterParameterGroup"
    arn_kind = "rds:cluster-pg"
    tagging = tags.RDS
    fields = PARAMETER_GROUP
    read = Read(
        "describe_db_cluster_parameter_groups",
        "DBClusterParameterGroups",
        "DBClusterParameterGroupName",
        gone=frozenset({"DBParameterGroupNotFound"}),
    )

    def find(self) -> dict[str, Any] | None:
        group = super().find()
        names = {one["parameter_name"] for one in self.options.get("parameters") or ()}
        if group is None:
            return None
        known = (CLUSTER.read(self.api, self.name, sorted(names)) or {}) if names else {}
        found = {
            name: {"value": one.get("ParameterValue"), "apply_method": one.get("ApplyMethod")}
            for name, one in known.items()
        }
        return {**group, "Parameters": found}


class InstanceParameterGroup(StockResource):
    """The names and the tags of what M(streamflix.content_api.rds_db_parameter_group) manages, in a list of all."""

    service = "rds"
    kind = "DB parameter group"
    aws_type = "AWS::RDS::DBParameterGroup"
    arn_kind = "rds:pg"
    tagging = tags.RDS
    fields: ClassVar[Rows] = {"name": name_row("DBParameterGroupName"), "arn": arn_row("DBParameterGroupArn")}
    read = Read(
        "describe_db_parameter_groups",
        "DBParameterGroups",
        "DBParameterGroupName",
        gone=frozenset({"DBParameterGroupNotFound"}),
    )


ALARM: Rows = {
    "name": name_row("AlarmName"),
    "description": Field("str", "AlarmDescription"),
    "metric_name": Field("str", "MetricName"),
    "namespace": Field("str", "Namespace"),
    "statistic": Field("str", "Statistic"),
    "extended_statistic": Field("str", "ExtendedStatistic"),
    "comparison": Field("str", "ComparisonOperator"),
    "threshold": Field("float", "Threshold"),
    "period": Field("int", "Period"),
    "unit": Field("str", "Unit"),
    "evaluate_low_sample_count_percentile": Field("str", "EvaluateLowSampleCountPercentile"),
    "datapoints_to_alarm": Field("int", "DatapointsToAlarm"),
    "evaluation_periods": Field("int", "EvaluationPeriods"),
    "dimensions": Field(
        "dict", read=lambda alarm: {one["Name"]: one["Value"] for one in alarm.get("Dimensions", ())}, new={}
    ),
    "alarm_actions": Field("list", "AlarmActions", unset=[]),
    "ok_actions": Field("list", "OKActions", unset=[]),
    "insufficient_data_actions": Field("list", "InsufficientDataActions", unset=[]),
    "treat_missing_data": Field("str", "TreatMissingData", unset="missing"),
    "arn": arn_row("AlarmArn"),
}


class MetricAlarm(StockResource):
    """What M(amazon.aws.cloudwatch_metric_alarm) manages, but for metric math, which it never settles."""

    service = "cloudwatch"
    kind = "alarm"
    aws_type = "AWS::CloudWatch::Alarm"
    arn_kind = "cloudwatch:alarm"
    whole = True
    has_tags = False
    tagging = tags.CLOUDWATCH
    fields = ALARM
    read = Read(
        "describe_alarms",
        "MetricAlarms",
        "AlarmNames",
        several=True,
        gone=frozenset({"ResourceNotFound", "ResourceNotFoundException"}),
        match="AlarmName",
    )

    @staticmethod
    def beginning(prefix: str, /) -> dict[str, Any]:
        return {"AlarmNamePrefix": prefix}


# the options inside of metric_transformation, with AWS's members
TRANSFORMATION = {
    "metric_name": "metricName",
    "metric_namespace": "metricNamespace",
    "metric_value": "metricValue",
    "default_value": "defaultValue",
    "unit": "unit",
    "dimensions": "dimensions",
}
METRIC_FILTER: Rows = {
    "filter_name": name_row("filterName"),
    "filter_pattern": Field("str", "filterPattern"),
    "metric_transformation": Field(
        "dict",
        read=lambda found: {
            option: found["metricTransformations"][0].get(member) for option, member in TRANSFORMATION.items()
        },
        normal=lambda wanted: {option: wanted.get(option) for option in TRANSFORMATION},
    ),
}


class MetricFilter(StockResource):
    """What M(amazon.aws.cloudwatchlogs_log_group_metric_filter) manages."""

    service = "logs"
    kind = "metric filter"
    aws_type = "AWS::Logs::MetricFilter"
    named_by = "filter_name"
    whole = True
    has_tags = False
    fields = METRIC_FILTER
    read = Read(
        "describe_metric_filters",
        "metricFilters",
        "filterNamePrefix",
        gone=frozenset({"ResourceNotFoundException"}),
        match="filterName",
    )

    def find(self) -> dict[str, Any] | None:
        how, group = self.read, self.options["log_group_name"]
        if is_unknown(group):
            return None
        reply = self.api.get(how.operation, how.gone, **{"logGroupName": group, how.which: self.name})
        found = reply[how.key] if reply else ()
        return next((one for one in found if one[how.match] == self.name), None)


PARAMETER: Rows = {
    "name": name_row("Name"),
    "description": Field("str", "Description"),
    "string_type": Field("str", "Type"),
    "tier": Field("str", "Tier"),
}


class Parameter(StockResource):
    """What M(community.aws.ssm_parameter) manages. Its value may be a secret, so it is not read."""

    service = "ssm"
    kind = "parameter"
    aws_type = "AWS::SSM::Parameter"
    arn_kind = "ssm:parameter"
    hidden = "value"
    tagging = tags.SSM_PARAMETER
    fields = PARAMETER
    read = Read("describe_parameters", "Parameters", "ParameterFilters", gone=frozenset({"InvalidResourceId"}))

    @staticmethod
    def beginning(prefix: str, /) -> dict[str, Any]:
        return {"ParameterFilters": [{"Key": "Name", "Option": "BeginsWith", "Values": [prefix]}]}

    def find(self) -> dict[str, Any] | None:
        named = [{"Key": "Name", "Option": "Equals", "Values": [self.name]}]
        found = self.api.pages(self.read.operation, self.read.key, ParameterFilters=named)
        return next(iter(found), None)


# of its path and its description the module changes nothing
MANAGED_POLICY: Rows = {
    "name": name_row("PolicyName"),
    "policy": Field("dict", "Document", normal=document_of, same=same, whole=True, exposes=True),
    "arn": arn_row("Arn"),
}


class ManagedPolicy(StockResource):
    """What M(amazon.aws.iam_managed_policy) manages: the default version of a policy, and its tags."""

    service = "iam"
    kind = "managed policy"
    aws_type = "AWS::IAM::ManagedPolicy"
    arn_kind = "iam:policy"
    tagging = tags.IAM_POLICY
    fields = MANAGED_POLICY
    read = Read("list_policies", "Policies", "", gone=frozenset({"NoSuchEntity"}), match="PolicyName")

    @staticmethod
    def beginning(_prefix: str, /) -> dict[str, Any]:
        # AWS filters them by their paths only
        return {"Scope": "Local"}

    def find(self) -> dict[str, Any] | None:
        how = self.read
        listed = self.api.pages(how.operation, how.key, **self.beginning(self.name))
        policy = next((one for one in listed if one[how.match] == self.name), None)
        if policy is None:
            return None
        which = {"PolicyArn": policy["Arn"], "VersionId": policy["DefaultVersionId"]}
        reply = self.api.get("get_policy_version", how.gone, **which)
        return None if reply is None else {**policy, "Document": reply["PolicyVersion"]["Document"]}


RECORD: Rows = {
    "record": replace(name_row("Name"), read=lambda found: plain(found["Name"]), normal=plain),
    "type": Field("str", "Type", always=True),
    "value": Field(
        "list",
        read=lambda found: (
            [plain(found["AliasTarget"]["DNSName"])]
            if "AliasTarget" in found
            else different(one["Value"] for one in found.get("ResourceRecords", ()))
        ),
        normal=lambda values: different(plain(value) for value in values),
    ),
    "ttl": Field("int", "TTL"),
    "alias_hosted_zone_id": Field("str", "AliasTarget.HostedZoneId"),
    "alias_evaluate_target_health": Field("bool", "AliasTarget.EvaluateTargetHealth"),
}


class RecordSet(StockResource):
    """What M(amazon.aws.route53) manages, of the records that lead to another resource of AWS."""

    service = "route53"
    kind = "DNS record"
    aws_type = "AWS::Route53::RecordSet"
    named_by = "record"
    whole = True
    has_tags = False
    fields = RECORD
    read = Read("list_resource_record_sets", "ResourceRecordSets", "StartRecordName")

    def __init__(self, api: Api, options: Mapping[str, Any]) -> None:
        # the module has a default for it, which is none of an alias
        super().__init__(api, {**options, "ttl": None if options.get("alias") else options.get("ttl")})

    @property
    def name(self) -> str:
        return f"{plain(self.options['record'])} {self.options['type']}"

    def find(self) -> dict[str, Any] | None:
        zone, its_type = self.options["hosted_zone_id"], self.options["type"]
        wanted = plain(self.options["record"])
        if is_unknown(zone):
            return None
        start = {"StartRecordName": wanted, "StartRecordType": its_type, "MaxItems": "1"}
        found = self.api.call(self.read.operation, HostedZoneId=zone, **start)[self.read.key]
        return next((one for one in found if (plain(one["Name"]), one["Type"]) == (wanted, its_type)), None)


RESOURCES: Mapping[str, type[StockResource]] = {
    "amazon.aws.rds_cluster_param_group": ClusterParameterGroup,
    "amazon.aws.cloudwatch_metric_alarm": MetricAlarm,
    "amazon.aws.cloudwatchlogs_log_group_metric_filter": MetricFilter,
    "amazon.aws.iam_managed_policy": ManagedPolicy,
    "amazon.aws.route53": RecordSet,
    "community.aws.ssm_parameter": Parameter,
}
# those of which tags say whose they are, and of which there may be some that no variable names any more
LISTED: tuple[type[StockResource], ...] = (*RESOURCES.values(), InstanceParameterGroup)
OWNED: Mapping[str, type[StockResource]] = {kind.aws_type: kind for kind in LISTED if kind.arn_kind}
