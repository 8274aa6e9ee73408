"""What is measured about this project, how, and what came of it."""
