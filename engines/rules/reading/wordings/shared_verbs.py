"""A verb that is said once for several: `set the units to metres and the colour to red` sets twice."""

from __future__ import annotations

import re
from dataclasses import replace

from engines.rules.reading.clauses import Clause

_SETS = frozenset("set change switch update adjust raise lower increase decrease reduce".split())  # noqa: SIM905
_TWICE = re.compile(
    r"(?P<first>.+? to (?:‹\d+›|[^\s,]+(?: [^\s,]+)??)),? and"
    r" (?P<second>(?P<owner>(?:the|its|my|our|your) )?[a-z]+(?: [a-z]+){0,3}? to \S.*)"
)
_HAS_OWNER = re.compile(r"\S['’]s? [a-z]| of (?:the|my|our|‹|[A-Z])")


def spread(clause: Clause) -> tuple[Clause, ...]:
    """The clauses that one is where its verb stands for all of them; none where it is one.

    What is set second belongs to the same thing as what is set first, where nothing else is said.
    """
    said = _TWICE.fullmatch(clause.rest) if clause.word in _SETS else None
    if said is None:
        return ()
    second = said["second"]
    if said["owner"] is None and _HAS_OWNER.search(said["first"]):
        second = f"its {second}"
    whole = replace(clause, rest=said["first"], masked=f"{clause.word} {said['first']}", stop="")
    again = replace(clause, rest=second, masked=f"{clause.word} {second}", join="and")
    return whole, again
