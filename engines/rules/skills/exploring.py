"""Looking for something where it may be: in the places of an application, and in what the words name.

What is pressed on the way leads somewhere: an entry of navigation, a tab, what opens settings or a menu, a
thing that the words name (`the card "Logo" on the board "Site"`). Nothing is pressed that is called by an
act, nothing twice, and first what shares the most words with what is looked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from browser.model.actions import Action, Click, Press, TypeText
from browser.model.element_match import fold, words_of
from browser.model.observation import Element
from browser.model.roles import CHECK_ROLES, FIELD_ROLES
from engines.rules.grounding.find import new_in, said, where
from engines.rules.grounding.indexes import entries_of_index
from engines.rules.grounding.marks import sign_in
from engines.rules.grounding.titles import is_chosen
from engines.rules.reading.closed_words import is_closed
from engines.rules.reading.verbs import is_verb
from engines.rules.scene import Scene
from engines.rules.skills.lists.search import search_field
from engines.rules.step_generator import NotFound, Turns, attempt, problem_of, way_out

Found = TypeVar("Found")
_MOST_WAYS = 14
"""So many places are looked at for one thing."""
_TURNS_KEPT = 5
"""Turns that are left for what is to be done where it is found."""
_NAVIGATION = frozenset(
    {"nav", "navigation", "sidebar", "sidenav", "tab", "tabs", "menu", "subnav", "navbar", "rail"}
)
_AROUND_NAVIGATION = frozenset(
    {"nav", "navigation", "sidebar", "sidenav", "navbar", "subnav", "rail", "tabs"}
)
_SETTINGS = frozenset(
    "settings preferences options account profile configure configuration admin administration setup".split()  # noqa: SIM905
)
_BESIDE_SETTINGS = frozenset("my your user and center centre panel console app application".split())  # noqa: SIM905
_OPENS_SETTINGS = _SETTINGS | {"gear", "cog", "setting"}
_OPENS_MORE = frozenset({"avatar", "user", "menu", "hamburger", "more", "me", "kebab", "dots", "overflow"})
_SETTINGS_SIGNS = ("⚙",)
_MENU_SIGNS = ("☰", "≡", "⋯", "⋮", "…", "...")
_CARETS = ("▾", "▼", "⌄", "▿", "⏷")
_CHOOSES = frozenset({"picker", "select", "dropdown", "combobox"})
_TOP_PX, _LEFT_PX = 160, 280
_BAR_PX, _ICON_PX = 72, 56
"""How low the bar of an application reaches at most, and how large a sign in it is."""
_OTHER_SIGNS = frozenset(
    "search glass find bell alert alerts notification notifications inbox help info back forward next prev "  # noqa: SIM905
    "previous up down play undo redo trash bin sort filter zoom cart theme dark light view grid".split()
)
"""What authors call signs behind which there are no settings."""
_INITIALS = re.compile(r"[A-Z]{1,2}")
_PORTRAIT = 1.5
"""What initials in the bar promise: more than the menu of what is in front, less than what says settings."""
_FEW_ENTRIES = 4
_MOST_ENTRIES = 10
"""More entries of one kind are records; one is only looked into where it shares a word."""
_AMONG_MANY = 0.01
_ACTS_ANYWHERE = frozenset("log sign delete remove leave new create add compose invite upload".split())  # noqa: SIM905
_IN_FRONT = ("dialog", "alertdialog")
_MOST_WORDS = 5
"""More words are no name of a place."""
_LEAST_NAME = 4
"""Letters of a name of one word that is a thing's; a shorter one may stand anywhere."""
ACTS = frozenset(
    "add new create compose delete remove log sign send pay buy upload download export import print "  # noqa: SIM905
    "share submit save cancel discard close archive invite leave clear reset revoke disconnect start "
    "stop publish subscribe unsubscribe approve deny duplicate copy refresh reload mark select help "
    "deactivate erase purge wipe terminate suspend downgrade "
    "feedback upgrade link unlink connect deposit transfer withdraw request order book schedule".split()
)
"""What is called by one of these does something, and is no way to a place."""
_OFTEN_PLACES = frozenset("pay send buy deposit transfer request order book schedule".split())  # noqa: SIM905
"""Acts that an application has a place of their own for, which its navigation names: `Pay bills`."""


@dataclass(frozen=True, slots=True)
class _Way:
    """Something that may lead to what is looked for."""

    element: Element
    key: str
    """The same for what is the same way on another look."""
    promise: float
    opens_menu: bool = False
    """Whether what comes up behind it are places, and not the choices of a control."""
    to_settings: bool = False
    """Whether it says of itself that settings are behind it, or is a sign that may."""


def explore(
    scene: Scene,
    look: Callable[[Scene], Found | None],
    words: str,
    *,
    anywhere: bool = False,
    named: str = "",
) -> Generator[tuple[Action, ...], Scene, tuple[Scene, Found]]:
    """Look for something here and, where it is not, in the places that may have it.

    Args:
        scene: The page as it is.
        look: What is looked for on a page; None: it is not there.
        words: Words for it and for where it is; a place that shares some of them is looked at first.
        anywhere: Whether it may also be in a place that shares none of them, since what is looked for says
            enough itself.
        named: What the application can be searched for, where it has a field for that; "" for nothing.

    Raises:
        NotFound: It is in none of the places that were looked at.
    """
    tried: list[str] = []
    fresh: frozenset[str] = frozenset()
    choices: frozenset[str] = frozenset()
    index: dict[str, str] = {}
    while True:
        found = look(scene)
        if found is not None:
            return scene, found
        ways = [one for one in _ways(scene, words, fresh - choices, index) if one.key not in tried]
        ways = [one for one in ways if one.element.ref not in choices]
        way = _best([one for one in ways if one.promise >= (0.5 if anywhere else 1)], scene)
        if scene.steps_left <= _TURNS_KEPT or len(tried) >= _MOST_WAYS:
            raise NotFound(_nowhere(words, scene, tried))
        if (way is None or way.promise < _IN_INDEX) and (back := _back_to_index(scene, index, tried)):
            index = {key: opener for key, opener in index.items() if opener != back[0]}
            way = _Way(back[1], back[0], _IN_INDEX, to_settings=True)
        before = scene
        field = search_field(scene) if named and _SEARCHED not in tried else None
        if field is not None and (way is None or way.promise < _SURE):
            tried.append(_SEARCHED)
            scene = yield from _searched(named, field, look, scene)
        elif way is not None:
            tried.append(way.key)
            scene = yield from attempt(Click(way.element.ref))
            if (failed := problem_of(scene)) is not None and "covered" in failed.problem:
                tried.remove(way.key)
                scene = yield from _uncovered(scene, tried)
        elif _is_covered(scene):
            scene = yield from _uncovered(scene, tried)
        else:
            raise NotFound(_nowhere(words, scene, tried))
        if tried.count(_CLOSED) > _MOST_CLOSED:
            raise NotFound(_nowhere(words, scene, tried))
        new = new_in(scene, before)
        fresh = frozenset(e.ref for e in new)
        entries = entries_of_index(scene, before) if way is not None and way.to_settings else []
        entries = [e for e in entries if not _is_act(e, words_of(e.name or e.text) or [""], scene)]
        index |= {_key(e): way.key for e in entries if way is not None and _key(e) not in tried}
        if way is None or not way.opens_menu:
            choices |= {e.ref for e in new if _may_be_choice(e)} - {e.ref for e in entries}


def _back_to_index(
    scene: Scene, index: Mapping[str, str], tried: Sequence[str]
) -> tuple[str, Element] | None:
    """What leads back to a list of places of which some were not looked at, and is not in sight any more."""
    left = {opener for key, opener in index.items() if key not in tried}
    usable = where(scene, is_usable)
    if not left or any(_key(e) in index and _key(e) not in tried for e in usable):
        return None
    return next(((_key(e), e) for e in usable if _key(e) in left), None)


def _uncovered(scene: Scene, tried: list[str]) -> Turns:
    """The page once what lies over it is closed, by the key for that or by its own way out."""
    tried.append(_CLOSED)
    out = way_out(scene) if _CLOSED in tried[:-1] else None
    return (yield from attempt(Click(out.ref) if out is not None else Press("Escape")))


def _searched(named: str, field: Element, look: Callable[[Scene], object], scene: Scene) -> Turns:
    """The page once it was searched for a name; as it was where that does not show it."""
    scene = yield from attempt(TypeText(named, field.ref))
    if look(scene) is None and (again := search_field(scene)) is not None:
        scene = yield from attempt(TypeText(named, again.ref, submit=True))
    if look(scene) is None and (again := search_field(scene)) is not None:
        scene = yield from attempt(TypeText("", again.ref))
        scene = yield from attempt(Press("Escape"))
    return scene


_CLOSED = "(closed)"
_MOST_CLOSED = 4
_SEARCHED = "(searched)"
_SURE = 4
"""What a place promises at least that shares a word."""
_IN_INDEX = 1.5
"""What an entry promises of a list of places that came up with the settings."""
_FRESH = 0.6
"""What an entry promises that came up with what was pressed last, and shares a word."""


def _is_covered(scene: Scene) -> bool:
    """Whether something lies over the page."""
    return any("covered" in e.states or e.role in _IN_FRONT for e in where(scene, lambda e: True))


def _nowhere(words: str, scene: Scene, tried: list[str]) -> str:
    asked = set(words_of(words))
    near = [said(e) for e in where(scene, lambda e: e.interactive) if asked & set(words_of(e.name))]
    places = sorted({key for key in tried if key not in (_CLOSED, _SEARCHED)})
    looked = f"; looked in {', '.join(places)}" if places else ""
    return f"found nothing that fits {words!r}{looked}" + (
        f"; the nearest are {', '.join(list(dict.fromkeys(near))[:3])}" if near else ""
    )


def _best(ways: list[_Way], scene: Scene) -> _Way | None:
    return min(ways, key=lambda way: (-way.promise, scene.order[way.element.ref]), default=None)


def _ways(scene: Scene, words: str, fresh: frozenset[str], index: Container[str]) -> Iterator[_Way]:
    asked = _stems(words)
    besides = _stems(scene.prompt) - asked
    for element in where(scene, is_usable):
        name = words_of(element.name or element.text or element.description)
        listed = _key(element) in index and "on" not in element.hints
        if not name or _is_portrait(element, scene):
            if promise := _opener_promise(element, scene):
                yield _Way(element, _key(element), promise, opens_menu=True, to_settings=True)
        elif (
            (len(name) <= _MOST_WORDS or listed)
            and not is_chosen(element)
            and not _is_act(element, name, scene)
        ):
            shared = _shared(asked, _stems(" ".join(name)))
            base = _IN_INDEX if listed else _base_promise(element, name, scene)
            beside = _shared(besides, _stems(" ".join(name)))
            if (
                not base
                and (shared or beside)
                and element.ref in fresh
                and not (_does_something(element, name) or _is_choice(element, scene))
            ):
                base = _FRESH
            if base:
                promise = 4 * shared + 2 * beside + base
                yield _Way(element, _key(element), promise, to_settings=_is_for_settings(name))
    for text in scene.texts:
        if promise := _name_promise(text, f"{words} {scene.prompt}", scene):
            yield _Way(text, fold(text.name), promise)


def _opener_promise(element: Element, scene: Scene) -> float:
    """What a sign without words promises that opens settings or a menu, and none of a record."""
    sign = (element.name or element.text).strip()
    own = {*element.hints}
    if bool(own & _OPENS_SETTINGS) or sign.startswith(_SETTINGS_SIGNS):
        return 2 if is_at_the_edge(element) or not _is_of_record(element, scene) else 0
    if _is_portrait(element, scene):
        return _PORTRAIT
    if own & _OPENS_MORE or sign in _MENU_SIGNS:
        return 0 if _is_of_record(element, scene) else 1
    return 1 if not sign and _is_in_bar(element, scene) else 0


def _is_portrait(element: Element, scene: Scene) -> bool:
    """Whether it stands for the person or the company that uses the application: initials in its bar."""
    box, sign = element.box, (element.name or element.text).strip()
    if box is None or not _INITIALS.fullmatch(sign) or max(box.width, box.height) > _ICON_PX:
        return False
    in_bar = box.right <= _BAR_PX or _is_in_bar(element, scene)
    return in_bar and not [e for e in scene.alike(element) if e.ref != element.ref and _says_initials(e)]


def _says_initials(element: Element) -> bool:
    return bool(_INITIALS.fullmatch((element.name or element.text).strip()))


def _is_of_record(element: Element, scene: Scene) -> bool:
    return any(len(scene.alike(group)) > 2 for group in list(scene.records_around(element))[:2])


def _is_in_bar(element: Element, scene: Scene) -> bool:
    """Whether it is a sign at the far end of the application's bar, where what opens its settings is."""
    box = element.box
    if box is None or box.bottom > _BAR_PX or max(box.width, box.height) > _ICON_PX:
        return False
    middle = max(e.box.right for e in scene.elements if e.box) / 2
    return box.x > middle and not (_OTHER_SIGNS | ACTS) & {*element.hints}


def _base_promise(element: Element, name: list[str], scene: Scene) -> float:
    """What an entry with words promises, whatever they are; 0: it is no way to a place."""
    if _is_for_settings(name):
        return 2
    if element.role == "tab" or "tab" in element.hints or _is_closed_section(element, scene):
        return 1
    if leads(element, scene) or _lies_in_navigation(element, scene):
        return 0.5 if len(scene.alike(element)) <= _MOST_ENTRIES else _AMONG_MANY
    opens_list = (element.name or element.text).strip().endswith(_CARETS)
    return 1 if opens_list and not _CHOOSES & {*element.hints} and is_at_the_edge(element) else 0


def _is_closed_section(element: Element, scene: Scene) -> bool:
    """Whether it opens a part of the page that is closed, and no menu of a thing."""
    return (
        "collapsed" in element.states and not scene.alike(element)[3:] and not _is_of_record(element, scene)
    )


def _may_be_choice(element: Element) -> bool:
    """Whether it may be one of the choices of a control, for nothing says that it leads to a place."""
    if _is_for_settings(words_of(element.name or element.text) or [""]):
        return False
    if element.role in ("tab", "link", "menuitem") or "tab" in element.hints:
        return False
    return not (_NAVIGATION - {"menu"}) & {*element.hints}


def is_at_the_edge(element: Element) -> bool:
    """Whether it stands at the top or at the left, where applications have what is for all of them."""
    return element.box is not None and (element.box.y < _TOP_PX or element.box.right < _LEFT_PX)


def _is_act(element: Element, name: list[str], scene: Scene) -> bool:
    """Whether it is called by an act; among the entries of navigation, `Pay bills` is a place."""
    if name[0] not in ACTS:
        return not {"edit", "add", "change"}.isdisjoint(name)
    is_entry = element.role == "link" and _is_among_entries(element, scene)
    return name[0] in _ACTS_ANYWHERE or not is_entry


def _is_among_entries(element: Element, scene: Scene) -> bool:
    return leads(element, scene) and len(scene.alike(element)) >= _FEW_ENTRIES


def _shared(asked: set[str], said_words: set[str]) -> int:
    """How many words are said that are asked for, or begin so: `Pay bills` has one of `the payment`."""
    return sum(any(a.startswith(w) or (len(a) > 2 and w.startswith(a)) for a in asked) for w in said_words)


def _is_for_settings(name: list[str]) -> bool:
    """Whether a name says nothing but that settings are behind it: `Board settings`, `My profile`."""
    own = {*name}
    return name[-1] in ("settings", "preferences", "options") or (
        own <= _SETTINGS | _BESIDE_SETTINGS and not _SETTINGS.isdisjoint(own)
    )


def _is_choice(element: Element, scene: Scene) -> bool:
    """Whether a press would set something: a switch stands in its row, or one beside it is ticked."""
    parent = scene.parent(element)
    row = list(scene.inside(parent)) if parent is not None else []
    own = [element, *scene.inside(element), *(row if len(row) <= _MOST_IN_ROW else [])]
    if _has_mark(element, scene) or any(e.role in _BOXES or not _SWITCHES.isdisjoint(e.hints) for e in own):
        return True
    return any((e.name or e.text).startswith(_TICKS) or "checked" in e.states for e in row)


def _has_mark(element: Element, scene: Scene) -> bool:
    """Whether a press would tick it: a box or a radio button is drawn in it, with no press of its own."""
    sign = sign_in(element, scene)
    return sign is not None and not sign.interactive


_BOXES = ("checkbox", "switch", "radio", "menuitemcheckbox", "menuitemradio", "option")
_SWITCHES = frozenset({"toggle", "switch", "checkbox", "radio", "option"})
_TICKS = ("✓", "✔", "☑", "●")
_MOST_IN_ROW = 8


def _does_something(element: Element, name: list[str]) -> bool:
    """Whether it is a button, or called by a verb: then it may be an act."""
    return element.role == "button" or element.tag == "button" or is_verb(name[0])


def _lies_in_navigation(element: Element, scene: Scene) -> bool:
    """Whether it lies in a bar that its author calls one of navigation."""
    return any(_AROUND_NAVIGATION & {*above.hints} for above in scene.ancestors(element))


def _name_promise(text: Element, words: str, scene: Scene) -> float:
    """What a thing promises that is called by nothing but words that were said; 0: it opens nothing."""
    name = words_of(text.name)
    if not name or not {*name} <= {*words_of(words)} or all(map(is_closed, name)):
        return 0
    if (len(name) == 1 and (len(text.name) < _LEAST_NAME or text.name.islower())) or name[0] in ACTS:
        return 0
    holder = next((e for e in (text, *list(scene.ancestors(text))[:4]) if e.interactive), None)
    if holder is None or "button" in (holder.tag, holder.role) or not is_usable(holder) or is_chosen(holder):
        return 0
    if _has_mark(holder, scene) or words_of(holder.name or holder.text)[0] in ACTS:
        return 0
    return 4 * len(name) + 0.3


def _stems(words: str) -> set[str]:
    return {word[:5].rstrip("s") for word in words_of(words) if len(word) > 2 and not is_closed(word)}


def is_way(element: Element, scene: Scene) -> bool:
    """Whether it leads to another place of the application, and is called by no act."""
    name = words_of(element.name or element.text or element.description)
    if not name or len(name) > _MOST_WORDS or is_chosen(element):
        return False
    if name[0] in ACTS:
        return name[0] in _OFTEN_PLACES and any(e.role == "navigation" for e in scene.ancestors(element))
    return leads(element, scene) or bool(set(name) & _SETTINGS)


def leads(element: Element, scene: Scene) -> bool:
    """Whether it is an entry of the application's navigation."""
    if element.role in ("tab", "menuitem") or _NAVIGATION & set(element.hints):
        return True
    return any(above.role in ("navigation", "tablist", "menubar") for above in scene.ancestors(element))


def is_usable(element: Element) -> bool:
    """Whether it can be pressed, and holds no value of its own."""
    if not (element.interactive and element.enabled) or "covered" in element.states:
        return False
    return element.tag not in ("input", "select", "textarea") and element.role not in (
        *FIELD_ROLES,
        *CHECK_ROLES,
    )


def without_count(name: str) -> str:
    """A name without the number of things that stands behind it: `Orders` for `Orders (12)`."""
    return re.sub(r"[\s(]+\d+\+?\)?$", "", name)


def _key(element: Element) -> str:
    """The same for what is the same way on another look; a sign without words is known by its author's."""
    words = fold(re.sub(r"\d+", "", element.name or element.text or element.description))
    return words or " ".join(sorted(element.hints))
