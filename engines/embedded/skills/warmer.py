"""Finding a hidden spot by the words that a page shows as the pointer comes nearer: cold, warm, hot."""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from browser.actions import Click, Hover, Point
from browser.observation import Box
from engines.embedded.course import CannotDo, Course, Evidence, NotFound, act
from engines.embedded.grounding.find import where
from engines.embedded.reading.clauses import Clause
from engines.embedded.scene import Scene, fold
from engines.embedded.skills.base import Notes, Read

_WORDS = {
    "freezing": 0, "ice cold": 0, "very cold": 0, "cold": 1, "cool": 1, "lukewarm": 2, "warm": 2, "warmer": 2,
    "hot": 3, "very hot": 3, "burning": 3,
}  # fmt: skip
"""What pages say -> how near that is; `_HOT` is there."""
_HOT = 3
_IDEAS = 1200
"""How many guesses are kept of where the spot is; more find it in fewer steps but take longer."""


@dataclass(frozen=True, slots=True)
class Idea:
    """A guess: where the spot is, and within which distances the page says cold, warm and hot."""

    x: float
    y: float
    reach: tuple[float, ...]
    """CSS pixels, the widest first."""

    def says(self, x: float, y: float) -> int:
        """How warm it would be at a place."""
        far = math.hypot(x - self.x, y - self.y)
        return sum(far < reach for reach in self.reach)


Heard = tuple[float, float, int]
"""A place, and how warm the page said it was there."""


@dataclass(frozen=True, slots=True)
class FindWarmest:
    """Move the pointer about, each time to where the answer says most, until it is hot; click there."""

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Keep all guesses that agree with what was heard so far."""
        area = _area(scene)
        search = Search(area, random.Random(0))
        while scene.steps_left > 2:
            spot = search.best_place()
            scene = yield from act(Hover(spot))
            warmth = _warmth(scene)
            if warmth == _HOT:
                yield from act(Click(spot))
                return Evidence(f"the page said it was hot at ({spot.x:g}, {spot.y:g}), where it was clicked")
            search.hear((spot.x, spot.y, warmth))
        raise CannotDo("did not find the hot spot within the steps there are")


class Search:
    """The guesses that are left, and where to look next."""

    def __init__(self, area: Box, chance: random.Random) -> None:
        self._area = area
        self._chance = chance
        self._heard: list[Heard] = []
        self._ideas = [self._guess() for _ in range(_IDEAS)]

    def best_place(self) -> Point:
        """The place where the guesses differ most about what would be said."""
        asked = self._chance.sample(self._ideas, min(150, len(self._ideas)))
        places = self._chance.sample(self._ideas, min(40, len(self._ideas)))
        best = max(places, key=lambda place: _promise(place, asked))
        return Point(round(best.x), round(best.y))

    def hear(self, told: Heard) -> None:
        """Drop the guesses that say otherwise, and make new ones of those that are left.

        Raises:
            CannotDo: No guess agrees with all that was said.
        """
        self._heard.append(told)
        self._ideas = [idea for idea in self._ideas if self._agrees(idea)]
        for attempt in range(20 * _IDEAS):
            if len(self._ideas) >= _IDEAS:
                break
            idea = (
                self._like(self._chance.choice(self._ideas)) if self._ideas and attempt % 2 else self._guess()
            )
            if self._agrees(idea):
                self._ideas.append(idea)
        if not self._ideas:
            raise CannotDo("what the page says of warm and cold fits no one spot")

    def _agrees(self, idea: Idea) -> bool:
        return all(idea.says(x, y) == warmth for x, y, warmth in self._heard)

    def _guess(self) -> Idea:
        widest = math.log(max(self._area.width, self._area.height) / 2)
        reach = sorted(
            (math.exp(self._chance.uniform(math.log(4), widest)) for _ in range(_HOT)), reverse=True
        )
        x = self._chance.uniform(self._area.x + 1, self._area.right - 1)
        y = self._chance.uniform(self._area.y + 1, self._area.bottom - 1)
        return Idea(x, y, tuple(reach))

    def _like(self, idea: Idea) -> Idea:
        """A guess near another."""
        step = max(self._area.width, self._area.height) / 25
        x = min(max(idea.x + self._chance.gauss(0, step), self._area.x + 1), self._area.right - 1)
        y = min(max(idea.y + self._chance.gauss(0, step), self._area.y + 1), self._area.bottom - 1)
        reach = sorted((one * math.exp(self._chance.gauss(0, 0.15)) for one in idea.reach), reverse=True)
        return Idea(x, y, tuple(reach))


def _promise(place: Idea, asked: Sequence[Idea]) -> float:
    """How much is learnt at a place, and how likely it is the spot itself."""
    said = Counter(idea.says(place.x, place.y) for idea in asked)
    shares = {warmth: number / len(asked) for warmth, number in said.items()}
    return -sum(share * math.log(share) for share in shares.values()) + shares.get(_HOT, 0.0)


def _area(scene: Scene) -> Box:
    """The largest place that reacts to the pointer and shows nothing."""
    empty = where(
        scene, lambda e: e.interactive and e.visible and e.role in ("generic", "img") and not e.text
    )
    boxes = [e.box for e in empty if e.box and min(e.box.width, e.box.height) >= 30]
    if not boxes:
        raise NotFound("found no area to search with the pointer")
    return max(boxes, key=lambda box: box.width * box.height)


def _warmth(scene: Scene) -> int:
    said = [_WORDS[fold(text.name)] for text in scene.texts if fold(text.name) in _WORDS]
    if len(said) != 1:
        raise NotFound("the page does not say whether it is warm or cold here")
    return said[0]


_SPOT = re.compile(
    r"^(?:on )?the (?:hot|hottest|warmest)(?: (?:area|spot|place|point|region))?$", re.IGNORECASE
)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`find and click on the hot area`."""
    clause = clauses[0]
    return Read(FindWarmest()) if clause.verb in ("click", "find") and _SPOT.match(clause.rest) else None
