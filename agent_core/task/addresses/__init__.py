"""Addresses, hosts and proxies as callers write them."""
