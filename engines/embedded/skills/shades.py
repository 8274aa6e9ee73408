"""Colours that are chosen: all the shades of one hue, or a colour given to a colour field."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.actions import Click, Press, TypeText
from browser.observation import Element
from engines.embedded.course import Ambiguous, CannotDo, Course, Evidence, NotFound, act
from engines.embedded.grounding import looks
from engines.embedded.grounding.find import said
from engines.embedded.reading.clauses import Clause
from engines.embedded.scene import Scene, is_text_field
from engines.embedded.skills.base import Notes, Read

_NEAR = 40.0
"""Two colours nearer than this (of at most 441) are one and the same to a person."""


@dataclass(frozen=True, slots=True)
class ChooseShades:
    """Click everything that has a shade of one hue."""

    hue: str

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Click each once, and see that no other was touched."""
        swatches = [e for e in scene.elements if _is_swatch(e, scene)]
        wanted = [e for e in swatches if looks.hue_name(looks.colour_of(e)) == self.hue]
        if not wanted:
            raise NotFound(f"found nothing in a shade of {self.hue}")
        notes.unsubmitted = True
        scene = yield from act(*(Click(e.ref) for e in wanted))
        gone = [e for e in wanted if scene.get(e.ref) is None]
        if gone:
            raise CannotDo(f"{len(gone)} of the shades are gone after they were clicked")
        shades = ", ".join(looks.colour_of(e) for e in wanted)
        return Evidence(f"clicked {len(wanted)} shades of {self.hue}: {shades}", tuple(e.ref for e in wanted))


def _is_swatch(element: Element, scene: Scene) -> bool:
    """Something to be clicked that shows nothing but its colour."""
    if not (element.interactive and element.box and element.appearance and element.appearance.background):
        return False
    if element.role not in ("generic", "graphics-symbol", "option", "listitem", "img", "button", "cell"):
        return False
    return not scene.words_of(element) and not any(child.interactive for child in scene.children(element))


@dataclass(frozen=True, slots=True)
class PickColour:
    """Give a colour to the page's one colour field."""

    hex_colour: str

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Type its number, and see that the field shows the colour."""
        field = colour_field(scene)
        wanted = self.hex_colour
        sharp = field.input_type == "color" or (field.value or "").startswith("#")
        typed = TypeText(wanted if sharp else wanted[1:].upper(), field.ref)
        scene = yield from act(typed, Press("Tab"))
        aside = _plain_text(scene)
        if aside is not None and any("covered" in e.states for e in scene.elements):
            scene = yield from act(Click(aside.ref))  # a picker that stays open closes at a click beside it
        now = scene.get(field.ref)
        shown = (now.value or "") if now else ""
        if looks.distance(shown, wanted) > 1:
            raise CannotDo(f"{said(field)} shows {shown!r}, not {wanted}")
        notes.entered.append(field.ref)
        notes.unsubmitted = True
        return Evidence(f"{said(field)} shows {shown}", refs=(field.ref,))


def _plain_text(scene: Scene) -> Element | None:
    """A text that is in view and does nothing when it is clicked."""
    plain = [text for text in scene.texts if text.visible and text.role == "text"]
    return next(
        (text for text in plain if not any(above.interactive for above in scene.ancestors(text))), None
    )


def colour_field(scene: Scene) -> Element:
    """The one field that takes a colour: by its type, or because it holds a colour's number and shows it.

    Raises:
        NotFound, Ambiguous: None, or several.
    """
    fields = [e for e in scene.elements if e.box and (is_text_field(e) or e.input_type == "color")]
    fields = [e for e in fields if e.input_type == "color" or _shows_its_value(e)]
    if len(fields) != 1:
        raise (Ambiguous if fields else NotFound)(f"found {len(fields)} fields for a colour")
    return fields[0]


def _shows_its_value(field: Element) -> bool:
    value = (field.value or "").strip()
    if looks.rgb(value) is None:
        return False
    named = {"color", "colour", "picker", "colorpicker"} & set(field.hints)
    painted = field.appearance.background if field.appearance else ""
    return bool(named) or looks.distance(value, painted) < _NEAR


_SHADES = re.compile(r"^(?:all |every |each )?(?:of )?(?:the )?shades? of (?P<hue>[a-z]+)$", re.IGNORECASE)
_PICK = re.compile(
    r"^(?:the colou?r )?(?P<colour>#?\w+)(?: colou?r)? "
    r"(?:with|in|using|from|on) the colou?r ?(?:picker|wheel|field|chooser)$",
    re.IGNORECASE,
)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`select all the shades of blue`, `select red with the color picker`."""
    clause = clauses[0]
    if clause.verb not in ("choose", "click", "find"):
        return None
    shades = _SHADES.match(clause.rest)
    if shades:
        hue = shades["hue"].lower()
        return Read(ChooseShades(hue)) if hue in looks.HUES else None
    pick = _PICK.match(clause.spoken(clause.rest))
    if pick:
        colour = pick["colour"].lower()
        given = looks.COLOURS.get(colour) or (colour if colour.startswith("#") and looks.rgb(colour) else "")
        return Read(PickColour(given)) if given else None
    return None
