"""The pages of the server: runs, workflows, sessions and profiles, for people."""
