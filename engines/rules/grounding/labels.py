"""What a field is for, also where its author tied no label to it."""

from __future__ import annotations

import re

from browser.model.observation import Box, Element
from engines.rules.scene import Scene, is_text_field

_EXAMPLE = re.compile(r"\s*(?:e\.? ?g\.?|ex\.|for example|for instance)[\s,:]", re.IGNORECASE)
"""How a placeholder begins that shows what may be typed, and not what the field is for."""


def label_of(element: Element, scene: Scene) -> str:
    """The label of a field: what its author says, else the text beside or above it; "" where neither."""
    for words in (element.label, element.name, element.placeholder):
        if words.strip() and not _EXAMPLE.match(words):
            return words.strip()
    if heading := heading_of(element, scene):
        return heading
    nearest = _only_text_around(element, scene) or beside(element, scene)
    return (nearest.name or nearest.text).strip() if nearest else ""


def label_over_invitation(element: Element, scene: Scene) -> str:
    """The one text around a field of which its author says only what may be typed into it: `Search people`.

    "" where its author says more, or several texts or fields stand together: a search box has no label.
    """
    said_of_it = {words.strip() for words in (element.label, element.name) if words.strip()}
    if not element.placeholder.strip() or said_of_it - {element.placeholder.strip()}:
        return ""
    text = _only_text_around(element, scene)
    return text.name.strip() if text is not None else ""


def heading_of(element: Element, scene: Scene) -> str:
    """The heading of a section whose one editor of several lines a field is; "" where it is none."""
    if not (is_text_field(element) and _is_editor(element)):
        return ""
    place = scene.order[element.ref]
    headings = [e for e in scene.elements if e.role == "heading"]
    places = [scene.order[e.ref] for e in headings]
    above = [e for e, at in zip(headings, places, strict=True) if at < place]
    if not above:
        return ""
    section = range(
        scene.order[above[-1].ref], min((at for at in places if at > place), default=len(scene.elements))
    )
    editors = [e.ref for e in scene.fields if _is_editor(e) and scene.order[e.ref] in section]
    return above[-1].name.strip() if editors == [element.ref] else ""


def _is_editor(field: Element) -> bool:
    return "multiline" in field.states and "readonly" not in field.states


def _only_text_around(element: Element, scene: Scene) -> Element | None:
    """The one text of the smallest group that holds this field, no other field, and a text."""
    for group in scene.ancestors(element):
        inside = list(scene.inside(group))
        fields = [e for e in inside if is_text_field(e) and e.box]
        texts = [e for e in inside if e.role == "text" and not _in_control(e, scene)]
        texts = [e for e in texts if e.name.strip() != (element.value or "").strip()]  # it shows its value
        if len(fields) > 1 or len(texts) > 1:
            return None
        if texts:
            return texts[0] if len(texts[0].name) <= 60 else None
    return None


def _in_control(text: Element, scene: Scene) -> bool:
    return any(above.interactive and above.tag != "label" for above in scene.ancestors(text))


def beside(element: Element, scene: Scene) -> Element | None:
    """The text to the left of an element, or else the one just above it; None where there is none."""
    if element.box is None:
        return None
    best: tuple[float, Element] | None = None
    dialog = next((e for e in scene.ancestors(element) if _is_dialog(e)), None)
    for text in scene.texts:
        if dialog is not None and not scene.holds(dialog, text):
            continue  # it lies under the dialog
        if text.box is None or len(text.name) > 60 or scene.holds(element, text):
            continue
        if text.name.strip() == (element.value or "").strip():
            continue
        gap = _gap(text.box, element.box)
        if gap is not None and (best is None or gap < best[0]):
            best = (gap, text)
    return best[1] if best else None


def _is_dialog(element: Element) -> bool:
    return element.role in ("dialog", "alertdialog") or bool({"modal", "dialog"} & set(element.hints))


def _gap(text: Box, field: Box) -> float | None:
    """How far a label is from its field, None where it could not be its label."""
    middle = text.y + text.height / 2
    if field.y - 4 <= middle <= field.bottom + 4 and text.right <= field.x + 4:
        return 0.2 * (field.x - text.right)
    overlaps = text.x < field.right and text.right > field.x - 4
    if overlaps and text.bottom <= field.y + 4:
        gap = field.y - text.bottom
        return gap + 6 if gap < 60 else None
    return None
