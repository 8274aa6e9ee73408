"""What is done to the things an application lists: found by all of their words, acted on where they stand."""
