"""Looking up a trip: from, to and a date go into their fields, then the wanted offer is taken."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.actions import Click
from engines.embedded.course import CannotDo, Course, Evidence, Turns, act
from engines.embedded.reading.clauses import Clause
from engines.embedded.reading.phrases import Description
from engines.embedded.reading.values import date
from engines.embedded.scene import Scene
from engines.embedded.skills.base import Notes, Read
from engines.embedded.skills.calendar import date_field, set_date
from engines.embedded.skills.extremes import Extreme, extreme_of, take
from engines.embedded.skills.fields import fields_for
from engines.embedded.skills.press import submit_button
from engines.embedded.skills.suggestions import complete


@dataclass(frozen=True, slots=True)
class BookTrip:
    """Search for a trip and book one of those found."""

    start: str
    end: str
    day: datetime.date
    extreme: Extreme | None

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Fill in the form, send it, take the offer."""
        scene = yield from self._fill("from", self.start, scene)
        scene = yield from self._fill("to", self.end, scene)
        scene = yield from set_date(date_field(scene), self.day, scene)
        scene = yield from act(Click(submit_button(scene).ref))
        if self.extreme is None:
            return Evidence(f"searched from {self.start} to {self.end} on {self.day.isoformat()}")
        return (yield from take(self.extreme, scene, notes))

    def _fill(self, label: str, place: str, scene: Scene) -> Turns:
        field = fields_for(Description(text=label, name=label), scene)[0]
        scene = yield from complete(field, place, scene)
        now = scene.get(field.ref)
        if now is None or place.lower() not in (now.value or "").lower():
            raise CannotDo(f"the field {label!r} shows {now.value if now else None!r}, not {place!r}")
        return scene


_TRIP = re.compile(
    r"\bfrom:?\s+(?P<start>.+?)\s+to:?\s+(?P<end>.+?)\s+(?:on|for|departing)\s+(?P<day>.+)$", re.IGNORECASE
)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`book the cheapest flight from A to B on 10/16/2016`."""
    clause = clauses[0]
    match = _TRIP.search(clause.rest) if clause.verb in ("book", "find", "search", "buy") else None
    day = date(match["day"]) if match else None
    if match is None or day is None:
        return None
    extreme = extreme_of(clause.rest[: match.start()])
    if extreme is None and clause.verb in ("book", "buy"):
        return None
    return Read(BookTrip(clause.spoken(match["start"]), clause.spoken(match["end"]), day, extreme))
