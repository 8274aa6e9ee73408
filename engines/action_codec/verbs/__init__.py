"""Every verb of a chat model, one entry each: its names, its arguments, and what it comes to."""
