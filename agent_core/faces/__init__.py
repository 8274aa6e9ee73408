"""Ways to use agent-core: thin skins over what the package exports."""
