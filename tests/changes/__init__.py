"""Changes of a deployed stack: each is made without a gap, or refused before anything is written."""
