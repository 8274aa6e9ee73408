"""Repeating a script on the page as it is now, with what helps where it differs."""
