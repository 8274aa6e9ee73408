"""Settings as pages lay them out: a title, what explains it, and the controls beside them.

A person names a setting by words of its title, of the heading above it or of a short explanation, in any
order and in other forms (`automatically` for `Automatic`). A setting is meant where all words that are asked
for stand there, and no word of its title is missing in them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from browser.model.element_match import fold, unabbreviated, words_of
from browser.model.observation import Element
from browser.model.roles import LIST_ROLES
from engines.rules.grounding.find import said
from engines.rules.grounding.labels import label_of
from engines.rules.grounding.marks import is_drawn_toggle, with_sign
from engines.rules.scene import Scene, is_text_field
from engines.rules.step_generator import Ambiguous

_BOXES = ("checkbox", "switch", "menuitemcheckbox")
_TICKS = (*_BOXES, "radio", "menuitemradio")
_CURRENT = frozenset({"active", "current", "selected", "on"})
_PLACES = frozenset({"tab", "tabs", "nav", "menu", "sidebar"})
_MOST_CONTROLS = 12
_MOST_TEXTS = 5
_LONGEST_TITLE = 80
_MOST_EXPLAINED = 4
"""Words of an explanation that says no more than what is asked for."""
_TURNS_ROUND = frozenset({"not", "except", "unle", "only", "but", "cannot", "if"})
"""Words of an explanation that may say the opposite of what is asked for."""
SAY_NOTHING = frozenset(
    "a an the this that of in on at to for from by with as about and be is are am it its i me my you "  # noqa: SIM905
    "your our us we after have has do does can should please now new using use via".split()
)
_GENERIC = frozenset(
    "setting option preference mode size format style type level status message default show display "  # noqa: SIM905
    "enable allow choose select who send get receive available".split()
)
"""Words that either side may leave out."""
_SAME = {
    "start": "begin", "colour": "color", "log": "sign", "without": "not", "no": "not", "never": "not",
    "don": "not", "view": "see", "mail": "email", "pop": "popup", "everyone": "all", "everybody": "all",
    "anyone": "any", "anybody": "any", "sent": "send", "duration": "long", "length": "long",
}  # fmt: skip
_PHRASES = (
    (re.compile(r"(?<=\d)\s*mins?\b\.?", re.IGNORECASE), " minutes"),
    (re.compile(r"(?<=\d)\s*secs?\b\.?", re.IGNORECASE), " seconds"),
    (re.compile(r"(?<=\d)\s*hrs?\b\.?", re.IGNORECASE), " hours"),
    (re.compile(r"\bhalf an hour\b", re.IGNORECASE), "30 minutes"),
    (re.compile(r"\ban hour\b", re.IGNORECASE), "1 hour"),
    (re.compile(r"\b(?:text messages?|sms)\b", re.IGNORECASE), "text"),
)
"""Words that say the same as others, which pages have rather."""
_ENDING = re.compile(r"(?<=\w{3})(?:ations?|ally|ions?|ings?|ment|ed|ly|e?s|e|ive)$")


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A title with the controls that stand beside it."""

    title: str
    controls: tuple[Element, ...]
    aside: str = ""
    """What explains it."""
    over: str = ""
    """What stands above it: headings, and the tab or entry that is in front."""
    before: str = ""
    """The title of the setting right before it."""
    column: str = ""
    """The head of the column that its one control is in."""

    @property
    def control(self) -> Element:
        """The first of its controls."""
        return self.controls[0]

    def is_meant(self, asked: frozenset[str], value: frozenset[str] = frozenset()) -> bool:
        """Whether all of these stems stand here, and none of the title is missing in them.

        Args:
            asked: What is asked for.
            value: Which of it is the value that it is to be brought to.
        """
        own = (stems_of(self.title) | stems_of(self.column)) - GENERIC_STEMS
        if not own or not own <= asked:
            return False
        aside = stems_of(self.aside)
        says_as_much = aside <= asked and len(aside) <= _MOST_EXPLAINED
        says_most = 2 * len(own & asked) >= len(asked - GENERIC_STEMS) and not aside & _TURNS_ROUND
        explained = aside if says_as_much or says_most else frozenset()
        before = stems_of(self.before)
        said_here = own | stems_of(self.title) | explained | stems_of(self.over)
        said_here |= before if before & own else frozenset()
        return asked <= said_here | value | GENERIC_STEMS

    def worth(self, asked: frozenset[str]) -> int:
        """How many of these stems its title and column say."""
        return len(asked & (stems_of(self.title) | stems_of(self.column)))


def stems_of(words: str) -> frozenset[str]:
    """The words that say something, each as what its forms share."""
    for shape, same in _PHRASES:
        words = shape.sub(same, words)
    found = (_SAME.get(one, one) for one in words_of(unabbreviated(words)))
    return frozenset(stem_of(one) for one in found if one not in SAY_NOTHING and one not in ("s", "t"))


def stem_of(word: str) -> str:
    """What the forms of a word share: the same for `create` and `creation`; it need not be a word."""
    bare = _ENDING.sub("", _ENDING.sub("", word))
    bare = re.sub(r"([b-df-hj-np-tv-z])\1$", r"\1", bare)
    return _SAME.get(bare, bare)


GENERIC_STEMS = frozenset(map(stem_of, _GENERIC))


def is_toggle(element: Element) -> bool:
    """Whether it is a box or a switch, drawn from plain containers or not."""
    return element.role in _BOXES or is_drawn_toggle(element)


def the_setting(
    asked: frozenset[str], scene: Scene, fits: Callable[[SettingRow], bool] | None = None
) -> SettingRow | None:
    """The one setting of a page that these stems mean; None where there is none.

    Raises:
        Ambiguous: Two fit equally well.
    """
    found = [row for row in setting_rows(scene) if row.is_meant(asked) and (fits is None or fits(row))]
    return best_of(found, asked)


def best_of(found: Sequence[SettingRow], asked: frozenset[str]) -> SettingRow | None:
    """The one of these whose title says the most of some stems; None where there is none.

    Raises:
        Ambiguous: Two say as much.
    """
    most = max((row.worth(asked) for row in found), default=0)
    best = [row for row in found if row.worth(asked) == most]
    if len({row.control.ref for row in best}) > 1:
        told = " and ".join(repr(row.title) for row in best[:2])
        raise Ambiguous(f"two settings fit: {told} ({said(best[0].control)}, {said(best[1].control)})")
    return best[0] if best else None


def setting_rows(scene: Scene) -> list[SettingRow]:
    """The settings of a page in reading order."""
    controls = _controls(scene)
    taken: dict[str, list[Element]] = {}
    groups: dict[str, Element] = {}
    found: list[SettingRow] = []
    for control in controls:
        title, group = _own_title(control), _group(control, controls, scene)
        if title:
            found += _of_own_title(title, control, group, controls, scene)
        elif group is not None:
            groups[group.ref] = group
            taken.setdefault(group.ref, []).append(control)
    for ref, beside in taken.items():
        if not _borrows_title(groups[ref], beside, groups.values(), scene):
            found += _rows_of(groups[ref], beside, controls, scene)
    over = _headings(scene)

    def above(control: Element) -> str:
        return f"{scene.observation.title} {over(control)}"

    found.sort(key=lambda row: scene.order[row.control.ref])
    before = ["", *(row.title for row in found)]
    return [
        replace(row, over=f"{row.over} {above(row.control)}", before=earlier)
        for row, earlier in zip(found, before, strict=False)
    ]


def _of_own_title(
    title: str, control: Element, group: Element | None, controls: Sequence[Element], scene: Scene
) -> list[SettingRow]:
    """The ways to name what has words of its own: by these, and a lone box by what stands beside it."""
    if group is None:
        return [SettingRow(title, (control,))]
    inside = [e for e in controls if scene.holds(group, e)]
    beside = [text.name.strip(" :*") for text in _texts(group, inside, scene)]
    rows = [SettingRow(title, (control,), over=" ".join(beside))]
    if len(inside) == 1 and is_toggle(control) and len(beside) == 1:
        rows.append(SettingRow(beside[0], (control,), aside=title))
    return rows


def _controls(scene: Scene) -> list[Element]:
    usable = [with_sign(e, scene) for e in scene.elements if _is_control(e)]
    return scene.outermost(usable)


def _is_control(element: Element) -> bool:
    usable = element.interactive or is_text_field(element)
    drawn = element.tag != "label" or is_drawn_toggle(element)
    return (
        usable
        and drawn
        and element.box is not None
        and not element.href
        and "covered" not in element.states
        and element.role not in ("tab", "menuitem", "row", "listitem", "heading")
    )


def _own_title(control: Element) -> str:
    """What a box, a field or a list is called by its author; other controls are called by what they do."""
    if is_toggle(control) and control.label:
        return control.label.strip(" :*")
    if control.role in _BOXES or is_text_field(control) or control.options or control.role in LIST_ROLES:
        return (control.label or control.name).strip(" :*")
    return ""


def _group(control: Element, controls: Sequence[Element], scene: Scene) -> Element | None:
    """The smallest group around a control that says something besides its controls."""
    for above in scene.ancestors(control):
        inside = [e for e in controls if scene.holds(above, e)]
        if len(inside) > _MOST_CONTROLS:
            return None
        texts = _texts(above, inside, scene)
        if texts:
            return above if len(texts) <= _MOST_TEXTS and len(texts[0].name) <= _LONGEST_TITLE else None
    return None


def _texts(group: Element, controls: Sequence[Element], scene: Scene) -> list[Element]:
    """The texts of a group that are no part of a control, and do not repeat what a box is called."""
    names = {fold(e.name or e.label) for e in controls if e.role in _TICKS}
    texts = [e for e in scene.inside(group) if e.role == "text" and e.box and words_of(e.name)]
    return [
        e
        for e in texts
        if fold(e.name) not in names and not any(scene.holds(one, e) and one.ref != e.ref for one in controls)
    ]


def _borrows_title(
    group: Element, beside: Sequence[Element], groups: Iterable[Element], scene: Scene
) -> bool:
    """Whether the text that a group begins with titles a smaller group, and stands behind its own controls.

    Tabs that stand before the settings of the tab in front have no title of their own.
    """
    title = _texts(group, beside, scene)[0]
    if any(scene.order[e.ref] > scene.order[title.ref] for e in beside):
        return False
    return any(one.ref != group.ref and scene.holds(group, one) and scene.holds(one, title) for one in groups)


def _rows_of(
    group: Element, beside: Sequence[Element], controls: Sequence[Element], scene: Scene
) -> list[SettingRow]:
    inside = [e for e in controls if scene.holds(group, e)]
    texts = _texts(group, inside, scene)
    title = texts[0].name.strip(" :*")
    aside = " ".join(text.name for text in texts[1:])
    toggles = [e for e in beside if is_toggle(e)]
    if group.role == "row" and len(toggles) > 1:
        heads = [(e, _head_of(e, group, scene)) for e in toggles]
        return [SettingRow(title, (e,), aside, column=head) for e, head in heads if head]
    fields = [e for e in inside if is_text_field(e) or e.options]
    if len(fields) > 1:
        return [SettingRow(label, (e,)) for e in beside if e in fields and (label := label_of(e, scene))]
    return [SettingRow(title, tuple(beside), aside)]


def _head_of(control: Element, row: Element, scene: Scene) -> str:
    """The head of the column that a control of a table stands in."""
    if control.box is None:
        return ""
    start = scene.order[row.ref]
    rows = [e for e in scene.elements if e.role == "row" and scene.order[e.ref] < start]
    heads = [e for above in rows for e in scene.children(above) if e.role == "columnheader" and e.box]
    x = control.box.center[0]
    over = [e.name or e.text for e in heads if e.box and e.box.x <= x <= e.box.right]
    return over[-1] if over else ""


def _headings(scene: Scene) -> Callable[[Element], str]:
    """What says in which part of the application an element is."""
    in_front = [_words(e) for e in scene.elements if _is_in_front(e)]
    titles = [e for e in scene.elements if e.role in ("heading", "dialog")]
    places = [scene.order[e.ref] for e in titles]

    def over(element: Element) -> str:
        above = [e for e, at in zip(titles, places, strict=True) if at < scene.order[element.ref]]
        return " ".join((*in_front, *map(_words, _last_two(above))))

    return over


def _last_two(titles: Iterable[Element]) -> list[Element]:
    """The title of the page and the heading nearest above."""
    found = list(titles)
    return [found[0], *found[-1:]] if found else []


def _words(element: Element) -> str:
    return element.name if 0 < len(element.name) <= _LONGEST_TITLE else element.text[:_LONGEST_TITLE]


def _is_in_front(element: Element) -> bool:
    if element.role == "tab":
        return "selected" in element.states
    hints = set(element.hints)
    return element.interactive and bool(hints & _CURRENT) and bool(hints & _PLACES)
