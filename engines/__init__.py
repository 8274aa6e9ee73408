"""Deciders: what is seen goes in, a decision comes out. See `engines.base` for the contract."""
