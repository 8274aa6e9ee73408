"""Everything that touches Chromium; knows nothing of tasks, models or engines.

The vocabulary is in `browser.model`. A browser is started by `browser.lifecycle.launch`; `browser.session`
looks at its pages and acts on them. Nothing is imported here, and Playwright only where a browser starts.
"""
