"""Candidates to matches, matches to findings, findings to a report. No database, no clock, no web."""
