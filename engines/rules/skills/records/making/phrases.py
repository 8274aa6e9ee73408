"""What a clause of any shape makes: `put an all-day event "Picnic" in the calendar from 3 to 5 May 2026`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from engines.rules.reading.clauses import Clause
from engines.rules.reading.names import NotRead
from engines.rules.reading.values.fillings import Filling
from engines.rules.reading.verb_frames import Phrase, VerbFrame, frame_of, nouns_and_name, value_of
from engines.rules.skills.controls.assign import Assign
from engines.rules.skills.records.making.create import Create
from engines.rules.skills.records.making.filling import Value
from engines.rules.skills.records.making.form_part import given_of, values_from
from engines.rules.skills.records.making.moments import Occasion, moment_in
from engines.rules.skills.records.making.tied import Tied

_MAKES = frozenset(
    "create add new schedule book log record compose draft post start "  # noqa: SIM905
    "make open register place request write submit upload file set".split()
)
_MAKES_NEW = _MAKES | frozenset(
    "send put leave report issue give enter arrange plan organize organise build generate define "  # noqa: SIM905
    "prepare begin launch".split()
)
"""Verbs that make what stands behind an article for something new."""
_BORNE_OUT = frozenset(
    "one two three four five six most least per first last next once half "  # noqa: SIM905
    "hourly daily weekly monthly quarterly yearly annually lowest highest".split()
)
"""Words that limit an act, and may be part of what a form asks for."""
_NEW = ("a ", "an ", "new ", "another ")
_WHO_DOES = re.compile(
    r",? (?:that|which|who) (?P<verb>cost|belong|work|live|report|contain|include|start|begin|end|expire)s"
    r"(?= )"
)
"""A relative clause that says no more than a participle does: `who works at`."""
_LONG = re.compile(r"^(?P<article>an? )?(?P<long>\d+[ -](?:minute|hour)s?) (?=[a-z])")
_GIVES = ("with", "using")
_LABEL = re.compile(r"(?:(?:the|its|their) )?(?P<label>[a-z]+(?: [a-z]+)?)")
"""What a value is given as: `as the source`, `as interviewers`; `as a guest` says what it is itself."""


def ways_to_make(clause: Clause) -> Iterator[Create]:
    """The records that a clause may ask to be made, with what their form is given.

    Words that say how often or how many are none that limit the act here: a field has to bear out each.

    Raises:
        NotRead: It says more than a form can be given.
    """
    frame = frame_of(_with_participles(clause), allowed=_BORNE_OUT)
    words, lasts = frame.object.words, ""
    if long := _LONG.match(words):
        words, lasts = f"{long['article'] or ''}{words[long.end() :]}", long["long"]
    makes = _MAKES_NEW if words.startswith(_NEW) else _MAKES
    if not words or frame.verb == ("set",) or frame.verb[0] not in makes:
        return
    tied = list(frame.tied)
    before, name, behind, also = nouns_and_name(words, clause)
    if tied and tied[0].tie == "called":
        before, behind, also = re.sub(r"^(?:an?|the|another) ", "", words), "", ()
        name = value_of(tied.pop(0), clause)
    kind = " ".join(word for word in f"{before} {behind}".strip(" ,").split() if word != "new").lower()
    if not kind:
        return
    beside = [Tied(Filling("", (value.strip(" ,"),))) for value in (*also, *_asides(frame))]
    values = (*beside, *_given(tied, lasts, clause))
    yield Create(kind, name, values, frozenset(frame.verb))


def _with_participles(clause: Clause) -> Clause:
    def said(match: re.Match[str]) -> str:
        verb = match["verb"]
        return f" {verb + verb[-1] if verb == 'begin' else verb.removesuffix('e')}ing"

    rest, masked = (_WHO_DOES.sub(said, words) for words in (clause.rest, clause.masked))
    return replace(clause, rest=rest, masked=masked)


def _asides(frame: VerbFrame) -> list[str]:
    """What stands in brackets behind the name of what is made: its address, its number."""
    aside = frame.object.aside
    if frame.object.relative or len(aside.split()) > 1:
        raise NotRead(aside, frame.clause)
    return [frame.clause.spoken(aside)] if aside else []


def _given(tied: Sequence[Phrase], lasts: str, clause: Clause) -> Iterator[Value]:
    """What the phrases behind the name give the form."""
    moment, left = moment_in(tied)
    if lasts:
        moment = replace(moment or Occasion(), lasts=lasts)
    if moment is not None and not _is_day_alone(moment):
        yield moment
    else:
        left = list(tied)
    if more := next((phrase.aside for phrase in left if phrase.aside), ""):
        raise NotRead(more, clause)
    row: list[Phrase] = []
    for phrase in left:
        if row and row[-1].tie in _GIVES and (label := _label(phrase)):
            values = given_of(row.pop().words, clause)
            yield Assign(label, tuple(" ".join((*part.tokens, *part.more)) for part in values))
        else:
            row.append(phrase)
    yield from values_from(row, clause)


def _is_day_alone(moment: Occasion) -> bool:
    return moment == Occasion(day=moment.day)


def _label(phrase: Phrase) -> str:
    found = _LABEL.fullmatch(phrase.words) if phrase.tie == "as" else None
    return found["label"] if found and not phrase.words.startswith(("a ", "an ")) else ""
