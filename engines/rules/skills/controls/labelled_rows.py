"""Rows of a label, its value, and the control that opens what changes it.

Such a row may show its control only once it is pointed at; a label in the plural has several values.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import dataclass

from browser.model.actions import Action, Hover
from browser.model.element_match import fold, words_of
from browser.model.observation import Element
from browser.model.roles import CHECK_ROLES
from engines.rules.grounding.find import where
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.exploring import ACTS
from engines.rules.step_generator import Ambiguous, act

_EDITS = frozenset({"edit", "pencil", "change", "set", "add", "assign", "choose", "+", "✎"})
"""Words and signs on a control that opens the editor of what stands beside it."""
_LETTER = re.compile(r"[^\W\d_]")
_NOTHING = frozenset(
    {
        "",
        "none",
        "nothing",
        "nobody",
        "no one",
        "-",
        "–",
        "—",
        "n/a",
        "not set",
        "unset",
        "empty",
        "unassigned",
    }
)
"""How a page says that a part has no value."""
_LONGEST_VALUE = 300
"""Characters; what says more is no row of one label."""
TOLD = ("status", "log", "alert")
"""Roles of places that tell what happened; they show no value."""

_Opening = Generator[tuple[Action, ...], Scene, tuple[Scene, Element | None]]


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """A label with the value that the page shows for it."""

    label: Element
    group: Element
    """What holds the label, the value, and the control that changes it."""

    def value(self, scene: Scene) -> str:
        """The words of the value."""
        return " ".join(self._texts(scene)).strip(" :")

    def shows(self, one: str, scene: Scene) -> bool:
        """Whether one of the values is this, to the letter: `wet` is none where only `wet rot` stands."""
        texts = [part for text in self._texts(scene) for part in re.split(r"[,;•·]\s*", text)]
        texts = [fold(text.strip(" :")) for text in texts]
        runs = (texts[at:end] for at in range(len(texts)) for end in range(at + 1, len(texts) + 1))
        return any(" ".join(run) == fold(one) for run in runs)

    def _texts(self, scene: Scene) -> list[str]:
        outer = [e for e in scene.inside(self.group) if opens_editor(e)]
        texts = [e for e in scene.inside(self.group) if e.role == "text" and e.box]
        own = [e for e in texts if e.ref != self.label.ref and not any(scene.holds(o, e) for o in outer)]
        return [e.name.strip() for e in own]


def rows_called(label: str, scene: Scene) -> list[LabelledRow]:
    """The rows of this label, be it in the singular or the plural, in reading order."""
    texts = [e for e in scene.texts if _stems(e.name) == _stems(label)]
    return [row for e in texts if _is_label(e, scene) and (row := _row(e, scene)) is not None]


def the_row(label: str, scene: Scene, known: frozenset[str] = frozenset()) -> LabelledRow | None:
    """The one row of this label; None where there is none.

    Args:
        label: In the singular or the plural.
        scene: The page.
        known: Refs of what is left out of it.

    Raises:
        Ambiguous: There are several.
    """
    rows = [row for row in rows_called(label, scene) if row.label.ref not in known]
    if len(rows) > 1:
        raise Ambiguous(f"{len(rows)} parts of the page are called {label!r}")
    return rows[0] if rows else None


def _stems(words: str) -> list[str]:
    return [word.removesuffix("s") if len(word) > 3 else word for word in words_of(words)]


def _is_label(text: Element, scene: Scene) -> bool:
    """Whether a text labels what stands beside it.

    It is none where it heads a column, and where it is a control's own name, be it with a number of things.
    """
    return not any(
        above.role in ("columnheader", "option", "navigation", "tablist", *TOLD)
        or (above.interactive and not _LETTER.search(above.text.replace(text.name, "", 1)))
        for above in scene.ancestors(text)
    )


def _row(label: Element, scene: Scene) -> LabelledRow | None:
    """The smallest group around a label that shows a value; what holds a second editor is too large."""
    least: Element | None = None
    for above in scene.ancestors(label):
        if sum(map(opens_editor, scene.inside(above))) > 1 or len(above.text) > _LONGEST_VALUE:
            break
        least = above
        if LabelledRow(label, above).value(scene):
            break
    return LabelledRow(label, least) if least is not None else None


def opens_editor(element: Element) -> bool:
    """Whether a control is called by what opens an editor; the author's words count where it has none."""
    if not element.interactive or is_text_field(element):
        return False
    words = {*fold(element.name or element.text).split(), *fold(element.description).split()}
    says_words = any(_LETTER.search(word) for word in words)
    return bool(_EDITS & (words if says_words else words | set(element.hints)))


def opener_of(row: LabelledRow, scene: Scene) -> _Opening:
    """What opens the editor of a row, be it that it comes up once the row is pointed at; else None."""
    found = _opener(row, scene)
    if found is None:
        scene = yield from act(Hover(row.group.ref))
        found = _opener(row, scene)
    return scene, found


def _opener(row: LabelledRow, scene: Scene) -> Element | None:
    controls = [e for e in scene.inside(row.group) if e.interactive and e.box and e.enabled]
    edits = [e for e in controls if opens_editor(e)]
    outer = scene.outermost(controls)
    plain = [e for e in outer if not e.href and not is_text_field(e) and e.role not in CHECK_ROLES]
    shows = [e for e in plain if _shows_the_value(e, row, scene)] if len(plain) == 1 else []
    for some in (edits, shows):
        if len(some) == 1:
            return some[0]
    return None


def _shows_the_value(control: Element, row: LabelledRow, scene: Scene) -> bool:
    """Whether a control shows the value of a row, and is not called by an act upon it."""
    words = words_of(control.name or control.text)
    own = " ".join(e.name.strip() for e in scene.inside(control) if e.role == "text") or control.text
    return bool(words) and words[0] not in ACTS and fold(own) == fold(row.value(scene))


def is_nothing(value: str, label: str) -> bool:
    """Whether these words say that a part has no value: `none`, or of a tag `no tag`."""
    words = fold(value)
    return words in _NOTHING or (words.startswith("no ") and _stems(words)[1:] == _stems(label))


def buttons_called(label: str, scene: Scene, known: frozenset[str]) -> list[Element]:
    """The controls that are called by a label, alone or with a word such as "set" or "edit"."""
    asked = _stems(label)
    found = where(
        scene,
        lambda e: (
            e.interactive
            and e.enabled
            and e.ref not in known
            and not is_text_field(e)
            and not e.href
            and e.role not in CHECK_ROLES
            and any(
                [w for w in _stems(name) if w not in _EDITS and w not in ("to", "as")] == asked
                for name in (e.name or e.text, e.description)
            )
        ),
    )
    return scene.outermost(found)
