"""EC2's quotas: Amazon VPC User Guide, "Amazon VPC quotas"; Amazon EC2 User Guide, "Elastic IP addresses"."""

from __future__ import annotations

from emulator.quotas import Quota

ADDRESSES = Quota("ec2", "L-0263D0A3", "EC2-VPC Elastic IPs", 5)
VPCS = Quota("vpc", "L-F678F1CE", "VPCs per Region", 5)
NAT_GATEWAYS_A_ZONE = Quota("vpc", "L-FE5A380F", "NAT gateways per Availability Zone", 5)
INTERFACES = Quota("vpc", "L-DF5E4CA3", "Network interfaces per Region", 5000)
RULES_A_GROUP = Quota("vpc", "L-0EA8095F", "Inbound or outbound rules per security group", 60)
QUOTAS = (ADDRESSES, VPCS, NAT_GATEWAYS_A_ZONE, INTERFACES, RULES_A_GROUP)
