"""The vocabulary of pages: plain data and what can be worked out from it. Standard library only."""
