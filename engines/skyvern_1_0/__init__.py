"""`skyvern-1.0`: one goal, a general chat model, elements and pictures; several actions a turn."""

from __future__ import annotations

from engines.base import Engine, EngineOptions


def create(options: EngineOptions) -> Engine:
    """Make the engine over the model that the options name.

    Raises:
        EngineUnavailable: No model is configured; the message says what to set.
    """
    from engines.llm.model import open_model
    from engines.skyvern_1_0.engine import Skyvern

    return Skyvern(open_model(options.model), max_scrolls=options.max_scrolls)
