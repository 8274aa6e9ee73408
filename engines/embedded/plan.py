"""The prompt as steps, each with the words it was read from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass

from engines.embedded.course import CannotDo
from engines.embedded.reading.clauses import Clause, split
from engines.embedded.skills import READERS
from engines.embedded.skills.base import Read, Step
from engines.embedded.skills.context import is_prelude


@dataclass(frozen=True, slots=True)
class Planned:
    """A step, and what the prompt says of it."""

    step: Step
    words: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What the prompt asks for, as far as it could be read."""

    steps: tuple[Planned, ...]
    unread: tuple[str, ...] = ()
    """Clauses that no skill knows; with any of these the prompt is never called carried out."""
    why: tuple[str, ...] = ()
    """Why clauses that a skill began to read could not be read to the end."""
    wish: str = ""
    """The clauses that say what is to be extracted; only where an output is asked for."""
    leave_unsent: bool = False
    """Whether the prompt says not to submit."""


_NOT_SENT = re.compile(
    r"[,;.]?\s*(?:but |and )?(?:do not|don['’]t|never|without)\s+(?:submit|send|press|click)(?:ting|ing)?\b"
    r"(?: (?:the|it|that|form|button|submit|send))*[.]?",
    re.IGNORECASE,
)
_HEDGED = re.compile(
    r"(?<![\w-])(?:if|unless|except|but not|not|other than|only|otherwise|instead|while|without)(?![\w-])",
    re.IGNORECASE,
)
_WISHES = frozenset({"extract", "find", "count", ""})
"""Verbs that ask for an output where one is asked for."""


def read_plan(prompt: str, *, extracting: bool = False) -> Plan:
    """Read a prompt; with `extracting`, the clauses at its end that ask for an output are its wish."""
    prompt, left_out = _NOT_SENT.subn("", prompt)
    leave_unsent = left_out > 0
    clauses = split(prompt)
    end = len(clauses)
    while extracting and end > 0 and clauses[end - 1].verb in _WISHES:
        end -= 1
    wish = ", ".join(clause.text for clause in clauses[end:])
    clauses = clauses[:end]
    steps: list[Planned] = []
    unread: list[str] = []
    why: list[str] = []
    at = 0
    while at < len(clauses):
        planned, used = _next(clauses[at:], why)
        if planned is None:
            unread.append(clauses[at].text)
        else:
            steps.append(planned)
        at += used
    return Plan(tuple(steps), tuple(unread), tuple(why), wish, leave_unsent)


def _next(clauses: Sequence[Clause], why: list[str]) -> tuple[Planned | None, int]:
    if is_prelude(clauses):
        planned, used = _next(clauses[1:], why)
        return planned and Planned(planned.step, f"{clauses[0].text}, {planned.words}"), used + 1
    if _HEDGED.search(re.sub(r"‹\d+›", "", clauses[0].rest)):
        why.append(f"{clauses[0].text!r} has a condition or an exception, which the rules do not read")
        return None, 1
    for reader in READERS:
        try:
            found = reader(clauses)
        except CannotDo as reason:
            why.append(str(reason))
            return None, 1
        if found is not None:
            lost = _lost(clauses[: found.used], found)
            if lost:
                why.append(f"could not place {lost!r} in {clauses[0].text!r}")
                return None, found.used
            words = " ".join(clause.text for clause in clauses[: found.used])
            return Planned(found.step, words), found.used
    return None, 1


def _lost(clauses: Sequence[Clause], read: Read) -> str:
    """A quoted string of the prompt that the step does not hold: then it was not understood."""
    held = "\n".join((*_strings(read.step), *read.heard)).lower()
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
