"""What showed that a run was done, and whether a replay shows it too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from agent_core.replay.elements.fingerprint import path_of
from agent_core.replay.format import Ending
from agent_core.replay.template import fill, with_holes
from browser.model.element_match import likeness
from browser.model.observation import Observation
from browser.model.text import squeeze

MOST_SIGNS = 8
LONGEST_SIGN = 120
AS_BEFORE = 0.85
"""How alike a text must be to count as the one of the recording."""
_NUMBER = re.compile(r"\{\{[^{}]*\}\}|\d+")


def ending_of(seen: Sequence[Observation], values: Mapping[str, str]) -> Ending:
    """What the last page shows that was not there before the last steps.

    Args:
        seen: The pages of the run, oldest first, at least one.
        values: Of the parameters, which may be others the next time.
    """
    end = seen[-1]
    before = next((page for page in reversed(seen[:-1]) if page.text != end.text), seen[0])
    old = {_plain(line) for line in before.text.splitlines()}
    appeared = [_sign(line, values) for line in end.text.splitlines() if _plain(line) not in old]
    return Ending(
        url=_shape(path_of(end.url), values) if path_of(end.url) != path_of(seen[0].url) else "",
        title=_sign(end.title, values),
        headings=tuple(
            dict.fromkeys(_sign(text, values) for text in _headings(end) if _plain(text) not in old)
        ),
        appeared=tuple(dict.fromkeys(text for text in appeared if 2 < len(text) <= LONGEST_SIGN))[
            :MOST_SIGNS
        ],
        fields=_invalid(end),
    )


def missing(ending: Ending, start: Observation, end: Observation, values: Mapping[str, str]) -> str:
    """What of the recorded ending is not there now, as a sentence; "" where it ended in the same way."""
    if _invalid(end) > ending.fields:
        said = next(_alerts(end), "")
        return "the page calls a field invalid" + (f": {said!r}" if said else "")
    if ending.url and not _same_shape(ending.url, path_of(end.url), values):
        return f"the page is at {end.url}, not at {fill(ending.url, values)}"
    signs = [fill(sign, values) for sign in (*ending.headings, *ending.appeared)]
    alert = next((text for text in _alerts(end) if _plain(text) not in map(_plain, signs)), "")
    if alert and _plain(alert) not in {_plain(text) for text in _alerts(start)}:
        return f"the page says {alert!r}"
    if signs and not any(_is_there(sign, end) for sign in signs):
        return f"the page does not say {signs[0]!r}, nor anything else that it said when this was recorded"
    return ""


def shape_of_url(url: str, values: Mapping[str, str]) -> str:
    """An address without its origin, with places for values and digits as `#`."""
    return _shape(path_of(url), values)


def _shape(path: str, values: Mapping[str, str]) -> str:
    return _without_digits(with_holes(path, values))


def _same_shape(shape: str, path: str, values: Mapping[str, str]) -> bool:
    wanted = _without_digits(fill(shape, values))
    return wanted.partition("?")[0] == _without_digits(path).partition("?")[0]


def _sign(text: str, values: Mapping[str, str]) -> str:
    return _without_digits(squeeze(with_holes(text, values)))


def _plain(text: str) -> str:
    return squeeze(_without_digits(text)).casefold()


def _without_digits(text: str) -> str:
    """The text with `#` for every number, but in the names of parameters."""
    return _NUMBER.sub(lambda found: found[0] if found[0].startswith("{") else "#", text)


def _is_there(sign: str, page: Observation) -> bool:
    wanted = _plain(sign)
    lines = {_plain(line) for line in page.text.splitlines()}
    return wanted in lines or any(likeness(wanted, line) >= AS_BEFORE for line in lines)


def _headings(page: Observation) -> Iterator[str]:
    for element in page.elements:
        if element.role == "heading" and element.name and element.box:
            yield element.name


def _alerts(page: Observation) -> Iterator[str]:
    for element in page.elements:
        if element.role in ("alert", "alertdialog") and element.box and element.text.strip():
            yield squeeze(element.text)


def _invalid(page: Observation) -> int:
    # A required field that is still empty is invalid to the browser from the beginning.
    return sum(1 for element in page.elements if "invalid" in element.states and element.value)
