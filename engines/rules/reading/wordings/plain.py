"""Other ways to say the same: `get rid of the page "Old"` is read as `delete the page "Old"`.

A rewording keeps all that a clause asks for, in the words that the readers know.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from engines.rules.reading.verbs import verb_pattern
from engines.rules.reading.wordings.besides import asked_for, asked_in_sentence

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


def _as_often(said: re.Match[str]) -> str:
    before = f" from {said['old']}" if said["old"] else ""
    return f"change {said['what']}{before} to {said['new']}"


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
_NOT_AS = r"(?:instead of|rather than)"
_OFTEN = r"(?:hourly|daily|nightly|weekly|monthly|yearly|immediately|never)"
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
    (r"(?i:tick|check|cross) off ", "tick "),
    (
        rf"(?i:get|receive|send me) (?P<what>the [a-z -]+?) (?P<new>{_OFTEN})"
        rf"(?: {_NOT_AS} (?P<old>{_OFTEN}))?$",
        _as_often,
    ),
    (
        rf"(?i:change|set|update|switch) (?P<what>[^,;]+?) to (?P<new>[^,;]+?) {_NOT_AS} (?P<old>[^,;]+)$",
        r"change \g<what> from \g<old> to \g<new>",
    ),
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
_ASKED = r"^(?P<asked>(?i:ask|request|book|apply|log|record|reserve|schedule|submit|enter)\b[^,;]*?)"
"""Asks for something that one has for oneself where nobody else is named."""
_SENT = r"(?:sent|gave|posted|wrote|left|shared with|put|made|uploaded|added)"
_ANYWHERE: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"\bvery (?=(?:top|bottom|end|beginning|start|first|last)\b)", ""),
    (r"(?<=[a-z›]) itself\b", ""),
    (r"\b(?:one more|a further|an additional) (?=[a-z])", "a new "),
    (r"\b(?:my|your) own (?=[a-z])", "my "),
    (rf"{_ASKED} for (?:yourself|myself|me)(?= |$)", r"\g<asked>"),
    (r"(?<=\d) (?=[ap]m\b)", ""),
    (r"\bthe (?:two|three|four|five|six|seven) (?=(?:nights|days|weeks|months) (?:from|between) )", "the "),
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


def reworded_sentence(sentence: str) -> str:
    """A sentence that says how things should be, as the instruction to bring that about."""
    return _reworded(asked_in_sentence(sentence), _SENTENCES)


def reworded(clause: str) -> str:
    """A clause in the words that the readers know, quoted strings as marks."""
    clause = _reworded(asked_for(clause), _CLAUSES)
    for pattern, plain in _ANYWHERE:
        clause = re.sub(pattern, plain, clause)
    return _DATED.sub(_with_date, clause) if _MAKES.match(clause) else clause


def _reworded(words: str, rewordings: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...]) -> str:
    for pattern, plain in rewordings:
        if (said := re.match(pattern, words)) is not None:
            return (said.expand(plain) if isinstance(plain, str) else plain(said)) + words[said.end() :]
    return words


def _with_date(said: re.Match[str]) -> str:
    kind = said["due"] or _DATES.get(said["verb"], said["verb"])
    return f" with {kind} "
