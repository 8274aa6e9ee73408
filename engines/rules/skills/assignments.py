"""Controls and their values as a person says them: `choose a suite as the room type and sauna as extras`,
`set the interests to hiking and food, the number of guests to 4`, `the return date is 15 January 2027`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from engines.rules.reading.clauses import Clause
from engines.rules.reading.closed_words import is_closed
from engines.rules.reading.names import MARK, NotRead, is_adverb, names_in
from engines.rules.reading.things import label_in
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes, Read
from engines.rules.skills.controls.assign import Assign
from engines.rules.skills.controls.choice import Choose
from engines.rules.skills.controls.saving import followed
from engines.rules.skills.controls.sources import prose_in, value_in
from engines.rules.step_generator import Evidence, StepGenerator


@dataclass(frozen=True, slots=True)
class AssignEach:
    """Bring several controls to their values, one after the other."""

    settings: tuple[Assign, ...]

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Set each of them."""
        told: list[Evidence] = []
        for setting in self.settings:
            evidence, scene = yield from followed(setting.carry_out(scene, notes), scene)
            told.append(evidence)
        return Evidence(
            "; ".join(one.said for one in told), refs=tuple(ref for one in told for ref in one.refs)
        )


_ARTICLE = r"(?:the |an? |my |your |its )?"
_NOUNS = r"[a-z]+(?: [a-z]+){0,3}"
_NEXT = re.compile(rf",? and (?={_ARTICLE}{_NOUNS} to )|, (?={_ARTICLE}{_NOUNS} to )")
_TO = re.compile(rf"{_ARTICLE}(?P<label>{_NOUNS}?) to (?P<value>.+)")
_IS = re.compile(rf"(?i:the|my|its) (?P<label>{_NOUNS}) (?:is|are|should be|shall be|must be) (?P<value>.+)")
_GIVEN = re.compile(r"\d+ [a-z]+(?: [a-z]+)?")
_WRITTEN = re.compile(rf"(?P<value>.+) as (?:the |its |my )(?P<label>{_NOUNS})")
_REPLACED = re.compile(rf"(?:the |its |my )(?P<label>{_NOUNS}) (?:with|to|by) (?P<value>.+)")
_IN_SETTINGS = re.compile(
    r" (?:in|on|under) (?:the )?(?:[A-Z]\w* )*(?:Settings|Preferences|Options|Profile|Account)$"
)
"""Where a control is, behind its value: that is no part of a text."""
_CODE_SIGN = re.compile(r"[=(){}\[\]<>;]")
_OF_SENTENCES = frozenset(
    "i we you he she it they is are was were am have has had do does did will would can could should must "  # noqa: SIM905
    "please thanks".split()
)
"""Words that make a text a sentence, to which its full stop belongs."""
_OF_A_NUMBER = ("number of ", "amount of ")


def read(clauses: Sequence[Clause]) -> Read | None:
    """`X as the L and Y as the M`, `set L to X, M to Y`, `the L is X`, `give 4 stars`, `write X as the L`."""
    clause = clauses[0]
    if clause.verb == "" and not clause.join and (match := _IS.fullmatch(clause.rest)):
        return Read(_assign(match["label"], match["value"], clause))
    if clause.word == "give" and _GIVEN.fullmatch(clause.rest):
        return Read(Choose((clause.rest,)))
    if clause.word == "set" and (read_settings := _read_settings(clause, ends=len(clauses) == 1)) is not None:
        return read_settings
    if clause.verb == "choose":
        return _read_choices(clause)
    if clause.word in ("write", "enter", "type") and (match := _WRITTEN.fullmatch(clause.rest)):
        return _text(match, clause)
    if clause.word in ("replace", "change", "set") and (match := _REPLACED.fullmatch(clause.rest)):
        return _code(match, clause) or _text(match, clause, saves=len(clauses) == 1)
    return None


def _read_settings(clause: Clause, *, ends: bool) -> Read | None:
    """`set the interests to hiking and food, the number of guests to 4`: more than one can say to be set."""
    parts = [_TO.fullmatch(part) for part in _NEXT.split(clause.rest)]
    found = [part for part in parts if part is not None]
    if len(found) < len(parts) or not found:
        return None
    if len(found) == 1 and " and " not in found[0]["value"]:
        return None
    settings = [_assign(part["label"], part["value"], clause) for part in found]
    return _several([*settings[:-1], replace(settings[-1], ends=ends)])


def _read_choices(clause: Clause) -> Read | None:
    """`a suite as the room type and breakfast and sauna as extras`."""
    values, *parts = clause.rest.split(" as ")
    settings: list[Assign] = []
    for at, part in enumerate(parts):
        label, after = part, ""
        if at + 1 < len(parts):
            cut = re.search(r",? and |, ", part)
            if cut is None:
                raise NotRead(part, clause)
            label, after = part[: cut.start()], part[cut.end() :]
        settings.append(_assign(re.sub(rf"^{_ARTICLE}", "", label), values, clause))
        values = after
    return _several(settings) if settings else None


def _several(settings: Sequence[Assign]) -> Read:
    return Read(settings[0] if len(settings) == 1 else AssignEach(tuple(settings)))


def _assign(label: str, values: str, clause: Clause) -> Assign:
    for noun in _OF_A_NUMBER:
        label = label.removeprefix(noun)
    first, *more = label.split() or [""]
    if not re.fullmatch(_NOUNS, label) or is_closed(first) or any(map(_limits, more)):
        raise NotRead(label, clause)
    if MARK.search(values) or not re.search(r" and |, ", values):
        return Assign(label_in(label, clause), (value_in(re.sub(r"^an? ", "", values), clause),))
    return Assign(label_in(label, clause), names_in(values, clause, told=True))


def _limits(word: str) -> bool:
    """Whether a word behind a noun may say how or when an act is done, and not what a control is called."""
    return is_closed(word) or is_adverb(word) or re.fullmatch(r"\w{2,}ing", word) is not None


def _code(match: re.Match[str], clause: Clause) -> Read | None:
    """A value with signs of code, or with a semicolon behind it: that is part of it in an editor for code."""
    value = match["value"]
    if MARK.search(value) or not (clause.ended or _CODE_SIGN.search(value)):
        return None
    label = label_in(match["label"], clause)
    try:
        return Read(Assign(label, (value_in(value, clause),), code=value + clause.ended))
    except NotRead:
        return Read(Assign(label, (value,), prose=True, code=value + clause.ended))


def _text(match: re.Match[str], clause: Clause, *, saves: bool = False) -> Read | None:
    """A text that is no name; it is only typed into what takes more than a name."""
    if MARK.search(match["value"]) or any(map(is_closed, match["label"].split())):
        return None
    if _IN_SETTINGS.search(match["value"]):
        return None
    try:
        value_in(match["value"], clause)
    except NotRead:
        value = prose_in(match["value"], clause, ended=match["value"] == match[0].split(" as ")[0])
        is_sentence = not _OF_SENTENCES.isdisjoint(value.casefold().split())
        value += clause.stop if is_sentence and match[0].endswith(match["value"]) else ""
        return Read(Assign(label_in(match["label"], clause), (value,), saves=saves, prose=True))
    return None
