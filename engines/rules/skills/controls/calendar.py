"""Picking a date: typed where the field takes it, else in the calendar that opens."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.model.actions import Click, Press, TypeText
from browser.model.element_match import fold
from browser.model.observation import Element
from browser.values.dates import month_number, possible_days
from engines.rules.grounding.find import said, where
from engines.rules.grounding.labels import label_of
from engines.rules.reading.clauses import Clause
from engines.rules.reading.values.days import date
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.base import Notes, Read
from engines.rules.step_generator import (
    CannotDo,
    Evidence,
    NotFound,
    StepGenerator,
    Turns,
    act,
    attempt,
    problem_of,
)


@dataclass(frozen=True, slots=True)
class PickDate:
    """Bring the page's date field to a date."""

    words: str
    """The date as the prompt says it."""

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Find the field and set it."""
        return (yield from set_date(date_field(scene), self.words, scene))


def date_field(scene: Scene) -> Element:
    """The field for a date.

    Raises:
        NotFound: None is plainly it.
    """
    fields = [field for field in scene.fields if field.enabled]
    for fits in (_is_called_so, lambda field: "readonly" in field.states):
        found = [field for field in fields if fits(field)]
        if found:
            return found[0]
        if "date" in (fold(label_of(field, scene)) for field in fields):
            return next(field for field in fields if fold(label_of(field, scene)) == "date")
    if len(fields) == 1:
        return fields[0]
    raise NotFound("found no field for a date")


def is_dated(field: Element, scene: Scene) -> bool:
    """Whether a field says that it is for a date, by its label, by its form of a date, or by its author."""
    words = " ".join((label_of(field, scene), field.placeholder)).casefold()
    return _is_called_so(field) or re.search(r"\bdate\b|\byyyy\b", words) is not None


def _is_called_so(field: Element) -> bool:
    return field.input_type == "date" or bool({"date", "datepicker", "calendar"} & set(field.hints))


def set_date(field: Element, words: str, scene: Scene) -> StepGenerator:
    """Type the date, or pick it.

    Raises:
        CannotDo: The field does not show it afterwards, or nothing says which of two days the words mean.
    """
    day = date(words)
    typed = words if day is None or _FIGURES.fullmatch(words.strip()) else day.isoformat()
    if field.input_type == "date":
        scene = yield from act(TypeText(day.isoformat() if day else words, field.ref))
    else:
        scene = yield from act(Click(field.ref))
        if _title(scene) is None and "readonly" not in field.states:
            scene = yield from act(TypeText(typed, field.ref))
        else:
            scene = yield from _pick_said(words, field, scene)
    now = scene.get(field.ref)
    shown = (now.value if now else None) or ""
    if not possible_days(shown) & possible_days(words):
        raise CannotDo(f"{said(field)} shows {shown!r}, not {day.isoformat() if day else words}")
    return Evidence(f"{said(field)} shows {shown!r}", refs=(field.ref,))


def _pick_said(words: str, field: Element, scene: Scene) -> Turns:
    """Pick the day that words name; of two, the one that the field writes with its figures in their order."""
    days = sorted(possible_days(words), key=lambda day: _numbers(words)[:1] != [day.month])
    for day in days:
        if days.index(day):
            scene = yield from act(Click(field.ref))
        scene = yield from _pick(day, field, scene)
        now = scene.get(field.ref)
        shown = _numbers((now.value if now else None) or "")
        if len(days) == 1 or shown[:2] == _numbers(words)[:2]:
            return scene
    raise CannotDo(f"{words!r} may mean {' or '.join(day.isoformat() for day in sorted(days))}")


def _numbers(words: str) -> list[int]:
    return [int(digits) for digits in re.findall(r"\d+", words)]


def _pick(day: datetime.date, field: Element, scene: Scene) -> Turns:
    by_key = True
    while True:
        title = _title(scene)
        if title is None:
            raise NotFound("no calendar opened")
        months = (day.year - title.year) * 12 + day.month - title.month
        if months == 0:
            break
        if by_key:
            # https://www.w3.org/WAI/ARIA/apg/patterns/dialog-modal/examples/datepicker-dialog/
            before = title
            scene = yield from attempt(Press("PageDown" if months > 0 else "PageUp", repeat=abs(months)))
            by_key = problem_of(scene) is None and _title(scene) not in (None, before)
            continue
        scene = yield from act(Click(_arrow(scene, forward=months > 0).ref))
    return (yield from act(Click(_cell(scene, day.day).ref)))


def _title(scene: Scene) -> datetime.date | None:
    """The first of the month that the open calendar shows; None where none is open."""
    for element in scene.elements:
        if element.role == "text" or element.box is None or len(element.text) > 24:
            continue
        match = re.fullmatch(r"\s*([A-Za-z]{3,9})\.?,?\s+(\d{4})\s*", element.text)
        if match and month_number(match[1]):
            return datetime.date(int(match[2]), month_number(match[1]) or 1, 1)
    names = [text.name.strip() for text in scene.texts]
    for name, following in zip(names, [*names[1:], ""], strict=True):
        whole = re.fullmatch(r"([A-Za-z]{3,9})\.?,? (\d{4})", name)
        if whole and month_number(whole[1]):
            return datetime.date(int(whole[2]), month_number(whole[1]) or 1, 1)
        if month_number(name) and re.fullmatch(r"\d{4}", following):
            return datetime.date(int(following), month_number(name) or 1, 1)
    return None


def _arrow(scene: Scene, *, forward: bool) -> Element:
    words = (
        {"next", "next month", ">", "›", "»"}
        if forward
        else {"prev", "previous", "previous month", "<", "‹", "«"}
    )
    for element in where(scene, lambda e: e.interactive and e.enabled):
        if {fold(element.name), element.name.strip(), fold(element.text)} & words or (
            words & set(element.hints)
        ):
            return element
    raise NotFound("found no way to the other months of the calendar")


def _cell(scene: Scene, day: int) -> Element:
    days = where(
        scene, lambda e: e.interactive and (e.name or e.text).strip() == str(day) and not is_text_field(e)
    )
    days = [e for e in days if e.enabled and not {"other", "outside"} & set(e.hints)]
    if not days:
        raise NotFound(f"found no day {day} in the calendar")
    return days[0] if day < 15 else days[-1]


_FIGURES = re.compile(r"[\d/.-]+")
_DAY = re.compile(
    r"^(?:the date\s+)?(?P<day>\d[\d/.-]+\d|[A-Z][a-z]{2,8}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}|"
    r"\d{1,2}(?:st|nd|rd|th)?(?: of)? [A-Z][a-z]{2,8}\.?,? \d{4})"
    r"(?:\s+(?:as|for|in|into|from|on)\s+(?:the|a)\s+(?:date|calendar|date ?picker)(?: field)?)?$",
    re.IGNORECASE,
)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`select 03/05/2016 as the date`, `pick May 3, 2024 in the calendar`, `enter 1/2/2024 as the date`."""
    clause = clauses[0]
    if clause.verb not in ("choose", "type") or clause.quoted:
        return None
    match = _DAY.match(clause.rest)
    return Read(PickDate(match["day"])) if match and possible_days(match["day"]) else None
