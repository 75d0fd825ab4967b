#!/usr/bin/env bash
# moto and botocore's partitions: some of moto's ARNs belong to the partition aws in every region.
#
# botocore knows that cn-north-1 is aws-cn and us-gov-west-1 aws-us-gov, and most of moto's ARNs say so. Those of subnets and of
# ElastiCache say aws everywhere, and those of IAM in GovCloud. So a policy that a program builds for GovCloud from the
# partition of its region never matches in a test. In a region that moto does not know, such as eusc-de-east-1, a subnet
# without a zone is an IndexError.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check botocore==1.44.5 boto3==1.44.5 'moto[ec2,iam,ecs,elasticache]==5.2.5'

cat > try.py <<'PY'
import json
import os

import boto3
import moto

os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing")
print("boto3", boto3.__version__, "moto", moto.__version__)


def subnet(region):
    """Return the ARN of a new subnet."""
    ec2 = boto3.client("ec2", region)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    return ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetArn"]


def cache(region):
    """Return the ARN of a new replication group."""
    group = {"ReplicationGroupId": "g", "ReplicationGroupDescription": "g", "CacheNodeType": "cache.t4g.micro"}
    return boto3.client("elasticache", region).create_replication_group(**group)["ReplicationGroup"]["ARN"]


def role(region):
    """Return the ARN of a new role."""
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    return boto3.client("iam", region).create_role(RoleName="r", AssumeRolePolicyDocument=trust)["Role"]["Arn"]


def cluster(region):
    """Return the ARN of a new ECS cluster."""
    return boto3.client("ecs", region).create_cluster(clusterName="c")["cluster"]["clusterArn"]


for region in ("cn-north-1", "us-gov-west-1", "eusc-de-east-1"):
    print(region, "is in", boto3.Session().get_partition_for_region(region))
    for make in (cluster, role, cache, subnet):
        with moto.mock_aws():
            try:
                print(f"  {make.__name__}: {make(region).split(':')[1]}")
            except IndexError as error:
                print(f"  {make.__name__}: {type(error).__name__}")
PY
venv/bin/python try.py | tee seen

cat > expected <<'SEEN'
boto3 1.44.5 moto 5.2.5
cn-north-1 is in aws-cn
  cluster: aws-cn
  role: aws-cn
  cache: aws
  subnet: aws
us-gov-west-1 is in aws-us-gov
  cluster: aws-us-gov
  role: aws
  cache: aws
  subnet: aws
eusc-de-east-1 is in aws-eusc
  cluster: aws-eusc
  role: aws-eusc
  cache: aws
  subnet: IndexError
SEEN
diff expected seen
