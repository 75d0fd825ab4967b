"""Fargate's quota: AWS General Reference, "AWS Fargate endpoints and quotas"."""

from __future__ import annotations

from emulator.quotas import Quota

VCPUS = Quota("fargate", "L-3032A538", "Fargate On-Demand vCPU resource count", 6)
QUOTAS = (VCPUS,)
