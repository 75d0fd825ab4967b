"""What the tests share that run playbooks and read an account back."""
