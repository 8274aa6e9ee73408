"""From a prompt to clauses, and from the words of a clause to what they describe."""
