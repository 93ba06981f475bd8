"""Evidence that stands by itself: a sealed package of one case, and the report of it on paper."""
