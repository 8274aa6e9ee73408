"""The records of a page that are a list, which of them are meant, and where it goes on."""
