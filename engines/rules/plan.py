"""The prompt as steps, each with the words it was read from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace

from engines.rules.reading.clauses import Clause, split
from engines.rules.reading.names import NotRead
from engines.rules.reading.wordings.besides import tells_what_stays
from engines.rules.reading.wordings.pronouns import is_named, last_named, stated, with_name
from engines.rules.reading.wordings.shared_verbs import spread, with_object_of
from engines.rules.skills import READERS
from engines.rules.skills.assignments import AssignEach
from engines.rules.skills.base import Read, Step
from engines.rules.skills.context import is_prelude
from engines.rules.skills.controls.assign import Assign
from engines.rules.skills.lists.search import Search
from engines.rules.skills.login import LogIn
from engines.rules.skills.press import Press, Submit
from engines.rules.skills.scrolling import PressKey


@dataclass(frozen=True, slots=True)
class Planned:
    """A step, and what the prompt says of it."""

    step: Step
    words: str
    known_by: str = ""
    """A verb that has to stand on the page, else its clause was not understood."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the prompt asks for, as far as it could be read."""

    steps: tuple[Planned, ...]
    unread: tuple[str, ...] = ()
    """Clauses that no skill knows; with any of these the prompt is never called carried out."""
    why: tuple[str, ...] = ()
    """Which words were left over in clauses that a skill began to read."""
    wish: str = ""
    """The clauses that say what is to be extracted; only where an output is asked for."""


_NOT_SENT = re.compile(
    r"[,;.]?\s*(?:but |and )?(?:(?:do not|don['’]t|never) (?:submit|send)|without (?:submitting|sending))"
    r"(?: (?:it|this|the form|this form))?(?=\s*(?:[.;]|$))",
    re.IGNORECASE,
)
_SHOWN = re.compile(r"^only (?:the )?(?:[\w-]+ )??(?P<what>[a-z]{3,}s)\b")
_HOW_MANY = re.compile(r"\b(how many)(?: of them)? (?:there are|they are|are there)\b", re.IGNORECASE)
"""A question about what was said to be shown before."""
_WISHES = frozenset({"extract", "find", "count", ""})
"""Verbs that ask for an output where one is asked for."""


def read_plan(prompt: str, *, extracting: bool = False) -> Plan:
    """Read a prompt; with `extracting`, the clauses at its end that ask for an output are its wish."""
    prompt, left_out = _NOT_SENT.subn("", prompt)
    clauses = split(prompt)
    end = len(clauses)
    while extracting and end > 0 and clauses[end - 1].verb in _WISHES:
        end -= 1
    wish = ", ".join(clause.text for clause in clauses[end:])
    if end and (shown := _SHOWN.search(clauses[end - 1].rest)):
        wish = _HOW_MANY.sub(rf"\1 {shown['what']} there are", wish)
    clauses = clauses[:end]
    steps, unread, why = _steps_of(clauses)
    if left_out:
        steps = [replace(planned, step=_left_unsaved(planned.step)) for planned in steps]
    if left_out and any(
        isinstance(planned.step, (LogIn, Press, PressKey, Search, Submit)) for planned in steps
    ):
        why.append("the prompt says not to submit, and asks for a press that may submit")
    return Plan(tuple(steps), tuple(unread), tuple(why), wish)


def _left_unsaved(step: Step) -> Step:
    """A step that does not save what it sets."""
    match step:
        case Assign():
            return replace(step, saves=False, ends=False)
        case AssignEach():
            return replace(
                step, settings=tuple(replace(one, saves=False, ends=False) for one in step.settings)
            )
        case _:
            return step


def _steps_of(clauses: Sequence[Clause]) -> tuple[list[Planned], list[str], list[str]]:
    """The steps of some clauses, the clauses that no skill knows, and what was left over in those."""
    steps: list[Planned] = []
    unread: list[str] = []
    why: list[str] = []
    left = [*clauses]
    named = before = ""
    while left:
        told = len(why)
        meant = with_name(left[0], named)
        ways = [[meant, *left[1:]]] if meant else []
        in_form = before == "edit" or not is_named(named)
        planned, used = None, 1
        for way in (left, *ways) if in_form else (*ways, left):
            del why[told:]
            planned, used = _next(way, why)
            if planned is not None:
                left = [*way]
                break
        if planned is None and (several := spread(left[0])):
            del why[told:]
            left = [*several, *left[1:]]
            continue
        following = left[1] if len(left) > 1 else None
        if planned is None and (whole := with_object_of(left[0], following)):
            del why[told:]
            left = [whole, *left[1:]]
            continue
        if planned is None and (about := stated(left[0], following)):
            del why[told:]
            named, left = about, left[1:]
            continue
        if planned is None:
            unread.append(left[0].text)
        else:
            steps.append(planned)
        named, before = last_named(left[:used], named), left[0].word
        left = left[used:]
    return steps, unread, why


def _next(clauses: Sequence[Clause], why: list[str]) -> tuple[Planned | None, int]:
    if is_prelude(clauses):
        planned, used = _next(clauses[1:], why)
        return planned and replace(planned, words=f"{clauses[0].text}, {planned.words}"), used + 1
    if tells_what_stays(clauses[0].masked):
        why.append(str(NotRead(clauses[0].masked, clauses[0])))
        return None, 1
    left_over = ""
    for reader in READERS:
        try:
            found = reader(clauses)
        except NotRead as reason:
            left_over = str(reason)
            continue
        if found is not None:
            if any(clause.join == "by" for clause in clauses[found.used : found.used + 1]):
                break
            lost = _lost(clauses[: found.used], found)
            if lost:
                why.append(f"could not place {lost!r} in {clauses[0].text!r}")
                return None, found.used
            words = " ".join(clause.text for clause in clauses[: found.used])
            return Planned(found.step, words, found.word), found.used
    if left_over:
        why.append(left_over)
    return None, 1


def _lost(clauses: Sequence[Clause], read: Read) -> str:
    """A quoted string of the prompt that the step does not hold: then it was not understood."""
    held = "\n".join(_strings(read.step)).lower()
    quoted = (text for clause in clauses for text in clause.quoted)
    return next((text for text in quoted if text.strip().lower() not in held), "")


def _strings(value: object) -> Iterator[str]:
    """Every string in a step, however deep."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for part in fields(value):
            yield from _strings(getattr(value, part.name))
    elif isinstance(value, (tuple, list, set, frozenset)):
        for item in value:
            yield from _strings(item)
