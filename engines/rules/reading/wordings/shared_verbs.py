"""What is said once for several: `set the units to metres and the colour to red` sets twice.

A verb may serve several objects, and an object several verbs: `finalize and send the invoice`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from engines.rules.reading.clauses import Clause
from engines.rules.reading.closed_words import is_closed

_SETS = frozenset("set change switch update adjust raise lower increase decrease reduce".split())  # noqa: SIM905
_TWICE = re.compile(
    r"(?P<first>.+? to (?:‹\d+›|[^\s,]+(?: [^\s,]+)??)),? and"
    r" (?P<second>(?P<owner>(?:the|its|my|our|your) )?[a-z]+(?: [a-z]+){0,3}? to \S.*)"
)
_VALUE = r"(?:‹\d+›|[^\s,]+(?: [^\s,]+)??)"
_OF_TWO = re.compile(
    rf"(?P<label>(?:(?:the|its) )?[a-z]+(?: [a-z]+)*?) (?P<tie>of|on|for) (?P<one>.+?)"
    rf" to (?P<value>{_VALUE}),? and (?P=tie) (?P<other>.+ to \S.*)"
)
"""`the quantity of the lamp to 21 and of the desk to 9`."""
_BOTH = re.compile(
    r"(?:(?P<front>(?:(?!\b(?:who|that|which|whose|is|are|has|have)\b).)+ (?:of|on|in|for|from|to|at)) )?"
    r"both (?!of )(?P<one>.+?) and (?P<other>.+?)"
    r"(?P<rest>(?(front)(?!)|(?:,| (?:for|to|on|in|at|with|from|as|of) ).*))?"
)
"""`apply it to both the first and the second`; what stands behind these may be said of one of them alone."""
_VERBS = re.compile(r"[A-Za-z][a-z]+")
_HAS_OWNER = re.compile(r"\S['’]s? [a-z]| of (?:the|my|our|‹|[A-Z])")


def spread(clause: Clause) -> tuple[Clause, ...]:
    """The clauses that one is where its verb stands for all of them; none where it is one.

    What is set second belongs to the same thing as what is set first, where nothing else is said.
    """
    if both := _BOTH.fullmatch(clause.rest):
        front, rest = f"{both['front'] or ''} ".lstrip(), both["rest"] or ""
        return _each(clause, f"{front}{both['one']}{rest}", f"{front}{both['other']}{rest}")
    if clause.word not in _SETS:
        return ()
    if of_two := _OF_TWO.fullmatch(clause.rest):
        first = f"{of_two['label']} {of_two['tie']} {of_two['one']} to {of_two['value']}"
        return _each(clause, first, f"{of_two['label']} {of_two['tie']} {of_two['other']}")
    said = _TWICE.fullmatch(clause.rest)
    if said is None:
        return ()
    second = said["second"]
    if said["owner"] is None and _HAS_OWNER.search(said["first"]):
        second = f"its {second}"
    return _each(clause, said["first"], second)


def _each(clause: Clause, first: str, second: str) -> tuple[Clause, Clause]:
    verb = f"{clause.word} " if clause.word else ""
    whole = replace(clause, rest=first, masked=f"{verb}{first}", stop="")
    return whole, replace(clause, rest=second, masked=f"{verb}{second}", join="and")


def with_object_of(clause: Clause, following: Clause | None) -> Clause | None:
    """A verb alone, with the object of the next one: `finalize` before `and send the invoice`."""
    is_alone = not clause.verb and _VERBS.fullmatch(clause.rest) and not is_closed(clause.rest)
    if not is_alone or following is None or following.join != "and" or not following.rest:
        return None
    words = f"{clause.rest} {following.rest}"
    return replace(clause, rest=words, masked=words)
