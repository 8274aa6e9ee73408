"""What goes on for another agent: its runs, its pages, and answers that fit a context."""
