"""How long the playbooks take, and what they need."""
