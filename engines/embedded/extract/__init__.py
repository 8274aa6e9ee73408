"""Extraction without a model: the records and labelled values of a page, put into a JSON Schema."""

from engines.embedded.extract.reader import Extraction, extract

__all__ = ["Extraction", "extract"]
