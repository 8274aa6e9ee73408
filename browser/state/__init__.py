"""Storage state: what sites keep in a browser, captured, merged and restored."""
