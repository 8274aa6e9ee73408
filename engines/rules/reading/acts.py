"""An act in words, whatever its verb is: `promote Lucy Chen to Senior Engineer with the note "Well done"`.

A clause is a verb, what it is done to, and parts that a preposition ties to these. Which control the verb
means, and where each part belongs, only the page can say. A word that is none of these leaves it unread.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from engines.rules.reading.clauses import Clause
from engines.rules.reading.closed_words import is_closed
from engines.rules.reading.cutting import ARTICLE, PARTICLES, SUPERLATIVE, bare, cut
from engines.rules.reading.names import MARK, NotRead, names_in
from engines.rules.reading.things import Thing, bare_thing_in, thing_in
from engines.rules.reading.values.fillings import Filling
from engines.rules.reading.values.pairs import pairs_in


@dataclass(frozen=True, slots=True)
class ActInWords:
    """What is to be done to what, with which values."""

    words: tuple[str, ...]
    """The verb, and what belongs to it: `roll back`, `mark as paid`."""
    thing: Thing
    """What it is done to; without a name where only values are named (`transfer $20 to Ann`)."""
    parts: tuple[Filling, ...] = ()
    or_thing: Thing | None = None
    """What else the words may mean: `the tag birds` has both for a name, or is a tag called so."""
    named: bool = True
    """Whether the thing has a name. Else the act is only understood where the page knows its verb."""


_VERB = re.compile(
    r"(?P<verb>[A-Za-z]{2,}(?:-[a-z]+)?)(?P<particle> (?:" + "|".join(("in", *PARTICLES)) + r"))?"
    r"(?: (?:of|on|in|into|for|from|to))?(?: (?P<rest>.+))"
)
_IS_NO_VERB = re.compile(r"\w+ly|\w*[aeiouy]\w*(?:ing|ed)")
_AMOUNT = r"[$€£]\d[\d.,]*|\d[\d.,]* (?:[A-Z]{3,4}|dollars?|euros?|pounds?)"
_DAY = r"(?:\d{1,2}(?:st|nd|rd|th)? )?[A-Z][a-z]{2,8}\.?(?: \d{1,2}(?:st|nd|rd|th)?)?(?:,? \d{4})?|\d[\d./-]+"
_LENGTH = r"(?:\d+|one|two|three) (?:minute|hour|day|week|month|year)s?"
_TIME = r"\d{1,2}(?::\d{2})?(?: ?[ap]m)?"
_IS_VALUE = {
    "on": re.compile(_DAY),
    "at": re.compile(_TIME),
    "for": re.compile(_LENGTH),
    "of": re.compile(_AMOUNT),
    "by": re.compile(rf"\d[\d.,]*%?|{_AMOUNT}"),
    **dict.fromkeys(("from", "in", "about"), re.compile(r"(?!)")),
}
"""What a preposition, which else belongs to the thing, ties to the act."""
_TIE = re.compile(
    r"(?:^|,? )(?P<tie>with|using|via|to|as|into|onto|until|on|at|for|of|by|from|in|about"
    r"|(?P<begins>starting|beginning|effective)(?: on| from| at)?) (?=\S)"
)
_GIVES = ("with", "using", "via")
_ALSO_BARE = ("for", "about")
"""What may tie nouns without a name to the act, for they say neither when nor where it is done."""
_OWN = re.compile(
    r"(?:the )?(?P<who>[A-Z][\w.-]*(?: [A-Z][\w.-]*)*)['’]s (?P<what>[a-z]+(?: [a-z]+){0,2}?)"
    r"(?P<more> (?:on|in|from|of|for|about|called|named|titled) .+)?"
)
_COUNTED = re.compile(
    r"(?P<number>\d[\d.,]*) (?P<unit>minutes?|hours?|days?|points?|percent) (?:on|to|for) (?P<thing>the .+)"
)
"""So much of something that is given to a thing: `log 3 hours on the task "Roof"`."""
_OF_NOUNS = re.compile(r"the (?P<what>[a-z]+) of (?:the|this|my|our) (?P<whose>[a-z]+)")
_WORD = re.compile(r"[A-Za-z0-9@#$€£+][\w.,’/:#&+%@-]*(?<!,)")
_MARKED = re.compile(r"(?:[a-z]+ ){0,3}(?P<mark>‹\d+›)(?: [a-z]+)?")
_TURNED = re.compile(r"(?:an? |the )?(?P<value>[a-z]+(?:-[a-z]+)?|\d+) (?P<label>[a-z]+)")
"""A value before its label: `with high priority`."""
_HOWS = frozenset("care hurry smile".split())  # noqa: SIM905
_NAME = r"‹\d+›|(?:Dr|Mrs?|Ms|Prof)\. [A-Z][\w'-]*|#?[A-Z][\w'-]*(?: [A-Z][\w-]*)*"
_LIST = re.compile(rf"(?:{_NAME})(?:(?:,? and |, )(?:{_NAME}))*")
_NAMED = re.compile(rf"(?:the )?(?:[a-z]+ )?(?:{_NAME})|the (?:{_NAME}) [a-z]+")
_MOST_WORDS = 4
_MOST_NOUNS = 2
"""More of them may be nouns with a name behind them."""


def verb_in(words: str, *, known: bool = False) -> tuple[tuple[str, ...], str] | None:
    """The verb at the front of some words, and what follows it; None where they begin with none.

    Args:
        words: Quoted strings as marks.
        known: Whether the first word is known to be a verb.
    """
    match = _VERB.fullmatch(words)
    verb = match["verb"].lower() if match else ""
    if match is None or (not known and (is_closed(verb) or _IS_NO_VERB.fullmatch(verb))):
        return None
    return (verb, *(match["particle"] or "").split()), match["rest"]


def act_in(words: tuple[str, ...], rest: str, clause: Clause) -> ActInWords:
    """The act of this verb that some words of a clause name, quoted strings still as marks.

    Raises:
        NotRead: A word of them was not understood.
    """
    if counted := _COUNTED.fullmatch(rest):
        said = act_in(words, counted["thing"], clause)
        return replace(said, parts=(Filling(counted["unit"], (counted["number"],)), *said.parts))
    of_thing, parts = _cut(rest, clause)
    if re.search(r"\b(?:all|every|each)\b", of_thing):
        raise NotRead(of_thing, clause)
    if re.fullmatch(_AMOUNT, of_thing):
        amount = re.sub(r"^[$€£]| (?:dollars?|euros?|pounds?)$", "", of_thing)
        return ActInWords(words, Thing(""), (Filling("amount", (amount,)), *parts), named=False)
    if not of_thing and parts:
        return ActInWords(words, Thing(""), parts, named=False)
    thing, named = _thing(of_thing, clause)
    if SUPERLATIVE.search(thing.kind if named else of_thing):
        raise NotRead(of_thing, clause)
    other = None if named else _bare(of_thing, clause) or _with_first_part(of_thing, parts, rest, clause)
    return ActInWords(words, thing, parts, other, named)


def _cut(rest: str, clause: Clause) -> tuple[str, tuple[Filling, ...]]:
    """The words for the thing, and the parts behind them."""
    ties = [one for one in _TIE.finditer(rest) if not re.match(r"[^(]*\)", rest[one.end() :])]
    (_, of_thing, _), *tied = cut(rest, ties)
    parts: list[Filling] = []
    taken = 0
    for match, words, end in tied:
        if match is None or match.start() < taken:
            continue
        tie = match["tie"]
        if tie in _GIVES:
            taken, given = given_in(rest, match.end(), tie, clause)
            parts += given
        elif match["begins"]:
            parts.append(Filling("start" if tie[0] in "sb" else "effective", (_value(words, clause),)))
        elif tie not in _IS_VALUE or _IS_VALUE[tie].fullmatch(words):
            parts.append(Filling("", (_value(words, clause, tie),), tie))
        elif not parts and not re.fullmatch(_AMOUNT, of_thing) and _is_thing(rest[:end], clause):
            of_thing = rest[:end]
        elif tie == "from" or (tie in _ALSO_BARE and ARTICLE.match(words)) or _NAMED.fullmatch(words):
            parts.append(Filling("", (_value(words, clause, tie),), tie))
        else:
            raise NotRead(f"{tie} {words}", clause)
    return of_thing.strip(" ,"), tuple(parts)


def _bare(words: str, clause: Clause) -> Thing | None:
    try:
        return bare_thing_in(words, clause)
    except NotRead:
        return None


def _with_first_part(of_thing: str, parts: tuple[Filling, ...], rest: str, clause: Clause) -> Thing | None:
    """The thing that nouns and the named part behind them name: `the invitation to "All hands"`."""
    tie = _TIE.search(rest)
    if (
        len(parts) != 1
        or parts[0].label
        or parts[0].tie == "as"
        or tie is None
        or not re.search("[A-Z‹]", rest[tie.end() :])
    ):
        return None
    return Thing(parts[0].values[0], bare(of_thing))


def _is_thing(words: str, clause: Clause) -> bool:
    try:
        _thing(words, clause)
    except NotRead:
        return False
    return True


def given_in(rest: str, start: int, tie: str, clause: Clause) -> tuple[int, list[Filling]]:
    """What stands behind "with": labels with their values, as far as they go; and where they end.

    Raises:
        NotRead: It is nothing of the kind.
    """
    for end in [len(rest), *(match.start() for match in reversed([*_TIE.finditer(rest, start)]))]:
        words = rest[start:end]
        if re.fullmatch(_NAME, words):
            return end, [Filling("", (clause.spoken(words),), tie)]
        try:
            return end, [Filling(label, (value,)) for label, value in pairs_in(words, clause)]
        except NotRead:
            turned = _TURNED.fullmatch(words)
            if turned and not any(is_closed(word) or word in _HOWS for word in turned.groups()):
                return end, [Filling(turned["label"], (turned["value"],))]
            if _LIST.fullmatch(words):
                return end, [Filling("", names_in(words, clause), tie)]
            if re.fullmatch(r"[\w.+-]+@[\w.-]+|the [A-Z]\w* [a-z]+", words):
                return end, [Filling("", (_value(words, clause),), tie)]
    raise NotRead(rest[start:], clause)


def _value(words: str, clause: Clause, tie: str = "") -> str:
    """A value of one or several words, none of which says when or how the act is to be done."""
    limits = is_closed if tie in _BEFORE_GERUNDS else _limits
    words = bare(words)
    if marked := _MARKED.fullmatch(words):
        return clause.spoken(marked["mark"])
    tokens = words.split()
    if len(tokens) == 1 and (tokens[0] in _ME or not (is_closed(tokens[0]) or tokens[0].endswith("ly"))):
        return clause.spoken(words)
    if MARK.search(words) or not 0 < len(tokens) <= _MOST_WORDS:
        raise NotRead(words or clause.rest, clause)
    if any(not _WORD.fullmatch(token) or (token.islower() and limits(token)) for token in tokens):
        raise NotRead(words, clause)
    return clause.spoken(words)


_BEFORE_GERUNDS = ("from", "to", "into", "onto", "as")
"""What a gerund stands behind only as a part of a name: `from my checking account`."""
_ME = ("me", "myself")


def _limits(word: str) -> bool:
    """Whether a word may say how or when an act is done."""
    return is_closed(word) or _LIMITS.fullmatch(word) is not None


_LIMITS = re.compile(r"\w*[aeiouy]\w*ing|\w{2,}ly")


def _thing(words: str, clause: Clause) -> tuple[Thing, bool]:
    """What the act is done to, and whether it has a name."""
    if own := _OWN.fullmatch(words):
        if any(map(_limits, own["what"].split())):
            raise NotRead(words, clause)
        whose = thing_in(own["who"] + (own["more"] or ""), clause)
        return replace(whose, kind=own["what"]), False
    try:
        return thing_in(words, clause), True
    except NotRead:
        plain = bare(words)
        nouns = plain.split()
        if of := _OF_NOUNS.fullmatch(words):
            if any(map(_limits, " ".join(of.groups()).split())):
                raise
            return Thing(of["what"], of["whose"], whole=True), False
        if any(not re.fullmatch(r"[a-z]+(?:-[a-z]+)*", noun) or _limits(noun) for noun in nouns):
            raise
        if len(nouns) > _MOST_NOUNS:
            return bare_thing_in(words, clause), False
        if not nouns or (words[:2] == "a " and nouns[-1].endswith("s")):
            raise
    return Thing(plain, whole=True), False
