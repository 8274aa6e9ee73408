"""What stands now where a recorded text stood."""

from __future__ import annotations

from agent_core.replay.elements.matcher import find
from agent_core.replay.elements.places import says
from agent_core.replay.elements.renamed import Found
from agent_core.replay.elements.surroundings import Surroundings
from agent_core.replay.format import Place
from browser.model.observation import Element
from browser.model.text import squeeze


def read_there(place: Place, page: Surroundings) -> str | None:
    """What stands at a place now; None where the place is not there, or says it in another way."""
    element = _element_at(place, page)
    if element is None:
        return None
    said = squeeze(element.value or "") or says(element)
    match place.part:
        case "all":
            return said or None
        case "first word":
            return said.split()[0] if said else None
        case "last word":
            return said.split()[-1] if said else None
        case "between":
            return _between(said, place)


def _between(said: str, place: Place) -> str | None:
    begin = said.find(place.before)
    if begin < 0:
        return None
    begin += len(place.before)
    end = said.find(place.after, begin) if place.after else len(said)
    return said[begin:end] or None if end >= begin else None


def _element_at(place: Place, page: Surroundings) -> Element | None:
    """The element that a value stands in now."""
    if place.part == "between":
        was = place.element
        same = [one for one in page.elements if one.role == was.role and one.tag == was.tag and one.box]
        saying = [one for one in same if place.before.strip() and _between(says(one), place) is not None]
        if len(saying) == 1:
            return saying[0]
    found = find(place.element, page)
    return page.by_ref[found.ref] if isinstance(found, Found) else None
