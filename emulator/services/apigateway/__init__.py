"""What the emulator knows of API Gateway's REST APIs: what AWS refuses, what it gives back, and what moto lacks."""
