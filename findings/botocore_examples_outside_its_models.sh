#!/usr/bin/env bash
# botocore carries examples of requests and replies beside the models of the same operations, and they do not fit together.
#
# The examples of some operations show values that the model's own enumerations do not have. An internet gateway's
# attachment is "available" in the example, and in moto's replies, while the model knows attaching, attached, detaching and
# detached. Who validates replies against the models, or generates types from them, has to let such values through.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check botocore==1.44.5 boto3==1.44.5 'moto[ec2]==5.2.5'

cat > try.py <<'PY'
import os

import boto3
import botocore.session
import moto

os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing")


def strange(shape, value, path):
    """Yield what the enumerations of a shape do not have, as (path, value)."""
    if shape.type_name == "structure":
        for name in value.keys() & shape.members.keys():
            yield from strange(shape.members[name], value[name], f"{path}.{name}")
    elif shape.type_name == "list":
        for one in value:
            yield from strange(shape.member, one, f"{path}[]")
    elif shape.type_name == "string" and getattr(shape, "enum", None) and value not in shape.enum:
        yield path, value


session = botocore.session.get_session()
loader = session.get_component("data_loader")
print("botocore", botocore.__version__)
looked = 0
for service in loader.list_available_services("examples-1"):
    model = session.get_service_model(service)
    for operation, examples in loader.load_service_model(service, "examples-1")["examples"].items():
        shape = model.operation_model(operation).output_shape
        for example in examples if shape else []:
            looked += 1
            for path, value in strange(shape, example.get("output") or {}, operation):
                print(f"{service} {path}: {value}")
print(looked, "examples of replies looked at")

with moto.mock_aws():
    ec2 = boto3.client("ec2", "eu-west-1")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(VpcId=vpc, InternetGatewayId=gateway)
    found = ec2.describe_internet_gateways(InternetGatewayIds=[gateway])["InternetGateways"][0]
    print("moto", moto.__version__, "attachment:", found["Attachments"][0]["State"])
PY
venv/bin/python try.py | tee seen

cat > expected <<'SEEN'
botocore 1.44.5
devicefarm GetRun.run.type: BUILTIN_EXPLORER
devicefarm ListRuns.runs[].type: BUILTIN_EXPLORER
ec2 CreateNetworkInterface.NetworkInterface.Status: pending
ec2 DescribeInternetGateways.InternetGateways[].Attachments[].State: available
ec2 DescribeMovingAddresses.MovingAddressStatuses[].MoveStatus: MovingToVpc
1176 examples of replies looked at
moto 5.2.5 attachment: available
SEEN
diff expected seen
