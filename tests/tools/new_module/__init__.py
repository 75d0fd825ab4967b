"""C(make module): a module for one more AWS resource, with its test, from botocore's model of the service."""
