"""Reading single facts off a page: the value beside a label, a word of a text, the one text shown."""

from __future__ import annotations

from browser.observation import Element
from browser.values.words import ordinal
from engines.embedded.course import Ambiguous, NotFound
from engines.embedded.grounding.match import similarity
from engines.embedded.scene import Scene, fold, is_text_field


def value_of_label(scene: Scene, key: str) -> str:
    """What stands beside a label: in the next cell of its row, else to its right.

    Raises:
        NotFound: No such label, or nothing beside it.
    """
    labels = [text for text in scene.texts if similarity(key, text.name.rstrip(" :")) >= 0.9]
    for label in labels:
        value = _next_cell(scene, label) or _right_of(scene, label)
        if value:
            return value
    raise NotFound(f"found no value beside {key!r}")


def _next_cell(scene: Scene, label: Element) -> str:
    cell = next(
        (
            above
            for above in scene.ancestors(label)
            if above.role in ("cell", "rowheader", "gridcell", "term")
        ),
        None,
    )
    if cell is None:
        return ""
    siblings = [
        other
        for other in scene.elements
        if other.parent == cell.parent and other.role in ("cell", "gridcell", "definition")
    ]
    after = [other for other in siblings if scene.order[other.ref] > scene.order[cell.ref]]
    return scene.words_of(after[0]).strip() if after else ""


def _right_of(scene: Scene, label: Element) -> str:
    if label.box is None:
        return ""
    best: tuple[float, str] | None = None
    for text in scene.texts:
        if text.ref == label.ref or text.box is None:
            continue
        middle = text.box.y + text.box.height / 2
        gap = text.box.x - label.box.right
        if label.box.y <= middle <= label.box.bottom and gap >= -2 and (best is None or gap < best[0]):
            best = (gap, text.name)
    return best[1] if best else ""


def long_texts(scene: Scene) -> list[str]:
    """The paragraphs of a page and the contents of its text areas, in reading order."""
    found = []
    for element in scene.elements:
        if is_text_field(element) and "multiline" in element.states and element.value:
            found.append(element.value)
        elif element.role == "paragraph" and element.text:
            found.append(element.text)
    if not found:
        found = [text.name for text in scene.texts if len(text.name.split()) > 1]
    return found


def word_in_text(scene: Scene, nth: str, place: str) -> str:
    """The n-th (or last) word of the one text area or paragraph, without the punctuation around it.

    Raises:
        NotFound, Ambiguous: No such text or word, or several texts.
    """
    areas = [e for e in scene.elements if is_text_field(e) and "multiline" in e.states and e.value]
    texts = [e.value or "" for e in areas] if "area" in place else long_texts(scene)
    if len(texts) != 1:
        raise (Ambiguous if texts else NotFound)(f"there are {len(texts)} texts that {place!r} could mean")
    words = texts[0].split()
    at = ordinal(nth)
    if at is None or abs(at) > len(words):
        raise NotFound(f"there is no {nth} word among {len(words)}")
    return words[at - 1 if at > 0 else at].strip(".,;:!?\"'()")


def text_below(scene: Scene) -> str:
    """The one text that is shown and is no control's own.

    Raises:
        NotFound, Ambiguous: None, or several.
    """
    loose = [text for text in scene.texts if not any(above.interactive for above in scene.ancestors(text))]
    runs: list[list[Element]] = []
    for text in loose:
        if runs and _continues(scene, runs[-1][-1], text):
            runs[-1].append(text)
        else:
            runs.append([text])
    if len(runs) != 1:
        raise (Ambiguous if runs else NotFound)(
            f"there are {len(runs)} texts on the page that could be meant"
        )
    joined = [part.name for part in runs[0]]
    return "".join(joined) if all(len(part) == 1 for part in joined) else " ".join(joined)


def _continues(scene: Scene, before: Element, text: Element) -> bool:
    if before.box is None or text.box is None:
        return False
    overlap = min(before.box.bottom, text.box.bottom) - max(before.box.y, text.box.y)
    near = abs(text.box.x - before.box.right) < 12
    return overlap > 0 and near and fold(before.name) != "" and len(text.name) <= 3
