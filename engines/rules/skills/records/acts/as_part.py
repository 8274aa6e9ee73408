"""Acts that are a choice made of the record: `assign it to Ann`, `move it to Review`, `pause it`.

The record has a list for what the verb brings about, in its row or in its own view: a native one, one that is
drawn and opens, or a row of a label and a value. It counts where exactly one such list offers what is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from browser.model.actions import Click, Press
from browser.model.element_match import STRONG, shows, similarity, words_of
from browser.model.observation import Element
from engines.rules.grounding.find import new_in, said, where
from engines.rules.grounding.labels import label_of
from engines.rules.reading.things import Thing
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.base import Notes
from engines.rules.skills.controls.assign import set_control
from engines.rules.skills.controls.editors import Change
from engines.rules.skills.controls.labelled_rows import the_row
from engines.rules.skills.controls.saving import drawn_anew, kept_beside, saved
from engines.rules.skills.exploring import leads
from engines.rules.skills.records.acts.form import Given
from engines.rules.skills.records.acts.openers import opens_list
from engines.rules.skills.records.locate import Deed, is_plain_form_of, stems
from engines.rules.skills.records.making.tied import Tied
from engines.rules.skills.records.parts.change import ChangePart
from engines.rules.step_generator import CannotDo, Evidence, NotFound, StepGenerator, act

_STATES = stems("status state stage")
_PEOPLE = stems("assignee assigned owner responsible agent representative rep handler")
_PLACES = stems("stage status state step phase column list folder section")
_ROLES = stems("role level access permission")
_LABELS = {
    **dict.fromkeys(("assign", "reassign", "delegate", "hand"), _PEOPLE),
    **dict.fromkeys(("move", "advance", "transfer"), _PLACES),
    **dict.fromkeys(("make", "promote", "demote"), _ROLES),
    **dict.fromkeys(("mark", "set", "put"), _STATES),
}
"""What a list is called that shows what a verb brings about."""
_BECOMES = ("to", "as", "into", "onto")
_GROUPS = 3
"""So many groups around a list are looked at for its label."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a list has to be called, and what is to be chosen in it."""

    labels: frozenset[str]
    value: str
    verb: str = ""
    """The verb of which the choice is the participle, where no value is said: `archived` of `archive`."""

    def fits(self, option: str) -> bool:
        """Whether an option is what is to be chosen, maybe without the noun for what it is."""
        if self.verb:
            words = words_of(option)
            return len(words) == 1 and is_plain_form_of(self.verb, words[0])
        return similarity(self.value, option) >= STRONG or (
            bool(words_of(option)) and stems(option) == stems(self.value) - self.labels
        )


def choice_in(deed: Deed, then: Sequence[Given], scene: Scene) -> Choice | None:
    """The choice that an act may be; None where it says more than a choice, or none."""
    verb, *more = deed.words
    given = [step.part for step in then if isinstance(step, Tied) and not step.part.label]
    given = [part for part in given if part.tie != "of" or not _is_said(part.values[0], scene)]
    if len(given) > 1 or len(then) > len(given) + sum(isinstance(step, Tied) for step in then):
        return None
    if verb == "mark" and more[:1] == ["as"] and not given:
        return Choice(_STATES, " ".join(more[1:]))
    if given and given[0].tie in _BECOMES and len(given[0].values) == 1 and verb in _LABELS:
        return Choice(_LABELS[verb], given[0].values[0])
    return Choice(_STATES, "", verb) if not then and not more else None


def _is_said(words: str, scene: Scene) -> bool:
    return any(stems(words) <= stems(text.name) for text in scene.texts)


def in_row(choice: Choice, record: Element, scene: Scene, notes: Notes) -> StepGenerator | None:
    """The choice in the lists of a record where it stands in its list; None where none of them offers it."""
    found = _native(choice, list(scene.inside(record)), scene)
    return _choose_native(choice, found[0], scene, notes) if len(found) == 1 else None


def is_offered(choice: Choice, record: Element, scene: Scene) -> bool:
    """Whether one list of a record offers the choice where it stands in its list."""
    return len(_native(choice, list(scene.inside(record)), scene)) == 1


def in_opened_row(choice: Choice, record: Element, scene: Scene) -> StepGenerator | None:
    """The choice in the one drawn list of a record where it stands in its list; None where it has none."""
    lists = scene.outermost([e for e in scene.inside(record) if _is_drawn_list(e, scene)])
    return _choose_drawn(choice, lists[0], scene) if len(lists) == 1 else None


def in_view(choice: Choice, thing: Thing, scene: Scene, notes: Notes) -> StepGenerator | None:
    """The choice in the one list of a record's own view that is called as the verb means; None without it."""
    usable = where(scene, lambda e: e.interactive and e.enabled and "covered" not in e.states)
    usable = [e for e in usable if not leads(e, scene)]
    called = [e for e in usable if choice.labels & _label_stems(e, scene)]
    native = _native(choice, called, scene)
    if len(native) == 1:
        return _choose_native(choice, native[0], scene, notes)
    drawn = scene.outermost([e for e in called if _is_drawn_list(e, scene)])
    if len(drawn) == 1 and not native:
        return _choose_drawn(choice, drawn[0], scene)
    rows = [] if native or drawn or choice.verb else _row_labels(choice, scene)
    if len(rows) != 1:
        return None
    value = " ".join(word for word in choice.value.split() if not stems(word) <= stems(rows[0]))
    return ChangePart(Change(rows[0], (value,)), thing).in_view(frozenset(), scene, notes)


def _row_labels(choice: Choice, scene: Scene) -> list[str]:
    """The labels of rows that show what the verb brings about, beside a value."""
    texts = (text.name for text in scene.texts if choice.labels & stems(text.name))
    labels = [name for name in dict.fromkeys(texts) if len(words_of(name)) <= _GROUPS]
    return [label for label in labels if the_row(label, scene) is not None]


def _native(choice: Choice, pool: Sequence[Element], scene: Scene) -> list[Element]:
    lists = [e for e in pool if e.options and e.enabled and e.box and "covered" not in e.states]
    return [e for e in lists if sum(map(choice.fits, e.options)) == 1]


def _is_drawn_list(element: Element, scene: Scene) -> bool:
    usable = element.interactive and element.enabled and element.box is not None and not element.href
    return usable and not is_text_field(element) and not element.options and opens_list(element)


def _label_stems(control: Element, scene: Scene) -> frozenset[str]:
    """The words of what stands first in the groups around a control, and of what its author calls it."""
    if control.options:
        return stems(label_of(control, scene))
    for group in list(scene.ancestors(control))[:_GROUPS]:
        texts = [e for e in scene.inside(group) if e.role == "text" and words_of(e.name)]
        if texts and not scene.holds(control, texts[0]):
            return stems(texts[0].name)
    return frozenset()


def _choose_native(choice: Choice, control: Element, scene: Scene, notes: Notes) -> StepGenerator:
    option = next(filter(choice.fits, control.options))
    if similarity(option, control.value or "") >= STRONG:
        raise CannotDo(f"{said(control)} shows {option!r} already")
    setting = set_control(control, label_of(control, scene) or option, (option,), scene, notes)
    return (yield from saved(setting, control, scene))


def _choose_drawn(choice: Choice, control: Element, scene: Scene) -> StepGenerator:
    return (yield from kept_beside(_chosen(choice, control, scene), control, scene))


def _chosen(choice: Choice, control: Element, scene: Scene) -> StepGenerator:
    """Open a drawn list, press the one entry that is meant, and see that the list shows it then."""
    before = scene
    scene = yield from act(Click(control.ref))
    new = new_in(scene, before)
    entries = scene.outermost([e for e in new if choice.fits(e.name or e.text) and not is_text_field(e)])
    if len(entries) != 1:
        offered = ", ".join(repr(e.name or e.text) for e in new[:8] if e.name or e.text)
        yield from act(Press("Escape"))
        raise NotFound(f"{said(control)} does not offer {choice.value or choice.verb!r}; it offers {offered}")
    words = entries[0].name or entries[0].text
    scene = yield from act(Click(entries[0].ref))
    shown = scene.get(control.ref) or drawn_anew(control, scene)
    if shown is None or not shows(shown.name or shown.text, words):
        raise CannotDo(f"the page does not show {words!r} once it was chosen")
    return Evidence(f"{said(control)} shows {words!r} now", refs=(shown.ref,))
