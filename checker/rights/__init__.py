"""Whose a text says it is: notices of rights, credits and datelines, and the agencies that they name."""
