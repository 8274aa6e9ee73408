"""What is recorded of a session: its video, its network traffic, Playwright's trace."""
