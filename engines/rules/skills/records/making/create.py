"""Making a record: `create a new label called "Urgent" with the colour "Red"`, `add a tag named "sea"`.

What begins it is a control that is called by the act and the kind; what comes up then is filled in from the
sentence, and kept by the one button that does. The new name has to be seen on the page after that.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from browser.model.element_match import fold, says_all, unabbreviated, words_of
from browser.model.observation import Element
from engines.rules.grounding.find import said, where
from engines.rules.grounding.labels import label_of
from engines.rules.outcome import says_done
from engines.rules.reading.clauses import Clause
from engines.rules.reading.closed_words import is_closed
from engines.rules.reading.names import NotRead, name_in
from engines.rules.reading.values.days import date
from engines.rules.reading.values.fillings import VALUE, fillings_in
from engines.rules.reading.values.pairs import pairs_in
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.base import Notes, Read
from engines.rules.skills.controls import assign
from engines.rules.skills.controls.assign import Assign
from engines.rules.skills.controls.fields import fill
from engines.rules.skills.controls.saving import the_save_button
from engines.rules.skills.records.locate import stem, stems
from engines.rules.skills.records.making.beginning import MAKES, Beginning, Begun
from engines.rules.skills.records.making.filling import FormFilling, Value, is_button
from engines.rules.skills.records.making.form_part import FormPart
from engines.rules.skills.records.making.moments import Occasion
from engines.rules.skills.records.making.placing import name_fields
from engines.rules.skills.records.making.tied import OF_KIND, Tied
from engines.rules.step_generator import CannotDo, Evidence, NotFound, StepGenerator

_KEEPS = MAKES | {"save"}
_LOSES = stems("cancel delete remove discard close clear")
_NAMES = ("name", "title", "label", "subject", "summary")
"""What a field is called that takes the name of a thing."""
_INVITES = stems("add enter type new your the")
"""Words of a placeholder that say no more than that something is to be typed: `Add title`."""


@dataclass(frozen=True, slots=True)
class Create:
    """Make a record of a kind, with a name and values."""

    kind: str
    name: str
    """"" where it has none: then the page has to show the values."""
    values: tuple[Value, ...] = ()
    verbs: frozenset[str] = frozenset()
    """What the control that begins it may be called, beside `new`, `add` and `create`."""

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Press what begins it, fill in what comes up, keep it, and see it on the page."""
        return (yield from self.made((yield from self.beginning.begun(scene)), notes))

    def made(self, begun: Begun, notes: Notes) -> StepGenerator:
        """Fill in the form that came up, keep it, and see what it is about on the page."""
        before, scene = begun.before, begun.scene
        seen_as = [word for word in ((self.name,) if self.name else self._texts()) if word]
        if self.name and _shows(self.name, before):
            raise CannotDo(f"{self.name!r} stands on the page before a {self.kind} of this name was made")
        was = {word: _times(word, before) for word in seen_as}
        filling = FormFilling(before, begun.form, self.verbs)
        if self.name:
            named = self._name_fields(filling.new(scene), scene)
            scene = yield from filling.given(fill(named, scene, notes), scene)
        values = (
            *(self._values_of_kind(begun.opener, before, filling.came(scene), scene) if begun.opener else ()),
            *self.values,
        )
        scene = yield from filling.completed(values, self._keeper, scene, notes)
        shown = [word for word in seen_as if _times(word, scene) > was[word]]
        message = says_done(before, scene, self.kind.split()[-1])
        taken = filling.is_gone(scene) or self._heads_now(filling.kept_from or before, scene)
        if not taken or not (shown or message):
            raise CannotDo(f"the page does not show that a {self.kind} {self.name!r} was made")
        seen = f"the page shows {shown[0]!r}" if shown else f"the page says {message!r}"
        return Evidence(f"{'; '.join(filling.told)}; {seen}")

    def _heads_now(self, before: Scene, scene: Scene) -> bool:
        """Whether its name heads the page since the form was kept: the form has become its own view."""
        named = [e for e in where(scene, lambda e: e.role == "heading") if (e.name or e.text) == self.name]
        was = where(before, lambda e: e.role == "heading" and (e.name or e.text) == self.name)
        return bool(self.name and named and not was)

    def _values_of_kind(
        self, opener: Element, before: Scene, came: Container[str], scene: Scene
    ) -> list[FormPart]:
        """What the form is to be given for the words of the kind that what opened it does not say.

        The form has to have a place for each of them: else it may be a form for something else.
        """
        said_words = stems(opener.name, opener.text, opener.description) | {*opener.hints}
        said_words |= stems(_heading_over(opener, before))
        words = [word for word in self.kind.split()[:-1] if stem(word) not in said_words]
        found = []
        while words:
            two = FormPart(tuple(words[:2]), tie=OF_KIND)
            both = len(words) > 1 and two.is_labelled(came, scene)  # `high priority`
            found.append(two if both else FormPart((words[0],), tie=OF_KIND))
            words = words[len(found[-1].tokens) :]
        return found

    def _texts(self) -> list[str]:
        """The names among the values: what the page can be expected to show as it was said."""
        values = [v.part.values[0] for v in self.values if isinstance(v, Tied) and v.part.tie]
        values += [v.values[0] for v in self.values if isinstance(v, FormPart) and v.quoted]
        return [value for value in values if re.match(r"[A-Z]", value) and date(value) is None]

    def is_offered(self, scene: Scene) -> bool:
        """Whether a page has what begins it."""
        return self.beginning.is_offered(scene)

    @property
    def beginning(self) -> Beginning:
        """How one is begun."""
        return Beginning(self.kind, self.verbs)

    def _name_fields(self, new: Sequence[Element], scene: Scene) -> list[tuple[Element, str]]:
        """The field for the name, or the two for its first and its last word, with what each is given."""
        if two := name_fields(self.name, new, scene):
            return two
        fields = [e for e in new if is_text_field(e) and e.enabled]
        fields = [e for e in fields if not e.value] or fields
        names = {*_NAMES, *stems(self.kind), f"{self.kind}name"}
        named = [e for e in fields if stems(label_of(e, scene)) & names]
        only = [e for e in named if stems(label_of(e, scene)) - _INVITES <= names]
        labels = {label for value in self.values for label in _labels_of(value)}
        left = [
            e
            for e in fields
            if not any(says_all(label, unabbreviated(label_of(e, scene))) for label in labels if label)
        ]
        for some in (only, named, fields, left):
            if len(some) == 1:
                return [(some[0], self.name)]
        raise NotFound(f"found {len(named)} fields for the name of a {self.kind} among {len(fields)}")

    def _keeper(self, new: Sequence[Element]) -> Element:
        buttons = [e for e in new if is_button(e) and not _LOSES & stems(e.name or e.text)]
        made = [e for e in buttons if self.beginning.is_called(e) or fold(e.name or e.text) in MAKES]
        made = made or [e for e in buttons if self.beginning.is_for_such(e, _KEEPS)]
        named = [e for e in buttons if stems(self.kind) < stems(e.name or e.text)]
        acted = [e for e in buttons if stems(*words_of(e.name or e.text)[:1]) & stems(*self.verbs)]
        saving = [e for e in (the_save_button(new),) if e is not None]
        keep = next((some[0] for some in (made, named, saving, acted) if len(some) == 1), None)
        if keep is None or not keep.enabled or len(made) > 1:
            raise NotFound(
                f"found no one button that keeps the {self.kind}: {', '.join(map(said, new)) or 'none'}"
            )
        return keep


def _heading_over(opener: Element, scene: Scene) -> str:
    """What the section is headed by in which a control begins a thing: `Life stages` over `Add stage`."""
    for group in scene.ancestors(opener):
        heads = [e for e in scene.inside(group) if e.role == "heading"]
        if heads:
            above = [e for e in heads if scene.order[e.ref] < scene.order[opener.ref]]
            return (above[-1].name or above[-1].text) if above else ""
    return ""


def _labels_of(value: Value) -> tuple[str, ...]:
    if isinstance(value, Occasion):
        return ()
    if isinstance(value, FormPart):
        return tuple(label for label, _ in value.splits())
    return (value.label if isinstance(value, Assign) else value.part.label,)


def _shows(name: str, scene: Scene) -> bool:
    return _times(name, scene) > 0


def _times(name: str, scene: Scene) -> int:
    """How many texts of a page say a name."""
    return sum(name in text.name for text in scene.texts)


_MAKE = re.compile(
    r"^(?:an? )?(?:new )?(?P<kind>[A-Za-z]+(?:[ -](?!called|named|titled|labell?ed|with)[a-z]+){0,2}) "
    r"(?:(?:(?:called|named|titled|labell?ed)|with the (?:name|title|label)) (?P<name>‹\d+›|[\w-]+)"
    r"|(?P<quoted>‹\d+›))"
    r"(?: (?:in|under) the (?P<group>‹\d+›|[A-Za-z]+) (?P<grouping>[a-z]+))?"
    r"(?:,? (?:and|with) (?P<values>.+))?$"
)


_CALLED = r"called|named|titled|entitled"
_BARE = r"[a-z][\w-]*"
_WITH = (
    re.compile(
        r"an? (?:new )?(?P<kind>(?:[A-Za-z]+ ){1,2}[a-z]+) for "
        r"(?P<name>‹\d+›|[A-Z][\w'’-]*(?: [A-Z\d][\w'’-]*)*(?: [a-z]+)?)(?P<rest> with .+)"
    ),
    re.compile(
        rf"(?i:an?|the|another) (?:new )?(?P<kind>[a-z]+(?: [a-z]+)?) (?:{_CALLED}) (?P<name>{VALUE}|{_BARE})"
        r"(?P<rest>(?:,| ).+)?"
    ),
    re.compile(
        r"(?i:an?|the|another) (?:new )?(?P<kind>[a-z]+) (?P<name>‹\d+›|[A-Z][\w'’-]*(?: [A-Z][\w'’-]*)*)"
        r"(?P<rest>(?:,| ).+)?"
    ),
    re.compile(
        r"the (?:new )?(?P<kind>[a-z]+) (?P<name>(?!(?:of|to|for|by|from|in|on|at|with)\b)[a-z][\w-]*)"
        r"(?P<rest> with .+)"
    ),
    re.compile(r"an? (?:new )?(?P<kind>[a-z]+)(?P<name>)(?P<rest> (?:of|for|to|by) .+)"),
    re.compile(rf"(?P<name>{VALUE}) as (?:an?|the) (?:new )?(?P<kind>[a-z]+(?: [a-z]+)?)(?P<rest> with .+)?"),
)
"""What is made, its name, and what it is made with."""


def read(clauses: Sequence[Clause]) -> Read | None:
    """`create a new label called "Urgent"`, `add the book Salt by Ann Lee, published 3 March 2024`."""
    clause = clauses[0]
    if clause.word not in ("create", "add"):
        return None
    match = _MAKE.fullmatch(clause.rest)
    if match is None or match["values"]:
        try:
            if (step := _read_with_parts(clause)) is not None:
                return Read(step)
        except NotRead:
            if match is None:
                raise
    if match is None:
        return None
    if any(is_closed(word) for word in match["kind"].split()):
        raise NotRead(clause.rest, clause)
    values = (
        [Assign(label, (value,)) for label, value in pairs_in(match["values"], clause)]
        if match["values"]
        else []
    )
    if match["group"]:
        values.insert(0, Assign(match["grouping"], (clause.spoken(match["group"]),)))
    used = 1
    while used < len(clauses) and clauses[used].join == "and" and clauses[used].word == "set":
        also = assign.read(clauses[used:])
        if also is None or not isinstance(also.step, Assign):
            break
        values.append(replace(also.step, saves=False))
        used += also.used
    return Read(Create(match["kind"], name_in(match["name"] or match["quoted"], clause), tuple(values)), used)


def _read_with_parts(clause: Clause) -> Create | None:
    for pattern in _WITH:
        match = pattern.fullmatch(clause.rest)
        if match is None or is_closed(match["kind"].split()[0]):
            continue
        parts = fillings_in(match["rest"], clause) if match["rest"] else ()
        name = clause.spoken(match["name"])
        if is_closed(name) or not (name or parts):
            raise NotRead(clause.rest, clause)
        return Create(match["kind"], name, tuple(map(Tied, parts)))
    return None
