"""What is asked for: a task, a task in other words, and what newer versions of the published API have."""
