"""The commands of `agent-core` beside `run`, a module each."""
