"""Mutation testing: small faults put into the collection's code, which the unit tests have to find."""
