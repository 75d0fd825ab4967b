"""A bad value for each variable of the roles, or why there is none."""

from __future__ import annotations

import pathlib
from typing import Any

import yaml

ROLES = pathlib.Path(__file__).parents[2] / "roles"

OPTIONAL = ("kms", "ecr", "observability", "certificate", "backup", "waf")
TIERS = (*OPTIONAL, "network", "aurora", "redis", "ecs_service", "apigw")
TOO_LONG = "n" * 600
UNTAGGABLE = {"Team": "a > b"}

# Beyond a limit of AWS, or of what the roles can do; all of them are given to one run.
BAD: dict[str, Any] = {
    "observability_topics": [{"name": "alarms!"}],
    "observability_display_name": "d" * 101,
    "observability_kms_key_id": "alias/aws/sns",
    "observability_tags": UNTAGGABLE,
    "observability_alarms": [{"name": "stack"}, {"name": "stack"}],
    "observability_alarm_actions": ["topic-7"],
    "kms_alias": "streamflix",
    "kms_rotation_period_in_days": 89,
    "kms_policy_statements": [{"Condition": "mfa"}],
    "kms_tags": UNTAGGABLE,
    "ecr_repository_name": "Content API",
    "ecr_image_tag_mutability_exclusion_filters": ["a/b"],
    "ecr_kms_key_id": "alias/of-no-use",
    "ecr_repository_policy": {"Version": "2012-10-17", "Statement": ["ecr:BatchGetImage"]},
    "ecr_lifecycle_rules": [
        {"rule_priority": 0, "tag_status": "any", "count_type": "imageCountMoreThan", "count_number": 77}
    ],
    "ecr_tags": UNTAGGABLE,
    "backup_vault_name": "v",
    "backup_kms_key_arn": "alias/one",
    "backup_lock": {"min_retention_days": 9, "max_retention_days": 8},
    "backup_plan_name": "a plan",
    "backup_rules": [{"name": "daily", "enable_continuous_backup": True, "lifecycle": {"delete_after_days": 36}}],
    "backup_max_age_hours": 0,
    "backup_selection_name": "a selection",
    "backup_role_name": "a role for backups",
    "backup_role_path": "path-5",
    "backup_role_permissions_boundary": "policy-5",
    "backup_tags": UNTAGGABLE,
    "backup_alarms": [{"name": "failed_jobs", "evaluation_periods": -1}],
    "backup_alarm_actions": ["topic-6"],
    "certificate_domain_name": "a_b.example.com",
    "certificate_subject_alternative_names": ["c d"],
    "certificate_hosted_zone_id": "zone-1",
    "certificate_timeout": -11,
    "certificate_tags": UNTAGGABLE,
    "network_vpc_name": TOO_LONG,
    "network_vpc_cidr": "10.0.0.0/29",
    "network_alb_ingress": [{"from_port": 80, "cidr": "0.0.0.0/0", "description": "web -> alb"}],
    "network_public_routes": [{"destination_cidr_block": "10.1.0.0/33", "transit_gateway_id": "tgw-1"}],
    "network_private_routes": [{"destination_cidr_block": "10.2.0.0/34", "transit_gateway_id": "tgw-2"}],
    "network_container_port": 70001,
    "network_database_port": 70002,
    "network_cache_port": 70003,
    "network_flow_log_group_name": "flow log",
    "network_vpc_endpoints": [{"service": "ecr.api", "type": "gateway"}],
    "network_flow_log_retention_days": 8,
    "network_flow_log_max_aggregation_interval": 61,
    "network_flow_log_role_name": "flow log",
    "network_flow_log_role_path": "path-1",
    "network_flow_log_role_permissions_boundary": "policy-1",
    "network_nat_timeout": -1,
    "network_tags": UNTAGGABLE,
    "network_alarms": [{"name": "nat_port_allocation", "period": 45}],
    "network_alarm_actions": ["topic-1"],
    "aurora_cluster_identifier": "Aurora",
    "aurora_database_name": "1st",
    "aurora_port": 70004,
    "aurora_master_username": "1st",
    "aurora_password_length": 42,
    "aurora_secret_name": "a secret",
    "aurora_secret_description": "d" * 2049,
    "aurora_min_capacity": 0.3,
    "aurora_max_capacity": 257,
    "aurora_seconds_until_auto_pause": 299,
    "aurora_members": [{"identifier": "writer", "promotion_tier": 16}],
    "aurora_subnet_group_name": "default",
    "aurora_subnet_ids": ["subnet-1"],
    "aurora_backup_retention_period": 36,
    "aurora_backup_window": "02:00-02:10",
    "aurora_maintenance_window": "sun:03:30",
    "aurora_performance_insights_retention_period": 8,
    "aurora_log_exports": ["audit"],
    "aurora_kms_key_id": "a key",
    "aurora_secret_kms_key_id": "another key",
    "aurora_tags": UNTAGGABLE,
    "aurora_parameters": [
        {"parameter_name": "work_mem", "parameter_value": value, "apply_method": "immediate"} for value in ("64", "128")
    ],
    "aurora_instance_parameters": [
        {"parameter_name": "statement_timeout", "parameter_value": value} for value in ("1", "2")
    ],
    "aurora_reader_scaling": {"min_capacity": 1, "max_capacity": 16, "cpu": 60},
    "aurora_published_path": "aurora",
    "aurora_alarms": [{"name": "cpu", "evaluation_periods": 0}],
    "aurora_alarm_actions": ["topic-2"],
    "aurora_wait_timeout": -2,
    "redis_replication_group_id": "redis--1",
    "redis_subnet_group_name": "default",
    "redis_subnet_ids": [],
    "redis_engine_version": "6.x.1",
    "redis_node_type": "t4g.micro",
    "redis_num_cache_clusters": 7,
    "redis_port": 70005,
    "redis_snapshot_retention_limit": 36,
    "redis_snapshot_window": "02:00-02:30",
    "redis_maintenance_window": "sunday:03:30-04:30",
    "redis_final_snapshot_identifier": "last--one",
    "redis_kms_key_id": "a key",
    "redis_log_delivery_configurations": [{"log_type": "all", "destination": "logs"}],
    "redis_parameters": {"timeout": {"seconds": 615}},
    "redis_tags": UNTAGGABLE,
    "redis_published_path": "/redis/",
    "redis_alarms": [{"name": "memory", "evaluation_periods": 3, "datapoints_to_alarm": 4}],
    "redis_alarm_actions": ["topic-3"],
    "redis_wait_timeout": -3,
    "ecs_service_tags": UNTAGGABLE,
    "ecs_service_dns_records": [{"zone": "example.com", "name": "api.example.org"}],
    "ecs_service_alarms": [{"name": "cpu", "period": 3600, "evaluation_periods": 200}],
    "ecs_service_alarm_actions": ["topic-4"],
    "ecs_service_rollback_on": ["response_time"],
    "ecs_service_muted_in_rollouts": ["running_tasks"],
    "ecs_service_log_metrics": [{"name": "errors", "pattern": "E"}, {"name": "errors-5xx", "pattern": "5"}],
    "ecs_service_cluster_name": "a cluster",
    "ecs_service_log_group_name": "a group",
    "ecs_service_log_retention_days": 9,
    "ecs_service_execution_role_name": "a role",
    "ecs_service_execution_role_path": "path-2",
    "ecs_service_execution_role_permissions_boundary": "policy-2",
    "ecs_service_task_role_name": "another role",
    "ecs_service_task_role_path": "path-3",
    "ecs_service_task_policies": {"read": {"Version": "2012-10-17", "Statement": ["s3:GetObject"]}},
    "ecs_service_task_role_permissions_boundary": "policy-3",
    "ecs_service_load_balancer_name": "internal-alb",
    "ecs_service_load_balancer_subnet_ids": ["subnet-1"],
    "ecs_service_load_balancer_security_group_ids": [],
    "ecs_service_load_balancer_timeout": -4,
    "ecs_service_listener_port": 70006,
    "ecs_service_certificate_arn": "certificate-2",
    "ecs_service_certificate_timeout": -12,
    "ecs_service_additional_certificate_arns": ["certificate-3", "certificate-3"],
    "ecs_service_ssl_policy": "TLSv1.3",
    "ecs_service_hsts": "forever",
    "ecs_service_http_redirect_port": 70009,
    "ecs_service_target_group_name": "a group",
    "ecs_service_health_check_port": "70008",
    "ecs_service_health_check_matcher": "2xx",
    "ecs_service_health_check_grpc_code": "OK",
    "ecs_service_health_check_path": "healthy",
    "ecs_service_health_check_interval": 301,
    "ecs_service_health_check_timeout": 121,
    "ecs_service_healthy_threshold": 11,
    "ecs_service_unhealthy_threshold": 1,
    "ecs_service_deregistration_delay": 3601,
    "ecs_service_family": "a family",
    "ecs_service_image": "an image",
    "ecs_service_container_name": "a container",
    "ecs_service_container_port": 70007,
    "ecs_service_cpu": 300,
    "ecs_service_ephemeral_storage": 20,
    "ecs_service_container_settings": {"stop_timeout": 121},
    "ecs_service_sidecars": [
        {"name": "router", "image": "router", "mount_points": [{"source_volume": "none", "container_path": "/none"}]}
    ],
    "ecs_service_volumes": [{"name": "media", "efs": {"file_system_id": "my-files"}}],
    "ecs_service_keep_revisions": 0,
    "ecs_service_name": "a service",
    "ecs_service_desired_count": -5,
    "ecs_service_scaling": {"min_capacity": 5, "max_capacity": 4, "cpu": 60},
    "ecs_service_subnet_ids": [],
    "ecs_service_security_group_ids": ["sg-1", "sg-2", "sg-3", "sg-4", "sg-5", "sg-6"],
    "ecs_service_minimum_healthy_percent": 101,
    "ecs_service_maximum_percent": 201,
    "ecs_service_bake_time": 1441,
    "ecs_service_linear": {"step_percent": 2},
    "ecs_service_canary": {"canary_percent": 101},
    "ecs_service_lifecycle_hooks": [{"target_type": "PAUSE", "lifecycle_stages": ["BEFORE_ALL"]}],
    "ecs_service_early_success": {"healthy_percent": 102},
    "ecs_service_circuit_breaker_threshold": {"type": "COUNT", "value": 0},
    "ecs_service_health_check_grace_period": -6,
    "ecs_service_container_health_check": {"command": ["curl"], "retries": 11},
    "ecs_service_capacity_provider_strategy": [{"capacity_provider": "FARGATE", "weight": 1001}],
    "ecs_service_platform_version": "newest",
    "ecs_service_rollout_timeout": -7,
    "apigw_tags": UNTAGGABLE,
    "apigw_check_path": "healthy",
    "apigw_check_status": "2xx",
    "apigw_check_at": "vpce-1",
    "apigw_check_timeout": 0,
    "apigw_check_retries": 101,
    "apigw_check_delay": 601,
    "apigw_alarms": [{"name": "latency"}, {"name": "latency"}],
    "apigw_alarm_actions": ["topic-5"],
    "apigw_name": TOO_LONG * 2,
    "apigw_stage_name": "dev.1",
    "apigw_logging_role_name": "a role",
    "apigw_logging_role_path": "path-4",
    "apigw_logging_role_permissions_boundary": "policy-4",
    "apigw_backend_url": "backend",
    "apigw_security_policy": "TLS_1_3",
    "apigw_timeout_in_millis": 49,
    "apigw_connection_id": "link",
    "apigw_integration_target": "balancer",
    "apigw_access_log_destination_arn": "log-group",
    "apigw_stage_variables": {"key": "a value"},
    "apigw_throttling_burst_limit": -8,
    "apigw_throttling_rate_limit": -9,
    "apigw_keep_deployments": 0,
    "apigw_resource_policy": {"Statement": "everybody"},
    "apigw_logging_role_timeout": -10,
    "waf_tags": UNTAGGABLE,
    "waf_name": "web acl",
    "waf_counted_rules": ["no-such-rule"],
    "waf_managed_rule_groups": [{"name": "One", "rule_overrides": {"Rule": "ignore"}}],
    "waf_rate_limit": 9,
    "waf_allowed_addresses": ["192.0.2.1/24"],
    "waf_blocked_addresses": ["::/0"],
    "waf_max_body_size": 32768,
    "waf_max_capacity": 5001,
    "waf_custom_response": {"code": 999},
    "waf_log_group_name": "waf-logs",
    "waf_log_retention_days": 9,
    "waf_propagation_timeout": -11,
}

# What other bad values would hide: without a layout of the network, little of it can be looked at.
APART: dict[str, Any] = {
    "network_availability_zones": ["eu-west-1a"],
    "network_public_subnet_cidrs": ["10.0.1.0/24", "10.0.1.0/25"],
    "network_private_subnet_cidrs": ["10.0.2.0/33", "10.0.3.0/24"],
    "redis_log_group_prefix": "logs of redis",
    "ecs_service_memory": 513,
    "waf_rules": [
        {
            "name": "one",
            "priority": 30,
            "statement": {"GeoMatchStatement": {"CountryCodes": ["IE"]}},
            "action": {"Block": {}},
        }
    ],
    # in place of one that is requested
    "certificate_arn": "certificate-1",
}

# Of the way to a private load balancer, which only an API behind a VPC link has.
PRIVATE: dict[str, Any] = {
    "apigw_backend_server_name": "api example.com",
    "apigw_vpc_link_name": "l" * 129,
    "apigw_vpc_link_subnet_ids": [],
    "apigw_vpc_link_timeout": -11,
}
# Of a flow log to a bucket.
BUCKET: dict[str, Any] = {"network_flow_log_bucket_arn": "flow-logs", "network_flow_log_format": "srcaddr dstaddr"}
# Of a custom domain name, and of what goes with it.
DOMAIN: dict[str, Any] = {
    "apigw_domain_name": "api",
    "apigw_domain_zone": "example..com",
    "apigw_certificate_arn": "certificate",
    "apigw_domain_security_policy": "TLS_1_3",
    "apigw_domain_mutual_tls": {"truststore_uri": "https://authorities"},
}
# Of deployments that shift traffic between two target groups.
SHIFTING: dict[str, Any] = {
    "ecs_service_alternate_target_group_name": "a second group",
    "ecs_service_production_rule_priority": 50001,
    "ecs_service_test_rule": {"priority": 50002, "path_pattern": ["/test/*"]},
    "ecs_service_infrastructure_role_name": "a third role",
    "ecs_service_infrastructure_role_path": "path-5",
}
# Of the header by which a public load balancer knows API Gateway.
ORIGIN: dict[str, Any] = {
    "ecs_service_origin_header": "Content-Type",
    "ecs_service_origin_secret_name": "a secret!",
    "ecs_service_origin_secret_kms_key_id": "key 3",
    "ecs_service_origin_rule_priority": 50003,
    "ecs_service_origin_grace": 3601,
    "apigw_secret_headers": [{"name": "User-Agent", "secret_id": "streamflix"}],
}
# of Enhanced Monitoring
MONITORED: dict[str, Any] = {
    "aurora_monitoring_role_name": "a role for monitoring",
    "aurora_monitoring_role_path": "path-6",
    "aurora_monitoring_role_permissions_boundary": "policy-6",
}
# what a group needs besides
SETTINGS: dict[str, dict[str, Any]] = {
    "apart": {"redis_logs": ["slow-log"]},
    "monitored": {"aurora_monitoring_interval": 60},
    "private": {"apigw_connection_type": "VPC_LINK"},
    "bucket": {"network_flow_log_destination_type": "s3"},
    "shifting": {"ecs_service_deployment_strategy": "BLUE_GREEN"},
    "origin": {"ecs_service_origin_secret": "one"},
}

# What only AWS's reply shows: which versions it offers, and which parameter groups exist.
OFFERED: dict[str, Any] = {
    "aurora_engine_version": "9.9",
    "redis_engine_version": "7.9",
    "redis_parameters": {"maxmemory-policy": "lru"},
    "waf_managed_rule_groups": [{"name": "AWSManagedRulesNothing"}],
}
THERE: dict[str, Any] = {"redis_parameter_group_name": "no-such-group"}

ONLY_REMOVAL = "a removal only takes it"
ANY_TEXT = "AWS takes any text"
ONLY_RESTORE = "only restore.yml takes it, and its own tests refuse bad ones"
ONLY_DRILL = "only a restore drill takes it"
WHAT_AWS_HAS = "names what is in AWS, which a deployment reads or refers to"
IN_NAMES = "a part of names, each of which is checked as a whole"
ANY_PAIRS = "the application's own names and texts"
BY_ROLLOUT = "only rollout.yml or rollback.yml takes it, and the module's own tests refuse bad ones"
NO_LIMIT = {
    "observability_app_name": IN_NAMES,
    "observability_environment_suffix": IN_NAMES,
    "observability_account_id": "a part of ARNs; aws_account_id, which gives it, is checked",
    "apigw_domain_timeout": "for how long a run asks; with 0 it asks once",
    "observability_alarm_names": "what the tiers' alarms are called, which are checked there",
    "observability_publishers": "AWS knows which services there are, and new ones come",
    "kms_app_name": IN_NAMES,
    "kms_environment_suffix": IN_NAMES,
    "kms_account_id": "a part of ARNs; aws_account_id, which gives it, is checked",
    "kms_description": ANY_TEXT,
    "kms_deletion_window_in_days": ONLY_REMOVAL,
    "ecr_app_name": IN_NAMES,
    "ecr_environment_suffix": IN_NAMES,
    **dict.fromkeys(
        (
            "aurora_restore_to_time",
            "aurora_restore_snapshot",
            "aurora_restore_vault_name",
            "aurora_restore_vpc_id",
            "aurora_restore_timeout",
            "ecs_service_renewed_since",
        ),
        ONLY_RESTORE,
    ),
    "backup_app_name": IN_NAMES,
    "backup_environment_suffix": IN_NAMES,
    "backup_account_id": "a part of ARNs; aws_account_id, which gives it, is checked",
    "backup_confirm_compliance_lock": "compared with the name of the vault only",
    "backup_cluster_identifier": WHAT_AWS_HAS,
    "backup_metric_namespace": "refused by the drill that publishes the metric",
    "backup_network_vpc_name": WHAT_AWS_HAS,
    "backup_drill_identifier": ONLY_DRILL,
    "backup_redis_drill_id": ONLY_DRILL,
    "backup_replication_group_id": WHAT_AWS_HAS,
    "backup_drill_query": ONLY_DRILL,
    "backup_drill_database": ONLY_DRILL,
    "backup_drill_username": ONLY_DRILL,
    "backup_drill_min_capacity": ONLY_DRILL,
    "backup_drill_max_capacity": ONLY_DRILL,
    "backup_drill_timeout": ONLY_DRILL,
    "backup_resources": WHAT_AWS_HAS,
    "backup_resource_types": "AWS knows which there are, and new ones come",
    "certificate_app_name": IN_NAMES,
    "certificate_environment_suffix": IN_NAMES,
    "network_app_name": IN_NAMES,
    "network_environment_suffix": IN_NAMES,
    "network_account_id": "a part of ARNs; aws_account_id, which gives it, is checked",
    "network_in_use_by": ONLY_REMOVAL,
    "network_removal_timeout": ONLY_REMOVAL,
    "aurora_account_id": "a part of ARNs; aws_account_id, which gives it, is checked",
    "aurora_app_name": IN_NAMES,
    "aurora_environment_suffix": IN_NAMES,
    "aurora_secret_recovery_window_in_days": ONLY_REMOVAL,
    "aurora_security_group_ids": WHAT_AWS_HAS,
    "aurora_parameter_group_name": WHAT_AWS_HAS,
    "aurora_subnet_group_description": ANY_TEXT,
    "redis_app_name": IN_NAMES,
    "redis_environment_suffix": IN_NAMES,
    "redis_description": ANY_TEXT,
    "redis_subnet_group_description": ANY_TEXT,
    "redis_security_group_ids": WHAT_AWS_HAS,
    "redis_user_group_ids": WHAT_AWS_HAS,
    "image": BY_ROLLOUT,
    "container": BY_ROLLOUT,
    "revision": BY_ROLLOUT,
    "ecs_service_app_name": IN_NAMES,
    "ecs_service_environment_suffix": IN_NAMES,
    "ecs_service_load_balancer_attributes": "AWS knows which attributes there are, and new ones come",
    "ecs_service_vpc_id": WHAT_AWS_HAS,
    "ecs_service_log_stream_prefix": ANY_TEXT,
    "ecs_service_environment": ANY_PAIRS,
    "ecs_service_extra_environment": ANY_PAIRS,
    "ecs_service_secret_arn": WHAT_AWS_HAS,
    "ecs_service_secrets": WHAT_AWS_HAS,
    "ecs_service_kms_key_arns": WHAT_AWS_HAS,
    "ecs_service_removal_timeout": ONLY_REMOVAL,
    "apigw_app_name": IN_NAMES,
    "apigw_environment_suffix": IN_NAMES,
    "apigw_removal_timeout": ONLY_REMOVAL,
    "apigw_description": ANY_TEXT,
    "apigw_stage_description": ANY_TEXT,
    "apigw_access_log_format": ANY_TEXT,
    "apigw_check_client_cert": "a file where the playbook runs",
    "apigw_check_client_key": "a file where the playbook runs",
    "apigw_vpc_link_security_group_ids": WHAT_AWS_HAS,
    "waf_app_name": IN_NAMES,
    "waf_environment_suffix": IN_NAMES,
    "waf_account_id": "a part of ARNs; aws_account_id, which gives it, is checked",
    "waf_removal_timeout": ONLY_REMOVAL,
    "waf_log_redacted_headers": ANY_TEXT,
    "waf_rest_api_name": ONLY_REMOVAL,
    "waf_stage_name": ONLY_REMOVAL,
    "waf_load_balancer_name": ONLY_REMOVAL,
}


def specs() -> dict[str, dict[str, Any]]:
    """Return the argument specs of the variables of all roles."""
    files = [(ROLES / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8") for role in TIERS]
    points = [point for file in files for point in yaml.safe_load(file)["argument_specs"].values()]
    return {name: spec for point in points for name, spec in point["options"].items()}


def wrong_kinds() -> dict[str, Any]:
    """Return values of the wrong type, or that are no choice, for the variables that are limited in that way only."""
    wrong = {"bool": "perhaps"}
    kinds = {name: "nothing" if "choices" in spec else wrong.get(spec["type"]) for name, spec in specs().items()}
    return {name: value for name, value in kinds.items() if value is not None and name not in BAD | PRIVATE | SHIFTING}


def groups() -> dict[str, dict[str, Any]]:
    """Return all bad values, in groups that are given to one run each."""
    groups = {
        "limits": BAD,
        "monitored": MONITORED,
        "apart": APART,
        "private": PRIVATE,
        "bucket": BUCKET,
        "domain": DOMAIN,
        "shifting": SHIFTING,
        "origin": ORIGIN,
    }
    return {**groups, "kinds": wrong_kinds(), "offers": OFFERED, "there": THERE}
