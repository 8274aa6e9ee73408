"""What a page states in its structured data, by the kind of thing it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from browser.model.observation import StatedValue

_PLACES = re.compile(r"/\d+(?=/|$)")


@dataclass(frozen=True, slots=True)
class StatedThing:
    """One thing that is described, with its values in the order of the page."""

    kind: str
    values: tuple[StatedValue, ...]

    def get(self, *names: str) -> StatedValue | None:
        """The first value of the first of these properties that has one: `author/name`, `author`."""
        return next(self.all(*names), None)

    def all(self, *names: str) -> Iterator[StatedValue]:
        """The values of these properties, one property after the other; places in lists do not count."""
        for name in names:
            for one in self.values:
                if _PLACES.sub("", one.name).casefold() == name.casefold():
                    yield one


def things(stated: Sequence[StatedValue], *kinds: str) -> list[StatedThing]:
    """The things one of whose kinds ends in one of these words (`product`, `article`), in order."""
    by_number: dict[tuple[str, int], list[StatedValue]] = {}
    for one in stated:
        if one.thing:
            by_number.setdefault((one.syntax, one.thing), []).append(one)
    found = (StatedThing(values[0].kind, tuple(values)) for values in by_number.values())
    return [one for one in found if any(word.endswith(kinds) for word in one.kind.split())]


def page_itself(stated: Sequence[StatedValue]) -> StatedThing:
    """What the head of the page says of it, and what belongs to no thing."""
    return StatedThing("", tuple(one for one in stated if not one.thing))
