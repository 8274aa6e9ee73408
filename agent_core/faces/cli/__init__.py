"""The command line `agent-core`, over what the library exports."""
