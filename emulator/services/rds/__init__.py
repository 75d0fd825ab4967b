"""What the emulator knows of RDS: Aurora Serverless v2 as AWS gives it back, and what AWS refuses about it."""
