"""What a task is (`request`) and what a run of it answers (`run`)."""
