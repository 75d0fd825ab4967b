"""What the emulator knows of Elastic Load Balancing version 2."""
