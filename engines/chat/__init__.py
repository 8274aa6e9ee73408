"""`skyvern-1.0`: one goal, a general chat model, elements and pictures; several actions a turn."""

from __future__ import annotations

from engines.protocol import Engine, EngineOptions


def create(options: EngineOptions) -> Engine:
    """Make the engine over the model that the options name.

    Raises:
        EngineUnavailable: No model is configured; the message says what to set.
    """
    from engines.chat.engine import Skyvern
    from engines.models.model import open_model

    return Skyvern(open_model(options.model), max_scrolls=options.max_scrolls)
