"""What the emulator knows of IAM."""
