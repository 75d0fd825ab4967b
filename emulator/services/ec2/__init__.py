"""What the emulator knows of EC2: the network of a VPC as AWS describes and guards it."""
