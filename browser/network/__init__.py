"""What leaves and enters a session: the network policy, extra headers, the HAR file, downloads."""
