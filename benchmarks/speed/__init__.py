"""How fast it is, against datasketch, rensa, `wc -w` and what one writes in an afternoon. Measured, never a test."""
