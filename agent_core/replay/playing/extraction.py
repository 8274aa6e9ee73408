"""Reads the output of a recording again: by rules, or where each value stood."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from agent_core.replay.elements.places import place_in
from agent_core.replay.elements.reading import read_there
from agent_core.replay.elements.surroundings import Surroundings
from agent_core.replay.format import Output, Place
from agent_core.replay.template import fill, fill_all
from agent_core.task.run import ValueSource
from browser.model.actions import Collect
from browser.model.observation import Observation, View
from browser.values.written_numbers import first_number, written_numbers
from engines.output_spec import JSON, leaves
from engines.protocol import Decision, Engine, Finish, GiveUp, Turn


class OutputReader:
    """Reads the output from the page on which the steps of a replay end."""

    def __init__(self, output: Output, values: Mapping[str, str]) -> None:
        self._output, self._values = output, values
        self._rules: Engine | None = None

    @property
    def view(self) -> View | None:
        """What the rules want to see; None if they are not at work."""
        return self._rules.view if self._rules else None

    async def read(self, turn: Turn, page: Surroundings) -> Decision | str:
        """Return the output, or an action such as collecting a list; a text says why an agent is needed.

        Args:
            turn: The turn.
            page: The elements of its page, indexed.
        """
        match self._output.by:
            case "agent":
                return "the output has to be read by an agent"
            case "places":
                places = {name: self._filled(place) for name, place in self._output.places.items()}
                return read_places(places, self._output, page)
            case "rules":
                from engines.rules import reader  # a replay without an output needs none of its rules

                self._rules = self._rules or reader(fill(self._output.wish, self._values))
                decision = await self._rules.decide(turn)
                if isinstance(decision, GiveUp):
                    self._rules = None
                    return decision.reason
                return decision

    def _filled(self, place: Place) -> Place:
        return Place.model_validate(
            {**place.model_dump(), "element": fill_all(place.element.model_dump(), self._values)}
        )


def output_of(
    output: JSON,
    schema: Mapping[str, Any],
    prompt: str,
    end: Observation,
    sources: Mapping[str, ValueSource | None],
    lists: Sequence[tuple[Collect, Any]] = (),
) -> Output:
    """How an output that was extracted can be read again without a model.

    Args:
        output: What the run gave.
        schema: What it was to be valid against.
        prompt: The task in words.
        end: The whole of the page on which the run ended.
        sources: Where each value stood.
        lists: Long lists that were read on that page, with their rows.
    """
    from engines.extraction import extract, with_rows
    from engines.rules import wish_of

    wish = wish_of(prompt)
    for action, collected in lists[-1:]:
        end = with_rows(end, action.target or "", collected)
    found = extract(schema, wish, end)
    places = {} if lists else _places(output, end, sources) or {}
    by: Literal["rules", "places", "agent"] = "places" if places else "agent"
    if found.confident and found.output == output:
        by = "rules"
    return Output(json_schema=dict(schema), wish=wish, by=by, places=places)


def _places(
    output: JSON, end: Observation, sources: Mapping[str, ValueSource | None]
) -> dict[str, Place] | None:
    """The place of every value; None where one of them has none on the last page."""
    values = {
        pointer: value
        for pointer, value in leaves(output)
        if value is not None and not isinstance(value, bool)
    }
    page = Surroundings(end.elements)
    places: dict[str, Place] = {}
    for pointer, value in values.items():
        source = sources.get(pointer)
        element = page.by_ref.get(source.ref) if source and source.url == end.url else None
        place = place_in(element, _as_written(value, source.text), page) if element and source else None
        if place is None or re.search(r"/\d+(/|$)", pointer):
            return None
        places[pointer] = place
    return places


def _as_written(value: str | int | float, text: str) -> str:
    """A value as the page writes it; "" where it writes a number in another form, such as stars."""
    if isinstance(value, str):
        return value
    return next((written for written, plain in written_numbers(text) if float(plain) == value), "")


def read_places(places: Mapping[str, Place], wanted: Output, page: Surroundings) -> Finish | str:
    """The output from where each value stood; else which of them does not stand there any more."""
    output: dict[str, JSON] = {}
    for pointer, place in places.items():
        text = read_there(place, page)
        value = None if text is None else _typed(text, wanted.kind_at(pointer))
        if value is None:
            return f"the value {pointer} does not stand where it stood"
        *above, last = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
        holder: Any = output
        for part in above:
            holder = holder.setdefault(part, {})
        holder[last] = value
    return Finish(output=output, evidence=(f"{len(places)} values were read where they stood",))


def _typed(text: str, kind: str) -> JSON:
    if kind not in ("number", "integer"):
        return text
    number = first_number(text)
    return int(number) if number is not None and kind == "integer" and number.is_integer() else number
