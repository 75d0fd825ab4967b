"""What Prowler, a scanner of AWS accounts, says of the stack of inventories/prod: C(make scan)."""
