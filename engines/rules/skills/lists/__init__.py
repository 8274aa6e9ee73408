"""What pages list: results, their order, the cheapest of them, a fact beside a label."""
