"""What the emulator knows of the RDS Data API."""
