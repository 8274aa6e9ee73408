"""Searching: words into the one search field, or the parts of a wish into the fields they are for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.actions import Click, TypeText
from browser.observation import Element
from engines.embedded.course import CannotDo, Course, Evidence, NotFound, act
from engines.embedded.grounding.find import said
from engines.embedded.grounding.labels import label_of
from engines.embedded.reading.clauses import Clause
from engines.embedded.scene import Scene, fold
from engines.embedded.skills.base import Notes, Read
from engines.embedded.skills.fields import fill
from engines.embedded.skills.press import submit_button


@dataclass(frozen=True, slots=True)
class Search:
    """Search the site for something."""

    words: str
    quoted: bool

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Use the search field; without one, fill in the form field by field."""
        field = search_field(scene)
        if field is None:
            if self.quoted or len(scene.fields) < 2:
                raise NotFound("found no search field")
            return (yield from self._by_parts(scene, notes))
        scene = yield from act(TypeText(self.words, field.ref, submit=True))
        shown = next((result.shown for result in scene.results if result.shown is not None), None)
        if shown is not None and shown.strip() not in ("", self.words.strip()):
            raise CannotDo(f"{said(field)} shows {shown!r}, not {self.words!r}")
        return Evidence(f"searched for {self.words!r} with {said(field)}", refs=(field.ref,))

    def _by_parts(self, scene: Scene, notes: Notes) -> Course:
        planned = assign_parts(self.words, [f for f in scene.fields if f.enabled], scene)
        told = yield from fill(planned, scene, notes)
        yield from act(Click(submit_button(scene).ref))
        notes.unsubmitted = False
        return Evidence(f"{told.said}; sent the form")


def search_field(scene: Scene) -> Element | None:
    """The field for searching; None where none calls itself so."""
    fields = [field for field in scene.fields if field.enabled and "readonly" not in field.states]
    for field in fields:
        words = fold(" ".join((field.name, field.placeholder, field.label, field.description)))
        if (
            field.role == "searchbox"
            or re.search(r"\b(?:search|find|look up)\b", words)
            or {"search", "query", "q"} & set(field.hints)
        ):
            return field
    if len(fields) == 1:
        return fields[0]
    return None


_CUT = re.compile(
    r"\s+(?=(?:directed|written|made|sung|released|published|from|in|by|of|with|for|near|starring|since|before|after|called|named)\b)",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^(?:(?:directed|written|made|sung|released|published|starring|called|named|from|in|by|of|with|for|near|since|the|a|an)\s+)+",
    re.IGNORECASE,
)


def assign_parts(words: str, fields: Sequence[Element], scene: Scene) -> list[tuple[Element, str]]:
    """Which part of a wish goes into which field: by the words of its label; the last to the last.

    Raises:
        CannotDo: A part belongs nowhere, or a field that remains has no part.
    """
    parts = _parts(words)
    planned: list[tuple[Element, str]] = []
    open_fields = list(fields)
    for part in list(parts):
        fitting = [field for field in open_fields if _belongs(part, label_of(field, scene))]
        if len(fitting) == 1:
            planned.append((fitting[0], _value(part, label_of(fitting[0], scene))))
            open_fields.remove(fitting[0])
            parts.remove(part)
    if len(parts) == 1 and len(open_fields) == 1:
        planned.append((open_fields[0], _head(parts[0])))
        parts, open_fields = [], []
    if parts or open_fields:
        left = ", ".join(repr(part) for part in parts) or "nothing"
        raise CannotDo(f"cannot tell which field takes what: {left} is left, and {len(open_fields)} fields")
    return planned


def _parts(words: str) -> list[str]:
    """`crime movies directed by Curry from year 1995` as its three phrases."""
    merged: list[str] = []
    for part in _CUT.split(words):
        if (
            merged
            and len(merged[-1].split()) == 1
            and merged[-1].lower() in ("directed", "written", "made", "sung", "released", "published")
        ):
            merged[-1] += " " + part
        else:
            merged.append(part)
    return merged


def _stems(words: str) -> set[str]:
    return {word[:5] for word in re.findall(r"[a-z]{3,}", words.lower())}


def _belongs(part: str, label: str) -> bool:
    if _stems(label) & _stems(part):
        return True
    dated = bool({"date", "year", "relea"} & _stems(label))
    return dated and bool(re.search(r"\b(?:19|20)\d\d\b", part))


def _value(part: str, label: str) -> str:
    stems = _stems(label)
    year = re.search(r"\b(?:19|20)\d\d\b", part)
    if year and {"date", "year", "relea"} & stems:
        return year[0]
    words = [word for word in _LEADING.sub("", part).split() if word.lower()[:5] not in stems]
    return " ".join(words)


def _head(part: str) -> str:
    """`crime movies` as `crime`: the kind of thing searched for is not what distinguishes it."""
    words = _LEADING.sub("", part).split()
    return " ".join(words[:-1]) if len(words) > 1 and words[-1].endswith("s") else " ".join(words)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`search for "tide"`, `search for crime movies directed by Curry from year 1995`."""
    clause = clauses[0]
    if clause.verb != "search" or not clause.rest:
        return None
    words = re.sub(r"^(?:for|the site for|the page for)\s+", "", clause.rest, flags=re.IGNORECASE)
    if clause.quoted:
        if not re.fullmatch(
            r"(?:the (?:term|word|words|phrase|text)\s+)?‹\d+›(?:\s+(?:in|on|with|using) the .*)?", words
        ):
            return None
        return Read(Search(clause.quoted[0], True))
    return Read(Search(clause.spoken(words), False))
