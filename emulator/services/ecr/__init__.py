"""What the emulator knows of ECR."""
