"""The command line: commands, exit codes, and what the terminal shows."""
