"""Our tabs of a browser that somebody else has started, and no others."""
