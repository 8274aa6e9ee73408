"""The heart: what was asked, how it went."""
