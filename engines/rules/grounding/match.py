"""How well the words of a prompt fit the words of an element."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rapidfuzz import fuzz

from browser.model.element_match import may_be_misspelt
from browser.model.observation import Element
from engines.rules.scene import fold

_SAME = (
    {"trash", "delete", "remove", "bin", "garbage", "discard"},
    {"star", "favorite", "favourite", "important", "bookmark", "flag"},
    {"search", "magnify", "magnifier", "find", "lookup"},
    {"close", "x", "times", "dismiss"},
    {"more", "ellipsis", "kebab", "dots", "overflow", "options"},
    {"like", "heart", "love"},
    {"retweet", "repost", "reshare"},
    {"previous", "prev", "back"},
    {"next", "forward"},
    {"add", "plus", "increase", "new"},
    {"minus", "subtract", "decrease"},
    {"edit", "pencil", "pen"},
    {"save", "disk", "floppy"},
    {"settings", "gear", "cog", "preferences"},
    {"user", "username", "account", "profile", "login name"},
    {"cart", "basket", "bag"},
    {"send", "submit", "go"},
    {"email", "e-mail", "mail"},
    {"phone", "telephone", "tel", "mobile", "phone number"},
    {"underline", "underlined"},
    {"italic", "italics"},
    {"log in", "login", "sign in"},
    {"color", "colour"},
)

STRONG = 0.9
"""From here on it is the same name, spelling apart."""
WEAK = 0.55
"""Below this it is another name."""
_SPELT_ALIKE = 85
"""From here on, of 100, two words are one that was misspelt."""


def similarity(wanted: str, words: str) -> float:
    """How well one text fits another, 0 to 1: 1 is the same to the letter."""
    if not wanted or not words:
        return 0.0
    if wanted == words.strip():
        return 1.0
    if wanted.lower() == words.strip().lower():
        return 0.98
    one, other = fold(wanted), fold(words)
    if not one or not other:
        return 0.0
    if one == other:
        return 0.96
    if _bare(one) == _bare(other):
        return 0.95
    contained = re.search(rf"(?<!\w){re.escape(one)}(?!\w)", other)
    if contained:
        share = len(one) / len(other)
        return 0.68 + 0.2 * share + (0.04 if contained.start() == 0 else 0.0)
    if may_be_misspelt(one, other):
        ratio = fuzz.ratio(one, other) / 100
        if ratio >= 0.8:
            return 0.85 * ratio
    return 0.0


def name_score(wanted: str, element: Element) -> float:
    """How well a name fits what stands on, beside or behind an element, 0 to 1."""
    said = [element.name, element.label]
    if len(element.text) <= 4 * len(wanted) + 40:
        said.append(element.text)
    best = max(similarity(wanted, words) for words in said)
    if best >= STRONG:
        return best
    aside = max(similarity(wanted, words) for words in (element.placeholder, element.description))
    if element.role in ("button",) and element.value:
        aside = max(aside, similarity(wanted, element.value))
    best = max(best, 0.97 * aside)
    return max(best, _hint_score(wanted, element))


def _hint_score(wanted: str, element: Element) -> float:
    """How well a name fits what the page's author calls the element."""
    if not element.hints:
        return 0.0
    folded = fold(wanted)
    words = folded.split()
    hints = set(element.hints)
    if words and all(word in hints for word in words):
        return 0.86 if len(hints) <= 3 else 0.82
    meanings = alike(folded)
    if meanings & hints:
        return 0.78
    return 0.0


def words_in(text: str) -> list[str]:
    """The words of a text in lower case, a hyphen of "e-mail" taken out."""
    return re.findall(r"[^\W_]+", text.lower().replace("e-mail", "email"))


def says_all(asked: Sequence[str], words: Sequence[str]) -> bool:
    """Whether every word that is asked for is among the words, spelling and meaning apart.

    Two words that stand side by side are also one (`user name` and `username`).
    """
    joined = [one + other for one, other in pairwise(words)]
    every = [*words, *joined]
    return bool(asked) and (
        all(any(_same_word(one, other) for other in every) for one in asked) or "".join(asked) in every
    )


def _same_word(one: str, other: str) -> bool:
    if one == other or other in alike(one):
        return True
    return may_be_misspelt(one, other) and fuzz.ratio(one, other) >= _SPELT_ALIKE


def alike(word: str) -> set[str]:
    """Words that mean the same on a control, the word itself included."""
    found = {word}
    for group in _SAME:
        if word in group:
            found |= group
    return found


def _bare(words: str) -> str:
    return re.sub(r"[\W_]+", "", words)
