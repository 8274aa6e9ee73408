"""What tests and benchmarks both need: pages, a server, a score, models with random weights."""
