"""A prompt as a list of clauses: `Type "x" into the field, then press Submit` is two.

Quoted strings are taken out first, so that no word inside them is read as an instruction; in the
text of a clause each stands as a mark such as `‹0›`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from engines.rules.reading.closed_words import is_closed
from engines.rules.reading.verbs import lemma_of, verb_pattern
from engines.rules.reading.wordings.plain import reworded, reworded_sentence

_QUOTED = re.compile(
    r'"([^"\n]*)"|“([^”\n]*)”|«([^»\n]*)»|`([^`\n]+)`'
    r"|(?<![\w’'])[‘']([^\s'‘’](?:(?:[^'‘’\n]|(?<=\w)['’](?=\w))*[^\s'‘’])?)[’'](?!\w)"
    r"|(\{\{[^{}\n]+\}\})"
)
"""What stands in quotation marks, or names a value that is not known: `{{secret:PW}}`, `{{code}}`."""
_MARK = re.compile(r"‹(\d+)›")
_BULLET = re.compile(r"^\s*(?:[-*•]|\d+[.)]|step \d+\s*[:.])\s+", re.IGNORECASE)
_TIME = (
    r"(?:once|when|after|as soon as) "
    r"(?:(?:that|this|it|you)(?:['’]s|['’]re| is| are| has been| have)?|everything is)? ?"
    r"(?:done|finished|ready|complete|completed|logged in|logging in|signed in|signing in|loaded)"
)
_POLITE = (
    r"(?:(?:please|kindly|also|then|after that|after this|finally|next|now|first|lastly|"
    r"simply|just|afterwards?|"
    r"(?:could|can|will|would) you(?: please)?|(?:you (?:should|must|need to|have to|can))|"
    r"i(?: want| need|['’]d like| would like)(?: you)? to|let['’]s|help me(?: to)?|hi|hello|hey|"
    rf"your task is to|remind me to|make sure to|go and|go ahead and|{_TIME})[,\s]+)*"
)
_DONE = re.compile(
    r"[,\s]+(?:when|once|after)\s+(?:you(?:'re| are)\s+)?(?:done|finished|ready|complete)\b", re.IGNORECASE
)
_UNKNOWN_VERB = re.compile(
    r",? (?P<join>(?:and )?then|and|but) (?P<verb>[a-z]{3,})(?= (?:the|my|our|your|it|them|her|his|its)\b)"
)
"""A word between "and" and an article, where no noun stands."""
_NO_NOUN_VERB = re.compile(
    r"(?P<join>,? (?:and )?then|,? and|,? but|,) (?P<verb>take|unlink|pin|hide|lock|invite|promote|demote"
    r"|reassign|unarchive|allow|stop|let|bring|have|do not|don['’]t)"
    r"(?= (?:the |my |our |your |it\b|them\b|‹|[A-Z]|[a-z]+ [a-z]+ed\b|(?<=not )[a-z]|(?<=n.t )[a-z]))"
)
"""A verb that is hardly ever a noun, before a name."""
_PLACE_BEFORE = re.compile(
    r"(?:in|on|under|within|inside|from) (?P<place>(?:the |my |your |our )?[^,;]{1,60}?), (?=[a-z]\w+ )",
    re.IGNORECASE,
)
"""A place in front of what is to be done there: `In the Members section, promote Ann`."""
_BOUNDARY = re.compile(
    r"(?P<join>(?:[,;]\s*)?\b(?:and then|and|but|then|after that|afterwards|to|by|so that you)\b|[,;])\s+"
    rf"{_POLITE}"
    rf"(?P<verb>{verb_pattern()})\b"
)
_STOP = r"(?:(?:(?<!\b[MD]r)(?<!\bMrs)(?<!\bMs)(?<!\bSt)(?<!\bProf)\.|[!?])[.!?]*)"
"""What ends a sentence; behind a title it does not."""
_SENTENCE_END = re.compile(
    rf"(?:{_STOP}(?=\s+(?:[A-Z‹\d'\"(@#]|{_POLITE}(?:{verb_pattern()})\b))|[.!?]+\s*$|\n+)"
)
_INTRODUCED = re.compile(
    r"^(?P<told>(?:(?:The|This|These|My|Our|I|We|It|There)\b"
    r"|(?:[A-Z][\w’'-]* ){1,3}(?:has|have|had|is|was|will|cannot|can['’]t|wants|needs|left|moved)\b)[^:—–]*?)"
    r"(?: ?:| [—–-])"
    rf" (?P<done>(?:{verb_pattern()})\b|[a-z]{{3,}}(?= (?:the|it|them|my|our)\b))"
)
"""What a sentence states before it says what is to be done: `The message is junk - mark it as spam`."""
_TELLS_WHY = re.compile(r"(?:I|We)(?: have| just)? [a-z]+ed(?: (?:the|our|my|all|some))?(?: [a-z]+){0,3}")
"""What somebody has done, in which nothing is named: `We counted the shelves: set the stock to 5`."""
_ABBREVIATED = re.compile(r"\b(?:[A-Za-z](?:\.[A-Za-z])+|Ltd|Inc|Corp|Co|Jr|Sr|Bros)$")
"""What ends with a full stop of its own: `F.C.`, `Ltd.`"""
_LEAD_IN = re.compile(_POLITE, re.IGNORECASE)
_TRAILING = re.compile(r"[,\s]+(?:for me|please|thanks|thank you)(?: very much| a lot)?$", re.IGNORECASE)
"""Words at a clause's end that ask for nothing."""
_COURTESY = re.compile(
    r"(?:thanks|thank you|cheers|please|hi|hello|hey|dear \w+)"
    r"(?: (?:so|very) much| a lot| in advance| there)?",
    re.IGNORECASE,
)
_BARE_SUBMIT = re.compile(
    r"(?<=[\w›])(?<!\band)(?<!\bthen)(?<!\bto)(?<!\bplease) "
    r"(?=(?:hit|press|click|tap) (?:on )?(?:the )?submit\b)",
    re.IGNORECASE,
)
_LEADING_VERB = re.compile(rf"{_POLITE}(?P<verb>{verb_pattern()})\b", re.IGNORECASE)

_PURPOSE_AFTER = frozenset(
    "use edit switch expand navigate find scroll open go search click drag choose".split()  # noqa: SIM905
)


_READING = frozenset({"extract", "find", "count"})
"""Verbs after which a list names what is to be read."""
_ASKS = re.compile(r"(?:what|who|which)\b", re.IGNORECASE)
"""What begins a question, after which it does so, too."""
_NOUNS_TOO = frozenset(
    {
        *("email", "e-mail", "order", "file", "post", "share", "book", "view", "input", "search", "star"),
        *("flag", "answer", "report", "list", "reply", "count", "change", "update", "download", "return"),
    }
)
"""Verbs that are also the name of something that a page may show."""
_GIVEN = r"(?:‹\d+›|#\w+|\d[\w.,:/-]*|[A-Z]\w*)"
_AMONG_PAIRS = re.compile(rf"\bwith (?:[^.;]* )?[a-z]+ (?:(?:of|to|as) )?{_GIVEN},?$")
_PAIR_ENDS = re.compile(rf"\s+{_GIVEN}\s*(?:$|,|\band\b)")
"""A label that is also a verb, with its value: `with the colour "Red" and type "Large"`."""
_OBJECT = re.compile(
    r"\s+(?:‹|(?:the|an?|it|them|this|that|these|all|every|each|my|your|for|to)\b)", re.IGNORECASE
)
"""What follows a verb that is one."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One instruction of the prompt."""

    verb: str
    """The verb's plain form (`press` for "pressing"); "" for a clause that begins with none."""
    rest: str
    """What follows the verb, quoted strings as marks."""
    join: str = ""
    """The word that ties it to the clause before: `and`, `then`, `to`, `by`, or "" for a new sentence."""
    text: str = ""
    """The whole clause as the user wrote it."""
    quotes: tuple[str, ...] = ()
    """What the marks stand for."""
    word: str = ""
    """The verb as the user wrote it, in lower case."""
    masked: str = ""
    """The whole clause, quoted strings as marks."""
    ended: str = ""
    """`;` where that ends it: it may belong to what is to be typed."""
    stop: str = ""
    """`.`, `!` or `?` where its sentence ends with it; it belongs to a text that is to be typed."""

    def spoken(self, words: str) -> str:
        """Words with marks, as the user wrote them but without the quotation signs."""
        return _MARK.sub(lambda mark: self.quotes[int(mark[1])], words)

    @property
    def quoted(self) -> tuple[str, ...]:
        """The quoted strings of this clause, in order."""
        return tuple(self.quotes[int(number)] for number in _MARK.findall(self.rest))


def split(prompt: str) -> tuple[Clause, ...]:
    """The clauses of a prompt, in order."""
    masked, quotes = mask(prompt)
    masked = _INTRODUCED.sub(_with_its_own_sentence, masked)
    found: list[Clause] = []
    for sentence, stop in _sentences(masked):
        clauses = list(_clauses_of(sentence, quotes))
        found.extend(clauses[:-1])
        found.extend(replace(last, stop=stop) for last in clauses[-1:])
    return tuple(found)


def _with_its_own_sentence(said: re.Match[str]) -> str:
    told = "" if _TELLS_WHY.fullmatch(said["told"]) else f"{said['told']}.\n"
    return f"{told}{said['done']}"


_CODE_IN_WORDS = re.compile(
    r"\b((?:enter|type|input|put|fill in)\s+)(?:(?:the|a|your|my)\s+)?"
    r"(?:one[- ]time|verification|2fa|two[- ]factor|authentication|security|sms)[- ]"
    r"(?:code|passcode|password)\b",
    re.IGNORECASE,
)


def with_code_marks(prompt: str) -> str:
    """The prompt with `{{code}}` where it says in words that a one-time code is to be typed."""
    return _CODE_IN_WORDS.sub(r"\1{{code}}", prompt)


def mask(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with every quoted string replaced by a mark, and the strings."""
    quotes: list[str] = []

    def keep(match: re.Match[str]) -> str:
        quotes.append(next(group for group in match.groups() if group is not None))
        return f"‹{len(quotes) - 1}›"

    return _QUOTED.sub(keep, text), tuple(quotes)


def _sentences(masked: str) -> Iterator[tuple[str, str]]:
    """The sentences, without their marks, and the mark that ends each."""
    at = 0
    for end in [*_SENTENCE_END.finditer(masked), None]:
        sentence = masked[at : end.start() if end else len(masked)]
        stop = end[0].strip()[:1] if end else ""
        if stop == "." and _ABBREVIATED.search(sentence):
            sentence += stop
        at = end.end() if end else len(masked)
        sentence = _DONE.sub("", _BULLET.sub("", sentence)).strip(" \t,").lstrip(";")
        sentence = _without_lead_in(_BARE_SUBMIT.sub(", ", reworded_sentence(sentence)))
        if sentence and not re.fullmatch(r"\d+", sentence) and not _COURTESY.fullmatch(sentence):
            yield sentence, stop


def _without_lead_in(sentence: str) -> str:
    """`After that, press X` as `press X`; `First name: Ann` stays, since "first" is part of a name there."""
    lead = _LEAD_IN.match(sentence)
    if lead is None or not lead[0]:
        return sentence
    left = sentence[lead.end() :]
    return left if lead[0].rstrip().endswith(",") or _LEADING_VERB.match(left) else sentence


def _clauses_of(sentence: str, quotes: tuple[str, ...]) -> Iterator[Clause]:
    cuts: list[tuple[int, int, str]] = [(0, 0, "")]
    verb_before = _verb_at_start(sentence)
    if place := _PLACE_BEFORE.match(sentence):
        cuts.append((place.end("place"), place.end("place") + 1, ""))
    for match in _BOUNDARY.finditer(sentence):
        join = re.sub(r"[,;\s]+", " ", match["join"]).strip() or "and"
        if not _is_boundary(sentence, match, join, verb_before):
            continue
        cuts.append((match.start(), match.end("join"), join))
        verb_before = lemma_of(match["verb"])
    for match in (*_UNKNOWN_VERB.finditer(sentence), *_NO_NOUN_VERB.finditer(sentence)):
        known = match["verb"] == "have" or not is_closed(match["verb"])
        if known and all(not start <= match.start() < end for start, end, _ in cuts):
            cuts.append((match.start(), match.end("join"), match["join"]))
    cuts.sort()
    ends = [start for start, _, _ in cuts[1:]] + [len(sentence)]
    for (_, start, join), end in zip(cuts, ends, strict=True):
        ended = ";" if sentence[end : end + 1] == ";" or sentence[start:end].endswith(";") else ""
        clause = replace(_clause(sentence[start:end].strip(" ,;"), join, quotes), ended=ended)
        # "find and click X" says no more than "click X"
        if (clause.verb and not (clause.verb == "find" and not clause.rest)) or clause.rest:
            yield clause


def _is_boundary(sentence: str, match: re.Match[str], join: str, verb_before: str) -> bool:
    verb = match["verb"]
    gerund = verb.endswith("ing") and lemma_of(verb) != verb
    if re.match(r"\s*[:=]", sentence[match.end() :]):  # "name: Ann, email: a@b.org": a label
        return False
    reads = verb_before in _READING or (not verb_before and _ASKS.match(sentence))
    if reads and verb.lower() in _NOUNS_TOO and not _OBJECT.match(sentence, match.end()):
        return False  # "get the name, email and phone": what is to be read
    labels_too = verb.lower() in _NOUNS_TOO or verb.lower() == "type"
    if (
        labels_too
        and _PAIR_ENDS.match(sentence, match.end())
        and _AMONG_PAIRS.search(sentence[: match.start()].rstrip())
    ):
        return False
    if join == "by":
        return gerund
    if gerund and join not in ("then", "and then"):
        return False
    if join == "to":
        if verb_before not in _PURPOSE_AFTER:
            return False
        before = sentence[: match.start()].rstrip()
        return not before.endswith((" how", " want", " need"))
    return True


def _verb_at_start(words: str) -> str:
    match = _LEADING_VERB.match(words)
    return lemma_of(match["verb"]) if match else ""


def _clause(words: str, join: str, quotes: tuple[str, ...]) -> Clause:
    text = _MARK.sub(lambda mark: f'"{quotes[int(mark[1])]}"', words)
    polite = _LEAD_IN.match(words)
    begins = polite.end() if polite else 0
    words = words[:begins] + reworded(_TRAILING.sub("", words[begins:]))
    match = _LEADING_VERB.match(words)
    if match is None:
        return Clause("", words, join, text, quotes, "", words)
    rest = words[match.end() :].strip(" ,:")
    word = re.sub(r"\s+", " ", match["verb"].lower())
    return Clause(lemma_of(match["verb"]), rest, join, text, quotes, word, words)
