"""Addresses of the web: how they are read, what of them is secret, and the proxy on the way to them."""
