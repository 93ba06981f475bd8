"""Many pages judged as one audit: what a page and a result are, and how one becomes the other. Engines run it."""
