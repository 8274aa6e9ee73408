"""What changes a part of one record, in words: `set the due date of the task "Fence" to 2026-05-01`.

The record is named: quoted, or by a noun and a name. What is tied with "of" to a plain noun is read as the
label of a control, as before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from engines.rules.reading.clauses import Clause
from engines.rules.reading.names import MARK, NotRead, names_in
from engines.rules.reading.things import PLACE_NOUNS, Thing, label_in, thing_in
from engines.rules.skills.base import Read
from engines.rules.skills.controls.assign import Assign
from engines.rules.skills.controls.editors import Change, Way
from engines.rules.skills.controls.sources import value_in
from engines.rules.skills.records.parts.change import ChangePart

_VALUE = r"‹\d+›|[^\W\d][\w-]*(?: [\w-]+)*?"
_LABEL = r"(?:[Tt]he |its |an? )?(?P<label>‹\d+›|[A-Za-z][\w /&-]*?)"
_NO_NOUN = r"(?!(?:of|on|in|for|by|from|to|at|with|and|or)\b)"
_THING = rf"(?:the |this |my |our |your )?(?:{_NO_NOUN}[a-z][a-z-]* ){{0,4}}(?:‹|[A-Z0-9#$]).*"
"""A record: nouns for what it is, then its name."""
_SET = (
    re.compile(
        rf"{_LABEL} (?P<tie>of|on|for|in) (?P<thing>{_THING}?) from (?P<was>{_VALUE}) to (?P<value>.+)"
    ),
    re.compile(rf"{_LABEL} (?P<tie>of|on|for|in) (?P<thing>{_THING}) to (?P<value>.+)"),
    re.compile(
        rf"{_LABEL}(?: from (?P<was>{_VALUE}))? to (?P<value>.+?)"
        rf" (?:of|on|for) (?=the |this |‹)(?P<thing>{_THING})"
    ),
)
_PART_WITHOUT_NAME = re.compile(
    r"(?P<label>[a-z]+(?: [a-z]+)?) (?:of|in) (?P<part>the [a-z]+(?: [a-z]+){0,2})"
)
_COLOUR = re.compile(r"(?:an? |the )?(?:solid |plain )?colou?r (?P<value>‹\d+›|#[0-9a-fA-F]{3,8})")
_OWN = re.compile(
    rf"(?P<thing>[A-Z‹].*?)['’]s (?P<label>[a-z][a-z -]*?)(?: from (?P<was>{_VALUE}))? to (?P<value>.+)"
)
"""`Ann Lee's role from Viewer to Editor`."""
_NOUNS = r"[a-z]+(?:[ -][a-z]+){0,2}"
_NAME = r"‹\d+›|[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*)*"
_MARKS = r"‹\d+›(?:(?:,? and |, )‹\d+›)*"
_GIVEN = (
    re.compile(rf"(?:the |an? )?(?P<values>‹\d+›) (?P<label>{_NOUNS}) (?:to|on) (?P<thing>{_THING})"),
    re.compile(rf"(?:the |an? )?(?P<label>{_NOUNS}) (?P<values>{_MARKS}) (?:to|on) (?P<thing>{_THING})"),
    re.compile(
        rf"(?P<values>{_NAME}) as (?:an? |the )?(?P<label>{_NOUNS}) (?:to|of|on|for) (?P<thing>{_THING})"
    ),
    re.compile(rf"(?:the |an? )?(?P<label>{_NOUNS}) to (?=the |‹)(?P<thing>[^:]+): (?P<values>‹\d+›)"),
    re.compile(rf"(?:the |an? )?(?P<label>{_NOUNS}) to (?=the |‹)(?P<thing>{_THING})"),
)
_TAKEN = (
    re.compile(rf"(?:the )?(?P<values>‹\d+›) (?P<label>{_NOUNS}) (?:from|of|on) (?P<thing>{_THING})"),
    re.compile(rf"(?:the )?(?P<label>{_NOUNS}) (?P<values>{_MARKS}) (?:from|of|on) (?P<thing>{_THING})"),
    re.compile(rf"(?P<values>{_NAME}) from the (?P<label>{_NOUNS}) (?:of|on) (?P<thing>{_THING})"),
    re.compile(rf"(?:the )?(?P<label>{_NOUNS}) (?:from|of|on|for) (?=the |‹)(?P<thing>{_THING})"),
)
_ASSIGNED = re.compile(rf"(?P<values>{_NAME}) (?:to|from) (?P<thing>{_THING})")
_GIVEN_TO = re.compile(
    rf"(?P<thing>{_THING}?) (?:an?|the) (?:new )?(?P<label>[a-z]+(?:[ -][a-z]+)??)(?: of)?"
    r" (?P<value>‹\d+›|[A-Z\d].*)"
)
"""`give the task "Fence" a due date of 3 May 2026`."""
_SHOULD = re.compile(
    rf"{_LABEL} (?:of|on|for|in) (?P<thing>{_THING}) (?:is|should be|must be|has to be|needs to be)"
    rf"(?: (?:set|changed) to)? (?P<value>.+?)(?: instead of (?P<was>{_VALUE}))?"
)
"""`The priority of the bug "Crash" should be High instead of Low`."""
_NO_RECORD = PLACE_NOUNS | {
    "setting",
    "settings",
    "preferences",
    "options",
    "form",
    "field",
    "dialog",
    "column",
}
"""Nouns for a part of the application, which is no record of it."""


def read(clauses: Sequence[Clause]) -> Read | None:
    """`set X of the task "A" to Y`, `add the tag "B" to the task "A"`, `clear the X of the task "A"`."""
    clause = clauses[0]
    if clause.word == "set" or (clause.verb == "change" and clause.word != "replace"):
        return _read_set(clause, (*_SET, _OWN))
    if clause.verb == "" and not clause.join:
        return _read_set(clause, (_SHOULD,))
    if clause.word == "give":
        return _read_given(clause)
    if clause.verb == "assign":
        return _read_assigned(clause)
    if clause.word in ("add", "apply"):
        return _read_several(clause, _GIVEN, "add")
    if clause.word in ("remove", "clear", "unset"):
        return _read_several(clause, _TAKEN, "remove")
    return None


def _read_set(clause: Clause, patterns: Sequence[re.Pattern[str]]) -> Read | None:
    for pattern in patterns:
        match = pattern.fullmatch(clause.rest)
        thing = _record(match["thing"], clause) if match else None
        if match is None or thing is None or _is_place(match, thing):
            continue
        value = _COLOUR.sub(r"\g<value>", match["value"])
        several = len(MARK.findall(match["value"])) > 1
        values = names_in(value, clause) if several else (value_in(value, clause),)
        was = value_in(match["was"], clause) if "was" in match.groupdict() and match["was"] else ""
        label, thing = _of_a_part(match["label"], thing, clause)
        if _COLOUR.fullmatch(match["value"]) and not re.search(r"colou?r$", label):
            label = f"{label} color"
        change = Change(label_in(label, clause), values, was=was)
        return Read(ChangePart(change, thing, _as_setting(match, clause, values, was)))
    return None


def _is_place(match: re.Match[str], thing: Thing) -> bool:
    """Whether a bare name behind "in" is that of a part of the application: `the language in General`."""
    tie = match.groupdict().get("tie")
    return tie == "in" and not (thing.kind or thing.tail or MARK.search(match["thing"]))


def _read_given(clause: Clause) -> Read | None:
    match = _GIVEN_TO.fullmatch(clause.rest)
    thing = _record(match["thing"], clause) if match else None
    if match is None or thing is None:
        return None
    change = Change(label_in(match["label"], clause), (value_in(match["value"], clause),))
    return Read(ChangePart(change, thing))


def _of_a_part(label: str, thing: Thing, clause: Clause) -> tuple[str, Thing]:
    """The label, and the part of the record that it is of: `font size of the title` on the "Goals" slide."""
    match = _PART_WITHOUT_NAME.fullmatch(label)
    if match is None or not thing.tail:
        return label, thing
    return match["label"], replace(thing_in(match["part"], clause, nouns_only=True), within=thing)


def _as_setting(match: re.Match[str], clause: Clause, values: tuple[str, ...], was: str) -> Assign | None:
    """The same clause as one about a control whose label has the record's name in it: `the name of Ann`."""
    if MARK.search(match["thing"]) or match.start("thing") > match.start("value"):
        return None
    words = clause.rest[match.start("label") : match.end("thing")]
    try:
        return Assign(label_in(words, clause), values, was)
    except NotRead:
        return None


def _read_several(clause: Clause, patterns: Sequence[re.Pattern[str]], way: Way) -> Read | None:
    for pattern in patterns:
        match = pattern.fullmatch(clause.rest)
        thing = _record(match["thing"], clause) if match else None
        if match is None or thing is None:
            continue
        label = label_in(match["label"], clause)
        values: tuple[str, ...] = ()
        if "values" in match.groupdict():
            values = names_in(match["values"], clause)
        if way == "add":
            return Read(ChangePart(Change(label, values, "add"), thing))
        return Read(ChangePart(Change(label, values, "remove" if values else "clear"), thing))
    return None


def _read_assigned(clause: Clause) -> Read | None:
    """`assign Ann Lee to the task "A"`: she is added to those it is assigned to."""
    match = _ASSIGNED.fullmatch(clause.rest)
    thing = _record(match["thing"], clause) if match else None
    if match is None or thing is None:
        return None
    way: Way = "add" if clause.word == "assign" else "remove"
    return Read(ChangePart(Change("assignee", names_in(match["values"], clause), way), thing))


def _record(words: str, clause: Clause) -> Thing | None:
    """The record that some words, quoted strings as marks, name; None where a part of the application is."""
    try:
        thing = thing_in(words, clause)
    except NotRead:
        return None
    nouns = {*thing.kind.split(), *thing.tail.split()}
    return thing if not thing.place and not nouns & _NO_RECORD else None
