# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A load balancer as AWS shows it, for the modules that manage and read one."""

from __future__ import annotations

from functools import partial

from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2.rules import load_balancer_name
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Chosen, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import different, unknown
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import too_few

LOAD_BALANCER_GONE = frozenset({"LoadBalancerNotFound"})
TYPE = "application"

LOAD_BALANCER: Rows = {
    "arn": Field(read="LoadBalancerArn", assigned=True, always=True, shown_only=True),
    "name": Field(aws="Name", read="LoadBalancerName", required=True, always=True, rule=load_balancer_name),
    "dns_name": Field(read="DNSName", assigned=True, shown_only=True, unset="", new=CHOSEN),
    "canonical_hosted_zone_id": Field(
        read="CanonicalHostedZoneId", assigned=True, shown_only=True, unset="", new=CHOSEN
    ),
    "type": Field(aws="Type", made=lambda _options: TYPE, fixed=True),
    "scheme": Field(
        aws="Scheme", choices=("internet-facing", "internal"), fixed=True, exposes=True, new="internet-facing"
    ),
    "ip_address_type": Field(
        aws="IpAddressType", choices=("ipv4", "dualstack", "dualstack-without-public-ipv4"), new="ipv4"
    ),
    "status": Field(read="State.Code", assigned=True, always=True, shown_only=True),
    "status_reason": Field(read="State.Reason", assigned=True, shown_only=True, unset="", new=""),
    "vpc_id": Field(read="VpcId", assigned=True, shown_only=True, new=Chosen("vpc")),
    "subnets": Field(
        "list",
        "Subnets",
        read=lambda balancer: sorted(zone["SubnetId"] for zone in balancer.get("AvailabilityZones", [])),
        normal=different,
        rule=partial(too_few, fewest=2, advice="each in another availability zone"),
    ),
    "security_groups": Field(
        "list",
        "SecurityGroups",
        read=lambda balancer: sorted(balancer.get("SecurityGroups", [])),
        normal=different,
        exposes=True,
        new=[unknown("sg")],
        rule=partial(too_few, fewest=1, advice="or leave the option out"),
    ),
}
