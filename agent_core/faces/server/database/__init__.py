"""What the server keeps: the tables, how they are reached, and how they came to be."""
