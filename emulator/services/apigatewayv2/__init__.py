"""What the emulator knows of API Gateway version 2, which has the VPC links of REST APIs."""
