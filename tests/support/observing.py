"""Finding things in an observation, for tests."""

from __future__ import annotations

from browser.model.observation import Element, Observation, View
from browser.session import Session

EVERYTHING = View(budget_tokens=None)


async def see(session: Session) -> Observation:
    """Everything on the page."""
    return await session.observe(EVERYTHING)


def find(seen: Observation, role: str, name: str = "") -> Element:
    """The only element with this role and, where given, this name."""
    found = [e for e in seen.elements if e.role == role and (not name or e.name == name)]
    assert len(found) == 1, (
        f"{len(found)} x {role} {name!r} among {[(e.role, e.name) for e in seen.elements]}"
    )
    return found[0]
