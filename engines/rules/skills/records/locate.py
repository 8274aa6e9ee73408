"""Records by all of their words, and the controls that do something to one of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from browser.model.element_match import STRONG, says_all, similarity, words_of
from browser.model.observation import Element
from engines.rules.grounding.described import description_of, records_described
from engines.rules.grounding.find import where
from engines.rules.grounding.titles import letter_px, titles
from engines.rules.reading.things import Thing
from engines.rules.reading.wordings.same_acts import same_acts
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.controls.saving import the_save_button

_FILLERS = frozenset("as the this a an it selected item now to from for".split())  # noqa: SIM905
_REMOVES = frozenset({"delete", "remove", "erase", "trash"})
_ALSO = {
    "rename": frozenset({"rename", "edit"}),
    "make": frozenset({"make", "set", "mark"}),
    "set": frozenset({"set", "mark", "make", "change", "convert", "switch"}),
    **dict.fromkeys(_REMOVES, _REMOVES),
}
"""What a control may be called instead that does the same, or leads to it."""
_LIGHT = frozenset({"add", "move", "mark", "send", "put"})
"""Verbs that say nothing by themselves: the word behind them is the act."""
_BINS = frozenset({"trash", "bin", "deleted", "wastebasket", "garbage"})
_GOES_WITH = {"revoke": ("access",)}
"""Words that a control may add to the act, which say no more: access is what is revoked."""
_FOR_ALL = frozenset({"everyone", "everybody"})
"""What a control may add that also says what it is done to: `Archive channel for everyone`."""
_ASKS_FOR = frozenset({"with", "and", "add", "give", "enter"})
"""Words between an act and what it asks for: `Refuse & add a note`."""
_LEAVES = frozenset({"close", "cancel", "dismiss"})
_DONE = frozenset({"active", "on", "marked", "filled", "selected", "starred", "checked", "pressed"})
_LONGEST = 60
"""Characters; a longer text on a control is no name."""
_SAYS = re.compile(r"\w{3}|[^\W\d_][a-z]|[^\W\d_\u0000-\u024f]")
"""A text that names something, be it as short as `Bo`; initials and numbers do not."""
_IRREGULAR = {"hidden": "hide", "shown": "show", "frozen": "freeze", "kept": "keep", "left": "leave"}
_ROOT = 5
"""So many letters at their beginnings tell that two words are of one root."""
_FEW = 4
"""So many groups around a name are looked at, innermost first."""


@dataclass(frozen=True, slots=True)
class Deed:
    """An act as a control may be called: `archive`, `mark as read`."""

    words: tuple[str, ...]
    objects: frozenset[str] = frozenset()
    """Words for what it is done to, which the control may repeat."""
    given: frozenset[str] = frozenset()
    """Words for what it is given, which the control may say that it asks for: `Refuse with a note`."""
    wanted: frozenset[str] = frozenset()
    """Words for what it is done with: a control that says them is meant before one that does not."""

    @property
    def said(self) -> str:
        """As a person would say it."""
        return " ".join(self.words)

    def fits(self, element: Element) -> bool:
        """Whether a control is called like the act, and says nothing else but what it is done to."""
        texts = (element.name, element.description, element.text)
        said = [words for text in texts if text and len(text) <= _LONGEST and (words := _core(text))]
        if any(self._is_said(words) for words in said):
            return True
        shows_words = any(len(word) > 1 for words in said for word in words)
        hints = set(element.hints)
        own = [word for word in self.words if word not in _FILLERS]
        named = hints & _ALSO.get(own[0], {own[-1]})
        leaves = hints & _LEAVES - {own[0]}  # `close-delete` closes what asks whether to delete
        return not shows_words and bool(named) and not leaves and (len(own) == 1 or own[0] == "mark")

    @property
    def removes(self) -> bool:
        """Whether the thing is gone after it."""
        return self.words[0] in _REMOVES

    def _is_said(self, words: Sequence[str]) -> bool:
        own = [word for word in self.words if word not in _FILLERS]
        if own[0] == "mark" and len(own) == 2 and words[0] in _plain_forms(own[1]) - _LEAVES:
            own = [words[0]]  # `Skip` marks as skipped
        if len(own) == 1 and words[0] in _LIGHT and len(words) > 1 and _is_of(own[0], words[1]):
            words = [own[0], *words[2:]]  # `Add to Starred` stars, `Move to trash` trashes
        first = {stem(word) for word in _ALSO.get(own[0], {own[0]})}
        if len(words) < len(own) or stem(words[0]) not in first:
            return False
        if [stem(word) for word in words[1 : len(own)]] != [stem(word) for word in own[1:]]:
            return False
        objects = self.objects | self._asked_for(words) | stems(*_GOES_WITH.get(own[0], ()))
        more = [stem(word) for word in words[len(own) :]]
        for_all = _FOR_ALL if objects & {*more} else frozenset()
        return all(word in objects or word in for_all for word in more)

    def _asked_for(self, words: Sequence[str]) -> frozenset[str]:
        """The words of a control that say what it asks for, where that is given."""
        return self.given | _ASKS_FOR if self.given & {stem(word) for word in words} else frozenset()

    def asks_for_given(self, element: Element) -> bool:
        """Whether a control says that it asks for what is given."""
        return bool(self.given & stems(element.name or element.text))


def _plain_forms(participle: str) -> frozenset[str]:
    """What a regular participle may be of: `skip` for `skipped`, `resolve` for `resolved`."""
    root = participle.removesuffix("ed")
    if root == participle:
        return frozenset()
    return frozenset({root, f"{root}e", root[:-1] if root[-1:] == root[-2:-1] else root})


def _is_of(verb: str, word: str) -> bool:
    """Whether a word says where a verb brings something, or what it makes of it: `bin`, `starred`."""
    if verb in _REMOVES:
        return word in _BINS
    return stem(word) == stem(verb) or verb in _plain_forms(word)


def is_plain_form_of(verb: str, participle: str) -> bool:
    """Whether a participle is one of a verb: `muted` of `mute`, `hidden` of `hide`."""
    return verb in _plain_forms(participle) or _IRREGULAR.get(participle) == verb


def says_word(words: str, scene: Scene) -> bool:
    """Whether a control of the page, shown or not, is called by one of some words, or hinted at with it."""
    asked = stems(words)
    return any(
        asked & stems(e.name, e.description, *e.hints) for e in scene.elements if len(e.name) <= _LONGEST
    )


def stem(word: str) -> str:
    """A word without the ending of a plural: the same for `note` and `notes`, `class` and `classes`.

    What stays of it need not be a word, so it is only compared with other stems.
    """
    word = re.sub(r"(?<=\w{2})ies?$", "y", word.casefold())
    word = re.sub(r"(?<=\w{2})(s|x|z|ch|sh)es?$", r"\1", word)
    return re.sub(r"(?<=\w{3})s+$", "", word)


def one_root(one: str, other: str) -> bool:
    """Whether two words are of one root, as far as their beginnings tell: `align` and `alignment`."""
    return stem(one) == stem(other) or (
        len(min(one, other, key=len)) >= _ROOT and one[:_ROOT] == other[:_ROOT]
    )


def stems(*texts: str) -> frozenset[str]:
    """The stems of all words of some texts."""
    return frozenset(stem(word) for text in texts for word in words_of(text))


def _core(text: str) -> list[str]:
    return [word for word in words_of(text) if word not in _FILLERS]


def is_done(element: Element) -> bool:
    """Whether a control without words says that what it does was done already."""
    return (
        "pressed" in element.states or bool(_DONE & set(element.hints)) or element.name.strip() in ("★", "♥")
    )


def anchors(thing: Thing, scene: Scene) -> list[Element]:
    """What shows the name of a thing, with the other words that tell it from its like around it."""
    if not (thing.name or thing.within):
        return []
    for name in _callings(thing, scene):
        for least in (STRONG,) if thing.exact or thing.whole else (STRONG, 0.68):
            found = [e for e in where(scene, _may_name) if similarity(name, e.name or e.text) >= least]
            found = scene.innermost(found)
            found = [e for e in found if not thing.name.isdigit() or _is_its_number(thing, e)]
            found = [e for e in found if not thing.also or _record_of(e, thing, scene) is not None]
            found = [e for e in found if not _is_of_another_state(thing, e, scene)]
            if thing.exact:
                found = [e for e in found if any(True for _ in scene.records_around(e))]
            if found:
                return found
    if thing.exact or thing.whole or thing.within is not None:
        return []
    return records_described(description_of(thing.kind, thing.name, thing.tail, *thing.also), scene)


def _callings(thing: Thing, scene: Scene) -> tuple[str, ...]:
    """What a thing may be called on a page, the surest first.

    `The old lamp` may be the lamp `Old lamp`. A lone word before a bare name is a kind only where the page
    has such a kind.
    """
    if not thing.kind or not (thing.whole or thing.exact):
        return thing.names
    with_kind = f"{thing.kind} {thing.name}"
    if thing.exact and not stems(thing.kind) <= _said_on(scene):
        return (with_kind,)
    return (with_kind, *thing.names)


def _said_on(scene: Scene) -> frozenset[str]:
    """The stems of all words of a page, those of its address and of its author among them."""
    page = scene.observation
    hints = (hint for element in scene.elements for hint in element.hints)
    return stems(page.title, page.url, *(element.name for element in scene.elements), *hints)


def _is_of_another_state(thing: Thing, anchor: Element, scene: Scene) -> bool:
    """Whether the record around a name lacks what the prompt says of it, and others of the list say that.

    Of a `published post` the first word may tell it from its like; of a `blog post`, no record says it.
    """
    said_of_it = stems(*thing.kind.split()[:-1])
    for group in list(scene.records_around(anchor))[:1] if said_of_it else ():
        others = stems(*(one.text for one in scene.alike(group) if one.ref != group.ref))
        if said_of_it & others - stems(group.text):
            return True
    return False


def _is_its_number(thing: Thing, element: Element) -> bool:
    """Whether a text begins with the number of a thing, maybe behind its kind, also cut short (`INV-12`):
    not `Chair 12` for 12.
    """
    before = stems(thing.kind, "no nr number id")
    kinds = thing.kind.casefold().split()
    words = [
        word
        for word in words_of(element.name or element.text)
        if stem(word) not in before and not any(len(word) > 1 and kind.startswith(word) for kind in kinds)
    ]
    return words[:1] == [thing.name]


_SAYS_NONE = re.compile(
    r"\b(?:no|0) (?:results?|matches|items?|records?)\b|\bresults? for\b|\bnothing\b", re.I
)


def _may_name(element: Element) -> bool:
    if _SAYS_NONE.search(element.name or element.text):
        return False
    return element.role not in ("textbox", "searchbox", "option") and len(element.name or element.text) <= 200


def _record_of(anchor: Element, thing: Thing, scene: Scene) -> Element | None:
    """The innermost group around a name that says the further names of the thing too.

    What the page in front is headed by is said of all that it shows.
    """
    above = {one for one in thing.also if any(words_of(one) == words_of(title) for title in titles(scene))}
    for group in groups_around(anchor, scene):
        words = " ".join(one.name for one in scene.inside(group) if one.role == "text")
        if all(says_all(one, words) or one in above for one in thing.also):
            return group
    return None


def groups_around(anchor: Element, scene: Scene) -> list[Element]:
    """The repeated things that a name is part of, innermost first; else what directly holds it, or its line.

    A list in which a single record is left repeats nothing.
    """
    records = list(scene.records_around(anchor))[:_FEW]
    holding = [one for one in list(scene.ancestors(anchor))[:2] if one.role not in ("main", "generic")]
    return records or holding or _own_line(anchor, scene)


def deeds_in(pool: Iterable[Element], deed: Deed) -> list[Element]:
    """The controls that are called like the act, or else by a word of the same meaning, outermost first.

    To rename, one for editing will do.
    """
    usable = [e for e in pool if e.interactive and e.box is not None and "covered" not in e.states]
    found = [e for e in usable if deed.fits(e)]
    if not found:
        others = [replace(deed, words=words) for words in same_acts(deed.words)]
        found = [e for e in usable if any(other.fits(e) for other in others)]
    found = [e for e in found if deed.asks_for_given(e)] or found
    exact = [e for e in found if deed.words[0] in (*words_of(e.name or e.text or e.description), *e.hints)]
    whole = [e for e in found if deed.wanted and deed.wanted <= stems(e.name or e.text or e.description)]
    return whole or (exact or found if deed.words[0] == "rename" else found)


def only_leaves(control: Element, deed: Deed, scene: Scene) -> bool:
    """Whether a control that is called like the act leaves a dialog or a form: that is no act on a record."""
    called = words_of(control.name or control.text)
    if deed.words not in (("cancel",), ("close",)) or called != [*deed.words]:
        return False
    around = list(scene.ancestors(control))
    if any(above.role in ("dialog", "alertdialog") for above in around):
        return True
    return any(the_save_button(list(scene.inside(group))) is not None for group in around[:2])


def deed_on(anchor: Element, deed: Deed, scene: Scene, further: int = 0) -> Element | None:
    """The one control of the act in the innermost record around a name that has any.

    Args:
        anchor: The name. Where it stands behind others in the record it is a mark on it, and not its name.
        deed: The act.
        scene: The page.
        further: How many further names of the record are known, which may stand before it.
    """
    for group in (*_own_line(anchor, scene), *groups_around(anchor, scene)):
        if len(_before_name(anchor, group, deed.objects, scene)) > further:
            continue
        found = [e for e in deeds_in(scene.inside(group), deed) if not is_of_another(e, anchor, scene)]
        found = [e for e in found if not only_leaves(e, deed, scene)]
        found = scene.innermost(found)
        found = found or (_crosses(group, scene) if deed.words == ("remove",) else [])
        if found:
            return found[0] if len(found) == 1 else None
    return None


CROSSES = frozenset({"×", "✕", "✖", "╳"})


def _crosses(record: Element, scene: Scene) -> list[Element]:
    """The crosses on a record of a list, which take it from there; on a tab they only close it."""
    if record.role in ("tab", "dialog", "alertdialog") or {"tab", "tabs"} & {*record.hints}:
        return []
    return [e for e in scene.inside(record) if e.interactive and (e.name or e.text).strip() in CROSSES]


def _own_line(anchor: Element, scene: Scene) -> list[Element]:
    """The group that holds a name and nothing but what stands on the same line: a record without its like."""
    for group in list(scene.ancestors(anchor))[:_FEW]:
        inside = [e for e in scene.inside(group) if e.box and (e.interactive or e.role == "text")]
        if anchor.box is None or not all(_overlap(e, anchor) for e in inside):
            return []
        if any(e.interactive and not scene.holds(e, anchor) for e in inside):
            return [group]
        if group.interactive:
            return []
    return []


def _overlap(one: Element, other: Element) -> bool:
    """Whether two elements stand on the same line."""
    return bool(one.box and other.box and one.box.y < other.box.bottom and other.box.y < one.box.bottom)


def _before_name(anchor: Element, group: Element, objects: frozenset[str], scene: Scene) -> Sequence[Element]:
    """The texts of a record before its name; those that repeat `objects` do not count.

    None do where the name is larger than all of them: that is how a card shows what it is about.
    """
    texts = [e for e in scene.inside(group) if e.role == "text" and _SAYS.search(e.name)]
    place = next((at for at, text in enumerate(texts) if scene.holds(anchor, text)), 0)
    if place and all(letter_px(texts[place]) > letter_px(other) for other in texts[:place]):
        return ()
    return [text for text in texts[:place] if not stems(text.name) <= objects]


def is_of_another(control: Element, anchor: Element, scene: Scene) -> bool:
    """Whether a control lies in another record, built as one around a name is, and not in that record."""
    for group in list(scene.records_around(anchor))[:_FEW]:
        if scene.holds(group, control):
            return False
        others = [one for one in scene.alike(group) if scene.holds(one, control)]
        if any(_says_more_than(control, other, scene) for other in others):
            return True
    return False


def _says_more_than(control: Element, record: Element, scene: Scene) -> bool:
    """Whether a record has words beside those of a control in it; else it is a column of a record."""
    texts = [e for e in scene.inside(record) if e.role == "text" and re.search(r"\w{3}", e.name)]
    return any(not scene.holds(control, text) for text in texts)


def control_below(label: str, record: Element, scene: Scene) -> Element | None:
    """The one control of a row that stands below the column of this name."""
    heads = where(scene, lambda e: e.role == "columnheader" and stems(e.name or e.text) == stems(label))
    if len(heads) != 1 or heads[0].box is None:
        return None
    column = heads[0].box
    controls = [
        e
        for e in scene.inside(record)
        if e.box and (is_text_field(e) or e.options or e.role in ("combobox", "checkbox", "switch"))
    ]
    below = [e for e in controls if e.box and column.x <= e.box.center[0] <= column.right]
    return below[0] if len(below) == 1 else None


def has_column(control: Element, scene: Scene) -> bool:
    """Whether a control stands below the head of a column that has words: it holds a value of the record."""
    heads = where(scene, lambda e: e.role == "columnheader" and bool(words_of(e.name or e.text)))
    heads = [e for e in heads if not any(one.role == "checkbox" for one in scene.inside(e))]
    return control.box is not None and any(
        head.box is not None and head.box.x <= control.box.center[0] <= head.box.right for head in heads
    )
