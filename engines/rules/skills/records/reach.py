"""Getting to a record: to the list that holds it, to the page of that list, and to its own view."""

from __future__ import annotations

from collections.abc import Callable

from browser.model.actions import Click
from browser.model.element_match import similarity, words_of
from browser.model.observation import Element
from engines.rules.grounding.find import said, where
from engines.rules.reading.things import Thing
from engines.rules.scene import Scene
from engines.rules.skills.places import explore, leads
from engines.rules.skills.records.locate import anchors, groups_around, is_done, stems
from engines.rules.skills.seek import pager
from engines.rules.step_generator import NotFound, Turns, act, attempt

_MOST_PAGES = 10
"""So many further pages of a list are looked at for one record."""
_TURNS_KEPT = 4
"""Turns that are left for what is to be done to the record."""
_PAGES = frozenset({"pagination", "pager", "paging", "paginator", "pages"})
_TITLE = 0.68
"""How much of a heading a name is at least, by `similarity`: it stands in it word by word."""


def reach(
    thing: Thing, scene: Scene, instead: Callable[[Scene], Element | None] = lambda scene: None
) -> Turns:
    """A page that shows a thing: the list of its kind, a later page of it, or where the navigation leads.

    Args:
        thing: Which one.
        scene: The page as it is.
        instead: What will do as well, where it is found.

    Raises:
        NotFound: It is on none of the pages that were looked at.
    """
    if instead(scene) is not None:
        return scene
    scene = yield from _to_its_kind(thing, scene)
    scene = yield from _page_on(thing, scene)
    words = " ".join((thing.name, thing.kind, thing.place, thing.tail))
    scene, _ = yield from explore(scene, lambda now: anchors(thing, now) or instead(now), words)
    return scene


def _to_its_kind(thing: Thing, scene: Scene) -> Turns:
    """Where the navigation has an entry for this kind of thing, that is where such things are."""
    kinds = {stems(thing.kind), stems(thing.kind.split()[-1] if thing.kind else "")}
    ways = [e for e in where(scene, lambda e: e.interactive and leads(e, scene)) if stems(e.name) in kinds]
    if len(ways) != 1 or not thing.kind or is_done(ways[0]):
        return scene
    return (yield from act(Click(ways[0].ref)))


def _page_on(thing: Thing, scene: Scene) -> Turns:
    """Later pages of the list that is shown, until one of them shows the thing."""
    for _ in range(_MOST_PAGES):
        onward = pager(scene)
        if anchors(thing, scene) or onward is None or not _turns_pages(onward, scene):
            break
        if scene.steps_left <= _TURNS_KEPT:
            break
        onward = next((one for one in scene.inside(onward) if one.interactive), onward)
        if not onward.enabled:
            break
        scene = yield from attempt(Click(onward.ref))
    return scene


def _turns_pages(sign: Element, scene: Scene) -> bool:
    """Whether a sign for "next" belongs to the pages of a list, and is no step of a form."""
    around = [sign, *list(scene.ancestors(sign))[:2]]
    if any(_PAGES & {*one.hints, *words_of(one.name)} for one in around):
        return True
    beside = scene.children(around[1]) if len(around) > 1 else ()
    return sum(one.interactive and (one.name or one.text).strip().isdigit() for one in beside) > 1


def the_record(thing: Thing, scene: Scene) -> tuple[Element, Element] | None:
    """The one record of the thing with its name in it; None where there are several, or none."""
    pairs = {}
    for anchor in anchors(thing, scene):
        for group in groups_around(anchor, scene)[:1]:
            pairs[group.ref] = (group, anchor)
    return next(iter(pairs.values())) if len(pairs) == 1 else None


def press_record(thing: Thing, scene: Scene, missing: str) -> Turns:
    """What comes up once the thing is pressed at its name.

    Args:
        thing: Which one.
        scene: A page that shows it.
        missing: What was not found so far, for the reason: `nothing called 'archive'`.

    Raises:
        NotFound: It stands there several times.
    """
    record = the_record(thing, scene)
    if record is None:
        raise NotFound(f"found {missing} for {thing.name!r}{offered(scene)}")
    return (yield from act(Click(record[1].ref)))


def open_view(thing: Thing, scene: Scene, missing: str) -> Turns:
    """The thing's own view, opened by its name; the arguments are those of `press_record`.

    Raises:
        NotFound: No view came up that is headed by its name.
    """
    scene = yield from press_record(thing, scene, missing)
    if not is_headed(thing, scene):
        raise NotFound(f"found {missing} for {thing.name!r}, and no view headed so")
    return scene


def is_headed(thing: Thing, scene: Scene) -> bool:
    """Whether a heading says the name of the thing."""
    heads = where(scene, lambda e: e.role == "heading" and "covered" not in e.states)
    return any(similarity(name, e.name or e.text) >= _TITLE for name in thing.names for e in heads)


def offered(scene: Scene) -> str:
    """The first buttons of a page as the end of a reason; "" where it has none."""
    names = [said(e) for e in where(scene, lambda e: e.role == "button" and bool(e.name))]
    return f"; buttons here: {', '.join(list(dict.fromkeys(names))[:6])}" if names else ""
