"""Doing things to a page: one module per kind of act."""
