"""Proof that a preview finds and names every drift, and that the next run repairs exactly it."""
