"""Forms that describe a task: what starts a run, and what is kept as a workflow."""
