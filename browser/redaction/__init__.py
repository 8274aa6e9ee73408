"""Secrets: which values may be typed where, and their removal from every text."""
