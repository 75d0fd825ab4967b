"""What the emulator knows of Key Management Service."""
