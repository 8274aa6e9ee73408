"""`skyvern-2.0`: a planner; smaller goals, pursued by `skyvern-1.0`, until a summary is the output."""

from __future__ import annotations

from engines.protocol import Engine, EngineOptions


def create(options: EngineOptions) -> Engine:
    """Make the engine over the model that the options name; the same model plans and acts.

    Raises:
        EngineUnavailable: No model is configured; the message says what to set.
    """
    from engines.models.model import open_model
    from engines.planner.engine import Planner

    return Planner(open_model(options.model), max_scrolls=options.max_scrolls)
