"""The mistake in a reply."""


class ReplyError(Exception):
    """A reply could not be understood; `str(error)` is one sentence for the model that wrote it."""
