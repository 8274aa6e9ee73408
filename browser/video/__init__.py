"""The video of a session."""
