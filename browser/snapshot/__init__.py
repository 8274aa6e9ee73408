"""What is seen of a page."""
