"""What callers have here: the files of their runs, files and logins that they gave, and codes in messages."""
