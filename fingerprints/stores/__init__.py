"""Where fingerprints are kept. `open_index` is the one place that chooses a store."""
