"""How well an element fits what is asked for: by the words it is called by, and by evidence of other kinds.

This is the only place that compares names. Who looks for an element states its candidates, and how sure it
has to be (the least score, and the margin to the next best). An element whose name has only some of the
words that are asked for is another element: it may be named in a refusal, and is never acted upon.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from browser.model.observation import Element
from browser.model.roles import FIELD_ROLES
from browser.model.text import squeeze

STRONG = 0.9
"""From here on it is the same name, except for case, punctuation and a leading article."""
WEAK = 0.55
"""Below this it is another name."""
LONGEST_NAME = 80
"""A text inside an element that has more characters is not what the element is called."""
_SHORTEST_MISSPELT = 4
"""Letters of a word that may be misspelt; a shorter one that differs is another word."""
_SAME_SPELLING = 0.8
"""How alike two words must be, 0 to 1, for one to be the other misspelt."""
_AROUND = " .,:;!?*…\"'“”()[]"
_WORD = re.compile(r"[^\W\d_]+|\d+")
_WITHOUT_SPACES = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Letters of scripts that write words without spaces between them: Thai, Lao, Kana, Han."""
_SIGNS = re.compile(r"[+#@%$€£<>=&]|\d+(?:[.,]\d+)*")
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


_SHORT = {
    "qty": "quantity",
    "amt": "amount",
    "desc": "description",
    "dept": "department",
    "addr": "address",
    "ref": "reference",
    "dob": "date of birth",
    "msg": "message",
    "max": "maximum",
    "min": "minimum",
}
"""Labels as forms write them short, and the words for them."""
_SHORT_FORMS = re.compile(rf"(?<!\w)({'|'.join(_SHORT)})(?!\w)\.?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Match:
    """An element and how well it fits; the scale is that of the weights it was scored by."""

    element: Element
    score: float


def fold(text: str) -> str:
    """Words for comparing: without case, extra white space and the marks around them."""
    return squeeze(text).strip(_AROUND).casefold()


def words_of(text: str) -> list[str]:
    """The words and numbers of a text in reading order, also where nothing parts them; `2,417` is one."""
    return _WORD.findall(re.sub(r"(?<=\d),(?=\d{3})", "", text.casefold().replace("e-mail", "email")))


def called(element: Element) -> str:
    """What an element is called: its name, else its label, its placeholder, a short text in it; or ""."""
    text = element.text if len(element.text) <= LONGEST_NAME else ""
    return element.name or element.label or element.placeholder or text


def similarity(asked: str, said: str, *, exact: bool = False) -> float:
    """How well a text is what was asked for, 0 to 1; 0 where it has not all of the words.

    1 is the same to the letter, from `STRONG` on it is the same name. Below that it has other words too, or
    a word is misspelt; with `exact` none may be.
    """
    said = said.strip()
    one, other = fold(asked), fold(said)
    if asked == said and said:
        return 1.0
    if asked.lower() == said.lower() and said:
        return 0.98
    if not one or not other:
        return 0.0
    if one == other:
        return 0.96
    if _joined(one) == _joined(other) and _SIGNS.findall(one) == _SIGNS.findall(other):
        return 0.95
    if found := re.search(rf"(?<!\w){re.escape(one)}(?!\w)", other):
        return 0.68 + 0.2 * len(one) / len(other) + (0.04 if found.start() == 0 else 0.0)
    return 0.0 if exact else 0.85 * _spelling(one, other)


def unabbreviated(text: str) -> str:
    """A label with its short forms written out: `Qty` as `quantity`."""
    return _SHORT_FORMS.sub(lambda match: _SHORT[match[1].casefold()], text)


def says_all(asked: str, said: str) -> bool:
    """Whether a text has every word that is asked for, in any order; "user name" also as "username"."""
    words, there = words_of(_unarticled(asked)), words_of(said)
    together = {*there, *map("".join, pairwise(there)), "".join(there)}
    return bool(words) and (set(words) <= together or "".join(words) in together)


def shows(text: str, value: str) -> bool:
    """Whether a value stands in a text, and not just in the midst of a word or a number of it.

    "Green" stands in "Dark green" and not in "Evergreen", "5" in "5 minutes" and not in "15".
    """
    wanted = fold(value)
    before = r"(?<!\w)" if wanted[:1].isalnum() and not _WITHOUT_SPACES.match(wanted) else ""
    behind = r"(?!\d)" if wanted[-1:].isdigit() else ""
    return re.search(f"{before}{re.escape(wanted)}{behind}", fold(text)) is not None


def _unarticled(text: str) -> str:
    return re.sub(r"^the (?=\w)", "", text, flags=re.IGNORECASE)


def _joined(folded: str) -> str:
    """The letters and digits alone, without a leading article."""
    return re.sub(r"[\W_]+", "", _unarticled(folded)) or folded


def _spelling(one: str, other: str) -> float:
    """How alike two names are that differ in the spelling of some words; 0 where a word is another.

    A word with another beginning is another one: it may mean the opposite, as "unfollow" does.
    """
    words, others = one.split(), other.split()
    if len(words) != len(others) or not may_be_misspelt(one, other):
        return 0.0
    for word, there in zip(words, others, strict=True):
        if word[0] != there[0] or spelling_ratio(word, there) < _SAME_SPELLING:
            return 0.0
    return spelling_ratio(one, other)


def spelling_ratio(one: str, other: str) -> float:
    """How alike two texts are letter by letter, 0 to 1."""
    if one == other:
        return 1.0
    longest = 2 * min(len(one), len(other)) / max(1, len(one) + len(other))
    return SequenceMatcher(None, one, other, autojunk=False).ratio() if longest >= 0.4 else longest


def may_be_misspelt(one: str, other: str) -> bool:
    """Whether two texts may differ by spelling alone: never in numbers, nor in words of a few letters."""
    differing = set(one.split()) ^ set(other.split())
    return all(
        len(word) >= _SHORTEST_MISSPELT and not any(sign.isdigit() for sign in word) for word in differing
    )


def name_score(asked: str, element: Element, *, exact: bool = False) -> float:
    """How well a name fits what an element says, or the author's words for one that says nothing; 0 to 1."""
    said = [element.name, element.label]
    if len(element.text) <= 4 * len(asked) + 40:
        said.append(element.text)
    best = max(similarity(asked, words, exact=exact) for words in said)
    if best >= STRONG:
        return best
    aside = [element.placeholder, element.description]
    if element.role == "button" and element.value:
        aside.append(element.value)
    best = max(best, *(0.97 * similarity(asked, words, exact=exact) for words in aside))
    return max(best, _hint_score(asked, element))


def _hint_score(asked: str, element: Element) -> float:
    """How well a name fits what the page's author calls an element that shows no words of its own."""
    folded, hints = fold(asked), set(element.hints)
    says_words = any(len(word) > 1 for word in words_of(called(element)))
    if says_words and len(folded) > 1 and element.role not in FIELD_ROLES:
        return 0.0  # a sign such as "x" is not its name
    if folded and hints.issuperset(folded.split()):
        return 0.86 if len(hints) <= 3 else 0.82
    return 0.78 if synonyms(folded) & hints else 0.0


def synonyms(word: str) -> set[str]:
    """Words that mean the same on a control, the word itself included."""
    return {word}.union(*(group for group in _SAME if word in group))


def likeness(was: str, now: str) -> float:
    """How alike two names of one thing are, before and after a change of the page, 0 to 1."""
    one, other = fold(was), fold(now)
    if one == other:
        return 1.0
    words, others = set(one.split()), set(other.split())
    if words and others and (words <= others or others <= words):
        return 0.7 + 0.25 * min(len(words), len(others)) / max(len(words), len(others))
    ratio = spelling_ratio(one, other)
    return ratio if may_be_misspelt(one, other) else min(ratio, 0.5)


def weighted(evidence: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The sum of what each piece of evidence (0 to 1) is worth; a negative weight counts against."""
    return sum(weights[name] * worth for name, worth in evidence.items())


def ranked(elements: Iterable[Element], score: Callable[[Element], float]) -> list[Match]:
    """All elements with their scores, the best first; equal ones stay in the order given."""
    return sorted((Match(element, score(element)) for element in elements), key=lambda match: -match.score)


def rivals(matches: Sequence[Match], margin: float) -> list[Match]:
    """Of ranked matches those that are no worse than `margin` below the first; [] where there are none."""
    return [match for match in matches if match.score >= matches[0].score - margin]


def clearly_best(matches: Sequence[Match], margin: float, least: float = float("-inf")) -> Match | None:
    """The first of ranked matches, if its score is at least `least` and `margin` above the second.

    None where it is not, and where there is no second one to compare it with.
    """
    if len(matches) < 2 or matches[0].score - matches[1].score < margin:
        return None
    return matches[0] if matches[0].score >= least else None
