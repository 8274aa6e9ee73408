"""An observation as text: what is said of its tab, and its elements, as many as the budget has room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from browser.model.observation import Element, Observation, Tab
from browser.model.text import cut, quoted
from engines.models.tokens import estimated_tokens
from engines.prompts.covers import without_covers
from engines.prompts.lines import Line, lines_of

_LONGEST_MESSAGE = 8000
_LONGEST_LOOKED_AT = 21_000
"""A look gives at most 20,000 characters of one text, and says behind them how many there are more."""
_MOST_TABS = 12
_MOST_NOTES = 8
_SHARE_OF_TITLES = 6
"""Of a budget one part in so many is for headings that are out of sight."""
_FEWEST_IN_MENU = 8


@dataclass(frozen=True, slots=True)
class PageText:
    """A page as a model is shown it."""

    text: str
    refs: frozenset[str]
    """The refs that stand in the text, which are all that an answer may use."""
    head: str = ""
    """What is said of the tab itself: address, tabs, scroll position, dialog."""
    lines: tuple[Line, ...] = ()


def page_text(observation: Observation, budget_tokens: int, *, looks: bool = True) -> PageText:
    """The page within so many tokens; what matters least is left out first, and said so.

    Args:
        looks: Whether the reader can look for what is left out.
    """
    elements, behind = without_covers(observation.elements)
    head = _shortened("\n".join([*_head(observation), *filter(None, [behind])]), budget_tokens // 2)
    telling = [element for element in elements if not _says_nothing(element)]
    lines = lines_of(telling, observation.url)
    shown = _within(lines, budget_tokens - estimated_tokens(head) - 40)
    body = "\n".join(line.indented for line in shown)
    left_out = len(lines) - len(shown)
    onward = "; look for what you need by its words" if looks else ""
    tail = [f"({left_out} more lines are not listed{onward})"] if left_out else []
    parts = [head, body or "(no elements)", *tail]
    return PageText("\n".join(parts), _refs(shown), head, tuple(shown))


def elements_text(elements: Sequence[Element], here: str, budget_tokens: int) -> PageText:
    """A few elements alone, for the answer to a look; the first ones, where there is not room for all.

    Of one that has no room itself its beginning is there.
    """
    lines = lines_of(elements, here, _LONGEST_LOOKED_AT)
    shown = []
    left = budget_tokens - 30
    for line in lines:
        left -= estimated_tokens(line.indented)
        if left < 0:
            break
        shown.append(line)
    if lines and not shown:
        shown = [_begun(lines[0], budget_tokens - 50)]
    text = "\n".join(line.indented for line in shown)
    if len(shown) < len(lines):
        text += f"\n({len(lines) - len(shown)} more lines are not listed; look at a smaller part)"
    return PageText(text, _refs(shown), "", tuple(shown))


def _begun(line: Line, budget_tokens: int) -> Line:
    """The beginning of a line, and how one gets at the rest of it."""
    begin = line.text.encode()[: 3 * max(20, budget_tokens)].decode(errors="ignore")
    text = f"{cut(begin, len(begin) - 1, '')}\u2026 (the rest has no room here; look by words)"
    return replace(line, text=text, refs=line.refs & {line.ref})


def digest(observation: Observation) -> str:
    """What stays of a page in the conversation once a newer one is shown."""
    return f"(the page was {cut(observation.url, 120)} {quoted(observation.title, 80)})"


def _head(observation: Observation) -> list[str]:
    lines = [f"{cut(observation.url, 500)} {quoted(observation.title, 120)}"]
    if len(observation.tabs) > 1:
        lines += [
            f"tab {tab.id}{' (active)' if tab.active else ''}: {cut(tab.url, 100)} {quoted(tab.title, 60)}"
            for tab in _tabs(observation)
        ]
        if len(observation.tabs) > _MOST_TABS:
            lines.append(f"and {len(observation.tabs) - _MOST_TABS} more tabs")
    lines.append(_where(observation))
    if observation.dialog is not None:
        dialog = observation.dialog
        said = quoted(dialog.message, _LONGEST_MESSAGE)
        lines.append(f"OPEN DIALOG ({dialog.kind}) {said}: the page waits for its answer")
    if observation.focused:
        lines.append(f"keyboard focus: {observation.focused}")
    lines += [f"note: {cut(note, 200)}" for note in observation.notes[:_MOST_NOTES]]
    if len(observation.notes) > _MOST_NOTES:
        lines.append(f"and {len(observation.notes) - _MOST_NOTES} more notes")
    return lines


def _tabs(observation: Observation) -> Sequence[Tab]:
    """The first tabs and the active one."""
    return [tab for at, tab in enumerate(observation.tabs) if at < _MOST_TABS or tab.active]


def _shortened(text: str, budget_tokens: int) -> str:
    return text if estimated_tokens(text) <= budget_tokens else cut(text, budget_tokens)


def _refs(lines: Sequence[Line]) -> frozenset[str]:
    return frozenset[str]().union(*(line.refs for line in lines))


def _where(observation: Observation) -> str:
    width, height = observation.viewport
    above = observation.scroll[1]
    below = max(0.0, observation.page_size[1] - above - height)
    return f"viewport {width}x{height}, {above:.0f} px above it, {below:.0f} px below"


def _says_nothing(element: Element) -> bool:
    """A container that is there for layout alone."""
    return (
        element.role in ("generic", "none", "presentation")
        and not element.name
        and not element.interactive
        and element.value is None
        and not element.states - {"offscreen", "clipped"}
    )


def _within(lines: Sequence[Line], budget_tokens: int) -> list[Line]:
    """Keep the lines that fit: what shows, headings, then what the page is about; menus and margins last."""
    costs = [estimated_tokens(line.indented) for line in lines]
    if sum(costs) <= budget_tokens:
        return list(lines)
    kept: set[int] = set()
    left = budget_tokens
    for at in _in_turn(lines, costs, budget_tokens // _SHARE_OF_TITLES):
        left -= costs[at]
        if left < 0:
            break
        kept.add(at)
    return [lines[at] for at in sorted(kept)]


def _in_turn(lines: Sequence[Line], costs: Sequence[int], for_titles: int) -> list[int]:
    """The places of the lines, what is to be kept first before the others.

    Args:
        for_titles: Tokens that headings out of sight may take before what stands under them.
    """
    turns = []
    menus = _menus(lines)
    for at, line in enumerate(lines):
        beside = line.part == "beside" or at in menus
        if line.in_view:
            turns.append((2 if beside else 0 if line.part == "use" else 1, at))
        elif line.part == "title" and costs[at] <= for_titles:
            for_titles -= costs[at]
            turns.append((3, at))
        else:
            turns.append((5 if beside else 4, at))
    return [at for _, at in sorted(turns)]


def _menus(lines: Sequence[Line]) -> set[int]:
    """The places of links that stand in long rows of nothing but links: mostly they lead elsewhere."""
    found: set[int] = set()
    for is_link, run in groupby(range(len(lines)), key=lambda at: lines[at].part == "link"):
        places = list(run)
        if is_link and len(places) >= _FEWEST_IN_MENU:
            found.update(places)
    return found
