"""Decisions and results as they are kept in the record of a step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, assert_never

from agent_core.loop.acts.places import naming, rectangle_of
from agent_core.task.run import ActionRecord, Rectangle
from browser.model.actions import Point
from browser.model.observation import Observation
from browser.model.results import ActionResult
from engines.protocol import Act, AskUser, Decision, Finish, GiveUp, Look


def kind_of(decision: Decision) -> Any:
    """The decision's kind, as `StepRecord.decision` has it."""
    match decision:
        case Act():
            return "act"
        case Look():
            return "look"
        case AskUser():
            return "ask_user"
        case Finish():
            return "finish"
        case GiveUp():
            return "give_up"
        case never:
            assert_never(never)


def without_rows(result: ActionResult) -> ActionResult:
    """A result for those who only want to know what happened: rows may be many."""
    if result.collected is None:
        return result
    return replace(result, collected=replace(result.collected, rows=()))


def record_of(result: ActionResult, seen: Sequence[Observation] = ()) -> ActionRecord:
    """A result as it is kept: JSON values.

    Args:
        seen: What shows the target of the action as it was before, the best first.
    """
    target = getattr(result.action, "target", None) or getattr(result.action, "start", None)
    at = Rectangle(x=target.x, y=target.y) if isinstance(target, Point) else None
    ref = target if isinstance(target, str) else ""
    found = next(filter(None, (page.element(ref) for page in seen)), None) if ref else None
    return ActionRecord(
        action=as_json(result.action),
        element=naming(found) if found else "",
        box=at or rectangle_of(found),
        did=result.did,
        problem=result.problem,
        effect=result.effect,
        shown=result.shown,
        took_ms=round(result.took_ms, 1),
    )


def as_json(value: Any) -> Any:
    """A dataclass as JSON values, its kind under `type`."""
    if is_dataclass(value) and not isinstance(value, type):
        kind = {"type": type(value).__name__}
        return kind | {each.name: as_json(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple | list):
        return [as_json(each) for each in value]
    return value
