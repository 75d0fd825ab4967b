"""What the emulator knows of CloudWatch."""
