"""Everything that touches Chromium; knows nothing of tasks, models or engines.

The vocabulary is in `browser.observation`, `browser.actions` and `browser.errors`; a browser is got
by `browser.launch`, looked at and used by `browser.session`. Nothing is imported here, and Playwright
only where a browser is really started.
"""
