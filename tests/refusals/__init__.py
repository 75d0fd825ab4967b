"""What every variable with a limit does with a value beyond it: the run stops before anything is written."""
