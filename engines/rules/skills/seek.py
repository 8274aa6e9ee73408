"""Finding something that may have to be uncovered first: a closed section, another tab, a further page."""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import replace

from browser.model.actions import Action, Click, Hover, Scroll, Wait
from browser.model.element_match import fold, name_score
from browser.model.observation import Element
from engines.rules.grounding.find import choose, find, quoted, ranked, where
from engines.rules.reading.phrases import Description
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes
from engines.rules.step_generator import NotFound, attempt, problem_of

Seeking = Generator[tuple[Action, ...], Scene, tuple[Scene, Element]]
_MORE = {"more", "menu", "options", "ellipsis", "kebab", "overflow", "...", "…", "⋯", "⋮", "actions"}
_TICKED = ("checkbox", "radio", "switch")
_CONTROLS = ("input", "select", "textarea")
_SIGN_PX = 32
"""What is wider is no sign that opens a branch."""
_NEXT_PAGE = ("next", ">", "›", "»", "older", "next page", "load more", "show more", "more results")
_WORD = re.compile(r"[^\W\d_]{2}")


def seek(what: Description, scene: Scene, notes: Notes) -> Seeking:
    """The element that is meant, and the page on which it was found.

    Raises:
        NotFound: It is nowhere, nor behind anything that could be opened.
        Ambiguous: Several fit equally well.
    """
    tried: set[str] = set()
    missed: set[str] = set()
    while True:
        way = _next_cover(scene, tried, notes) if scene.steps_left > 2 else None
        found = _here(what, scene, notes, _least(what, way))
        if found is not None:
            return scene, found
        if way is None:
            break
        trace, before = _trace(way, scene), scene.observation.text
        scene = yield from attempt(*_opening(way))
        # A click can miss what changes its look under the pointer; what did nothing is tried once more.
        if trace in missed or scene.observation.text != before:
            tried.add(trace)
        missed.add(trace)
        if problem_of(scene) is not None and scene.steps_left <= 1:
            break
    if notes.scope is None or what.within is not None:
        find(what, scene)  # raises with the reason
    raise NotFound(f"found nothing on the page that fits {quoted(what)}")


def _least(what: Description, way: Element | None) -> float:
    """How well a name must fit while there is still somewhere else to look: a quoted one to the letter."""
    if way is None:
        return 0.0
    if what.exact:
        return 0.8 if _says_next(way) else 0.98
    return 0.75


def _here(what: Description, scene: Scene, notes: Notes, least: float) -> Element | None:
    if notes.scope is not None and what.within is None:
        scoped = _in_record(what, scene, notes.scope)
        if scoped is not None or _has_record(notes.scope, scene):
            return scoped
    usable = [
        element for element in scene.elements if element.interactive and not _is_of_a_label(element, scene)
    ]
    matches = (
        [match for match in ranked(what, scene, usable) if match.score >= 0.8] if what.within is None else []
    )
    matches = matches or ranked(what, scene)
    if not matches:
        return None
    best = matches[0].element
    if what.name and max(name_score(what.name, best), name_score(what.text, best)) < least:
        return None
    return choose(what, matches, scene)


def _is_of_a_label(element: Element, scene: Scene) -> bool:
    """Whether it only says what a control beside it is called; that control is what is used."""
    if element.tag in _CONTROLS or element.role == "button":
        return False
    label = next((one for one in (element, *scene.ancestors(element)) if one.tag == "label"), None)
    words = fold(element.name or element.text)
    return label is not None and any(
        one.interactive and one.box and one.tag in _CONTROLS and words and fold(one.label) == words
        for one in scene.elements
    )


def _in_record(what: Description, scene: Scene, scope: Description) -> Element | None:
    """The element within the record that the scope names (the star in the row of Ann)."""
    for anchor in ranked(scope, scene)[:3]:
        for record in scene.records_around(anchor.element):
            inside = list(scene.inside(record))
            plain = replace(what, ordinal=None)
            for pool in ([e for e in inside if e.interactive], inside):
                matches = ranked(plain, scene, pool)
                if matches and matches[0].score >= 0.7:
                    return choose(what, matches, scene)
    return None


def _has_record(scope: Description, scene: Scene) -> bool:
    """Whether the page lists what the scope names; on a page that does not, the scope has no meaning."""
    return any(True for anchor in ranked(scope, scene)[:3] for _ in scene.records_around(anchor.element))


def _trace(element: Element, scene: Scene) -> str:
    """What identifies a cover across re-renders; a pager's link is another one on every page."""
    if _says_next(element):
        return f"{element.ref}:{hash(scene.observation.text)}"
    return element.ref


def fold_sign(element: Element) -> str:
    """What is written on a control, signs kept."""
    return re.sub(r"\s+", " ", element.name or element.text).strip().lower()


def _opening(way: Element) -> tuple[Action, ...]:
    if way.role == "menuitem":
        return (Hover(way.ref), Wait(0.6))
    if "scrollable" in way.states and not way.interactive:
        return (Scroll(dy=way.box.height if way.box else 200.0, target=way.ref),)
    return (Click(way.ref),) if way.text or way.name else (Hover(way.ref), Click(way.ref))


def _next_cover(scene: Scene, tried: set[str], notes: Notes | None = None) -> Element | None:
    """The next thing that could be opened to see more, or None."""
    inner = _more_in_record(scene, notes.scope) if notes is not None and notes.scope is not None else []
    for candidate in [*inner, *_covers(scene)]:
        if _trace(candidate, scene) not in tried and candidate.enabled:
            return candidate
    return None


def _more_in_record(scene: Scene, scope: Description) -> list[Element]:
    """What opens more choices within the record that the scope names."""
    for anchor in ranked(scope, scene)[:3]:
        for record in scene.records_around(anchor.element):
            found = [
                e
                for e in scene.inside(record)
                if e.interactive and e.box and _MORE & ({*e.hints, fold_sign(e)})
            ]
            if found:
                return found
    return []


def _covers(scene: Scene) -> list[Element]:
    collapsed = where(
        scene,
        lambda e: "collapsed" in e.states and e.interactive and e.role not in ("combobox", "textbox", "tab"),
    )
    sections = where(scene, lambda e: e.role == "tab" and "selected" not in e.states and e.interactive)
    trees = where(scene, lambda e: _opens_branch(e, scene))
    submenus = {"caret", "submenu", "arrow", "chevron"}
    menus = where(
        scene,
        lambda e: e.role == "menuitem" and any(submenus & set(inner.hints) for inner in scene.inside(e)),
    )
    onward = pager(scene)
    return [*menus, *collapsed, *sections, *trees, *([onward] if onward else [])]


def _opens_branch(element: Element, scene: Scene) -> bool:
    """Whether it is the small sign at the head of a list's entry whose own entries do not show."""
    if not element.interactive or element.text or element.box is None or element.box.width > _SIGN_PX:
        return False
    entry = scene.parent(element)
    if entry is None or entry.role not in ("listitem", "treeitem") or entry.box is None:
        return False
    heads = element.box.x <= entry.box.x + _SIGN_PX
    return (
        heads
        and element.role not in _TICKED
        and not any(inner.role in ("listitem", "treeitem") for inner in scene.inside(entry))
    )


def pager(scene: Scene) -> Element | None:
    """What leads to the next page of a list; None where there is nothing, or it is spent."""
    signs = where(scene, lambda e: _says_next(e) and not _is_off(e, scene))
    leading = [e for e in signs if e.interactive or not _parts_names(e, scene)]
    return next((e for e in leading if e.role != "text"), None) or next(iter(leading), None)


def _says_next(element: Element) -> bool:
    """Whether a control is called by what leads to a next page, be it with an arrow beside the word."""
    sign = fold_sign(element)
    return sign in _NEXT_PAGE or re.sub(r"\s*[›»→>]+$", "", sign) in _NEXT_PAGE


def _parts_names(sign: Element, scene: Scene) -> bool:
    """Whether a name follows the sign beside it, as in a path (Home › Books): then it leads nowhere."""
    around = scene.parent(sign)
    while around is not None and fold_sign(around) == fold_sign(sign):
        around = scene.parent(around)
    if around is not None and around.role == "listitem":
        around = scene.parent(around) or around
    inside = list(scene.inside(around)) if around is not None else []
    later = [e for e in inside if scene.order[e.ref] > scene.order[sign.ref]]
    return any(_WORD.search(e.name or e.text) and not _says_next(e) for e in later)


def _is_off(element: Element, scene: Scene) -> bool:
    around = (element, *list(scene.ancestors(element))[:2])
    return any("disabled" in e.states or "disabled" in e.hints for e in around)
