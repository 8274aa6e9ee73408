"""Pages with expected values for the extraction without a model, and the score of what is read from them."""
