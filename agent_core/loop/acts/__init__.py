"""What a single act is: at what it is aimed, what it risks, and how it is called and kept."""
