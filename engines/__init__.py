"""Deciders: what is seen goes in, a decision comes out. See `engines.protocol` for the contract."""
