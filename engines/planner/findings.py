"""What the goals so far led to: told to the planner, put into the output, given to the completion check."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from browser.model.text import cut, squeeze
from engines.action_codec.reply_error import ReplyError
from engines.chat.rows import filled, place_of_list
from engines.models.tokens import estimated_tokens
from engines.output_spec import JSON, Schema
from engines.planner.plan import Done
from engines.protocol import Goal

_LONGEST = 3000
"""Characters that one goal may take in the list at most."""
_SHORTEST = 60
_FOUND = re.compile(r"FOUND (\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one goal led to."""

    number: int
    """Of the planning; the goals of a loop share it."""
    goal: str
    value: str = ""
    """The value of a loop it was for."""
    met: bool
    output: JSON = None
    """What was read; also what was read before it failed."""
    why: str = ""
    """What shows that it was met, or why it was not."""
    url: str = ""
    """Where it ended."""
    checked: bool = True
    """Whether a model agreed that it is met, and not only the look-up of what was read."""
    acted: bool = False
    """Whether anything was done on a page for it, or looked for there."""


@dataclass
class Findings:
    """All of them, oldest first."""

    all: list[Finding] = field(default_factory=list)

    def add(self, finding: Finding) -> None:
        """Add one finding."""
        self.all.append(finding)

    def of(self, number: int) -> list[Finding]:
        """What one planning led to."""
        return [finding for finding in self.all if finding.number == number]

    def times(self, goal: str) -> int:
        """How often this goal was pursued, however it was spelt."""
        return sum(_folded(finding.goal) == _folded(goal) for finding in self.all)

    def brought_news(self, number: int) -> bool:
        """Whether this planning led to anything: something done and agreed to, or something new read."""
        earlier = [each.output for each in self.all if each.number < number]
        return any(
            each.met and (each.acted or (each.output is not None and each.output not in earlier))
            for each in self.of(number)
        )

    @property
    def any_met(self) -> bool:
        """Whether any goal was met."""
        return any(each.met for each in self.all)

    def completed(self, number: int, goal: Goal) -> Done | None:
        """The end of the task, where all that the planning of this number named was met; None: not yet.

        None, too, where what was read is not the output that the task asks for. Where it asks for no form,
        what several goals have read is to be put into words first.
        """
        mine = self.of(number)
        if not mine or not all(each.met for each in mine):
            return None
        output = self.gathered(goal.output.schema)
        reading = {each.number for each in self.all if each.output is not None}
        if goal.output.schema is None and len(reading) > 1:
            return None
        if goal.output and (output is None or goal.output.validate(output)):
            return None
        return Done(output=output, evidence=tuple(filter(None, (each.why for each in mine))))

    def as_evidence(self, number: int) -> Findings:
        """Those that count as evidence of the task in the planning of this number.

        What was read last, and was only looked up, need not be what was asked for.
        """
        return Findings([finding for finding in self.all if finding.checked or finding.number < number])

    def text(self, budget_tokens: int) -> str:
        """One line for each goal, shortened alike, and the oldest left out where that is not enough."""
        longest = _LONGEST
        lines = self._lines(longest)
        while estimated_tokens("\n".join(lines)) > budget_tokens and longest > _SHORTEST:
            longest //= 2
            lines = self._lines(longest)
        left_out = 0
        while len(lines) > 1 and estimated_tokens("\n".join(lines)) > budget_tokens:
            del lines[0]
            left_out += 1
        return "\n".join([f"(the first {left_out} lines are left out)", *lines] if left_out else lines)

    def _lines(self, longest: int) -> list[str]:
        return [_line(finding, longest) for finding in self.all]

    def put_in(self, output: JSON) -> JSON:
        """The output with what was read in place of each `FOUND n`.

        Raises:
            ReplyError: Goal n read nothing.
        """
        if isinstance(output, str):
            named = _FOUND.fullmatch(output.strip())
            return self._read_by(int(named.group(1))) if named else output
        if isinstance(output, list):
            return [self.put_in(each) for each in output]
        if isinstance(output, dict):
            return {key: self.put_in(each) for key, each in output.items()}
        return output

    def _read_by(self, number: int) -> JSON:
        found = [each for each in self.of(number) if each.output is not None]
        if not found:
            raise ReplyError(f'goal {number} read nothing, so "FOUND {number}" stands for nothing')
        if any(each.value for each in found):
            return _flat(each.output for each in found)
        return found[-1].output

    def gathered(self, schema: Schema | None) -> JSON:
        """All that was read, in the form of the schema as far as it goes; None: nothing was."""
        read = [each for each in self.all if each.output is not None]
        if not read:
            return None
        if schema is None:
            return read[0].output if len(read) == 1 else _flat(each.output for each in read)
        place, names = place_of_list(schema), set(schema.get("properties", {}))
        whole: dict[str, JSON] = {}
        items: list[JSON] = []
        last = 0
        for finding in read:
            for each in _flat([finding.output]):
                if isinstance(each, dict) and names & set(each):
                    whole |= {key: value for key, value in each.items() if key in names}
                elif place is not None:
                    # A later goal reads more of the same things than an earlier one.
                    items = [*items, each] if finding.number == last else [each]
                    last = finding.number
        if place is None or not items:
            return whole or None
        return filled({**whole, **dict.fromkeys(place)}, place, items)


def _flat(outputs: Iterable[JSON]) -> list[JSON]:
    """The outputs one after the other; lists among them by their items."""
    return [item for output in outputs for item in (output if isinstance(output, list) else [output])]


def _line(finding: Finding, longest: int) -> str:
    about = f" [{finding.value}]" if finding.value else ""
    parts = [
        f"{finding.number}{about}. {cut(squeeze(finding.goal), 200)}: {'MET' if finding.met else 'NOT MET'}"
    ]
    if finding.output is not None:
        parts.append(f"read {cut(squeeze(json.dumps(finding.output, ensure_ascii=False)), longest)}")
    if finding.why:
        parts.append(cut(squeeze(finding.why), max(80, longest // 4)))
    return "; ".join(parts) + (f" (at {cut(finding.url, 120)})" if finding.url else "")


def _folded(goal: str) -> Sequence[str]:
    return re.findall(r"\w+", goal.lower())
