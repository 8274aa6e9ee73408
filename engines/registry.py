"""Which engines there are, and how one is made.

Everything particular to an engine stands in its `EngineSpec` below. Its module is named there as text and
imported only when asked for, so that a missing extra breaks one engine and not the import of all. Other
distributions add theirs with an entry point of the group `agent_core.engines`, e.g. in their pyproject.toml:

    [project.entry-points."agent_core.engines"]
    my-engine = "my_package.engine:create"
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any, cast

from engines.errors import EngineUnavailable, UnknownEngine
from engines.protocol import Engine, EngineOptions
from engines.spec import EngineSpec

GROUP = "agent_core.engines"
"""The entry point group in which other distributions name their engines."""

Factory = Callable[[EngineOptions], Engine]
PartFactory = Callable[[str], Engine]
"""Makes an engine that carries out one part of a prompt."""

WITHOUT_MODEL = "embedded"
"""The engine that decides by rules and needs no model."""

DEFAULT_ENGINE = "skyvern-2.0"
"""The engine of a task that names none."""

SERVED_BY = {"skyvern-3.0": "skyvern-1.0"}
"""Engine of the published API that is not here -> the one that works as it does and serves in its place."""

ELSEWHERE = {"yutori-navigator": "it is a service of its own"}
"""Engine of the published API that nothing here can serve -> why."""

OURS: dict[str, EngineSpec] = {
    spec.name: spec
    for spec in (
        EngineSpec(
            name="skyvern-1.0",
            factory="engines.chat:create",
            without_model=WITHOUT_MODEL,
        ),
        EngineSpec(
            name=DEFAULT_ENGINE,
            factory="engines.planner:create",
            run_type="task_v2",
            without_model=WITHOUT_MODEL,
        ),
        EngineSpec(
            name=WITHOUT_MODEL,
            factory="engines.rules:create",
            needs="nothing",
            part_factory="engines.rules:carrying_out",
        ),
        EngineSpec(
            name="openai-cua",
            factory="engines.cua.openai:create",
            run_type="openai_cua",
            needs="provider",
            provider="openai",
        ),
        EngineSpec(
            name="anthropic-cua",
            factory="engines.cua.anthropic:create",
            run_type="anthropic_cua",
            needs="provider",
            provider="anthropic",
        ),
        EngineSpec(
            name="ui-tars",
            factory="engines.cua.ui_tars:create",
            run_type="ui_tars",
            needs="checkpoint",
        ),
    )
}
"""The engines that come with this distribution, by their names."""


def engine_names() -> tuple[str, ...]:
    """The names that `create_engine` can make here: ours first, then those of other distributions."""
    return (*OURS, *sorted(name for name in _entry_points() if name not in OURS))


def spec_of(name: str) -> EngineSpec:
    """What is known of an engine of ours; of any other name, what holds for a chat model."""
    return OURS.get(name) or EngineSpec(name=name, factory=name)


def create_engine(name: str, options: EngineOptions) -> Engine:
    """Make the engine of this name.

    A name with a colon, `package.module:factory`, is taken as the way to a factory.

    Raises:
        UnknownEngine: There is none; the message lists those there are.
        EngineUnavailable: It is known, but something it needs is missing; the message says what.
    """
    return cast(Factory, _load(name, _factory(name)))(options)


def part_factory(spec: EngineSpec) -> PartFactory | None:
    """Makes engines that carry out one part of a prompt each; None: this engine does not read in parts."""
    return cast(PartFactory, _load(spec.name, spec.part_factory)) if spec.part_factory else None


def _factory(name: str) -> str:
    if name in OURS:
        return OURS[name].factory
    if point := _entry_points().get(name):
        return f"{point.module}:{point.attr}"
    if ":" in name:
        return name
    why = f" here: {ELSEWHERE[name]}" if name in ELSEWHERE else ""
    raise UnknownEngine(f"no engine {name!r}{why}; there are {', '.join(engine_names())}")


def _entry_points() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}


def _load(name: str, where: str) -> Any:
    """What `package.module:attribute` names."""
    module, _, attribute = where.partition(":")
    try:
        return reduce(getattr, attribute.split("."), import_module(module))
    except ModuleNotFoundError as error:
        why = f"engine {name!r} needs the Python module {error.name!r}: install it"
        raise EngineUnavailable(why) from error
    except ImportError as error:
        raise EngineUnavailable(f"engine {name!r} cannot be loaded: {error}") from error
    except AttributeError as error:
        raise EngineUnavailable(f"engine {name!r}: there is no {attribute!r} in {module}") from error
