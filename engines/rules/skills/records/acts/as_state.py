"""Acts that are a state of the record: a tick that says that it is done, a switch that locks it.

`Mark the task as done` may be a circle beside the task, `lock the card` a switch `Lock card`, `unmute it` the
same switch the other way round. The record has to show the state then.
"""

from __future__ import annotations

from collections.abc import Sequence

from browser.model.actions import Click, SetChecked
from browser.model.element_match import fold, words_of
from browser.model.observation import Element
from browser.model.roles import CHECK_ROLES
from engines.rules.grounding.find import said
from engines.rules.reading.things import Thing
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.controls.drawn import drawn_toggle, turn
from engines.rules.skills.records.acts.on_record import ActSought, only
from engines.rules.skills.records.locate import (
    Deed,
    anchors,
    control_below,
    groups_around,
    is_done,
    is_plain_form_of,
    stem,
)
from engines.rules.skills.records.reach import the_record
from engines.rules.step_generator import CannotDo, Evidence, StepGenerator, act

_Record = tuple[Element, Element]
"""A record, and its name in it."""
_DONE = frozenset({"done", "complete", "completed", "finished"})
_FINISH = frozenset({"complete", "finish"})
_REOPEN = frozenset({"reopen", "uncomplete"})
_TICKS = _DONE | _FINISH | {"mark", "tick", "check"}
_OTHER_SIGNS = frozenset(
    "star starred favorite favourite flag pin drag handle grip expand chevron arrow avatar".split()  # noqa: SIM905
)
"""What an author calls signs before a name that are no ticks."""
_SIGN_PX = 32
"""What is larger is no tick."""
_STANDS_FOR = {
    "hide": ("show", False), "show": ("hide", False),
    "deactivate": ("active", False), "activate": ("active", True),
    "disable": ("enabled", False), "enable": ("enabled", True),
}  # fmt: skip
"""What a switch may be called instead, and whether it is on then."""
_OPPOSITE = ("un", "dis", "de")
_TIES = frozenset("in on of to for from the this my as".split())  # noqa: SIM905


def as_state(sought: ActSought, scene: Scene) -> StepGenerator | None:
    """The act as a state that the record has a control for in its list; None where it has none."""
    record = the_record(sought.thing, scene)
    words = sought.deed.words
    if record is None:
        return None
    if words[:2] == ("mark", "as"):
        box = control_below(words[2], record[0], scene)
        if box is not None and box.role in ("checkbox", "switch"):
            return _ticked(box, sought.thing, words[2])
    done = _is_done_by(words)
    sign = _tick_of(record, scene) if done is not None else None
    return _pressed(sign, record, sought.thing, bool(done), scene) if sign is not None else None


def as_switch(sought: ActSought, scene: Scene) -> StepGenerator | None:
    """The act as the one switch of a view that is called so, or by its opposite; None without one."""
    found = {}
    for name in _labels(scene):
        on = _says(name, sought.deed)
        toggle = drawn_toggle(name, scene) if on is not None else None
        if toggle is not None:
            found[toggle.ref] = (toggle, name, bool(on))
    if len(found) != 1:
        return None
    toggle, name, on = next(iter(found.values()))
    return turn(toggle, name, scene, on)


def _labels(scene: Scene) -> list[str]:
    return list(dict.fromkeys(text.name for text in scene.texts if len(text.name) <= 60))


def _says(label: str, deed: Deed) -> bool | None:
    """Whether a switch of this label is on once the act is done; None: the label says something else."""
    said_words = [word for word in words_of(label) if word not in _TIES]
    if not said_words or not all(stem(word) in deed.objects for word in said_words[1:]):
        return None
    verb, head = deed.words[0], said_words[0]
    if len(deed.words) > 1:
        return None
    if is_same_act(verb, head):
        return True
    if any(verb == f"{before}{verb.removeprefix(before)}" and is_same_act(verb.removeprefix(before), head)
           for before in _OPPOSITE if verb.startswith(before)):  # fmt: skip
        return False
    other, on = _STANDS_FOR.get(verb, ("", False))
    return on if other and head in (other, f"{other}n") else None


def is_same_act(verb: str, word: str) -> bool:
    """Whether a word is a verb or its participle: `lock`, `locked`."""
    return word == verb or is_plain_form_of(verb, word)


def _is_done_by(words: Sequence[str]) -> bool | None:
    """Whether an act says of a record that it is done, or that it is not; None: neither."""
    if (words[:2] == ("mark", "as") and words[2:] and words[2] in _DONE) or (
        len(words) == 1 and words[0] in _FINISH
    ):
        return True
    return False if len(words) == 1 and words[0] in _REOPEN else None


def _tick_of(record: _Record, scene: Scene) -> Element | None:
    """The one small sign without words before the name of a record: a circle or box to tick."""
    group, anchor = record
    signs = [
        e
        for e in scene.inside(group)
        if e.interactive and e.box and anchor.box and not is_text_field(e) and not words_of(e.name or e.text)
        and max(e.box.width, e.box.height) <= _SIGN_PX and e.box.right <= anchor.box.x + 1
        and e.box.y < anchor.box.bottom and anchor.box.y < e.box.bottom
    ]  # fmt: skip
    signs = [e for e in signs if not _is_for_else(e)]
    signs = scene.outermost(signs)
    drawn = [e for e in signs if e.role not in CHECK_ROLES]  # beside it, a box only selects the record
    return only(drawn or signs, scene)


def _is_for_else(sign: Element) -> bool:
    """Whether a sign says that it is no tick: by what it is called, else by what its author calls it."""
    told = {*words_of(sign.description)}
    return (
        bool(told and not told & _TICKS) or bool(_OTHER_SIGNS & {*sign.hints}) or "draggable" in sign.states
    )


def _ticked(box: Element, thing: Thing, state: str) -> StepGenerator:
    scene = yield from act(SetChecked(box.ref))
    now = scene.get(box.ref)
    if now is None or "checked" not in now.states:
        raise CannotDo(f"the box of {thing.name!r} does not show that it is {state}")
    return Evidence(f"{thing.name!r} is ticked as {state}", refs=(box.ref,))


def _pressed(sign: Element, record: _Record, thing: Thing, done: bool, scene: Scene) -> StepGenerator:
    """Press the tick of a record; the record has to say that it is done, or to leave the list for it."""
    state = "done" if done else "not done"
    if _shows_done(record, scene) == done:
        raise CannotDo(f"the page shows that {thing.name!r} is {state} already")
    scene = yield from act(Click(sign.ref))
    now = _again(record, thing, scene)
    if now is not None and _shows_done(now, scene) != done:
        if (same := _tick_of(now, scene)) is not None:
            yield from act(Click(same.ref))
        raise CannotDo(f"the page does not show that {thing.name!r} is {state} once {said(sign)} was clicked")
    return Evidence(f"{thing.name!r} is ticked as {state}", refs=(sign.ref,))


def _again(record: _Record, thing: Thing, scene: Scene) -> _Record | None:
    """The record that was ticked, which may have left the list: another one may say its name, too."""
    called = fold(record[1].name or record[1].text)
    for anchor in anchors(thing, scene):
        if fold(anchor.name or anchor.text) == called:
            return next(iter(groups_around(anchor, scene)), anchor), anchor
    return None


def _shows_done(record: _Record, scene: Scene) -> bool:
    """Whether a record is ticked, is struck through, or says that it is done."""
    group, anchor = record
    sign = _tick_of(record, scene)
    marks = [group, *([sign, *scene.inside(sign)] if sign is not None else [])]
    if any(_DONE & {*one.hints} or is_done(one) for one in marks):
        return True  # a box that is checked may only select its record
    around = [anchor, *scene.inside(anchor)]
    return any(e.appearance is not None and e.appearance.struck for e in around)
