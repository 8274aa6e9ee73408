"""A clause that no other skill has read, read in all the ways its phrases may be meant; the page says which.

`Release the hold on order 7 with the reason "Paid"`: the act may be "release" on a thing called "hold", or
"release hold" on the order 7. Each way says what a page has to show for it; the first one that a page bears
out, here or where the navigation leads, is carried out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from browser.model.actions import Press
from engines.rules.grounding.described import days_in
from engines.rules.reading.clauses import Clause
from engines.rules.reading.closed_words import is_closed
from engines.rules.reading.names import MARK, NotRead
from engines.rules.reading.things import PLACE_NOUNS, Thing
from engines.rules.reading.values.fillings import Filling
from engines.rules.reading.verb_frames import Phrase, VerbFrame, frame_of, nouns_and_name, thing_of, value_of
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes, Read, Step
from engines.rules.skills.controls.assign import Assign
from engines.rules.skills.controls.choice import Switch
from engines.rules.skills.controls.drawn import labels_called
from engines.rules.skills.controls.editors import Change
from engines.rules.skills.controls.settings import (
    AsSaid,
    EachAsSaid,
    begins_as_setting,
    settings_said,
)
from engines.rules.skills.exploring import explore
from engines.rules.skills.records.acts import phrases as act_phrases
from engines.rules.skills.records.acts.act_on import ActOn
from engines.rules.skills.records.locate import Deed, anchors, stems
from engines.rules.skills.records.making.create import Create
from engines.rules.skills.records.making.form_part import parts_from
from engines.rules.skills.records.making.phrases import ways_to_make
from engines.rules.skills.records.making.tied import Tied
from engines.rules.skills.records.parts.change import ChangePart
from engines.rules.skills.records.parts.written import written_on
from engines.rules.skills.records.reach import to_its_kind
from engines.rules.step_generator import NotFound, StepGenerator, attempt

_SETS = frozenset(
    "set change update adjust modify switch edit make correct "  # noqa: SIM905
    "increase decrease raise lower reduce extend".split()
)
_BEFORE_ITS_OBJECT = ("to", "for", "on", "from", "in")
"""What may stand between a verb and what it is done to: `reply to the question`, `vote for Ann`."""
_LIGHT = frozenset(
    "issue make do send give leave write record create place start "  # noqa: SIM905
    "perform run take put submit initiate process request add apply".split()
)
"""Verbs that say no more than that it is done what a noun behind them says: `issue a refund`."""
_TURNS = {
    **dict.fromkeys(("enable", "activate", "turn on", "switch on"), True),
    **dict.fromkeys(("disable", "deactivate", "turn off", "switch off"), False),
}
_SAY_HOW = frozenset("switch use have get don't never stop allow let go keep".split())  # noqa: SIM905
"""Verbs that say of a setting how it is to be more often than they are an act on a thing."""
_GO_ON = frozenset({"send", "email", "notify", "remind", "make", "offer"})
"""Verbs that say how a setting is to be where they go on with what was said of others."""
_QUALIFY = frozenset(
    {"of", "for", "from", "by", "in", "on", "at", "about", "regarding", "under", "between", "called", "to"}
)
"""What may tie a phrase to the thing before it."""
_SAYS = frozenset("add leave write post send reply respond answer comment create make".split())  # noqa: SIM905
"""Verbs behind which a text that is said is one to be written, and tells nothing from its like."""
_BRINGS = frozenset(
    "move send assign reassign add transfer hand share copy forward invite give put bring attach link "  # noqa: SIM905
    "promote demote convert merge switch".split()
)
"""Verbs of which what stands behind `to` is where something is brought, and tells no thing from its like."""
_PLACES = PLACE_NOUNS | {"settings", "preferences", "options", "dialog", "form"}
_PLACE_IN_LINE = re.compile(r"(?:the )?(?:very )?(?:top|bottom|end|beginning|start|front|back)")
_REMOVES = frozenset({"remove", "delete", "erase", "clear", "unassign", "detach"})


_TIME = re.compile(r"\d{1,2}[:.]\d\d(?: ?[ap]\.?m\.?)?|\d{1,2} ?[ap]\.?m\.?", re.IGNORECASE)
_OWN = re.compile(r"(?:the |my |our )?(?P<whose>\S.*?)['’]s? (?P<label>[a-z][a-z -]*)")
"""`the deck's aspect ratio`."""


@dataclass(frozen=True, slots=True)
class Interpretation:
    """One way to read a clause."""

    step: Step
    thing: Thing | None = None
    """The record that a page has to show for it."""

    def is_borne_out(self, scene: Scene) -> bool:
        """Whether a page shows what this way needs."""
        if self.thing is not None and anchors(self.thing, scene):
            return self._has_part(scene)
        if isinstance(self.step, (Assign, Switch, AsSaid, EachAsSaid, Create)):
            return self.step.is_offered(scene)
        return isinstance(self.step, ActOn) and self.step.is_said_whole(scene)

    def _has_part(self, scene: Scene) -> bool:
        """Whether a page shows the part that is to be changed, where the thing has no name of its own."""
        if self.thing is None or not isinstance(self.step, ChangePart) or not self.thing.name.islower():
            return True
        return bool(labels_called(self.step.change.label, scene) or self.thing.also)


@dataclass(frozen=True, slots=True)
class AsThePageSays:
    """Do what the first of several ways to read a clause says that a page bears out."""

    ways: tuple[Interpretation, ...]
    words: str
    settings_first: bool = False
    """Whether its verb says how a setting is to be rather than what is done to a thing."""
    may_be_setting: bool = False
    """Whether it may go on to say how settings are to be, where what is said before it does."""

    def _as_setting(self, scene: Scene) -> Interpretation | None:
        """The first way to read it as a setting that a page bears out."""
        return next((way for way in self.ways if _is_setting(way) and way.is_borne_out(scene)), None)

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Look for such a page, here first, and carry that way out."""

        def look(now: Scene) -> Interpretation | None:
            return next((way for way in self.ways if way.is_borne_out(now)), None)

        if self.settings_first:
            try:
                scene, setting = yield from explore(scene, self._as_setting, self.words)
                return (yield from setting.step.carry_out(scene, notes))
            except NotFound:
                scene = yield from attempt(Press("Escape"))
        kinds = [way.step.kind for way in self.ways if isinstance(way.step, Create)]
        for made in [way.step for way in self.ways if isinstance(way.step, Create)][:1]:
            if look(scene) is None:
                scene, begun = yield from made.beginning.behind_any(scene)
                if begun is not None:
                    return (yield from made.made(begun, notes))
        if kinds and look(scene) is not self.ways[0]:
            scene = yield from to_its_kind(Thing("", kinds[0]), scene)
        named = next((way.thing.name for way in self.ways if way.thing is not None), "")
        scene, way = yield from explore(scene, look, self.words, anywhere=True, named=named)
        return (yield from way.step.carry_out(scene, notes))


def _is_setting(way: Interpretation) -> bool:
    return isinstance(way.step, (Assign, Switch, AsSaid, EachAsSaid))


def read(clauses: Sequence[Clause]) -> Read | None:
    """Any clause that begins with a verb."""
    clause = clauses[0]
    as_setting = tuple(map(Interpretation, settings_said(clause)))
    alone = bool(as_setting) and begins_as_setting(clause)
    ways: list[Interpretation] = []
    refused: NotRead | None = None
    try:
        frame = frame_of(clause)
    except NotRead:
        made = _made(clause)
        if not (alone or made):
            raise
        words = clause.spoken(clause.masked)
        step = AsThePageSays((*as_setting, *made), words, may_be_setting=alone)
        return Read(step, word=_known(words))
    for of_verb in (_ways_to_turn, _ways_to_set, _ways_to_make, _ways_to_act):
        try:
            ways += of_verb(frame)
        except NotRead as reason:
            refused = refused or reason
    if refused and not ways and not alone:
        raise refused
    if not ways and not alone:
        return None
    told = " ".join((*frame.verb, *(words for p in frame.phrases for words in _told(p, clause))))
    known = _known(told)
    words = clause.spoken(clause.rest)
    verb = frame.verb[0]
    step = AsThePageSays(
        (*as_setting, *ways),
        words,
        settings_first=alone and verb in _SAY_HOW,
        may_be_setting=bool(as_setting) and (alone or verb in _GO_ON),
    )
    return Read(written_on(frame, step) or step, word=known)


def read_act(clauses: Sequence[Clause]) -> Read | None:
    """What reads as an act on something, and may be how a setting is to be, or make something new."""
    act = act_phrases.read(clauses)
    if act is None or act.used > 1 or not isinstance(act.step, ActOn):
        return act
    clause = clauses[0]
    settings = settings_said(clause) if begins_as_setting(clause) else ()
    is_new = re.match(r"[A-Za-z]+ an? ", clause.masked) is not None
    made = _made(clause) if is_new else []
    if not (settings or made):
        return act
    ways = (*map(Interpretation, settings), *made, Interpretation(act.step, act.step.thing))
    first = bool(settings) and clause.masked.lower().partition(" ")[0] in _SAY_HOW
    words = settings[0].words if settings else clause.spoken(clause.rest or clause.masked)
    step = AsThePageSays(ways, words, settings_first=first, may_be_setting=bool(settings))
    return Read(step, word=act.word)


def _known(told: str) -> str:
    return " ".join(word for word in told.split() if len(word) > 3 and not is_closed(word))


def _told(phrase: Phrase, clause: Clause) -> list[str]:
    before, name, behind, also = nouns_and_name(phrase.words, clause)
    return [before, name, behind, *also]


def _tried(clause: Clause, phrases: Sequence[Phrase]) -> Thing | None:
    try:
        return thing_of(phrases, clause)
    except NotRead:
        return None


def _ways_to_turn(frame: VerbFrame) -> Iterator[Interpretation]:
    """`turn on X for Y`: a switch called by all of it, by `X` alone, or in the view of the record Y."""
    on = _TURNS.get(" ".join(frame.verb))
    if on is None:
        return
    clause, phrases = frame.clause, tuple(one for one in frame.phrases if one.tie != "now")
    names = [_spoken(phrases, clause)]
    for at in range(len(phrases) - 1, 0, -1):
        if not all(map(_is_whole, phrases[at:])):
            break
        names.append(_spoken(phrases[:at], clause))
    if all(map(_is_whole, phrases[1:])):
        names += _names(phrases[0].words, clause)
    yield Interpretation(Switch(tuple(dict.fromkeys(names)), on))
    for label, thing in _labels_and_things(phrases, clause):
        if thing is not None:
            yield Interpretation(ChangePart(Change(label, ("on" if on else "off",)), thing), thing)


def _names(words: str, clause: Clause) -> tuple[str, ...]:
    before, name, behind, _ = nouns_and_name(words, clause)
    return tuple(filter(None, (" ".join(filter(None, (before, name, behind))), name)))


def _spoken(phrases: Sequence[Phrase], clause: Clause) -> str:
    """Some phrases as one label: `first day of the week`."""
    words = " ".join(f"{p.tie} {p.words}".strip() for p in phrases)
    return re.sub(r"^(?:the|my|our|your|its) ", "", clause.spoken(words))


def _is_whole(phrase: Phrase) -> bool:
    """Whether it means the one thing that the application shows: `of the deck`, `for my account`."""
    return re.fullmatch(r"(?:the|this|my|our|your) [a-z]+(?: [a-z]+)?", phrase.words) is not None


def _ways_to_set(frame: VerbFrame) -> Iterator[Interpretation]:
    """`set LABEL of THING to VALUE`, `change THING's LABEL from WAS to VALUE`, `set LABEL to VALUE`."""
    if not set(frame.verb) & _SETS:
        return
    clause = frame.clause
    last = next((at for at in range(len(frame.tied), 0, -1) if frame.phrases[at].tie in ("to", "as")), None)
    if last is None:
        return
    value = value_of(frame.phrases[last], clause)
    more = frame.phrases[last + 1 :]
    front = list(frame.phrases[:last])
    was = ""
    if len(front) > 1 and front[-1].tie == "from":
        was = value_of(front.pop(), clause)
        if was.isdigit() and days_in(value):  # `from 5 to 9 January` may be a span
            raise NotRead(clause.rest, clause)
    if any(phrase.tie not in _QUALIFY or not _is_place(phrase) for phrase in more):
        return
    if any(phrase.tie == "to" and " and " in phrase.words for phrase in front):
        raise NotRead(clause.rest, clause)  # `X to 1 and Y to 2`
    is_text = MARK.search(frame.phrases[last].words) or value[:1] in "$€£"
    is_whole = is_text and not was and not more and not _OWN.fullmatch(front[0].words)
    is_whole = is_whole and frame.verb[0] in ("change", "edit") and all(one.tie != "of" for one in front)
    whole = _tried(clause, front) if is_whole else None
    for label, thing in _labels_and_things([*front, *more], clause):
        if thing is None:
            yield Interpretation(Assign(label, (value,), was, saves=True))
        else:
            yield Interpretation(ChangePart(Change(label, (value,), was=was), thing), thing)
    if whole is not None:  # `change the message "At 3" to "At 4"`
        text = Tied(Filling("", (value,), "saying"))
        yield Interpretation(ActOn(Deed(("edit",), stems(whole.kind, whole.tail)), whole, (text,)), whole)


def _is_place(phrase: Phrase) -> bool:
    """Whether it says in which part of the application, or of which quoted thing something is."""
    return phrase.words.split()[-1] in _PLACES or MARK.search(phrase.words) is not None


def _labels_and_things(front: Sequence[Phrase], clause: Clause) -> Iterator[tuple[str, Thing | None]]:
    """The ways to take some phrases as a label, and the thing that it is of."""
    for at in range(1, len(front)):
        if front[at].tie in ("of", "for", "on", "in") and (thing := _tried(clause, front[at:])):
            yield _spoken(front[:at], clause), thing
    head, behind = front[0], front[1:]
    own = _OWN.fullmatch(head.words)
    if own and re.fullmatch("[a-z]+", own["whose"]):  # `the store's contact email`
        yield f"{own['whose']} {own['label']}", None
        yield own["label"], None
    if own:
        if (thing := _tried(clause, [replace(head, words=own["whose"]), *behind])) is not None:
            yield own["label"], thing
        head = replace(head, words=own["label"])
    before, name, tail, also = nouns_and_name(head.words, clause)
    nouns = tail.split()
    for at in range(len(nouns) if name else 0):  # `the "Goals" slide background`
        yield " ".join(nouns[at:]), Thing(name, before.lower(), also, tail=" ".join(nouns[:at]))
    yield _spoken([head, *behind], clause), None
    if behind and all(map(_is_whole, behind)):
        yield _spoken([head], clause), None


def _ways_to_make(frame: VerbFrame) -> Iterator[Interpretation]:
    """`schedule a call with Ann Lee for Friday`, `add a note called "x" to the contact Ann`."""
    yield from map(Interpretation, ways_to_make(frame.clause))


def _made(clause: Clause) -> list[Interpretation]:
    """The ways to take a clause as one that makes something, whatever limits another act in its words."""
    try:
        return list(map(Interpretation, ways_to_make(clause)))
    except NotRead:
        return []


def _ways_to_act(frame: VerbFrame) -> Iterator[Interpretation]:
    """The verb done to its object, or the verb and its object done to what is tied to them."""
    clause, phrases = frame.clause, frame.phrases
    for phrase in frame.tied:
        if _PLACE_IN_LINE.fullmatch(phrase.words):  # no entry of a menu says that it puts a thing there
            raise NotRead(phrase.words, clause)
    if set(frame.verb) & _SETS and any(phrase.tie in ("to", "as") for phrase in frame.tied):
        return
    if not frame.object.words and phrases[1:] and phrases[1].tie in _BEFORE_ITS_OBJECT:
        phrases = (replace(phrases[1], tie=""), *phrases[2:])
        frame = replace(frame, phrases=phrases)
    qualifying = 0
    while qualifying < len(frame.tied) and _may_qualify(frame.tied[qualifying], frame):
        qualifying += 1
    if frame.object.words and not frame.object.words.startswith(("a ", "an ")):
        for many in range(qualifying, -1, -1):
            thing = _tried(clause, phrases[: many + 1])
            if thing is not None:
                yield from _act(frame.verb, thing, phrases[many + 1 :], clause)
    before, name, _, _ = nouns_and_name(frame.object.words, clause)
    nouns = before.split()
    if name or not 0 < len(nouns) <= 3 or any(phrase.tie == "called" for phrase in frame.tied[:1]):
        return
    for at, phrase in enumerate(frame.tied, start=1):
        if phrase.tie not in _QUALIFY or not _is_named(phrase):
            continue
        thing = _tried(clause, [replace(phrase, tie=""), *_qualifiers(phrases[at + 1 :])])
        others = (*phrases[1:at], *phrases[at + 1 + len(_qualifiers(phrases[at + 1 :])) :])
        if thing is not None:
            for verb in ((frame.verb[0], *nouns), *([tuple(nouns)] if frame.verb[0] in _LIGHT else [])):
                yield from _act(verb, thing, others, clause)


def _may_qualify(phrase: Phrase, frame: VerbFrame) -> bool:
    """Whether it may tell which thing is meant: `with` does where a name alone stands behind it."""
    if phrase.tie == "saying":
        return frame.verb[0] not in _SAYS
    if phrase.tie == "to" and frame.verb[0] in _BRINGS:
        return False
    if phrase.tie != "with" or frame.verb[0] in _SAYS:
        return phrase.tie in _QUALIFY
    before, name, behind, _ = nouns_and_name(phrase.words, frame.clause)
    return bool(name) and not (before or behind)


def _is_named(phrase: Phrase) -> bool:
    return any(word[:1].isupper() or MARK.search(word) or word[:1].isdigit() for word in phrase.words.split())


def _qualifiers(phrases: Sequence[Phrase]) -> list[Phrase]:
    found: list[Phrase] = []
    for phrase in phrases:
        if phrase.tie not in ("of", "from", "by", "in", "called"):
            break
        found.append(phrase)
    return found


def _act(
    verb: tuple[str, ...], thing: Thing, rest: Sequence[Phrase], clause: Clause
) -> Iterator[Interpretation]:
    try:
        parts = parts_from(rest, clause)
    except NotRead:
        return
    deed = Deed(verb, stems(thing.kind, thing.tail, thing.name, *thing.also))
    if _TIME.fullmatch(thing.name):  # a time is no thing that something is done to
        return
    if deed.removes:
        thing = replace(thing, whole=True)
    yield Interpretation(ActOn(deed, thing, parts), thing)
