"""What an element is called in a report, and where it was."""

from __future__ import annotations

from agent_core.task.run import Rectangle
from browser.model.observation import Element
from browser.model.text import quoted

LONGEST_NAME = 100


def naming(element: Element) -> str:
    """Role and name: `button 'Send'`; the role alone where the element has no name."""
    name = element.name or element.label or element.placeholder or element.text
    return f"{element.role} {quoted(name, LONGEST_NAME)}" if name else element.role


def rectangle_of(element: Element | None) -> Rectangle | None:
    """Where the element was; None where there is none, or it took no space."""
    if element is None or element.box is None:
        return None
    box = element.box
    return Rectangle(
        x=round(box.x, 1), y=round(box.y, 1), width=round(box.width, 1), height=round(box.height, 1)
    )
