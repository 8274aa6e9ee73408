"""The loop between an engine and a page, and what it is checked by."""
