"""What happened since the last answer, in sentences for a model."""

from __future__ import annotations

from collections.abc import Sequence

from browser.model.actions import Action, Drag, Press, TypeText
from browser.model.observation import LookAnswer
from browser.model.results import ActionResult
from browser.model.text import quoted
from engines.protocol import Turn


def results_text(results: Sequence[ActionResult]) -> str:
    """What came of a batch of actions, one a line."""
    return "\n".join(f"{number}. {result_text(result)}" for number, result in enumerate(results, start=1))


def result_text(result: ActionResult) -> str:
    """What came of one action."""
    if not result.ok:
        return f"NOT DONE: {result.action}: {result.problem}"
    said = result.did or str(result.action)
    # What a field showed before Enter says nothing of what it shows after it.
    submitted = isinstance(result.action, TypeText) and result.action.submit
    tells = result.shown is not None and not submitted
    shown = f"; it now shows {quoted(result.shown or '', 100)}" if tells else ""
    effect = result.effect or ("" if shown or not _acts(result.action) else _NOTHING)
    return f"{said}{shown}; {effect}" if effect else f"{said}{shown}"


_NOTHING = "no element of the page changed"


def _acts(action: Action) -> bool:
    """Whether an action is meant to change something on the page that is not told as what it shows."""
    match action:
        case Press() | Drag():
            return True
        case TypeText(submit=submit):
            return submit
        case _:
            return False


def looked_text(answers: Sequence[LookAnswer]) -> str:
    """What was looked for, and whether anything was found."""
    return "; ".join(
        f"{_looked_at(answer)} ({answer.problem or f'{len(answer.elements)} lines shown'})"
        for answer in answers
        if answer.request.query or answer.request.ref
    )


def _looked_at(answer: LookAnswer) -> str:
    if answer.request.query:
        return quoted(answer.request.query, 80)
    first = next((one for one in answer.elements if one.name), None)
    return f"{first.role} {quoted(first.name, 80)}" if first else answer.request.ref


def warnings_text(turn: Turn) -> str:
    """What the loop has to say: mistakes, warnings, and actions it would refuse."""
    lines = []
    if turn.complaint:
        lines.append(f"Your last answer was not accepted: {turn.complaint}")
    if turn.nudge:
        lines.append(f"Warning: {turn.nudge}")
    if turn.forbidden:
        refused = "; ".join(map(str, turn.forbidden))
        lines.append(f"Refused now, since it was repeated without effect: {refused}")
    if turn.answer:
        lines.append(f"The user answered: {turn.answer}")
    if turn.steps_left <= 3:
        steps = "1 step" if turn.steps_left == 1 else f"{turn.steps_left} steps"
        lines.append(f"Only {steps} left: finish, or give up with what you have.")
    return "\n".join(lines)
