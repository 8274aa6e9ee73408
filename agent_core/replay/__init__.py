"""A run as a plain file that can be done again without a model: recorded, replayed, mended, exported."""
