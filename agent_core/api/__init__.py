"""The entry points of the library: tasks, fleets, sessions, profiles, workflows, webhooks."""
