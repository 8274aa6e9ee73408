"""Named rules that shrink the elements of a page to a budget of tokens."""
