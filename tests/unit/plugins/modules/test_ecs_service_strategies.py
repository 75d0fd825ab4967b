"""Services that shift traffic: blue/green, linear, canary, with hooks and rollbacks. Read with plain boto3."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs import rules

from tests.support.changes import listed

CLUSTER, NAME = "streamflix-cluster-dev", "streamflix-api-dev"
FIRST, SECOND = "public.ecr.aws/nginx/nginx:1.29.0", "public.ecr.aws/nginx/nginx:1.29.1"
FAILING = "emulator/fails:health-check"
BLUE_GREEN = {"strategy": "BLUE_GREEN", "bake_time_in_minutes": 5}
PAUSE = {"target_type": "PAUSE", "lifecycle_stages": ["POST_TEST_TRAFFIC_SHIFT"]}
TRUST = '{"Version": "2012-10-17", "Statement": []}'


class World:
    """A load balancer with two target groups and two rules, a cluster, and shortcuts."""

    def __init__(self, aws: Any, run_module: Any) -> None:
        self.ecs, self.elbv2 = aws("ecs"), aws("elbv2")
        self.run = run_module
        ec2 = aws("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
            for number, zone in enumerate(("eu-west-1a", "eu-west-1b"))
        ]
        groups = [
            self.elbv2.create_target_group(Name=name, Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip")
            for name in ("blue", "green")
        ]
        self.blue, self.green = (made["TargetGroups"][0]["TargetGroupArn"] for made in groups)
        balancer = self.elbv2.create_load_balancer(Name="alb", Subnets=self.subnets)["LoadBalancers"][0]
        listener = self.elbv2.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"],
            Protocol="HTTP",
            Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": self.blue}],
        )["Listeners"][0]
        self.production, self.test = (
            self.elbv2.create_rule(
                ListenerArn=listener["ListenerArn"],
                Priority=priority,
                Conditions=[{"Field": "path-pattern", "Values": [path]}],
                Actions=[{"Type": "forward", "ForwardConfig": {"TargetGroups": self.shares(1, 0)}}],
            )["Rules"][0]["RuleArn"]
            for priority, path in ((100, "/*"), (10, "/test/*"))
        )
        role = aws("iam").create_role(RoleName="infrastructure", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
        self.advanced = {
            "alternate_target_group_arn": self.green,
            "production_listener_rule": self.production,
            "test_listener_rule": self.test,
            "role_arn": role,
        }
        self.ecs.create_cluster(clusterName=CLUSTER)

    def shares(self, blue: int, green: int) -> list[dict[str, Any]]:
        """Return the target groups with their weights as AWS takes them."""
        return [{"TargetGroupArn": self.blue, "Weight": blue}, {"TargetGroupArn": self.green, "Weight": green}]

    def register(self, image: str) -> str:
        """Register a revision and return family:revision."""
        container = {"name": "ApiContainer", "image": image, "portMappings": [{"containerPort": 80}]}
        made = self.ecs.register_task_definition(
            family=NAME,
            cpu="256",
            memory="512",
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            containerDefinitions=[container],
        )
        return made["taskDefinition"]["taskDefinitionArn"].rpartition("/")[2]

    def deploy(self, revision: str, check: bool = False, advanced: bool = True, **deployment: Any) -> dict[str, Any]:
        """Run the module of the service."""
        balancer = {"target_group_arn": self.blue, "container_name": "ApiContainer", "container_port": 80}
        return self.run(
            "ecs_service",
            check=check,
            cluster=CLUSTER,
            name=NAME,
            task_definition=revision,
            desired_count=2,
            subnets=self.subnets,
            load_balancers=[{**balancer, **({"advanced_configuration": self.advanced} if advanced else {})}],
            deployment={"circuit_breaker": {"enable": True, "rollback": True}, **deployment},
            tags={"Environment": "dev"},
            wait_timeout=3600,
        )

    def roll(self, **options: Any) -> dict[str, Any]:
        """Run the module that rolls out and back."""
        return self.run("ecs_rollout", cluster=CLUSTER, name=NAME, **options)

    @property
    def runs(self) -> str:
        """What the service runs: family:revision."""
        (service,) = self.ecs.describe_services(cluster=CLUSTER, services=[NAME])["services"]
        assert service["runningCount"] == 2
        return service["taskDefinition"].rpartition("/")[2]

    def weights(self, rule: str) -> tuple[int, int]:
        """Return the weights of both target groups in a rule."""
        (found,) = self.elbv2.describe_rules(RuleArns=[rule])["Rules"]
        groups = found["Actions"][0]["ForwardConfig"]["TargetGroups"]
        weights = {group["TargetGroupArn"]: group["Weight"] for group in groups}
        return weights[self.blue], weights[self.green]

    def healthy(self) -> tuple[int, int]:
        """Return how many targets of both target groups are healthy."""
        counts = []
        for arn in (self.blue, self.green):
            found = self.elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
            counts.append(len([one for one in found if one["TargetHealth"]["State"] == "healthy"]))
        return counts[0], counts[1]


@pytest.fixture
def world(aws: Any, run_module: Any) -> World:
    return World(aws, run_module)


def test_each_deployment_goes_into_the_other_target_group(world: World) -> None:
    first = world.register(FIRST)
    preview = world.deploy(first, check=True, **BLUE_GREEN)
    done = world.deploy(first, **BLUE_GREEN)
    assert done["service"]["deployment"] == preview["service"]["deployment"]
    (service,) = world.ecs.describe_services(cluster=CLUSTER, services=[NAME])["services"]
    assert service["deploymentConfiguration"]["strategy"] == "BLUE_GREEN"
    assert service["deploymentConfiguration"]["bakeTimeInMinutes"] == 5
    more = service["loadBalancers"][0]["advancedConfiguration"]
    assert (more["alternateTargetGroupArn"], more["productionListenerRule"]) == (world.green, world.production)
    assert (world.healthy(), world.weights(world.production)) == ((2, 0), (100, 0))
    for image, healthy, weights in ((SECOND, (0, 2), (0, 100)), (FIRST, (2, 0), (100, 0))):
        revision = world.register(image)
        assert world.deploy(revision, **BLUE_GREEN)["changed"]
        assert (world.runs, world.healthy()) == (revision, healthy)
        assert world.weights(world.production) == world.weights(world.test) == weights
        # what ECS has moved is no difference
        assert not world.deploy(revision, **BLUE_GREEN)["changed"]


@pytest.mark.parametrize(
    "strategy",
    [
        {"strategy": "LINEAR", "linear": {"step_percent": 25.0, "step_bake_time_in_minutes": 2}},
        {"strategy": "CANARY", "canary": {"canary_percent": 12.5, "canary_bake_time_in_minutes": 2}},
    ],
)
def test_a_deployed_service_changes_its_strategy(world: World, strategy: dict[str, Any]) -> None:
    first, second = world.register(FIRST), world.register(SECOND)
    world.deploy(first, advanced=False)
    assert world.deploy(first, **strategy)["changed"]
    assert (world.healthy(), world.weights(world.production)) == ((0, 2), (0, 100))
    assert not world.deploy(first, **strategy)["changed"]
    assert world.deploy(second, **strategy)["changed"]
    assert (world.runs, world.healthy(), world.weights(world.production)) == (second, (2, 0), (100, 0))
    # and back, as its tasks are in the first target group
    assert world.deploy(second, strategy="ROLLING", bake_time_in_minutes=0, advanced=False)["changed"]
    assert (world.healthy(), world.weights(world.production)) == ((2, 0), (100, 0))


def test_tasks_in_the_second_target_group_are_not_left_without_requests(world: World) -> None:
    first = world.register(FIRST)
    world.deploy(first, **BLUE_GREEN)
    world.roll(image=SECOND)
    refused = world.deploy(f"{NAME}:2", strategy="ROLLING", advanced=False)
    assert "can't become ROLLING now: requests go to its second target group" in refused["msg"]
    assert (world.runs, world.healthy(), world.weights(world.production)) == (f"{NAME}:2", (0, 2), (0, 100))
    # nor a part of the requests, in the middle of a shift
    shares = {"TargetGroups": world.shares(90, 10)}
    world.elbv2.modify_rule(RuleArn=world.production, Actions=[{"Type": "forward", "ForwardConfig": shares}])
    assert "can't become ROLLING now" in world.deploy(f"{NAME}:2", strategy="ROLLING", advanced=False)["msg"]


def test_what_fails_is_rolled_back_and_traffic_stays(world: World) -> None:
    first = world.register(FIRST)
    world.deploy(first, **BLUE_GREEN)
    failed = world.deploy(world.register(FAILING), **BLUE_GREEN)
    assert "circuit breaker threshold was exceeded" in failed["msg"]
    assert (world.runs, world.healthy(), world.weights(world.production)) == (first, (2, 0), (100, 0))
    failed = world.roll(image="emulator/fails:pull", wait_timeout=20)
    for words in ("CannotPullContainerError", "Rolled back by Amazon ECS", f"the service runs {first} again"):
        assert words in failed["msg"]
    assert world.roll(image=SECOND)["changed"]
    assert (world.healthy(), world.weights(world.production)) == ((0, 2), (0, 100))
    assert world.roll(revision="previous")["changed"]
    assert (world.runs, world.healthy(), world.weights(world.production)) == (first, (2, 0), (100, 0))


def test_an_alarm_or_a_hook_that_fails_rolls_back(world: World, aws: Any) -> None:
    first = world.register(FIRST)
    cloudwatch = aws("cloudwatch")
    alarm = {"AlarmName": "errors", "MetricName": "Errors", "Namespace": "Api", "Period": 60, "Statistic": "Sum"}
    cloudwatch.put_metric_alarm(**alarm, EvaluationPeriods=1, Threshold=1.0, ComparisonOperator="GreaterThanThreshold")
    world.deploy(first, **BLUE_GREEN, alarms={"names": ["errors"]})
    cloudwatch.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="test")
    assert "alarm errors is in the state ALARM" in world.roll(image=SECOND, wait_timeout=20)["msg"]
    cloudwatch.set_alarm_state(AlarmName="errors", StateValue="OK", StateReason="test")
    hook = {
        "hook_target_arn": "arn:aws:lambda:eu-west-1:123456789012:function:fails",
        "role_arn": world.advanced["role_arn"],
        "lifecycle_stages": ["POST_TEST_TRAFFIC_SHIFT"],
    }
    world.deploy(first, **BLUE_GREEN, lifecycle_hooks=[hook])
    assert "at POST_TEST_TRAFFIC_SHIFT: FAILED" in world.roll(image=SECOND, wait_timeout=20)["msg"]
    assert (world.runs, world.weights(world.production)) == (first, (100, 0))


def test_a_paused_deployment_goes_on_when_it_is_told_to(world: World) -> None:
    first = world.register(FIRST)
    world.deploy(first, **BLUE_GREEN, lifecycle_hooks=[PAUSE])
    paused = world.roll(image=SECOND)
    assert "The deployment waits at POST_TEST_TRAFFIC_SHIFT" in paused["msg"]
    assert "-e go_on=true" in paused["msg"]
    # tests reach the new tasks, users the old ones
    assert (world.healthy(), world.weights(world.test), world.weights(world.production)) == ((2, 2), (0, 100), (100, 0))
    assert "The deployment waits" in world.roll(image=SECOND)["msg"]
    preview = world.roll(image=SECOND, continue_paused=True, check=True)
    done = world.roll(image=SECOND, continue_paused=True)
    assert preview["actions"] == done["actions"] == [f"continue_service_deployment {NAME}"]
    assert (world.runs, world.weights(world.production)) == (f"{NAME}:2", (0, 100))
    assert not world.roll(image=SECOND, continue_paused=True)["changed"]
    # the next one is rolled back while it waits
    assert "The deployment waits" in world.roll(image=FIRST)["msg"]
    back = world.roll(revision="previous")
    assert back["actions"] == [f"stop_service_deployment {NAME}"]
    assert (world.runs, world.weights(world.production), world.healthy()) == (f"{NAME}:2", (0, 100), (0, 2))


def test_a_deployment_takes_the_place_of_one_that_a_hook_has_paused(world: World) -> None:
    first = world.register(FIRST)
    world.deploy(first, **BLUE_GREEN, lifecycle_hooks=[PAUSE])
    assert "The deployment waits" in world.roll(image=SECOND)["msg"]
    assert (world.healthy(), world.weights(world.test)) == ((2, 2), (0, 100))
    # a change of the configuration, as site.yml makes it
    revision = world.register("public.ecr.aws/nginx/nginx:1.29.2")
    for check in (True, False):
        done = world.deploy(revision, check=check, **BLUE_GREEN, lifecycle_hooks=[])
        assert [text for text in done["warnings"] if f"A deployment of {NAME}:2 to ECS service" in text]
    assert (world.runs, world.healthy()) == (revision, (0, 2))
    assert world.weights(world.production) == world.weights(world.test) == (0, 100)
    # so does a rollout, and one that fails then goes back to what completed last
    world.deploy(revision, **BLUE_GREEN, lifecycle_hooks=[PAUSE])
    assert "The deployment waits" in world.roll(image=SECOND)["msg"]
    failed = world.roll(image="emulator/fails:pull", wait_timeout=20)
    assert f"the service runs {revision} again" in failed["msg"]
    assert (world.runs, world.healthy(), world.weights(world.production)) == (revision, (0, 2), (0, 100))


def test_a_new_listener_leads_where_the_tasks_are(world: World) -> None:
    first = world.register(FIRST)
    world.deploy(first, **BLUE_GREEN)
    world.roll(image=SECOND)
    balancer = world.elbv2.describe_load_balancers(Names=["alb"])["LoadBalancers"][0]["LoadBalancerArn"]
    listener = world.elbv2.create_listener(
        LoadBalancerArn=balancer,
        Protocol="HTTP",
        Port=8080,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": world.blue}],
    )["Listeners"][0]["ListenerArn"]
    groups = [{"arn": world.blue, "weight": 100}, {"arn": world.green, "weight": 0}]
    rule = {"name": "production", "priority": 1, "path_pattern": ["/*"], "target_groups": groups, "keep_weights": True}
    rules = {"listener_arn": listener, "rules": [rule]}
    preview = world.run("elbv2_listener_rules", check=True, **rules)
    made = world.run("elbv2_listener_rules", **rules)
    assert made["changes"] == preview["changes"]
    # before the service knows of it, as the API does already
    assert world.weights(made["rules"][0]["arn"]) == (0, 100)
    old, world.advanced["production_listener_rule"] = world.production, made["rules"][0]["arn"]
    done = world.deploy(f"{NAME}:2", **BLUE_GREEN)
    assert done["changed"]
    assert (world.healthy(), world.weights(made["rules"][0]["arn"])) == ((2, 0), (100, 0))
    assert world.weights(old) == (0, 100)
    assert not world.run("elbv2_listener_rules", **rules)["changed"]
    assert not world.deploy(f"{NAME}:2", **BLUE_GREEN)["changed"]


def test_settings_of_deployments_are_compared(world: World) -> None:
    first = world.register(FIRST)
    world.deploy(first, **BLUE_GREEN, lifecycle_hooks=[PAUSE])
    changed = world.deploy(first, strategy="BLUE_GREEN", bake_time_in_minutes=10, lifecycle_hooks=[])
    fields = listed(changed)[0][3]
    assert fields["deployment.bake_time_in_minutes"] == (5, 10)
    assert fields["deployment.lifecycle_hooks"] == ([{**PAUSE}], [])
    hook = {
        "target_type": "AWS_LAMBDA",
        "hook_target_arn": "arn:aws:lambda:eu-west-1:123456789012:function:check",
        "role_arn": world.advanced["role_arn"],
        "lifecycle_stages": ["POST_SCALE_UP"],
        "hook_details": {"path": "/health"},
        "timeout": {"timeout_in_minutes": 5, "action": "CONTINUE"},
    }
    threshold = {"type": "COUNT", "value": 5}
    breaker = {"enable": True, "rollback": True, "reset_on_healthy_task": False, "threshold": threshold}
    assert world.deploy(first, **BLUE_GREEN, circuit_breaker=breaker, lifecycle_hooks=[hook])["changed"]
    (service,) = world.ecs.describe_services(cluster=CLUSTER, services=[NAME])["services"]
    configuration = service["deploymentConfiguration"]
    found = configuration["deploymentCircuitBreaker"]
    assert (found["thresholdConfiguration"], found["resetOnHealthyTask"]) == (threshold, False)
    (found,) = configuration["lifecycleHooks"]
    assert found["hookTargetArn"] == hook["hook_target_arn"]
    assert found["timeoutConfiguration"] == {"timeoutInMinutes": 5, "action": "CONTINUE"}
    assert found["hookDetails"] == {"path": "/health"}
    assert not world.deploy(first, **BLUE_GREEN, lifecycle_hooks=[hook])["changed"]


def test_a_rolling_deployment_may_be_complete_early(world: World) -> None:
    first = world.register(FIRST)
    early = {"healthy_percent": 100, "source_service_revision_cleanup": "DEFERRED"}
    assert world.deploy(first, strategy="ROLLING", early_success=early, advanced=False)["changed"]
    (service,) = world.ecs.describe_services(cluster=CLUSTER, services=[NAME])["services"]
    found = service["deploymentConfiguration"]["earlySuccessCriteria"]
    assert found == {"enable": True, "healthyPercent": 100, "sourceServiceRevisionCleanup": "DEFERRED"}
    assert not world.deploy(first, strategy="ROLLING", early_success=early, advanced=False)["changed"]
    # it does not go with another strategy
    assert world.deploy(first, **BLUE_GREEN)["changed"]
    (service,) = world.ecs.describe_services(cluster=CLUSTER, services=[NAME])["services"]
    assert "earlySuccessCriteria" not in service["deploymentConfiguration"]


def test_what_does_not_go_together_is_refused(world: World) -> None:
    first = world.register(FIRST)
    cases: list[tuple[dict[str, Any], str]] = [
        ({"strategy": "BLUE_GREEN"}, "BLUE_GREEN needs a bake time"),
        ({"strategy": "CANARY", "linear": {}}, "deployment.linear does not go with deployment.strategy CANARY"),
        ({"strategy": "LINEAR", "linear": {"step_percent": 1.0}}, "step_percent 1.0"),
        ({"strategy": "CANARY", "advanced": False}, "shifts requests between two target groups"),
        ({**BLUE_GREEN, "early_success": {}}, "early_success goes with ROLLING only"),
        ({"strategy": "ROLLING", "early_success": {}}, "lacks healthy_percent, source_service_revision_cleanup"),
        ({**BLUE_GREEN, "lifecycle_hooks": [{"lifecycle_stages": ["LATER"]}]}, "lifecycle_stages has LATER"),
        (
            {**BLUE_GREEN, "lifecycle_hooks": [{"lifecycle_stages": ["PRE_SCALE_UP"]}]},
            "needs hook_target_arn, role_arn",
        ),
        (
            {**BLUE_GREEN, "lifecycle_hooks": [{**PAUSE, "lifecycle_stages": ["PRODUCTION_TRAFFIC_SHIFT"]}]},
            "A hook of the type PAUSE has no place at PRODUCTION_TRAFFIC_SHIFT",
        ),
        ({"strategy": "BLUE_GREEN", "bake_time_in_minutes": 60}, "longer than its bake times of 3600 s"),
    ]
    for deployment, words in cases:
        assert words in world.deploy(first, **deployment)["msg"], deployment
    assert world.ecs.list_services(cluster=CLUSTER)["serviceArns"] == []


def test_how_long_a_deployment_bakes() -> None:
    assert rules.baking_seconds({}) == 0
    assert rules.baking_seconds({"strategy": "CANARY", "bake_time_in_minutes": 1}) == 660
    linear = {"strategy": "LINEAR", "linear": {"step_percent": 30.0, "step_bake_time_in_minutes": 2}}
    assert rules.baking_seconds(linear) == 360
