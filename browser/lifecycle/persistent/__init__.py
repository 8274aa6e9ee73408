"""A browser that stays between runs: the host process that owns it, and the client that attaches to it."""
