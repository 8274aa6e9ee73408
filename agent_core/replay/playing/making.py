"""A replay, made of a recording, its values and the engine that takes over where the page has changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from agent_core.replay.format import Script
from agent_core.replay.playing.healing import Agent
from agent_core.replay.playing.player import Replay
from agent_core.replay.playing.recompute import MakeRules
from engines.protocol import Engine, EngineOptions
from engines.registry import create_engine, part_factory, spec_of


def replay_of(
    script: Script,
    values: Mapping[str, str],
    *,
    make_agent: Callable[[], Engine],
    agent_reads_prose: bool,
    options: EngineOptions,
) -> Replay:
    """Make the engine that does a recording again.

    Args:
        script: The recording.
        values: The values of its parameters.
        make_agent: Makes the engine that takes over where the recording no longer fits the page.
        agent_reads_prose: Whether that engine can pursue a goal in any words, as a model can.
        options: What an engine is made with.
    """
    agent = Agent(make=make_agent, reads_prose=agent_reads_prose)
    return Replay(script, values, agent, _rules(script, options))


def _rules(script: Script, options: EngineOptions) -> MakeRules | None:
    """Makes the rules that decided a recording; None where something else did."""
    make = part_factory(spec_of(script.engine))
    if make is None:
        return None
    return lambda part: make(part) if part else create_engine(script.engine, options)
