"""How long Certificate Manager takes, in AWS's seconds; see L(emulator.durations)."""

from __future__ import annotations

from emulator.durations import Duration

RECORD = Duration(5, "assumed: ACM User Guide, DescribeCertificate does not show the CNAME at once after the request")
VALIDATION = Duration(
    120,
    "assumed, as the service only says that it can take 30 minutes and more: ACM User Guide, DNS validation; users of "
    "terraform-provider-aws see it done within minutes once the record is there",
)
