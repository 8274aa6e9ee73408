"""Filling in fields: `enter "x" into the name field`, `type it into the textbox`, `Name: Ann`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.model.actions import TypeText
from browser.model.element_match import says_all, similarity, synonyms, words_of
from browser.model.observation import Element
from browser.values.held import holds
from engines.rules.grounding.find import said
from engines.rules.grounding.labels import heading_of, label_of
from engines.rules.reading.clauses import Clause
from engines.rules.reading.phrases import Description, describe
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes, Read
from engines.rules.skills.controls.sources import Source, source_of
from engines.rules.step_generator import Ambiguous, CannotDo, Evidence, NotFound, StepGenerator, act

_FREE_TYPES = frozenset({"date", "time", "datetime-local", "month", "week", "color", "range"})
"""Types whose value the page writes in its own form."""
_LEAST_LABEL = 0.6
_MOST_NAMED = 8
_FIELD_NOUNS = frozenset({"address", "number", "text", "value", "box", "field", "input", "entry"})
"""Words that a person adds to a field's name, and its label may leave out; never those of a quoted name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One value for one field."""

    value: Source
    into: Description | None = None
    """None: the field that was named to be used, or the only one."""


@dataclass(frozen=True, slots=True)
class Enter:
    """Put values into fields."""

    entries: tuple[Entry, ...]

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Work out the values, find the fields, type, and read back what they show."""
        planned: list[tuple[Element, str]] = []
        for entry in self.entries:
            value = entry.value.resolve(scene)
            taken = {element.ref for element, _ in planned}
            planned += [(element, value) for element in fields_for(entry.into or notes.tool, scene, taken)]
        return (yield from fill(planned, scene, notes))


def fill(planned: Sequence[tuple[Element, str]], scene: Scene, notes: Notes) -> StepGenerator:
    """Type into fields and check that they took it."""
    scene = yield from act(*(TypeText(value, element.ref) for element, value in planned))
    told = []
    for element, value in planned:
        shown = _shown(scene, element.ref)
        problem = _difference(element, value, shown)
        if problem:
            raise CannotDo(problem)
        notes.entered.append(element.ref)
        told.append(
            f"{said(element)} shows {'the password' if element.input_type == 'password' else repr(shown)}"
        )
    return Evidence("; ".join(told), refs=tuple(element.ref for element, _ in planned))


def _shown(scene: Scene, ref: str) -> str | None:
    """What a field shows now: by the last batch, else by the page; None where neither says."""
    typed = [r for r in scene.results if isinstance(r.action, TypeText) and r.action.target == ref]
    if typed and typed[-1].shown is not None:
        return typed[-1].shown
    field = scene.get(ref)
    return field.value if field is not None else None


def _difference(element: Element, value: str, shown: str | None) -> str:
    if shown is None:
        return f"{said(element)} was typed into, and cannot be read back"
    if element.input_type in _FREE_TYPES:
        return "" if shown else f"{said(element)} stayed empty"
    if element.input_type == "password" and set(shown) <= {"•", "*", "●"}:
        return (
            ""
            if len(shown) == len(value)
            else f"{said(element)} holds {len(shown)} characters, not {len(value)}"
        )
    if holds(value, shown):
        return ""
    return f"{said(element)} shows {shown!r} after {value!r} was typed"


def fields_for(what: Description | None, scene: Scene, taken: set[str] = frozenset()) -> list[Element]:  # type: ignore[assignment]
    """The field that is meant, or all of them where all are meant.

    Raises:
        NotFound, Ambiguous: None fits, or several do.
    """
    free = [
        field
        for field in scene.fields
        if field.enabled and "readonly" not in field.states and field.ref not in taken
    ]
    if not free:
        raise NotFound("found no field that can be typed into")
    if what is None or (what.empty and not what.every):
        return [_only(free, "the field")]
    if what.every and not what.name:
        return free
    pool = _of_kind(what, free)
    if what.name:
        return [_by_label(what, pool, scene)]
    if what.ordinal is not None:
        if abs(what.ordinal) > len(pool):
            raise NotFound(f"there are only {len(pool)} fields")
        return [pool[what.ordinal - 1 if what.ordinal > 0 else what.ordinal]]
    return [_only(pool, what.text)]


def _of_kind(what: Description, fields: list[Element]) -> list[Element]:
    if what.kind == "textarea":
        return [field for field in fields if "multiline" in field.states] or fields
    if what.kind == "field":
        return [field for field in fields if "multiline" not in field.states] or fields
    return fields


def _only(fields: list[Element], words: str) -> Element:
    if len(fields) == 1:
        return fields[0]
    focused = [field for field in fields if "focused" in field.states]
    empty = [field for field in fields if not field.value]
    single = [field for field in fields if "multiline" not in field.states]
    for fewer in (focused, empty, single):
        if len(fewer) == 1:
            return fewer[0]
    raise Ambiguous(f"there are {len(fields)} fields, and {words!r} does not say which")


def _by_label(what: Description, fields: list[Element], scene: Scene) -> Element:
    """The field whose label, name or placeholder says all the words asked for; nothing else is filled."""
    scored = sorted(
        ((_label_score(what, field, scene), field) for field in fields), key=lambda pair: -pair[0]
    )
    if not scored or scored[0][0] < _LEAST_LABEL:
        raise NotFound(f"there is no field {what.name!r}; fields here: {_names_of(fields, scene)}")
    rivals = [field for score, field in scored if score >= scored[0][0] - 0.02]
    if len(rivals) == 1:
        return rivals[0]
    if what.ordinal and what.ordinal <= len(rivals):
        return rivals[what.ordinal - 1]
    raise Ambiguous(f"two fields fit {what.name!r}: {said(rivals[0])} and {said(rivals[1])}")


def _names_of(fields: Sequence[Element], scene: Scene) -> str:
    """The first fields as the page calls them, for a person."""
    names = [repr(label_of(field, scene) or " ".join(field.hints)) for field in fields]
    return ", ".join(names[:_MOST_NAMED]) + (
        f" and {len(names) - _MOST_NAMED} more" if names[_MOST_NAMED:] else ""
    )


def _label_score(what: Description, field: Element, scene: Scene) -> float:
    """How well a field is called by these words, 0 to 1; 0 where one of the words is not its own."""
    asked = words_of(what.name)
    if not what.exact:
        asked = [word for word in asked if word not in _FIELD_NOUNS] or asked
    best = 0.0
    aside = (field.placeholder, field.description, label_of(field, scene), heading_of(field, scene))
    for text in (field.label, field.name, *aside):
        label = text.rstrip(" :*")
        best = max(best, similarity(what.name, label, exact=what.exact))
        if _says_all(asked, label, exact=what.exact):
            best = max(best, 0.68 + 0.2 * min(1.0, len(asked) / len(words_of(label))))
    own = {*field.hints, field.input_type}
    letters = [word for word in asked if not word.isdigit()]  # an author's names keep no numbers
    return max(best, 0.65 if letters and own.issuperset(letters) else 0.0)


def _says_all(asked: Sequence[str], label: str, *, exact: bool) -> bool:
    """Whether a label has every word; of words that are not quoted, one of the same meaning will do."""
    if exact or says_all(" ".join(asked), label):
        return says_all(" ".join(asked), label)
    return bool(asked) and all(any(says_all(one, label) for one in synonyms(word)) for word in asked)


_INTO = re.compile(r"^(?P<value>.+?) (?:into|in to|in|to|on|inside) (?P<target>.+)$", re.IGNORECASE)
_AS = re.compile(r"^(?P<value>.+?) (?:as|for) (?P<target>.+)$", re.IGNORECASE)
_WITH = re.compile(r"^(?P<target>.+?) (?:with|to be) (?P<value>.+)$", re.IGNORECASE)
_PAIR = re.compile(
    r"(?:the |your |my )?(?P<target>[\w' -]+?)[ :=]+(?:of |is |as )?(?P<value>‹\d+›)", re.IGNORECASE
)
_AND = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+", re.IGNORECASE)
_GENERIC = re.compile(r"(?:the )?(?:text|word|words|value|string|number|phrase|term)", re.IGNORECASE)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`enter "a" into X and "b" into Y`, `fill X with "a"`, `enter the user name "a" and the town "b"`."""
    clause = clauses[0]
    if clause.verb != "type" or not clause.rest:
        return None
    return Read(Enter(tuple(_entry(part, clause) for part in _parts(clause.rest))))


def _parts(rest: str) -> list[str]:
    """The entries of one clause: it is cut at "and" only where a quoted value stands on both sides."""
    parts = _AND.split(rest)
    return parts if len(parts) > 1 and all("‹" in part for part in parts) else [rest]


def _entry(words: str, clause: Clause) -> Entry:
    pair = _PAIR.fullmatch(words)
    if pair and not _GENERIC.fullmatch(pair["target"]):
        return Entry(source_of(pair["value"], clause), describe(pair["target"], clause))
    patterns = (_WITH, _INTO, _AS) if clause.word.startswith("fill") else (_INTO, _AS)
    for pattern in patterns:
        match = pattern.match(words)
        if match:
            return Entry(source_of(match["value"], clause), describe(match["target"], clause))
    return Entry(source_of(words, clause))
