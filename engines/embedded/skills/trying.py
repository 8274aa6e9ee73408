"""Trying again until the page shows what is wanted: a number within bounds, a low price, a guess."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from browser.actions import Click, TypeText, Wait
from browser.values.numbers import first_number
from engines.embedded.course import CannotDo, Course, Evidence, NotFound, act
from engines.embedded.grounding.find import find
from engines.embedded.reading.clauses import Clause
from engines.embedded.reading.phrases import Description
from engines.embedded.reading.values import plain
from engines.embedded.scene import Scene, fold
from engines.embedded.skills.base import Notes, Read
from engines.embedded.skills.press import press, submit_button


@dataclass(frozen=True, slots=True)
class Condition:
    """What a number must be."""

    words: str
    holds: Callable[[float], bool]


def condition(words: str) -> Condition | None:
    """`less than 5`, `an even number`, `at least 3`, `between 2 and 4`; None where it is none."""
    text = words.lower()
    span = re.search(r"between\s+(-?[\d.]+)\s+and\s+(-?[\d.]+)", text)
    if span:
        low, high = float(span[1]), float(span[2])
        return Condition(words, lambda value: low <= value <= high)
    parity = re.search(r"\b(even|odd)\b", text)
    if parity:
        rest = 0 if parity[1] == "even" else 1
        return Condition(words, lambda value: value % 2 == rest)
    match = re.search(
        r"\b(less|lower|smaller|below|under|at most|greater|more|larger|higher|above|over|at least|equal)\b"
        r"(?: or equal)?(?: than| to)?\s*\$?(-?[\d,]*\.?\d+)",
        text,
    )
    if not match:
        return None
    limit = float(match[2].replace(",", ""))
    tests: dict[str, Callable[[float], bool]] = {
        "at most": lambda v: v <= limit,
        "at least": lambda v: v >= limit,
        "equal": lambda v: v == limit,
    }
    for word in ("less", "lower", "smaller", "below", "under"):
        tests[word] = lambda v: v < limit
    for word in ("greater", "more", "larger", "higher", "above", "over"):
        tests[word] = lambda v: v > limit
    return Condition(words, tests[match[1]])


@dataclass(frozen=True, slots=True)
class Generate:
    """Press the button that makes a new number until it fits."""

    wanted: Condition

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """One press a turn, and look."""
        while True:
            shown = _lone_number(scene)
            if shown is not None and self.wanted.holds(shown):
                notes.unsubmitted = True
                return Evidence(f"{plain(shown)} is {self.wanted.words}")
            if scene.steps_left <= 2:
                raise CannotDo(f"no number that is {self.wanted.words} came in the steps there were")
            button = find(Description(text="generate", name="generate", kind="button"), scene)
            scene = yield from act(Click(button.ref))


def _lone_number(scene: Scene) -> float | None:
    found = [
        text.name.strip()
        for text in scene.texts
        if re.fullmatch(r"[-$€£]?\s?-?[\d,]*\.?\d+", text.name.strip())
    ]
    return first_number(found[0]) if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class PressWhen:
    """Press a button as soon as a price or value is right."""

    wanted: Condition
    label: str

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Look again and again; press only on a look that showed it right."""
        while True:
            shown = _labelled(self.label, scene)
            if shown is None:
                raise NotFound(f"found no {self.label!r} on the page")
            if self.wanted.holds(shown):
                button = find(Description(text="buy", name="buy", kind="button"), scene)
                return (yield from press(button))
            if scene.steps_left <= 2:
                raise CannotDo(f"the {self.label} was never {self.wanted.words} while it was watched")
            scene = yield from act(Wait(0.3))


def _labelled(label: str, scene: Scene) -> float | None:
    texts = [text.name for text in scene.texts]
    for at, words in enumerate(texts):
        if re.search(rf"\b{re.escape(label)}\b", words, re.IGNORECASE):
            for candidate in (words, *texts[at + 1 : at + 2]):
                if first_number(candidate) is not None:
                    return first_number(candidate)
    return None


@dataclass(frozen=True, slots=True)
class Guess:
    """Find a hidden number by halving, with the page's "higher" and "lower"."""

    low: int
    high: int

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Guess the middle, send it, read the answer."""
        low, high = self.low, self.high
        while low <= high:
            if len(scene.fields) != 1:
                raise NotFound(f"there are {len(scene.fields)} fields for the guess")
            middle = (low + high) // 2
            scene = yield from act(
                TypeText(str(middle), scene.fields[0].ref), Click(submit_button(scene).ref)
            )
            said = fold(scene.observation.text)
            if re.search(r"\b(?:correct|right|you got it|congratulations|success)", said):
                return Evidence(f"the page says that {middle} is right")
            if re.search(r"\b(?:lower|smaller|less|too high|too large|too big)\b", said):
                high = middle - 1
            elif re.search(r"\b(?:higher|greater|larger|bigger|too low|too small)\b", said):
                low = middle + 1
            else:
                raise CannotDo(f"the page does not say whether {middle} is too high or too low")
        raise CannotDo("the page's answers leave no number over")


def read(clauses: Sequence[Clause]) -> Read | None:
    """`generate a number less than 5`, `guess the number between 0-9`, `buy X when the price is below 5`."""
    clause = clauses[0]
    if clause.verb == "generate":
        wanted = condition(clause.rest)
        return Read(Generate(wanted)) if wanted else None
    if clause.verb == "guess":
        span = re.search(r"(-?\d+)\s*(?:-|–|to|and)\s*(-?\d+)", clause.rest)
        if not span:
            return None
        used = 1
        while used < len(clauses) and clauses[used].verb in ("click", "submit", "use", "find"):
            used += 1
        return Read(Guess(int(span[1]), int(span[2])), used)
    if clause.verb == "buy":
        match = re.search(
            r"\bwhen (?:the|its) (?P<label>price|value|cost|rate)\s+"
            r"(?:is|falls|drops|rises|goes)\s+(?P<how>.+)$",
            clause.rest,
            re.IGNORECASE,
        )
        wanted = condition(match["how"]) if match else None
        return Read(PressWhen(wanted, match["label"])) if match and wanted else None
    return None
