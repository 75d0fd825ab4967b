"""What somebody may change of a deployed stack: made without a gap, or refused before anything is written."""
