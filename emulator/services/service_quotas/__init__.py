"""What the emulator knows of Service Quotas."""
