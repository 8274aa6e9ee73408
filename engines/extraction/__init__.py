"""Extraction without a model: the records and labelled values of a page, put into a JSON Schema."""

from engines.extraction.lists.going_on import reading_on, with_rows
from engines.extraction.reader import Extraction, extract, prepare

__all__ = ["Extraction", "extract", "prepare", "reading_on", "with_rows"]
