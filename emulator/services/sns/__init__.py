"""What the emulator knows of Simple Notification Service."""
