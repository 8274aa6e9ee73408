"""Editors that come up: what shows a value with a control beside it, which opens a form, a list or a menu.

The page has to show the new value where it showed the old one, once the editor is closed: else the change is
not called made.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Literal

from browser.model.actions import Action, Click, Press, Select, SetChecked, TypeText
from browser.model.element_match import STRONG, fold, shows, similarity, words_of
from browser.model.observation import Element
from browser.model.roles import CHECK_ROLES
from browser.values.dates import possible_days
from engines.rules.grounding.find import interchangeable, new_in, said
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.base import Notes
from engines.rules.skills.controls.calendar import set_date
from engines.rules.skills.controls.choice import box_score
from engines.rules.skills.controls.drawn import says
from engines.rules.skills.controls.fields import fill
from engines.rules.skills.controls.labelled_rows import TOLD, LabelledRow, is_nothing, rows_called
from engines.rules.skills.controls.saving import followed, the_save_button
from engines.rules.step_generator import Ambiguous, CannotDo, Evidence, NotFound, StepGenerator, Turns, act

_ONE_OF = ("radio", "menuitemradio")
_CLEARS = frozenset({"clear", "unset", "remove", "reset"})


Way = Literal["to", "add", "remove", "clear"]


@dataclass(frozen=True, slots=True)
class Change:
    """What a labelled part of something is to become."""

    label: str
    values: tuple[str, ...] = ()
    way: Way = "to"
    """Whether these are all of its values then, are added to them, are taken from them, or none is left."""
    was: str = ""
    """The value that the prompt says it has before; "" where it says none."""


def change_by_editor(
    change: Change, opener: Element, scene: Scene, row: LabelledRow | None = None
) -> StepGenerator:
    """Open an editor, bring it to the change, keep it, and see that the page shows it.

    Args:
        change: What is to be changed.
        opener: What opens the editor.
        scene: The page.
        row: Where the page shows the value; None: nowhere in particular.

    Raises:
        CannotDo: It does not offer the value, or the page does not show the change.
    """
    before = scene
    if row is not None and _shows_already(change, row, scene):
        return Evidence(f"{change.label!r} shows {row.value(scene)!r}")
    if row is None and change.way == "clear":
        raise NotFound(
            f"the page does not show what {change.label!r} is, so that it could be seen to be gone"
        )
    if row is not None:
        _place(row, rows_called(change.label, scene))
    scene = yield from act(Click(opener.ref))
    used, scene = yield from _carried_into(change, before, scene)
    scene = yield from _kept(used, before, scene)
    return Evidence(_proof(change, row, before, scene), refs=(opener.ref,))


def _shows_already(change: Change, row: LabelledRow, scene: Scene) -> bool:
    """Whether nothing is left to be done.

    Raises:
        CannotDo: The part is not as the prompt says it is.
    """
    value = row.value(scene)
    if change.was and not _shows_value(value, change.was):
        raise CannotDo(f"{change.label!r} shows {value!r}, not {change.was!r}")
    if change.way == "clear" and is_nothing(value, change.label):
        raise CannotDo(f"{change.label!r} shows {value!r}: there is nothing to clear")
    if change.way == "remove":
        missing = [one for one in change.values if not _shows_value(value, one)]
        if missing:
            raise CannotDo(f"{change.label!r} shows {value!r}, and not {missing[0]!r}")
    return change.way == "add" and all(row.shows(one, scene) for one in change.values)


_Used = Generator[tuple[Action, ...], Scene, tuple[list[Element], Scene]]
"""Turns after which come the parts of the editor that were used, and the page as it is."""


def _carried_into(change: Change, before: Scene, scene: Scene) -> _Used:
    new = new_in(scene, before)
    if change.way == "clear":
        return (yield from _emptied(change, new, scene))
    used: list[Element] = []
    for value in change.values:
        new = new_in(scene, before)
        entry = entry_for(value, new, scene)
        fields = [e for e in new if is_text_field(e) and not e.options]
        if entry is None and len(fields) == 1:
            if change.way == "to" and the_save_button(new) is not None and len(change.values) == 1:
                scene = yield from _typed(fields[0], value, scene)
                used.append(fields[0])
                continue
            scene = yield from act(TypeText(value, fields[0].ref))
            entry = entry_for(value, new_in(scene, before), scene)
        if entry is None:
            offered = ", ".join(dict.fromkeys(repr(e.name or e.text) for e in new if e.name or e.text))
            raise NotFound(f"{change.label!r} does not offer {value!r}; it offers {offered or 'nothing'}")
        scene = yield from act(_use(entry, value, change))
        used.append(entry)
    if change.way == "to":
        others = [e for e in new_in(scene, before) if e.role in CHECK_ROLES and e.role not in _ONE_OF]
        ticked = [e for e in others if "checked" in e.states and e.ref not in {one.ref for one in used}]
        if any(one.role in CHECK_ROLES for one in used) and ticked:
            scene = yield from act(*(SetChecked(one.ref, False) for one in ticked))
    return used, scene


def _typed(field: Element, value: str, scene: Scene) -> Turns:
    if possible_days(value) and (field.input_type == "date" or "readonly" in field.states):
        typing = set_date(field, value, scene)
    else:
        typing = fill([(field, value)], scene, Notes())
    _, scene = yield from followed(typing, scene)
    return scene


def entry_for(value: str, new: Sequence[Element], scene: Scene) -> Element | None:
    """What stands for a value in an editor: a box, a list that offers it, or an entry to press.

    Raises:
        Ambiguous: Several entries that differ are called so.
    """
    boxes = [e for e in new if e.role in CHECK_ROLES and _ticks(e, value, scene)]
    lists = [e for e in new if _option(value, e)]
    plain = [e for e in new if not is_text_field(e) and not e.options and says(value, e, scene)]
    plain = scene.outermost(plain)
    for some in (boxes, lists, plain):
        if some and any(not interchangeable(some[0], other) for other in some[1:]):
            raise Ambiguous(f"{len(some)} entries are called {value!r}")
        if some:
            return some[0]
    return None


def _ticks(box: Element, value: str, scene: Scene) -> bool:
    """Whether a box is for a value: it is called so, or what holds it alone has a text that is."""
    if box_score(value, box, scene) >= STRONG:
        return True
    around = scene.parent(box)
    inside = list(scene.inside(around)) if around is not None else []
    alone = sum(one.role in CHECK_ROLES for one in inside) == 1
    return alone and any(one.role == "text" and similarity(value, one.name) >= STRONG for one in inside)


def _option(value: str, element: Element) -> str:
    return next((one for one in element.options if similarity(value, one) >= STRONG), "")


def _use(entry: Element, value: str, change: Change) -> Action:
    if entry.role in CHECK_ROLES:
        if entry.role in _ONE_OF and change.way == "remove":
            raise CannotDo(f"{said(entry)} cannot be taken away, only another be chosen")
        return SetChecked(entry.ref, change.way != "remove")
    if entry.options:
        if change.way != "to":
            raise CannotDo(f"{said(entry)} takes one choice")
        return Select(entry.ref, (_option(value, entry),))
    return Click(entry.ref)


def _emptied(change: Change, new: Sequence[Element], scene: Scene) -> _Used:
    """Choose what stands for nothing, press what clears it, or empty its one field."""
    called = [(e, fold(e.name or e.text)) for e in new if not is_text_field(e) and not e.options]
    named = [e for e, name in called if name and is_nothing(name, change.label)]
    ticks = [e for e in named if e.role in CHECK_ROLES]
    clears = [
        e for e, name in called if name in _CLEARS or name in {f"{c} {fold(change.label)}" for c in _CLEARS}
    ]
    for some in (ticks, named, clears):
        if len(some) == 1:
            action = SetChecked(some[0].ref) if some[0].role in CHECK_ROLES else Click(some[0].ref)
            return [some[0]], (yield from act(action))
    lists = [(e, option) for e in new for option in e.options if is_nothing(option, change.label)]
    if len(lists) == 1:
        return [lists[0][0]], (yield from act(Select(lists[0][0].ref, (lists[0][1],))))
    fields = [e for e in new if is_text_field(e) and not e.options]
    if len(fields) != 1 or the_save_button(new) is None:
        raise NotFound(f"found nothing that clears {change.label!r}")
    return fields, (yield from act(TypeText("", fields[0].ref)))


def _kept(used: Sequence[Element], before: Scene, scene: Scene) -> Turns:
    """Press the one button of the editor that keeps the change, and see it closed."""
    keep = the_save_button(new_in(scene, before))
    if keep is not None:
        if not keep.enabled:
            raise CannotDo(f"{said(keep)} is disabled")
        scene = yield from act(Click(keep.ref))
    elif _is_open(used, scene):
        scene = yield from act(Press("Escape"))
    if _is_open(used, scene):
        raise CannotDo("what was opened to make the change did not close")
    return scene


def _is_open(used: Sequence[Element], scene: Scene) -> bool:
    return any((now := scene.get(one.ref)) is not None and now.box is not None for one in used)


def _place(row: LabelledRow, rows: Sequence[LabelledRow]) -> int:
    """Which of the rows of its label a row is, from 0 on; raises `NotFound` where it is none of them."""
    for at, one in enumerate(rows):
        if one.label.ref == row.label.ref:
            return at
    raise NotFound(f"{row.label.name!r} is gone from the page")


def _proof(change: Change, row: LabelledRow | None, before: Scene, scene: Scene) -> str:
    """The sentence that says what the page shows of a change.

    Raises:
        CannotDo: It does not show it.
    """
    if row is None:
        return changed_count(change, before, scene)
    rows, later = rows_called(change.label, before), rows_called(change.label, scene)
    if len(rows) != len(later):
        raise CannotDo(f"the page does not show {change.label!r} where it did")
    now = later[_place(row, rows)]
    value = now.value(scene)
    stays = value == row.value(before)
    same = stays and [fold(value)] != [fold(one) for one in change.values]
    met = {
        "to": not same and all(_shows_value(value, one) for one in change.values),
        "add": not stays and all(_shows_value(value, one) for one in change.values),
        "remove": not stays and not any(now.shows(one, scene) for one in change.values),
        "clear": is_nothing(value, change.label),
    }
    if not met[change.way]:
        raise CannotDo(f"{change.label!r} shows {value!r} after it was changed")
    return f"{change.label!r} shows {value!r}"


def changed_count(change: Change, before: Scene, scene: Scene) -> str:
    """The proof where no row shows the value: the page shows it more often than before, or less.

    Raises:
        CannotDo: It does not.
    """
    for value in change.values:
        was, now = times_shown(value, before), times_shown(value, scene)
        if now == was or (now < was) != (change.way == "remove"):
            raise CannotDo(f"the page does not show that {value!r} of {change.label!r} was changed")
    if not change.values:
        raise CannotDo(f"the page does not show what {change.label!r} is")
    gone = "no longer shows" if change.way == "remove" else "shows"
    return f"the page {gone} {', '.join(map(repr, change.values))}"


def times_shown(value: str, scene: Scene) -> int:
    """How many texts of a page show a value, those that only tell what happened left out."""
    texts = [e for e in scene.texts if _shows_value(e.name, value)]
    return sum(not any(above.role in TOLD for above in scene.ancestors(e)) for e in texts)


def _shows_value(text: str, value: str) -> bool:
    """Whether a value stands in a text: a date in whatever form, several words however they are parted."""
    days = possible_days(value)
    if shows(text, value) or (len(days) == 1 and days <= possible_days(text)):
        return True
    words = words_of(value)
    return len(words) > 1 and f" {' '.join(words)} " in f" {' '.join(words_of(text))} "
