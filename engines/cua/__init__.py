"""Computer-use engines, which work on screenshots and with a pointer: one folder for each protocol."""
