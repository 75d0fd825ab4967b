"""Refuses requests by their parameters alone: by AWS's service models, and by documented limits.

L(emulator.validation.shapes) walks through botocore's models, which have enums, patterns, lengths and ranges that
boto3 itself does not look at. L(emulator.validation.limits) has what the models lack and AWS's documents say.
"""
