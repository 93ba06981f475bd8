"""How much the service takes, and what it does when more comes than that."""
