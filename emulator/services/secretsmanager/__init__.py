"""What the emulator knows of Secrets Manager."""
