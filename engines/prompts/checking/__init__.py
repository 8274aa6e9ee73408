"""The completion check: what a model is asked with, to say whether the task is met."""
