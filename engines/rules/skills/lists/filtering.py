"""Having the page show only some of what it lists: `show only the orders with status returned`.

It is the application that filters: by a control of that label, by two fields in a row for the label and the
value, or by a link, tab or box among its filters that is called as the value is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from browser.model.actions import Click, Press, Select, SetChecked
from browser.model.element_match import STRONG, fold, similarity, words_of
from browser.model.observation import Element
from browser.model.roles import CHECK_ROLES
from engines.rules.grounding.find import said, where
from engines.rules.grounding.labels import label_of
from engines.rules.reading.clauses import Clause
from engines.rules.reading.closed_words import is_closed
from engines.rules.reading.names import NotRead
from engines.rules.reading.things import label_in
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.base import Notes, Read
from engines.rules.skills.controls.assign import set_control
from engines.rules.skills.controls.fields import fill
from engines.rules.skills.controls.saving import followed, the_save_button
from engines.rules.skills.places import is_called
from engines.rules.step_generator import Ambiguous, CannotDo, Evidence, NotFound, StepGenerator, Turns, act

_FILTERS = frozenset({"filter", "filters", "facet", "facets", "refine", "refinement"})
"""What authors call the place of filters."""
_SAYS_FILTER = frozenset({"filter", "by", "column", "input", "field", "search", "select", "all", "any"})
"""Words that a filter's name may have beside its label."""
_APPLIES = frozenset(
    {"apply", "filter", "apply filter", "apply filters", "go", "show", "show results", "search", "update"}
)
_ON = frozenset({"selected", "active", "current"})


@dataclass(frozen=True, slots=True)
class FilterBy:
    """Show only what has a value."""

    value: str
    label: str = ""
    """What the value is of; "" where the prompt does not say."""

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Use the filter that the page offers, and see that it shows other things, and that it is on."""
        before = scene
        if not self.label and self._facet(scene) is None and (label := _column_of(self.value, scene)):
            return (yield from replace(self, label=label).carry_out(scene, notes))
        if not self.label:
            return (yield from self._by_facet(scene))
        if (field := self._labelled(scene)) is not None:
            setting = set_control(field, self.label, (self.value,), scene, notes)
            _, scene = yield from followed(setting, scene)
        else:
            column, option, field = self._builder(scene)
            scene = yield from act(Select(column.ref, (option,)))
            field = scene.get(field.ref) or field
            _, scene = yield from followed(fill([(field, self.value)], scene, notes), scene)
        scene = yield from _applied(field, scene)
        if (scene.observation.url, _seen(scene)) == (before.observation.url, _seen(before)):
            raise CannotDo(f"the page shows the same after it was filtered by {self.label!r}")
        return Evidence(f"filtered by {self.label!r} {self.value!r} with {said(field)}")

    def _labelled(self, scene: Scene) -> Element | None:
        """The filter of this label, which says no more but that it filters."""
        controls = where(
            scene, lambda e: (is_text_field(e) or bool(e.options) or e.role == "combobox") and e.enabled
        )
        asked = set(words_of(self.label))
        found = [
            e
            for e in controls
            if any(
                set(words_of(name)) - (_SAYS_FILTER - asked) == asked
                for name in (e.label, e.name, label_of(e, scene))
            )
            and (not e.options or any(similarity(self.value, one) >= STRONG for one in e.options))
            and not _is_of_a_record(e, scene)
        ]
        if len(found) > 1:
            raise Ambiguous(f"two controls fit {self.label!r}: {said(found[0])} and {said(found[1])}")
        return found[0] if found else None

    def _builder(self, scene: Scene) -> tuple[Element, str, Element]:
        """The list in which the label is chosen, its name there, and the field beside it for the value."""
        lists = [
            (e, one)
            for e in where(scene, lambda e: e.enabled)
            for one in e.options
            if similarity(self.label, one) >= STRONG
        ]
        for column, option in lists:
            for group in scene.ancestors(column):
                fields = [e for e in scene.inside(group) if is_text_field(e) and e.box and not e.options]
                if len(fields) == 1:
                    return column, option, fields[0]
                if fields:
                    break
        raise NotFound(f"found no filter for {self.label!r}")

    def _by_facet(self, scene: Scene) -> StepGenerator:
        """Press the one filter that is called as the value is."""
        before = scene
        facet = self._facet(scene)
        if facet is None:
            raise NotFound(f"found no filter called {self.value!r}")
        box = facet.role in CHECK_ROLES
        scene = yield from act(SetChecked(facet.ref) if box else Click(facet.ref))
        scene = yield from _applied(facet, scene) if box else _unchanged(scene)
        now = self._facet(scene)
        went = scene.observation.url != before.observation.url
        if _seen(scene) == _seen(before) or not (went or (now is not None and _is_on(now, scene))):
            raise CannotDo(f"the page does not show that it was filtered by {self.value!r}")
        return Evidence(f"filtered with {said(facet)}", refs=(facet.ref,))

    def _facet(self, scene: Scene) -> Element | None:
        found = [
            e
            for e in where(scene, lambda e: e.interactive and e.enabled and not is_text_field(e))
            if is_called(self.value, e, scene) and _is_among_filters(e, scene)
        ]
        outer = scene.outermost(found)
        if len(outer) > 1:
            raise Ambiguous(f"{len(outer)} filters are called {self.value!r}")
        return outer[0] if outer else None


def _column_of(value: str, scene: Scene) -> str:
    """The head of the one column in which rows have a value; "" where none has, or several."""
    cells = where(scene, lambda e: e.role == "cell" and fold(e.name or e.text) == fold(value))
    heads = where(scene, lambda e: e.role == "columnheader" and bool(words_of(e.name or e.text)))
    above = {
        head.name or head.text
        for cell in cells
        for head in heads
        if head.box and cell.box and head.box.x <= cell.box.center[0] <= head.box.right
    }
    return above.pop() if len(above) == 1 else ""


def _is_among_filters(element: Element, scene: Scene) -> bool:
    around = (element, *scene.ancestors(element))
    return element.role == "tab" or any(_FILTERS & {*one.hints, *words_of(one.label)} for one in around)


def _is_of_a_record(control: Element, scene: Scene) -> bool:
    """Whether a control holds a value of a record: it is in a row with words, or in a form that is saved."""
    for above in scene.ancestors(control):
        inside = list(scene.inside(above))
        if above.role == "row":
            heads = [e for e in inside if e.role == "columnheader" or e.options or e.role == "label"]
            texts = [e for e in inside if e.role == "text" and fold(e.name) != fold(control.label)]
            return any(not any(scene.holds(head, text) for head in heads) for text in texts)
        if above.role == "form":
            save = the_save_button(inside)
            return save is not None and fold(save.name or save.text).startswith("save")
    return False


def _is_on(facet: Element, scene: Scene) -> bool:
    around = (facet, *list(scene.ancestors(facet))[:1])
    return any(one.states & {"checked", "selected", "pressed"} or _ON & set(one.hints) for one in around)


def _applied(control: Element, scene: Scene) -> Turns:
    """Press the one button beside a filter that applies it, or Enter in a field that has none."""
    here = scene.get(control.ref)
    for group in scene.ancestors(here) if here else ():
        buttons = [e for e in scene.inside(group) if e.role == "button" and e.box and e.enabled]
        found = [e for e in buttons if fold(e.name or e.text) in _APPLIES]
        if found:
            if len(found) > 1:
                raise Ambiguous(
                    f"{len(found)} buttons may apply the filter: {said(found[0])}, {said(found[1])}"
                )
            return (yield from act(Click(found[0].ref)))
        if group.role in ("form", "search", "row"):
            break
    return (yield from act(Press("Enter", control.ref))) if is_text_field(control) else scene


def _unchanged(scene: Scene) -> Turns:
    yield from ()
    return scene


def _seen(scene: Scene) -> list[str]:
    return [text.name for text in scene.texts]


_WORD = r"‹\d+›|[\w.'’&-]+"
_KIND = r"[a-z]+(?: [a-z]+)?"
_WITH = re.compile(
    rf"only (?:the )?{_KIND} (?:with|whose) (?:the |a )?(?P<label>{_KIND})"
    rf" (?:of |is |set to |= ?)?(?P<value>{_WORD})"
)
_FROM = re.compile(r"only (?:the )?[a-z]+s (?:from|in|by|at) (?P<value>‹\d+›|[A-Z][\w-]*(?: [A-Z][\w-]*)*)")
_OF = re.compile(r"only (?:the )?(?P<value>‹\d+›|[A-Za-z][\w-]*) (?P<kind>[a-z]+s)")
_BY = re.compile(
    rf"(?:(?:the )?{_KIND} )?by (?:the )?(?P<label>{_KIND}) (?:of |is |= ?)?(?P<value>{_WORD})"
    rf"|(?:the )?(?P<label_to>{_KIND}) to (?P<value_to>{_WORD})"
)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`show only the orders with status sent`, `show only the poetry books`, `filter the city to Lagos`."""
    clause = clauses[0]
    if clause.verb == "show" and clause.rest.startswith("only "):
        if match := _WITH.fullmatch(clause.rest):
            return _step(match["value"], match["label"], clause)
        match = _OF.fullmatch(clause.rest) or _FROM.fullmatch(clause.rest)
        return _step(match["value"], "", clause) if match else None
    if clause.verb == "filter" and (match := _BY.fullmatch(clause.rest)):
        return _step(match["value"] or match["value_to"], match["label"] or match["label_to"], clause)
    return None


def _step(value: str, label: str, clause: Clause) -> Read:
    if any(is_closed(word) for word in (*label.split(), value)):
        raise NotRead(f"{label} {value}".strip(), clause)
    return Read(FilterBy(clause.spoken(value), label_in(label, clause) if label else ""))
