"""What an element is called in a report, and where it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent_core.task.run import Rectangle
from browser.model.observation import Element, Observation
from browser.model.results import ActionResult
from browser.model.roles import RECORD_ROLES
from browser.model.text import quoted
from engines.prompts.unnamed import called

LONGEST_NAME = 100
_LONGEST_RECORD = 60


def naming(element: Element) -> str:
    """Role and name: `button 'Send'`; the role alone where the element has no name."""
    name = element.name or element.label or element.placeholder or element.text
    return f"{element.role} {quoted(name, LONGEST_NAME)}" if name else element.role


def placed(result: ActionResult, seen: Sequence[Observation]) -> ActionResult:
    """A result that says what an element without a name is told by, and its row where others are alike.

    Args:
        seen: What shows the target of the action as it was before, the best first.
    """
    target = getattr(result.action, "target", None)
    page = next((each for each in seen if isinstance(target, str) and each.element(target)), None)
    element = page.element(target) if page and isinstance(target, str) else None
    if page is None or element is None or not (result.ok and result.did):
        return result
    if naming(element) == element.role and (told := called(page.elements).get(element.ref)):
        result = replace(result, did=f"{result.did} {told}")
    alike = sum(naming(each) == naming(element) for each in page.elements)
    record = _record_around(element, page) if alike > 1 else None
    if record is None or not record.text:
        return result
    kind = "row" if record.role == "row" else "item"
    return replace(result, did=f"{result.did} in the {kind} {quoted(record.text, _LONGEST_RECORD)}")


def _record_around(element: Element, page: Observation) -> Element | None:
    above = page.element(element.parent) if element.parent else None
    while above is not None and above.role not in RECORD_ROLES:
        above = page.element(above.parent) if above.parent else None
    return above


def rectangle_of(element: Element | None) -> Rectangle | None:
    """Where the element was; None where there is none, or it took no space."""
    if element is None or element.box is None:
        return None
    box = element.box
    return Rectangle(
        x=round(box.x, 1), y=round(box.y, 1), width=round(box.width, 1), height=round(box.height, 1)
    )
