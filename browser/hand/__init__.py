"""A person at the page: what they do by hand, and what they see of it while it goes on."""
