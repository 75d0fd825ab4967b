"""What the emulator knows of Certificate Manager."""
