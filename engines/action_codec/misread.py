"""The mistake in a reply."""


class Misread(Exception):
    """A reply could not be understood; `str(error)` is one sentence for the model that wrote it."""
