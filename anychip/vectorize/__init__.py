"""A group of threads as the lanes of one call: ``pipeline`` is the way in."""
