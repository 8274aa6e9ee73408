"""What is done to one record, in words: `archive the email "Dinner" from Ann`, `revoke access for "Zap"`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from engines.rules.reading.clauses import Clause
from engines.rules.reading.names import MARK, NotRead, is_closed
from engines.rules.reading.pairs import pairs_in
from engines.rules.reading.things import Thing, bare_thing_in, thing_in
from engines.rules.skills.base import Read, Step
from engines.rules.skills.controls import assign, choice
from engines.rules.skills.controls.assign import Assign
from engines.rules.skills.controls.choice import Switch
from engines.rules.skills.records.act_on import ActOn
from engines.rules.skills.records.besides import read_besides
from engines.rules.skills.records.locate import Deed, stems

_ACTS = frozenset(
    "delete star archive approve cancel close like follow unfollow unsubscribe publish undo reset discard "  # noqa: SIM905
    "revoke void deny mute unmute snooze unsnooze unblock disconnect duplicate resolve unresolve reopen "
    "restore discontinue unstar unpin unlock".split()
)
_AS_STATE = re.compile(r"^(?P<what>.+?) as (?P<state>[a-z]+(?: [a-z]+)?)$")
_FROM_THING = re.compile(r" (?:from|of|on|in) (?:the )?(?:[a-z]+ )*(?:‹|[A-Z])")
_SENDER = re.compile(r"^(?:the )?(?:(?!(?:from|of|on|in) )[a-z-]+ )+‹\d+› from [A-Z]\w+(?: [A-Z]\w+)*$")
"""A thing that somebody sent; what else is removed from a thing is a part of it, and not the thing."""
_GOES_ON = re.compile(r"[A-Za-z]+ [A-Z]")
"""What may be the end of a name that is not quoted: `Lunch with uncle Bob`."""
_SUBMITTED = re.compile(r"(?P<thing>.*(?:‹|[A-Z0-9]).*) for (?P<what>approval|review)")
"""What somebody else has to look at: `submit the order O-4 for approval`."""
_NUMBERED = re.compile(r"(?:the )?(?:[a-z]+ )+[A-Z]+-?\d+(?: \([^()]*\)| for [A-Z].*)?")
"""A thing by its number, which can be meant by no address and no text: `draft quote Q-7 for Ann`."""
_CHANGED = frozenset({"modified", "changed", "edited", "adjusted", "updated"})
_CHANGES = frozenset({"modification", "change", "edit", "adjustment", "update"})
_HOW = re.compile(rf"(?<!\w)(?P<article>an? |the |its )?(?:{'|'.join(sorted(_CHANGED))}) (?=[a-z])")
"""What is given in place of what stands there: `approve it with a changed price of 5`."""
_HOW_TO = re.compile(
    rf"(?:an? |the )?(?:{'|'.join(sorted(_CHANGES))})s? to (?:change|set|update|adjust) (?P<pairs>.+ to .+)"
)
"""`approve it with a modification to change the price to 5`."""
_FIRST = re.compile(r"^(?P<word>[A-Za-z]+) (?P<rest>(?:the |an? |‹|[A-Z0-9]).*)$")


def read(clauses: Sequence[Clause]) -> Read | None:
    """`archive the email "Dinner" from Ann`, `mark "Dinner" as read`, `revoke access for "Zap"`."""
    clause = clauses[0]
    if clause.verb == "edit" and len(clauses) > 1:
        return _read_edit(clauses)
    if clause.word in ("mark", "report"):
        match = _AS_STATE.fullmatch(clause.rest)
        return _step((clause.word, "as", match["state"]), match["what"], clause) if match else None
    if clause.verb in _ACTS and clause.rest:
        try:
            return _with_besides(_step((clause.word,), clause.rest, clause), clauses)
        except NotRead:
            thing = bare_thing_in(clause.rest, clause)
            return _act_on(Deed((clause.word,), stems(thing.kind, thing.name)), thing)
    sent_for = _SUBMITTED.fullmatch(clause.rest) if clause.word == "submit" else None
    if sent_for is not None:
        return _step(("submit", "for", sent_for["what"]), sent_for["thing"], clause)
    if clause.word in ("send", "copy") and _NUMBERED.fullmatch(clause.rest):
        return _step((clause.word,), clause.rest, clause)
    first = _FIRST.fullmatch(clause.rest) if clause.verb == "" else None
    if first is None or is_closed(first["word"]) or first["word"].lower().endswith(("ly", "ing", "ed")):
        return None
    return _step((first["word"].lower(),), first["rest"], clause)


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
    return Read(replace(step, then=(*step.then, *besides)), 1 + len(besides))


def _step(words: tuple[str, ...], rest: str, clause: Clause) -> Read:
    named, _, given = rest.partition(" with ")
    if _GOES_ON.match(given) and not MARK.search(named):
        raise NotRead(rest, clause)
    given, how = _without_how(given)
    then = tuple(Assign(label, (value,)) for label, value in pairs_in(given, clause)) if given else ()
    thing = thing_in(named, clause)
    of_a_thing = _FROM_THING.search(rest) and not _SENDER.search(rest) and thing.within is None
    if words[0] in ("remove", "delete", "erase") and of_a_thing:
        raise NotRead(rest, clause)
    if any(is_closed(word) for word in words if word not in ("as", "for")) or re.search(
        r"\b(?:all|every|each)\b", rest
    ):
        raise NotRead(rest, clause)
    objects = stems(thing.kind, thing.tail, thing.name, *thing.also)
    asked = stems(*(one.label for one in then)) | how if given else frozenset()
    return _act_on(Deed(words, objects, asked), thing, then)


def _without_how(given: str) -> tuple[str, frozenset[str]]:
    """What an act is given without the words that say that it is a change, and the words for changes."""
    told = _HOW_TO.fullmatch(given)
    plain = told["pairs"] if told else _HOW.sub(lambda match: match["article"] or "", given)
    return plain, stems(*_CHANGED, *_CHANGES, "changes") if plain != given else frozenset()


def _act_on(deed: Deed, thing: Thing, then: tuple[Step, ...] = ()) -> Read:
    return Read(ActOn(deed, replace(thing, whole=deed.removes), then))
