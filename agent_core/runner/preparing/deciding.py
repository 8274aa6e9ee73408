"""The engine of a run: the recording's, the caller's own, or the one that was chosen by name."""

from __future__ import annotations

from collections.abc import Callable

from agent_core.runner.preparing.prepared import Prepared
from engines.protocol import Engine, EngineOptions
from engines.registry import create_engine

MakeEngine = Callable[[EngineOptions], Engine]


def make_engine(prepared: Prepared, own: Engine | MakeEngine | None = None) -> Engine:
    """The engine that decides: the recording's, the caller's own, or the one that was chosen by name.

    Raises:
        UnknownEngine, EngineUnavailable: There is none; the message says what is missing.
    """
    if prepared.decider.replay is None:
        return _agent(prepared, own)
    # Most runs have no recording, and import nothing that plays one.
    from agent_core.replay.playing.making import replay_of

    return replay_of(
        prepared.decider.replay.script,
        prepared.decider.replay.values,
        make_agent=lambda: _agent(prepared, own),
        agent_reads_prose=own is not None or prepared.decider.options.model is not None,
        options=prepared.decider.options,
    )


def _agent(prepared: Prepared, own: Engine | MakeEngine | None) -> Engine:
    if own is None:
        return create_engine(prepared.decider.name, prepared.decider.options)
    return own if isinstance(own, Engine) else own(prepared.decider.options)
