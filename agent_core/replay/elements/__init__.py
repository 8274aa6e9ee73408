"""Elements and texts of a page: what they were, and finding them again on a page that may have changed."""
