"""What a clause is about, where the page shows it: `the draft invoice INV-7 for Ann Lee in Sales`.

A thing has a name (quoted, or written with a capital or a figure) and nouns for its kind. Further names that
a preposition ties to it stand on it too; a place tied with "in" or "on" is where it is looked for. Every word
is one of these, or the clause is not read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from engines.rules.reading.clauses import Clause
from engines.rules.reading.closed_words import is_closed
from engines.rules.reading.cutting import ARTICLE, NAME, bare, cut
from engines.rules.reading.names import MARK, NotRead

_WHOSE = re.compile(
    r"^(?:the|this|that) [a-z]+['’]s (?=(?:[a-z]+ )*(?:list|page|settings|chart|profile|record)$)"
)
"""Whose a place is, where it is that of the one person or thing whose page it is: `the patient's list`."""
_TIE = re.compile(
    r"\s+(?:from|by|for|of|to|at|in|on|under|within|for the|about|regarding|ending in|"
    r"named|called|labell?ed|titled|that says|saying)\s+"
)
_CALLED = re.compile(r"\s+(?:named|called|labell?ed|titled|entitled|that says|saying)\s+$")
_ABOUT = frozenset({"about", "regarding"})
_NOUNS_WILL_DO = frozenset({"from", *_ABOUT})
"""What ties nouns without a name to a thing."""
_PLACE = re.compile(r"\s+(?:in|on|under|within)\s+$")
_ASIDE = re.compile(r"\s*\((?P<words>[^()]+)\)")
_SAYS_KIND = re.compile(r"(?:the|an?) (?P<nouns>(?:[a-z]+ )*[a-z]+)")
"""What an aside may say without a name: of what kind the thing is, which need not stand on the page."""
_SAYS_STATE = re.compile(r"(?:(?:it|which|that|this)(?: is|['’]s) )?currently [a-z]+(?: [a-z]+)*")
"""What an aside may say of how the thing is before the act: `(currently marked as skipped)`."""
_PART_OF = re.compile(
    r"(?P<inner>(?:the|an?) .+?) (?:on|in|of|from) (?P<outer>the ‹\d+› "
    r"(?!(?:page|tab|section|view|screen|folder|panel|menu|list|area|sidebar|app|settings|column|field)\b)[a-z]+)"
)
"""A part of a record that is quoted and has a noun behind it: `the date object on the "Goals" slide`."""
_NOUN = re.compile(r"[a-z]+(?:-[a-z]+)*")
_MOST_NOUNS = 5
_LINKS = frozenset({"and", "the", "a", "an", "no"})
"""Words of closed classes that stand in names."""
_ADJECTIVES = frozenset({"pending", "past"})
"""Words that are prepositions too, and say nothing but what kind a thing is of at the head of its nouns."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that a page shows, by the words for it."""

    name: str
    """What it is called; "" where only nouns are known."""
    kind: str = ""
    """Nouns for what it is, in lower case: `draft invoice`."""
    also: tuple[str, ...] = ()
    """Further names that stand on it: who sent it, what it belongs to."""
    place: str = ""
    """The section, page or list that it is in, as the prompt calls it."""
    tail: str = ""
    """Nouns right behind the name, which may be part of it: `tablet` in `Aspirin 81mg tablet`."""
    exact: bool = False
    """Whether it is only meant where a record is called so to the letter: `birds` in `the tag birds`."""
    whole: bool = False
    """Whether a longer name that holds this one is that of another thing, as it is for what is removed."""
    within: Thing | None = None
    """The record that it is a part of: the slide of a `shape on the "Goals" slide`."""

    @property
    def names(self) -> tuple[str, ...]:
        """What it may be called, the longest first; `North firms` are several, unless one is called so."""
        if re.search(r"[^su]s$", self.tail):
            return (f"{self.name} {self.tail}",)
        return (f"{self.name} {self.tail}", self.name) if self.tail else (self.name,)


def thing_in(words: str, clause: Clause, *, nouns_only: bool = False) -> Thing:
    """The thing that some words of a clause name.

    Args:
        words: Quoted strings still as marks.
        clause: Whose words they are.
        nouns_only: Whether a name in lower case will do.

    Raises:
        NotRead: A word of it was not understood.
    """
    if (part_of := _PART_OF.fullmatch(words.strip(" ,.:;"))) is not None:
        inner = thing_in(part_of["inner"], clause, nouns_only=True)
        if inner.place or inner.within is not None:
            raise NotRead(words, clause)
        return replace(inner, within=thing_in(part_of["outer"], clause))
    words, also = _asides(words.strip(" ,.:;"), clause)
    parts, ties = _parts(words)
    name, before, tail = _name_and_nouns(parts[0], clause)
    place = ""
    for at, (tie, part) in enumerate(zip(ties, parts[1:], strict=True), start=1):
        if _CALLED.fullmatch(tie):
            if name and not _name_and_nouns(parts[0], clause)[0]:  # `the note by Ann that says "Later"`
                also, name = (*also, name), ""
            first = " ".join(filter(None, (before, name, tail))).lower()
            name, more, tail = _name_and_nouns(part, clause)
            before = " ".join(filter(None, (first, more)))
            continue
        if tie.strip() in ("from", "in", "on"):
            part = _WHOSE.sub("", part)
        found, nouns, rest = _name_and_nouns(part, clause)
        if not found and not nouns_only and not _PLACE.fullmatch(tie) and tie.strip() not in _NOUNS_WILL_DO:
            raise NotRead(f"{tie.strip()} {part}", clause)
        if _PLACE.fullmatch(tie) or (tie.strip() == "from" and not found):
            if place or not _may_be_place(part, tie):
                raise NotRead(f"{tie.strip()} {part}", clause)
            place = found or nouns
        elif not name:
            name, before, tail = found, " ".join(filter(None, (before, nouns))), rest
        elif tie.strip() == "for" and tail and found and not any(map(MARK.search, parts[:at])):
            # `the Rx template for Aspirin`: a name with a noun behind it says what kind of thing it is
            name, before, tail = found, " ".join(filter(None, (before, name, tail, nouns))).lower(), rest
        elif tie.strip() in _ABOUT:
            also += (" ".join(filter(None, (nouns, found, rest))),)
        elif found:
            also += (" ".join(filter(None, (found, rest))),)
        else:
            raise NotRead(f"{tie.strip()} {part}", clause)
    if not name and not nouns_only:
        raise NotRead(words, clause)
    return Thing(name, before, also, place, tail)


_BARE = re.compile(r"(?:the|my|our|your) (?P<words>[a-z][\w.-]*(?: [a-z][\w.-]*){1,3})")


def bare_thing_in(words: str, clause: Clause) -> Thing:
    """The thing of a name in lower case: `the desk lamp`, or, behind a noun for its kind, `the tag birds`.

    Raises:
        NotRead: It is anything else.
    """
    match = _BARE.fullmatch(words.strip(" ,.:;"))
    found = match["words"].split() if match else []
    if not found or any(map(is_closed, found)) or found[-1].endswith(("ly", "ing")):
        raise NotRead(words, clause)
    return Thing(" ".join(found[1:]), found[0], exact=True)


def place_in(words: str, clause: Clause) -> str:
    """The name of a page, section or tab: `the Trash folder`, `Security & Access`, `the settings page`.

    Raises:
        NotRead: It is more than a name.
    """
    name, before, tail = _name_and_nouns(words.strip(" ,.:;"), clause)
    nouns = [noun for noun in (*before.split(), *tail.split()) if noun not in PLACE_NOUNS]
    if not name:
        return " ".join(nouns) or before
    return " ".join(
        (*(n for n in before.split() if n in nouns), name, *(n for n in tail.split() if n in nouns))
    )


HOLDERS = "category|label|group|album|board|collection|project|folder"
"""What things are put into that is no place on the screen, as alternatives of a regular expression."""
PLACE_NOUNS = frozenset(
    {"page", "tab", "section", "view", "screen", "folder", "panel", "menu", "list", "area", "sidebar", "app"}
)
"""Words for a part of an application, which its name leaves out."""


def _may_be_place(words: str, tie: str) -> bool:
    """Whether what "in" or "on" ties to a thing says where it is, and not how or when an act is done."""
    tokens = words.split()
    first, last = tokens[0], tokens[-1]
    if first in ("a", "an") or first in _HOWS:
        return False
    known = last in PLACE_NOUNS or last.endswith("s") or tie.strip() == "from"
    return known or ARTICLE.match(words) is not None or re.search(r"[A-Z0-9‹@#]", words) is not None


_HOWS = frozenset("case behalf order favour hope spite upper lower".split())  # noqa: SIM905
"""Nouns that make a preposition before them one of another sense: `in case`, `on behalf of`."""


def _asides(words: str, clause: Clause) -> tuple[str, tuple[str, ...]]:
    """The words without what stands in brackets, and the names in those."""
    also: list[str] = []
    for aside in _ASIDE.finditer(words):
        if _SAYS_STATE.fullmatch(aside["words"]):
            continue
        name, _, _ = _name_and_nouns(aside["words"], clause)
        kind = _SAYS_KIND.fullmatch(aside["words"])
        if not name and (kind is None or any(map(is_closed, kind["nouns"].split()))):
            raise NotRead(aside[0], clause)
        also += filter(None, (name,))
    return _ASIDE.sub("", words), tuple(also)


def _parts(words: str) -> tuple[list[str], list[str]]:
    """The words cut where a preposition ties a phrase to the one before."""
    phrases = cut(words, (match for match in _TIE.finditer(words) if words[: match.start()].strip()))
    return [part for _, part, _ in phrases], [tie[0] for tie, _, _ in phrases if tie is not None]


def _name_and_nouns(phrase: str, clause: Clause) -> tuple[str, str, str]:
    """The name in a phrase, the nouns before it, and those after it."""
    phrase = bare(phrase.strip(" ,"))
    tokens = phrase.replace(",", " ").split() if "‹" in phrase else phrase.split()
    marks = [at for at, token in enumerate(tokens) if MARK.fullmatch(token)]
    named = marks or [at for at, token in enumerate(tokens) if NAME.fullmatch(token)]
    if not named:
        return "", _nouns(tokens, clause, phrase, before=True), ""
    first, last = named[0], named[-1]
    if re.search(r"(?:^|[a-z] )\d+ [a-z]+(?: [a-z]+)*$", phrase):  # `3 new posts`: so many, and no name
        raise NotRead(phrase, clause)
    if len(marks) > 1 or (marks and any(t[0].isupper() for t in tokens[:first] if len(tokens) > 6)):
        raise NotRead(phrase, clause)
    name = tokens[first : last + 1]
    if not marks and not all(NAME.fullmatch(token) or _is_in_name(token) for token in name):
        raise NotRead(phrase, clause)
    if re.search(r"['’]s$", name[-1]):
        raise NotRead(phrase, clause)
    kind = [token.lower() if marks else token for token in tokens[:first]]
    after = [token.lower() if marks else token for token in tokens[last + 1 :]]
    return (
        clause.spoken(" ".join(name)),
        _nouns(kind, clause, phrase, before=True),
        _nouns(after, clause, phrase),
    )


def _is_in_name(token: str) -> bool:
    """Whether a word in lower case can stand between two with a capital: `Dust and Ashes`."""
    return _NOUN.fullmatch(token) is not None and (token in _LINKS or not is_closed(token))


def _nouns(tokens: Sequence[str], clause: Clause, phrase: str, *, before: bool = False) -> str:
    """The nouns that some words are; `before`: they stand before a name, or alone."""
    held = tokens[1:] if before and len(tokens) > 1 and tokens[0] in _ADJECTIVES else tokens
    if len(tokens) > _MOST_NOUNS or not all(_NOUN.fullmatch(one) and not is_closed(one) for one in held):
        raise NotRead(phrase or clause.text, clause)
    if not before and any(re.fullmatch(r"\w*[aeiouy]\w*ing", one) for one in tokens[:-1]):
        raise NotRead(phrase, clause)  # `wearing gloves`
    if tokens and re.fullmatch(r"\w+ly", tokens[-1]):
        raise NotRead(tokens[-1], clause)
    return " ".join(tokens)


_LABEL = re.compile(r"[\w'’/&#-]+")
_IN_LABELS = frozenset(
    "of on for in to at per the a and or first last next default save send before after off time "  # noqa: SIM905
    "times no show all up down out my your".split()
)
"""Words of closed classes that labels of fields and settings have."""


def label_in(words: str, clause: Clause) -> str:
    """The label of a field or setting: quoted, or a run of words such as `first day of the week`.

    Raises:
        NotRead: A word of it is in no label.
    """
    words = bare(words.strip(" ,.:;"))
    if MARK.fullmatch(words):
        return clause.spoken(words)
    tokens = words.split()
    for token in tokens:
        known = not is_closed(token) or token.lower() in _IN_LABELS
        if not _LABEL.fullmatch(token) or not known or re.search(r"n['’]t$|['’]s$", token):
            raise NotRead(token, clause)
    if not tokens or is_closed(tokens[-1]) or (is_closed(tokens[0]) and tokens[0].lower() not in _FIRST):
        raise NotRead(words, clause)
    return " ".join(tokens)


_FIRST = frozenset({"first", "last", "next", "default", "time", "send", "show", "save"})


PLACE = r"(?-i:(?:the |your )?(?:‹\d+›|[A-Z][\w&'-]*(?: (?:&|and|[A-Z][\w&'-]*))*)(?: [a-z]+)?)"
"""A regular expression for the name of a part of an application: quoted, or with capitals."""
