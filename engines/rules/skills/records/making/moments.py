"""When something that is made takes place: days, times of day, how long; put into the fields for them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from browser.model.actions import Select, TypeText
from browser.model.observation import Element
from browser.values.dates import possible_days, possible_times
from browser.values.durations import possible_durations
from engines.rules.grounding.find import said
from engines.rules.grounding.labels import label_of
from engines.rules.reading.values.days import date
from engines.rules.reading.verb_frames import Phrase
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.base import Notes
from engines.rules.skills.controls.calendar import is_dated, set_date
from engines.rules.skills.controls.saving import followed
from engines.rules.skills.records.locate import stems
from engines.rules.skills.records.making.placing import controls_in
from engines.rules.step_generator import Ambiguous, CannotDo, Evidence, NotFound, StepGenerator, act

_END = stems("end ends until till to finish last return checkout close stop")
_NOT_ITS_OWN = stems("repeat repeats recurrence birth created reminder notify")
"""What a field for a day is called that is not the day on which something takes place."""
_LASTS = stems("duration length minutes")
_BEGINS = ("on", "for", "from", "starting", "beginning", "at")
_ENDS = ("to", "until", "ending", "till")
_CLOCK = re.compile(r"\d{1,2}(?::\d{2})? ?(?:[ap]\.?m\.?)|\d{1,2}:\d{2}|noon|midnight", re.IGNORECASE)
_LONG = re.compile(r"\d+(?:\.\d+)?[ -](?:minutes?|mins?|hours?|hrs?)(?: \d+ (?:minutes?|mins?))?")
_WEEKDAY = re.compile(r"^(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day),? (?=[A-Z\d])")
_YEARLESS = re.compile(r"[A-Z][a-z]{2,8}\.? \d{1,2}(?:st|nd|rd|th)?|\d{1,2}(?:st|nd|rd|th)? [A-Z][a-z]{2,8}")


@dataclass(frozen=True, slots=True)
class Occasion:
    """The days and times of one thing; "" for what is not said."""

    day: str = ""
    last_day: str = ""
    begins: str = ""
    ends: str = ""
    lasts: str = ""

    @property
    def said(self) -> str:
        """As the prompt says it, about."""
        return " ".join(filter(None, (self.day, self.begins, self.last_day, self.ends, self.lasts)))

    @property
    def values(self) -> tuple[str, ...]:
        """What is most likely shown of it."""
        return (self.said,)

    def in_form(self, came: Container[str], scene: Scene, notes: Notes) -> StepGenerator:
        """Bring the fields for days and times to it, and see that all of them show it at the end.

        Raises:
            NotFound, Ambiguous: The form has no field for a part of it, or several may be meant.
        """
        planned = self._planned(controls_in(came, scene), scene)
        for control, value in planned:
            _, scene = yield from followed(_brought(control, value, scene), scene)
        for control, value in planned:
            now = scene.get(control.ref)
            if now is None or not _same(now.value or "", value):
                raise CannotDo(f"{said(control)} shows {now.value if now else None!r}, not {value!r}")
        told = "; ".join(f"{said(control)} shows {value!r}" for control, value in planned)
        return Evidence(told, refs=tuple(control.ref for control, _ in planned))

    def _planned(self, controls: Sequence[Element], scene: Scene) -> list[tuple[Element, str]]:
        """Each field with what it is to show, what begins first."""
        days = [e for e in controls if _is_for_day(e, scene)]
        times = [e for e in controls if _is_for_time(e)]
        planned: list[tuple[Element, str]] = []
        if self.day:
            planned.append((_one(_first(days, scene), self.day), self.day))
        last = [e for e in days if _is_end(e, scene)]
        if self.last_day or (self.day and (self.begins or self.ends) and last):
            planned.append((_one(last, self.last_day or self.day), self.last_day or self.day))
        if self.begins:
            planned.append((_one(_first(times, scene), self.begins), self.begins))
        long = [e for e in controls if stems(label_of(e, scene)) & _LASTS and e not in times]
        if self.lasts and len(long) == 1:
            planned.append((long[0], self.lasts))
        elif end := self._end():
            planned.append((_one([e for e in times if _is_end(e, scene)], end), end))
        return planned

    def _end(self) -> str:
        """The time at which it ends, where it is said or follows from how long it takes."""
        seconds = possible_durations(self.lasts.replace("-", " ")) if self.lasts else set()
        clock = possible_times(self.begins) if self.begins else set()
        if not (self.lasts and len(seconds) == 1 and len(clock) == 1):
            if self.lasts:
                raise NotFound(f"no field says how long it takes: {self.lasts!r}")
            return self.ends
        begins = datetime.datetime.combine(datetime.date(2000, 1, 1), next(iter(clock)))
        ends = begins + datetime.timedelta(seconds=next(iter(seconds)))
        if ends.date() != begins.date():
            raise NotFound(f"{self.said!r} ends on another day")
        return f"{ends:%H:%M}"


def moment_in(phrases: Sequence[Phrase]) -> tuple[Occasion | None, list[Phrase]]:
    """What some phrases say of when it takes place, and the phrases that say something else."""
    moment, left = Occasion(), list[Phrase]()
    for phrase, following in zip_longest(phrases, phrases[1:]):
        found = None if phrase.aside else _read(phrase, following, moment)
        if found is None:
            left.append(phrase)
        else:
            moment = found
    return (moment if moment != Occasion() else None), left


def _read(phrase: Phrase, following: Phrase | None, moment: Occasion) -> Occasion | None:
    """A moment with what one phrase says of it; None where that is something else, or was said before."""
    words = _WEEKDAY.sub("", phrase.words)
    if phrase.tie == "for" and _LONG.fullmatch(words):
        return None if moment.lasts or moment.ends else replace(moment, lasts=words)
    if phrase.tie == "from" and following is not None and _YEARLESS.fullmatch(words):
        year = re.search(r"\b\d{4}$", following.words)
        words = f"{words}, {year[0]}" if year and following.tie in _ENDS else words
    clock = _CLOCK.search(words)
    day = _CLOCK.sub("", words).strip(" ,")
    if (day and date(day) is None) or not (day or clock) or (clock and not possible_times(clock[0])):
        return None
    if phrase.tie in _BEGINS and not (day and moment.day) and not (clock and moment.begins):
        return replace(moment, day=day or moment.day, begins=clock[0] if clock else moment.begins)
    if phrase.tie in _ENDS and (moment.day or moment.begins) and not (moment.last_day or moment.ends):
        return replace(moment, last_day=day, ends=clock[0] if clock else "")
    return None


def _brought(control: Element, value: str, scene: Scene) -> StepGenerator:
    day = date(value)
    if control.options:
        found = [option for option in control.options if _same(option, value)]
        if len(found) != 1:
            raise NotFound(f"{said(control)} does not offer {value!r}")
        yield from act(Select(control.ref, (found[0],)))
    elif day is not None and not possible_times(value):
        return (yield from set_date(control, value, scene))
    else:
        yield from act(TypeText(_as_written(value, control), control.ref))
    return Evidence(f"{said(control)} was brought to {value!r}", refs=(control.ref,))


def _as_written(value: str, control: Element) -> str:
    """A time of day as a field writes it; anything else as it was said."""
    times = possible_times(value)
    if len(times) != 1:
        return (re.match(r"\d+(?:\.\d+)?", value) or [value])[0] if control.input_type == "number" else value
    at = next(iter(times))
    if re.search(r"[ap]m", (control.value or control.placeholder), re.IGNORECASE):
        return f"{at:%I:%M %p}".lstrip("0")
    return f"{at:%H:%M}"


def _same(shown: str, value: str) -> bool:
    """Whether two texts say one day, one time of day or one span of time."""
    value = value.replace("-", " ") if _LONG.fullmatch(value) else value
    for possible in (possible_days, possible_times, possible_durations):
        if possible(value):
            return bool(possible(shown) & possible(value)) or shown == value.split()[0]
    return False


def _is_for_day(control: Element, scene: Scene) -> bool:
    if stems(label_of(control, scene), *control.hints) & _NOT_ITS_OWN or not is_text_field(control):
        return False
    return (
        control.input_type == "date" or is_dated(control, scene) or bool(possible_days(control.value or ""))
    )


def _is_for_time(control: Element) -> bool:
    if control.options:
        return sum(_is_clock(option) for option in control.options) > len(control.options) / 2
    return control.input_type == "time" or any(map(_is_clock, (control.value or "", control.placeholder)))


def _is_clock(words: str) -> bool:
    return _CLOCK.fullmatch(words.strip()) is not None


def _is_end(control: Element, scene: Scene) -> bool:
    return bool(stems(label_of(control, scene), *control.hints) & _END)


def _first(controls: Sequence[Element], scene: Scene) -> list[Element]:
    """The fields for where it begins; where none says so, the first of two that are built alike."""
    return [e for e in controls if not _is_end(e, scene)]


def _one(controls: Sequence[Element], words: str) -> Element:
    if not controls:
        raise NotFound(f"no field takes {words!r}")
    if len(controls) > 1:
        raise Ambiguous(f"cannot tell where {words!r} belongs: {said(controls[0])} or {said(controls[1])}")
    return controls[0]
