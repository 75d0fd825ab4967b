#!/usr/bin/env bash
# amazon.aws and botocore do not agree on what "throttled" is.
#
# Modules of amazon.aws wrap their client, so that a call with aws_retry=True is sent again when AWS throttles it. Which
# error codes count is a list of amazon.aws's own. botocore has a longer one, and the services use the rest of it too: ECS,
# CloudWatch Logs and Secrets Manager say ThrottlingException, which is not retried. There only botocore's own few attempts
# remain, however many retries a module asks for.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check ansible-core==2.19.14 boto3==1.44.5 botocore==1.44.5
# the collection comes in the package ansible; 12.3.0 has amazon.aws 10.1.2
venv/bin/pip install --quiet --disable-pip-version-check --no-deps ansible==12.3.0

cat > try.py <<'PY'
import json
import pathlib

import ansible_collections
import botocore.session
from ansible_collections.amazon.aws.plugins.module_utils.retries import AWSRetry, RetryingBotoClientWrapper
from botocore.exceptions import ClientError
from botocore.retries.standard import ThrottledRetryableChecker
from botocore.stub import Stubber

manifest = pathlib.Path(list(ansible_collections.__path__)[0]) / "amazon" / "aws" / "MANIFEST.json"
print("amazon.aws", json.loads(manifest.read_text())["collection_info"]["version"], "botocore", botocore.__version__)


def succeeds(code):
    """Return whether a call that is throttled once with this code is sent again."""
    client = botocore.session.get_session().create_client(
        "ecs", "eu-west-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )
    wrapped = RetryingBotoClientWrapper(client, AWSRetry.jittered_backoff(retries=3, delay=0))
    with Stubber(client) as stubber:
        stubber.add_client_error("list_clusters", code)
        stubber.add_response("list_clusters", {"clusterArns": []})
        try:
            wrapped.list_clusters(aws_retry=True)
        except ClientError:
            return False
    return True


for code in sorted(ThrottledRetryableChecker._THROTTLED_ERROR_CODES):
    print(f"{code}: {'sent again' if succeeds(code) else 'the module fails'}")
PY
venv/bin/python try.py | tee seen

cat > expected <<'SEEN'
amazon.aws 10.1.2 botocore 1.44.5
BandwidthLimitExceeded: the module fails
EC2ThrottledException: the module fails
LimitExceededException: the module fails
PriorRequestNotComplete: the module fails
ProvisionedThroughputExceededException: the module fails
RequestLimitExceeded: sent again
RequestThrottled: the module fails
RequestThrottledException: the module fails
SlowDown: the module fails
ThrottledException: the module fails
Throttling: sent again
ThrottlingException: the module fails
TooManyRequestsException: sent again
TransactionInProgressException: the module fails
SEEN
diff expected seen
