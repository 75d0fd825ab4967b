"""Checks that are more than one command."""
