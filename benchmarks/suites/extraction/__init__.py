"""Articles and products of saved pages, read without a model and scored as others score them."""
