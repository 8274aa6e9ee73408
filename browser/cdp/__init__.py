"""What talks to Chromium by the DevTools protocol."""
