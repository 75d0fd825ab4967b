"""What the emulator knows of ECS: services that deploy, run tasks and register them with their target groups."""
