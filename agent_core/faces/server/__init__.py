"""The task API over HTTP: the app, its keys and limits, a durable queue and its workers."""
