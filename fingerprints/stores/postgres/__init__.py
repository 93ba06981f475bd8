"""The shared index: a PostgreSQL database that several hosts read and write."""
