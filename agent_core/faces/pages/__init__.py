"""Pages for people: a run as one file that opens anywhere, and what of it other pages share."""
