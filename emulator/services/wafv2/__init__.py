"""What the emulator knows of AWS WAF."""
