"""Which engines there are, and how one is made.

An engine is named as the contract names it (`skyvern-1.0`); its module follows mechanically
(`engines.skyvern_1_0`). Modules are named here as strings and imported only when asked for, so that
a missing extra breaks one engine and not the import of all. Other distributions add theirs with an
entry point of the group `agent_core.engines`, e.g. in their pyproject.toml:

    [project.entry-points."agent_core.engines"]
    my-engine = "my_package.engine:create"
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any, cast

from engines.base import Engine, EngineOptions
from engines.errors import EngineUnavailable, UnknownEngine

GROUP = "agent_core.engines"
"""The entry point group in which other distributions name their engines."""

Factory = Callable[[EngineOptions], Engine]

OURS = {
    "skyvern-1.0": "engines.skyvern_1_0:create",
    "skyvern-2.0": "engines.skyvern_2_0:create",
    "embedded": "engines.embedded:create",
    "openai-cua": "engines.openai_cua:create",
    "anthropic-cua": "engines.anthropic_cua:create",
    "ui-tars": "engines.ui_tars:create",
}
"""Engine name -> `module:factory` of those that come with this distribution."""


def engine_names() -> tuple[str, ...]:
    """The names that `create_engine` can make here: ours first, then those of other distributions."""
    return (*OURS, *sorted(name for name in _others() if name not in OURS))


def create_engine(name: str, options: EngineOptions) -> Engine:
    """Make the engine of this name.

    A name with a colon, `package.module:factory`, is taken as the way to a factory.

    Raises:
        UnknownEngine: There is none; the message lists those there are.
        EngineUnavailable: It is known, but something it needs is missing; the message says what.
    """
    return _factory(name)(options)


def _factory(name: str) -> Factory:
    others = _others()
    if name in OURS:
        return _load(name, OURS[name])
    if name in others:
        return _load_entry_point(name, others[name])
    if ":" in name:
        return _load(name, name)
    raise UnknownEngine(f"no engine {name!r}; there are {', '.join(engine_names())}")


def _others() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}


def _load(name: str, where: str) -> Factory:
    module, _, attribute = where.partition(":")
    try:
        found: Any = getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        raise _cannot_be_loaded(name, error) from error
    except AttributeError as error:
        raise EngineUnavailable(f"engine {name!r}: there is no {attribute!r} in {module}") from error
    return cast(Factory, found)


def _load_entry_point(name: str, point: EntryPoint) -> Factory:
    try:
        return cast(Factory, point.load())
    except (ImportError, AttributeError) as error:
        raise _cannot_be_loaded(name, error) from error


def _cannot_be_loaded(name: str, error: Exception) -> EngineUnavailable:
    missing = getattr(error, "name", None)
    if isinstance(error, ModuleNotFoundError) and missing:
        return EngineUnavailable(f"engine {name!r} needs the Python module {missing!r}: install it")
    return EngineUnavailable(f"engine {name!r} cannot be loaded: {error}")
