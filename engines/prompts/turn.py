"""What happened since the last answer, in sentences for a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from browser.model.actions import (
    Action,
    ActionResult,
    AnswerDialog,
    Back,
    Click,
    CloseTab,
    Collect,
    Drag,
    EnterCode,
    Forward,
    Goto,
    HoldKey,
    Hover,
    MouseDown,
    MouseMove,
    MouseUp,
    OpenTab,
    Point,
    Press,
    Reload,
    Scroll,
    Select,
    SetChecked,
    SwitchTab,
    Target,
    TypeText,
    Upload,
    Wait,
)
from browser.model.text import plain_number
from engines.prompts.page import quoted
from engines.protocol import Turn


def results_text(results: Sequence[ActionResult]) -> str:
    """What came of a batch of actions, one a line."""
    return "\n".join(f"{number}. {_result(result)}" for number, result in enumerate(results, start=1))


def _result(result: ActionResult) -> str:
    if not result.ok:
        return f"NOT DONE: {described(result.action)}: {result.problem}"
    said = result.did or described(result.action)
    shown = f"; it now shows {quoted(result.shown, 100)}" if result.shown is not None else ""
    effect = f"; {result.effect}" if result.effect else ""
    return f"{said}{shown}{effect}"


def warnings_text(turn: Turn) -> str:
    """What the loop has to say: mistakes, warnings, and actions it would refuse."""
    lines = []
    if turn.complaint:
        lines.append(f"Your last answer was not accepted: {turn.complaint}")
    if turn.nudge:
        lines.append(f"Warning: {turn.nudge}")
    if turn.forbidden:
        refused = "; ".join(described(action) for action in turn.forbidden)
        lines.append(f"Refused now, since it was repeated without effect: {refused}")
    if turn.answer:
        lines.append(f"The user answered: {turn.answer}")
    if turn.steps_left <= 3:
        lines.append(f"Only {turn.steps_left} step(s) left: finish or give up with what you have in time.")
    return "\n".join(lines)


def described(action: Action) -> str:
    """An action in a few words, with its target."""
    match action:
        case Click(target=target, count=count, button=button):
            which = "" if button == "left" else f"{button} "
            return f"{which}click {_at(target)}{f' x{count}' if count > 1 else ''}"
        case TypeText(text=text, target=target):
            return f"type {quoted(text, 60)} into {_at(target)}"
        case Select(target=target, options=options):
            return f"select {', '.join(quoted(option, 40) for option in options)} in {_at(target)}"
        case SetChecked(target=target, checked=checked):
            return f"{'check' if checked else 'uncheck'} {_at(target)}"
        case Hover(target=target):
            return f"hover {_at(target)}"
        case Press(keys=keys, target=target):
            return f"press {keys}{f' on {_at(target)}' if target is not None else ''}"
        case Scroll(target=target, to=to, dx=dx, dy=dy):
            inside = f" in {_at(target)}" if target is not None else ""
            return f"scroll {f'to {to}' if to else f'by {plain_number(dx)}, {plain_number(dy)}'}{inside}"
        case Drag(start=start, end=end):
            return f"drag {_at(start)} to {_at(end)}"
        case Upload(target=target, files=files):
            return f"upload {', '.join(files)} to {_at(target)}"
        case EnterCode(target=target):
            return f"enter the code into {_at(target)}"
        case Collect(target=target):
            return f"collect the rows of {target or 'the main list'}"
        case _:
            return _described_without_target(action)


def _described_without_target(
    action: Goto
    | Back
    | Forward
    | Reload
    | Wait
    | OpenTab
    | SwitchTab
    | CloseTab
    | AnswerDialog
    | MouseMove
    | MouseDown
    | MouseUp
    | HoldKey,
) -> str:
    match action:
        case Goto(url=url):
            return f"goto {url}"
        case Back() | Forward() | Reload():
            return type(action).__name__.lower()
        case Wait(seconds=seconds):
            return f"wait {seconds:g} s"
        case OpenTab(url=url):
            return f"open tab {url}".rstrip()
        case SwitchTab(tab=tab):
            return f"switch to tab {tab}"
        case CloseTab(tab=tab):
            return f"close tab {tab}".rstrip()
        case AnswerDialog(accept=accept):
            return f"{'accept' if accept else 'dismiss'} the dialog"
        case MouseMove(point=point):
            return f"move the pointer to {_at(point)}"
        case MouseDown(button=button):
            return f"hold the {button} button"
        case MouseUp(button=button):
            return f"release the {button} button"
        case HoldKey(keys=keys, seconds=seconds):
            return f"hold {keys} for {seconds:g} s"
        case _:
            assert_never(action)


def _at(target: Target | None) -> str:
    if target is None:
        return "the focused element"
    return f"({target.x:g}, {target.y:g})" if isinstance(target, Point) else target
