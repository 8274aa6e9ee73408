"""Runs and pages as tools of another agent, over the Model Context Protocol (extra `mcp`)."""
