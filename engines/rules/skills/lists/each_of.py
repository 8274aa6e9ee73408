"""Doing one thing to each record of a list that fits: `archive all messages from Ann`, `approve both drafts`.

Those that fit are the records on which all that is said of them stands. They are named first, then the act is
done to one after the other, and the list is looked at again: those that had to go are gone, and none has come
up that fits as well. A list that goes on beyond the page is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

from browser.model.actions import Action
from browser.model.element_match import says_all
from browser.model.observation import Element
from browser.values.words import COUNT, count
from engines.rules.grounding.find import said, where
from engines.rules.grounding.titles import is_chosen
from engines.rules.reading.clauses import Clause
from engines.rules.reading.names import NotRead
from engines.rules.reading.things import PLACE_NOUNS, Thing
from engines.rules.reading.verb_frames import Phrase, VerbFrame, content_of, frame_of, nouns_and_name
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes, Read, Step
from engines.rules.skills.controls.saving import followed
from engines.rules.skills.exploring import explore, leads, without_count
from engines.rules.skills.records.acts.act_on import ActOn
from engines.rules.skills.records.locate import Deed, anchors, groups_around, stems
from engines.rules.skills.records.making.form_part import FormPart, values_from
from engines.rules.skills.records.making.tied import Tied
from engines.rules.skills.records.reach import press_record, to_its_kind
from engines.rules.skills.seek import pager
from engines.rules.step_generator import Ambiguous, CannotDo, Evidence, StepGenerator

_MOST = 30
"""So many records are done one after the other."""
_GOES = frozenset("archive delete remove erase dismiss trash withdraw decline reject".split())  # noqa: SIM905
"""Acts after which a record is no longer in the list it was in."""
_FAR = 80
"""Pixels; what stands so far beside a heading belongs to another list."""
_NAMES = re.compile(r"[^\W\d_]{2}")
_ROWS = ("row", "listitem", "article", "gridcell", "option")


@dataclass(frozen=True, slots=True)
class ActOnEach:
    """Do one thing to each record of a list that fits."""

    deed: Deed
    kind: str
    told: tuple[str, ...]
    """What stands on each of them."""
    place: str = ""
    """The list that they are in, as its heading calls it."""
    outer: str = ""
    """What that list is in."""
    parts: tuple[FormPart | Tied, ...] = ()
    count: int | None = None
    """How many there are, where the prompt says so."""

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Name those that fit, do it to each, and see that none that had to go is left."""
        scene, rows = yield from self._rows_somewhere(scene)
        names = self._names(rows, scene)
        if self.count not in (None, len(names)):
            raise CannotDo(f"{len(names)} {self.kind} fit, not {self.count}: {', '.join(names)}")
        if (onward := pager(scene)) is not None:
            raise CannotDo(f"the list goes on behind {said(onward)}: more of its {self.kind} may fit")
        if len(names) > _MOST or len(names) * 2 > scene.steps_left:
            raise CannotDo(f"{len(names)} {self.kind} fit, which are more than can be done one by one")
        for name in names:
            _, scene = yield from followed(self._one(name).carry_out(scene, notes), scene)
        if self.deed.words[0] in _GOES:
            scene = yield from to_its_kind(Thing("", self.kind), scene)
            if left := self._rows(scene):
                raise CannotDo(f"{len(left)} that fit are still there, or came up: {left[0].text[:60]!r}")
        return Evidence(f"{self.deed.said} was done to each of {len(names)}: {', '.join(names)}")

    def _one(self, name: str) -> Step:
        thing = Thing(name, also=self.told, exact=True)
        return ActOn(replace(self.deed, objects=self.deed.objects | stems(name)), thing, self.parts)

    def _rows_somewhere(
        self, scene: Scene
    ) -> Generator[tuple[Action, ...], Scene, tuple[Scene, list[Element]]]:
        if self.outer and not _heads(self.outer, scene):
            scene = yield from press_record(Thing(self.outer), scene, f"no {self.place!r}")
        scene = yield from to_its_kind(Thing("", self.kind), scene)
        words = " ".join((self.place, self.kind, *self.told))
        return (yield from explore(scene, lambda now: self._rows(now) or None, words))

    def _rows(self, scene: Scene) -> list[Element]:
        """The records that fit: in the list of this heading, with all that is said of them."""
        found = _below(self.place, scene) if self.place else []
        if not found and self.told and (not self.place or self._is_in_front(scene)):
            found = self._with_words(scene)
        return [row for row in found if all(says_all(one, row.text) for one in self.told)]

    def _is_in_front(self, scene: Scene) -> bool:
        """Whether the navigation marks the place as the one that is shown."""
        return any(is_chosen(e) for e in _heads(self.place, scene))

    def _with_words(self, scene: Scene) -> list[Element]:
        rows: dict[str, Element] = {}
        for anchor in anchors(Thing(self.told[0], also=self.told[1:], exact=True), scene):
            if leads(anchor, scene):
                continue
            for group in groups_around(anchor, scene):
                if group.role in _ROWS or len(scene.alike(group)) > 1:
                    rows[group.ref] = group
                    break
        return [*rows.values()]

    def _names(self, rows: Sequence[Element], scene: Scene) -> list[str]:
        """What each record is called: its heading or link, else its largest text.

        Raises:
            Ambiguous: Two are called the same.
        """
        names = [_title(row, self.told, scene) for row in rows]
        twice = next((name for name in names if not name or names.count(name) > 1), None)
        if twice is not None:
            raise Ambiguous(f"cannot tell those that fit from one another: {twice!r}")
        return names


def _title(row: Element, told: Sequence[str], scene: Scene) -> str:
    inside = [e for e in scene.inside(row) if e.box and _NAMES.search(e.name or "")]
    inside = [e for e in inside if not any(says_all(e.name, one) for one in told)]
    heads = [e for e in inside if e.role in ("heading", "link")]
    texts = [e for e in inside if e.role == "text"]
    texts.sort(key=lambda e: -(e.appearance.font_px if e.appearance else 0.0))
    return next((e.name for e in (*heads, *texts)), "")


def _below(place: str, scene: Scene) -> list[Element]:
    """The records of the one list that is headed so."""
    lists = [rows for head in _heads(place, scene) if (rows := _with_head(head, scene))]
    return lists[0] if len(lists) == 1 else []


def _heads(place: str, scene: Scene) -> list[Element]:
    """What is called as a place, but for the noun behind its name."""
    bare = re.sub(r" (?:list|column|folder|section|tab|board|inbox|calendar)$", "", place)
    wanted = {place.casefold(), bare.casefold()}
    heads = where(scene, lambda e: without_count(e.name or e.text).strip().casefold() in wanted)
    return scene.innermost(heads)


def _with_head(head: Element, scene: Scene) -> list[Element]:
    """The records of the smallest group that holds a heading and some records."""
    for group in scene.ancestors(head):
        rows: dict[str, Element] = {}
        for text in scene.inside(group):
            if text.role not in ("text", "heading", "link") or scene.holds(head, text):
                continue
            around = [one for one in scene.records_around(text) if scene.holds(group, one)]
            around = [one for one in around if one.ref != group.ref and one.role != head.role]
            if around and not scene.holds(around[-1], head):
                rows[around[-1].ref] = around[-1]
        if rows:
            loose = [e for e in scene.inside(group) if not any(scene.holds(row, e) for row in rows.values())]
            later = [e for e in loose if _is_like(head, e) and scene.order[e.ref] > scene.order[head.ref]]
            end = min((scene.order[e.ref] for e in later), default=len(scene.order))
            return [e for e in rows.values() if scene.order[head.ref] < scene.order[e.ref] < end]
    return []


def _is_like(head: Element, other: Element) -> bool:
    """Whether something heads another list as this one is headed: built so, and not on the same line."""
    same = (head.role, head.tag, head.hints) == (other.role, other.tag, other.hints)
    apart = (
        not (head.box and other.box) or head.box.bottom <= other.box.y or other.box.x - head.box.right > _FAR
    )
    return same and head.ref != other.ref and apart


_EACH = re.compile(
    rf"(?:(?:all|each|every|both)(?: one)?(?: of)?(?: (?:the|my|our|your))?(?: (?P<many>{COUNT}))?"
    rf"|(?:the|my|our|your) (?P<few>{COUNT})) (?P<words>[a-z].*)"
)
_OF_LISTS = PLACE_NOUNS | {"list", "column", "folder", "inbox", "board", "section", "channel", "calendar"}
_TELL = frozenset({"from", "by", "about", "regarding", "for", "with"})
_IN = frozenset({"in", "on", "of", "under"})


def read(clauses: Sequence[Clause]) -> Read | None:
    """`archive all messages from Ann Lee`, `mark every order by Bo as shipped`, `approve the two drafts`."""
    clause = clauses[0]
    words = clause.rest if clause.verb else clause.masked.partition(" ")[2]
    said_so = _EACH.fullmatch(words.strip(" ,.:;"))
    if said_so is None:
        return None
    number = count(said_so["many"] or said_so["few"] or "")
    verb = clause.word or clause.masked.partition(" ")[0].lower()
    frame = frame_of(replace(clause, verb=clause.verb or verb, word=verb, rest=f"the {said_so['words']}"))
    return Read(_step(frame, 2 if words.startswith("both") else number))


def _step(frame: VerbFrame, number: int | None) -> ActOnEach:
    clause = frame.clause
    before, name, behind, also = nouns_and_name(frame.object.words, clause)
    nouns = f"{before} {behind}".split()
    if not nouns or also:
        raise NotRead(clause.rest, clause)
    told = [*nouns[:-1], *filter(None, (name, content_of(frame.object.aside, clause)))]
    place = outer = ""
    rest: list[Phrase] = []
    for at, phrase in enumerate(frame.tied):
        if phrase.tie in _IN and not place and _is_list(phrase, clause):
            place = _bare(phrase, clause)
        elif phrase.tie in _IN and place and not outer:
            outer = _bare(phrase, clause)
        elif phrase.tie in _TELL | _IN:
            told.append(content_of(phrase.words, clause))
        else:
            rest = [*frame.tied[at:]]
            break
        told += filter(None, (content_of(phrase.aside, clause),))
    if not told and not place:
        raise NotRead(clause.rest, clause)
    words = frame.verb
    if words == ("mark",) and rest and rest[0].tie == "as":
        words, rest = ("mark", "as", *rest[0].words.split()), rest[1:]
    deed = Deed(words, stems(*nouns))
    return ActOnEach(deed, " ".join(nouns), tuple(told), place, outer, values_from(rest, clause), number)


def _bare(phrase: Phrase, clause: Clause) -> str:
    return clause.spoken(re.sub(r"^(?:the|my|our|your) ", "", phrase.words))


def _is_list(phrase: Phrase, clause: Clause) -> bool:
    return phrase.words.split()[-1] in _OF_LISTS or phrase.words.startswith(("#", "‹", "the #"))
