"""An observation as lines of text: one element a line, its ref first, indented by what holds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from browser.observation import Element, Observation
from engines.llm.chat import estimated_tokens

_LONGEST = 300
"""Characters of one text in a line; more is there to be looked at."""
_MOST_OPTIONS = 25
_DEEPEST = 10
_SILENT = frozenset({"focused", "multiline", "editable", "clipped"})
"""States that say nothing to a model that the line does not say already."""


@dataclass(frozen=True, slots=True)
class PageText:
    """A page as a model is shown it."""

    text: str
    refs: frozenset[str]
    """The refs that stand in the text, which are all that an answer may use."""


def page_text(observation: Observation, budget_tokens: int) -> PageText:
    """The page within about so many tokens; what matters least is left out first, and said so."""
    head = "\n".join(_head(observation))
    here = observation.url
    left = budget_tokens - estimated_tokens(head)
    telling = [element for element in observation.elements if not _says_nothing(element)]
    shown = _within(telling, here, left)
    body = "\n".join(_lines(shown, here))
    left_out = len(telling) - len(shown)
    if left_out or estimated_tokens(body) > left // 2:
        # On a page that fills little of the budget, what was omitted only repeated what is there.
        left_out += observation.omitted
    tail = [f"({left_out} more elements are not listed; use look to see them)"] if left_out else []
    parts = [head, body or "(no elements)", *tail]
    return PageText("\n".join(parts), frozenset(element.ref for element in shown))


def elements_text(elements: Sequence[Element], here: str, budget_tokens: int) -> PageText:
    """A few elements alone, for the answer to a look."""
    shown = _within(elements, here, budget_tokens)
    text = "\n".join(_lines(shown, here))
    if len(shown) < len(elements):
        text += f"\n({len(elements) - len(shown)} more are not listed; look at a smaller part)"
    return PageText(text, frozenset(element.ref for element in shown))


def digest(observation: Observation) -> str:
    """What stays of a page in the conversation once a newer one is shown."""
    return f"(the page was {_cut(observation.url, 120)} {quoted(observation.title, 80)})"


def quoted(text: str, longest: int = _LONGEST) -> str:
    """A text of the page in quotes, on one line, cut to a length."""
    return '"' + _cut(" ".join(text.split()), longest).replace('"', '\\"') + '"'


def _head(observation: Observation) -> list[str]:
    lines = [f"{observation.url} {quoted(observation.title, 120)}"]
    if len(observation.tabs) > 1:
        lines += [
            f"tab {tab.id}{' (active)' if tab.active else ''}: {_cut(tab.url, 100)} {quoted(tab.title, 60)}"
            for tab in observation.tabs
        ]
    lines.append(_where(observation))
    if observation.dialog is not None:
        dialog = observation.dialog
        lines.append(f"OPEN DIALOG ({dialog.kind}) {quoted(dialog.message)}: the page waits for its answer")
    if observation.focused:
        lines.append(f"keyboard focus: {observation.focused}")
    return [*lines, *(f"note: {_cut(note, 200)}" for note in observation.notes)]


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


def _within(elements: Sequence[Element], here: str, budget_tokens: int) -> list[Element]:
    """As many elements as fit; those in view and those that can be used are kept longest."""
    costs = {element.ref: estimated_tokens(_line(element, here)) + 2 for element in elements}
    if sum(costs.values()) <= budget_tokens:
        return list(elements)
    order = sorted(range(len(elements)), key=lambda at: (_rank(elements[at]), at))
    kept: set[int] = set()
    left = budget_tokens
    for at in order:
        left -= costs[elements[at].ref]
        if left < 0:
            break
        kept.add(at)
    return [elements[at] for at in sorted(kept)]


def _rank(element: Element) -> int:
    if element.visible:
        return 0 if element.interactive else 1
    return 2 if element.interactive else 3


def _lines(elements: Sequence[Element], here: str) -> list[str]:
    least = min((element.depth for element in elements), default=0)
    return [" " * min(element.depth - least, _DEEPEST) + _line(element, here) for element in elements]


def _line(element: Element, here: str) -> str:
    parts = [element.ref, element.role]
    name = element.name or (element.text if element.interactive or element.role == "text" else "")
    if name:
        parts.append(quoted(name))
    elif element.interactive and element.hints:
        # An icon without a name: what its author calls it is all there is.
        parts.append(f"(called {' '.join(element.hints[:4])})")
    if element.level is not None:
        parts.append(f"level {element.level}")
    if element.value is not None:
        shown = "hidden" if element.input_type == "password" and element.value else quoted(element.value, 120)
        parts.append(f"value {shown}")
    parts += _details(element, here)
    return " ".join(parts)


def _details(element: Element, here: str) -> list[str]:
    parts = []
    if element.input_type and element.input_type not in ("text", "submit", "button", "checkbox", "radio"):
        parts.append(f"type {element.input_type}")
    extras = dict.fromkeys((element.placeholder, element.description, element.label))
    parts += [
        f"({_cut(' '.join(extra.split()), 100)})"
        for extra in extras
        if extra and extra not in (element.name, element.value)
    ]
    if element.options:
        more = len(element.options) - _MOST_OPTIONS
        listed = " | ".join(_cut(option, 60) for option in element.options[:_MOST_OPTIONS])
        parts.append(f"options: {listed}{f' | and {more} more' if more > 0 else ''}")
    if element.limits:
        parts.append(" ".join(f"{name}={_cut(value, 40)}" for name, value in sorted(element.limits.items())))
    if element.href:
        parts.append(f"-> {_cut(_short_address(element.href, here), 100)}")
    states = sorted(element.states - _SILENT)
    if states:
        covered = f" by {_cut(element.covered_by, 60)}" if element.covered_by else ""
        parts.append(
            f"[{', '.join(f'covered{covered}' if state == 'covered' else state for state in states)}]"
        )
    return parts


def _short_address(href: str, here: str) -> str:
    there, origin = urlsplit(href), urlsplit(here)
    if (there.scheme, there.netloc) != (origin.scheme, origin.netloc):
        return href
    fragment = f"#{there.fragment}" if there.fragment else ""
    return there.path + (f"?{there.query}" if there.query else "") + fragment


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
