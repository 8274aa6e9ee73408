"""Which element a description means: candidates by name, kind and look, ranked, with a margin between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from browser.model.element_match import STRONG, WEAK, Match, called, name_score, rivals, similarity, words_of
from browser.model.observation import Element
from engines.rules.grounding import looks
from engines.rules.grounding.kinds import fits_kind
from engines.rules.grounding.labels import label_of
from engines.rules.reading.phrases import Description
from engines.rules.scene import Scene, is_text_field
from engines.rules.step_generator import Ambiguous, NotFound

_MARGIN = 0.03
"""Two candidates closer than this cannot be told apart."""
_MOST_NAMED = 3
"""So many elements that have some of the words are named in a refusal."""


def find(what: Description, scene: Scene, among: Iterable[Element] | None = None) -> Element:
    """The one element that is meant.

    Raises:
        NotFound: Nothing fits well enough.
        Ambiguous: Two fit equally well and differ.
    """
    return choose(what, ranked(what, scene, among), scene)


def find_all(what: Description, scene: Scene) -> list[Element]:
    """Every element that fits about as well as the best one, in reading order."""
    found = [match.element for match in rivals(ranked(what, scene), 0.1)]
    return sorted(found, key=lambda element: scene.order[element.ref])


def choose(what: Description, matches: list[Match], scene: Scene) -> Element:
    """The one that is meant among ranked candidates; raises as `find` does."""
    if not matches:
        raise NotFound(f"found nothing on the page that fits {quoted(what)}{_nearest(what, scene)}")
    if what.ordinal is not None:
        return _nth(what, [match.element for match in rivals(matches, 0.1)], scene)
    close = _rivals(what, matches, scene)
    if what.exact:  # to the letter before but for capitals
        close = [e for e in close if what.name in (e.name.strip(), e.text.strip())] or close
    if "all" not in words_of(what.text):  # who wants all says so
        close = [e for e in close if "all" not in words_of(called(e))] or close
    others = [element for element in close[1:] if not interchangeable(close[0], element)]
    if others and not what.any:
        raise Ambiguous(
            f"cannot tell which is meant by {quoted(what)}: {said(close[0])} or {said(others[0])}"
        )
    return min(close, key=lambda element: scene.order[element.ref])


def _rivals(what: Description, matches: list[Match], scene: Scene) -> list[Element]:
    """The matches that fit as well as the best; the number of further words in a name does not count."""
    best = _name_part(what, matches[0].element, scene) if what.name else 1.0
    if best >= STRONG:
        return [match.element for match in rivals(matches, _MARGIN)]
    beyond_name = matches[0].score - best
    return [
        match.element
        for match in matches
        if match.score - _name_part(what, match.element, scene) >= beyond_name - _MARGIN
    ]


def _nearest(what: Description, scene: Scene) -> str:
    """What is called by some of the words, to be named in a refusal; "" where nothing is."""
    asked = {word for word in words_of(what.name) if len(word) > 2 and word != "the"}
    shares = [
        (-len(asked & set(words_of(called(element)))), scene.order[element.ref], element)
        for element in where(scene, lambda element: element.interactive)
    ]
    near = dict.fromkeys(said(element) for count, _, element in sorted(shares, key=lambda s: s[:2]) if count)
    return f"; the nearest are {', '.join(list(near)[:_MOST_NAMED])}" if near else ""


def _nth(what: Description, elements: list[Element], scene: Scene) -> Element:
    place = what.ordinal or 1
    inline = sorted(elements, key=lambda element: scene.order[element.ref])
    if place > len(inline) or place == 0:
        raise NotFound(f"there are only {len(inline)} of {quoted(what)}")
    return inline[place - 1] if place > 0 else inline[place]


def ranked(what: Description, scene: Scene, among: Iterable[Element] | None = None) -> list[Match]:
    """Every element that could be meant, best first."""
    pools = [among] if among is not None else _pools(what.within, scene)
    for pool in pools:
        seen = by_look(what, [element for element in pool if element.box is not None], scene)
        matches = [Match(element, score) for element in seen if (score := _score(what, element, scene)) > 0]
        if matches:
            break
    else:
        return []
    matches = _innermost(matches, scene)
    return sorted(matches, key=lambda match: (-round(match.score, 3), scene.order.get(match.element.ref, 0)))


def _pools(outer: Description | None, scene: Scene) -> Iterator[Iterable[Element]]:
    """Where to look, one place after the other: in what is named, then in the record that it belongs to.

    Where several parts of the page are named alike, what is in any of them may be meant.
    """
    if outer is None:
        yield scene.elements
        return
    matches = ranked(outer, scene)
    holders = _rivals(outer, matches, scene) if matches else []
    yield [element for holder in holders for element in scene.inside(holder)]
    records = {record.ref: record for holder in holders for record in list(scene.records_around(holder))[:1]}
    yield [element for record in records.values() for element in scene.inside(record)]


def _score(what: Description, element: Element, scene: Scene) -> float:
    if "clipped" in element.states and element.role == "text":
        return 0.0
    score = _name_part(what, element, scene)
    if score <= 0:
        return 0.0
    if what.kind and what.kind not in ("item", "box"):
        fit = fits_kind(what.kind, element)
        if not what.name and fit < 0.5:
            return 0.0
        score += (0.15 if fit >= 1 else 0.06) if fit >= 0.5 else -0.2
    if not what.name and not what.kind and not what.shape and not what.colour:
        return 0.0
    if element.interactive:
        score += 0.08
    if not element.enabled:
        score -= 0.1
    return score if score >= WEAK else 0.0


def _name_part(what: Description, element: Element, scene: Scene) -> float:
    if not what.name:
        if what.kind == "item" and not (what.colour or what.shape):
            return 0.7 if element.interactive else 0.0
        return 0.7
    whole = what.text if not what.exact else what.name
    best = max(name_score(name, element, exact=what.exact) for name in {what.name, whole})
    if best < STRONG and is_text_field(element):
        best = max(best, 0.97 * similarity(what.name, label_of(element, scene), exact=what.exact))
    return best if best >= WEAK else 0.0


def by_look(what: Description, pool: list[Element], scene: Scene) -> list[Element]:
    """Those of the pool that have the colour, shape and size described."""
    if what.colour:
        pool = [element for element in pool if looks.is_colour(what.colour, looks.colour_of(element))]
    if what.shape == "shape":
        pool = [element for element in pool if looks.shape_of(element) in ("circle", "rectangle")]
    elif what.shape:
        pool = [element for element in pool if looks.shape_of(element) == what.shape]
    elif what.kind in ("item", "box") and what.colour and not what.name:
        pool = [element for element in pool if looks.shape_of(element) or not element.text]
    if what.size:
        pool = [element for element in pool if size_of(element, scene) == what.size]
    return pool


def size_of(element: Element, scene: Scene) -> str:
    """`small` or `large`, compared with the other drawn things on the page."""
    drawn = [measure(other) for other in scene.elements if looks.shape_of(other) and other.box]
    own = measure(element)
    low, high = min(drawn, default=own), max(drawn, default=own)
    # Where all are of one size, ordinary text (16 px) is what things are small or large beside.
    border = (low + high) / 2 if low > 0 and high / low >= 1.4 else 15.0
    return "small" if own < border else "large"


def measure(element: Element) -> float:
    """How large an element strikes one: a letter by its font, a shape by its height."""
    if looks.shape_of(element) in ("digit", "letter") and element.appearance:
        return element.appearance.font_px
    return element.box.height if element.box else 0.0


def _innermost(matches: list[Match], scene: Scene) -> list[Match]:
    """Of elements one inside the other that fit about equally, the one a person would use."""
    by_ref = {match.element.ref: match for match in matches}
    dropped: set[str] = set()
    for match in matches:
        for above in scene.ancestors(match.element):
            outer = by_ref.get(above.ref)
            if outer is None:
                continue
            usable = outer.element.interactive and not match.element.interactive
            if outer.score > match.score + (-0.15 if usable else 0.005):
                dropped.add(match.element.ref)
            else:
                dropped.add(outer.element.ref)
    return [match for match in matches if match.element.ref not in dropped]


def interchangeable(one: Element, other: Element) -> bool:
    """Whether it makes no difference which of two is used, as far as the page shows."""
    return (
        one.role == other.role
        and one.name == other.name
        and one.href == other.href
        and one.parent == other.parent
        and bool(one.name)
    )


def where(scene: Scene, fits: Callable[[Element], bool]) -> list[Element]:
    """The visible elements that fit, in reading order."""
    return [element for element in scene.elements if element.box is not None and fits(element)]


def is_new(element: Element, before: Scene) -> bool:
    """Whether an element was not there before; what was drawn in the place of another may have its ref."""
    old = before.get(element.ref)
    return old is None or old.name != element.name


def new_in(after: Scene, before: Scene) -> list[Element]:
    """The controls that came up between two looks, also where all was drawn anew or scrolled.

    All of a dialog that came up are new, also where what lies under it is left out of the page for as long.
    """
    known = Counter(map(_sign, where(before, lambda e: e.interactive)))
    left = Counter(map(_sign, where(after, lambda e: e.interactive))) - known
    asked = {inner.ref for dialog in _dialogs_up(after, before) for inner in after.inside(dialog)}
    new: list[Element] = []
    for element in reversed(where(after, lambda e: e.interactive and "covered" not in e.states)):
        if left[_sign(element)] > 0:  # of several alike the last is the new one: what lies on top comes last
            left[_sign(element)] -= 1
            new.append(element)
        elif element.ref in asked:
            new.append(element)
    return new[::-1]


def _dialogs_up(after: Scene, before: Scene) -> list[Element]:
    """The dialogs of a page that were not there before; one drawn anew has the same words."""
    known = {e.ref for e in before.elements} | {e.text for e in before.elements if _is_dialog(e)}
    up = [e for e in where(after, _is_dialog) if e.ref not in known and e.text not in known]
    return [e for e in up if not any(inner.role in ("main", "navigation") for inner in after.inside(e))]


def _is_dialog(element: Element) -> bool:
    return element.role in ("dialog", "alertdialog") or bool({"modal", "dialog"} & set(element.hints))


def _sign(element: Element) -> tuple[str, str]:
    return (element.role, element.name or element.text)


def said(element: Element) -> str:
    """An element as one would name it to a person."""
    words = element.name or element.text[:40] or element.placeholder or " ".join(element.hints[:2])
    kind = element.role if element.role not in ("generic", "graphics-symbol") else element.tag
    return f"{kind} {words[:60]!r}" if words else kind


def quoted(what: Description) -> str:
    """A description as one would repeat it to a person."""
    return repr(what.text or what.name or what.kind)
