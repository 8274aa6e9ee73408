"""Records as a table: cells, their columns, and which column holds which property of the schema."""
