"""Talking to language models: one protocol, two official SDKs behind it, and what servers get wrong."""
