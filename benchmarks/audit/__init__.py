"""Audits measured: pages built from the evaluation data, what is found in them, at what rate and in what memory."""
