"""The engine that needs no model: deterministic rules, and a reason wherever they do not reach."""

from engines.base import Engine, EngineOptions
from engines.embedded.engine import EmbeddedEngine


def create(options: EngineOptions) -> Engine:
    """Make an engine for one run."""
    return EmbeddedEngine(options)
