"""A report for people and for programs: JSON, plain text, a page."""
