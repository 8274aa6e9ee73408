"""What "it" stands for: `open the report "Churn" and export it`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from engines.rules.reading.clauses import Clause
from engines.rules.reading.phrases import KINDS

_NAMED = re.compile(
    r"\b(?:the|my|our|an?) (?P<nouns>(?:(?!(?:of|on|in|for|by|from|to|at|with|and|or|as)\b)[a-z-]+ ){1,4})"
    r"(?:(?:called|named|titled) )?(?P<name>‹\d+›|[A-Z#@][\w.-]*(?: [A-Z][\w.-]*)*)"
)
_IT = re.compile(r"(?P<before>^|^[A-Za-z]+ (?=it\b)| (?:to|on|of|in|from) )it\b")
_ITS = re.compile(r"^its (?P<part>[a-z]+(?: [a-z]+)?)(?= (?:to|from)\b|$)")
_CONTROLS = frozenset(
    form
    for kind in ("button", "link", "tab", "field", "checkbox", "radio", "dropdown")
    for form in KINDS[kind]
)
"""What is no thing that something is done to, but what it is done with."""


def last_named(clauses: Sequence[Clause]) -> str:
    """The thing with a kind and a name that these clauses are about, quoted strings as marks; "" for none."""
    found = [match for clause in clauses if (match := _NAMED.search(clause.rest))]
    if not found or found[-1]["nouns"].split()[-1] in _CONTROLS or clauses[-1].verb == "rename":
        return ""
    return f"the {found[-1]['nouns']}{found[-1]['name']}"


def with_name(clause: Clause, named: str) -> Clause | None:
    """A clause with a name for its "it"; None where it has none, or nothing was named."""
    meant = _ITS.sub(rf"the \g<part> of {named}", clause.rest)
    if meant == clause.rest:
        meant = _IT.sub(rf"\g<before>{named}", clause.rest, count=1)
    return replace(clause, rest=meant) if named and meant != clause.rest else None
