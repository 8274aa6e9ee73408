"""A page before any schema is thought of: what pieces of it are called, header cells, repeated records."""
