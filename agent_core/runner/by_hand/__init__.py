"""The page of a run in a person's hands."""
