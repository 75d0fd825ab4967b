"""Drifts of the load balancer, its target group and its listener."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.drift.mutation import (
    CREATE,
    LOST_TAG,
    OTHER_TAGS,
    SERVICE,
    TAG_FIELDS,
    Change,
    Mutation,
    Named,
    tag_list,
)
from tests.drift.mutations import ec2
from tests.support.account import Client

BALANCER, TARGETS, LISTENER = (
    f"AWS::ElasticLoadBalancingV2::{kind}" for kind in ("LoadBalancer", "TargetGroup", "Listener")
)
ALB, GROUP, HTTP = "streamflix-alb-dev", "streamflix-tg-dev", "streamflix-alb-dev 80"
HTTP_ARN = f"listener/app/{ALB}/"


def balancer_arn(aws: Client) -> str:
    """Return the load balancer's ARN."""
    return aws("elbv2").describe_load_balancers(Names=[ALB])["LoadBalancers"][0]["LoadBalancerArn"]


def group_arn(aws: Client) -> str:
    """Return the target group's ARN."""
    return aws("elbv2").describe_target_groups(Names=[GROUP])["TargetGroups"][0]["TargetGroupArn"]


def listener_arn(aws: Client) -> str:
    """Return the listener's ARN."""
    return aws("elbv2").describe_listeners(LoadBalancerArn=balancer_arn(aws))["Listeners"][0]["ListenerArn"]


def set_balancer(aws: Client, key: str, value: str) -> None:
    """Set an attribute of the load balancer."""
    aws("elbv2").modify_load_balancer_attributes(
        LoadBalancerArn=balancer_arn(aws), Attributes=[{"Key": key, "Value": value}]
    )


def set_group(aws: Client, key: str, value: str) -> None:
    """Set an attribute of the target group."""
    aws("elbv2").modify_target_group_attributes(
        TargetGroupArn=group_arn(aws), Attributes=[{"Key": key, "Value": value}]
    )


def check_health(aws: Client, **changed: Any) -> None:
    """Change the health check."""
    aws("elbv2").modify_target_group(TargetGroupArn=group_arn(aws), **changed)


def open_to(aws: Client) -> None:
    """Give the load balancer another security group."""
    group = ec2.group(aws, "streamflix-ecs-dev")["GroupId"]
    aws("elbv2").set_security_groups(LoadBalancerArn=balancer_arn(aws), SecurityGroups=[group])


def move(aws: Client) -> None:
    """Put the load balancer into a private subnet."""
    subnets = [ec2.subnet(aws, f"streamflix-{name}-dev")["SubnetId"] for name in ("public-1", "private-2")]
    aws("elbv2").set_subnets(LoadBalancerArn=balancer_arn(aws), Subnets=subnets)


def remove_listener(aws: Client) -> None:
    """Let the load balancer listen to nobody."""
    aws("elbv2").delete_listener(ListenerArn=listener_arn(aws))


def move_listener(aws: Client) -> None:
    """Let the load balancer listen elsewhere."""
    aws("elbv2").modify_listener(ListenerArn=listener_arn(aws), Port=8080)


def remove_moved_listener(aws: Client) -> None:
    """Remove what listens elsewhere: the stack makes its own again, and leaves others alone."""
    client = aws("elbv2")
    for listener in client.describe_listeners(LoadBalancerArn=balancer_arn(aws))["Listeners"]:
        if listener["Port"] == 8080:
            client.delete_listener(ListenerArn=listener["ListenerArn"])


def answer(aws: Client, **action: Any) -> None:
    """Change what the listener does."""
    aws("elbv2").modify_listener(ListenerArn=listener_arn(aws), DefaultActions=[action])


def retag(aws: Client, arn: Change) -> None:
    """Change a tag, add one, remove one."""
    found = arn(aws)
    aws("elbv2").add_tags(ResourceArns=[found], Tags=tag_list(OTHER_TAGS))
    aws("elbv2").remove_tags(ResourceArns=[found], TagKeys=[LOST_TAG])


def balancer() -> Iterator[Mutation]:
    """Yield changes of the load balancer."""
    yield Mutation(
        "load balancer: deletion protection",
        partial(set_balancer, key="deletion_protection.enabled", value="true"),
        (Named(BALANCER, ALB, ("attributes.deletion_protection.enabled",)),),
        SERVICE,
        ("elbv2:ModifyLoadBalancerAttributes",),
    )
    yield Mutation(
        "load balancer: security groups",
        open_to,
        (Named(BALANCER, ALB, ("security_groups",)),),
        SERVICE,
        ("elbv2:SetSecurityGroups",),
        sample=True,
    )
    yield Mutation(
        "load balancer: subnets",
        move,
        (Named(BALANCER, ALB, ("subnets",)),),
        SERVICE,
        ("elbv2:SetSubnets",),
    )


def targets() -> Iterator[Mutation]:
    """Yield changes of the target group."""
    checks: dict[str, dict[str, Any]] = {
        "protocol": {"HealthCheckProtocol": "HTTPS"},
        "port": {"HealthCheckPort": "8080"},
        "matcher": {"Matcher": {"HttpCode": "200-399"}},
        "path": {"HealthCheckPath": "/health"},
        "interval": {"HealthCheckIntervalSeconds": 60},
        "timeout": {"HealthCheckTimeoutSeconds": 10},
        "healthy_threshold": {"HealthyThresholdCount": 5},
        "unhealthy_threshold": {"UnhealthyThresholdCount": 5},
    }
    for field, changed in checks.items():
        yield Mutation(
            f"target group: health check {field.replace('_', ' ')}",
            partial(check_health, **changed),
            (Named(TARGETS, GROUP, (f"health_check.{field}",)),),
            SERVICE,
            ("elbv2:ModifyTargetGroup",),
        )
    for key, value in {"deregistration_delay.timeout_seconds": "300", "stickiness.enabled": "true"}.items():
        yield Mutation(
            f"target group: {key}",
            partial(set_group, key=key, value=value),
            (Named(TARGETS, GROUP, (f"attributes.{key}",)),),
            SERVICE,
            ("elbv2:ModifyTargetGroupAttributes",),
        )


def listener() -> Iterator[Mutation]:
    """Yield changes of the listener."""
    fixed: dict[str, Any] = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}
    redirect: dict[str, Any] = {
        "Type": "redirect",
        "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"},
    }
    for name, action in (("a fixed response", fixed), ("a redirect", redirect)):
        yield Mutation(
            f"listener: {name}",
            partial(answer, **action),
            (Named(LISTENER, HTTP, ("default_actions",)),),
            SERVICE,
            ("elbv2:ModifyListener",),
            about=(HTTP_ARN, HTTP),
        )
    yield Mutation(
        "listener: removed",
        remove_listener,
        (Named(LISTENER, HTTP, action=CREATE),),
        SERVICE,
        ("elbv2:CreateListener",),
        about=(ALB,),
    )
    yield Mutation(
        "listener: another port",
        move_listener,
        (Named(LISTENER, HTTP, action=CREATE),),
        SERVICE,
        ("elbv2:CreateListener",),
        about=(ALB,),
        undo=remove_moved_listener,
    )


MUTATIONS = (
    *balancer(),
    *targets(),
    *listener(),
    *(
        Mutation(
            f"{name}: tags",
            partial(retag, arn=arn),
            (Named(kind, name, TAG_FIELDS),),
            SERVICE,
            ("elbv2:AddTags", "elbv2:RemoveTags"),
            about=about,
        )
        for kind, name, arn, about in (
            (BALANCER, ALB, balancer_arn, (f"loadbalancer/app/{ALB}", ALB)),
            (TARGETS, GROUP, group_arn, ()),
            (LISTENER, HTTP, listener_arn, (HTTP_ARN, HTTP)),
        )
    ),
)
