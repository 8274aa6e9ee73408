"""Services around a run: one-time codes and webhooks."""
