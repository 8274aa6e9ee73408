"""An article on a page: its body, headline, author and date, from how it is laid out and what it states."""
