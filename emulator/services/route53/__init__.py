"""What the emulator knows of Route 53."""
