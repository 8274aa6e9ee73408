"""A clause as a verb and the phrases that prepositions tie to it, whatever its words are.

What a phrase is (the thing that something is done to, what tells it from its like, a value for a form), only
the page can say, so nothing is decided here. Words that say when, how often or to what else an act is not to
be done (`unless`, `except`, `every`, `not`) leave the clause unread: they are no description of anything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from engines.rules.reading.clauses import Clause
from engines.rules.reading.closed_words import is_closed
from engines.rules.reading.cutting import CALLED, NAME, PARTICLES, SUPERLATIVE, bare, cut
from engines.rules.reading.names import MARK, NotRead, is_adverb
from engines.rules.reading.things import Thing
from engines.rules.reading.verbs import verb_pattern


@dataclass(frozen=True, slots=True)
class Phrase:
    """Some words of a clause, with the preposition before them."""

    tie: str
    """`to`, `with`, `called`; "" for the object of the verb."""
    words: str
    """Quoted strings as marks."""
    aside: str = ""
    """What stands behind it in brackets or in a relative clause: more about it."""
    relative: bool = False
    """Whether it has a relative clause."""


@dataclass(frozen=True, slots=True)
class VerbFrame:
    """A verb and its phrases, in their order."""

    verb: tuple[str, ...]
    """The verb as it is written, and its particle: `roll back`."""
    phrases: tuple[Phrase, ...]
    """The object first, which may have no words."""
    clause: Clause

    @property
    def object(self) -> Phrase:
        """What stands right behind the verb."""
        return self.phrases[0]

    @property
    def tied(self) -> tuple[Phrase, ...]:
        """What prepositions tie to it."""
        return self.phrases[1:]


_SAYING = re.compile(r"(?P<front>.*?)(?P<how>,? (?:saying|reading|that (?:says|reads))|:) (?P<text>‹\d+›)$")
"""What a thing says, or is to say: `a note saying ‹0›`."""
_PARTICIPLES = (
    "bring(?:ing)? in|owned by"
    "|assigned to|charged to|paid (?:from|with|by|using)|billed to|working (?:at|for|in)|living in"
    "|belonging to|reporting to|described as|worth|located in|based in|delivered (?:by|to|from)|closing on"
    "|containing|including|costing|priced at"
    "|on behalf of|to be (?:sent|paid|delivered|charged)(?: (?:on|by|at))?"
    r"|(?:due|beginning|starting|ending|closing|expiring)(?: (?:on|by|from|at))?(?= (?:[A-Z][a-z]+ )?\d)"
)
"""What ties a value to a thing as a preposition does, and says better what it is."""
_TIE = re.compile(
    rf"(?:^|,? (?:and )?)(?P<participle>{_PARTICIPLES}) (?=\S)"
    rf"|[:;] (?=(?:an? |the |its )?(?!(?:{verb_pattern()})\b)(?:[a-z‹\d]|[A-Z]{{2}}))(?:with )?"
    rf"|(?:^|,? )(?P<preposition>with|using|via|to|as|into|onto|until|on|at|for|of|by|from|inside|in|within"
    rf"|under|about|toward|towards|regarding|between|{CALLED}) (?=\S)"
)
_SAME = {
    "inside": "in", "within": "in", "toward": "to", "towards": "to", "bring in": "including",
    "bringing in": "including", "on behalf of": "behalf",
}  # fmt: skip
"""Ties that say the same as another one."""
_RATIO = re.compile(r"\b(?:an?|the|our|my) \d+ (?:for|in|on|to) \d+ [a-z]")
"""Numbers that a preposition ties in a name: `the 2 for 1 offer`."""
_ENDS = r"(?=$|[;:]|,? (?:because|without [a-z]+ing|but)\b"
_TAILS = (
    ("without", re.compile(r"[;,] (?:and )?no (?P<words>[a-z]+) (?:should|must) (?:go out|be sent)$")),
    ("because", re.compile(rf",? because (?:of )?(?P<words>[^;:]+?){_ENDS})")),
    ("without", re.compile(rf",? without (?P<words>[a-z]+ing\b.*?){_ENDS})")),
    (
        "can",
        re.compile(
            r",? (?:with permission to|who can|so (?:that )?(?:he|she|they) can) (?P<words>[a-z].*?)"
            rf"{_ENDS}|,? (?:with|until|and) )"
        ),
    ),
    ("now", re.compile(r",? (?P<words>right away|straight away|immediately)$")),
)
"""What is no noun behind its tie: why, what is not to be done besides, what somebody may do, and at once."""
NO_NOUNS = frozenset(tie for tie, _ in _TAILS)
_LIMITS_A_REASON = re.compile(r"\b(?:if|unless|until|only|except|then|but|without)\b")
_IS = re.compile(
    r"(?<=[a-z]) (?:is|was|are|were|should (?:be|read|say)) (?:that )?(?=\S)(?!added\b|set\b)"
    r"| should be (?:added|set)(?=$|,| and )"
)
"""What ties a value to its label behind a colon: `Log a call: the outcome was a sale`."""
_HARMLESS = frozenset(
    "the a an my our your its their his her this and of on in for by from to at with as about into "  # noqa: SIM905
    "onto under until time out off up down over pending past save".split()
)
"""Words of closed classes that tie, or tell which is meant, and limit nothing."""
_MORE_LIMITS = frozenset("so minus instead backward backwards rest".split())  # noqa: SIM905
_NUMBERED = re.compile(r"\b[A-Z]\w* \d+: (?=[A-Z])")
"""How a name begins that has a number and a title: `Unit 4: Genetics`."""
_IN_STATES = frozenset({"not", "no", "longer", "done"})
"""Words of a state: `as not planned`, `as done`."""
_IN_LABELS = re.compile(
    r"\b(?:(?:double|late|early|long|fast|hard|nearby)(?: |-)(?=[a-z])|To do"
    r"|(?:first|last|middle|second) names?|next (?:[a-z]+ )?(?:number|date|day)|(?:first|last) day)\b"
)
_COUNTED_TIME = re.compile(r"\d+ (?:minute|hour|day|week|month|year)s? (?:before|after) (?:the |its )?")
_HOW_OFTEN = re.compile(r"\b(?:hourly|daily|nightly|weekly|monthly|quarterly|yearly)(?= [A-Za-z‹])")
"""What says of a thing how often it comes, before its noun: `a monthly transfer`."""
_IN_ASIDES = frozenset(
    "currently already still now before after is are was were has have had been being be it".split()  # noqa: SIM905
)
_SAYS_HOW = re.compile(
    r"to (?:[a-z]+) (?:the|an?|it|them|your|my|our)\b|(?:in|on|at|under) an? |with (?:an? )?[a-z]+$"
    r"|(?:in|on) (?:case|behalf|order|favou?r|hope|spite|upper|lower)\b|for the \w+ time$|\w+ (?:the )?rest$"
    r"|with (?:great )?(?:care|hurry)$"
    r"|for (?:good|now|ever|safety)$|in (?:advance|full|part|private|general|turn)$|by (?:hand|mistake)$"
    r"|at [a-z]+$|on (?:[A-Z][a-z]+days)$"
)
"""What says how, why or where to an act is done, and not what it is done with."""
_RELATIVE = re.compile(r",? (?:that|which|who|whose) (?P<words>.+?)(?=$|, with )")
_BRACKETS = re.compile(r"\s*\((?P<words>[^()]*)\)")
_FULL_VERB = re.compile(
    r"^(?:is|are|was|were|has|have|had|shows?|says?|contains?|includes?|mentions?|reads?|starts?|ends?|expires?"
    r"|costs?|belongs?|lists?)\b(?: (?:currently|already|been))?"
    r"(?: [a-z]+(?:ed|en|ing|for|with|to|by|as|on|at))*\s*"
)
_INNER = frozenset({"and", "the", "of", "a", "an", "&", "for", "to", "in", "on", "with", "at", "by"})
_OWN_WAYS = frozenset(
    "click press tap hit push double-click right-click type enter fill key choose select pick check "  # noqa: SIM905
    "tick untick uncheck unselect deselect find locate look search scroll drag paste highlight sort "
    "arrange expand unfold collapse navigate go visit use using draw guess solve calculate compute count "
    "focus resize hover play win login wait reload refresh extract list collect scrape get read return "
    "tell show report rename fold open buy order".split()
)
"""Verbs for what is done with controls and pages: other skills read all that may be meant by them."""


_SAYS_MORE = re.compile(r"\S+ (?:an? new|another) |(?:sort|arrange) (?:the )?(?:[a-z]+ )*[A-Z‹#].* by ")
"""What these verbs are not said of where other skills read them: something new, or a list with a name."""


def frame_of(clause: Clause, *, allowed: frozenset[str] = frozenset()) -> VerbFrame:
    """The frame of a clause.

    Args:
        clause: The clause.
        allowed: Words that limit an act elsewhere, and may say here what is asked for.

    Raises:
        NotRead: It has no verb, or a word of it limits the act.
    """
    words = clause.masked.strip(" ,.:;")
    verb, _, rest = words.partition(" ")
    if clause.verb:
        verb, rest = clause.word, clause.rest
    elif not re.fullmatch(r"[A-Za-z][a-z-]+", verb) or is_adverb(verb) or is_closed(verb):
        raise NotRead(words, clause)
    if verb.lower().split()[0] in _OWN_WAYS and not _SAYS_MORE.match(f"{verb.lower()} {rest}"):
        raise NotRead(words, clause)
    particle, _, behind = rest.partition(" ")
    said = [*verb.lower().split()]
    if particle in PARTICLES:
        said, rest = [*said, particle], behind
    phrases = tuple(_phrases(rest.strip(" ,.:;")))
    following = [*(phrase.tie for phrase in phrases[1:]), ""]
    for phrase, tie_behind in zip(phrases, following, strict=True):
        if (phrase.tie and not phrase.words) or phrase.words.endswith(" and"):  # `of X to 1 and of Y to 2`
            raise NotRead(f"{phrase.tie} ({phrase.aside})", clause)
        if phrase.tie in NO_NOUNS:
            if _LIMITS_A_REASON.search(phrase.words) and phrase.tie != "can":
                raise NotRead(phrase.words, clause)
            continue
        if re.search(r"\w[:;] ", _NUMBERED.sub("", phrase.words)):
            raise NotRead(phrase.words, clause)
        _refuse_limits(phrase.words, clause, allowed | _IN_STATES if phrase.tie == "as" else allowed)
        _refuse_limits(phrase.aside, clause, _IN_ASIDES | allowed)
        is_label = phrase.tie == "with" and tie_behind == "of"  # `with a price of $3`
        if _SAYS_HOW.match(f"{phrase.tie} {phrase.words}") and not is_label:
            raise NotRead(f"{phrase.tie} {phrase.words}", clause)
    return VerbFrame(tuple(said), phrases, clause)


def phrases_of(clause: Clause) -> tuple[Phrase, ...]:
    """The phrases of a clause that begins with a verb, whatever their words say."""
    words = clause.rest if clause.verb else clause.masked.strip(" ,.:;").partition(" ")[2]
    return tuple(_phrases(words.strip(" ,.:;")))


def _refuse_limits(words: str, clause: Clause, allowed: frozenset[str] = frozenset()) -> None:
    told = _IN_LABELS.sub("", _COUNTED_TIME.sub("", _HOW_OFTEN.sub("", words)))
    left = [
        word for word in (one.strip(",;:.") for one in told.split()) if _limits(word) and word not in allowed
    ]
    if left:
        raise NotRead(" ".join(left), clause)


def _limits(word: str) -> bool:
    """Whether a word says when, how often or how something is done, how many are meant, or is a pronoun."""
    if not word.islower():  # `Kelly`
        return False
    if word in _MORE_LIMITS or is_adverb(word) or (word != "latest" and SUPERLATIVE.fullmatch(word)):
        return True
    return is_closed(word) and word not in _HARMLESS


def _phrases(rest: str) -> list[Phrase]:
    """The phrases of what stands behind a verb."""
    asides: list[str] = []

    def keep(match: re.Match[str]) -> str:
        asides.append(match["words"])
        return f" ⟨{len(asides) - 1}⟩"

    rest, tails = _without_tails(rest)
    saying = _SAYING.fullmatch(rest)
    rest = _BRACKETS.sub(keep, saying["front"] if saying else rest)
    brackets = len(asides)
    if relative := _RELATIVE.search(rest):
        asides.append(relative["words"])
        rest = f"{rest[: relative.start()]} ⟨{len(asides) - 1}⟩{rest[relative.end() :]}"
    names = [ratio.span() for ratio in _RATIO.finditer(rest)]
    ties = [tie for tie in _TIE.finditer(rest) if not any(one < tie.start() < end for one, end in names)]
    found = []
    for match, said, _ in cut(rest, ties):
        words = _IS.sub(" ", said).strip() if match is not None and match[0][0] in ":;" else said
        more = [int(number) for number in re.findall(r"⟨(\d+)⟩", words)]
        told = re.sub(r"\s*⟨\d+⟩", "", words).strip(" ,")
        found.append(
            Phrase(
                _tie_of(match) if match else "",
                told,
                " ".join(asides[at] for at in more),
                any(at >= brackets for at in more),
            )
        )
    return [*found, *([Phrase("saying", saying["text"])] if saying else []), *tails]


def _without_tails(rest: str) -> tuple[str, list[Phrase]]:
    """What stands behind a verb without the clauses at its end that are no nouns, and these."""
    found: list[Phrase] = []
    for tie, shape in _TAILS:
        if tail := shape.search(rest):
            rest = rest[: tail.start()] + rest[tail.end() :]
            found.append(Phrase(tie, tail["words"].strip(" ,")))
    return rest, found


def _tie_of(match: re.Match[str]) -> str:
    if match["participle"]:
        said = match["participle"].removeprefix("to be ")
        return _SAME.get(said, said.split()[0])
    if not match["preposition"]:
        return "with"
    return re.sub(CALLED, "called", _SAME.get(match["preposition"], match["preposition"]))


def nouns_and_name(words: str, clause: Clause) -> tuple[str, str, str, tuple[str, ...]]:
    """The nouns before a name in a phrase, the name, the nouns behind it, and further names beside it."""
    tokens = bare(words.strip(" ,")).split()
    named = [at for at, token in enumerate(tokens) if NAME.fullmatch(token) or MARK.search(token)]
    marks = [at for at in named if MARK.search(tokens[at])]
    if not named:
        return " ".join(tokens), "", "", ()
    run = marks[:1] if marks else _run(tokens, named)
    others = [at for at in named if at not in range(run[0], run[-1] + 1)]
    also = _runs(tokens, others)
    before = [t for at, t in enumerate(tokens[: run[0]]) if at not in others]
    behind = [t for at, t in enumerate(tokens) if at > run[-1] and at not in others]
    name = re.sub(r"['’]s$", "", clause.spoken(" ".join(tokens[run[0] : run[-1] + 1]))).strip(" ,")
    return " ".join(before), name, " ".join(behind), tuple(clause.spoken(one) for one in also)


def _run(tokens: Sequence[str], named: Sequence[int]) -> list[int]:
    """The places of the last name that is not that of an owner: `Ann Lee's Invoice 7` has `Invoice 7`."""
    ends = [at for at in named if re.search(r"['’]s,?$", tokens[at])]
    left = [at for at in named if at > ends[-1]] if ends else list(named)
    left = left or list(named)
    run = [left[0]]
    for at in left[1:]:
        between = tokens[run[-1] + 1 : at]
        if len(between) > 2 or not all(word in _INNER for word in between):
            break
        run.append(at)
    return run


def _runs(tokens: Sequence[str], places: Sequence[int]) -> list[str]:
    runs: list[list[str]] = []
    last = -2
    for at in places:
        word = re.sub(r"['’]s$", "", tokens[at].strip(","))
        if at == last + 1:
            runs[-1].append(word)
        else:
            runs.append([word])
        last = at
    return [" ".join(run) for run in runs]


def thing_of(phrases: Sequence[Phrase], clause: Clause) -> Thing:
    """The thing that a phrase and those behind it name together.

    Raises:
        NotRead: There is no word for it.
    """
    head = phrases[0]
    kind, name, tail, also = nouns_and_name(head.words, clause)
    more = [*also, *filter(None, [content_of(head.aside, clause)])]
    for phrase in phrases[1:]:
        before, called, behind, others = nouns_and_name(phrase.words, clause)
        if phrase.tie == "called":
            kind = " ".join(filter(None, (kind, name, tail))).lower()
            name, tail = clause.spoken(bare(phrase.words)), ""
        elif not name and called:
            kind, name, tail = " ".join(filter(None, (kind, before))), called, behind
            more += others
        else:
            more += (called, *others) if called else (content_of(phrase.words, clause),)
        more += filter(None, [content_of(phrase.aside, clause)])
    if not name and more:
        name, more = more[0], more[1:]
    elif not name:
        name, kind = kind, ""
    if not name or re.match(r"(?:pending|past)\b", tail) or (name.islower() and " and " in name):
        raise NotRead(head.words or clause.rest, clause)
    return Thing(name, kind.lower(), tuple(filter(None, more)), tail=tail)


def content_of(words: str, clause: Clause) -> str:
    """What of some words a page can be expected to show: `is set for 7 days` as `7 days`."""
    words = _FULL_VERB.sub("", words)
    return clause.spoken(bare(words)).strip(" ,.")


_QUOTED_VALUE = re.compile(r"(?:(?:the |an? )?(?:[a-z]+ ){0,3})?(?P<mark>‹\d+›)")


def value_of(phrase: Phrase, clause: Clause) -> str:
    """The value that a phrase is: what is quoted behind nouns for it, else its words.

    Raises:
        NotRead: It says more of it.
    """
    marks = MARK.findall(phrase.words)
    quoted = _QUOTED_VALUE.fullmatch(phrase.words)
    if phrase.relative or (marks and quoted is None):
        raise NotRead(phrase.words, clause)
    return clause.spoken(quoted["mark"] if quoted else bare(phrase.words)).strip(" ,")


_CUT = re.compile(r",? and (?:with )?|, (?!\d{4}\b)(?:with )?")


def parts_of(words: str) -> list[str]:
    """The parts of a list of what something is given: `name ‹0›, quantity 2 and the status active`."""
    return [bare(part.strip(" ,")) for part in _CUT.split(words) if part.strip(" ,")]
