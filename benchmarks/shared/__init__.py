"""The index in PostgreSQL: how much slower than an index directory a check is, and what a crowd of hosts does to it."""
