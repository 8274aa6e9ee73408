"""The vocabulary below everything else. It imports the standard library only."""
