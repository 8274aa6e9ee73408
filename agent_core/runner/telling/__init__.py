"""What is told of a run: to who watches it, in its result, to its webhook, as spans."""
