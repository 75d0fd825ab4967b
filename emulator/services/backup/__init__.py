"""What the emulator knows of AWS Backup."""
