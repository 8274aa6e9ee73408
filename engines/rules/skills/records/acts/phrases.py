"""What is done to one record, in words: `archive the email "Dinner" from Ann`, `revoke access for "Zap"`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from engines.rules.reading.acts import ActInWords, act_in, given_in, verb_in
from engines.rules.reading.clauses import Clause
from engines.rules.reading.closed_words import is_closed
from engines.rules.reading.names import NotRead, name_in
from engines.rules.reading.things import thing_in
from engines.rules.reading.values.fillings import Filling
from engines.rules.skills.base import Read, Step
from engines.rules.skills.controls import assign, choice
from engines.rules.skills.controls.assign import Assign
from engines.rules.skills.controls.choice import Switch
from engines.rules.skills.records.acts.act_on import ActOn
from engines.rules.skills.records.besides import read_besides
from engines.rules.skills.records.locate import Deed, stems
from engines.rules.skills.records.making.tied import Tied

_OWN_WAYS = frozenset(
    "click type choose check uncheck find search scroll drag paste highlight sort expand collapse open "  # noqa: SIM905
    "navigate back ahead use draw guess solve count buy focus resize hover win login wait reload upload "
    "enable disable turn create change edit filter agree rename".split()
)
"""Verbs of which other skills read all that may be meant."""
_FORMS = frozenset({"submit", "confirm", "continue", "proceed", "finish"})
"""Verbs of which an act on a record without a name is none: they are said of a form, a step or a page."""
_OTHER_SENSES = frozenset({"give", "show", "move", "extract", "list", "get", "read", "collect"})
"""Words that do something else where their own skill does not read them."""
_AS_STATE = re.compile(r"^(?P<what>.+?) as (?P<state>[a-z]+(?: [a-z]+)?)(?: with (?P<given>.+))?$")
_FROM_THING = re.compile(r" (?:from|of|on|in) (?:the )?(?:[a-z]+ )*(?:‹|[A-Z])")
_SENDER = re.compile(r"^(?:the )?(?:(?!(?:from|of|on|in) )[a-z-]+ )+‹\d+› from [A-Z]\w+(?: [A-Z]\w+)*$")
"""A thing that somebody sent; what else is removed from a thing is a part of it, and not the thing."""
_GOES_ON = re.compile(r"[A-Za-z]+ [A-Z]")
"""What may be the end of a name that is not quoted: `Lunch with uncle Bob`."""
_SUBMITTED = re.compile(r"(?P<thing>.*(?:‹|[A-Z0-9]).*) for (?P<what>approval|review)")
"""What somebody else has to look at: `submit the order O-4 for approval`."""
_ADDED = re.compile(r"(?:the [a-z]+ )?(?:‹\d+›|[A-Z]\w*(?: [A-Z]\w*)*) to (?:(?! as [A-Z‹]).)+")
"""Something that is there, and is to be added to something else: `add Ann to the team "North"`."""
_MADE = re.compile(
    r"(?P<what>(?:the |my |our |‹|[A-Z]).*?|it) "
    r"(?P<state>[a-z]+|(?:an? |the )(?:[a-z]+ ){0,2}[a-z]+)(?P<of> of .+)?"
)
"""What a thing is to become: `make the page "Prices" public`."""
_SAYS = frozenset({"leave", "reply", "answer", "respond", "comment"})
_SAYING = re.compile(r"(?: saying| reading| that (?:says|reads)|:) ‹\d+›$")
"""What is to be written: the text is part of no thing."""
_CHANGED = frozenset({"modified", "changed", "edited", "adjusted", "updated"})
_CHANGES = frozenset({"modification", "change", "edit", "adjustment", "update"})
_HOW = re.compile(rf"(?<!\w)(?P<article>an? |the |its )?(?:{'|'.join(sorted(_CHANGED))}) (?=[a-z])")
"""What is given in place of what stands there: `approve it with a changed price of 5`."""
_HOW_TO = re.compile(
    rf"(?:an? |the )?(?:{'|'.join(sorted(_CHANGES))})s? to (?:change|set|update|adjust) (?P<pairs>.+ to .+)"
)
"""`approve it with a modification to change the price to 5`."""


def read(clauses: Sequence[Clause]) -> Read | None:
    """`archive the email "Dinner" from Ann`, `mark "Dinner" as read`, `promote Ann to owner`."""
    clause = clauses[0]
    if clause.verb == "edit" and len(clauses) > 1:
        return _read_edit(clauses)
    sent_for = _SUBMITTED.fullmatch(clause.rest) if clause.word == "submit" else None
    if sent_for is not None:
        return _step(("submit", "for", sent_for["what"]), sent_for["thing"], clause)
    if clause.word in ("mark", "report") and (match := _AS_STATE.fullmatch(clause.rest)):
        return _read_state(clause, match)
    if clause.word == "make":
        return _read_made(clause)
    if _SAYING.search(clause.rest) and clause.masked.split()[0].lower() in _SAYS:
        return None
    if clause.verb in _OWN_WAYS or clause.word in _OTHER_SENSES:
        return None
    if clause.word == "add" and not _ADDED.fullmatch(clause.rest):
        return None
    words = f"{clause.word} {clause.rest}" if clause.verb else clause.rest
    found = verb_in(words, known=bool(clause.verb))
    read_so = _with_besides(_step(*found, clause), clauses) if found else None
    return None if read_so and clause.verb in _FORMS and read_so.word else read_so


def _read_state(clause: Clause, match: re.Match[str]) -> Read:
    words = (clause.word, "as", *match["state"].split())
    if any(is_closed(word) for word in match["state"].split() if word != "done"):
        raise NotRead(match["state"], clause)
    given = match["given"] or ""
    parts = tuple(given_in(given, 0, "with", clause)[1]) if given else ()
    try:
        said = ActInWords(words, thing_in(match["what"], clause), parts)
    except NotRead:
        said = act_in(words, match["what"], clause)
    return _read_act(said)


def _read_made(clause: Clause) -> Read | None:
    match = _MADE.fullmatch(clause.rest)
    if match is None or any(is_closed(word) for word in match["state"].split()[1:] or [match["state"]]):
        return None
    said = act_in(("make",), match["what"], clause)
    state = re.sub(r"^(?:an?|the) ", "", match["state"])
    of = match["of"] or ""
    parts = [*said.parts, Filling("", (state,), "as")]
    if of:
        parts.append(Filling("", (name_in(re.sub(r"^ of (?:the [a-z]+ )?", "", of), clause),), "of"))
    return _read_act(replace(said, parts=tuple(parts)))


def _read_edit(clauses: Sequence[Clause]) -> Read | None:
    """`edit quote Q-7 and change its title to "X"`: what follows belongs to the form that comes up."""
    thing = thing_in(clauses[0].rest, clauses[0])
    steps: list[Step] = []
    used = 1
    while used < len(clauses) and clauses[used].join in ("and", "to", "then", "and then"):
        inner = assign.read(clauses[used:]) or choice.read_switch(clauses[used:])
        if inner is None:
            break
        step = replace(inner.step, saves=False) if isinstance(inner.step, (Assign, Switch)) else inner.step
        steps.append(step)
        used += inner.used
    if not steps:
        return None
    objects = stems(thing.kind, thing.tail, thing.name, *thing.also)
    return Read(ActOn(Deed(("edit",), objects), thing, tuple(steps)), used)


def _with_besides(read: Read, clauses: Sequence[Clause]) -> Read:
    """Take up the clauses behind an act that say what its form is to do besides."""
    step = read.step
    if not isinstance(step, ActOn) or not step.then:
        return read
    besides = read_besides(clauses[1:])
    return replace(read, step=replace(step, then=(*step.then, *besides)), used=1 + len(besides))


def _step(words: tuple[str, ...], rest: str, clause: Clause) -> Read:
    named, _, given = rest.partition(" with ")
    if _GOES_ON.match(given) and re.search("[A-Z]", named):
        raise NotRead(rest, clause)
    of_a_thing = _FROM_THING.search(rest) and not _SENDER.search(rest)
    if words[0] in ("remove", "delete", "erase") and of_a_thing and thing_in(named, clause).within is None:
        raise NotRead(rest, clause)
    plain, how = _without_how(given)
    return _read_act(act_in(words, f"{named} with {plain}" if given else named, clause), how)


def _without_how(given: str) -> tuple[str, frozenset[str]]:
    """What an act is given without the words that say that it is a change, and the words for changes."""
    told = _HOW_TO.fullmatch(given)
    plain = told["pairs"] if told else _HOW.sub(lambda match: match["article"] or "", given)
    return plain, stems(*_CHANGED, *_CHANGES, "changes") if plain != given else frozenset()


_MONEY = stems("money fund payment cash")
"""What a control may say beside its verb that is to be done with an amount."""


def _read_act(said: ActInWords, how: frozenset[str] = frozenset()) -> Read:
    thing = said.thing
    then = tuple(Assign(one.label, one.values) if one.label else Tied(one) for one in said.parts)
    values = stems(*(value for one in said.parts for value in one.values if not one.label))
    objects = stems(thing.kind, thing.tail, thing.name, *thing.also) if thing.name else _MONEY
    asked = stems(*(one.label for one in said.parts if one.label))
    deed = Deed(said.words, objects | values, asked | how if asked else asked, wanted=values)
    things = [
        replace(one, whole=one.whole or deed.removes, exact=one.exact or (deed.removes and not said.named))
        for one in (thing, said.or_thing)
        if one
    ]
    step = ActOn(deed, things[0], then, *things[1:])
    # A page of records may offer to remove one only where it is opened.
    is_sure = said.named or bool(deed.removes and said.or_thing and said.or_thing.name)
    return Read(step, word="" if is_sure else said.words[0])
