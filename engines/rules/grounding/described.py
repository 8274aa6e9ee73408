"""Records by all that is said of them: `the March 19 visit with Dr. Reyes`, `the $200 payment to Visa`.

Such a record has no one text that it is called by. It is the one of several built alike that says every name,
day, amount and number of the description, in whatever way it writes them, and most of the plain words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from browser.model.element_match import words_of
from browser.model.observation import Element
from browser.values.dates import month_number, possible_days
from browser.values.numbers import possible_numbers
from engines.rules.grounding.titles import letter_px
from engines.rules.reading.closed_words import is_closed
from engines.rules.scene import Scene

_MONTH_DAY = re.compile(
    r"\b([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?\b(?!:)|\b(\d{1,2})(?:st|nd|rd|th)? ([A-Za-z]{3,9})\b"
)
_AMOUNT = re.compile(r"[$€£¥]\s?\d[\d.,]*|\d[\d.,]*\s?[€%]")
_TITLES = frozenset({"dr", "mr", "mrs", "ms", "prof"})
_FEW = 6
"""So many groups around a text are looked at, innermost first."""
_MOST_WORDS = 8
"""A text with more words is none that a thing is called by."""
_LEAST_WORDS = 2
"""Of a description in plain words alone, so many have to be said."""


@dataclass(frozen=True, slots=True)
class RecordWords:
    """What a record has to say."""

    names: tuple[str, ...]
    """Words of names and numbers, each of which it says."""
    days: tuple[tuple[int, int], ...]
    """Months and days of dates."""
    amounts: tuple[float, ...]
    nouns: tuple[str, ...]
    """Plain words, most of which it says."""

    @property
    def is_plain(self) -> bool:
        """Whether only plain words tell it from its like."""
        return not (self.names or self.days or self.amounts)


def description_of(*phrases: str) -> RecordWords:
    """What some phrases say of a record, names with their capitals."""
    names: list[str] = []
    days: list[tuple[int, int]] = []
    amounts: list[float] = []
    nouns: list[str] = []
    for phrase in phrases:
        found = days_in(phrase)
        days += sorted(found)
        left = _without_days(phrase) if found else phrase
        for amount in _AMOUNT.findall(left):
            amounts += sorted(possible_numbers(amount))[-1:]
        left = _AMOUNT.sub(" ", left)
        for token in left.split():
            strong = bool(re.search(r"[A-Z0-9@#]", token))
            for word in words_of(token):
                if word in _TITLES or word == "s" or (not strong and is_closed(word)):
                    continue
                (names if strong else nouns).append(word)
    return RecordWords(tuple(names), tuple(days), tuple(amounts), tuple(nouns))


def days_in(text: str) -> set[tuple[int, int]]:
    """The months and days of all dates that a text says, with or without a year."""
    found = {(day.month, day.day) for day in possible_days(text)}
    for month, day, day_before, month_behind in _MONTH_DAY.findall(text):
        number = month_number(month or month_behind)
        if number is not None:
            found.add((number, int(day or day_before)))
    return found


def _without_days(text: str) -> str:
    text = _MONTH_DAY.sub(lambda m: " " if month_number(m[1] or m[4]) else m[0], text)
    return re.sub(
        r"\b\d{4}-\d\d-\d\d\b|\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b|^,? ?\d{4}\b|(?<= ), \d{4}\b", " ", text
    )


def records_described(said: RecordWords, scene: Scene) -> list[Element]:
    """The titles of the records that say all of a description, as well as any does; [] for none."""
    if said.is_plain and len(said.nouns) < _LEAST_WORDS:
        return []
    found: dict[str, tuple[int, Element]] = {}
    for text in scene.texts:
        for group in _groups(text, scene):
            texts = [one for one in scene.inside(group) if one.role == "text"]
            score = _plain_score(said, texts) if said.is_plain else _score(said, texts)
            if score is not None:
                found[group.ref] = (score, group)
                break
    best = max((score for score, _ in found.values()), default=0)
    groups = [group for score, group in found.values() if score == best]
    groups = scene.innermost(groups)
    return [title for group in groups if (title := _title(group, said, scene)) is not None]


def _groups(text: Element, scene: Scene) -> Iterator[Element]:
    for at, group in enumerate(scene.records_around(text)):
        if at >= _FEW:
            return
        yield group


def _score(said: RecordWords, texts: list[Element]) -> int | None:
    """How many plain words of a description some texts say; None where they lack what they have to say."""
    words = " ".join(one.name for one in texts)
    if not {*said.names} <= {*words_of(words)}:
        return None
    if said.days and not {*said.days} <= days_in(words):
        return None
    if said.amounts and not {*said.amounts} <= {abs(number) for number in possible_numbers(words)}:
        return None
    return _shared(said, words)


def _plain_score(said: RecordWords, texts: list[Element]) -> int | None:
    """The same for plain words alone: one short text says them, all but one where they are many."""
    short = [one.name for one in texts if len(words_of(one.name)) <= _MOST_WORDS]
    shared = max((_shared(said, name) for name in short), default=0)
    least = len(said.nouns) - (len(said.nouns) > _LEAST_WORDS)
    return shared if shared >= max(_LEAST_WORDS, least) else None


def _shared(said: RecordWords, words: str) -> int:
    roots = {word[:5].rstrip("s") for word in words_of(words)}
    return sum(word[:5].rstrip("s") in roots for word in said.nouns)


def _title(group: Element, said: RecordWords, scene: Scene) -> Element | None:
    """The text that a person would press: the largest with letters, else the first."""
    texts = [one for one in scene.inside(group) if one.role == "text" and re.search(r"[A-Za-z]{3}", one.name)]
    return max(texts, key=lambda one: (letter_px(one), -scene.order[one.ref]), default=None)
