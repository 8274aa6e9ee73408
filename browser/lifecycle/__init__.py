"""Which Chromium is used, and how it is started, attached to, and ended."""
