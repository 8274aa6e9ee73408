"""What changed on the page, and whether the goal is really met.

`effect` and `digest` compare what was seen; `check` gathers the evidence and has the engine judge it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from browser.model.observation import Element, LookAnswer, Observation
from browser.model.results import ActionResult
from browser.model.text import cut, squeeze, well_formed
from engines.protocol import Engine, Evidence, Finish, Goal, ValueRead, Verdict
from engines.refusals import asks_about_errors, refused_fields

MOST_CHANGES = 6
LONGEST_QUOTE = 100
GEOMETRY = frozenset({"offscreen", "clipped", "covered", "focused"})
"""States that change by scrolling or moving the focus alone."""

NO_EFFECT = "nothing changed on the page"
AS_BEFORE = "all that is listed of the page is as it was before"
"""Said in place of `NO_EFFECT` where an action has told of something that changed."""
NOTHING_CHANGED = ("", NO_EFFECT, AS_BEFORE)


async def check(
    engine: Engine,
    goal: Goal,
    finish: Finish,
    *,
    seen: Sequence[Observation],
    history: tuple[tuple[ActionResult, ...], ...],
    effects: tuple[str, ...],
    looked: tuple[LookAnswer, ...],
    readings: tuple[ValueRead, ...],
    settled: bool,
    full_history: bool,
) -> Verdict:
    """Whether the goal is met, judged from the pages and what was done, not from what is claimed.

    Args:
        seen: The pages, oldest first.
        effects: What was seen to change after each step of the history.
        looked: What was looked for.
        readings: Where the values of the output were read.
        settled: Whether that alone shows that the goal is met.
        full_history: Whether all of the pages are shown, not only the first and the last.
    """
    pages = tuple(seen[1:-1]) if full_history else ()
    evidence = Evidence(
        finish=finish,
        before=seen[0],
        after=seen[-1],
        history=history,
        effects=effects,
        looked=looked,
        pages=pages,
        readings=readings,
        settled=settled,
    )
    return well_formed(await engine.judge(goal, evidence))


def refused(goal: Goal, seen: Sequence[Observation], history: Sequence[tuple[ActionResult, ...]]) -> str:
    """Which fields kept a form from being sent by the last actions; "" for none, and where that is asked."""
    if len(seen) < 2 or not history or asks_about_errors(goal.text):
        return ""
    return refused_fields(seen[-2], seen[-1], history[-1])


def digest(page: Observation) -> str:
    """Names what the page looks like: the same for the same look, whatever was done in between.

    Pictures count only where nothing else was seen: a blinking cursor is no change.
    """
    parts: list[object] = [page.url, page.title, page.text, page.scroll, page.dialog]
    parts += [(tab.id, tab.url, tab.active) for tab in page.tabs]
    parts += [
        (element.ref, element.role, element.name, element.value, tuple(sorted(element.states)))
        for element in page.elements
    ]
    if _only_pictures(page):
        parts += [hashlib.sha256(picture.data).hexdigest() for picture in page.screenshots]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def effect(before: Observation, after: Observation) -> str:
    """What changed between two looks at the page, as one sentence; `NO_EFFECT` where nothing did."""
    changes = list(_changes(before, after))
    if not changes:
        return NO_EFFECT if digest(before) == digest(after) else "only details changed on the page"
    rest = len(changes) - MOST_CHANGES
    return "; ".join(changes[:MOST_CHANGES]) + (f"; and {rest} more changes" if rest > 0 else "")


def effect_of(results: Sequence[ActionResult], before: Observation, after: Observation) -> str:
    """What changed after these actions, so that it does not contradict what they themselves have told."""
    seen = effect(before, after)
    return AS_BEFORE if seen == NO_EFFECT and any(result.effect for result in results) else seen


def _changes(before: Observation, after: Observation) -> Iterator[str]:
    if after.dialog and after.dialog != before.dialog:
        yield f"a dialog opened: {_quote(after.dialog.message)}"
    if before.dialog and not after.dialog:
        yield "the dialog was closed"
    yield from _changed_tabs(before, after)
    if before.url != after.url:
        yield f"the page went to {after.url}"
    elif before.title != after.title:
        yield f"the title is now {_quote(after.title)}"
    if _is_same_page(before, after):
        yield from _changed_elements(before, after)
    yield from _changed_text(before, after)
    if before.url == after.url and before.scroll != after.scroll:
        yield f"scrolled to {after.scroll[1]:.0f} px of {after.page_size[1]:.0f}"
    if _only_pictures(before) and _only_pictures(after) and digest(before) != digest(after):
        yield "the page looks different"


def _is_same_page(before: Observation, after: Observation) -> bool:
    return before.url.partition("#")[0] == after.url.partition("#")[0]


def _only_pictures(page: Observation) -> bool:
    return bool(page.screenshots) and not (page.elements or page.text)


def _changed_tabs(before: Observation, after: Observation) -> Iterator[str]:
    had = {tab.id for tab in before.tabs}
    has = {tab.id for tab in after.tabs}
    for tab in after.tabs:
        if had and tab.id not in had:
            yield f"tab {tab.id} opened: {tab.url}"
    for tab in before.tabs:
        if has and tab.id not in has:
            yield f"tab {tab.id} closed"


def _changed_elements(before: Observation, after: Observation) -> Iterator[str]:
    old = {element.ref: element for element in before.elements}
    for element in after.elements:
        was = old.get(element.ref)
        if was is None:
            continue
        name = _naming(element)
        if was.value != element.value:
            yield f"{name} now shows {_quote(element.value or '')}"
        gained = element.states - was.states - GEOMETRY
        lost = was.states - element.states - GEOMETRY
        if gained:
            yield f"{name} is now {', '.join(sorted(gained))}"
        elif lost:
            yield f"{name} is no longer {', '.join(sorted(lost))}"


def _changed_text(before: Observation, after: Observation) -> Iterator[str]:
    old, new = before.text.splitlines(), after.text.splitlines()
    had, has = set(old), set(new)
    came = [line for line in new if line.strip() and line not in had]
    went = [line for line in old if line.strip() and line not in has]
    if came:
        yield f"appeared: {_quote(' | '.join(came))}"
    if went and _is_same_page(before, after):
        yield f"disappeared: {_quote(' | '.join(went))}"


def _naming(element: Element) -> str:
    name = element.name or element.label or element.placeholder or element.text
    return f"{element.role} {_quote(name)}" if name else f"{element.role} {element.ref}"


def _quote(text: str) -> str:
    return repr(cut(squeeze(text), LONGEST_QUOTE, " ..."))
