"""Where runs are kept: a folder each."""
