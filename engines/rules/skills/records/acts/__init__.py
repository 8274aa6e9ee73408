"""Doing something to one record: the act in words, its control, what it asks, and what it leaves."""
