"""Where the values of an output come from: the pages that were seen, or what follows from them."""
