"""One endpoint over HTTP: its address, its connections, its limits of time and size."""
