"""Other ways to say the same: `get rid of the page "Old"` is read as `delete the page "Old"`.

A rewording keeps all that a clause says, in the words that the readers know. What is left out adds nothing:
`instead` behind a new value, `altogether` behind a removal, what a record is good for once it is changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from engines.rules.reading.verbs import verb_pattern

_IRREGULAR = {"sent": "send", "paid": "pay", "made": "make", "hidden": "hide", "put": "put"}
_DROPS_E = re.compile(r"(?:[cgsvz]|[aiu]t)$")
"""How a verb ends that has lost an "e" before `ed` or `ing`: `archiv`, `delet`, `updat`."""
_VERB = re.compile(verb_pattern())


def plain_verb(form: str) -> str:
    """The plain form of a participle or a form in "ing": `follow` of `following`, `delete` of `deleted`."""
    form = form.lower()
    root = re.sub(r"(?:ing|ed)$", "", form)
    if form in _IRREGULAR or root == form:
        return _IRREGULAR.get(form, form)
    for known in (root, f"{root}e", root[:-1]):
        if _VERB.fullmatch(known):
            return known
    if root.endswith("i"):
        return f"{root[:-1]}y"
    if root[-1:] == root[-2:-1] and root[-1:] not in "ls":
        return root[:-1]
    return f"{root}e" if _DROPS_E.search(root) else root


def _begun(said: re.Match[str]) -> str:
    return f"{plain_verb(said['verb'])} "


def _caused(said: re.Match[str]) -> str:
    verb = plain_verb(said["verb"])
    label = f"{verb} date" if said["tie"] == "on" else f"{verb} {said['tie']}"
    return f"set the {label} of it to {said['value']}"


def _timed(said: re.Match[str]) -> str:
    when = said["when"] or "end"
    return f"change the {_DATES.get(when, when)} date of {said['what']} to "


def _passive(said: re.Match[str]) -> str:
    what = re.sub(r"^(?:The|My|Our|Your|Its|This) ", lambda one: one[0].lower(), said["what"])
    return f"{plain_verb(said['verb'])} {what}{said['rest'] or ''}"


def _turned(said: re.Match[str]) -> str:
    return f"turn {'on' if said['state'].lower() in ('on', 'enabled') else 'off'} {said['what']}"


_NAME = r"(?:‹\d+›|[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*)*)"
_NOUNS = r"[a-z]+(?:[ -][a-z]+){0,4}"
_NAMED = rf"(?:(?:the|an?|my|our) (?:[a-z]+(?:-[a-z]+)? ){{1,4}})?{_NAME}"
_WHAT = (
    r"(?P<what>(?!(?i:no|none|nobody|nothing|only|each|every|any|all|if)\w*\b)"
    r"(?i:(?:the|my|our|your|its|this) |(?=[‹A-Z]))(?:(?!\b(?:if|when|unless|not|no|only)\b)[^:;])+?)"
)
_STATE = r"(?:turned |switched )?(?P<state>on|off|enabled|disabled)"
_WHEN = r"(?:(?P<when>start|begin|end|expire|close)s?|(?:runs?|lasts?)(?= until))"
_TIMES = r"(?:date|time|deadline|start|end|day)"
_SENTENCES: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (rf"{_WHAT} (?:should|must|needs? to|ha(?:s|ve) to) be {_STATE}$", _turned),
    (rf"(?i:make sure|ensure|see to it) (?:that )?{_WHAT} (?:is|are) {_STATE}$", _turned),
    (r"(?i:update|edit|adjust|modify) (?P<what>[^:;,]+): (?=(?:change|set|update) )", r"edit \g<what> and "),
    (r"(?i:update|adjust|modify) (?P<what>[^:;,]+)(?=: (?:the|its) )", r"edit \g<what>"),
    (
        r"(?P<act>(?!(?:Set|Change|Turn|Switch|Enable|Update|Edit|Move|Add|Create|Make)\b)[A-Z][a-z]+"
        r" [^,;]+?),? but (?P<how>(?:change|set|update|adjust) (?:the|its) [a-z]+(?: [a-z]+)? to [^,;]+)$",
        r"\g<act> with a change to \g<how>",
    ),
    (
        rf"{_WHAT} (?:should|must|needs? to|ha(?:s|ve) to) be (?P<verb>[a-z]+ed|sent|paid)(?P<rest> .*)?$",
        _passive,
    ),
)
"""How a sentence says what is to be done without an instruction."""
_CLAUSES: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"(?i:get rid of) ", "delete "),
    (r"(?i:drop) (?=the (?:‹\d+›|[A-Z]\w*) (?:label|tag|filter|member|attachment)\b)", "remove "),
    (
        r"(?i:(?:go|turn|return|revert) back to) (?=(?:the |an? )?(?:[a-z]+ )?(?:version|revision)\b)",
        "restore ",
    ),
    (r"(?i:start|begin) (?P<verb>[a-z]{3,}ing) ", _begun),
    (r"(?i:bring back) ", "restore "),
    (rf"(?i:bring) (?P<what>{_NAMED}|(?:the|my|our) {_NOUNS}) back(?= from |$)", r"restore \g<what>"),
    (rf"(?i:put) (?=an? {_NOUNS} ‹\d+›)", "create "),
    (r"(?i:use) (?P<what>the ‹\d+› [a-z]+) on (?=‹|the )", r"apply \g<what> to "),
    (
        rf"(?i:take) (?P<what>(?:(?:the|an?|my|our) )?(?:[a-z]+ ){{0,4}}{_NAME}(?: [a-z]+)?)"
        r" (?:off|out of) (?=\S)",
        r"remove \g<what> from ",
    ),
    (
        rf"(?i:put) (?P<what>{_NAMED}) on(?:to)? (?=it\b|(?:the|my|our) )(?!.* (?:field|box|input)$)",
        r"add \g<what> to ",
    ),
    (
        rf"(?i:push|move|bring|put|shift) (?P<what>(?:the|its) (?:[a-z]+ )*{_TIMES}\b.*?)"
        r" (?:back|forwards?|out|up|ahead|backwards?) to (?=\S)",
        r"change \g<what> to ",
    ),
    (r"(?i:change) (?P<what>.+?) to be (?:called|named|titled) (?=\S)", r"rename \g<what> to "),
    (
        r"(?i:change|edit|update|correct) (?P<what>.+?) (?:so (?:that )?(?:it|they) (?:now )?"
        r"(?:is|are|reads?|says?|shows?|comes?)|to (?:read|say|be))(?: instead)?:? (?=\S)",
        r"change \g<what> to ",
    ),
    (
        r"(?i:replace) (?P<what>(?:the|its) [a-z ]+ of .+?|its [a-z ]+) with (?=[‹A-Z\d])",
        r"change \g<what> to ",
    ),
    (rf"(?i:make) (?P<what>{_NAME}|it) one of (?=(?:my|our|your|the) )", r"add \g<what> to "),
    (
        rf"(?i:change|edit|set|make|extend|prolong|shorten|adjust) (?P<what>{_NAMED})"
        rf" so (?:that )?(?:it|they) {_WHEN}(?: (?:on|at|by|in|from|until))? (?=[‹\dA-Z])",
        _timed,
    ),
    (
        r"(?P<verb>(?i:move|hand|transfer|bring|shift|advance)) (?P<what>\S.*?) (?:on|over|across) to (?=\S)",
        r"\g<verb> \g<what> to ",
    ),
    (
        r"(?i:open) (?=an? (?:[a-z]+ ){1,3}(?:on behalf of|with the (?:subject|title|name|description)) )",
        "create ",
    ),
    (r"(?i:open) (?=an? new (?!(?:[a-z]+ )?(?:tab|window|page)\b))", "create "),
    (r"(?i:have it) (?P<verb>[a-z]+ed|sent|paid) (?P<tie>on|after|in) (?P<value>\S.*)", _caused),
)
"""How a clause begins, and what is said instead."""
_SENT = r"(?:sent|gave|posted|wrote|left|shared with|put|made|uploaded|added)"
_ANYWHERE: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"\bvery (?=(?:top|bottom|end|beginning|start|first|last)\b)", ""),
    (r"(?<=[a-z›]) itself\b", ""),
    (rf"\bthe (?P<nouns>(?:[a-z]+ ){{1,4}})(?:that |which )?you(?:['’]ve| have)? {_SENT} ", r"my \g<nouns>"),
    (
        rf"(?<=[a-z])(?: that| which)? (?P<who>{_NAME}) (?:has |had )?{_SENT}"
        r"(?: (?:you|me|us)(?= |$)| to (?:you|me|us)(?= |$)|(?= (?:in|on) the ))",
        r" from \g<who>",
    ),
)
"""What a clause may hold, and what is said instead."""
_MAKES = re.compile(r"(?i:create|add|schedule|book|make|start|set up|log|record|write|compose) ")
_DATED = re.compile(
    r"(?:,? and|,)? (?:(?P<verb>start|begin|end|expir|clos)ing(?: on| from| by)?|(?P<due>due))"
    r" (?=(?:‹|\d|[A-Z][a-z]+ \d))"
)
"""A date that is said to be the one of something that is made: `a deal closing on 2 May`."""
_DATES = {"begin": "start", "expir": "expiry", "expire": "expiry", "clos": "close"}
_ADDS_NOTHING = re.compile(r",? (?:instead|as well)$")
_CHANGES = re.compile(r"(?i:change|set|move|update|add|replace|reschedule|raise|lower|switch|have|make) ")
_KEEPS = re.compile(
    r",? (?:but|and(?=.* (?:alone|itself|untouched|unchanged|in place|are|is|there)$))"
    r" (?:keep|leave) (?:the|its) [a-z ]+?"
    r"(?: itself| alone| untouched| unchanged| in place| as (?:it is|they are)| that (?:is|are) there)?$"
)
_KEEPING = re.compile(r",? keeping (?:the|its) [a-z ]+$")
"""What is not to be touched besides, which nothing of the act does."""
_WHOLLY = re.compile(r"(?<=[\w›]) (?:altogether|entirely|completely)$")
_REMOVES = re.compile(r"(?i:delete|remove|erase|clear|revoke) ")
_PURPOSE = re.compile(
    r",? so (?:that )?(?:it|they|nobody|no one|we|I) (?!only|can|is|are)(?:[a-z]+['’]?[a-z]* ?){1,8}$"
)
"""What a record is good for once it is changed, which holds no value and no limit."""
_LIMITS = re.compile(r"\b(?:only|until|unless|before|after|ahead|earlier|later|not|if|when|except|without)\b")


def reworded_sentence(sentence: str) -> str:
    """A sentence that says how things should be, as the instruction to bring that about."""
    return _reworded(_KEEPS.sub("", sentence), _SENTENCES)


def reworded(clause: str) -> str:
    """A clause in the words that the readers know, quoted strings as marks."""
    clause = _reworded(_KEEPS.sub("", clause), _CLAUSES)
    for pattern, plain in _ANYWHERE:
        clause = re.sub(pattern, plain, clause)
    if _MAKES.match(clause):
        clause = _DATED.sub(_with_date, clause)
    elif (
        not _CHANGES.match(clause) and (purpose := _PURPOSE.search(clause)) and not _LIMITS.search(purpose[0])
    ):
        clause = clause[: purpose.start()]
    if _CHANGES.match(clause):
        clause = _ADDS_NOTHING.sub("", _KEEPING.sub("", clause))
    return _WHOLLY.sub("", clause) if _REMOVES.match(clause) else clause


def _reworded(words: str, rewordings: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...]) -> str:
    for pattern, plain in rewordings:
        if (said := re.match(pattern, words)) is not None:
            return (said.expand(plain) if isinstance(plain, str) else plain(said)) + words[said.end() :]
    return words


def _with_date(said: re.Match[str]) -> str:
    kind = said["due"] or _DATES.get(said["verb"], said["verb"])
    return f" with {kind} "
