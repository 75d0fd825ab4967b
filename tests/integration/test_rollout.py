"""An image goes out by rollout.yml, another fails, the first one stays in the next run; rollback.yml goes back."""

from __future__ import annotations

from typing import Any

from tests.support import account

CLUSTER, SERVICE = "streamflix-cluster-dev", "streamflix-api-dev"
# the emulator's tasks with this image end at once
FAILING_IMAGE = "emulator/fails:exit"
NEW_IMAGE = "public.ecr.aws/nginx/nginx:1.29.3"
ROLLOUT, ROLLBACK = "playbooks/rollout.yml", "playbooks/rollback.yml"


def running(aws: account.Client) -> dict[str, Any]:
    """Return the task definition that the service runs, with how many tasks run."""
    (service,) = aws("ecs").describe_services(cluster=CLUSTER, services=[SERVICE])["services"]
    definition = aws("ecs").describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    return {**definition, "runs": service["runningCount"]}


def serves(aws: account.Client) -> tuple[str, int]:
    """Return the image that the service's running tasks have, and how many run."""
    found = running(aws)
    return found["containerDefinitions"][0]["image"], found["runs"]


def test_an_image_goes_out_and_back(aws: account.Client, play: Any, written: Any) -> None:
    first = serves(aws)
    asked = play(ROLLOUT)
    assert "image is not set" in asked.output
    before = running(aws)["revision"]
    preview = play(ROLLOUT, "--check", "--diff", image=NEW_IMAGE)
    assert (preview.code, written(preview), serves(aws)) == (0, [], first), preview.output

    out = play(ROLLOUT, image=NEW_IMAGE)
    assert out.code == 0, out.output
    assert out.changes == preview.changes
    # and where others have rolled out on this stack before, the oldest of five revisions goes
    assert written(out)[:2] == ["ecs.RegisterTaskDefinition", "ecs.UpdateService"]
    assert written(out)[2:] in ([], ["ecs.DeregisterTaskDefinition"])
    assert serves(aws) == (NEW_IMAGE, first[1])

    failed = play(ROLLOUT, image=FAILING_IMAGE)
    message = " ".join(failed.failures[0]["message"].split())
    assert failed.code != 0
    for words in ("exit code 1", "Rolled back by Amazon ECS", "run: ansible-playbook playbooks/rollout.yml -i "):
        assert words in message
    assert serves(aws) == (NEW_IMAGE, first[1])
    again = play(ROLLOUT, image=NEW_IMAGE)
    assert (again.code, again.changed, written(again)) == (0, 0, []), again.output

    # the inventory has another image
    deployed = play("site.yml", "--tags", "ecs_service")
    assert (deployed.code, deployed.changed) == (0, 0), deployed.output
    assert f"keeps the image {NEW_IMAGE}" in " ".join(deployed.output.split())

    # the one that failed has been rolled back already
    for revision, changed, left in (("previous", 0, (NEW_IMAGE, first[1])), (str(before), 1, first)):
        back = play(ROLLBACK, revision=revision)
        assert (back.code, back.changed) == (0, changed), back.output
        assert serves(aws) == left


def muted(aws: account.Client) -> list[str]:
    """Return the alarms that are muted."""
    watch = aws("cloudwatch")
    try:
        rule = watch.get_alarm_mute_rule(AlarmMuteRuleName=f"{SERVICE}-rollout")
    except watch.exceptions.ResourceNotFoundException:
        return []
    return sorted(rule["MuteTargets"]["AlarmNames"])


def test_a_rollout_mutes_alarms_and_lets_them_tell_again(aws: account.Client, play: Any, written: Any) -> None:
    watched = {
        "ecs_service_alarms": [{"name": "running_tasks"}],
        "observability_alarms": [{"name": "stack"}],
        "ecs_service_muted_in_rollouts": ["running_tasks"],
    }
    preview = play(ROLLBACK, "--check", **watched, revision=str(running(aws)["revision"]))
    assert (preview.code, written(preview), muted(aws)) == (0, [], []), preview.output
    failed = play(ROLLOUT, image=FAILING_IMAGE, **watched)
    assert failed.code != 0
    done = written(failed)
    assert (done[0], done[-1]) == ("cloudwatch.PutAlarmMuteRule", "cloudwatch.DeleteAlarmMuteRule"), failed.output
    assert muted(aws) == []
    # one that was killed has left it, and it is known when it ends
    aws("cloudwatch").put_alarm_mute_rule(
        Name=f"{SERVICE}-rollout",
        Rule={"Schedule": {"Expression": "at(2020-01-01T00:00)", "Duration": "PT70M"}},
        MuteTargets={"AlarmNames": [f"{SERVICE}-running_tasks"]},
        Tags=[{"Key": "Environment", "Value": "dev"}, {"Key": "Application", "Value": "streamflix"}],
    )
    aws("cloudwatch").tag_resource(
        ResourceARN=f"arn:aws:cloudwatch:eu-west-1:123456789012:alarm-mute-rule:{SERVICE}-rollout",
        Tags=[{"Key": "ManagedBy", "Value": "streamflix.content_api"}],
    )
    back = play(ROLLBACK, revision=str(running(aws)["revision"]), **watched)
    assert back.code == 0, back.output
    assert muted(aws) == []
