"""Words of names: `numComments`, "Number of comments:" and `class="comment-count"` mean the same."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz import fuzz


def word_set(text: str) -> frozenset[str]:
    """The words of the text."""
    return frozenset(text.split())


_SYNONYMS = (
    "title name headline heading subject caption",
    "url uri link href website web homepage permalink",
    "image img photo picture thumbnail thumb avatar logo icon poster src cover",
    "price cost amount fee fare rate sum rent",
    "author by user username poster writer creator byline submitter reporter owner",
    "date day published posted created updated modified when datetime timestamp released",
    "birthday birth born birthdate dob",
    "description summary abstract excerpt snippet blurb text body content teaser details synopsis message",
    "comment reply response answer discussion",
    "point score upvote vote like karma",
    "rating rate star rated",
    "review feedback",
    "phone tel telephone",
    "mobile cell cellphone",
    "done completed complete finished checked ticked selected",
    "email mail",
    "location place venue where city town area",
    "quantity qty",
    "availability available stock instock",
    "category section topic genre department",
    "tag label keyword",
    "serving serve yield portion",
    "postcode zip zipcode postal",
    "original old was regular previous former rrp msrp",
    "id identifier reference code",
    "departure depart departing leave from",
    "arrival arrive arriving",
    "rank position place no nr",
    "temperature temp",
    "high max maximum highest",
    "low min minimum lowest",
    "company employer organisation organization firm vendor manufacturer brand maker",
    "salary pay wage compensation",
    "status state progress",
    "view watched seen hit",
    "watcher watch watching",
    "follower follow following",
    "duration length runtime",
    "total sum overall",
    "population inhabitants",
    "version release",
    "discount off saving reduction",
    "seller merchant shop store",
    "domain host source",
    "language lang",
    "color colour",
    "role job position occupation profession",
    "country nation",
    "capacity seats",
    "customer client buyer",
    "step instruction direction method procedure",
    "ingredient",
    "currency",
)
_COMPOUNDS = {
    ("job", "title"): ("position",),
    ("job", "role"): ("position",),
    ("user", "name"): ("username",),
    ("e", "mail"): ("email",),
    ("zip", "code"): ("postcode",),
    ("post", "code"): ("postcode",),
    ("postal", "code"): ("postcode",),
    ("web", "site"): ("website",),
    ("up", "vote"): ("upvote",),
    ("time", "stamp"): ("timestamp",),
    ("follow", "up"): ("followup",),
}
"""Two words that are one name."""
_LOOSE = {frozenset(("time", "date")): 0.65, frozenset(("time", "duration")): 0.65}
_FILLER = word_set(
    "a an and are as at each for from if in is it its of on or s the this that their to with value "
    "field item data info information number num count amount_of current given per"
)
UNITS = word_set(
    "kg lb oz km cm mm mi ft gb mb kb tb usd eur gbp percent pct percentage celsius fahrenheit kwh kcal ms "
    "m2 km2 sqm sqft minute"
)
"""Units that property names end in; they say how a value is measured, not which one it is."""
_ENDINGS = word_set("d ed ing ion ation al ly ment n")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=20_000)
def singular(word: str) -> str:
    """The word without an English plural ending; `news` and `status` stay as they are."""
    if len(word) <= 3 or word.endswith(("ss", "us", "is", "news")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses", "tuses")):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word


def _synonym_table() -> dict[str, frozenset[int]]:
    table: dict[str, set[int]] = {}
    for number, line in enumerate(_SYNONYMS):
        for word in line.split():
            table.setdefault(singular(word), set()).add(number)
    return {word: frozenset(numbers) for word, numbers in table.items()}


_TABLE = _synonym_table()


@lru_cache(maxsize=20_000)
def split_words(name: str) -> tuple[str, ...]:
    """Lower-case words of a property name, a class or a piece of text, plurals taken off."""
    return tuple(singular(word.lower()) for part in _CAMEL.split(name) for word in _WORD.findall(part))


@lru_cache(maxsize=20_000)
def telling_words(name: str) -> tuple[str, ...]:
    """`split_words` without words that say nothing, unless nothing else is there."""
    words = _compounds(split_words(name))
    telling = tuple(dict.fromkeys(word for word in words if word not in _FILLER)) or words
    if len(telling) > 1 and telling[-1] in ("g", "m", "l", "s", "h", "w", "v"):
        telling = telling[:-1]
    return tuple(word for word in telling if word not in UNITS) or telling


def _compounds(words: tuple[str, ...]) -> tuple[str, ...]:
    joined: list[str] = []
    for word in words:
        pair = _COMPOUNDS.get((joined[-1], word)) if joined else None
        if pair:
            joined[-1:] = pair
        else:
            joined.append(word)
    return tuple(joined)


@lru_cache(maxsize=100_000)
def word_match(one: str, other: str) -> float:
    """How far two words mean the same: 1 equal, 0.85 synonyms, 0.8 a spelling apart, 0 not at all."""
    if one == other:
        return 1.0
    if _TABLE.get(one, frozenset()) & _TABLE.get(other, frozenset()):
        return 0.85
    if loose := _LOOSE.get(frozenset((one, other))):
        return loose
    if min(len(one), len(other)) >= 4:
        longer, shorter = (one, other) if len(one) > len(other) else (other, one)
        if longer.startswith(shorter) and longer[len(shorter) :] in _ENDINGS:
            return 0.8
        if longer.startswith(shorter) and len(longer) - len(shorter) >= 3:
            return 0.7
        if min(len(one), len(other)) >= 5 and fuzz.ratio(one, other) >= 86:
            return 0.8
    return 0.0


@lru_cache(maxsize=100_000)
def affinity(wanted: tuple[str, ...], label: tuple[str, ...]) -> float:
    """How well a label names what is wanted, 0 to 1.

    Every wanted word that the label lacks weighs heavily; every further word of the label a little.
    """
    if not wanted or not label:
        return 0.0
    if "".join(wanted) == "".join(label):
        return 1.0
    found = sum(max(word_match(word, other) for other in label) for word in wanted)
    used = sum(1 for other in label if any(word_match(word, other) for word in wanted))
    return (found / len(wanted)) * (0.6 + 0.4 * used / len(label))


def concepts(words: tuple[str, ...]) -> frozenset[str]:
    """The first word of each synonym line that one of the words belongs to."""
    numbers = {number for word in words for number in _TABLE.get(word, frozenset())}
    return frozenset(_SYNONYMS[number].split()[0] for number in numbers)
