"""What a wish in plain words asks of a list: how many, in which order, and which ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from browser.model.text import squeeze
from browser.values.dates import read_date
from browser.values.numbers import find_numbers
from browser.values.words import COUNT, count, ordinal
from browser.values.written_numbers import CURRENCY
from engines.extraction.page.words import split_words, telling_words

Comparison = Literal["<", "<=", ">", ">=", "==", "is", "has", "not"]

_NUMBER = f"({COUNT})"
_FIRST = re.compile(
    rf"\b(?:top|first|leading|up to|at most|only|the|a maximum of)(?:\s+the)?\s+{_NUMBER}\s+(?!of\b)([a-z]+)"
)
_LAST = re.compile(rf"\b(?:last|bottom|final)\s+{_NUMBER}\b")
_ONE = re.compile(
    r"\b(?:the|only|very)\s+(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last)\s+([a-z]+)\b"
)
_WHICH = re.compile(
    r"\bwhich\s+(?:[a-z]+)\s+(?:is|are|comes|was)\s+(?:the\s+)?(first|second|third|last)(?=\s*([?.]|$))"
)
_SORTED = re.compile(
    r"\b(?:sort(?:ed)?|order(?:ed)?|rank(?:ed)?)\s+by\s+(?:the\s+)?([a-z ]+?)"
    r"(?:\s*,?\s*(?:from\s+)?\b"
    r"(asc\w*|desc\w*|low\w* to high\w*|high\w* to low\w*|(?:low|high|new|old)\w* first))?(?=[.,;]|$)"
)
_SUPERLATIVES: tuple[tuple[str, tuple[str, ...], bool], ...] = (
    (r"cheapest|least expensive|lowest[- ]priced", ("price",), False),
    (r"most expensive|priciest|dearest|highest[- ]priced", ("price",), True),
    (r"(?:best|highest|top)[- ]rated", ("rating",), True),
    (r"(?:worst|lowest)[- ]rated", ("rating",), False),
    (r"newest|latest|most recent", ("date",), True),
    (r"oldest|earliest", ("date",), False),
    (r"(?:largest|biggest)", ("size",), True),
    (r"smallest", ("size",), False),
    (r"longest", ("duration",), True),
    (r"shortest", ("duration",), False),
    (r"most upvoted|most liked", ("point",), True),
    (r"most commented|most discussed", ("comment",), True),
    (r"most viewed|most watched", ("view",), True),
)
_MOST = re.compile(
    r"\b(highest|greatest|most|maximum|lowest|least|fewest|minimum)\s+(?:number of\s+)?([a-z]+)\b"
)
_NOUNS = (
    r"\bwhich\s+([a-z]+)\s+(?:has|have|is|was|costs)\b",
    r"\b([a-z]+)\s+(?:with|has|have|having)\s+the\s+(?:highest|greatest|most|maximum|lowest|least|fewest|minimum)\b",
    r"\bthe\s+(?:first|second|third|fourth|fifth|last)\s+([a-z]+)\b",
)
_COMPARE = re.compile(
    r"(?P<op>under|below|less than|lower than|fewer than|cheaper than|at most|up to|no more than|"
    r"not more than|over|above|more than|greater than|higher than|exceeding|at least|no less than|exactly|"
    r"equal to|>=|<=|<|>|≥|≤)"
    r"\s*(?P<money>[$€£¥]\s?|usd |eur )?(?P<number>\d[\d,.]*\s?[km]?\b)"
    r"(?P<sign>\s?[€£$%])?\s*(?P<noun>[a-z]+)?"
)
_OR_MORE = re.compile(
    r"(?<!\d)(?<!\d[,.])(?P<number>\d[\d,.]*+)\s*(?P<noun>[a-z]+)?\s*(?:or|and)\s+(?P<way>more|higher|above|up|less|fewer|lower|below|under)\b"
)
_BETWEEN = re.compile(r"between\s+[$€£]?(\d[\d,.]*)\s*(?:and|to|-)\s*[$€£]?(\d[\d,.]*)\s*([a-z]+)?")
_WHEN = re.compile(
    r"\b(?P<op>after|since|before|until|on|from)\s+(?P<date>(?:\w+\.?\s+)?\d{1,2}(?:st|nd|rd|th)?,?\s+(?:\w+\s+)?\d{4}"
    r"|\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{4})"
)
_OPERATIONS: dict[str, Comparison] = {
    "under": "<", "below": "<", "less than": "<", "lower than": "<", "fewer than": "<", "cheaper than": "<",
    "at most": "<=", "up to": "<=", "no more than": "<=", "not more than": "<=", "over": ">", "above": ">",
    "more than": ">", "greater than": ">", "higher than": ">", "exceeding": ">", "at least": ">=",
    "no less than": ">=", "exactly": "==", "equal to": "==", ">=": ">=", "<=": "<=", "<": "<", ">": ">",
    "≥": ">=", "≤": "<=", "after": ">", "since": ">=", "before": "<", "until": "<=", "on": "==", "from": ">=",
}  # fmt: skip
_BEFORE_WORDS = re.compile(r"([a-z]+)(?:\s+(?:is|are|of|was|being|costing|priced|a|an|the|to))*\s*$")
_LEFT_OPEN = re.compile(
    r"\b(?:only\s+(?:those|the ones|items|posts|products)|whose|except|without|excluding|but not|unless)\b"
)
_SHOWN = r"(?:shown|listed|displayed|visible|there|here|found|given|named|mentioned|on|in|of|available)"
_RELATIVE = re.compile(
    r"(?<=[a-z] )(?:that|which|who)\s+"
    rf"(?!(?:(?:is|are|was|were|can be|have been)\s+)?(?:currently\s+|all\s+|also\s+)?{_SHOWN}\b)"
    r"(?!(?:the|this|these|it|they|you|i|we)\b|(?:appear|follow|stand|exist)s?\b|(?:is|are|was|were)\s*(?:[,.;?]|$))"
    r"[^,.;?!]+"
    r"|(?<=[a-z] )with\s+(?:no|an?|any)\s+[a-z]+(?=\s*(?:[.;?!]|$))"
)
"""What says of records which ones are meant: `that are due soon`, `with no price`."""
_QUOTED = re.compile(
    r"\b(containing|contains?|mention(?:s|ing)|including|with|named|called|titled|about)\s+(?:the\s+(?:word|text|phrase|term)\s+)?[\"“'‘]([^\"”'’]+)[\"”'’]"
)
_UNDER = re.compile(
    r"\b(?:under|below|beneath|(?:in|of) the section)\s+(?:the\s+)?(?:heading\s+)?"
    r"[\"“'‘]([^\"”'’]+)[\"”'’]",
    re.IGNORECASE,
)
_STOCK = re.compile(
    r"\b(?:only\s+)?(?:that are\s+|which are\s+|are\s+|items?\s+|products?\s+|those\s+)"
    r"(in stock|available|out of stock|sold out)\b"
)
_WHOSE = re.compile(
    r"\b(?:whose|where(?:\s+the)?|with(?:\s+(?:the|a))?)\s+([a-z]+)\s+(is not|is|are|equals?|=|contains?)\s+"
    r"[\"“']?([^\"”',.;]+?)[\"”']?(?=[,.;]|$|\s+and\b)"
)


@dataclass(frozen=True, slots=True)
class Condition:
    """Something each record must meet."""

    words: tuple[str, ...]
    """What it is about, e.g. `("price",)`; () where the wish does not say: any text of the record."""
    comparison: Comparison
    value: float | str
    """A number, an ISO date, or a text."""

    def __str__(self) -> str:
        return f"{' '.join(self.words) or 'text'} {self.comparison} {self.value}"


@dataclass(frozen=True, slots=True)
class Order:
    """Sort by what the words name."""

    words: tuple[str, ...]
    descending: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was understood of a wish."""

    first: int | None = None
    last: int | None = None
    nth: int | None = None
    """1 is the first record, -1 the last one."""
    order: Order | None = None
    conditions: tuple[Condition, ...] = ()
    doubts: tuple[str, ...] = field(default=())
    """Parts of the wish that limit the list in a way that was not understood."""
    noun: tuple[str, ...] = ()
    """What one record is called, where the wish picks one: `the cheapest flight`."""
    under: str = ""
    """The quoted heading under which to read; "" where the wish names none."""
    text: str = ""


def read_wish(wish: str) -> Asked:
    """What the wish says of number, order and choice of records."""
    text = squeeze(wish.lower())
    conditions, rest = _conditions(text)
    order, rest, single = _order(rest)
    match = _FIRST.search(rest)
    first = count(match[1]) if match else None
    last = _LAST.search(rest)
    nth = _nth(rest) if first is None and last is None else None
    doubts = tuple(f"what {words!r} asks for was not understood" for words in _not_understood(text, rest))
    return Asked(
        first=1 if single and first is None else first,
        last=count(last[1]) if last else None,
        nth=nth,
        order=order,
        conditions=conditions,
        doubts=doubts[:1],
        noun=_noun(text),
        under=under[1].strip() if (under := _UNDER.search(wish)) else "",
        text=wish,
    )


def _not_understood(text: str, rest: str) -> Iterator[str]:
    """Parts that limit the list, and of which nothing was read.

    Args:
        text: The wish.
        rest: The same without what was read.
    """
    if open_clause := _LEFT_OPEN.search(rest):
        yield open_clause.group()
    whole = {match.group() for match in _RELATIVE.finditer(text)}
    yield from (match.group() for match in _RELATIVE.finditer(rest) if match.group() in whole)


def _nth(text: str) -> int | None:
    match = _ONE.search(text) or _WHICH.search(text)
    if match is None or count(match[2]) or match[2] in ("page", "column", "name", "time"):
        return None
    return ordinal(match[1])


def _order(text: str) -> tuple[Order | None, str, bool]:
    """The order, the text without its words, and whether only the one on top is meant."""
    if match := _SORTED.search(text):
        way = match[2] or ""
        down = way.startswith(("desc", "high", "new"))
        return Order(telling_words(match[1]), down), _without(text, match), False
    for pattern, words, down in _SUPERLATIVES:
        if match := re.search(rf"\b(?:{pattern})\b(?:\s+{_NUMBER}\b)?(?:\s+([a-z]+))?", text):
            number = f"first {match[1]} records " if match[1] else ""
            rest = f"{text[: match.start()]}{number}{match[2] or ''}{text[match.end() :]}"
            return Order(words, down), rest, not match[1] and _is_one(text, match)
    if match := _MOST.search(text):
        down = match[1] in ("highest", "greatest", "most", "maximum")
        return Order(telling_words(match[2]), down), _without(text, match), _is_one(text, match)
    return None, text, False


def _noun(text: str) -> tuple[str, ...]:
    """What one record is called where the wish picks among them."""
    for pattern in (*(rf"\b(?:{names})\s+([a-z]+)" for names, _, _ in _SUPERLATIVES), *_NOUNS):
        if match := re.search(pattern, text):
            return telling_words(match[1])
    return ()


def _is_one(text: str, match: re.Match[str]) -> bool:
    """`the cheapest flight` is one, `the cheapest flights` and `the 3 cheapest` are not."""
    if match.re is _MOST:
        having = re.search(r"\b([a-z]+)\s+(?:with|has|have|having)(?:\s+the)?\s*$", text[: match.start()])
        return bool(having) and split_words(having[1]) == (having[1],)  # type: ignore[index]
    noun = match.group().split()[-1]
    before = text[: match.start()].split()[-1:]
    counted = before and count(before[0]) is not None
    return not counted and split_words(noun)[:1] == (noun,)


def _without(text: str, match: re.Match[str]) -> str:
    return _cut(text, match.start(), match.end())


def _cut(text: str, start: int, end: int) -> str:
    return f"{text[:start].rstrip()} {text[end if end >= 0 else len(text) :].lstrip()}"


def _conditions(text: str) -> tuple[tuple[Condition, ...], str]:
    found: list[Condition] = []
    for pattern, read in (
        (_WHEN, _when), (_BETWEEN, _between), (_COMPARE, _compare), (_OR_MORE, _or_more),
        (_QUOTED, _quoted), (_STOCK, _stock), (_WHOSE, _whose),
    ):  # fmt: skip
        for match in reversed(list(pattern.finditer(text))):
            if conditions := read(text, match):
                found.extend(conditions)
                text = _without(text, match)
    return tuple(found), text


def _when(text: str, match: re.Match[str]) -> list[Condition]:
    day = read_date(match["date"])
    return [Condition(("date",), _OPERATIONS[match["op"]], day.isoformat())] if day else []


def _between(text: str, match: re.Match[str]) -> list[Condition]:
    words = _about(text, match.start(), match[3] or "", money=bool(CURRENCY.search(match.group())))
    low, high = find_numbers(match[1]), find_numbers(match[2])
    if not (words and low and high):
        return []
    return [Condition(words, ">=", low[0].value), Condition(words, "<=", high[0].value)]


def _compare(text: str, match: re.Match[str]) -> list[Condition]:
    operation = match["op"]
    if operation in ("up to", "at most") and not match["money"] and not match["sign"]:
        before = text[: match.start()].split()[-1:]
        if before and before[0] in (
            "extract",
            "get",
            "list",
            "return",
            "find",
            "give",
            "show",
            "collect",
            "me",
        ):
            return []
    money = bool(match["money"] or match["sign"] in ("€", "£", "$") or operation == "cheaper than")
    words = _about(text, match.start(), match["noun"] or "", money)
    numbers = find_numbers(match["number"])
    return [Condition(words, _OPERATIONS[operation], numbers[0].value)] if words and numbers else []


def _or_more(text: str, match: re.Match[str]) -> list[Condition]:
    words = _about(text, match.start(), match["noun"] or "", money=False)
    upward = match["way"] in ("more", "higher", "above", "up")
    numbers = find_numbers(match["number"])
    return [Condition(words, ">=" if upward else "<=", numbers[0].value)] if words and numbers else []


def _about(text: str, start: int, noun: str, money: bool) -> tuple[str, ...]:
    """What a comparison is about: the word behind the number, else the word before, else money."""
    if noun and noun not in (
        "and",
        "or",
        "in",
        "on",
        "with",
        "by",
        "for",
        "only",
        "usd",
        "eur",
        "dollars",
        "euros",
    ):
        return telling_words(noun)
    if money or noun in ("usd", "eur", "dollars", "euros"):
        return ("price",)
    before = _BEFORE_WORDS.search(text[:start])
    return telling_words(before[1]) if before else ()


def _quoted(text: str, match: re.Match[str]) -> list[Condition]:
    words: tuple[str, ...] = ("title",) if match[1] in ("named", "called", "titled") else ()
    return [Condition(words, "has", match[2])]


def _stock(text: str, match: re.Match[str]) -> list[Condition]:
    return [Condition(("available",), "has", match[1])]


def _whose(text: str, match: re.Match[str]) -> list[Condition]:
    comparison: Comparison = (
        "not" if match[2] == "is not" else "has" if match[2].startswith("contain") else "is"
    )
    return [Condition(telling_words(match[1]), comparison, match[3].strip())]


_ASKED_FOR = re.compile(
    r"\b(?:what(?:'s| is| are| was)|find|get|extract|return|tell me|give me|read|look up|who is|which is)\s+"
    r"(?:out\s+)?(?:the\s+|its\s+)?([a-z -]+?)(?:\s+(?:of|for|from|in|on|at|does|is|has)\b|[?.,\n]|$)"
)
_QUESTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"\bhow much\b.*\bcosts?\b|\bhow much (?:is|are)\b|\bwhat does\b.*\bcost\b", ("price",)),
    (r"\bwho (?:wrote|is the author)\b", ("author",)),
    (r"^when\b|\bwhat date\b", ("date",)),
    (r"^where\b", ("location",)),
)


def asked_for(wish: str) -> tuple[str, ...]:
    """What a question asks for: `what is the phone number of Ann?` asks for the phone."""
    text = squeeze(wish.lower())
    for pattern, words in _QUESTIONS:
        if re.search(pattern, text):
            return words
    match = _ASKED_FOR.search(text)
    return telling_words(match[1]) if match else ()
