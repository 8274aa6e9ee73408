"""Whether what was read really stands there, and where: asked of pages before any model is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from browser.model.actions import MOVES, Collect
from browser.model.observation import LookAnswer, Observation
from browser.model.results import ActionResult
from browser.values.calendars import days_in
from browser.values.places import Place, line_around, places_of
from browser.values.sections import Sections
from browser.values.standing import PageTexts, Scalar, pages_of
from engines.output_spec import JSON, leaves
from engines.prompts.rows import last_collected
from engines.protocol import Evidence, Finish, Turn, ValueRead


def only_read(history: Iterable[tuple[ActionResult, ...]]) -> bool:
    """Whether nothing was done but getting somewhere and reading there."""
    return all(isinstance(one.action, (*MOVES, Collect)) for step in history for one in step)


def stands_there(output: JSON, page: Observation, history: Iterable[tuple[ActionResult, ...]]) -> bool:
    """Whether every text and number of an output stands on the page, or in the list collected from it.

    False is no proof of the opposite: a value may be derived, or be seen in a picture only.
    """
    values = [value for _, value in leaves(output) if value is not None]
    if not values or any(isinstance(value, bool) for value in values):
        return False
    collected = last_collected(tuple(history))
    pages = [PageTexts(each) for each in (page, *(pages_of(collected) if collected else ()))]
    return all(any(each.find(value) for each in pages) for value in values if value != "")


def evidence_of(
    finish: Finish,
    before: Observation,
    turn: Turn,
    history: tuple[tuple[ActionResult, ...], ...],
    effects: tuple[str, ...],
    looked: tuple[LookAnswer, ...],
    seen: Sequence[Observation],
) -> Evidence:
    """What shows whether a goal, or the task, is met.

    Args:
        finish: What is claimed.
        before: The page as the work on it began.
        turn: The run now.
        history: What was done for it.
        effects: What was seen to change after each step of that.
        looked: What was looked for.
        seen: The pages on which the output may have been read, oldest first.
    """
    return Evidence(
        finish=finish,
        before=before,
        after=turn.observation,
        history=history,
        effects=effects,
        looked=looked,
        readings=readings(finish.output, seen, history),
    )


def readings(
    output: JSON, seen: Sequence[Observation], history: Iterable[tuple[ActionResult, ...]]
) -> tuple[ValueRead, ...]:
    """Where the values of an output stand: on pages that were seen, oldest first, or in a list."""
    values = {
        at: value
        for at, value in leaves(output)
        if value is not None and not isinstance(value, bool) and value != ""
    }
    collected = last_collected(tuple(history))
    places = places_of(values, [*(pages_of(collected) if collected else ()), *seen])
    sections = Sections()
    return tuple(_reading(at, value, places.get(at), seen, sections) for at, value in values.items())


def _reading(
    at: str, value: Scalar, there: Place | None, seen: Sequence[Observation], sections: Sections
) -> ValueRead:
    if there is None:
        page, day = next(_in_calendars(str(value), seen), (None, ""))
        return ValueRead(pointer=at, value=value, url=page.url if page else "", line=day, derived=bool(page))
    line = line_around(there.page, there.ref, there.text)
    section = sections.over(there.page, there.ref)
    return ValueRead(pointer=at, value=value, url=there.page.url, line=line, section=section)


def _in_calendars(value: str, seen: Sequence[Observation]) -> Iterator[tuple[Observation, str]]:
    """The pages, newest first, in whose calendars a day stands, with what it is put together from."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return
    for page in reversed(seen):
        for found in days_in(page).get((day.year, day.month, day.day), ()):
            yield page, str(found)
