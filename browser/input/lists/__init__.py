"""Long lists, read to their end while they are scrolled."""
