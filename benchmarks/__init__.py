"""Measurements of Wirecheck against data that never enters the project: `accuracy` is a gate, `speed` is not."""
