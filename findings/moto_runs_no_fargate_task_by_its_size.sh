#!/usr/bin/env bash
# moto and the usual task of Fargate: its definition can be registered, but run_task raises TypeError, or KeyError.
#
# On Fargate cpu and memory belong to the task, and a container may have neither. moto adds up the containers' memory
# before it looks at the launch type, and stumbles over the one that has none. Without security groups, where the real
# service takes the VPC's default group, it stumbles too. So a test of run_task (a migration, a job) needs a memory for each
# container and a group in each request, which botocore's model of the service calls optional.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check botocore==1.44.5 boto3==1.44.5 'moto[ecs,ec2]==5.2.5'

cat > try.py <<'PY'
import os

import boto3
import moto

os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing")
print("boto3", boto3.__version__, "moto", moto.__version__)
with moto.mock_aws():
    ecs = boto3.client("ecs", "eu-west-1")
    ec2 = boto3.client("ec2", "eu-west-1")
    ecs.create_cluster(clusterName="c")
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    group = ec2.create_security_group(GroupName="g", Description="g", VpcId=vpc)["GroupId"]
    sized = {"name": "a", "image": "i", "memory": 512}
    unsized = {"name": "a", "image": "i"}
    for container, groups in ((sized, [group]), (unsized, [group]), (sized, [])):
        definition = ecs.register_task_definition(
            family="f",
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="256",
            memory="512",
            containerDefinitions=[container],
        )["taskDefinition"]["taskDefinitionArn"]
        where = {"subnets": [subnet]} | ({"securityGroups": groups} if groups else {})
        try:
            done = ecs.run_task(
                cluster="c", taskDefinition=definition, launchType="FARGATE", networkConfiguration={"awsvpcConfiguration": where}
            )
            came = f"{len(done['tasks'])} task"
        except (TypeError, KeyError) as error:
            came = type(error).__name__
        print("memory of the container:", container.get("memory"), "- groups:", len(groups), "->", came)
PY
venv/bin/python try.py | tee seen

cat > expected <<'SEEN'
boto3 1.44.5 moto 5.2.5
memory of the container: 512 - groups: 1 -> 1 task
memory of the container: None - groups: 1 -> TypeError
memory of the container: 512 - groups: 0 -> KeyError
SEEN
diff expected seen
