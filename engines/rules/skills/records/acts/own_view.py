"""The act on a record in the record's own view: on it, or in what can be opened from its head.

The view need not have a heading for machines: its name stands there larger than the rest of the page.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator

from browser.model.actions import Action, Click, Press
from browser.model.element_match import words_of
from browser.model.observation import Element
from engines.rules.grounding.find import new_in, where
from engines.rules.reading.things import Thing
from engines.rules.scene import Scene
from engines.rules.skills.exploring import leads
from engines.rules.skills.records.acts.on_record import ActSought, ControlCameUp, only
from engines.rules.skills.records.acts.openers import is_opener, opens_list, opens_more
from engines.rules.skills.records.locate import (
    anchors,
    deeds_in,
    groups_around,
    is_of_another,
    only_leaves,
    stems,
)
from engines.rules.skills.records.reach import offered, title_of
from engines.rules.step_generator import NotFound, attempt

_MOST_LEVELS = 6
_FRAME = frozenset({"navigation", "banner", "menubar"})
_WHOLE = frozenset({"main", "dialog", "alertdialog"})
_MOST_OPENERS = 4
_MOST_PARTS = 6
_TURNS_KEPT = 3
"""Turns that are left for the act itself, and for what it asks."""

Looking = Generator[tuple[Action, ...], Scene, Scene]


def found_in_view(sought: ActSought, scene: Scene) -> Generator[tuple[Action, ...], Scene, Scene]:
    """Look for the act in a record's own view, which is in front.

    Returns:
        The page as it is where the act is in none of the places.

    Raises:
        ControlCameUp: It is there.
    """
    control = in_view(sought, scene)
    if control is not None:
        raise ControlCameUp(control, scene)
    tried: set[str] = set()
    while scene.steps_left > _TURNS_KEPT and len(tried) < _MOST_OPENERS:
        opener = next((e for e in _openers(sought.thing, scene) if _key(e) not in tried), None)
        if opener is None:
            return scene
        tried.add(_key(opener))
        scene = yield from _opened(opener, sought, scene)
    return scene


def in_view(sought: ActSought, scene: Scene) -> Element | None:
    """The one control of the act in the record's own view, those of other records beside it left out."""
    names = anchors(sought.thing, scene)
    pool = [e for e in scene.elements if not leads(e, scene) and not only_leaves(e, sought.deed, scene)]
    found = [e for e in deeds_in(pool, sought.deed) if not any(is_of_another(e, a, scene) for a in names)]
    return only(found, scene)


def _key(opener: Element) -> str:
    return opener.name or opener.text or " ".join(opener.hints)


def _openers(thing: Thing, scene: Scene) -> list[Element]:
    """What opens more from the head of a view: signs for more first, its name, then what is set of it.

    Those in the innermost group around the title that has any come first, then those of the groups around it.
    Where nothing heads the view, there may be one sign for more on all of the page.
    """
    title = title_of(thing, scene)
    if title is None:
        more = where(scene, lambda e: e.interactive and opens_more(e, scene) and not _leads_away(e, scene))
        more = [e for e in more if not _is_one_of_many(e, scene)]
        return more if len(more) == 1 else []
    found: dict[str, tuple[int, Element]] = {}
    for group in _around(title, scene):
        inside = [group, *scene.inside(group)] if group.interactive else list(scene.inside(group))
        new = [e for e in inside if e.ref not in found and _opens(e, title, scene)]
        new = scene.outermost(new)
        level = max((level for level, _ in found.values()), default=-1) + 1
        found |= {e.ref: (level, e) for e in new if level == 0 or not _is_one_of_many(e, scene)}
    order = sorted(found.values(), key=lambda one: _rank(one[0], one[1], scene))
    return [e for _, e in order]


def _opens(element: Element, title: Element, scene: Scene) -> bool:
    if not element.interactive or _leads_away(element, scene):
        return False
    return is_opener(element, scene) or (scene.holds(element, title) and not element.href)


def _leads_away(element: Element, scene: Scene) -> bool:
    """Whether it belongs to the navigation; a sign for more may be called a menu by its author."""
    if any(above.role in _FRAME for above in scene.ancestors(element)):
        return True
    return leads(element, scene) and not opens_more(element, scene)


def _rank(level: int, opener: Element, scene: Scene) -> tuple[bool, bool, int, bool]:
    return level > 0, not opens_more(opener, scene), level, not opens_list(opener)


def _is_one_of_many(element: Element, scene: Scene) -> bool:
    """Whether it lies in a record of a list, whose own acts are behind it."""
    return any(len(scene.alike(group)) > 2 for group in list(scene.records_around(element))[:2])


def _around(title: Element, scene: Scene) -> Iterator[Element]:
    """The groups around a title, innermost first, as far as they hold nothing of the application's frame."""
    yield title
    for group in list(scene.ancestors(title))[:_MOST_LEVELS]:
        if any(one.role in _FRAME for one in scene.inside(group)):
            return
        yield group
        if group.role in _WHOLE:
            return


def _opened(opener: Element, sought: ActSought, scene: Scene) -> Looking:
    """Press what opens more, and look there, behind its tabs too; what was opened in vain is closed again."""
    now = yield from attempt(Click(opener.ref))
    _look(sought, new_in(now, scene), now)
    parts = sorted((e for e in new_in(now, scene) if _is_part(e)), key=_is_tab)[:_MOST_PARTS]
    for part in parts:
        again = now.get(part.ref) or next((e for e in where(now, _is_part) if e.name == part.name), None)
        if again is None or now.steps_left <= _TURNS_KEPT:
            break
        now = yield from attempt(Click(again.ref))
        _look(sought, new_in(now, scene), now)
    if not new_in(now, scene):
        return now
    return (yield from attempt(Press("Escape")))


def _is_part(element: Element) -> bool:
    """Whether it shows another part of what was opened, or opens a list there."""
    return _is_tab(element) or (element.interactive and opens_list(element))


def _is_tab(element: Element) -> bool:
    return element.interactive and (element.role == "tab" or "tab" in element.hints)


def _look(sought: ActSought, new: list[Element], scene: Scene) -> None:
    control = sought.among([e for e in new if not only_leaves(e, sought.deed, scene)], scene)
    if control is not None:
        raise ControlCameUp(control, scene)


def kind_said_of(thing: Thing, scene: Scene) -> frozenset[str]:
    """The words above the list of a thing: they say of what kind it is, where the prompt does not."""
    if thing.kind or thing.tail:
        return frozenset()
    for anchor in anchors(thing, scene):
        for group in list(scene.ancestors(anchor))[:_MOST_LEVELS]:
            first = next((e for e in scene.inside(group) if e.role == "text" and words_of(e.name)), None)
            record = next(iter(groups_around(anchor, scene)), anchor)
            if first is not None and not scene.holds(record, first):
                return stems(first.name)
    return frozenset()


def kind_in_address(before: Scene, scene: Scene) -> frozenset[str]:
    """The word that the address of a view has for what it shows: `product` of `/products/p19`."""
    address = scene.observation.url
    if address == before.observation.url:
        return frozenset()
    words = [
        part for part in re.split(r"[/#?&=]+", address)[2:] if re.fullmatch(r"[a-z]+(?:[-_][a-z]+)*", part)
    ]
    return stems(*words[-1:])


def not_offered(sought: ActSought, scene: Scene) -> NotFound:
    """Why the act was not found, though the record's own view came up."""
    return NotFound(f"found nothing called {sought.deed.said!r} for {sought.thing.name!r}{offered(scene)}")


def no_view(sought: ActSought) -> NotFound:
    """Why the act was found nowhere."""
    return NotFound(
        f"found nothing called {sought.deed.said!r} for {sought.thing.name!r}, and no view headed so"
    )
