"""The engine that needs no model: deterministic rules, and a reason wherever they do not reach."""

from engines.protocol import Engine, EngineOptions
from engines.rules.engine import EmbeddedEngine
from engines.rules.plan import Plan, read_plan


def create(options: EngineOptions) -> Engine:
    """Make an engine for one run."""
    return EmbeddedEngine(options)


def reader(wish: str) -> Engine:
    """Make an engine that acts on no page, and reads what `wish` asks for into the goal's schema."""
    return EmbeddedEngine(EngineOptions(), Plan((), wish=wish))


def carrying_out(part: str) -> Engine:
    """Make an engine that does what one part of a prompt says."""
    return EmbeddedEngine(EngineOptions(), read_plan(part))


def wish_of(prompt: str) -> str:
    """The words of a prompt that ask for its output; the whole prompt where they are not to be told apart."""
    return read_plan(prompt, extracting=True).wish or prompt
