"""What the emulator knows of Application Auto Scaling."""
