"""What the emulator knows of the Resource Groups Tagging API."""
