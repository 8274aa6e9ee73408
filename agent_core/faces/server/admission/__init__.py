"""Who is let in, and what they may ask for: keys, rates, sizes, bodies, private hosts."""
