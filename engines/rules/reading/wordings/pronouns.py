"""What "it" stands for: `open the report "Churn" and export it`.

The last thing that was named is put in its place, with all that told it from its like. What belongs to
another thing (`the due date of the task "Fence"`, `the tag "wet" to the task "Fence"`) stands for that one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from engines.rules.reading.clauses import Clause
from engines.rules.reading.closed_words import is_closed
from engines.rules.reading.phrases import KINDS
from engines.rules.reading.things import PLACE_NOUNS
from engines.rules.reading.verb_frames import Phrase, phrases_of

_QUALIFY = frozenset({"of", "in", "on", "from", "by", "about", "called", "for"})
"""What ties a phrase to the thing before it."""
_SETS = frozenset(
    "set change update replace correct edit adjust raise lower increase decrease reduce".split()  # noqa: SIM905
)
"""Verbs whose object is a part of what "of" ties to it, or of its owner."""
_GIVES = frozenset("add attach apply remove put assign unassign leave".split())  # noqa: SIM905
"""Verbs whose object may be a part of the record that is named behind it."""
_TURNS = frozenset({"enable", "disable", "turn"})
"""Verbs whose object is a setting of the record that is named behind it."""
_PARTS = frozenset("tag label comment note reaction reminder member star flag checklist attachment".split())  # noqa: SIM905
_OWNED = re.compile(r"(?P<owner>.*\S)['’]s? (?P<part>[a-z]+(?: [a-z]+){0,2})")
_NAME = r"‹\d+›|[A-Z#@$][\w.,'’-]*"
_IS_NAMED = re.compile(rf"(?:^|\s)(?:{_NAME})")
_STATE = re.compile(r"(?: \d\S*)? (?:[a-z]+|\d\S*)$")
"""What something is made: `the sun 45% opaque`."""
_NEW = re.compile(r"^(?:an?|another|the) (?:new )?")
_IT = re.compile(
    r"(?P<before>^|^[A-Za-z-]+ (?=(?:it|this|them|him|her)\b)| (?:to|on|of|in|from|off|for|with) )"
    r"(?:it|this|him|her)(?= |$|,)(?! [a-z]+(?: [a-z]+)? (?:to|from)\b.*\bof\b)"
)
_ITS = re.compile(
    r"\b(?:its|his|her|their) (?P<part>[a-z]+(?: [a-z]+){0,2}?)(?= (?:to|from|as|at|by|with|until)\b|$)"
)
_GIVEN_IT = re.compile(
    r"(?:it|him|her) (?:an?|the) (?P<part>[a-z]+(?: [a-z]+){0,2}?)(?: of)?"
    r" (?P<value>‹\d+›|[\d#$€£].*|[A-Z].*)"
)
"""`give it a corner radius of 16`."""
_CONTROLS = frozenset(
    form
    for kind in ("button", "link", "tab", "field", "checkbox", "radio", "dropdown")
    for form in KINDS[kind]
)
"""What is no thing that something is done to, but what it is done with."""
_PLACES = PLACE_NOUNS | {"form", "dialog", "site", "app", "settings", "text", "message"}
"""What may be meant anew where it is said again."""


def last_named(clauses: Sequence[Clause], before: str = "") -> str:
    """The thing that these clauses are about, quoted strings as marks; `before` where none is sure.

    Args:
        clauses: What was read last.
        before: The thing that was named before: nouns without a name mean that one.
    """
    named = next((named for clause in reversed(clauses) if (named := _named(clause))), "")
    if not named or not before or _IS_NAMED.search(named):
        return named or before
    noun = _noun_of(before)
    return before if not noun or named.split()[-1] == noun else named


def is_named(thing: str) -> bool:
    """Whether a thing has a name, and not only nouns."""
    return _IS_NAMED.search(thing) is not None


def _named(clause: Clause) -> str:
    phrases = phrases_of(clause)
    if not phrases or not phrases[0].words:
        return ""
    if clause.word == "rename" and len(phrases) > 1 and phrases[-1].tie == "to":
        return _renamed(phrases)
    at = _place_of_thing(phrases, clause)
    thing = [phrases[at].words]
    for phrase in phrases[at + 1 :]:
        if phrase.tie not in _QUALIFY:
            break
        thing.append(phrase.words if phrase.tie == "called" else f"{phrase.tie} {phrase.words}")
    head = thing[0]
    if at == 0 and clause.word in _SETS and (owned := _OWNED.fullmatch(head)):
        head = owned["owner"]
    if clause.word == "make":
        head = _STATE.sub("", head)
    words = head.split()
    if (
        not words
        or words[-1].lower() in _CONTROLS
        or any(is_closed(word) and word.islower() for word in words[1:])
    ):
        return ""
    if _NEW.match(head) and not head.startswith("the ") and not _IS_NAMED.search(" ".join(thing)):
        return ""
    return " ".join([_NEW.sub("the ", head), *thing[1:]])


def _renamed(phrases: Sequence[Phrase]) -> str:
    """What a thing is called once it is renamed."""
    kinds = [word for word in phrases[0].words.split() if re.fullmatch(r"[a-z-]+", word)]
    return " ".join((*kinds, phrases[-1].words))


def _place_of_thing(phrases: Sequence[Phrase], clause: Clause) -> int:
    """Which phrase names the record: the object, or what it is a part of."""
    word = clause.word or clause.masked.split()[0].lower()
    if len(phrases) < 2:
        return 0
    head = phrases[0].words
    if clause.verb in _TURNS:
        return 1 if phrases[1].tie in ("of", "on", "for") else 0
    if word not in _SETS | _GIVES:
        return 0
    if word in _SETS:
        return 1 if phrases[1].tie in ("of", "on", "for") and not _IS_NAMED.search(head) else 0
    nouns = {word for word in head.split() if word.islower()}
    if phrases[1].tie in ("to", "from", "on") and phrases[1].words.startswith(("the ", "my ", "our ")):
        is_person = not nouns and "‹" not in head
        return 1 if nouns & _PARTS or is_person else 0
    return 0


def with_name(clause: Clause, named: str) -> Clause | None:
    """A clause with a name for its "it"; None where it has none, or nothing was named."""
    if not named:
        return None
    given = _GIVEN_IT.fullmatch(clause.rest) if clause.word == "give" else None
    if given:
        rest = f"the {given['part']} of {named} to {given['value']}"
        return replace(clause, verb="choose", word="set", rest=rest, masked=f"set {rest}")
    meant = _ITS.sub(lambda its: f"the {its['part']} of {named}", clause.rest, count=1)
    if meant == clause.rest:
        meant = _IT.sub(lambda it: f"{it['before']}{named}", clause.rest, count=1)
    if meant == clause.rest:
        meant = _again(clause.rest, named)
    if meant == clause.rest:
        return None
    front, _, _ = clause.masked.rpartition(clause.rest)
    return replace(clause, rest=meant, masked=f"{front}{meant}")


def _again(rest: str, named: str) -> str:
    """`the card` for the card that was named before."""
    noun = _noun_of(named)
    again = rf"(?:^|(?<= ))(?:the|that|this) {noun}(?=$| (?:to|from|in|on|at|by|with|as|and|be|for)\b)"
    if not noun or noun in _PLACES:
        return rest
    return re.sub(again, lambda _: named, rest, count=1)


def _noun_of(named: str) -> str:
    """The noun for what a named thing is: `card` of `the "Sea" card in May`; "" where it has a name alone."""
    head = re.split(r" (?:of|in|on|from|by|about|for) ", named)[0].split()
    nouns = [word for word in head if re.fullmatch(r"[a-z]+(?:-[a-z]+)*", word)]
    return nouns[-1] if nouns and (head[-1] in nouns or nouns[-1] != head[0]) else ""


_STATES = re.compile(
    r"(?P<what>(?:(?:the|my|our|your) |‹|[A-Z]).*?)"
    r" (?:(?P<says>says|reads|mentions)(?: that)?|is|are|was|were|has|have)"
    r" (?P<how>.+)"
)
_NEEDED = re.compile(r"(?:I|we|We) (?:no longer|do not|don['’]t) (?:need|use|want|have) (?P<what>.+)")
_LIMITS = re.compile(
    r"\b(?:if|unless|only|except|should|must|may|might|can|could|would|shall|until|never|nobody|not yet)\b",
    re.I,
)
_SAYS_MORE = re.compile(r" [—–-] |[;:] |, (?:please |then |and (?!(?:is|are|was|were|has|have)\b))")
"""What may begin an instruction inside a sentence that describes something."""
_PLACED = re.compile(r"(?:in|on|under|from|by|at|about) (?:the |my |our |your |‹|[A-Z#@]).+")


def stated(clause: Clause, following: Clause | None) -> str:
    """What a sentence is about that only describes it for the one behind, which says "it"; "" for none.

    `The call to Ann was not answered. Correct its outcome`: what it says of the thing where that is, or what
    stands on it, tells it from its like.
    """
    if clause.verb or clause.join or following is None or with_name(following, "the thing") is None:
        return ""
    words = clause.masked.strip(" ,.:;")
    said = _NEEDED.fullmatch(words) or _STATES.fullmatch(words)
    if said is None or _LIMITS.search(words) or _SAYS_MORE.search(words):
        return ""
    what = re.sub(r"^(?:The|My|Our|Your) ", lambda article: article[0].lower(), said["what"])
    how = said.groupdict().get("how") or ""
    if said.groupdict().get("says"):
        told = " ".join(word for word in how.split() if not is_closed(word))
        return f"{what} about {told}"
    return f"{what} {how}" if _PLACED.fullmatch(how) else what
