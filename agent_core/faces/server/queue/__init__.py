"""The durable queue of runs, and the workers that take from it."""
