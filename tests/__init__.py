"""Tests of the collection and the tools that check it."""
