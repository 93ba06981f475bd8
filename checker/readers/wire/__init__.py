"""Readers for what agencies send: news XML, JSON, telex, feeds."""
