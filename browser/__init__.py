"""Everything that touches Chromium; knows nothing of tasks, models or engines.

The package root re-exports the vocabulary only, so that importing it does not import Playwright.
"""
