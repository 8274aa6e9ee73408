"""Talking to language models: one HTTP client, two protocols over it, and what servers get wrong."""
